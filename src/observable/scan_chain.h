// Chains of words: what the files of names (scan_chain.cc, scan_name.cc, scan_url.cc) share. For nobody else.
//
// A dot (or what stands for one) between words is an anchor. The chain around it is read once: words held together by
// single connectors (. : @ + and their broken forms "[.]", "(at)", " dot ", …), and what the chain holds is told by
// its connectors:
//
//   "see hxxp://a[.]example[.]org/x, mail bob[at]example[.]net."
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^       ^^^^^^^^^^^^^^^^^^^^
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "observable/scan_reading.h"

namespace cordon {

constexpr Pos kNowhere = ~Pos{0};
constexpr std::size_t kMostWords = 128;

constexpr std::array<bool, 256> byte_table(std::string_view signs) {
  std::array<bool, 256> table{};
  for (const char c : signs) table[static_cast<unsigned char>(c)] = true;
  return table;
}
// What may be a connector's last byte, and its first.
constexpr std::array<bool, 256> byte_set(std::string_view signs) {
  std::array<bool, 256> table = byte_table(signs);
  for (std::size_t c = 0x80; c < 256; ++c) table[c] = true;
  return table;
}
constexpr auto kEndsConnector = byte_set(":@+])}.");
constexpr auto kStartsConnector = byte_set(":@+[({\\.");
// What goes_on_right and goes_on_left may say yes to.
constexpr auto kMayGoOn = byte_set(":@+[({\\. ");
constexpr auto kMayComeFrom = byte_set(":@+])}. ");
inline bool closes(char c) { return c == ']' || c == ')' || c == '}'; }
inline char closer_of(char opener) { return opener == '[' ? ']' : opener == '(' ? ')' : opener == '{' ? '}' : '\0'; }
inline bool all_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}
inline bool one_of(std::string_view list, std::string_view word) {  // `list` has a space around each word
  if (word.empty() || word.size() > 14) return false;
  std::array<char, 16> padded;
  padded[0] = ' ';
  for (std::size_t i = 0; i < word.size(); ++i)
    padded[i + 1] = upper(word[i]) ? static_cast<char>(word[i] | 0x20) : word[i];
  padded[word.size() + 1] = ' ';
  return list.find(std::string_view(padded.data(), word.size() + 2)) != std::string_view::npos;
}

// Up to four characters in one number, in lower case.
constexpr std::uint32_t packed(std::string_view word) {
  std::uint32_t all = 0;
  for (const char c : word) all = all << 8 | static_cast<std::uint32_t>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return all;
}

// One bit of 64 for each word, which tells most others apart at once.
template <std::size_t n>
constexpr std::uint64_t sieve(const std::array<std::uint32_t, n>& list) {
  std::uint64_t bits = 0;
  for (const std::uint32_t word : list) bits |= std::uint64_t{1} << (word * 0x9e3779b1u >> 26);
  return bits;
}
template <std::size_t n>
inline bool one_of(const std::array<std::uint32_t, n>& list, std::uint64_t sieve, std::string_view word) {
  if (word.size() > 4) return false;
  const std::uint32_t one = packed(word);
  return (sieve >> (one * 0x9e3779b1u >> 26) & 1) != 0 && std::find(list.begin(), list.end(), one) != list.end();
}
struct Connector {
  char meant = '\0';  // none
  Pos length = 0;
  bool broken = false;  // written so that nobody reaches it by a click
};

struct Word {
  Pos begin, end;
  char before;  // the connector, as meant; '\0' at the chain's start
  bool broken;
};

using Words = std::span<const Word>;
class Chain {
 public:
  explicit Chain(Reading& reading) : r_(reading) {}

  void read(Pos anchor);
  void read_scheme(Pos colon);
  void read_blank_dot(Pos dot);
  void read_percent(Pos percent);

 private:
  std::string_view slice(const Word& word) const { return r_.slice(word.begin, word.end); }
  char previous(Pos at) const { return at > 0 ? r_.at(at - 1) : ' '; }
  Pos limit(Pos from) const { return from + Reading::kLongest; }

  Connector connector(Pos at) const;
  Connector bracketed(Pos at) const;
  Pos heaped_dot(Pos at) const;
  bool broken_dot_behind(Pos at) const;
  void read_broken_host(Pos body);
  bool read_spaceless(Pos dot);
  Pos connector_before(Pos at, Pos floor) const;
  bool gather(Pos begin);
  bool goes_on_left(Pos begin) const;
  bool goes_on_right(Pos end) const;
  bool read_short(Pos dot);
  bool read_plain(Pos dot, Pos floor);
  void step_over(Pos at, Pos anchor);
  bool words_in_brackets(Pos open) const;
  bool path_behind_blank(Pos begin, Pos body, Pos blank, Pos host_end) const;
  // The meant scheme, empty if unknown, and whether the author broke it.
  struct Scheme {
    std::string_view meant;
    bool broken = false;
  };
  struct UrlEnd {
    Pos end = 0;
    Pos host = 0;         // where the host ends, if quick
    bool quick = false;   // no sign stands behind the host that might end a URL
    bool percent = true;  // a '%' may be there
  };
  Pos trimmed_url(Pos body, Pos end) const;
  bool quick_end(Pos body, UrlEnd& found) const;
  bool name_follows(Pos from) const;
  Pos url_end(Pos begin, Pos body) const;
  Scheme scheme_of(Pos begin, Pos body) const;
  static Scheme common_scheme(std::string_view written);
  bool copy_path(Pos begin, Pos end, char*& out) const;
  bool fill_host(Words words, Pos begin, Pos end) const;
  bool give_parsed(FoundKind kind, Pos begin, Pos end, HeldBack held = HeldBack::No);
  bool take_url(Pos begin, Pos body, Scheme scheme);
  bool fast_url(Pos body, UrlEnd& where, Scheme scheme, Draft& draft) const;
  void take_inside(Pos begin, Pos end);
  void take_encoded(Pos begin, Pos end);
  bool take_wrapped(Pos begin, Pos end);
  void read_path(Pos colon);

  void look_at();
  void take_group(Words words, bool path);
  void take_names(Words words, bool path);
  void take_email(Words words);
  void take_name(Words words, bool path);
  void take_domain(Words words, Pos begin, Pos end, HeldBack held, TopName top);
  void take_ipv4(Words words, Pos begin, Pos end, bool plain, bool path);
  void give_domain(Pos begin, Pos end, HeldBack held, bool broken, HostVerdict verdict);
  HeldBack doubt_of_numbers(Pos begin, Pos end) const;
  void give_ipv4(Pos begin, Pos end, std::uint32_t address);
  bool take_ipv6(Words words);
  bool take_fingerprint(Words words);
  void take_word(const Word& word) { read_token(r_, word.begin, trimmed_end(word)); }

  struct Name {  // words and single dots
    Pos begin, end;
    Pos top;        // where its last label begins
    Pos first_end;  // where its first label ends
  };
  HeldBack doubt(const Name& name, bool path, TopName top_is) const;
  HeldBack doubt_of_capitals(const Name& name, TopName top_is) const;
  bool range_follows(Pos end, Pos& range_end) const;
  bool heading(Pos begin, Pos end) const;
  bool version_before(Pos begin) const;
  bool message_id_before(Pos begin) const;
  bool called_a_host(Pos begin, Pos end) const;
  bool in_row_of_finds(Pos begin, Pos end) const;
  bool log_selector(const Name& name) const;
  Pos after_underscores(Pos begin, Pos end) const;
  Pos trimmed_end(Pos begin, Pos end) const {  // "_example.org_" is emphasis
    while (end > begin + 1 && (r_.at(end - 1) == '_' || r_.at(end - 1) == '-')) --end;
    return end;
  }
  Pos trimmed_end(const Word& word) const { return trimmed_end(word.begin, word.end); }

  Reading& r_;
  std::array<Word, kMostWords> words_;
  std::size_t count_ = 0;
  bool plain_ = false;          // ASCII words and dots only
  bool behind_scheme_ = false;  // of those that are no web address: "tcp://"
};

}  // namespace cordon
