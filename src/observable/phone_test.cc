// The numbers lie in ranges that Ofcom, ARCEP, PTS, ACMA and NANPA keep for fiction: nobody has them.
#include "observable/phone.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "observable/fault_for_tests.h"

namespace cordon {
namespace {

std::string read_phone(std::string_view text) { return text_or_fault(canonical_phone(text)); }

// Planted bug that turns it red: the digits as they came instead of the library's E.164 ("(0)" stays in).
TEST(Phone, the_ways_to_write_one_number_have_one_canonical_text) {
  for (const char* text : {"+442079460123", "+44 20 7946 0123", "+44 (20) 7946-0123", "0044 20 7946 0123",
                           "+44 (0)20 7946.0123", "  00442079460123 "}) {
    EXPECT_EQ(read_phone(text), "+442079460123") << text;
  }
  EXPECT_EQ(read_phone("+1 (212) 555-0123"), "+12125550123");
  EXPECT_EQ(read_phone("+33 1 99 00 12 34"), "+33199001234");
  EXPECT_EQ(read_phone("+46 8 465 004 12"), "+46846500412");
  EXPECT_EQ(read_phone("+61 491 570 156"), "+61491570156");
}

// Planted bug that turns it red: a missing plus is put in front.
TEST(Phone, a_national_form_is_refused) {
  for (const char* text : {"020 7946 0123", "(212) 555-0123", "212 555 0123", "01 99 00 12 34", "442079460123"}) {
    EXPECT_EQ(read_phone(text), kMalformed) << text;
  }
}

// Planted bug that turns it red: IsPossibleNumber instead of IsValidNumber.
TEST(Phone, a_number_that_no_country_assigned_is_refused) {
  for (const std::string& text : {std::string("+1 212 055 0123"),  // an exchange does not begin with 0
                                  std::string("+7 000 000 00 00"), std::string("+999 123456789"), std::string("+7"),
                                  "+" + std::string(15, '9'), "+" + std::string(16, '4')}) {
    EXPECT_EQ(read_phone(text), kMalformed) << text;
  }
}

// The library by itself takes most of these.
TEST(Phone, letters_extensions_and_parameters_are_refused) {
  for (const char* text :
       {"tel:+442079460123", "+442079460123 ext. 5", "+442079460123;ext=5", "call +442079460123", "+1 800 FLOWERS",
        "++442079460123", "+442079460123\n+442079460123", "+44２０79460123", "20 7946 0123;phone-context=+44"}) {
    EXPECT_EQ(read_phone(text), kMalformed) << text;
  }
}

TEST(Phone, nothing_reaches_standard_output_or_error) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  for (const char* text : {"+", "+7", "+999999999999", "00", "+00000000000", "+ () -", "+1(((((((((((((((((("}) {
    EXPECT_FALSE(canonical_phone(text));
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Phone, published_examples_are_read) {
  const std::string path = shared_data("vectors/phones/examples.tsv");
  if (!exists(path)) GTEST_SKIP() << "no published phone examples";
  const std::string text = *read_file(path, 1u << 20);
  int seen = 0, sound = 0;
  for (const std::string_view line : split(text, '\n')) {
    const auto columns = split(line, '\t');
    if (columns.size() != 4 || columns[0] == "region") continue;
    ++seen;
    const auto phone = canonical_phone("+" + std::string(columns[1]) + ' ' + std::string(columns[3]));
    if (!phone) continue;
    ++sound;
    EXPECT_EQ(read_phone(*phone), *phone);
  }
  std::printf("%d of %d published examples are read\n", sound, seen);
  EXPECT_GE(sound * 100, seen * 95);
}

}  // namespace
}  // namespace cordon
