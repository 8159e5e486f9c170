#include "officer/totp.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/text.h"

namespace cordon {
namespace {

constexpr Instant kCodeAt{1'790'000'010'000};  // 10 s into a step and more
constexpr std::int64_t kNever = -1;

TotpSecret of_the_rfcs() { return *TotpSecret::parse(to_base32("12345678901234567890")); }

TEST(Totp, gives_the_codes_of_rfc_4226_appendix_d) {
  const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t count = 0; count < codes.size(); ++count)
    EXPECT_EQ(totp_code(of_the_rfcs(), static_cast<std::int64_t>(count)), codes[count]);
}

// Appendix B has eight digits; a code of six is its last six.
TEST(Totp, gives_the_codes_of_rfc_6238_appendix_b) {
  const std::vector<std::pair<std::int64_t, std::string>> rows{{59, "94287082"},         {1111111109, "07081804"},
                                                               {1111111111, "14050471"}, {1234567890, "89005924"},
                                                               {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : rows)
    EXPECT_EQ(totp_code(of_the_rfcs(), totp_step({seconds * 1000})), code.substr(2)) << seconds;
}

// Planted bug: leave `step > last_used` out of accept_totp.
TEST(Totp, a_code_is_good_once) {
  const std::string code = totp_code(of_the_rfcs(), totp_step(kCodeAt));
  const auto first = accept_totp(of_the_rfcs(), code, kCodeAt, kNever);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, totp_step(kCodeAt));
  EXPECT_FALSE(accept_totp(of_the_rfcs(), code, kCodeAt, *first));
  EXPECT_FALSE(accept_totp(of_the_rfcs(), code, kCodeAt + 30'000, *first));
  // The step before a used one is over too, and the next one is still to come.
  EXPECT_FALSE(accept_totp(of_the_rfcs(), totp_code(of_the_rfcs(), *first - 1), kCodeAt, *first));
  EXPECT_TRUE(accept_totp(of_the_rfcs(), totp_code(of_the_rfcs(), *first + 1), kCodeAt, *first));
}

// Planted bug: count from here - 2 or to here + 2 in accept_totp.
TEST(Totp, a_code_of_two_steps_away_is_refused) {
  const std::int64_t here = totp_step(kCodeAt);
  for (const std::int64_t step : {here - 1, here, here + 1})
    EXPECT_TRUE(accept_totp(of_the_rfcs(), totp_code(of_the_rfcs(), step), kCodeAt, kNever));
  for (const std::int64_t step : {here - 2, here + 2})
    EXPECT_FALSE(accept_totp(of_the_rfcs(), totp_code(of_the_rfcs(), step), kCodeAt, kNever));
}

TEST(Totp, only_the_six_digits_are_the_code) {
  const std::string code = totp_code(of_the_rfcs(), totp_step(kCodeAt));
  for (const std::string& other : {std::string(), code.substr(1), "0" + code, code + " ", code + '\0'})
    EXPECT_FALSE(accept_totp(of_the_rfcs(), other, kCodeAt, kNever)) << other;
  SeededRandom random(4);
  EXPECT_FALSE(accept_totp(TotpSecret::generate(random), code, kCodeAt, kNever));
}

TEST(Totp, a_secret_has_160_bits_and_an_address_for_apps) {
  SeededRandom random(5);
  const TotpSecret secret = TotpSecret::generate(random);
  EXPECT_EQ(secret.bytes().size(), 20u);
  EXPECT_EQ(TotpSecret::parse(secret.base32())->bytes(), secret.bytes());
  EXPECT_FALSE(TotpSecret::parse("MZXW6YTB"));
  EXPECT_EQ(otpauth_uri(of_the_rfcs(), "CSIRT of Example & Co", "analyst1"),
            "otpauth://totp/CSIRT%20of%20Example%20%26%20Co:analyst1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=CSIRT%20of%20Example%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace cordon
