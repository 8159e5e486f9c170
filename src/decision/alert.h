// What a standing rule sends: alerts, each one mail with items of its feed for one recipient, in batches that have one
// line each in the public log. An item that the rule's own looks stop is a case for officers instead (amendment 1).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  // Of the other lanes: "never_list", "sensitive", "breadth", "G_IMPERSONATED_PARTY", "no_time", …
  std::string why = {};
};

// G_SENSITIVE_TARGET, G_BREADTH and the never-list hold for every item; each gate of its category is answered by the
// feed's fields, or by "unknown" where the charter lets that stand before an effect of a rule. `record`: the item as it
// was kept. An item that is older than its kind's life (4.4) says nothing of today.
Judged judge(const RuleTerms& terms, const Sighting& item, std::string_view record, const Looked& looked, Instant now);

// How the gates of its category, G_SENSITIVE_TARGET and G_BREADTH are answered for every item of the rule that becomes
// one of an alert: what does not differ from item to item.
std::vector<GateGiven> gates_of(const RuleTerms& terms);

// Why an item that was judged before may not leave now to `to`, in one word as above; nothing where it may. `contact`:
// the address that the book has for it now; empty: none.
struct AlertItem;
std::optional<std::string> why_not_now(const RuleTerms& terms, const AlertItem& item, const Looked& looked,
                                       std::string_view contact, std::string_view to);
bool too_old(Matter matter, ObservableKind kind, Instant observed_at, Instant now);  // for its kind's life (4.4)

// ── alerts ──

inline constexpr std::size_t kMostBytesOfAlert = 5'000'000;  // of the mail's body part

// What a feed's record may say beyond the target, and an alert passes on: words of protocols and of malware, never free
// text, for that may name somebody. In the order of the columns.
inline constexpr std::array<std::string_view, 5> kEvidenceFields{
    "classification.type", "classification.identifier", "malware.name", "protocol.transport", "protocol.application"};

// One thing of a feed that a rule tells.
struct AlertItem {
  ReportId report;
  Observable target;
  std::optional<int> port;
  Instant observed_at;
  std::string responsible;  // what the book has its recipient for: a name, an address, "*"
  std::array<std::string, kEvidenceFields.size()> evidence = {};  // in their order; empty where the record has none
  std::string key = {};  // of what it is folded by; 32 hex digits, and in no mail
};
// A line: canonical JSON without a line end. `evidence_of`: the values of a record as it was kept, in their order.
std::string line_of(const AlertItem& item);
Result<AlertItem> read_alert_item(std::string_view line);
std::array<std::string, kEvidenceFields.size()> evidence_of(std::string_view record);

enum class AlertFormat { Xarf, Csv };       // what goes beside the text, for machines
std::string_view name(AlertFormat format);  // "text+xarf", "text+csv"
Result<AlertFormat> parse_alert_format(std::string_view text);

// One mail to one recipient: all of one category and effect that one rule tells it at that moment.
struct Alert {
  AlertId id;
  RuleId rule;
  Matter matter;
  std::string to;                      // an address of the contact book
  std::vector<std::string> languages;  // of its texts, in their order: "kk", "en"
  AlertFormat format = AlertFormat::Xarf;
  std::int64_t number = 1, of = 1;  // where one recipient has more items than one mail takes
  std::vector<GateGiven> gates;     // the same for every item of a rule
  Instant at, reply_by, sunset_at;
  Digest body;  // SHA-256 of the exact body part of the mail
  std::vector<AlertItem> items;
};
// What the batch's Merkle tree has of it: canonical JSON, with SHA-256 over its items' lines in place of them.
std::string leaf_of(const Alert& alert);

// The blob of a batch: each alert's leaf as a line, and its items as the lines behind it. Or items alone, which wait
// for their alerts. Reads a batch of a desk of before, too, which had one item in each alert.
std::string write_alerts(const std::vector<Alert>& alerts);
class KeptAlerts {
 public:
  static Result<KeptAlerts> read(std::string bytes);
  std::size_t alerts() const { return alerts_.size(); }
  std::size_t items() const { return items_.size(); }
  std::string_view leaf(std::size_t alert) const { return line(alerts_[alert].line); }
  std::size_t first_item(std::size_t alert) const { return alerts_[alert].first_item; }
  Result<AlertItem> item(std::size_t number) const { return read_alert_item(line(items_[number])); }
  Result<Alert> alert(std::size_t number) const;  // Corrupt where the items are not those that its leaf speaks of
  std::size_t bytes() const { return text_.size(); }

 private:
  struct Line {
    std::size_t from = 0, size = 0;
  };
  struct Placed {
    Line line;
    std::size_t first_item = 0;
  };
  std::string_view line(const Line& one) const { return std::string_view(text_).substr(one.from, one.size); }
  std::string text_;
  std::vector<Placed> alerts_;
  std::vector<Line> items_;
};

// So many items of one recipient, one behind the other in a blob. The recipient is a digest that is keyed with the
// desk's secret, 32 hex digits.
struct AlertPile {
  std::string recipient;
  std::int64_t items = 0;
};

// Event: items of a feed wait for their alerts. What they say lies encrypted in a blob, for it has to end; a key says
// only that this desk's same rule has spoken of the same thing, to who holds the desk's secret.
struct AlertItemsKept {
  AlertBatchId batch;
  RuleId rule;
  Instant at;
  Digest blob;
  std::vector<AlertPile> piles;   // in the blob's order
  std::vector<std::string> keys;  // of its items, in their order; 16 bytes each
};
Json to_json(const AlertItemsKept& event);
Result<AlertItemsKept> read_alert_items_kept(const Json& body);

// Event: what waited for these recipients, up to a row of the journal each, was taken up. It is in the alerts that were
// composed with it, or was left out, and counted by why; such an item's key is free again, so that the feed's next word
// of it is judged anew.
struct AlertItemsTakenUp {
  RuleId rule;
  Instant at;
  std::vector<std::pair<std::string, std::int64_t>> taken;  // recipient, row
  std::map<std::string, std::int64_t> left_out = {};
  std::vector<std::string> freed = {};
};
Json to_json(const AlertItemsTakenUp& event);
Result<AlertItemsTakenUp> read_alert_items_taken_up(const Json& body);

// Event: a batch's alerts were composed. `keys`: of a desk of before, which kept no items: an alert had one.
struct AlertsComposed {
  AlertBatchId batch;
  RuleId rule;
  Instant at;
  Digest blob, root;
  std::vector<AlertPile> alerts;  // whom each goes to, and how many items it has
  std::vector<std::string> keys = {};
};
Json to_json(const AlertsComposed& event);
Result<AlertsComposed> read_alerts_composed(const Json& body);

// Event: an alert that waits has an item that may not leave any more. All of them wait again, to be looked at anew.
struct AlertTakenApart {
  AlertBatchId batch;
  std::int64_t position;    // of the alert in it, from 0
  std::int64_t first_item;  // of the alert, among the batch's items
  Instant at;
  std::string why;
};
Json to_json(const AlertTakenApart& event);
Result<AlertTakenApart> read_alert_taken_apart(const Json& body);

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
