// The volume lane (amendment 1): what a standing rule makes of the items of its feed as they come in, how they become
// one mail for each recipient, and how these leave, one at a time, so that whoever stops the rule comes in between. For
// people: docs/standing-rules.md.
#pragma once

#include <array>
#include <cstdint>
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
#include "match/never.h"
#include "referral/notice.h"
#include "referral/preference.h"
#include "report/intake.h"

namespace cordon {

inline constexpr std::size_t kAlertsOfBatch = 500;  // with one line in the log

// The never-list and the lists of sensitive holders as they are at this moment.
struct HeldLists {
  const NeverList& never;
  std::shared_ptr<const SensitiveList> sensitive;  // none: the country's list was not loaded
};
Result<HeldLists> lists_now(Desk& desk);
// What they say of a target. Every item of a rule is looked at here, when it comes in, when its alert is composed, and
// again before that leaves.
Looked look(const HeldLists& lists, const Observable& target);

// What would become of an item, and whom its alert would go to.
struct Considered {
  Judged judged;
  Contact contact = {};  // of an alert
};
Result<Considered> consider(const Desk& desk, const HeldLists& lists, const RuleTerms& terms, const Sighting& item,
                            std::string_view record, Instant now);

// The rules in force that draw from a batch that comes in.
class AlertsAtIntake {
 public:
  // None for a batch that a person's hand, a peer or the public form gave in, of a source that is no registered feed,
  // or that came with another machine's key than the feed's.
  static Result<AlertsAtIntake> begin(Desk& desk, const Incoming& incoming);
  bool none() const { return rules_.empty(); }
  // What all of them come to as far as no other question is asked, before the first is taken: on all processors.
  void look_at(const std::vector<ReadRecord>& records);
  // What becomes of a new report that no case holds: it waits for its alert, it waits as others do, it is a case, or
  // the rules do not speak of it.
  // `place`: of the record among those that were looked at.
  Result<Lane> take(std::size_t place, const ReportId& report, const Sighting& item, const RunKey& key);
  // What waits for its alerts, to be appended with the batch that it came in.
  Result<Nothing> finish(std::vector<Change>& changes, Instant at);

 private:
  AlertsAtIntake(Desk& desk, HeldLists lists) : desk_(desk), lists_(std::move(lists)) {}
  struct Seen {
    std::optional<Error> broken;
    Considered considered = {};
    std::array<std::string, kEvidenceFields.size()> evidence = {};
  };
  struct Kept {
    std::uint32_t recipient;  // its number in `recipients`
    std::uint32_t told;       // its key's place in Drawing::keys
    std::string line;         // line_of() the item
  };
  struct Drawing {
    RuleTerms terms;
    std::int64_t room;  // how many more can leave before the rule ends
    std::vector<Kept> items = {};
    std::vector<RunKey> keys = {};
    std::set<RunKey> told = {};
    std::map<std::string, std::uint32_t> recipients = {};
  };
  Desk& desk_;
  HeldLists lists_;
  std::map<Matter, Drawing> rules_;
  std::vector<Seen> seen_;  // of each record; of no rule's it is as it was made
};

// Composes what waits and is due, and sends it: of one run of the job. Each step reads the rule anew.
class AlertSender {
 public:
  explicit AlertSender(Desk& desk) : desk_(desk) {}
  // One alert, or one recall of an alert, leaves; or something else was done or passed over, and there may be more; or
  // there is nothing more to try. What may not leave is passed over in this run and stays on record as waiting.
  enum class Step { Left, PassedOver, Nothing };
  Result<Step> step();
  // Puts what waits of this rule and is due into mails, at most about kAlertsOfBatch of them; publishes nothing.
  // Whether there was anything.
  Result<bool> compose(const RuleId& id);
  // An alert that waits, as it would leave now; nothing leaves. Refused where it may not.
  Result<Letter> letter(const AlertBatchId& batch, std::int64_t position);
  // An officer took it where it belongs, to a portal or by post; `ticket` is what they were given there.
  Result<Nothing> taken_by_hand(const AlertBatchId& batch, std::int64_t position, const std::string& ticket);
  // What waits for somebody to do so: alerts of rules in force to who takes no mail, or whose server refused it, oldest
  // first.
  struct ByHand {
    AlertBatchId batch;
    std::int64_t position;
    Alert alert;
  };
  Result<std::vector<ByHand>> waiting_by_hand();
  // Why the first that waits of this rule may not leave; empty where it may, or none waits.
  Result<std::string> held_because(const RuleId& id);

 private:
  struct OpenBatch {
    Store::AlertBatchRow row;
    KeptAlerts kept;
    std::vector<Digest> hashes;
  };
  Result<const OpenBatch*> open(const AlertBatchId& id);
  Result<std::shared_ptr<const KeptAlerts>> kept(const Digest& blob);
  Result<std::string> proof(const OpenBatch& batch, std::int64_t position, std::int64_t leaf_index) const;
  Result<Authority> authority(const Alert& alert, std::vector<RuleMoment::OfItem> items, std::string& body);
  struct Ready {
    Letter letter;
    Authority authority;
  };
  Result<Ready> make_ready(const Store::LeavingAlert& leaving);
  Result<Nothing> send(const Store::LeavingAlert& leaving);
  Result<Nothing> send_recall(const Store::LeavingAlert& leaving);
  Result<RuleMoment> moment_of(const RuleTerms& terms);  // its items left out
  Result<std::vector<RuleMoment::OfItem>> now_of(const RuleTerms& terms, const Alert& alert);
  Result<Step> try_each(const std::vector<Store::LeavingAlert>& leaving, bool recall);
  Result<Nothing> mail(const Ready& ready, const Store::LeavingAlert& leaving, bool recall);
  Result<Nothing> put_down(const Ready& ready, const Store::LeavingAlert& leaving, bool recall, std::string courier,
                           std::string receipt);
  Result<Courier*> courier();
  const Preference& preference_of(const std::string& recipient);
  Result<bool> has_had_enough(const std::string& recipient);

  Desk& desk_;
  std::unique_ptr<Courier> courier_;
  std::optional<OpenBatch> batch_;
  std::set<std::pair<AlertBatchId, std::int64_t>> refused_;
  // In this run. What comes in meanwhile, or is taken apart, is for the next: so that nothing goes round in one.
  std::set<RuleId> nothing_due_;
  std::map<Digest, std::shared_ptr<const KeptAlerts>> kept_;  // what was read of items that wait, up to a bound
  std::optional<std::map<std::string, Preference>> preferences_;
};

// How the record names a recipient: a digest of its address, keyed with the desk's secret; 32 hex digits.
std::string recipient_key(const Desk& desk, std::string_view address);

}  // namespace cordon
