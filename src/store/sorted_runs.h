// Where the reports of millions are found again without a row each (DESIGN 4, "Volume without a second log"): for
// each batch its reports under a key, sorted, in files that are never changed, only merged by tens.
//
// Everything here is made from the journal's batches and can be made again from them: through() says up to which one it
// goes, and what came after is added again at the start. So no file is waited for by who is told "taken"; docs/formats/
// sorted-runs.md says the bytes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon {

// 16 bytes of a keyed digest, so evenly spread: of a report's name, or of what it is folded by.
using RunKey = std::array<std::uint8_t, 16>;
RunKey run_key(std::string_view sixteen_bytes);
// Its first eight bytes as a number in the keys' order.
inline std::uint64_t key_front(const RunKey& key) {
  std::uint64_t front;
  std::memcpy(&front, key.data(), sizeof front);
  return __builtin_bswap64(front);
}

// One report under one key.
struct Placed {
  RunKey key{};
  std::uint32_t source = 0;    // which source said so, as a number of the desk's own
  std::uint32_t seen = 0;      // when, in seconds since 1970
  std::uint32_t batch = 0;     // the journal's row of its batch
  std::uint32_t position = 0;  // within it
  auto operator<=>(const Placed&) const = default;
};

class SortedRuns {
 public:
  static constexpr std::size_t kInMemory = 65'536;  // reports, before they become a file
  // The folder is made if there is none. Files of an interrupted merge are removed. Corrupt where a file does not hold
  // what its list says.
  static Result<SortedRuns> open(std::string folder, std::size_t in_memory = kInMemory);
  SortedRuns(SortedRuns&&) noexcept;
  SortedRuns& operator=(SortedRuns&&) noexcept;
  ~SortedRuns();

  // Every batch up to this row is in, on the disk or in memory.
  std::int64_t through() const;
  std::uint64_t size() const;

  // The reports of one batch, in any order. Batches come in the journal's order; one that is in already is passed over.
  Result<Nothing> add(std::int64_t batch, std::vector<Placed> reports);

  // Whether any report has this key. Most keys that none has are answered from memory.
  Result<bool> holds(const RunKey& key);
  // In the order of Placed, at most `limit` of them. Corrupt where a page is not what was written.
  Result<std::vector<Placed>> find(const RunKey& key, std::size_t limit) const;

  struct Count {
    std::uint64_t reports = 0, sources = 0;  // sources that are independent of one another
    std::uint32_t first_seen = 0, last_seen = 0;
  };
  Result<Count> count(const RunKey& key) const;

  // Takes the reports at these places (batch, position) out of every file that names one: these are written anew.
  Result<Nothing> forget(std::vector<std::pair<std::uint32_t, std::uint32_t>> places);

  // Puts what is in memory on the disk.
  Result<Nothing> flush();
  // Reads every page of every file; Corrupt names the first that is not what was written.
  Result<Nothing> verify() const;

  // The same for who does not own the desk: of what the list names, changing nothing, while the owner may be merging.
  struct OnDisk {
    std::uint64_t reports = 0;
    std::int64_t through = 0;
  };
  static Result<OnDisk> verify_folder(const std::string& folder);

 private:
  struct Impl;
  explicit SortedRuns(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cordon
