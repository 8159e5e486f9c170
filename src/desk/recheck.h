// Whether a target is still there (charter 5.7, 6.4; docs/recheck.md), in three steps, of which only the middle one is
// slow and needs no desk: whether it may be looked at is asked of the record, cordon-probe looks, and what it saw is
// judged with what was seen before and kept on record.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "referral/recheck.h"

namespace cordon {

struct LookErrand {
  NoticeId notice;
  Observable target;
  ProbeSettings by;
};
// 1. Refused where may_look() says so, or where the settings turn it off.
Result<LookErrand> plan_look(Desk& desk, const NoticeId& notice);
// 2. Starts cordon-probe and reads its one line; at most some 45 seconds. `stop` ends it early. Unavailable, with its
// own
//    words, where it did not look: it has no fence, or it was stopped.
Result<TargetLook> fetch_look(const LookErrand& errand, const std::atomic<bool>* stop = nullptr);
// 3. A request that its recipient answered as done becomes `effect_verified` where the looks say so too: the only move
//    that the software makes of them. A target that was down and is there again is shown to officers, who alone reopen.
Result<TargetLooked> keep_look(Desk& desk, const LookErrand& errand, const TargetLook& look);

// What is known of a request's target, for its page and for the command.
struct Rechecked {
  std::vector<TargetLooked> looks;  // oldest first
  std::optional<Instant> next;
  std::string refused;  // why no look may be taken; empty where one may
};
Result<Rechecked> read_rechecked(Desk& desk, const NoticeId& notice);

// Does it all while a desk is served, on a thread of its own. `in_use` guards the desk, and is not held while it looks.
class ProbeClerk {
 public:
  ProbeClerk(Desk& desk, std::mutex& in_use);
  ~ProbeClerk();
  ProbeClerk(const ProbeClerk&) = delete;
  ProbeClerk& operator=(const ProbeClerk&) = delete;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace cordon
