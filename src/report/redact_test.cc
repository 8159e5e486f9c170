#include "report/redact.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cordon {
namespace {

std::string cut(std::string_view text) { return redact(text, {}, Phones::Redact); }

// Planted bug: card_end() that only looks at one unbroken run of digits.
TEST(Redact, takes_card_numbers_with_and_without_gaps) {
  EXPECT_EQ(cut("pay 4111111111111111 now"), "pay [redacted:card] now");
  EXPECT_EQ(cut("4111 1111 1111 1111"), "[redacted:card]");
  EXPECT_EQ(cut("4111-1111-1111-1111,"), "[redacted:card],");
  EXPECT_EQ(cut("4111111111111112"), "4111111111111112");  // its check digit is wrong
}

TEST(Redact, finds_a_card_number_between_other_numbers) {
  EXPECT_EQ(cut("12 4111 1111 1111 1111 07"), "12 [redacted:card] 07");
}

TEST(Redact, takes_national_ids_by_their_check_digits) {
  EXPECT_EQ(cut("IIN 990228500017."), "IIN [redacted:id].");
  EXPECT_EQ(cut("IIN 990228500018."), "IIN 990228500018.");
  EXPECT_EQ(cut("112-233-445 95"), "[redacted:id]");
  EXPECT_EQ(cut("112-233-445 96"), "112-233-445 96");
  EXPECT_EQ(cut("11223344595"), "[redacted:id]");
  EXPECT_EQ(cut("11010519491231002X"), "[redacted:id]");
  EXPECT_EQ(cut("110105194912310021"), "110105194912310021");
}

TEST(Redact, takes_passport_numbers_only_on_a_line_that_says_so) {
  EXPECT_EQ(cut("Паспорт 12 34 567890"), "Паспорт [redacted:id]");
  EXPECT_EQ(cut("passport: 1234 567890"), "passport: [redacted:id]");
  EXPECT_EQ(cut("ticket 1234 567890\npassport"), "ticket 1234 567890\npassport");
}

// Planted bug: keep compared with the local part only.
TEST(Redact, cuts_mailboxes_but_not_the_reported_one) {
  const auto reported = parse_observable(ObservableKind::Email, "scam@example.org");
  ASSERT_TRUE(reported);
  EXPECT_EQ(redact("scam@example.org wrote to victim@example.org", {*reported}, Phones::Keep),
            "scam@example.org wrote to [redacted:email]@example.org");
  EXPECT_EQ(redact("scam@example.net", {*reported}, Phones::Keep), "[redacted:email]@example.net");
  EXPECT_EQ(cut("https://example.org/?e=victim%40example.net"),
            "https://example.org/?e=[redacted:email]%40example.net");
}

TEST(Redact, cuts_phone_numbers_with_a_plus) {
  EXPECT_EQ(cut("call +7 (701) 123-45-67 today"), "call [redacted:phone] today");
  EXPECT_EQ(redact("+7 701 123 45 67", {}, Phones::Keep), "+7 701 123 45 67");
  const auto reported = parse_observable(ObservableKind::Phone, "+77011234567");
  ASSERT_TRUE(reported);
  EXPECT_EQ(redact("+7 701 123 45 67", {*reported}, Phones::Redact), "+7 701 123 45 67");
}

TEST(Redact, mends_broken_utf8) {
  const std::string text = cut("a\xFF\xC3 b\xE2\x82");
  EXPECT_TRUE(valid_utf8(text));
  EXPECT_TRUE(text.starts_with("a"));
}

TEST(Redact, leaves_json_json) {
  Json record;
  record.set("card", std::int64_t{4111111111111111});
  record.set("who", "a@example.org");
  EXPECT_EQ(to_text(redact_json(record, {}, Phones::Keep)),
            R"({"card":"[redacted:card]","who":"[redacted:email]@example.org"})");
}

// Planted bug: `payload` left in place.
TEST(Redact, keeps_no_payload_and_no_raw_bytes_of_a_record) {
  const auto record =
      parse_json(R"({"raw":"x","source.account":"a","evidence":[{"content_type":"image/png","payload":"QUJD"}]})");
  ASSERT_TRUE(record);
  EXPECT_EQ(keep_record(*record, {}), R"({"evidence":[{"content_type":"image/png","payload_bytes":4}]})");
}

TEST(Redact, drops_the_largest_members_of_a_long_record) {
  Json record;
  record.set("large", std::string(100'000, 'x'));
  record.set("small", "y");
  EXPECT_EQ(keep_record(record, {}), R"({"small":"y"})");
}

// Planted bug: shorten() that cuts in the middle of a run of digits.
TEST(Redact, never_shortens_a_long_number_into_a_card_number) {
  EXPECT_EQ(shorten("ab 41111111111111110000 and more", 22), "ab …");
  EXPECT_EQ(shorten("short", 22), "short");
}

// Planted bug: kFewest = 12 in nothing_to_redact(), which lets a SNILS of eleven digits through.
TEST(Redact, the_look_that_passes_over_most_texts_never_passes_over_one_that_has_something) {
  const std::vector<std::string_view> pieces{"4111",
                                             "1111",
                                             "11223344595",
                                             "990228500017",
                                             "112-233-445",
                                             "95",
                                             " ",
                                             "-",
                                             "@",
                                             "%40",
                                             "+7",
                                             "passport",
                                             "PassPort",
                                             "п",
                                             "паспорт",
                                             "1234",
                                             "567890",
                                             "\n",
                                             "user",
                                             ".",
                                             "example.org",
                                             "11010519491231002X",
                                             "2026-09-21T10:11:12Z",
                                             "17 10:11"};
  std::uint64_t draw = 11;
  const auto next = [&draw](std::uint64_t below) {
    draw = draw * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return (draw >> 33) % below;
  };
  int changed = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (std::uint64_t count = 1 + next(6); count > 0; --count) text += pieces[next(pieces.size())];
    const std::string slow = redact_by_passes(text, {}, Phones::Redact);
    ASSERT_EQ(cut(text), slow) << text;
    changed += slow != text;
  }
  EXPECT_GT(changed, 10'000);
}

// What went wrong: the address stayed, the card number took its digits, and the rest of it was written down.
TEST(Redact, of_an_address_that_stays_nothing_is_left_when_a_card_number_takes_its_digits) {
  const std::vector<Observable> keep{*parse_observable(ObservableKind::Email, "1111s@a.example.org")};
  const std::string once = redact("card 4111 1111 1111 1111s@a.example.org", keep, Phones::Redact);
  EXPECT_EQ(once, "card [redacted:card][redacted:email]@a.example.org");
  EXPECT_EQ(redact(once, keep, Phones::Redact), once);
}

}  // namespace
}  // namespace cordon
