// Judging a plain host name without one allocation: the answers of parse_domain (domain.h), for the names that are
// lower-case ASCII without "xn--", and "ask the parser" for all others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

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
TopName top_name(std::string_view label);  // in any case

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
HostVerdict judge_host(const HostText& host);
HostVerdict judge_host(const HostText& host, TopName top);  // for one who has asked top_name

// "192.0.2.1", as ip.h writes it and no other way; else nothing.
std::optional<std::uint32_t> plain_ipv4(std::string_view text);

}  // namespace cordon
