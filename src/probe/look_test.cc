// Where a look may go, and that the kernel's firewall and the code agree on what is inside. Planted bugs, each seen
// red: a range left out of inside_v4(); an address of a URL that is not asked about.
#include "probe/look.h"

#include <gtest/gtest.h>

#include "observable/ip_range.h"
#include "probe/fence.h"

namespace cordon {
namespace {

Fault fault_of_place(ObservableKind kind, std::string_view text) {
  const auto target = parse_observable(kind, text);
  EXPECT_TRUE(target) << text;
  const auto place = place_of(*target);
  EXPECT_FALSE(place) << text;
  return place ? Fault::Corrupt : place.error().fault;
}

TEST(Place, a_url_a_domain_and_an_address_have_one) {
  const auto place = [](ObservableKind kind, std::string_view text) {
    return *place_of(*parse_observable(kind, text));
  };
  EXPECT_EQ(place(ObservableKind::Url, "hxxps://bad[.]example[.]org:8443/a?b"), "https://bad.example.org:8443/a?b");
  EXPECT_EQ(place(ObservableKind::Domain, "bad.example.org"), "http://bad.example.org/");
  EXPECT_EQ(place(ObservableKind::Ip, "11.2.3.4"), "http://11.2.3.4/");
  EXPECT_EQ(place(ObservableKind::Ip, "2a00:1::2"), "http://[2a00:1::2]/");
}

TEST(Place, nothing_inside_and_nothing_without_a_host_has_one) {
  EXPECT_EQ(fault_of_place(ObservableKind::Ip, "10.0.0.1"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Ip, "::1"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Ip, "64:ff9b::a00:1"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Url, "http://0x7f.1/"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Url, "http://[::ffff:10.0.0.1]/x"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Url, "ftp://bad.example.org/x"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Email, "a@example.org"), Fault::Refused);
  EXPECT_EQ(fault_of_place(ObservableKind::Handle, "telegram:@someone1"), Fault::Refused);
}

// The first and last address of a block, and those beside it.
TEST(Fence, the_firewalls_ranges_are_what_the_code_calls_inside) {
  std::vector<IpRange> v4;
  for (const std::string_view text : inside_v4()) v4.push_back(*parse_ip_range(text));
  for (std::uint32_t high = 0; high < 1u << 16; ++high) {
    for (const std::uint32_t low : {0u, 1u, 0x00FFu, 0x0200u, 0x6400u, 0x7100u, 0xFFFFu}) {
      const std::uint32_t number = high << 16 | low;
      const Ip address = *parse_ip(ipv4_text(number));
      const bool in = std::any_of(v4.begin(), v4.end(), [&](const IpRange& one) { return one.covers(address); });
      ASSERT_EQ(in, address.is_special()) << address.text();
    }
  }
  std::vector<IpRange> v6;
  for (const std::string_view text : inside_v6()) v6.push_back(*parse_ip_range(text));
  const IpRange global = *parse_ip_range("2000::/3");
  for (std::uint32_t first = 0; first < 1u << 16; ++first) {
    for (const unsigned second : {0x00u, 0x01u, 0x0du, 0x0fu, 0x10u, 0xffu}) {
      std::array<std::uint8_t, 16> bytes{static_cast<std::uint8_t>(first >> 8), static_cast<std::uint8_t>(first),
                                         static_cast<std::uint8_t>(second), 0xb8};
      bytes[15] = 1;
      const Result<Ip> address = parse_ip(ipv6_text(bytes));
      if (!address || address->is_v4()) continue;
      const bool in = !global.covers(*address) ||
                      std::any_of(v6.begin(), v6.end(), [&](const IpRange& one) { return one.covers(*address); });
      ASSERT_EQ(in, address->is_special()) << address->text();
    }
  }
}

TEST(Fence, its_rules_let_the_resolver_through_and_drop_by_default) {
  const std::string rules = firewall_rules(*parse_ip("10.0.0.53"));
  EXPECT_NE(rules.find("policy drop"), std::string::npos);
  EXPECT_NE(rules.find("ip daddr 10.0.0.53 udp dport 53 accept"), std::string::npos);
  EXPECT_NE(firewall_rules(*parse_ip("2a00:1::53")).find("ip6 daddr 2a00:1::53 udp dport 53"), std::string::npos);
}

TEST(Look, is_read_as_it_was_written_and_nothing_else_is) {
  TargetLook look;
  look.at = Instant{1'790'000'000'000};
  look.page = TargetLook::Page::Answered;
  look.status = 404;
  look.body = sha256("x");
  const auto again = read_target_look(to_json(look));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, look);
  for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>>{{"status", 0},
                                                                                      {"status", 1000},
                                                                                      {"page", "seen"},
                                                                                      {"page", "cut"},
                                                                                      {"body", "00"},
                                                                                      {"whole", 1},
                                                                                      {"at", "x"}}) {
    EXPECT_FALSE(read_target_look(to_json(look).set(key, value))) << key;
  }
}

}  // namespace
}  // namespace cordon
