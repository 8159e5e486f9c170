// Judging a plain host name without one allocation: the answers of parse_domain (domain.h), for the names that are
// lower-case ASCII without "xn--", and "ask the parser" for all others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cordon {

// A host name while it is read: lower case, its labels known.
class HostText {
 public:
  static constexpr std::size_t kMost = 253;
  void clear() { size_ = 0, labels_ = 1, starts_[0] = 0, sound_ = true, doubled_ = false; }
  bool doubled() const { return doubled_; }  // may hold "--" or "__"
  bool sound() const { return sound_; }      // it fits, and has only letters, digits, '-', '_' and single dots
  // Letters, digits, '-' and '_' only; anything else makes it unsound.
  void add(char c) {
    const char known = kLower[static_cast<unsigned char>(c)];
    doubled_ = true;  // not looked at here
    if (known == '\0' || size_ >= kMost)
      sound_ = false;
    else
      text_[size_++] = known;
  }
  void add(std::string_view label) {
    if (size_ + label.size() > kMost) {
      sound_ = false;
      return;
    }
    char all_known = 1;
    char* out = text_.data() + size_;
    for (const char c : label) {
      const char known = kLower[static_cast<unsigned char>(c)];
      all_known = known == '\0' ? '\0' : all_known;
      *out++ = known;
    }
    doubled_ = true;
    size_ += label.size();
    sound_ = sound_ && all_known != '\0';
  }
  // A piece of letters, digits, '-', '_' and dots, all of them known to be that; eight at a time.
  void add_plain(std::string_view piece);
  void dot() {
    if (size_ >= kMost || labels_ >= starts_.size() || starts_[labels_ - 1u] == size_) {
      sound_ = false;
      return;
    }
    text_[size_++] = '.';
    starts_[labels_++] = static_cast<std::uint8_t>(size_);
  }
  void drop_last_dot() {
    if (labels_ > 1 && starts_[labels_ - 1u] == size_) --labels_, --size_;
  }
  std::string_view text() const { return {text_.data(), size_}; }
  std::size_t labels() const { return labels_; }
  std::string_view label(std::size_t i) const {
    const std::size_t end = i + 1 < labels_ ? starts_[i + 1] - 1u : size_;
    return {text_.data() + starts_[i], end - starts_[i]};
  }
  std::string_view from(std::size_t label) const { return text().substr(starts_[label]); }

 private:
  static constexpr std::array<char, 256> kLower = [] {
    std::array<char, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    for (int c = 'a'; c <= 'z'; ++c)
      table[static_cast<std::size_t>(c)] = table[static_cast<std::size_t>(c - 0x20)] = static_cast<char>(c);
    table['-'] = '-', table['_'] = '_';
    return table;
  }();
  std::array<char, kMost + 19> text_;  // sixteen bytes behind the longest
  std::array<std::uint8_t, 128> starts_;
  std::size_t size_ = 0, labels_ = 1;
  bool sound_ = true;
  bool doubled_ = false;
};

struct HostVerdict {
  enum class Kind : std::uint8_t {
    None,   // the parser would not take it
    Name,   // a domain below a public suffix
    Onion,  // ends in ".onion"; its checksum was not looked at
    Ask,    // only the parser knows
  };
  Kind kind = Kind::None;
  bool shared = false;     // the suffix is in the list's private section
  bool reserved = false;   // for documents and tests
  bool platform = false;   // may be a platform's name: ask is_platform_host
  std::uint8_t below = 0;  // labels before the registrable name
};
HostVerdict judge_host(const HostText& host);

// False for most words that are no top-level name; `label` in any case.
bool may_be_top(std::string_view label);

}  // namespace cordon
