#include "observable/scan_host.h"

#include <libpsl.h>

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "observable/domain.h"
#include "observable/platform.h"
#include "observable/suffix.h"

namespace cordon {
namespace {

static_assert(std::endian::native == std::endian::little, "label_hash masks the bytes behind a label");

// `text` has eight readable bytes behind its end.
__attribute__((always_inline)) inline std::uint64_t label_hash(std::uint64_t seed, std::string_view text) {
  constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15;
  std::uint64_t hash = seed + text.size();
  std::uint64_t piece = 0;
  for (; text.size() > 8; text.remove_prefix(8)) {
    std::memcpy(&piece, text.data(), 8);
    hash = (hash ^ piece) * kPrime;
    hash ^= hash >> 29;
  }
  std::memcpy(&piece, text.data(), 8);
  piece &= ~std::uint64_t{0} >> (8 * (8 - text.size()));
  hash = (hash ^ piece) * kPrime;
  return hash ^ hash >> 29;
}

// The Public Suffix List as a tree in a hash table: an entry for each rule and for each tail of one, so that a look-up
// goes from the right, label by label, and stops where nothing longer can match.
class SuffixTable {
 public:
  static constexpr std::uint8_t kRule = 1, kPrivate = 2, kParent = 4, kWild = 8;
  // Eight bytes, so that the whole table fits into a second-level cache.
  struct Entry {
    std::uint32_t hash = 0;        // its upper half
    std::uint32_t at : 20 = 0;     // in pool_: one byte of length, the text
    std::uint32_t flags : 12 = 0;  // 0: empty
  };

  SuffixTable() : entries_(std::size_t{1} << 14) {
    const char* file = psl_dist_filename();
    std::string path = file ? file : "";
    if (path.ends_with(".dafsa")) path.replace(path.size() - 5, 5, "dat");
    const auto list = read_file(path, 4u << 20);
    if (!list) return;
    pool_.reserve(list->size() + 64);
    bool is_private = false;
    for (const std::string_view line : split(*list, '\n')) {
      if (line.find("===BEGIN PRIVATE DOMAINS===") != std::string_view::npos) is_private = true;
      if (line.empty() || line.starts_with("//")) continue;
      if (!add_rule(trim(line), is_private)) return;
    }
    for (const std::string_view top : {"test", "example", "invalid", "localhost", "onion"}) add_top(top);
    pool_.append(16, '\0');
    complete_ = rules_ > 1000;
  }

  bool may_be_top(std::string_view label) const {
    return !complete_ || tops_[top_bit(label) / 64] >> (top_bit(label) % 64) & 1;
  }

  // False where the list could not be read, or says another thing than libpsl.
  bool complete() const { return complete_; }

  const Entry* find(std::uint64_t hash, std::string_view tail) const {
    for (std::size_t slot = hash & (entries_.size() - 1);; slot = (slot + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[slot];
      if (entry.flags == 0) return nullptr;
      if (entry.hash != hash >> 32) continue;
      const char* const here = pool_.data() + entry.at;
      if (static_cast<unsigned char>(*here) == tail.size() && std::memcmp(here + 1, tail.data(), tail.size()) == 0)
        return &entry;
    }
  }

 private:
  // By the length and the first, the second and the last letter.
  static std::size_t top_bit(std::string_view label) {
    const auto low = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(label[i]) & 31); };
    return ((low(0) << 10 | low(1) << 5 | low(label.size() - 1)) ^ (label.size() * 0x2f1)) % kTopBits;
  }

  bool add_rule(std::string_view line, bool is_private) {
    const bool wild = line.starts_with("*.");
    const bool exception = line.starts_with('!');
    if (wild) line.remove_prefix(2);
    if (exception) line.remove_prefix(line.find('.') + 1);
    const auto name = ascii_host(line);
    if (!name) return false;
    const auto labels = split(*name, '.');
    add_top(labels.back());
    std::uint64_t hash = 0;
    std::size_t start = name->size() + 1;
    for (std::size_t i = labels.size(); i-- > 0;) {
      start -= labels[i].size() + 1;
      const std::string padded = std::string(labels[i]) + std::string(8, '\0');
      hash = label_hash(hash, std::string_view(padded).substr(0, labels[i].size()));
      const unsigned flags = i > 0 ? kParent : wild || exception ? kWild : is_private ? kRule | kPrivate : kRule;
      if (!put(hash, std::string_view(*name).substr(start), static_cast<std::uint8_t>(flags))) return false;
    }
    // libpsl reads a compiled list of the same package; a few hundred rules tell whether it is the same one.
    if (wild || exception || ++rules_ % 32 != 0) return true;
    const auto known = public_suffix(*name);
    return known && known->text == *name && known->is_private == is_private;
  }

  std::string_view text(const Entry& entry) const {
    return std::string_view(pool_).substr(entry.at + 1, static_cast<unsigned char>(pool_[entry.at]));
  }

  void add_top(std::string_view label) { tops_[top_bit(label) / 64] |= std::uint64_t{1} << (top_bit(label) % 64); }

  bool put(std::uint64_t hash, std::string_view tail, std::uint8_t flags) {
    std::size_t slot = hash & (entries_.size() - 1);
    for (; entries_[slot].flags != 0; slot = (slot + 1) & (entries_.size() - 1)) {
      Entry& entry = entries_[slot];
      if (entry.hash != hash >> 32 || text(entry) != tail) continue;
      entry.flags = (entry.flags | flags) & 0xf;
      return true;
    }
    if (++used_ > entries_.size() * 3 / 4 || pool_.size() >= 1u << 20) return false;
    Entry& entry = entries_[slot];
    entry.hash = static_cast<std::uint32_t>(hash >> 32);
    entry.at = static_cast<std::uint32_t>(pool_.size()) & 0xfffff;
    entry.flags = flags & 0xf;
    pool_ += static_cast<char>(static_cast<unsigned char>(tail.size()));
    pool_ += tail;
    return true;
  }

  static constexpr std::size_t kTopBits = 1u << 15;
  std::vector<Entry> entries_;
  std::array<std::uint64_t, kTopBits / 64> tops_{};
  std::string pool_;
  std::size_t used_ = 0, rules_ = 0;
  bool complete_ = false;
};

bool reserved_top(std::string_view label) {
  return label == "test" || label == "example" || label == "invalid" || label == "localhost";
}

const SuffixTable& suffixes() {
  static const SuffixTable table;
  return table;
}

}  // namespace

void HostText::add_plain(std::string_view piece) {
  if (size_ + piece.size() > kMost) {
    sound_ = false;
    return;
  }
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
  char* out = text_.data() + size_;
  const std::size_t start = size_;
  for (std::size_t i = 0; i < piece.size(); i += 8) {
    std::uint64_t eight = 0;
    if (i + 8 <= piece.size()) {
      std::memcpy(&eight, piece.data() + i, 8);
    } else if (piece.size() >= 8) {  // the last eight, less what was read
      std::memcpy(&eight, piece.data() + piece.size() - 8, 8);
      eight >>= 8 * (i + 8 - piece.size());
    } else {
      for (std::size_t k = piece.size(); k-- > 0;) eight = eight << 8 | static_cast<unsigned char>(piece[k]);
    }
    // All are below 0x80, so the sums stay within their bytes.
    const std::uint64_t capitals = (eight + (0x80 - 'A') * kOnes) & ~(eight + (0x80 - 'Z' - 1) * kOnes) & kHigh;
    // Twice the same sign within these eight, or across their border: to be looked at more closely.
    const auto zeros = [&](std::uint64_t x) { return ~(x + 0x7f * kOnes) & kHigh; };
    const std::uint64_t signs = zeros(eight ^ '-' * kOnes) | zeros(eight ^ '_' * kOnes);
    doubled_ = doubled_ || (signs & signs << 8) != 0 || (signs >> 63 & 1) != 0;
    const std::uint64_t no_dot = (eight ^ '.' * kOnes) + 0x7f * kOnes;
    eight |= capitals >> 2;
    std::memcpy(out + i, &eight, 8);
    for (std::uint64_t dots = ~no_dot & kHigh; dots != 0; dots &= dots - 1) {
      const std::size_t at = start + i + static_cast<std::size_t>(std::countr_zero(dots)) / 8;
      if (labels_ >= starts_.size() || starts_[labels_ - 1u] == at) {
        sound_ = false;
        return;
      }
      starts_[labels_++] = static_cast<std::uint8_t>(at + 1);
    }
  }
  size_ += piece.size();
}

bool may_be_top(std::string_view label) { return label.size() > 1 && suffixes().may_be_top(label); }

HostVerdict judge_host(const HostText& host) {
  const SuffixTable& table = suffixes();
  HostVerdict verdict;
  if (!host.sound() || host.labels() < 2) return verdict;
  for (std::size_t i = 0; i < host.labels() && (host.doubled() || host.text().size() > 63); ++i) {
    const std::string_view label = host.label(i);
    if (label.size() > 63) return verdict;
    // "http__example" is a broken scheme to the parser.
    if (label.starts_with("xn--") || (i == 0 && label.substr(0, 8).find("__") != std::string_view::npos)) {
      verdict.kind = HostVerdict::Kind::Ask;
      return verdict;
    }
  }
  const std::size_t last = host.labels() - 1;
  if (host.label(last).empty()) return verdict;  // the others are not: HostText::dot
  const std::string_view top = host.label(last);
  if (top == "onion") {
    verdict.kind = HostVerdict::Kind::Onion;
    return verdict;
  }
  if (!table.complete()) {
    verdict.kind = HostVerdict::Kind::Ask;
    return verdict;
  }
  std::size_t suffix = host.labels();
  std::uint64_t hash = 0;
  for (std::size_t i = last;; --i) {
    hash = label_hash(hash, host.label(i));
    const SuffixTable::Entry* entry = table.find(hash, host.from(i));
    if (!entry) break;
    if ((entry->flags & SuffixTable::kWild) != 0) {
      verdict.kind = HostVerdict::Kind::Ask;
      return verdict;
    }
    if ((entry->flags & SuffixTable::kRule) != 0) {
      suffix = i;
      verdict.shared = (entry->flags & SuffixTable::kPrivate) != 0;
    }
    if (i == 0 || (entry->flags & SuffixTable::kParent) == 0) break;
  }
  if (suffix == host.labels() && reserved_top(top)) suffix = last;
  if (suffix == 0 || suffix == host.labels()) return verdict;
  const std::string_view registered = host.label(suffix - 1);
  if (registered.front() == '-' || registered.back() == '-' || registered.find('_') != std::string_view::npos)
    return verdict;
  verdict.kind = HostVerdict::Kind::Name;
  verdict.below = static_cast<std::uint8_t>(suffix - 1);
  verdict.reserved = reserved_top(top) || top == "arpa" ||
                     (suffix == last && registered == "example" && (top == "com" || top == "net" || top == "org"));
  verdict.platform = may_be_platform(registered);
  return verdict;
}

}  // namespace cordon
