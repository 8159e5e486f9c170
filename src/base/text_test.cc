#include "base/text.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/id.h"

namespace cordon {
namespace {

TEST(Base64, reads_only_the_one_spelling_of_each_value) {
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");  // RFC 4648 section 10
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(*from_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(*from_base64(""), "");
  for (const char* bad : {"Zg", "Zh==", "Zm9=", "Z===", "Zg==Zg==", "Zm 9v", "Zg=a", "===="})
    EXPECT_FALSE(from_base64(bad)) << bad;
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t n = 0; n <= all.size(); ++n) EXPECT_EQ(*from_base64(to_base64(all.substr(0, n))), all.substr(0, n));
  EXPECT_EQ(*from_hex(to_hex(all)), all);
}

TEST(Text, printable_hides_controls_broken_bytes_and_direction_tricks) {
  EXPECT_EQ(printable("a\x1b[31mb\n\xff"), "a?[31mb??");
  EXPECT_EQ(printable("x\u202Ey\u2066z\u0085"), "x?y?z?");
  EXPECT_EQ(printable("привет", 5), "пр…");
}

TEST(Text, overlong_surrogate_and_too_large_sequences_are_no_utf_8) {
  EXPECT_TRUE(valid_utf8("aпé中😀"));
  for (const char* bad :
       {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\xE4\xB8", "\x80"}) {
    EXPECT_FALSE(valid_utf8(bad));
  }
}

TEST(Clock, reads_every_rfc_3339_spelling_and_writes_one) {
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("1985-04-12T23:20:50.52Z")), "1985-04-12T23:20:50.520Z");
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("1996-12-19t16:39:57-08:00")), "1996-12-20T00:39:57.000Z");
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2024-02-29 00:00:00.123456789+05:30")), "2024-02-28T18:30:00.123Z");
  for (const char* bad : {"2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:00:00",
                          "2023-01-01", "1969-12-31T23:59:59Z", "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00Z "}) {
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
  }
}

TEST(Id, orders_by_time_and_reads_back) {
  SeededRandom random(1);
  const CaseId early = CaseId::make({1'700'000'000'000}, random);
  const CaseId late = CaseId::make({1'700'000'000'001}, random);
  EXPECT_LT(early, late);
  EXPECT_EQ(early.text()[14], '7');
  EXPECT_EQ(*CaseId::parse(early.text()), early);
  EXPECT_EQ(ReportId::derive(sha256("x")).text()[14], '8');
  EXPECT_FALSE(CaseId::parse("018bcfe5-6800-7000-8000-00000000000g"));
}

TEST(Digest, matches_the_published_vectors) {
  EXPECT_EQ(sha256("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?").hex(),  // RFC 4231 section 4.3
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),  // RFC 2202 section 3, case 2
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

// Planted bug: drop the check of what is left over in from_letters().
TEST(Text, base_32_and_base64url_read_back_and_have_one_spelling) {
  // RFC 4648 section 10, without the padding
  const std::vector<std::string> bytes{"", "f", "fo", "foo", "foob", "fooba", "foobar"};
  const std::vector<std::string> base32{"", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"};
  const std::vector<std::string> base64{"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(to_base32(bytes[i]), base32[i]);
    EXPECT_EQ(*from_base32(base32[i]), bytes[i]);
    EXPECT_EQ(*from_base32(lower_ascii(base32[i])), bytes[i]);
    EXPECT_EQ(to_base64url(bytes[i]), base64[i]);
    EXPECT_EQ(*from_base64url(base64[i]), bytes[i]);
  }
  EXPECT_EQ(to_base64url("\xFB\xFF"), "-_8");
  for (const char* bad : {"M", "MZ", "MZX", "MZXW6Y", "MY======", "M1", "0"}) EXPECT_FALSE(from_base32(bad)) << bad;
  for (const char* bad : {"Z", "Zh", "Zm9", "Zg==", "+/8", "Zm9v\n"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

}  // namespace
}  // namespace cordon
