#include "observable/ip.h"

#include <gtest/gtest.h>

#include "observable/fault_for_tests.h"

namespace cordon {
namespace {

std::string read_ip(std::string_view text) { return text_or_fault(canonical_ip(text)); }

TEST(Ip, spellings_of_one_address_become_one) {
  EXPECT_EQ(read_ip("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read_ip("192[.]0[.]2[.]1"), "192.0.2.1");
  EXPECT_EQ(read_ip("192.0.2(.)1"), "192.0.2.1");
  EXPECT_EQ(read_ip("[2001:DB8::0001]"), "2001:db8::1");
  EXPECT_EQ(read_ip("2001[:]db8[:][:]1"), "2001:db8::1");
  EXPECT_EQ(read_ip("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read_ip("::ffff:c000:201"), "192.0.2.1");
}

TEST(Ip, v6_is_written_as_rfc_5952_section_4_says) {
  EXPECT_EQ(read_ip("2001:0db8:0000:0000:0000:0000:0002:0001"), "2001:db8::2:1");
  EXPECT_EQ(read_ip("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");  // one group alone is not shortened
  EXPECT_EQ(read_ip("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");           // the longest run
  EXPECT_EQ(read_ip("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");     // the first of equals
  EXPECT_EQ(read_ip("::"), "::");
  EXPECT_EQ(read_ip("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(read_ip("2001:db8::"), "2001:db8::");
  EXPECT_EQ(read_ip("2001:db8::192.0.2.33"), "2001:db8::c000:221");
}

TEST(Ip, loose_forms_zones_and_ports_are_malformed) {
  for (const char* text :
       {"192.0.2", "192.0.2.256", "192.0.02.1", "0x7f.0.0.1", "3221225985", "192.0.2.1:80", "fe80::1%eth0",
        "2001:db8::1::2", "1.2.3.4.5", "[192.0.2.1", "", "::ffff:192.0.2.01", "one.two.three.four"})
    EXPECT_EQ(read_ip(text), "! malformed") << text;
  EXPECT_EQ(read_ip(std::string("192.0.2.1\0", 10)), "! malformed");
}

// Charter 4.8. Planted bug that turns it red: parse_ip without looks_like_range.
TEST(Ip, a_range_is_never_a_target) {
  for (const char* text :
       {"192.0.2.0/24", "192.0.2.1/32", "2001:db8::/32", "192.0.2.1-192.0.2.9", "192.0.2.1-9", "192.0.2.*", "192.0.*"})
    EXPECT_EQ(read_ip(text), "! refused") << text;
}

TEST(Ip, special_addresses_are_known) {
  for (const char* text :
       {"10.1.2.3",    "127.0.0.1",        "172.31.255.255", "192.168.1.1",      "192.0.2.1", "198.51.100.7",
        "203.0.113.9", "169.254.1.1",      "100.64.0.1",     "198.19.0.1",       "224.0.0.1", "255.255.255.255",
        "0.0.0.0",     "2001:db8::1",      "fe80::1",        "fd00::1",          "::1",       "::",
        "ff02::1",     "2002:c000:201::1", "3fff::1",        "64:ff9b::c000:201"})
    EXPECT_TRUE(parse_ip(text)->is_special()) << text;
  for (const char* text : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "192.0.1.1", "2606:4700::1111",
                           "2a00::1", "2001:4860:4860::8888"})
    EXPECT_FALSE(parse_ip(text)->is_special()) << text;
}

}  // namespace
}  // namespace cordon
