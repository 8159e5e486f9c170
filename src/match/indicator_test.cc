#include "match/indicator.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

Observable seen(ObservableKind kind, std::string_view text) { return *parse_observable(kind, text); }

ListedIndicator listed(std::variant<Observable, IpRange> what) {
  return {.what = std::move(what),
          .category = Category::Phishing,
          .source = "list",
          .added = *parse_day("2026-11-01"),
          .valid_until = *parse_day("2026-12-01")};
}

Fault fault_of(const ListedIndicator& indicator) {
  const auto checked = check_indicator(indicator);
  EXPECT_FALSE(checked);
  return checked ? Fault::Corrupt : checked.error().fault;
}

TEST(IpRange, is_written_one_way) {
  EXPECT_EQ(parse_ip_range("192.0.2.0/24")->text(), "192.0.2.0/24");
  EXPECT_EQ(parse_ip_range(" 2001:DB8:0::/32 ")->text(), "2001:db8::/32");
  EXPECT_EQ(parse_ip_range("0.0.0.0/0")->bits(), 0);
  for (const char* wrong : {"192.0.2.7/24", "192.0.2.0/33", "192.0.2.0", "192.0.2.0/", "192.0.2.0/-1", "/24",
                            "::ffff:192.0.2.0/120", "2001:db8::/129", "192.0.2.0/024x", "2001:db8::1/64"})
    EXPECT_FALSE(parse_ip_range(wrong)) << wrong;
}

// Planted bug: compare whole bytes only in same_start().
TEST(IpRange, covers_what_begins_with_its_bits) {
  const IpRange wide = *parse_ip_range("198.51.96.0/20");
  EXPECT_TRUE(wide.covers(wide));
  EXPECT_TRUE(wide.covers(*parse_ip_range("198.51.111.0/24")));
  EXPECT_FALSE(wide.covers(*parse_ip_range("198.51.112.0/24")));
  EXPECT_FALSE(wide.covers(*parse_ip_range("198.51.0.0/16")));
  EXPECT_FALSE(parse_ip_range("0.0.0.0/0")->covers(*parse_ip_range("2001:db8::/32")));
}

TEST(Day, counts_and_is_written) {
  EXPECT_EQ(parse_day("1970-01-01")->number(), 0);
  EXPECT_EQ(parse_day("2026-11-24")->text(), "2026-11-24");
  EXPECT_EQ(parse_day("2026-11-24T23:30:00-01:00")->text(), "2026-11-25");
  EXPECT_EQ(Day::last().text(), "2149-06-06");
  EXPECT_EQ(Day::of(*parse_rfc3339("2200-01-01T00:00:00Z")), Day::last());
  EXPECT_FALSE(parse_day("2200-01-01"));
  EXPECT_FALSE(parse_day("2026-11-4"));
  EXPECT_EQ(parse_day("2026-11-24")->plus(7).text(), "2026-12-01");
}

TEST(Indicator, a_prefix_is_host_port_and_path) {
  EXPECT_EQ(prefix_key("http://example.org:8080/a/b/?q=/x"), "example.org:8080/a/b");
  EXPECT_EQ(prefix_key("https://example.org/"), "example.org");
}

// Planted bugs: leave out check_reach(), check_range(), or the line about active indicators.
TEST(Indicator, what_an_index_may_not_hold_is_refused) {
  auto domain = listed(seen(ObservableKind::Domain, "bad.example.org"));
  EXPECT_TRUE(check_indicator(domain));
  domain.reach = Reach::Below;
  EXPECT_TRUE(check_indicator(domain));
  domain.reach = Reach::Prefix;
  EXPECT_EQ(fault_of(domain), Fault::Refused);

  auto url = listed(seen(ObservableKind::Url, "http://bad.example.org/login/"));
  url.reach = Reach::Prefix;
  EXPECT_TRUE(check_indicator(url));
  url.category = Category::Fraud;
  EXPECT_EQ(fault_of(url), Fault::Refused) << "amendment 10";
  url = listed(seen(ObservableKind::Url, "http://bad.example.org/"));
  url.reach = Reach::Prefix;
  EXPECT_EQ(fault_of(url), Fault::Refused) << "a whole host";
  url = listed(seen(ObservableKind::Url, "http://tenant.github.io/login/"));
  url.reach = Reach::Prefix;
  EXPECT_EQ(fault_of(url), Fault::Refused) << "a shared host";

  auto range = listed(*parse_ip_range("198.51.100.0/24"));
  EXPECT_EQ(fault_of(range), Fault::Refused) << "a range of C05";
  range.category = Category::Malware;
  EXPECT_TRUE(check_indicator(range));
  range.standing = Standing::Active;
  EXPECT_EQ(fault_of(range), Fault::Refused) << "a range as a target";

  auto active = listed(seen(ObservableKind::Domain, "bad.example.org"));
  active.standing = Standing::Active;
  EXPECT_EQ(fault_of(active), Fault::Refused) << "no case";
  active.id = "case";
  EXPECT_TRUE(check_indicator(active));
  active.category = {};
  EXPECT_EQ(fault_of(active), Fault::Refused) << "no category";

  auto wrong = listed(seen(ObservableKind::Domain, "bad.example.org"));
  wrong.confidence = 101;
  EXPECT_EQ(fault_of(wrong), Fault::Malformed);
  wrong = listed(seen(ObservableKind::Domain, "bad.example.org"));
  wrong.valid_until = wrong.added.plus(-1);
  EXPECT_EQ(fault_of(wrong), Fault::Malformed);
  wrong = listed(seen(ObservableKind::Domain, "bad.example.org"));
  wrong.source.clear();
  EXPECT_EQ(fault_of(wrong), Fault::Malformed);
}

}  // namespace
}  // namespace cordon
