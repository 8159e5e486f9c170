#include "observable/iban.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"

namespace cordon {
namespace {

TEST(Iban, spaces_and_small_letters_become_the_compact_form) {
  EXPECT_EQ(*canonical_iban("kz86 125k zt50 0410 0100"), "KZ86125KZT5004100100");  // the registry's example
  EXPECT_EQ(*canonical_iban("GB82 WEST 1234 5698 7654 32"), "GB82WEST12345698765432");
  EXPECT_EQ(*canonical_iban("DE89370400440532013000"), "DE89370400440532013000");
}

// Planted bug that turns it red: no test of the remainder.
TEST(Iban, a_wrong_digit_or_two_digits_swapped_are_refused) {
  EXPECT_FALSE(canonical_iban("DE89370400440532013001"));
  EXPECT_FALSE(canonical_iban("DE89370400440532010300"));
  EXPECT_FALSE(canonical_iban("KZ86125KZT5004100101"));
}

// The check digits are right for these. Planted bug that turns it red: no test of the length.
TEST(Iban, a_country_has_one_length) {
  EXPECT_FALSE(canonical_iban("DE5137040044053201300"));
  EXPECT_FALSE(canonical_iban("DE813704004405320130000"));
  EXPECT_FALSE(canonical_iban("KZ44125KZT500410010"));
}

TEST(Iban, a_country_outside_the_registry_is_refused) {
  EXPECT_FALSE(canonical_iban("KG86125KZT5004100100"));
  EXPECT_FALSE(canonical_iban("US64SVBKUS6S3300958879"));
}

// DE00 + 97 is DE97 …: each of these has remainder 1 with check digits that no bank computes.
TEST(Iban, check_digits_below_02_are_refused) {
  for (int account = 0; account < 97; ++account) {
    const std::string tail = std::to_string(370400440532013000 + account);
    EXPECT_FALSE(canonical_iban("DE00" + tail));
    EXPECT_FALSE(canonical_iban("DE01" + tail));
    EXPECT_FALSE(canonical_iban("DE99" + tail));
  }
}

TEST(Iban, published_examples_of_registered_countries_are_read) {
  const std::string path = shared_data("vectors/iban/examples.tsv");
  if (!exists(path)) GTEST_SKIP() << "no published IBAN examples";
  const std::string text = *read_file(path, 1u << 20);
  int seen = 0, sound = 0;
  std::string others;
  for (const std::string_view line : split(text, '\n')) {
    const auto columns = split(line, '\t');
    if (columns.size() != 5 || columns[0] == "country") continue;
    ++seen;
    const auto iban = canonical_iban(columns[3]);
    if (iban) {
      ++sound;
      EXPECT_EQ(*iban, columns[3]);
    } else {
      others += ' ' + std::string(columns[0]);
    }
  }
  std::printf("%d of %d published examples are read; not:%s\n", sound, seen, others.c_str());
  EXPECT_GE(sound, 75);
}

}  // namespace
}  // namespace cordon
