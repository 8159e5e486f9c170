// Standing rules at a desk: proposed, approved, shown to everybody, tried on the last week, stopped by one person, and
// a bad batch of theirs taken back. What they send is desk/alerts.h. For people: docs/standing-rules.md.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "decision/standing_rule.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

Result<StandingRule> propose_rule(Desk& desk, const Permit<Act::Propose>& analyst, const SecretKey& key,
                                  const RuleWish& wish);
// `digest`: of the terms that the approver read (decision/standing_rule.h).
Result<StandingRule> approve_rule(Desk& desk, const Permit<Act::Approve>& approver, const SecretKey& key,
                                  const RuleId& id, const Digest& digest);
Result<StandingRule> return_rule(Desk& desk, const Permit<Act::ReturnProposal>& officer, const RuleId& id,
                                 std::string reason);
Result<StandingRule> refuse_rule(Desk& desk, const Permit<Act::RefuseProposal>& officer, const RuleId& id,
                                 std::string reason);
// At once: when this returns, no alert of it leaves any more, and its line is in the public log.
Result<StandingRule> stop_rule(Desk& desk, const Permit<Act::StopRule>& officer, const RuleId& id, std::string reason);
// Those whose time is over; how many. Publishes nothing.
Result<std::int64_t> lapse_rules(Desk& desk);

// For everybody: the terms with publisher and mapping, its state, who signed by their key ids, its counts and batches.
Result<Json> show_rule(Desk& desk, const StandingRule& rule);

// What it would have sent of the last seven days' record, had it been in force and nothing of its feed in a case of its
// own: how many, ten examples, what would have become a case and why. The reading is recorded.
struct RulePreview {
  std::int64_t reports = 0, alerts = 0, repeated = 0;  // repeated: of a thing that it would have told before
  std::int64_t mails = 0;                              // in so many mails, one for each recipient and day
  std::int64_t over_quota = 0;                         // of the mails, on days with more than the quota
  std::int64_t by_hand = 0;  // of the reports, in batches that did not come with the feed's own key; never sent
  std::map<std::string, std::int64_t> cases, as_ever;  // by why
  struct Example {
    std::string defanged, observed_at, to, why;
  };
  std::vector<Example> would_send, would_be_cases;  // ten of each at most
  std::string held_because;                         // of a rule in force: why what waits may not leave now
};
Result<RulePreview> preview_rule(Desk& desk, const Permit<Act::ReadCase>& reader, const RuleId& id);

// One reviewer, or an analyst and an approver, take a whole batch back: what waits of it is withheld, and who got an
// alert of it is told. With one line in the log.
Result<Json> recall_alerts(Desk& desk, const SignedIn& one, const SignedIn* other, const AlertBatchId& id,
                           std::string reason);
Json show(const Store::AlertBatchRow& batch, const Store::AlertCounts& counts);

}  // namespace cordon
