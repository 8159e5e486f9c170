// Whether a log's folder holds, to the last byte, what its checkpoint signs: from the files alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/sign.h"
#include "ledger/checkpoint.h"

namespace cordon {

struct LogVerdict {
  Checkpoint checkpoint;
  std::uint64_t tiles = 0;  // files read
};
// Reads the checkpoint, every entry bundle and every tile that it needs, one at a time, and recomputes everything from
// the leaves up. Corrupt names the file and the place ("tile/0/000, hash 17 (leaf 17)"), NotFound a missing file.
// Other widths of the last partial tiles are checked too, as far as the checkpoint vouches for them.
Result<LogVerdict> verify_log(const std::string& folder, const std::string& name, const PublicKey& key);

}  // namespace cordon
