// Judging a plain host name without one allocation: the answers of parse_domain (domain.h), for the names that are
// lower-case ASCII without "xn--", and "ask the parser" for all others.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "observable/platform.h"
#include "observable/scan_lanes.h"
#include "observable/suffix_rules.h"

namespace cordon {

// What the last label of a name tells by itself. Bits.
struct TopName {
  static constexpr std::uint16_t kListed = 1;     // the suffix list knows it
  static constexpr std::uint16_t kParent = 256;   // a suffix, with others below it
  static constexpr std::uint16_t kDeeper = 2;     // more than that: the list itself must be asked
  static constexpr std::uint16_t kFile = 4;       // ends more files than hosts: "md"
  static constexpr std::uint16_t kMember = 8;     // so in names of two labels: "name"
  static constexpr std::uint16_t kOld = 16;       // as old as names in capitals: "com"
  static constexpr std::uint16_t kProgram = 32;   // no name at all, but of files that are programs: "exe"
  static constexpr std::uint16_t kReserved = 64;  // for documents and tests: "example"
  static constexpr std::uint16_t kOnion = 128;
  std::uint16_t traits = 0;
  std::uint64_t hash = 0;  // of SuffixRules
  bool is(std::uint16_t trait) const { return (traits & trait) != 0; }
};
// A host name while it is read, in lower case.
class HostText {
 public:
  static constexpr std::size_t kMost = 253;
  void clear() { size_ = 0, sound_ = true; }
  bool sound() const { return sound_; }  // it fits, and has only letters, digits, '-', '_' and dots
  void add(char c) {
    const char known = kLower[static_cast<unsigned char>(c)];
    if (known == '\0' || size_ >= kMost)
      sound_ = false;
    else
      text_[size_++] = known;
  }
  void add(std::string_view label) {
    for (const char c : label) add(c);
  }
  // A piece of letters, digits, '-', '_' and dots, known to be that; `readable` bytes may be read from its start on.
  void add_plain(std::string_view piece, std::size_t readable);
  // Such a name as a whole, of at most 63 bytes, where kShortReach are readable; tells its signs on the way.
  static constexpr std::size_t kShortReach = 65;
  SignBits assign_short(std::string_view name) {
    size_ = name.size(), sound_ = true;
    return lower_short(name.data(), name.size(), text_.data());
  }
  void dot() {
    if (size_ >= kMost)
      sound_ = false;
    else
      text_[size_++] = '.';
  }
  void drop_last_dot() {
    if (size_ > 0 && text_[size_ - 1] == '.') --size_;
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  static constexpr std::array<char, 256> kLower = [] {
    std::array<char, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    for (int c = 'a'; c <= 'z'; ++c)
      table[static_cast<std::size_t>(c)] = table[static_cast<std::size_t>(c - 0x20)] = static_cast<char>(c);
    table['-'] = '-', table['_'] = '_';
    return table;
  }();
  static constexpr std::size_t kLane = 16;
  std::array<char, 256 + 2 * kLane> text_{};  // lanes are read and written behind the end
  std::size_t size_ = 0;
  bool sound_ = true;
};

struct HostVerdict {
  enum class Kind : std::uint8_t {
    None,   // the parser would not take it
    Name,   // a domain below a public suffix
    Onion,  // ends in ".onion"; its checksum was not looked at
    Ask,    // only the parser knows
  };
  Kind kind = Kind::None;
  bool shared = false;           // the suffix is in the list's private section
  bool reserved = false;         // for documents and tests
  bool platform = false;         // may be a platform's name: ask is_platform_host
  std::uint8_t registrable = 0;  // where the registrable name begins
};

// What the lists say of names.
class HostJudge {
 public:
  static const HostJudge& instance();

  TopName top(std::string_view label) const {  // in any case
    const std::uint64_t eight = first_eight(label);
    for (std::size_t slot = place(eight);; slot = (slot + 1) % kSlots) {
      const Slot& one = slots_[slot];
      if (one.name.traits == 0) return unknown_;
      if (one.eight == eight && one.size == label.size() && (one.size <= 8 || same_rest(one, label))) return one.name;
    }
  }
  HostVerdict judge(const HostText& host) const;
  HostVerdict judge(const HostText& host, TopName top) const;  // for one who has asked top()
  // For what assign_short read; a last dot falls.
  HostVerdict judge(HostText& host, SignBits signs) const {
    if (host.text().ends_with('.')) return host.drop_last_dot(), judge(host);
    const std::string_view name = host.text();
    const std::uint64_t dots = signs.dots;
    if (dots == 0 || (dots & (dots << 1 | 1)) != 0) return {};
    const TopName last = top(name.substr(64 - static_cast<std::size_t>(std::countl_zero(dots))));
    return last.is(TopName::kListed) ? judge_short(host, signs, last) : HostVerdict();
  }
  // For a name that assign_short read, of two labels or more, none of them empty.
  HostVerdict judge_short(const HostText& host, SignBits signs, TopName top) const {
    HostVerdict verdict;
    if (signs.doubled || top.is(TopName::kOnion | TopName::kDeeper)) return judge(host, top);
    const std::string_view name = host.text();
    const auto label_before = [&](std::size_t end) {
      const std::uint64_t left = signs.dots << (64 - end);
      return end == 0 || left == 0 ? 0 : end - static_cast<std::size_t>(std::countl_zero(left));
    };
    const std::size_t last = label_before(name.size());
    std::size_t suffix = last, start = label_before(last - 1);
    bool shared = false;
    if (top.is(TopName::kParent)) {
      // A tail of two labels or more that is on the list, or the last label alone.
      const std::uint64_t hash = SuffixRules::label_hash(top.hash, name.substr(start, last - 1 - start));
      if (rules_.may_know(hash)) {
        const SuffixMatch match =
            rules_.longest(name, start, hash, {SuffixMatch::Kind::Rule, false, last}, label_before);
        if (match.start == 0) return verdict;
        suffix = match.start, start = label_before(suffix - 1), shared = match.is_private;
      }
    }
    const std::string_view registered = name.substr(start, suffix - 1 - start);
    if (registered.front() == '-' || registered.back() == '-' ||
        (signs.underscores >> start & ((std::uint64_t{1} << registered.size()) - 1)) != 0)
      return verdict;
    verdict.kind = HostVerdict::Kind::Name;
    verdict.shared = shared;
    verdict.registrable = static_cast<std::uint8_t>(start);
    verdict.reserved = top.is(TopName::kReserved) ||
                       (registered.size() == 7 && top.is(TopName::kOld) && registered == "example" && suffix == last &&
                        name.size() - last == 3 && reserves_example(name.substr(last)));
    verdict.platform = may_be_platform(registered);
    return verdict;
  }

 private:
  static constexpr std::size_t kSlots = 4096;
  struct Slot {
    std::uint64_t eight = 0;
    TopName name;
    std::uint32_t size = 0;
    std::uint32_t rest = 0;  // in rests_: what is behind the first eight
  };

  HostJudge();
  // The first eight bytes of a label as a number, in lower case for letters.
  static std::uint64_t first_eight(std::string_view label) {
    const std::size_t size = label.size();
    std::uint64_t eight = 0;
    if (size >= 8) {
      std::memcpy(&eight, label.data(), 8);
    } else if (size >= 4) {
      std::uint32_t low = 0, high = 0;
      std::memcpy(&low, label.data(), 4);
      std::memcpy(&high, label.data() + size - 4, 4);
      eight = low | std::uint64_t{high} << (8 * (size - 4));
    } else if (size > 0) {
      const auto byte = [label](std::size_t i) {
        return std::uint64_t{static_cast<unsigned char>(label[i])} << (8 * i);
      };
      eight = byte(0) | byte(size / 2) | byte(size - 1);
    }
    constexpr std::uint64_t kSmall = 0x2020202020202020;
    return size >= 8 ? eight | kSmall : size == 0 ? 0 : eight | kSmall >> (8 * (8 - size));
  }
  static std::size_t place(std::uint64_t eight) { return eight * 0x9e3779b97f4a7c15 >> 52; }
  static bool reserves_example(std::string_view top) { return top == "com" || top == "net" || top == "org"; }
  bool same_rest(const Slot& listed, std::string_view label) const;
  void put(std::string_view label, int traits);

  const SuffixRules& rules_;
  std::vector<Slot> slots_;
  std::string rests_;
  TopName unknown_;  // where the list cannot be read, every word may be a name's end
};

// "192.0.2.1", as ip.h writes it and no other way; else nothing.
std::optional<std::uint32_t> plain_ipv4(std::string_view text);
// The same for one who knows the dots of at most 63 bytes, with four readable behind them.
inline std::optional<std::uint32_t> plain_ipv4(std::string_view text, std::uint64_t dots) {
  std::uint32_t address = 0, wrong = 0;
  std::size_t begin = 0;
  dots |= std::uint64_t{1} << text.size();
  for (int part = 0; part < 4; ++part, dots &= dots - 1) {
    if (dots == 0) return std::nullopt;
    const auto end = static_cast<std::size_t>(std::countr_zero(dots));
    const std::size_t size = end - begin;
    if (size - 1 > 2) return std::nullopt;
    std::uint32_t digits = 0;
    std::memcpy(&digits, text.data() + begin, 4);
    const bool zero_first = size > 1 && (digits & 0xff) == '0';
    digits = (digits - 0x30303030) << (8 * (4 - size));  // those of other parts fall off
    wrong |= ((digits | (digits + 0x76767676)) & 0x80808080) | static_cast<std::uint32_t>(zero_first);
    const std::uint32_t value = (digits >> 24) + 10 * (digits >> 16 & 0xff) + 100 * (digits >> 8 & 0xff);
    wrong |= static_cast<std::uint32_t>(value > 255);
    address = address << 8 | (value & 0xff);
    begin = end + 1;
  }
  if (dots != 0 || wrong != 0) return std::nullopt;
  return address;
}

}  // namespace cordon
