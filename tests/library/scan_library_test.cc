// The library that other programs link: what it says is what the scanner says, from C and from C++.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "library/cordon_scan.hpp"

namespace {

const std::string kText =
    "led to hxxps://login[.]example[.]org/a, see https://csirt.example.com/1 and README.md, 10.0.0.0/8";

struct Kept {
  std::string kind, written, canonical;
  std::uint64_t offset;
  std::uint32_t flags;
  bool operator==(const Kept&) const = default;
};

std::vector<Kept> whole(std::uint32_t options = 0) {
  std::vector<Kept> all;
  const std::uint64_t count = cordon_scan::scan(
      kText,
      [&](const cordon_scan::Find& find) {
        all.push_back(
            {std::string(find.kind), std::string(find.written), std::string(find.canonical), find.offset, find.flags});
      },
      options);
  EXPECT_EQ(count, all.size());
  return all;
}

TEST(Library, finds_are_those_of_the_command) {
  const auto all = whole();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].canonical, "https://login.example.org/a");
  EXPECT_EQ(all[0].flags, CORDON_DEFANGED | CORDON_RESERVED);
  EXPECT_EQ(all[1].flags, std::uint32_t{CORDON_RESERVED});  // planted bug: CORDON_DEFANGED for every find
  EXPECT_EQ(all[2].kind, "cidr");
  EXPECT_NE(all[2].flags & CORDON_CONTEXT, 0u);  // planted bug: leave target_kind() out
  for (const Kept& one : all) EXPECT_EQ(kText.substr(one.offset, one.written.size()), one.written);
  EXPECT_EQ(whole(CORDON_SCAN_LOOSE).size(), 4u);
}

TEST(Library, pieces_give_what_the_whole_gives) {
  std::vector<Kept> all;
  cordon_scan::Scanner scanner([&](const cordon_scan::Find& find) {
    all.push_back(
        {std::string(find.kind), std::string(find.written), std::string(find.canonical), find.offset, find.flags});
  });
  for (int again = 0; again < 2; ++again) {  // and it is as new after its end
    all.clear();
    for (const char& c : kText) scanner.feed({&c, 1});
    EXPECT_EQ(scanner.finish(), 3u);
    EXPECT_EQ(all, whole());
  }
}

// Only the functions of the header leave the library, so that it disturbs nobody's own symbols.
TEST(Library, nothing_else_is_exported) {
  std::FILE* pipe = ::popen("nm -D --defined-only " CORDON_SCAN_LIBRARY " | awk '{print $3}' | sort", "r");
  ASSERT_NE(pipe, nullptr);
  std::string names;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) names.append(buffer, got);
  ::pclose(pipe);
  EXPECT_EQ(names,
            "cordon_scan_text\ncordon_scanner_feed\ncordon_scanner_finish\ncordon_scanner_free\ncordon_scanner_new\n");
}

TEST(Library, a_program_in_c_runs) {
  std::FILE* pipe = ::popen(CORDON_EXAMPLE, "r");
  ASSERT_NE(pipe, nullptr);
  std::string said;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) said.append(buffer, got);
  EXPECT_EQ(::pclose(pipe), 0);
  const std::string once = "7 url https://login.example.org/a (defanged)\n44 url https://csirt.example.com/1\n";
  EXPECT_EQ(said, once + once);
}

}  // namespace
