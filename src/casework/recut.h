// A batch without some of its reports (charter 8.4, DESIGN 4 "Erasing one report"): tombstones stand in their places,
// the others stay byte for byte, and the whole lies under a new key, so that the old one can be destroyed.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/batch.h"

namespace cordon {

// The run with tombstones at `erased`. At `emptied` stand tombstones that lose their case's target as well, because the
// case is over. What is a tombstone already stays one. The digest of all items does not change. NotFound where the run
// has no such position, Malformed where a target would go and its report stay.
Result<std::string> cut_run(std::string_view run, const std::set<std::int64_t>& erased,
                            const std::set<std::int64_t>& emptied);

// What an event says of a batch that was cut: where it lay, under which key, and where it lies now.
struct BatchRecut {
  std::int64_t batch = 0;  // the journal row that it was taken in with
  Digest old_run;
  std::optional<std::int64_t> key;  // the slot that is destroyed (store/keys.h); nothing for one that lay in plain
  Digest new_run;
  std::int64_t run_size = 0;
  std::vector<std::int64_t> erased, emptied;  // positions
};
Json to_json(const BatchRecut& recut);
Result<BatchRecut> read_batch_recut(const Json& body);

}  // namespace cordon
