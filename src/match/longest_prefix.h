// The longest range around an address, from two structures that lie in the file as they are used: DIR-24-8 (Gupta, Lin
// and McKeown, 1998) for many v4 ranges, one or two lines of memory a lookup, and a poptrie (Asai and Ohara, 2015) for
// v6 and few v4 ranges, walked level by level over a batch. Values are rows of the ranges, from 1; 0 is none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "observable/ip_range.h"

namespace cordon::index_format {

struct Address {  // left-aligned: v4 in the highest 32 bits of `high`
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const Address&) const = default;
};
Address address_of(std::span<const std::uint8_t, 16> bytes);
inline Address address_of(std::uint32_t v4) { return {std::uint64_t{v4} << 32, 0}; }

struct RangeValue {
  Address start;
  int bits = 0;
  std::uint32_t value = 0;
};

struct TrieNode {
  std::uint64_t children = 0;  // bit v: the next six bits v lead to a node
  std::uint64_t leaves = 0;    // bit v: at v a leaf begins that differs from the one before it
  std::uint32_t first_child = 0, first_leaf = 0;
};
struct Trie {
  unsigned root_bits = 0;
  std::span<const std::uint32_t> root;  // highest bit: a value, else a node
  std::span<const TrieNode> nodes;
  std::span<const std::uint32_t> leaves;
};
struct Direct {
  std::span<const std::uint32_t> first;  // by the first 24 bits; highest bit: a group
  std::span<const std::uint32_t> groups;
};

// Whether a section is long enough for what its head says; nothing inside of it is believed.
std::optional<Trie> read_trie(std::string_view section);
std::optional<Direct> read_direct(std::string_view section);

// `ranges` sorted by start, then by bits, none twice.
std::string build_trie(std::span<const RangeValue> ranges);
std::string build_direct(std::span<const RangeValue> ranges);

void find_in(const Trie& trie, std::span<const Address> addresses, std::span<std::uint32_t> values);
void find_in(const Direct& table, std::span<const std::uint32_t> addresses, std::span<std::uint32_t> values);

}  // namespace cordon::index_format
