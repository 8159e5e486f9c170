// The short ways of scan_host.h and scan_lanes.h against the long ones.
#include "observable/scan_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "observable/domain.h"
#include "observable/ip.h"

namespace cordon {
namespace {

std::string padded(const std::string& text) { return text + std::string(96, '#'); }

bool same(const HostVerdict& a, const HostVerdict& b) {
  return a.kind == b.kind && a.shared == b.shared && a.reserved == b.reserved && a.platform == b.platform &&
         a.registrable == b.registrable;
}

// Planted bug that turns it red: judge_short without `signs.doubled`.
TEST(ScanHost, a_short_name_is_judged_as_a_long_one_and_as_the_parser_does) {
  const HostJudge& judge = HostJudge::instance();
  const std::string pieces[] = {"a",
                                "example",
                                "co",
                                "uk",
                                "com",
                                "github",
                                "io",
                                "xn--p1ai",
                                "B-c",
                                "-x",
                                "y-",
                                "un_der",
                                "b__c",
                                "d--e",
                                "ck",
                                "www",
                                "kawasaki",
                                "jp",
                                "city",
                                "onion",
                                "test",
                                "google",
                                "facebook",
                                "exe",
                                "s3",
                                "amazonaws",
                                "invalid",
                                "9",
                                "arpa",
                                "photography",
                                "a-long-label-of-more-than-sixteen-bytes"};
  std::mt19937 random(7);
  int names = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string name;
    for (unsigned labels = 1 + random() % 4; labels > 0; --labels)
      name += (name.empty() ? "" : ".") + pieces[random() % std::size(pieces)];
    if (random() % 16 == 0) name.insert(random() % (name.size() + 1), ".");
    if (name.size() > 63) continue;
    const std::string text = padded(name);
    HostText quick, slow;
    const SignBits signs = quick.assign_short(std::string_view(text).substr(0, name.size()));
    slow.add_plain(std::string_view(text).substr(0, name.size()), text.size());
    slow.drop_last_dot();
    const HostVerdict verdict = judge.judge(quick, signs);
    ASSERT_TRUE(same(verdict, judge.judge(slow))) << name;
    if (verdict.kind == HostVerdict::Kind::Ask || verdict.kind == HostVerdict::Kind::Onion) continue;
    ASSERT_EQ(verdict.kind == HostVerdict::Kind::Name, static_cast<bool>(parse_domain(name))) << name;
    if (verdict.kind == HostVerdict::Kind::Name) {
      ASSERT_EQ(quick.text().substr(verdict.registrable), parse_domain(name)->registrable()) << name;
      ++names;
    }
  }
  EXPECT_GT(names, 20000);
}

// Planted bug that turns it red: `here >> 1` left out in lower_short.
TEST(ScanHost, lanes_see_what_bytes_say) {
  std::mt19937 random(11);
  const std::string letters = "ab-_.Z9%2*#/+";
  for (int round = 0; round < 20000; ++round) {
    std::string text = "/";
    for (int i = 0; i < 130; ++i) text += letters[random() % letters.size()];
    const std::size_t size = random() % 65;
    const std::string_view piece = std::string_view(text).substr(1, size);
    std::string out(128, '?');
    const SignBits signs = lower_short(text.data() + 1, size, out.data());
    bool doubled = false, percent = false, other = false;
    for (std::size_t i = 0; i < size; ++i) {
      const char before = text[i], c = piece[i], next = text[i + 2];
      ASSERT_EQ(out[i], c == 'Z' ? 'z' : c);
      ASSERT_EQ(signs.dots >> i & 1, c == '.' ? 1u : 0u);
      ASSERT_EQ(signs.underscores >> i & 1, c == '_' ? 1u : 0u);
      doubled = doubled || (i + 1 < size && (c == '-' || c == '_') && next == c);
      percent = percent || c == '%';
      other = other || c == '*' || c == '#' || (c == '%' && next == '2') || (c == '.' && before == '/') ||
              (c == '+' && before == '.');
    }
    ASSERT_EQ(signs.doubled, doubled) << piece;
    const PathSigns path = copy_path_lanes(piece, out.data());
    ASSERT_EQ(out.substr(0, size), piece);
    ASSERT_EQ(path.percent, percent) << piece;
    ASSERT_EQ(path.other, other) << piece;
  }
}

// Planted bug that turns it red: plain_ipv4 takes "01".
TEST(ScanHost, four_numbers_are_an_address_where_the_parser_writes_them_so) {
  std::mt19937 random(13);
  const std::string signs = "0123456789.";
  int addresses = 0;
  for (int round = 0; round < 300000; ++round) {
    std::string text;
    for (int part = 0; part < 4; ++part)
      text += (part == 0 ? "" : ".") + std::to_string(random() % (random() % 4 == 0 ? 400 : 256));
    if (random() % 2 == 0) text[random() % text.size()] = signs[random() % signs.size()];
    const auto ip = parse_ip(text);
    const bool plain = ip && ip->text() == text;
    ASSERT_EQ(plain_ipv4(text).has_value(), plain) << text;
    const std::string longer = padded(text);
    std::string out(64, '?');
    const SignBits where = lower_short(longer.data(), text.size(), out.data());
    ASSERT_EQ(plain_ipv4(std::string_view(longer).substr(0, text.size()), where.dots), plain_ipv4(text)) << text;
    if (plain) {
      ASSERT_EQ(ipv4_text(*plain_ipv4(text)), text);
      ++addresses;
    }
  }
  EXPECT_GT(addresses, 50000);
}

}  // namespace
}  // namespace cordon
