// Standing rules and what they send. The rules of it are decision's.
#include "base/text.h"
#include "store/impl.h"

namespace cordon {

namespace {

constexpr const char* kRuleBodies = "SELECT body FROM standing_rule ";
constexpr const char* kAlertBatches =
    "SELECT id, rule, at, blob, root, leaf_index, alerts, recalled, recall_leaf, disposed_at FROM alert_batch ";

Result<std::vector<StandingRule>> read_rules(Rows rows) {
  std::vector<StandingRule> rules;
  while (TRY(rows.next())) rules.push_back(TRY(read_standing_rule(TRY(parse_json(rows.text(0))))));
  return rules;
}

Result<std::vector<Store::AlertBatchRow>> read_alert_batches(Rows rows) {
  std::vector<Store::AlertBatchRow> batches;
  while (TRY(rows.next())) {
    AlertBatchId id = TRY(AlertBatchId::parse(rows.text(0)));
    RuleId rule = TRY(RuleId::parse(rows.text(1)));
    const Digest blob = TRY(parse_digest(rows.text(3)));
    const Digest root = TRY(parse_digest(rows.text(4)));
    Store::AlertBatchRow batch{std::move(id), std::move(rule), Instant{rows.integer(2)}, blob,
                               root,          rows.integer(5), rows.integer(6)};
    if (!rows.null(7)) {
      batch.recalled = TRY(read_alerts_recalled(TRY(parse_json(rows.text(7)))));
      batch.recall_leaf = rows.integer(8);
    }
    batch.disposed = !rows.null(9);
    batches.push_back(std::move(batch));
  }
  return batches;
}

Result<std::vector<Store::LeavingAlert>> read_leaving(Rows rows) {
  std::vector<Store::LeavingAlert> alerts;
  while (TRY(rows.next())) {
    AlertBatchId batch = TRY(AlertBatchId::parse(rows.text(0)));
    alerts.push_back({std::move(batch), rows.integer(1), rows.text(2)});
  }
  return alerts;
}

constexpr const char* kAlertCounts = "SELECT state, sum(items), count(*) FROM alert WHERE ";

Result<Store::AlertCounts> read_alert_counts(Rows rows) {
  Store::AlertCounts counts;
  while (TRY(rows.next())) {
    const std::string state = rows.text(0);
    if (state == "apart") continue;  // its items wait, or are in another
    std::int64_t& into = state == "waiting"     ? counts.waiting
                         : state == "sent"      ? counts.sent
                         : state == "withheld"  ? counts.withheld
                         : state == "recalling" ? counts.recalling
                                                : counts.recalled;
    into += rows.integer(1);
    if (state == "waiting")
      counts.mails_waiting += rows.integer(2);
    else if (state != "withheld")
      counts.mails_sent += rows.integer(2);
  }
  return counts;
}

}  // namespace

Result<StandingRule> Store::find_rule(const RuleId& id) const {
  std::vector<StandingRule> found =
      TRY(read_rules(TRY(impl_->database.query(std::string(kRuleBodies) + "WHERE id = $1", {id.text()}))));
  if (found.empty()) return fail(Fault::NotFound, "there is no such rule", id.text());
  return std::move(found.front());
}

Result<std::vector<StandingRule>> Store::rules(std::int64_t limit) const {
  return read_rules(TRY(impl_->database.query(std::string(kRuleBodies) + "ORDER BY seq DESC LIMIT $1", {limit})));
}

Result<std::vector<StandingRule>> Store::rules_in_force() const {
  return read_rules(TRY(impl_->database.query(std::string(kRuleBodies) + "WHERE state = 'in_force' ORDER BY seq")));
}

Result<std::vector<RuleId>> Store::rules_due(Instant now, std::int64_t limit) const {
  std::vector<RuleId> due;
  Rows rows = TRY(impl_->database.query(
      "SELECT id FROM standing_rule WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
      {now.ms, limit}));
  while (TRY(rows.next())) due.push_back(TRY(RuleId::parse(rows.text(0))));
  return due;
}

Result<Signers> Store::signers_of(const RuleId& id) const {
  Rows rows = TRY(impl_->database.query(
      "SELECT proposer, (SELECT key FROM officer_key WHERE officer = proposer AND seq < r.seq ORDER BY seq DESC LIMIT "
      "1), approver, (SELECT key FROM officer_key WHERE officer = approver AND seq < r.approved_seq ORDER BY seq DESC "
      "LIMIT 1) FROM standing_rule r WHERE r.id = $1 AND approver IS NOT NULL",
      {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::Refused, "nobody approved this rule", id.text());
  Officer proposer = TRY(officer_by_id(TRY(OfficerId::parse(rows.text(0)))));
  proposer.key = TRY(parse_public_key(rows.text(1)));
  Officer approver = TRY(officer_by_id(TRY(OfficerId::parse(rows.text(2)))));
  approver.key = TRY(parse_public_key(rows.text(3)));
  return Signers{std::move(proposer), std::move(approver)};
}

Result<std::vector<Officer>> Store::signers_of(const AlertsRecalled& recall) const {
  std::vector<Officer> signers;
  for (const MessageSignature& one : recall.signed_by) {
    Rows rows = TRY(impl_->database.query(
        "SELECT key FROM officer_key WHERE officer = $1 AND seq < (SELECT recalled_seq FROM alert_batch WHERE id = $2) "
        "ORDER BY seq DESC LIMIT 1",
        {one.officer.text(), recall.batch.text()}));
    if (!TRY(rows.next())) return fail(Fault::Refused, "somebody who is no officer signed it", recall.batch.text());
    const PublicKey key = TRY(parse_public_key(rows.text(0)));
    Officer officer = TRY(officer_by_id(one.officer));
    officer.key = key;
    signers.push_back(std::move(officer));
  }
  return signers;
}

Result<Store::AlertBatchRow> Store::find_alert_batch(const AlertBatchId& id) const {
  std::vector<AlertBatchRow> found =
      TRY(read_alert_batches(TRY(impl_->database.query(std::string(kAlertBatches) + "WHERE id = $1", {id.text()}))));
  if (found.empty()) return fail(Fault::NotFound, "there is no such batch of alerts", id.text());
  return std::move(found.front());
}

Result<std::vector<Store::AlertBatchRow>> Store::alert_batches_of(const RuleId& id, std::int64_t limit) const {
  return read_alert_batches(TRY(impl_->database.query(
      std::string(kAlertBatches) + "WHERE rule = $1 ORDER BY seq DESC LIMIT $2", {id.text(), limit})));
}

Result<std::vector<std::pair<AlertBatchId, Digest>>> Store::alert_blobs_before(Instant at, std::int64_t limit) const {
  std::vector<std::pair<AlertBatchId, Digest>> found;
  Rows rows = TRY(impl_->database.query(
      "SELECT id, blob, at FROM alert_batch WHERE disposed_at IS NULL AND at <= $1 UNION ALL SELECT id, blob, at FROM "
      "alert_items WHERE disposed_at IS NULL AND at <= $1 ORDER BY at, id LIMIT $2",
      {at.ms, limit}));
  while (TRY(rows.next())) {
    AlertBatchId id = TRY(AlertBatchId::parse(rows.text(0)));
    const Digest blob = TRY(parse_digest(rows.text(1)));
    found.emplace_back(std::move(id), blob);
  }
  return found;
}

Result<Store::AlertCounts> Store::count_alerts(const RuleId& id) const {
  Database& database = impl_->database;
  AlertCounts counts =
      TRY(read_alert_counts(TRY(database.query(std::string(kAlertCounts) + "rule = $1 GROUP BY state", {id.text()}))));
  const std::int64_t piled =
      TRY(database.number("SELECT coalesce(sum(items), 0) FROM alert_pile WHERE rule = $1", {id.text()}));
  const std::int64_t in_force =
      TRY(database.number("SELECT count(*) FROM standing_rule WHERE id = $1 AND state = 'in_force'", {id.text()}));
  (in_force > 0 ? counts.waiting : counts.withheld) += piled;
  counts.left_out =
      TRY(database.number("SELECT coalesce(sum(items), 0) FROM alert_left_out WHERE rule = $1", {id.text()}));
  return counts;
}

Result<Store::AlertCounts> Store::count_alerts(const AlertBatchId& id) const {
  return read_alert_counts(
      TRY(impl_->database.query(std::string(kAlertCounts) + "batch = $1 GROUP BY state", {id.text()})));
}

Result<std::int64_t> Store::alerts_sent_since(const RuleId& id, Instant since) const {
  return impl_->database.number("SELECT count(*) FROM alert WHERE sent_at > $2 AND rule = $1", {id.text(), since.ms});
}

Result<std::map<std::string, std::int64_t>> Store::mails_since(Instant since) const {
  std::map<std::string, std::int64_t> mails;
  Rows rows = TRY(
      impl_->database.query("SELECT recipient, count(*) FROM alert WHERE sent_at > $1 GROUP BY recipient", {since.ms}));
  while (TRY(rows.next())) mails.emplace(rows.text(0), rows.integer(1));
  return mails;
}

Result<const Store::Impl::Told*> Store::Impl::told_by(const RuleId& id) const {
  if (const auto there = told.find(id); there != told.end()) return &there->second;
  constexpr std::int64_t kAtLeast = 1 << 17;
  const std::int64_t rule = TRY(database.number("SELECT seq FROM standing_rule WHERE id = $1", {id.text()}));
  const std::int64_t count = TRY(database.number("SELECT count(*) FROM alert_told WHERE rule = $1", {rule}));
  Told all{rule, Fingerprints(static_cast<std::uint64_t>(std::max(2 * count, kAtLeast)))};
  Rows rows = TRY(database.query("SELECT key FROM alert_told WHERE rule = $1", {rule}));
  while (TRY(rows.next())) all.keys.put(run_key(TRY(from_hex(rows.text(0)))));
  return &told.emplace(id, std::move(all)).first->second;
}

void Store::Impl::take_up(const AlertItemsKept& kept) const {
  const auto there = told.find(kept.rule);
  if (there == told.end()) return;
  Fingerprints& keys = there->second.keys;
  if (keys.size() + kept.keys.size() > keys.capacity()) {  // made anew at the next question, and larger
    told.erase(there);
    return;
  }
  for (const std::string& key : kept.keys)
    if (const Result<std::string> bytes = from_hex(key)) keys.put(run_key(*bytes));
}

Result<bool> Store::alerted(const RuleId& id, const RunKey& key) const {
  const Impl::Told* told = TRY(impl_->told_by(id));
  if (!told->keys.maybe(key)) return false;
  const std::string text = to_hex({reinterpret_cast<const char*>(key.data()), key.size()});
  const std::int64_t found =
      TRY(impl_->database.number("SELECT count(*) FROM alert_told WHERE rule = $1 AND key = $2", {told->rule, text}));
  return found > 0;
}

Result<std::vector<Store::ItemsWaiting>> Store::items_waiting(const RuleId& id) const {
  std::vector<ItemsWaiting> waiting;
  Rows rows = TRY(impl_->database.query(
      "SELECT recipient, sum(items), min(at) FROM alert_pile WHERE rule = $1 GROUP BY recipient ORDER BY recipient",
      {id.text()}));
  while (TRY(rows.next())) waiting.push_back({rows.text(0), rows.integer(1), Instant{rows.integer(2)}});
  return waiting;
}

Result<std::vector<Store::PileRow>> Store::piles_of(const RuleId& id, const std::string& recipient) const {
  std::vector<PileRow> piles;
  Rows rows = TRY(impl_->database.query(
      "SELECT p.seq, coalesce(i.blob, b.blob), p.first_item, p.items FROM alert_pile p LEFT JOIN alert_items i ON i.id "
      "= "
      "p.batch LEFT JOIN alert_batch b ON b.id = p.batch WHERE p.rule = $1 AND p.recipient = $2 ORDER BY p.seq",
      {id.text(), recipient}));
  while (TRY(rows.next())) {
    const Digest blob = TRY(parse_digest(rows.text(1)));
    piles.push_back({rows.integer(0), blob, rows.integer(2), rows.integer(3)});
  }
  return piles;
}

Result<std::vector<Store::LeavingAlert>> Store::alerts_waiting(const RuleId& id, std::int64_t limit) const {
  return read_leaving(
      TRY(impl_->database.query("SELECT batch, position, recipient FROM alert WHERE rule = $1 AND state = 'waiting' "
                                "ORDER BY batch, position LIMIT $2",
                                {id.text(), limit})));
}

Result<Store::LeavingAlert> Store::find_waiting_alert(const AlertBatchId& batch, std::int64_t position) const {
  std::vector<LeavingAlert> found = TRY(read_leaving(TRY(impl_->database.query(
      "SELECT batch, position, recipient FROM alert WHERE batch = $1 AND position = $2 AND state = 'waiting'",
      {batch.text(), position}))));
  if (found.empty()) return fail(Fault::NotFound, "no alert waits at this place of this batch", batch.text());
  return std::move(found.front());
}

Result<std::vector<Store::LeavingAlert>> Store::recalls_waiting(std::int64_t limit) const {
  return read_leaving(TRY(impl_->database.query(
      "SELECT batch, position, recipient FROM alert WHERE state = 'recalling' ORDER BY batch, position LIMIT $1",
      {limit})));
}

Result<std::vector<std::pair<BatchTaken, Instant>>> Store::batches_from(const std::string& source,
                                                                        Instant since) const {
  std::vector<std::pair<BatchTaken, Instant>> batches;
  Rows rows = TRY(impl_->database.query("SELECT body, at FROM batch WHERE at >= $1 ORDER BY seq", {since.ms}));
  while (TRY(rows.next())) {
    BatchTaken batch = TRY(read_batch_taken(TRY(parse_json(rows.text(0)))));
    if (batch.source == source) batches.emplace_back(std::move(batch), Instant{rows.integer(1)});
  }
  return batches;
}

}  // namespace cordon
