#include "match/longest_prefix.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/result.h"
#include "match/format.h"

namespace cordon::index_format {
namespace {

constexpr std::uint32_t kFlag = 0x80000000u;
constexpr unsigned kStride = 6;
constexpr std::size_t kTrieHead = 16;
constexpr std::size_t kFirst24 = std::size_t{1} << 24;

// `count` bits of `address` from bit `at` on; those behind its end are zero. At most 32.
std::uint32_t bits_at(const Address& address, unsigned at, unsigned count) {
  if (count == 0 || at >= 128) return 0;
  const std::uint64_t word = at == 0    ? address.high
                             : at < 64  ? address.high << at | address.low >> (64 - at)
                             : at == 64 ? address.low
                                        : address.low << (at - 64);
  return static_cast<std::uint32_t>(word >> (64 - count));
}

template <typename T>
void append(std::string& to, const std::vector<T>& items) {
  to.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
}

template <typename T>
std::span<const T> view(std::string_view section, std::size_t at, std::size_t count) {
  return {reinterpret_cast<const T*>(section.data() + at), count};
}

class TrieBuilder {
 public:
  explicit TrieBuilder(std::span<const RangeValue> ranges) : ranges_(ranges) {}

  std::string build() {
    const unsigned root_bits = ranges_.size() < 4096 ? kStride : 18;
    std::vector<std::uint32_t> root(std::size_t{1} << root_bits);
    spread(0, ranges_.size(), 0, root_bits, 0, root);
    children(0, ranges_.size(), 0, root_bits, [&](std::size_t slot, std::size_t from, std::size_t to) {
      const auto node = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      fill(node, from, to, root_bits, root[slot]);
      root[slot] = node | kFlag;
    });
    for (std::uint32_t& entry : root) entry ^= kFlag;  // in the file the flag says: a value
    std::string out(kTrieHead, '\0');
    const std::array<std::uint32_t, 3> head{root_bits, static_cast<std::uint32_t>(nodes_.size()),
                                            static_cast<std::uint32_t>(leaves_.size())};
    std::copy_n(reinterpret_cast<const char*>(head.data()), sizeof head, out.data());
    append(out, root);
    append(out, nodes_);
    append(out, leaves_);
    return out;
  }

 private:
  // Values of the ranges that end within `count` bits from `depth` on, into the slots that they cover. A wider one
  // stands before a narrower one inside of it, which then overwrites.
  void spread(std::size_t from, std::size_t to, unsigned depth, unsigned count, std::uint32_t outer,
              std::span<std::uint32_t> slots) const {
    std::fill(slots.begin(), slots.end(), outer);
    for (std::size_t i = from; i < to; ++i) {
      const RangeValue& range = ranges_[i];
      const auto bits = static_cast<unsigned>(range.bits);
      if (bits > depth + count) continue;
      const std::size_t wide = std::size_t{1} << (depth + count - bits);
      std::fill_n(slots.begin() + bits_at(range.start, depth, count), wide, range.value);
    }
  }

  // Each run of longer ranges that share the next `count` bits.
  template <typename Each>
  void children(std::size_t from, std::size_t to, unsigned depth, unsigned count, Each each) const {
    const auto longer = [&](std::size_t i) { return static_cast<unsigned>(ranges_[i].bits) > depth + count; };
    for (std::size_t i = from; i < to;) {
      if (!longer(i)) {
        ++i;
        continue;
      }
      const std::uint32_t slot = bits_at(ranges_[i].start, depth, count);
      std::size_t end = i + 1;
      while (end < to && longer(end) && bits_at(ranges_[end].start, depth, count) == slot) ++end;
      each(slot, i, end);
      i = end;
    }
  }

  void fill(std::uint32_t node, std::size_t from, std::size_t to, unsigned depth, std::uint32_t outer) {
    std::array<std::uint32_t, 64> slots{};
    // A range of exactly `depth` bits is this node's own slot in its parent, and was spread there.
    spread(from, to, depth, kStride, outer, slots);
    TrieNode made;
    children(from, to, depth, kStride,
             [&](std::size_t slot, std::size_t, std::size_t) { made.children |= std::uint64_t{1} << slot; });
    made.first_child = static_cast<std::uint32_t>(nodes_.size());
    nodes_.resize(nodes_.size() + static_cast<std::size_t>(std::popcount(made.children)));
    made.first_leaf = static_cast<std::uint32_t>(leaves_.size());
    std::optional<std::uint32_t> last;
    for (unsigned slot = 0; slot < 64; ++slot) {
      if ((made.children >> slot & 1) != 0 || last == slots[slot]) continue;
      made.leaves |= std::uint64_t{1} << slot;
      leaves_.push_back(slots[slot]);
      last = slots[slot];
    }
    nodes_[node] = made;
    std::uint32_t next = made.first_child;
    children(from, to, depth, kStride, [&](std::size_t slot, std::size_t first, std::size_t end) {
      fill(next++, first, end, depth + kStride, slots[slot]);
    });
  }

  std::span<const RangeValue> ranges_;
  std::vector<TrieNode> nodes_;
  std::vector<std::uint32_t> leaves_;
};

}  // namespace

Address address_of(std::span<const std::uint8_t, 16> bytes) {
  Address address;
  for (std::size_t i = 0; i < 8; ++i) {
    address.high = address.high << 8 | bytes[i];
    address.low = address.low << 8 | bytes[i + 8];
  }
  return address;
}

std::string build_trie(std::span<const RangeValue> ranges) { return TrieBuilder(ranges).build(); }

std::string build_direct(std::span<const RangeValue> ranges) {
  std::vector<std::uint32_t> first(kFirst24), groups;
  for (const RangeValue& range : ranges) {
    const auto start = static_cast<std::uint32_t>(range.start.high >> 32);
    if (range.bits <= 24) {
      std::fill_n(first.begin() + (start >> 8), std::size_t{1} << (24 - range.bits), range.value);
      continue;
    }
    std::uint32_t& entry = first[start >> 8];
    if ((entry & kFlag) == 0) {
      const auto group = static_cast<std::uint32_t>(groups.size() / 256);
      groups.resize(groups.size() + 256, entry);
      entry = kFlag | group;
    }
    std::fill_n(groups.begin() + static_cast<std::ptrdiff_t>(std::size_t{entry & ~kFlag} * 256 + (start & 255)),
                std::size_t{1} << (32 - range.bits), range.value);
  }
  std::string out;
  out.reserve((first.size() + groups.size()) * 4);
  append(out, first);
  append(out, groups);
  return out;
}

std::optional<Trie> read_trie(std::string_view section) {
  if (section.size() < kTrieHead) return std::nullopt;
  const auto root_bits = load<std::uint32_t>(section.data());
  const std::uint64_t nodes = load<std::uint32_t>(section.data() + 4), leaves = load<std::uint32_t>(section.data() + 8);
  if (root_bits < kStride || root_bits > 24) return std::nullopt;
  const std::uint64_t root = std::uint64_t{1} << root_bits;
  if (section.size() != kTrieHead + root * 4 + nodes * sizeof(TrieNode) + leaves * 4) return std::nullopt;
  Trie trie;
  trie.root_bits = root_bits;
  trie.root = view<std::uint32_t>(section, kTrieHead, root);
  trie.nodes = view<TrieNode>(section, kTrieHead + root * 4, nodes);
  trie.leaves = view<std::uint32_t>(section, kTrieHead + root * 4 + nodes * sizeof(TrieNode), leaves);
  return trie;
}

std::optional<Direct> read_direct(std::string_view section) {
  if (section.size() < kFirst24 * 4 || (section.size() - kFirst24 * 4) % 1024 != 0) return std::nullopt;
  return Direct{view<std::uint32_t>(section, 0, kFirst24),
                view<std::uint32_t>(section, kFirst24 * 4, section.size() / 4 - kFirst24)};
}

namespace {

// Sixteen walks side by side: each level's nodes are asked for together, so their memory is waited for once.
[[gnu::always_inline]] inline void walk(const Trie& trie, std::span<const Address> addresses,
                                        std::span<std::uint32_t> values) {
  constexpr std::size_t kBatch = 16;
  for (std::size_t begin = 0; begin < addresses.size(); begin += kBatch) {
    const std::size_t count = std::min(kBatch, addresses.size() - begin);
    const std::span<std::uint32_t> out = values.subspan(begin, count);
    std::array<Address, kBatch> rest;  // what of each address is not walked yet
    std::array<std::uint32_t, kBatch> node{}, leaf{};
    std::array<std::uint8_t, kBatch> active{}, at_leaf{};
    std::size_t walking = 0, ended = 0;
    for (std::size_t i = 0; i < count; ++i)
      __builtin_prefetch(&trie.root[addresses[begin + i].high >> (64 - trie.root_bits)]);
    for (std::size_t i = 0; i < count; ++i) {
      const Address& whole = addresses[begin + i];
      const std::uint32_t entry = trie.root[whole.high >> (64 - trie.root_bits)];
      out[i] = 0;
      if ((entry & kFlag) != 0) {
        out[i] = entry & ~kFlag;
      } else if (entry < trie.nodes.size()) {
        rest[i] = {whole.high << trie.root_bits | whole.low >> (64 - trie.root_bits), whole.low << trie.root_bits};
        node[i] = entry;
        __builtin_prefetch(&trie.nodes[entry]);
        active[walking++] = static_cast<std::uint8_t>(i);
      }
    }
    // 128 bits end after 22 levels; a file whose nodes go in a ring is left there.
    for (unsigned level = 0; walking > 0 && level < 22; ++level) {
      std::size_t still = 0;
      for (std::size_t a = 0; a < walking; ++a) {
        const std::size_t i = active[a];
        const TrieNode& here = trie.nodes[node[i]];
        const auto slot = static_cast<unsigned>(rest[i].high >> (64 - kStride));
        const std::uint64_t upto = (std::uint64_t{2} << slot) - 1;
        const bool down = (here.children >> slot & 1) != 0;
        const std::uint64_t among = (down ? here.children : here.leaves) & upto;
        const std::uint64_t place = std::uint64_t{down ? here.first_child : here.first_leaf} +
                                    static_cast<std::uint64_t>(std::popcount(among)) - 1;
        if (down && place < trie.nodes.size()) {
          node[i] = static_cast<std::uint32_t>(place);
          __builtin_prefetch(&trie.nodes[place]);
          rest[i] = {rest[i].high << kStride | rest[i].low >> (64 - kStride), rest[i].low << kStride};
          active[still++] = static_cast<std::uint8_t>(i);
        } else if (!down && place < trie.leaves.size()) {
          leaf[i] = static_cast<std::uint32_t>(place);
          __builtin_prefetch(&trie.leaves[place]);
          at_leaf[ended++] = static_cast<std::uint8_t>(i);
        }
      }
      walking = still;
    }
    for (std::size_t a = 0; a < ended; ++a) out[at_leaf[a]] = trie.leaves[leaf[at_leaf[a]]];
  }
}

void walk_plain(const Trie& trie, std::span<const Address> addresses, std::span<std::uint32_t> values) {
  walk(trie, addresses, values);
}

#if defined(__x86_64__)
// The same with the processor's own count of bits, which every step of a walk needs.
__attribute__((target("popcnt"))) void walk_popcnt(const Trie& trie, std::span<const Address> addresses,
                                                   std::span<std::uint32_t> values) {
  walk(trie, addresses, values);
}
#endif

}  // namespace

void find_in(const Trie& trie, std::span<const Address> addresses, std::span<std::uint32_t> values) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) return walk_popcnt(trie, addresses, values);
#endif
  walk_plain(trie, addresses, values);
}

void find_in(const Direct& table, std::span<const std::uint32_t> addresses, std::span<std::uint32_t> values) {
  constexpr std::size_t kAhead = 32;
  for (std::size_t i = 0; i < std::min(kAhead, addresses.size()); ++i)
    __builtin_prefetch(&table.first[addresses[i] >> 8]);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (i + kAhead < addresses.size()) __builtin_prefetch(&table.first[addresses[i + kAhead] >> 8]);
    std::uint32_t entry = table.first[addresses[i] >> 8];
    if ((entry & kFlag) != 0) {
      const std::size_t at = std::size_t{entry & ~kFlag} * 256 + (addresses[i] & 255);
      entry = at < table.groups.size() ? table.groups[at] : 0;
    }
    values[i] = entry;
  }
}

}  // namespace cordon::index_format
