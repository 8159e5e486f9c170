// What a standing rule sends: alerts, each about one item of its feed, in batches that have one line each in the public
// log. An item that the rule's own looks stop is a case for officers instead (amendment 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/message.h"
#include "decision/standing_rule.h"
#include "observable/sighting.h"

namespace cordon {

// ── what becomes of an item ──

// What the lists say of its target; the desk asks them (match/never.h).
struct Looked {
  std::optional<std::string> never;      // the entry of the never-list
  std::optional<std::string> sensitive;  // that of a list of sensitive holders (charter 11.3)
};

enum class Lane {
  Alert,   // an alert may be composed
  Wait,    // nothing more to say by this rule: it has spoken of it, or can say no more before its end
  Case,    // officers have to look at it
  AsEver,  // the rule does not speak of it
};
struct GateGiven {
  Gate gate;
  std::string answer;
  bool operator==(const GateGiven&) const = default;
};
struct Judged {
  Lane lane = Lane::AsEver;
  std::string why =
      {};  // of the other lanes: "never_list", "sensitive", "breadth", "G_IMPERSONATED_PARTY", "no_time", …
  std::vector<GateGiven> gates = {};  // of an alert: each gate of its category, and how it was answered
};

// G_SENSITIVE_TARGET, G_BREADTH and the never-list hold for every item; each gate of its category is answered by the
// feed's fields, or by "unknown" where the charter lets that stand before an effect of a rule. `record`: the item as it
// was kept. An item that is older than its kind's life (4.4) says nothing of today.
Judged judge(const RuleTerms& terms, const Sighting& item, std::string_view record, const Looked& looked, Instant now);

// ── alerts ──

struct Alert {
  AlertId id;
  RuleId rule;
  ReportId report;
  Matter matter;
  Observable target;
  std::optional<int> port;
  Instant observed_at;
  std::string to;           // an address of the contact book,
  std::string responsible;  // and what the book has it for: a name, an address, "*"
  std::vector<GateGiven> gates;
  Instant at, reply_by, sunset_at;
  Digest body;  // SHA-256 of the exact body part of the mail
};
Json to_json(const Alert& alert);
Result<Alert> read_alert(const Json& body);
std::string write_alerts(const std::vector<Alert>& alerts);  // the blob of a batch; canonical
Result<std::vector<Alert>> read_alerts(std::string_view bytes);
std::string leaf_of(const Alert& alert);  // what the batch's Merkle tree has of it: its canonical JSON

// Event: a batch's alerts were composed. What they say lies encrypted in a blob, for it has to end; a key says only
// that this desk's same rule has spoken of the same thing, to who holds the desk's secret.
struct AlertsComposed {
  AlertBatchId batch;
  RuleId rule;
  Instant at;
  Digest blob, root;
  std::vector<std::string> keys;  // one for each, in their order; 32 hex digits
};
Json to_json(const AlertsComposed& event);
Result<AlertsComposed> read_alerts_composed(const Json& body);

// Event: a courier took an alert, or the recall of one.
struct AlertLeft {
  AlertBatchId batch;
  std::int64_t position;  // in it, from 0
  bool recall = false;
  Instant at;
  std::string courier, receipt, message_id;
};
Json to_json(const AlertLeft& event);
Result<AlertLeft> read_alert_left(const Json& body);

// Event: a whole batch is taken back. What waits does not leave any more; who got one is told. Whoever releases signs
// this once, and the sender makes each message of it.
struct AlertsRecalled {
  AlertBatchId batch;
  std::string reason;
  Instant at;
  std::vector<MessageSignature> signed_by = {};  // one reviewer, or two officers
};
Json to_json(const AlertsRecalled& event);
Result<AlertsRecalled> read_alerts_recalled(const Json& body);
std::string to_be_signed_for_recall(const AlertsRecalled& event);

}  // namespace cordon
