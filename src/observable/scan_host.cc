#include "observable/scan_host.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "observable/platform.h"
#include "observable/scan_classify.h"
#include "observable/suffix_rules.h"

namespace cordon {
namespace {

// Top-level names that end more files than hosts, and such that are so only in names of two labels.
constexpr std::string_view kFileEndings[] = {"md", "sh", "py", "pl", "rs", "zip", "mov", "so"};
constexpr std::string_view kMemberNames[] = {"name", "cc",  "ps", "mm",  "mk", "ml", "pm", "tf", "st",
                                             "cab",  "app", "do", "pub", "vi", "sc", "ad", "ms", "target"};
constexpr std::string_view kOldTops[] = {"com", "net", "org", "edu", "gov", "mil", "int", "info", "biz"};
// Files that are programs, or hold some.
constexpr std::string_view kProgramEndings[] = {"exe", "dll", "sys", "scr", "bat", "cmd", "ps1",  "vbs", "vbe",
                                                "jse", "wsf", "hta", "lnk", "msi", "apk", "docm", "xlsm"};
constexpr std::string_view kReservedTops[] = {"test", "example", "invalid", "localhost", "arpa"};

// The first eight bytes of a label as a number, in lower case for letters.
std::uint64_t first_eight(std::string_view label) {
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
    const auto byte = [label](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(label[i])} << (8 * i); };
    eight = byte(0) | byte(size / 2) | byte(size - 1);
  }
  constexpr std::uint64_t kSmall = 0x2020202020202020;
  return size >= 8 ? eight | kSmall : size == 0 ? 0 : eight | kSmall >> (8 * (8 - size));
}

class Tops {
 public:
  Tops() : slots_(kSlots) {
    const SuffixRules& rules = SuffixRules::instance();
    rules.each_top([this](std::string_view label, std::uint8_t flags) {
      const bool parent = flags == (SuffixRules::kRule | SuffixRules::kParent);
      const bool other = !parent && flags != SuffixRules::kRule;
      put(label, TopName::kListed | (parent ? TopName::kParent : 0) | (other ? TopName::kDeeper : 0));
    });
    complete_ = rules.complete();
    mark(kFileEndings, TopName::kFile);
    mark(kMemberNames, TopName::kMember);
    mark(kOldTops, TopName::kOld);
    mark(kProgramEndings, TopName::kProgram);
    mark(kReservedTops, TopName::kReserved);
    put("onion", TopName::kListed | TopName::kOnion);
  }

  TopName find(std::string_view label) const {
    const std::uint64_t eight = first_eight(label);
    for (std::size_t slot = place(eight);; slot = (slot + 1) % kSlots) {
      const Slot& one = slots_[slot];
      if (one.name.traits == 0) break;
      if (one.eight != eight || one.label.size() != label.size()) continue;
      if (label.size() <= 8 || same_rest(one.label, label)) return one.name;
    }
    // Without the list, every word may be a name's end.
    return complete_ ? TopName() : TopName{TopName::kListed | TopName::kDeeper};
  }

 private:
  static constexpr std::size_t kSlots = 4096;
  struct Slot {
    std::uint64_t eight = 0;
    TopName name;
    std::string label;
  };
  static std::size_t place(std::uint64_t eight) { return eight * 0x9e3779b97f4a7c15 >> 52; }
  static bool same_rest(std::string_view listed, std::string_view label) {
    for (std::size_t i = 8; i < label.size(); ++i)
      if ((static_cast<unsigned char>(label[i]) | 0x20) != static_cast<unsigned char>(listed[i])) return false;
    return true;
  }
  template <std::size_t n>
  void mark(const std::string_view (&labels)[n], int trait) {
    for (const std::string_view label : labels) put(label, trait);
  }
  void put(std::string_view label, int traits) {
    const std::uint64_t eight = first_eight(label);
    std::size_t slot = place(eight);
    while (slots_[slot].name.traits != 0 && slots_[slot].label != label) slot = (slot + 1) % kSlots;
    const std::string padded = std::string(label) + std::string(SuffixRules::kPadding, '\0');
    slots_[slot].eight = eight;
    slots_[slot].label = label;
    slots_[slot].name.hash = SuffixRules::label_hash(0, std::string_view(padded).substr(0, label.size()));
    slots_[slot].name.traits = static_cast<std::uint16_t>(slots_[slot].name.traits | traits);
  }

  std::vector<Slot> slots_;
  bool complete_ = false;
};

// Where the signs of a name are: its dots as bits.
class NameSigns {
 public:
  explicit NameSigns(std::string_view name) : size_(name.size()) {  // readable to a multiple of 64, and one byte more
    for (std::size_t word = 0; word * 64 < size_; ++word) {
      const SignBits bits = sign_bits(name.data() + word * 64, std::min<std::size_t>(size_ - word * 64, 64));
      dots_[word] = bits.dots;
      doubled |= bits.doubled, underscore |= bits.underscore;
    }
  }
  bool doubled = false, underscore = false;

  // The start of the label that ends at `end`.
  std::size_t label_before(std::size_t end) const {
    if (end == 0) return 0;
    std::size_t word = (end - 1) / 64;
    std::uint64_t left = dots_[word] << (63 - (end - 1) % 64);
    while (left == 0) {
      if (word == 0) return 0;
      end = word * 64;
      left = dots_[--word];
    }
    return end - static_cast<std::size_t>(std::countl_zero(left));
  }
  // Two labels or more, each of 1 to 63 bytes.
  bool sound() const {
    if (size_ <= 64) {
      const std::uint64_t dots = dots_[0];
      return dots != 0 && (dots & (dots << 1 | 1)) == 0 && (dots >> (size_ - 1) & 1) == 0;
    }
    for (std::size_t end = size_, start = 0;; end = start - 1) {
      start = label_before(end);
      if (start == end || end - start > 63) return false;
      if (start == 0) return end != size_;
    }
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, 4> dots_{};
};

using Lane [[gnu::vector_size(16)]] = unsigned char;

// Sixteen bytes with their capitals made small.
void lower_lane(const char* from, char* to) {
  Lane bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  const Lane letters = bytes - static_cast<unsigned char>('A');
  bytes |= reinterpret_cast<Lane>(letters < 26) & 0x20;
  std::memcpy(to, &bytes, sizeof bytes);
}

}  // namespace

TopName top_name(std::string_view label) {
  static const Tops tops;
  return tops.find(label);
}

void HostText::add_plain(std::string_view piece, std::size_t readable) {
  if (size_ + piece.size() > kMost) {
    sound_ = false;
    return;
  }
  char* const out = text_.data() + size_;
  size_ += piece.size();
  const std::size_t whole = (piece.size() + kLane - 1) / kLane * kLane;
  if (readable >= whole) {
    for (std::size_t i = 0; i < piece.size(); i += kLane) lower_lane(piece.data() + i, out + i);
  } else {
    std::memcpy(out, piece.data(), piece.size());
    for (std::size_t i = 0; i < piece.size(); i += kLane) lower_lane(out + i, out + i);
  }
}

HostVerdict judge_host(const HostText& host) {
  const std::string_view name = host.text();
  return judge_host(host, top_name(name.substr(name.rfind('.') + 1)));  // npos + 1 == 0
}

HostVerdict judge_host(const HostText& host, TopName top) {
  const SuffixRules& rules = SuffixRules::instance();
  const std::string_view name = host.text();
  HostVerdict verdict;
  if (!host.sound() || name.size() < 3 || !top.is(TopName::kListed)) return verdict;
  const NameSigns signs(name);
  if (!signs.sound()) return verdict;
  // "http__example" is a broken scheme to the parser.
  if (signs.doubled &&
      (name.starts_with("xn--") || name.find(".xn--") != std::string_view::npos ||
       name.substr(0, std::min<std::size_t>(8, name.find('.'))).find("__") != std::string_view::npos)) {
    verdict.kind = HostVerdict::Kind::Ask;
    return verdict;
  }
  if (top.is(TopName::kOnion)) {
    verdict.kind = HostVerdict::Kind::Onion;
    return verdict;
  }
  if (!rules.complete()) {
    verdict.kind = HostVerdict::Kind::Ask;
    return verdict;
  }
  const auto label_before = [&](std::size_t end) { return signs.label_before(end); };
  const std::size_t last = label_before(name.size());
  SuffixMatch match{SuffixMatch::Kind::Rule, false, last};
  if (top.is(TopName::kParent) && last > 0) {
    // A tail of two labels or more that is on the list, or the last label alone.
    const std::size_t start = label_before(last - 1);
    const std::uint64_t hash = SuffixRules::label_hash(top.hash, name.substr(start, last - 1 - start));
    if (rules.may_know(hash)) match = rules.longest(name, start, hash, match, label_before);
  } else if (top.is(TopName::kDeeper)) {
    match = rules.longest(name, last, top.hash, {}, label_before);
  }
  if (match.kind == SuffixMatch::Kind::Unknown || match.start == 0) return verdict;
  const std::size_t start = label_before(match.start - 1);
  const std::string_view registered = name.substr(start, match.start - 1 - start);
  if (registered.front() == '-' || registered.back() == '-' ||
      (signs.underscore && registered.find('_') != std::string_view::npos))
    return verdict;
  verdict.kind = HostVerdict::Kind::Name;
  verdict.shared = match.is_private;
  verdict.registrable = static_cast<std::uint8_t>(start);
  verdict.reserved =
      top.is(TopName::kReserved) || (registered == "example" && match.start == last && top.is(TopName::kOld) &&
                                     (name.ends_with(".com") || name.ends_with(".net") || name.ends_with(".org")));
  verdict.platform = may_be_platform(registered);
  return verdict;
}

std::optional<std::uint32_t> plain_ipv4(std::string_view text) {
  if (text.size() < 7 || text.size() > 15) return std::nullopt;
  std::uint32_t address = 0, value = 0;
  std::size_t digits = 0, dots = 0;
  for (const char c : text) {
    if (c == '.') {
      if (digits == 0 || value > 255) return std::nullopt;
      address = address << 8 | value;
      value = 0, digits = 0, ++dots;
    } else {
      if (c < '0' || c > '9' || (digits > 0 && value == 0)) return std::nullopt;  // "01"
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
      if (++digits > 3) return std::nullopt;
    }
  }
  if (dots != 3 || digits == 0 || value > 255) return std::nullopt;
  return address << 8 | value;
}

}  // namespace cordon
