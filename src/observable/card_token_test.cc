#include "observable/card_token.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

const std::string kKey(32, 'k');
const std::string kCode(64, 'a');
const std::string kNumber = "4111111111111111";  // the schemes' test number; no account has it

TEST(CardToken, luhn_finds_a_wrong_digit) {
  EXPECT_TRUE(luhn("79927398713"));  // ISO/IEC 7812-1's well-known example
  for (const char last : std::string("012456789")) EXPECT_FALSE(luhn("7992739871" + std::string(1, last)));
  EXPECT_TRUE(luhn(kNumber));
  EXPECT_FALSE(luhn(""));
  EXPECT_FALSE(luhn("4111 1111"));
}

TEST(CardToken, a_token_is_read) {
  EXPECT_EQ(*canonical_card_token("411111:" + kCode), "411111:" + kCode);
  EXPECT_EQ(*canonical_card_token(" 41111111:" + std::string(64, 'A')), "41111111:" + kCode);
  for (const std::string& text : {"41111:" + kCode, "411111111:" + kCode, "41111a:" + kCode, "411111:" + kCode + "a",
                                  "411111" + kCode, std::string("411111:"), std::string("123456789"), std::string()}) {
    const auto token = canonical_card_token(text);
    ASSERT_FALSE(token) << text;
    EXPECT_EQ(token.error().fault, Fault::Malformed) << text;
  }
}

// Charter 4.8. Planted bug that turns it red: card_number looks at the text without dropping spaces.
TEST(CardToken, a_card_number_is_refused_and_not_repeated) {
  for (const std::string& text : {kNumber, std::string("4111 1111 1111 1111"), std::string("4111-1111-1111-1111 "),
                                  kNumber + ':' + kCode, std::string("378282246310005")}) {
    const auto token = canonical_card_token(text);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().fault, Fault::Refused);
    EXPECT_EQ(token.error().message, "a card number is never stored");
    EXPECT_EQ(token.error().where, "");
  }
}

TEST(CardToken, one_card_has_one_token_under_one_key) {
  const std::string token = *make_card_token(kNumber, kKey);
  EXPECT_EQ(*canonical_card_token(token), token);
  EXPECT_EQ(token.substr(0, 7), "411111:");
  EXPECT_EQ(*make_card_token("4111 1111 1111 1111", kKey), token);
  EXPECT_NE(*make_card_token(kNumber, std::string(32, 'l')), token);
  EXPECT_EQ(token.find(kNumber.substr(6)), std::string::npos);
}

TEST(CardToken, a_short_key_or_another_number_makes_no_token) {
  EXPECT_EQ(make_card_token(kNumber, "short").error().fault, Fault::Usage);
  EXPECT_EQ(make_card_token("4111111111111112", kKey).error().fault, Fault::Malformed);
  EXPECT_EQ(make_card_token("79927398713", kKey).error().fault, Fault::Malformed);
}

}  // namespace
}  // namespace cordon
