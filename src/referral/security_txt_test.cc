// Planted bugs, each seen red: the day of Expires not asked; Canonical not asked; a second Expires taken.
#include "referral/security_txt.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"

namespace cordon {
namespace {

constexpr const char* kUrl = "https://example.org/.well-known/security.txt";
Result<SecurityTxt> read_txt(const std::string& text, const char* url = kUrl) {
  return read_security_txt(text, url, kNow);
}
const std::string kContact = "Contact: mailto:security@example.org\n", kExpires = "Expires: 2030-01-01T00:00:00Z\n";

TEST(SecurityTxt, mailboxes_in_the_order_of_the_file) {
  const auto file =
      read_txt("# hello\r\n" + kContact + "Contact: https://example.org/report\nContact: tel:+1-201-555-0123\n" +
               "contact:MAILTO:Second@Example.org?subject=a\n" + kContact + kExpires +
               "Preferred-Languages: en, kk\nX-Other: 1\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->mailboxes.size(), 2u);
  EXPECT_EQ(file->mailboxes.front(), "security@example.org");
}

TEST(SecurityTxt, one_that_expired_or_belongs_elsewhere_counts_for_nothing) {
  EXPECT_EQ(read_txt(kContact + "Expires: 2020-01-01T00:00:00Z\n").error().fault, Fault::Refused);
  EXPECT_EQ(
      read_txt(kContact + kExpires + "Canonical: https://other.example.org/.well-known/security.txt\n").error().fault,
      Fault::Refused);
  EXPECT_TRUE(read_txt(kContact + kExpires + "Canonical: https://other.example.org/x\nCanonical: " + kUrl + "\n"));
}

TEST(SecurityTxt, what_lacks_a_field_or_has_it_twice_is_none) {
  for (const std::string& text :
       {kContact, kExpires, std::string(), "<html>\n" + kContact + kExpires, kContact + kExpires + kExpires,
        kContact + "Expires: tomorrow\n", std::string(40'000, '#'), "\xff" + kContact + kExpires})
    EXPECT_FALSE(read_txt(text)) << text.substr(0, 60);
}

TEST(SecurityTxt, a_signature_around_it_is_passed_over) {
  const auto file = read_txt("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- " + kContact + kExpires +
                             "-----BEGIN PGP SIGNATURE-----\nContact: mailto:other@example.org\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->mailboxes, std::vector<std::string>{"security@example.org"});
}

}  // namespace
}  // namespace cordon
