#include "law/refused.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "law/matter.h"
#include "law/offences.h"

namespace cordon {
namespace {

struct Said {
  std::string_view text, id;
};

// An unknown name is Refused as well, so what counts is that the answer names the entry and its reason.
// Planted bug: drop the find_refused() question in parse_matter(); every line below turns red.
TEST(Refused, a_name_of_the_list_is_refused_with_its_reason_in_four_languages) {
  const Said said[] = {
      {"separatism", "separatism"},
      {"Separatism", "separatism"},
      {"СЕПАРАТИЗМ", "separatism"},
      {"分裂主义", "separatism"},
      {"extremism", "extremism"},
      {"экстремизм", "extremism"},
      {"экстремистік", "extremism"},
      {"ЭКСТРЕМИСТІК", "extremism"},
      {"极端主义", "extremism"},
      {"extremist-material", "extremist_material"},
      {"Экстремистские материалы", "extremist_material"},
      {"terrorist propaganda", "terrorist_incitement"},
      {"слухи", "rumours"},
      {"Қауесет", "rumours"},
      {"谣言", "rumours"},
      {"fake news", "false_information"},
      {"Жалған ақпарат", "false_information"},
      {"disinformation", "disinformation"},
      {"ВРЕДНАЯ ИНФОРМАЦИЯ", "harmful_information"},
      {"有害信息", "harmful_information"},
      {"internet aggression", "information_aggression"},
      {"оскорбление президента", "insult_of_officials"},
      {"клевета", "defamation"},
      {"hate speech", "hate_speech"},
      {"hate_speech", "hate_speech"},
      {"  Hate -- Speech ", "hate_speech"},
      {"разжигание розни", "discord_incitement"},
      {"邪教", "sect"},
      {"ЛГБТ", "lgbt_content"},
      {"иноагент", "foreign_agent"},
      {"VPN", "vpn"},
      {"翻墙", "vpn"},
      {"Шифрлау", "encryption"},
      {"гостайна", "state_secret"},
      {"国家秘密", "state_secret"},
      {"Құмар ойындар", "gambling"},
      {"Подозреваемый", "suspect"},
      {"通缉犯", "wanted_person"},
      {"запрещённая организация", "banned_party"},
      {"other", "other"},
      {"Басқа", "other"},
      {"其他", "other"},
  };
  for (const Said& one : said) {
    const auto answer = parse_matter(one.text);
    ASSERT_FALSE(answer) << one.text;
    EXPECT_EQ(answer.error().fault, Fault::Refused) << one.text;
    const RefusedName* row = find_refused(one.text);
    ASSERT_NE(row, nullptr) << one.text;
    EXPECT_EQ(row->id, one.id) << one.text;
    const std::string& message = answer.error().message;
    EXPECT_NE(message.find("is on the refused list"), std::string::npos) << message;
    EXPECT_NE(message.find(row->reason), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(Refused, the_answer_is_one_plain_line) {
  EXPECT_EQ(
      parse_matter("extremism").error().message,
      "'extremism' is on the refused list: it has no universal definition, and a record of misuse against critics "
      "(charter 4.6)");
  EXPECT_EQ(parse_matter("слухи").error().message,
            "'слухи' is on the refused list (rumours): what is true is not for a desk to say (ICCPR 19) (charter 4.6)");
}

TEST(Refused, no_word_of_the_list_shadows_an_offence_or_an_exposure) {
  for (const OffenceRow& row : offences()) {
    for (const std::string_view text : {row.id, row.number, row.name.en, row.name.ru, row.name.kk, row.name.zh}) {
      EXPECT_EQ(find_refused(text), nullptr) << text;
    }
    EXPECT_TRUE(parse_matter(row.id)) << row.id;
  }
  for (const ExposureRow& row : exposures()) EXPECT_EQ(find_refused(row.id), nullptr) << row.id;
}

TEST(Refused, a_near_miss_is_not_taken_for_a_name_of_the_list) {
  for (const std::string_view text :
       {"phishing", "drugs", "terrorist-entity", "C05", "extremisms", "extremism phishing", "hatespeech", "экстремизмы",
        "malware-leak", "", " ", "_", "torrent", "极端"}) {
    EXPECT_EQ(find_refused(text), nullptr) << text;
  }
}

TEST(Refused, labels_that_are_never_mapped_are_refused_by_name) {
  EXPECT_EQ(find_refused("abusive-content:harmful-speech")->id, "hate_speech");
  EXPECT_EQ(find_refused("fraud:copyright")->id, "copyright");
  EXPECT_EQ(find_refused("other:undetermined")->id, "unspecified");
  EXPECT_EQ(find_refused("ILLEGAL_OR_HARMFUL_SPEECH")->id, "hate_speech");
  EXPECT_EQ(find_refused("KEYWORD_MISINFORMATION_DISINFORMATION")->id, "disinformation");
  EXPECT_EQ(find_refused("KEYWORD_INCITEMENT_VIOLENCE_HATRED")->id, "discord_incitement");
  EXPECT_EQ(find_refused("KEYWORD_DEFAMATION")->id, "defamation");
  EXPECT_EQ(find_refused("STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS")->id, "disinformation");
}

TEST(Refused, bytes_that_are_no_text_name_nothing) {
  EXPECT_EQ(find_refused("\xD0"), nullptr);
  EXPECT_EQ(find_refused("extremism\xFF"), nullptr);
  EXPECT_EQ(find_refused(std::string(100000, 'a')), nullptr);
  EXPECT_EQ(parse_matter("\xD0\n\x1b[31m").error().message.find('\x1b'), std::string::npos);
}

TEST(Refused, every_entry_has_a_reason_and_words_of_its_own_in_each_language) {
  std::set<std::string> seen;
  for (const RefusedName& row : refused_names()) {
    EXPECT_FALSE(row.reason.empty()) << row.id;
    EXPECT_EQ(find_refused(row.id), &row);
    for (const std::string_view list : {row.ru, row.kk, row.zh}) EXPECT_FALSE(list.empty()) << row.id;
    for (const std::string_view list : {row.id, row.en, row.ru, row.kk, row.zh, row.labels}) {
      for (const std::string_view word : split(list, '|')) {
        if (word.empty()) continue;
        EXPECT_EQ(find_refused(word), &row) << word << " stands under two entries";
      }
    }
    seen.emplace(row.id);
  }
  EXPECT_EQ(seen.size(), 54u);
}

}  // namespace
}  // namespace cordon
