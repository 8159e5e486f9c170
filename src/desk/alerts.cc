#include "desk/alerts.h"

#include <algorithm>

#include "base/text.h"
#include "desk/couriers.h"
#include "desk/guard.h"
#include "law/charter_digest.h"
#include "ledger/proof_file.h"
#include "match/never.h"
#include "referral/wording.h"

namespace cordon {

namespace {

constexpr std::int64_t kTriedAtOnce = 20;  // at most, before the desk is free again

// A demonstration's targets are the names and addresses of documents.
const NeverList& never_list_of(const Desk& desk) {
  if (!desk.annex().fictitious()) return NeverList::bundled();
  static const NeverList demonstration = [] {
    NeverList list(NeverList::bundled());
    list.allow_reserved();
    return list;
  }();
  return demonstration;
}

const Feed* registered(const Desk& desk, std::string_view source) {
  const std::vector<Feed>& feeds = desk.settings().feeds;
  const auto feed = std::find_if(feeds.begin(), feeds.end(), [&](const Feed& one) { return one.name == source; });
  return feed == feeds.end() ? nullptr : &*feed;
}

Result<std::optional<Contact>> contact_for(const Desk& desk, Recipient recipient, const Observable& target) {
  Result<Contact> contact = desk.contacts().whom_to_ask(recipient, target);
  if (contact) return std::optional(*std::move(contact));
  if (contact.error().fault == Fault::NotFound) return std::optional<Contact>();
  return contact.error();
}

SealedLeaf leaf_of_alerts(Desk& desk, const RuleTerms& terms, const AlertsComposed& event) {
  const Leaf leaf{"alerts",
                  event.at,
                  event.batch.text(),
                  std::string(terms.matter.id()),
                  std::string(name(ActionKind::Alert)),
                  "",
                  "composed",
                  {"software"},
                  Json::Object{{"rule", event.rule.text()},
                               {"alerts", event.keys.size()},
                               {"root", event.root.hex()},
                               {"effect", name(terms.effect)},
                               {"recipient", name(terms.recipient)},
                               {"binding", name(Binding::Voluntary)},
                               {"national_article", terms.national_article}},
                  Json::Object{{"blob", event.blob.hex()}}};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

std::vector<Digest> hashes_of(const std::vector<Alert>& alerts) {
  std::vector<Digest> hashes;
  hashes.reserve(alerts.size());
  for (const Alert& alert : alerts) hashes.push_back(leaf_hash(leaf_of(alert)));
  return hashes;
}

}  // namespace

Result<Looked> look(Desk& desk, const Observable& target) {
  const NeverList& list = never_list_of(desk);
  Looked looked;
  if (const std::optional<Refused> never = list.judge(target)) looked.never = never->by;
  if (const std::optional<Refused> guarded = list.guarded(target)) looked.sensitive = guarded->by;
  const std::shared_ptr<const SensitiveList> holders = TRY(sensitive_list_of(desk));
  const std::optional<Holder> holder = holders ? holders->holder_of(target) : std::nullopt;
  if (holder) looked.sensitive = std::string(name(*holder));
  return looked;
}

Result<Considered> consider(Desk& desk, const RuleTerms& terms, const Sighting& item, std::string_view record,
                            Instant now) {
  const Looked looked = TRY(look(desk, item.observable));
  Considered considered{judge(terms, item, record, looked, now)};
  if (considered.judged.lane != Lane::Alert) return considered;
  const std::optional<Contact> contact = TRY(contact_for(desk, terms.recipient, item.observable));
  if (!contact) return Considered{Judged{Lane::Case, "no_contact"}};
  considered.contact = *contact;
  return considered;
}

// ── as a batch comes in ──

Result<AlertsAtIntake> AlertsAtIntake::begin(Desk& desk, const Incoming& incoming) {
  AlertsAtIntake at_intake(desk);
  const Feed* feed = registered(desk, incoming.source);
  if (feed == nullptr || incoming.machine.empty() || incoming.machine != feed->machine) return at_intake;
  const Instant now = desk.now();
  for (const StandingRule& rule : TRY(desk.store().rules_in_force())) {
    const RuleTerms& terms = rule.terms();
    if (!in_force(rule, now) || terms.feed != *feed) continue;
    const std::int64_t days = (terms.ends_at - now + kDayMs - 1) / kDayMs;
    const std::int64_t waiting = TRY(desk.store().count_alerts(terms.id)).waiting;
    at_intake.rules_.emplace(terms.matter, Drawing{terms, terms.quota * days - waiting});
  }
  return at_intake;
}

Result<Lane> AlertsAtIntake::take(const ReportId& report, const Sighting& item, std::string_view record,
                                  const std::string& key) {
  const auto found = rules_.find(item.matter);
  if (found == rules_.end()) return Lane::AsEver;
  Drawing& drawing = found->second;
  const RuleTerms& terms = drawing.terms;
  const Instant now = desk_.now();
  const Considered considered = TRY(consider(desk_, terms, item, record, now));
  if (considered.judged.lane != Lane::Alert) return considered.judged.lane;
  if (drawing.told.contains(key) || TRY(desk_.store().alerted(terms.id, key)) || drawing.room <= 0) return Lane::Wait;
  const Deadlines ends = deadlines(item.matter, item.observable.kind(), now);
  Alert alert{AlertId::make(now, desk_.random()),
              terms.id,
              report,
              item.matter,
              item.observable,
              item.port,
              *item.seen_at,
              considered.contact.address,
              considered.contact.for_name,
              considered.judged.gates,
              now,
              ends.reply_by,
              ends.sunset_at,
              sha256("")};
  alert.body = sha256(compose_alert({terms, alert, desk_.annex(), desk_.settings().operator_}));
  drawing.alerts.push_back(std::move(alert));
  drawing.keys.push_back(key);
  drawing.told.insert(key);
  --drawing.room;
  return Lane::Alert;
}

Result<Nothing> AlertsAtIntake::finish(std::vector<Change>& changes, Instant at) {
  for (const auto& [matter, drawing] : rules_) {
    for (std::size_t from = 0; from < drawing.alerts.size(); from += kAlertsOfBatch) {
      const std::size_t to = std::min(from + kAlertsOfBatch, drawing.alerts.size());
      const auto part = [&](const auto& all) {
        return std::decay_t<decltype(all)>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                           all.begin() + static_cast<std::ptrdiff_t>(to));
      };
      const std::vector<Alert> alerts = part(drawing.alerts);
      const Digest blob = TRY(desk_.store().blobs().put(write_alerts(alerts)));
      const AlertsComposed event{AlertBatchId::make(at, desk_.random()), drawing.terms.id,  at, blob,
                                 tree_root(hashes_of(alerts)),           part(drawing.keys)};
      changes.push_back({event, "software", leaf_of_alerts(desk_, drawing.terms, event)});
    }
  }
  return Nothing{};
}

// ── they leave ──

Result<const AlertSender::OpenBatch*> AlertSender::open(const AlertBatchId& id) {
  if (!batch_ || batch_->row.id != id) {
    Store::AlertBatchRow row = TRY(desk_.store().find_alert_batch(id));
    std::vector<Alert> alerts = TRY(read_alerts(TRY(desk_.store().blobs().get(row.blob))));
    std::vector<Digest> hashes = hashes_of(alerts);
    if (tree_root(hashes) != row.root || static_cast<std::int64_t>(alerts.size()) != row.alerts)
      return fail(Fault::Corrupt, "the alerts are not those that the log has a line for", id.text());
    batch_ = OpenBatch{std::move(row), std::move(alerts), std::move(hashes)};
  }
  return &*batch_;
}

// The batch's line under the published checkpoint, and the way from this alert up to its root.
Result<std::string> AlertSender::proof(const OpenBatch& batch, std::int64_t position, std::int64_t leaf_index) const {
  const InclusionProof line = TRY(
      prove_leaf(desk_.paths().log(), static_cast<std::uint64_t>(leaf_index), TRY(desk_.store().founded()).log_key));
  const auto index = static_cast<std::size_t>(position);
  Json::Array path;
  for (const Digest& hash : inclusion_path(batch.hashes, index)) path.emplace_back(hash.hex());
  const Json in_batch = Json::Object{{"alert", leaf_of(batch.alerts[index])},
                                     {"index", position},
                                     {"size", batch.hashes.size()},
                                     {"path", std::move(path)},
                                     {"root", batch.row.root.hex()}};
  return to_text(Json(Json::Object{{"batch", in_batch}, {"line", TRY(parse_json(write_inclusion(line)))}}));
}

Result<RuleMoment> AlertSender::moment_of(const RuleTerms& terms) {
  const Instant now = desk_.now();
  const std::int64_t sent_today = TRY(desk_.store().alerts_sent_since(terms.id, now + -kDayMs));
  return RuleMoment{
      now, sent_today, registered(desk_, terms.feed.name), alert_template(), charter_digest(), desk_.annex().digest(),
      {},  {}};
}

Result<Authority> AlertSender::authority(const OpenBatch& batch, const Alert& alert, std::string& body) {
  Store& store = desk_.store();
  TRY(check_not_receive_only(TRY(store.officers())));
  const StandingRule rule = TRY(store.find_rule(batch.row.rule));
  const RuleTerms& terms = rule.terms();
  const Signers signers = TRY(store.signers_of(terms.id));
  RuleMoment moment = TRY(moment_of(terms));
  const std::optional<Contact> contact = TRY(contact_for(desk_, terms.recipient, alert.target));
  if (contact) moment.contact = contact->address;
  moment.looked = TRY(look(desk_, alert.target));
  body = compose_alert({terms, alert, desk_.annex(), desk_.settings().operator_});
  return make_rule_authority(rule, signers.proposer, signers.approver, alert, moment, body);
}

Result<Nothing> AlertSender::hand_over(const Letter& letter, const Authority& authority,
                                       const Store::LeavingAlert& leaving, bool recall) {
  if (!courier_) courier_ = TRY(make_courier(desk_.paths(), desk_.settings()));
  const std::string receipt = TRY(courier_->deliver(letter, authority));
  const Instant now = desk_.now();
  const AlertLeft event{leaving.batch, leaving.position, recall, now, std::string(courier_->name()),
                        receipt,       letter.message_id};
  return desk_.store().append({{event, "software", {}}}, now);
}

Result<Nothing> AlertSender::send(const Store::LeavingAlert& leaving) {
  const OpenBatch* batch = TRY(open(leaving.batch));
  if (batch->row.leaf_index >= TRY(desk_.store().published_size()))
    return fail(Fault::Refused, "its line in the log is not published yet", leaving.batch.text());
  const Alert& alert = batch->alerts.at(static_cast<std::size_t>(leaving.position));
  std::string body;
  const Authority authority = TRY(this->authority(*batch, alert, body));
  const std::string proof = TRY(this->proof(*batch, leaving.position, batch->row.leaf_index));
  const Letter letter = TRY(write_alert(alert, desk_.settings().operator_, desk_.annex().fictitious(), body, proof));
  return hand_over(letter, authority, leaving, false);
}

Result<Nothing> AlertSender::send_recall(const Store::LeavingAlert& leaving) {
  const OpenBatch* batch = TRY(open(leaving.batch));
  // The batch may have been open since before it was taken back.
  const Store::AlertBatchRow row = TRY(desk_.store().find_alert_batch(leaving.batch));
  if (!row.recalled || row.recall_leaf >= TRY(desk_.store().published_size()))
    return fail(Fault::Refused, "its line in the log is not published yet", leaving.batch.text());
  const Alert& alert = batch->alerts.at(static_cast<std::size_t>(leaving.position));
  const StandingRule rule = TRY(desk_.store().find_rule(row.rule));
  const std::string body =
      compose_alert_recall({rule.terms(), alert, desk_.annex(), desk_.settings().operator_}, row.recalled->reason);
  const std::vector<Officer> signers = TRY(desk_.store().signers_of(*row.recalled));
  const Authority authority = TRY(make_recall_authority(*row.recalled, row.id, alert, signers, body));
  const std::string proof = TRY(this->proof(*batch, leaving.position, row.recall_leaf));
  const Letter letter = TRY(
      write_alert_recall(alert, *row.recalled, desk_.settings().operator_, desk_.annex().fictitious(), body, proof));
  return hand_over(letter, authority, leaving, true);
}

Result<AlertSender::Step> AlertSender::try_each(const std::vector<Store::LeavingAlert>& leaving, bool recall) {
  Step step = Step::Nothing;
  for (const Store::LeavingAlert& one : leaving) {
    if (refused_.contains({one.batch, one.position})) continue;
    const Result<Nothing> gone = recall ? send_recall(one) : send(one);
    if (gone) return Step::Left;
    if (gone.error().fault != Fault::Refused) return gone.error();
    refused_.emplace(one.batch, one.position);
    step = Step::PassedOver;
  }
  return step;
}

// Who was told something wrong hears that first.
Result<AlertSender::Step> AlertSender::step() {
  const std::int64_t tried = static_cast<std::int64_t>(refused_.size()) + kTriedAtOnce;
  const Step recalled = TRY(try_each(TRY(desk_.store().recalls_waiting(tried)), true));
  if (recalled != Step::Nothing) return recalled;
  for (const StandingRule& rule : TRY(desk_.store().rules_in_force())) {
    const RuleMoment moment = TRY(moment_of(rule.terms()));
    if (why_it_rests(rule, moment)) continue;
    const Step step = TRY(try_each(TRY(desk_.store().alerts_waiting(rule.terms().id, tried)), false));
    if (step != Step::Nothing) return step;
  }
  return Step::Nothing;
}

Result<std::string> AlertSender::held_because(const RuleId& id) {
  const std::vector<Store::LeavingAlert> waiting = TRY(desk_.store().alerts_waiting(id, 1));
  if (waiting.empty()) return std::string();
  const OpenBatch* batch = TRY(open(waiting.front().batch));
  std::string body;
  const Result<Authority> may =
      authority(*batch, batch->alerts.at(static_cast<std::size_t>(waiting.front().position)), body);
  if (may) return std::string();
  if (may.error().fault != Fault::Refused) return may.error();
  return may.error().message;
}

}  // namespace cordon
