// The volume lane (amendment 1): what a standing rule makes of the items of its feed as they come in, and how its
// alerts leave, one at a time, so that whoever stops the rule comes in between. For people: docs/standing-rules.md.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "decision/alert.h"
#include "desk/desk.h"
#include "ledger/tree.h"
#include "referral/notice.h"
#include "report/intake.h"

namespace cordon {

inline constexpr std::size_t kAlertsOfBatch = 500;  // with one line in the log

// What the never-list and the lists of sensitive holders say of a target. Every item of a rule is looked at here, when
// it comes in and again before its alert leaves.
Result<Looked> look(Desk& desk, const Observable& target);

// What would become of an item, and whom its alert would go to.
struct Considered {
  Judged judged;
  Contact contact = {};  // of an alert
};
Result<Considered> consider(Desk& desk, const RuleTerms& terms, const Sighting& item, std::string_view record,
                            Instant now);

// The rules in force that draw from a batch that comes in.
class AlertsAtIntake {
 public:
  // None for a batch that a person's hand, a peer or the public form gave in, of a source that is no registered feed,
  // or that came with another machine's key than the feed's.
  static Result<AlertsAtIntake> begin(Desk& desk, const Incoming& incoming);
  bool none() const { return rules_.empty(); }
  // What becomes of a new report that no case holds: an alert is composed, it waits, it is a case, or the rules do not
  // speak of it.
  Result<Lane> take(const ReportId& report, const Sighting& item, std::string_view record, const std::string& key);
  // What was composed, to be appended with the batch that it came in: an event and a line in the log for each 500.
  Result<Nothing> finish(std::vector<Change>& changes, Instant at);

 private:
  explicit AlertsAtIntake(Desk& desk) : desk_(desk) {}
  struct Drawing {
    RuleTerms terms;
    std::int64_t room;  // how many more can leave before the rule ends
    std::vector<Alert> alerts = {};
    std::vector<std::string> keys = {};
    std::set<std::string> told = {};
  };
  Desk& desk_;
  std::map<Matter, Drawing> rules_;
};

// Sends what waits, of one run of the job. Each step reads the rule anew.
class AlertSender {
 public:
  explicit AlertSender(Desk& desk) : desk_(desk) {}
  // One alert, or one recall of an alert, leaves; or some were found that may not, which are passed over in this run
  // and stay on record as waiting; or there is nothing more to try.
  enum class Step { Left, PassedOver, Nothing };
  Result<Step> step();
  // Why the first that waits of this rule may not leave; empty where it may, or none waits.
  Result<std::string> held_because(const RuleId& id);

 private:
  struct OpenBatch {
    Store::AlertBatchRow row;
    std::vector<Alert> alerts;
    std::vector<Digest> hashes;
  };
  Result<const OpenBatch*> open(const AlertBatchId& id);
  Result<std::string> proof(const OpenBatch& batch, std::int64_t position, std::int64_t leaf_index) const;
  Result<Authority> authority(const OpenBatch& batch, const Alert& alert, std::string& body);
  Result<Nothing> send(const Store::LeavingAlert& leaving);
  Result<Nothing> send_recall(const Store::LeavingAlert& leaving);
  Result<RuleMoment> moment_of(const RuleTerms& terms);  // its contact and looked left out
  Result<Step> try_each(const std::vector<Store::LeavingAlert>& leaving, bool recall);
  Result<Nothing> hand_over(const Letter& letter, const Authority& authority, const Store::LeavingAlert& leaving,
                            bool recall);

  Desk& desk_;
  std::unique_ptr<Courier> courier_;
  std::optional<OpenBatch> batch_;
  std::set<std::pair<AlertBatchId, std::int64_t>> refused_;
};

}  // namespace cordon
