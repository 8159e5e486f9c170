// Somebody else's set of strings, or of ranges, held against the same questions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/index_data.h"

namespace cordon::bench {

// A set that holds all of `keys` once it is made. Whatever it allocates or starts ends with it.
class SetPeer {
 public:
  virtual ~SetPeer() = default;
  virtual std::uint64_t hits(const Texts& queries) = 0;
  virtual double bytes() = 0;  // that it takes for its keys
};
struct SetPeerKind {
  std::string name;
  double goal = 0;          // how many times cordon's rate of hits must be this one's; 0: no goal
  bool wall = false;        // measured by the clock on the wall: another process does the work
  std::size_t most = 0;     // keys that are still sensible; 0: any number
  std::size_t queries = 0;  // no more of them, for the slow ones; 0: all
  // Empty where this machine lacks the library.
  std::function<std::unique_ptr<SetPeer>(const Texts& keys, const std::string& folder)> make = {};
  std::string lacks = {};  // the package, if `make` is empty
};
SetPeerKind unordered_set_peer();
SetPeerKind absl_peer();
SetPeerKind lmdb_peer();
SetPeerKind rocksdb_peer();
SetPeerKind sqlite_peer();
SetPeerKind redis_peer();  // a server of its own on a socket in `folder`

struct BenchRange {
  std::uint64_t start;  // the first 64 bits, left-aligned
  int bits;
  std::uint32_t value;  // from 1
};
// libmaxminddb over v4 ranges, sorted by start and bits: how many of the addresses lie in one. Empty without the
// library.
std::function<std::uint64_t(const std::vector<std::uint32_t>&)> maxmind_ranges(const std::vector<BenchRange>& ranges,
                                                                               const std::string& file);

}  // namespace cordon::bench
