// What every parser of a code refuses: people's words, and more bytes than the code can have.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "observable/app_id.h"
#include "observable/card_token.h"
#include "observable/file_hash.h"
#include "observable/iban.h"
#include "observable/phone.h"
#include "observable/tls_cert.h"
#include "observable/wallet.h"

namespace cordon {
namespace {

struct Parser {
  const char* name;
  Result<std::string> (*parse)(std::string_view);
};
const std::vector<Parser> kParsers = {
    {"wallet", canonical_wallet},       {"iban", canonical_iban},
    {"phone", canonical_phone},         {"file_hash", canonical_file_hash},
    {"pdq", canonical_perceptual_hash}, {"tls_cert", canonical_tls_cert},
    {"app_id", canonical_app_id},       {"card_token", canonical_card_token},
};

const std::vector<std::vector<std::string>> kWords = {
    {"please", "the site", "took", "my money", "yesterday", "help", "a fake bank", "in the city", "nobody answers"},
    {"пожалуйста", "сайт", "украл", "мои деньги", "вчера", "помогите", "поддельный банк", "в городе", "никто"},
    {"өтінемін", "сайт", "алды", "ақшамды", "кеше", "көмектесіңіз", "жалған банк", "қалада", "ешкім"},
    {"请", "网站", "骗走了", "我的钱", "昨天", "帮助", "假银行", "在城里", "没有人"},
};

// Charter 4.8. Planted bug that turns it red: canonical_perceptual_hash without its test for hex digits.
TEST(EveryParser, refuses_sentences_in_four_languages) {
  for (const auto& words : kWords) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (std::size_t j = 0; j < words.size(); ++j) {
        for (const char* between : {" ", ", ", ": ", " 123456 "}) {
          std::string sentence = words[i] + between + words[j];
          for (const std::size_t size : {0u, 64u}) {
            if (size != 0) sentence.resize(size, 'x');
            for (const auto& [name, parse] : kParsers) EXPECT_FALSE(parse(sentence)) << name << ": " << sentence;
          }
        }
      }
    }
  }
}

TEST(EveryParser, refuses_what_is_empty_broken_or_huge) {
  for (const auto& [name, parse] : kParsers) {
    for (const std::string& text :
         {std::string(), std::string(" "), std::string(":"), std::string(1, '\0'), std::string(64, '\0'),
          std::string("\xff\xfe"), std::string(1u << 20, '1'), std::string(1u << 20, ' '), std::string(1u << 20, ':'),
          "+" + std::string(1u << 20, '7'), "btc:" + std::string(1u << 20, '1')}) {
      EXPECT_FALSE(parse(text)) << name;
    }
  }
}

}  // namespace
}  // namespace cordon
