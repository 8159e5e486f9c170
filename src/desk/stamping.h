// The way of a time stamp (charter 7.1 "tsa", RFC 3161), in three steps, of which only the middle one is slow and needs
// no desk: it is asked for on record, fetched from the authority, checked and kept on record. A crash between leaves it
// waiting, and it is fetched again; nothing else ever waits for it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "casework/stamp.h"
#include "desk/desk.h"
#include "ledger/tree.h"

namespace cordon {

struct StampErrand {
  StampAsked asked;
  std::string url, query;  // DER
};
enum class Due { ByTime, Now };
// 1. The one that waits, or a new one over every row since the last if one is due: after `timestamps_every_hours`, and
//    at once after an export. Nothing if none is, or if the settings name no authority.
Result<std::optional<StampErrand>> due_stamp(Desk& desk, Due due);
// 2. The authority's answer; `stop` ends it early.
Result<std::string> fetch_stamp(const StampErrand& errand, const std::atomic<bool>* stop = nullptr);
// 3. The answer is checked against the pinned certificates and kept, or its trouble is noted: Desk::stamp_trouble().
Result<StampKept> finish_stamp(Desk& desk, const StampErrand& errand, const Result<std::string>& answer);

// All three, for who waits; where a clerk is at work, the first, and the clerk is woken. NotFound when nothing came
// since the last one.
Result<Json> stamp_now(Desk& desk);
Json show(const Store::Stamp& stamp, const std::optional<Desk::StampTrouble>& trouble, Instant now);

// What shows that rows of the journal are under a stamp's root: for each the hashes beside its way, lowest first.
Result<std::vector<Proof>> prove_rows(const Store& store, const StampAsked& asked,
                                      const std::vector<std::int64_t>& seqs);

// Does it all while a desk is served, on a thread of its own. `in_use` guards the desk, and is not held over the net.
class StampClerk {
 public:
  StampClerk(Desk& desk, std::mutex& in_use);
  ~StampClerk();
  StampClerk(const StampClerk&) = delete;
  StampClerk& operator=(const StampClerk&) = delete;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace cordon
