// A mapped index from inside, for the files of this module: its tables, the keys that a query asks for, and the walk
// from a key to its entries.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "match/buckets.h"
#include "match/format.h"
#include "match/index.h"
#include "match/longest_prefix.h"

namespace cordon {

struct IndexTable {
  const index_format::Bucket* buckets = nullptr;
  const char* places = nullptr;  // of the entry of each slot, in units of 8 bytes
  std::uint64_t total = 0, homes = 0, depths = 0;
  bool above = false;      // whether a query of this kind has keys above it to be looked up
  std::uint64_t seed = 0;  // of its hashes
  std::string_view cold;
  std::uint64_t offset_of(std::uint64_t slot) const {  // counted through all buckets
    return std::uint64_t{index_format::load<std::uint32_t>(places + slot * index_format::kPlaceBytes)} * 8;
  }
};

class OpenIndex {
 public:
  static Result<std::unique_ptr<const OpenIndex>> open(const std::string& path, std::optional<PublicKey> key);
  ~OpenIndex();
  OpenIndex(const OpenIndex&) = delete;
  OpenIndex& operator=(const OpenIndex&) = delete;

  // Which entries a lookup answers with. Touched is for the delta of a pair: whatever is there of a key, valid,
  // expired or withdrawn, so that the pair is looked at together.
  enum class Wanted : std::uint8_t { Valid, Touched };
  void lookup(std::span<const Query> queries, Day today, std::span<Matched> answers, Certainty certainty, Lanes lanes,
              Wanted wanted) const;

  struct Place {
    EntryRef ref;
    Match match;
    std::size_t group;  // from 0: those of one key are of one group
    index_format::ColdEntry entry;
    index_format::Context context;
  };
  // Every entry whose key concerns the query, the nearest key first; not sorted within a key.
  std::vector<Place> places(const Query& query) const;

  void range_rows(std::span<const std::uint32_t> addresses, std::span<std::uint32_t> rows) const;
  void range_rows(std::span<const index_format::Address> addresses, std::span<std::uint32_t> rows) const;
  // The best entry of the row or of the next wider one that has any; nothing if none.
  struct RangeEntry {
    EntryRef ref;
    Standing standing;
  };
  std::optional<RangeEntry> range_entry(std::uint32_t row, Day today, Wanted wanted) const;
  // Of a row as such, whose first entry then counts: for days on which every range is valid.
  static EntryRef row_ref(std::uint32_t row) { return {row == 0 ? 0 : kRowTable << 56 | row}; }
  bool all_ranges_valid(Day today) const { return today.number() < first_expired_; }
  bool has_ranges() const { return rows_.size() >= sizeof(index_format::RangeRow); }

  std::optional<Entry> entry(EntryRef ref) const;
  std::optional<Entry> show(std::size_t table, const index_format::ColdEntry& cold) const;
  Result<Nothing> for_each(const std::function<Result<Nothing>(const Entry&)>& each) const;
  Result<Nothing> check_digests() const;
  Result<Nothing> check_structure() const;
  const IndexInfo& info() const { return info_; }

 private:
  friend class Batch;
  // Of an EntryRef's table: rows of the ranges, and slots of a table instead of entries.
  static constexpr std::uint64_t kRowTable = 16, kSlotTable = 32;
  OpenIndex() = default;
  Result<Nothing> read_sections();
  void collect(std::size_t table, std::uint64_t offset, std::string_view key, Match match,
               std::vector<Place>& out) const;
  Result<Nothing> check_table(std::size_t table) const;
  Result<Nothing> check_ranges() const;

  const char* map_ = nullptr;
  std::size_t size_ = 0;
  index_format::Root root_;
  IndexInfo info_;
  std::array<IndexTable, index_format::kTables + 1> tables_;
  std::array<std::uint64_t, index_format::kTables + 1> counts_{};  // entries of a table
  std::string_view contexts_, sources_, rows_;
  std::uint64_t first_expired_ = 0;
  std::optional<index_format::Direct> v4_direct_;
  std::optional<index_format::Trie> v4_trie_, v6_trie_;
};

// The address that a canonical text of kind ip says.
struct ReadAddress {
  bool v4;
  index_format::Address address;
};
std::optional<ReadAddress> read_address(std::string_view canonical);

// Each key above what a query asks for, the nearest first; only of depths that the table has at all.
// `each(table, key, match)`.
template <typename Each>
void for_each_key_above(const std::array<IndexTable, index_format::kTables + 1>& tables, const Query& query,
                        Each each) {
  const auto table = static_cast<std::size_t>(query.kind);
  if (query.kind == ObservableKind::Domain && tables[table].depths != 0) {
    std::string_view rest = query.canonical;
    unsigned labels = index_format::depth_of(static_cast<std::uint32_t>(table), rest);
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      rest.remove_prefix(dot + 1);
      --labels;
      if (labels <= 64 && (tables[table].depths >> (labels - 1) & 1) != 0) each(table, rest, Match::Below);
    }
  } else if (query.kind == ObservableKind::Url && tables[index_format::kPrefixTable].depths != 0) {
    std::string_view key = index_format::prefix_view(query.canonical);
    for (unsigned parts = index_format::depth_of(index_format::kPrefixTable, key); parts > 0; --parts) {
      if (parts <= 64 && (tables[index_format::kPrefixTable].depths >> (parts - 1) & 1) != 0)
        each(index_format::kPrefixTable, key, Match::Prefix);
      key = key.substr(0, key.rfind('/'));
    }
  }
}

}  // namespace cordon
