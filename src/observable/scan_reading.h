// What the verifiers of the scanner see of a text: its bytes and their classes around an anchor, and where finds go.
//
// A verifier may look kReach bytes to either side of its anchor and no further: so much of the text is at hand when it
// is called, wherever the pieces of a stream end, and so its answer cannot depend on them. Outside of the text every
// byte reads as '\0'.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "observable/scan.h"
#include "observable/scan_classify.h"
#include "observable/scan_host.h"

namespace cordon {

inline bool ascii_word(char c) { return letter(c) || digit(c) || c == '-' || c == '_'; }

using Pos = std::uint64_t;

constexpr unsigned bit(FindFlag flag) { return static_cast<unsigned>(flag); }

struct Draft {
  FoundKind kind;
  Pos begin, end;
  std::string_view canonical;
  bool defanged = false;
  unsigned flags = 0;
  HeldBack held_back = HeldBack::No;
};

// Canonical texts are put together here.
struct Scratch {
  HostText host;
  std::array<char, 4200> text;
};

class Reading {
 public:
  static constexpr Pos kReach = 4608;
  static constexpr Pos kLongest = 2048;         // of one find, except a URL that much defanging made longer
  static constexpr std::size_t kBlocks = 1024;  // in the ring: 64 KiB of text

  Reading(const ScanOptions& options, FindSink sink) : options_(options), sink_(sink) {}

  const ScanOptions& options() const { return options_; }
  Scratch& scratch() { return scratch_; }
  const HostJudge& hosts() const { return hosts_; }

  // The bytes of positions base to base + text.size(); classes of whole blocks are the flow's duty (scan.cc).
  void look_at(std::string_view text, Pos base) { text_ = text, base_ = base; }
  ByteClasses& block(Pos number) { return ring_[number % kBlocks]; }
  const ByteClasses& block(Pos number) const { return ring_[number % kBlocks]; }

  char at(Pos i) const { return i - base_ < text_.size() ? text_[i - base_] : '\0'; }
  Pos begin() const { return base_; }
  Pos end() const { return base_ + text_.size(); }
  std::string_view slice(Pos from, Pos to) const { return text_.substr(from - base_, to - from); }
  // How many bytes of the text there are from `from` on.
  std::size_t readable(Pos from) const { return base_ + text_.size() - from; }
  bool starts(Pos from, std::string_view lower_case) const;  // ignoring case

  // Runs of ASCII word bytes: the first byte behind, and the first byte of the run that ends before `from`.
  Pos ascii_end(Pos from, Pos limit) const {
    return first_bit(from, limit, [](const ByteClasses& c) { return ~c.word; });
  }
  Pos ascii_begin(Pos from, Pos floor) const;
  Pos not_hex(Pos from, Pos limit) const {
    return first_bit(from, limit, [](const ByteClasses& c) { return ~c.hex; });
  }
  // The first of the run of hex digits that ends before `at`.
  Pos hex_begin(Pos at, Pos floor) const {
    while (at > floor) {
      const auto run = static_cast<Pos>(std::countl_one(bits_before(at, [](const ByteClasses& c) { return c.hex; })));
      if (run == 0) break;
      at = at - floor > run ? at - run : floor;
      if (run < 64) break;
    }
    return at;
  }
  Pos stop(Pos from, Pos limit) const {
    return first_bit(from, limit, [](const ByteClasses& c) { return c.stop; });
  }
  // The 64 bits of a class from `from` on.
  template <typename Bits>
  std::uint64_t bits_from(Pos from, Bits bits) const {
    const unsigned shift = from % 64;
    const std::uint64_t here = bits(block(from / 64)) >> shift;
    return shift == 0 ? here : here | bits(block(from / 64 + 1)) << (64 - shift);
  }
  // The 64 bits that end before `to`, the last of them on top; those before the text's beginning are 0.
  template <typename Bits>
  std::uint64_t bits_before(Pos to, Bits bits) const {
    const unsigned shift = to % 64;
    const std::uint64_t before = to >= 64 ? bits(block(to / 64 - 1)) : 0;
    return shift == 0 ? before : bits(block(to / 64)) << (64 - shift) | before >> shift;
  }
  Pos name_end(Pos from, Pos limit) const {  // word bytes and dots
    return first_bit(from, limit, [](const ByteClasses& c) { return ~(c.word | c.dot); });
  }
  bool slash_within(Pos from, Pos length) const { return slash(from, from + length) < std::min(from + length, end()); }
  // The next anchor of a URL, in [from, limit).
  Pos slash(Pos from, Pos limit) const {
    return first_bit(from, limit, [](const ByteClasses& c) { return c.slash; });
  }

  // Words of any script that writes spaces between them, with signs of no width in them.
  Pos word_end(Pos from, Pos limit) const;
  Pos word_begin(Pos from, Pos floor) const;
  bool word_at(Pos i) const;      // a word character begins there
  bool word_before(Pos i) const;  // one ends there

  // Finds may begin here: behind the last one.
  Pos free() const { return free_; }
  void pass(Pos to) { free_ = std::max(free_, to); }
  // The end of the last hash, address or URL that was given and not held back; 0 before the first.
  Pos given() const { return given_; }
  // A run of letters in a script without spaces has been looked at up to there, whichever of its dots comes next.
  Pos run_known() const { return run_known_; }
  void know_run(Pos to) { run_known_ = to; }
  // The same within a chain of words that is too long to be anything; what goes on from there is part of it.
  void pass_overlong(Pos to) { pass(to), overlong_ = to; }
  Pos overlong() const { return overlong_; }
  // False, and nothing given, where another find has the place already.
  bool give(const Draft& draft);
  // Inside of the url that was given last.
  void give_inside(Draft draft);

 private:
  template <typename Bits>
  Pos first_bit(Pos from, Pos limit, Bits bits) const {
    limit = std::min(limit, end());
    if (from >= limit) return limit;
    Pos number = from / 64;
    std::uint64_t set = bits(block(number)) >> (from % 64);
    if (set != 0) return std::min<Pos>(limit, from + static_cast<Pos>(std::countr_zero(set)));
    for (++number; number * 64 < limit; ++number) {
      set = bits(block(number));
      if (set != 0) return std::min<Pos>(limit, number * 64 + static_cast<Pos>(std::countr_zero(set)));
    }
    return limit;
  }

  ScanOptions options_;
  FindSink sink_;
  const HostJudge& hosts_ = HostJudge::instance();
  std::string_view text_;
  Pos base_ = 0;
  Pos free_ = 0;
  Pos overlong_ = 0;
  Pos given_ = 0;
  Pos run_known_ = 0;
  Scratch scratch_;
  std::array<ByteClasses, kBlocks> ring_{};
};

struct Character {
  std::uint32_t code;  // 0 for a broken byte
  std::size_t length;
};
Character read_character(std::string_view text);
bool without_spaces(std::uint32_t code);  // of a script whose words touch
bool letter_or_mark(std::uint32_t code);  // above ASCII

// The verifiers, by family. Each is called with the place of an anchor at or behind free().
void read_chain(Reading& reading, Pos anchor);  // scan_chain.cc: a dot between words in any spelling, or several colons
void read_blank_dot(Reading& reading, Pos dot);    // scan_chain.cc: a dot behind a blank
void read_scheme(Reading& reading, Pos colon);     // scan_url.cc: "://"
void read_percent(Reading& reading, Pos percent);  // scan_url.cc: "%3A"
void read_run(Reading& reading, Pos begin);        // scan_token.cc: 15 word bytes or more
void read_rare(Reading& reading, Pos anchor);      // scan_token.cc: the rare class
// A hash, a wallet, an IBAN in one word. False where it is none of them.
bool read_token(Reading& reading, Pos begin, Pos end);  // scan_token.cc

// A URL whose bytes stand at [begin, end) in an encoding. False, and nothing given, where `url` is none: scan_url.cc.
bool give_decoded(Reading& reading, Pos begin, Pos end, std::string_view url, bool defanged);
// The address that base64 or hex digits begin with, one or two bytes of base64 before it passed over: scan_encoded.cc.
struct DecodedAddress {
  std::string text;        // empty: none begins there
  std::size_t length = 0;  // of the digits that were looked at
};
DecodedAddress decoded_address(std::string_view digits);
// Addresses in a word of base64 or hex digits, which may go on behind `end` with "+", "/" and "=".
bool read_encoded(Reading& reading, Pos begin, Pos end);  // scan_encoded.cc

}  // namespace cordon
