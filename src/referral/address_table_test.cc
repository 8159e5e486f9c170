// Planted bugs, each seen red: blocks compared without their family; the length of a MaxMind tree that is believed.
#include "referral/address_table.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/places_for_tests.h"

namespace cordon {
namespace {

std::string place_text(const AddressTable& table, const char* address) {
  const AddressPlace place = table.place_of(*parse_ip(address));
  return place.country + "/" + std::to_string(place.system);
}

TEST(AddressTable, lines_of_blocks_are_read_with_tabs_or_commas) {
  const auto table = AddressTable::read(
      "# a comment\n198.51.100.0\t198.51.100.255\t64500\tKZ\tA NET\n"
      "\"11.0.0.0\",\"11.0.0.9\",\"TJ\"\n2a00:1::\t2a00:1::ffff\t64501\tUZ\tSIX\n12.0.0.0\t12.0.0.255\t0\tNone\tNot "
      "routed\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(place_text(*table, "198.51.100.0"), "kz/64500");
  EXPECT_EQ(place_text(*table, "198.51.100.255"), "kz/64500");
  EXPECT_EQ(place_text(*table, "198.51.101.0"), "/0");
  EXPECT_EQ(place_text(*table, "11.0.0.9"), "tj/0");
  EXPECT_EQ(place_text(*table, "11.0.0.10"), "/0");
  EXPECT_EQ(place_text(*table, "12.0.0.1"), "/0");
  EXPECT_EQ(place_text(*table, "2a00:1::1"), "uz/64501");
  EXPECT_EQ(place_text(*table, "2a00:2::1"), "/0");
  EXPECT_EQ(place_text(*table, "::1"), "/0");
}

TEST(AddressTable, what_is_no_table_is_refused_with_its_line) {
  for (const char* text : {"", "x", "198.51.100.0\t198.51.100.255", "198.51.100.9\t198.51.100.1\tKZ",
                           "1.1.1.1\t::1\tKZ", "11.0.0.0\t11.0.0.9\tKZ\n11.0.0.9\t11.0.0.12\tKZ"})
    EXPECT_FALSE(AddressTable::read(text)) << text;
  EXPECT_EQ(AddressTable::read("11.0.0.0\t11.0.0.9\tKZ\nx\n").error().where, "line 2");
}

TEST(AddressTable, a_maxmind_file_is_read_and_a_broken_one_says_nothing) {
  const std::string good = *read_file(source_folder() + "/tests/corpus/address_table/mmdb", 1u << 20);
  const auto table = AddressTable::read(good);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(place_text(*table, "11.2.3.4"), "kz/0");
  EXPECT_EQ(place_text(*table, "200.2.3.4"), "/0");
  EXPECT_EQ(place_text(*table, "2a00:1::1"), "/0");
  const auto ring = AddressTable::read(*read_file(source_folder() + "/tests/corpus/address_table/ring", 1u << 20));
  ASSERT_TRUE(ring);
  EXPECT_EQ(place_text(*ring, "11.2.3.4"), "/0");
  std::string huge = good;
  huge[huge.rfind("node_count") + 10 + 1] = '\x7f';
  EXPECT_FALSE(AddressTable::read(huge)) << "a tree of two thousand million nodes";
}

// The public table itself, where it lies beside the project: addresses whose country is known to everybody.
TEST(AddressTable, the_published_country_table_is_read) {
  const std::string path = shared_data("geo/iptoasn-country/iptoasn-country.mmdb");
  if (!exists(path)) GTEST_SKIP() << "no " << path;
  const auto table = AddressTable::read(*read_file(path, kLargestAddressTable));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->place_of(*parse_ip("8.8.8.8")).country, "us");
  EXPECT_EQ(table->place_of(*parse_ip("193.0.6.139")).country, "nl");
  EXPECT_EQ(table->place_of(*parse_ip("2001:67c:2e8:22::c100:68b")).country, "nl");
  EXPECT_EQ(table->place_of(*parse_ip("10.0.0.1")).country, "");
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < 65'536; ++i)
    known += table->place_of(*parse_ip(ipv4_text(i << 16 | 0x0101))).country.empty() ? 0 : 1;
  EXPECT_GT(known, 40'000u);
}

}  // namespace
}  // namespace cordon
