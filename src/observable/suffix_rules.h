// The Public Suffix List as a table, for those that judge names by the million. Everybody else asks suffix.h.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "observable/suffix.h"

namespace cordon {

// public_suffix (suffix.h) by libpsl, a hundred times slower: what the table is held against, and what answers without
// it.
std::optional<Suffix> ask_libpsl(std::string_view name);

// The longest rule that a name ends in.
struct SuffixMatch {
  enum class Kind : std::uint8_t {
    Unknown,  // no rule names its last label
    Rule,
  };
  Kind kind = Kind::Unknown;
  bool is_private = false;
  std::size_t start = 0;  // of the suffix, in the name
};

// A tree in a hash table: an entry for each rule and for each tail of one, so that a look-up goes from the right, label
// by label, and stops where nothing longer can match. Read once from Debian's file; the names that RFC 6761 keeps for
// tests are rules too.
class SuffixRules {
 public:
  static constexpr std::size_t kPadding = 16;  // readable bytes behind every name that is looked up
  static const SuffixRules& instance();

  // False where the file could not be read, or says another thing than libpsl: then all else here is empty.
  bool complete() const { return complete_; }

  // What a tail can be: a rule, of the private section, within longer ones, "*" below it, "!".
  static constexpr std::uint8_t kRule = 1, kPrivate = 2, kParent = 4, kWild = 8, kException = 16;

  // Calls `see(label, flags)` for each top-level name.
  template <typename See>
  void each_top(See see) const {
    for (const Entry& entry : entries_)
      if (entry.flags != 0 && text(entry).find('.') == std::string_view::npos)
        see(text(entry), static_cast<std::uint8_t>(entry.flags));
  }

  static_assert(std::endian::native == std::endian::little, "label_hash masks the bytes behind a label");
  // Of a label and, as the seed, of the labels behind it.
  [[gnu::always_inline]] static std::uint64_t label_hash(std::uint64_t seed, std::string_view label) {
    constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15;
    std::uint64_t hash = seed + label.size();
    std::uint64_t piece = 0;
    for (; label.size() > 8; label.remove_prefix(8)) {
      std::memcpy(&piece, label.data(), 8);
      hash = (hash ^ piece) * kPrime;
      hash ^= hash >> 29;
    }
    std::memcpy(&piece, label.data(), 8);
    piece &= ~std::uint64_t{0} >> (8 * (8 - label.size()));
    hash = (hash ^ piece) * kPrime;
    return hash ^ hash >> 29;
  }

  // False for most tails that are not on the list.
  bool may_know(std::uint64_t hash) const { return (seen_[hash >> 8 & (kSeen - 1)] & 1u << (hash & 7)) != 0; }

  // `name` is in lower case; its tail from `start` on has that hash, and what is shorter gave `match`;
  // `label_before(end)` gives the start of the label that ends at `end`.
  template <typename LabelBefore>
  SuffixMatch longest(std::string_view name, std::size_t start, std::uint64_t hash, SuffixMatch match,
                      LabelBefore label_before) const {
    while (may_know(hash)) {
      const Entry* entry = find(hash, name.substr(start));
      if (!entry) break;
      const bool is_private = (entry->flags & kPrivate) != 0;
      if ((entry->flags & kException) != 0)
        return {SuffixMatch::Kind::Rule, is_private, name.find('.', start) + 1};  // one label less
      // Where "*.example" is listed, libpsl takes "example" for a suffix too.
      if ((entry->flags & (kRule | kWild)) != 0) match = {SuffixMatch::Kind::Rule, is_private, start};
      if (start == 0 || (entry->flags & (kParent | kWild)) == 0) break;
      const std::size_t end = start - 1;
      start = label_before(end);
      if ((entry->flags & kWild) != 0) match = {SuffixMatch::Kind::Rule, is_private, start};
      hash = label_hash(hash, name.substr(start, end - start));
    }
    return match;
  }

 private:
  // Eight bytes, so that the whole table fits into a second-level cache.
  struct Entry {
    std::uint32_t hash = 0;        // its upper half
    std::uint32_t at : 20 = 0;     // in pool_: one byte of length, the text
    std::uint32_t flags : 12 = 0;  // 0: empty
  };

  SuffixRules();
  bool add_rule(std::string_view line, bool is_private);
  bool put(std::uint64_t hash, std::string_view tail, std::uint8_t flags);

  std::string_view text(const Entry& entry) const {
    return std::string_view(pool_).substr(entry.at + 1, static_cast<unsigned char>(pool_[entry.at]));
  }
  const Entry* find(std::uint64_t hash, std::string_view tail) const {
    for (std::size_t slot = hash & (entries_.size() - 1);; slot = (slot + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[slot];
      if (entry.flags == 0) return nullptr;
      if (entry.hash == hash >> 32 && text(entry) == tail) return &entry;
    }
  }

  static constexpr std::size_t kSeen = std::size_t{1} << 14;
  std::vector<Entry> entries_;
  std::array<std::uint8_t, kSeen> seen_{};  // bits that tell most tails apart from those of the list
  std::string pool_;
  std::size_t used_ = 0, rules_ = 0;
  bool complete_ = false;
};

}  // namespace cordon
