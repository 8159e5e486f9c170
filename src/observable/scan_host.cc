#include "observable/scan_host.h"

#include <algorithm>
#include <bit>

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

// Where the signs of a name are: its dots as bits.
class NameSigns {
 public:
  explicit NameSigns(std::string_view name) : size_(name.size()) {
    for (std::size_t i = 0; i < size_; ++i) {
      if (name[i] == '.') dots_[i / 64] |= std::uint64_t{1} << i % 64;
      doubled |= i > 0 && name[i] == name[i - 1] && (name[i] == '-' || name[i] == '_');
    }
  }
  bool doubled = false;

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

}  // namespace

const HostJudge& HostJudge::instance() {
  static const HostJudge judge;
  return judge;
}

HostJudge::HostJudge() : rules_(SuffixRules::instance()), slots_(kSlots) {
  rules_.each_top([this](std::string_view label, std::uint8_t flags) {
    const bool parent = flags == (SuffixRules::kRule | SuffixRules::kParent);
    const bool other = !parent && flags != SuffixRules::kRule;
    put(label, TopName::kListed | (parent ? TopName::kParent : 0) | (other ? TopName::kDeeper : 0));
  });
  if (!rules_.complete()) unknown_.traits = TopName::kListed | TopName::kDeeper;
  const auto mark = [this](const auto& labels, int trait) {
    for (const std::string_view label : labels) put(label, trait);
  };
  mark(kFileEndings, TopName::kFile);
  mark(kMemberNames, TopName::kMember);
  mark(kOldTops, TopName::kOld);
  mark(kProgramEndings, TopName::kProgram);
  mark(kReservedTops, TopName::kReserved);
  put("onion", TopName::kListed | TopName::kOnion);
}

void HostJudge::put(std::string_view label, int traits) {
  const std::uint64_t eight = first_eight(label);
  std::size_t slot = place(eight);
  while (slots_[slot].name.traits != 0 &&
         (slots_[slot].eight != eight || slots_[slot].size != label.size() || !same_rest(slots_[slot], label)))
    slot = (slot + 1) % kSlots;
  Slot& one = slots_[slot];
  if (one.name.traits == 0) {
    const std::string padded = std::string(label) + std::string(SuffixRules::kPadding, '\0');
    one.eight = eight;
    one.size = static_cast<std::uint32_t>(label.size());
    one.rest = static_cast<std::uint32_t>(rests_.size());
    one.name.hash = SuffixRules::label_hash(0, std::string_view(padded).substr(0, label.size()));
    rests_ += label.size() > 8 ? label.substr(8) : std::string_view();
  }
  one.name.traits = static_cast<std::uint16_t>(one.name.traits | traits);
}

bool HostJudge::same_rest(const Slot& listed, std::string_view label) const {
  for (std::size_t i = 8; i < label.size(); ++i)
    if ((static_cast<unsigned char>(label[i]) | 0x20) != static_cast<unsigned char>(rests_[listed.rest + i - 8]))
      return false;
  return true;
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

HostVerdict HostJudge::judge(const HostText& host) const {
  const std::string_view name = host.text();
  return judge(host, top(name.substr(name.rfind('.') + 1)));  // npos + 1 == 0
}

HostVerdict HostJudge::judge(const HostText& host, TopName top) const {
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
  if (!rules_.complete()) {
    verdict.kind = HostVerdict::Kind::Ask;
    return verdict;
  }
  const auto label_before = [&](std::size_t end) { return signs.label_before(end); };
  const std::size_t last = label_before(name.size());
  const SuffixMatch match = rules_.longest(name, last, top.hash, {}, label_before);
  if (match.kind == SuffixMatch::Kind::Unknown || match.start == 0) return verdict;
  const std::size_t start = label_before(match.start - 1);
  const std::string_view registered = name.substr(start, match.start - 1 - start);
  if (registered.front() == '-' || registered.back() == '-' || registered.find('_') != std::string_view::npos)
    return verdict;
  verdict.kind = HostVerdict::Kind::Name;
  verdict.shared = match.is_private;
  verdict.registrable = static_cast<std::uint8_t>(start);
  verdict.reserved = top.is(TopName::kReserved) ||
                     (registered == "example" && match.start == last && reserves_example(name.substr(last)));
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
