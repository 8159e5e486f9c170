#include "referral/notice.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "net/mail.h"
#include "referral/contact_book.h"

namespace cordon {
namespace {

class Notice : public testing::Test {
 protected:
  SeededRandom random_{11};
  Operator sender_{"Test desk", "csirt", "desk@test-desk.example.net", "test-desk.example.net/log"};
  Wish wish_{ActionKind::Alert, Effect::Inform, Recipient::Host, "abuse@host.example.net", ""};
  ProposalId proposal_ = ProposalId::make(kNow, random_);
  NoticeId notice_ = NoticeId::make(kNow, random_);
  EvidenceId piece_ = EvidenceId::make(kNow, random_);

  static Annex annex(bool fictitious) {
    return *Annex::read(Json::Object{{"state", "Steppe"},
                                     {"fictitious", fictitious},
                                     {"redress", "the court of Steppe"},
                                     {"articles", Json::Object{{"phishing", "article 190"}}}});
  }
  Case the_case() {
    Case one{CaseId::make(kNow, random_),
             Category::Phishing,
             *parse_observable(ObservableKind::Url, "https://bad-bank.example.com/sign-in"),
             {},
             CaseState::Assessing,
             kNow,
             kNow,
             1,
             {},
             {},
             {},
             {},
             {},
             {}};
    one.facts.push_back({"The page shows a bank's sign-in form and posts what is typed elsewhere.", {piece_}});
    return one;
  }
  std::string body(bool fictitious = false) {
    const auto bytes = compose_body(the_case_, wish_, annex(fictitious), sender_, proposal_, notice_, kNow,
                                    kNow + kDayMs, kNow + 90 * kDayMs);
    EXPECT_TRUE(bytes);
    return *bytes;
  }
  Case the_case_ = the_case();
};

TEST_F(Notice, equal_arguments_give_equal_bytes_in_english_russian_and_xarf) {
  EXPECT_EQ(body(), body());
  const auto mail = read_mail(body());
  ASSERT_TRUE(mail);
  ASSERT_EQ(mail->parts.size(), 3u);
  EXPECT_NE(mail->parts[0].bytes.find("This is a request, not an order."), std::string::npos);
  EXPECT_NE(mail->parts[0].bytes.find("hxxps://bad-bank[.]example[.]com/sign-in"), std::string::npos);
  EXPECT_EQ(mail->parts[0].bytes.find("https://bad-bank"), std::string::npos);  // nothing to click
  EXPECT_NE(mail->parts[0].bytes.find("article 190"), std::string::npos);
  EXPECT_NE(mail->parts[1].bytes.find("Это просьба, а не приказ."), std::string::npos);
  EXPECT_EQ(mail->parts[2].type, "application/json");
}

// Planted bug: write the watermark only into the English part.
TEST_F(Notice, a_fictitious_annex_is_said_in_every_language) {
  const auto plain = read_mail(body(false));
  const auto marked = read_mail(body(true));
  EXPECT_NE(marked->parts[0].bytes.find("DEMONSTRATION"), std::string::npos);
  EXPECT_NE(marked->parts[1].bytes.find("ДЕМОНСТРАЦИЯ"), std::string::npos);
  EXPECT_NE(marked->parts[2].bytes.find("demonstration"), std::string::npos);
  for (const MailPart& part : plain->parts) {
    EXPECT_EQ(part.bytes.find("DEMONSTRATION"), std::string::npos);
    EXPECT_EQ(part.bytes.find("ДЕМОНСТРАЦИЯ"), std::string::npos);
  }
}

TEST_F(Notice, the_xarf_part_has_what_version_4_demands) {
  const Json report = *parse_json(read_mail(body())->parts[2].bytes);
  for (const char* key : {"xarf_version", "report_id", "timestamp", "source_identifier", "category", "type", "url"})
    EXPECT_NE(report.text_or(key), "") << key;
  for (const char* who : {"reporter", "sender"}) {
    ASSERT_NE(report.find(who), nullptr);
    for (const char* key : {"org", "contact", "domain"}) EXPECT_NE(report.find(who)->text_or(key), "") << key;
  }
  EXPECT_EQ(report.text_or("source_identifier"), "bad-bank.example.com");
}

// Planted bug: let write_mail() wrap or re-encode the body part.
TEST_F(Notice, a_letter_holds_the_approved_bytes_as_they_are) {
  const std::string approved = body();
  Proposed proposed{proposal_,
                    the_case_.id,
                    Category::Phishing,
                    the_case_.target,
                    wish_,
                    Binding::Voluntary,
                    "article 190",
                    {piece_},
                    sha256(approved),
                    {},
                    {},
                    kNow,
                    kNow,
                    kNow,
                    notice_,
                    OfficerId::make(kNow, random_),
                    {}};
  const auto letter = write_letter(proposed, sender_, false, approved, "{}", "CODE");
  ASSERT_TRUE(letter) << letter.error().message;
  EXPECT_NE(letter->mail.find(approved), std::string::npos);
  EXPECT_EQ(letter->message_id, notice_.text() + "@test-desk.example.net");
  EXPECT_EQ(write_letter(proposed, sender_, false, approved, "{\"later\":1}", "CODE")->message_id, letter->message_id);
  proposed.wish.contact = "abuse@host.example.net\r\nBcc: all@example.net";
  EXPECT_FALSE(write_letter(proposed, sender_, false, approved, "{}", "CODE"));
}

TEST(Contacts, the_narrowest_entry_is_asked) {
  const auto entry = [](std::string_view for_name, std::string_view address) {
    return Json(Json::Object{{"recipient", "host"}, {"for", for_name}, {"address", address}, {"name", "n"}});
  };
  const auto book = ContactBook::read(
      Json::Object{{"contact", Json::Array{entry("*", "any@example.net"), entry("example.org", "org@example.net"),
                                           entry("shop.example.org", "shop@example.net")}}});
  ASSERT_TRUE(book) << book.error().message;
  const auto asked = [&](std::string_view url) {
    return book->whom_to_ask(Recipient::Host, *parse_observable(ObservableKind::Url, url))->address;
  };
  EXPECT_EQ(asked("http://a.shop.example.org/x"), "shop@example.net");
  EXPECT_EQ(asked("http://www.example.org/"), "org@example.net");
  EXPECT_EQ(asked("http://notexample.org/"), "any@example.net");
  const auto unknown =
      book->whom_to_ask(Recipient::Registrar, *parse_observable(ObservableKind::Domain, "example.org"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().fault, Fault::NotFound);
  EXPECT_FALSE(ContactBook::read(Json::Object{{"contact", Json::Array{entry("*", "not an address")}}}));
  EXPECT_FALSE(ContactBook::read(Json::Object{{"contact", Json::Array{entry("com", "a@example.net")}}}));
}

}  // namespace
}  // namespace cordon
