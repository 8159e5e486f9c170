#include "desk/alerts.h"

#include <algorithm>
#include <tuple>

#include "base/side_by_side.h"
#include "base/text.h"
#include "desk/couriers.h"
#include "desk/flow.h"
#include "desk/guard.h"
#include "law/charter_digest.h"
#include "ledger/proof_file.h"
#include "referral/grouping.h"
#include "referral/wording.h"

namespace cordon {

namespace {

constexpr std::int64_t kTriedAtOnce = 20;  // at most, before the desk is free again
constexpr std::size_t kLongestTicket = 200;
constexpr std::int64_t kItemsAtOnce = 20'000;              // are put into mails, before the desk is free again
constexpr std::size_t kMostKeptBytes = 256 * 1024 * 1024;  // of items that wait, in memory

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
  std::int64_t items = 0;
  for (const AlertPile& one : event.alerts) items += one.items;
  const Leaf leaf{"alerts",
                  event.at,
                  event.batch.text(),
                  std::string(terms.matter.id()),
                  std::string(name(ActionKind::Alert)),
                  "",
                  "composed",
                  {"software"},
                  Json::Object{{"rule", event.rule.text()},
                               {"alerts", event.alerts.size()},
                               {"items", items},
                               {"root", event.root.hex()},
                               {"effect", name(terms.effect)},
                               {"recipient", name(terms.recipient)},
                               {"binding", name(Binding::Voluntary)},
                               {"national_article", terms.national_article}},
                  Json::Object{{"blob", event.blob.hex()}}};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

std::vector<Digest> hashes_of(const KeptAlerts& kept) {
  std::vector<Digest> hashes;
  hashes.reserve(kept.alerts());
  for (std::size_t i = 0; i < kept.alerts(); ++i) hashes.push_back(leaf_hash(kept.leaf(i)));
  return hashes;
}

std::string hex_of(const RunKey& key) { return to_hex({reinterpret_cast<const char*>(key.data()), key.size()}); }

}  // namespace

Result<HeldLists> lists_now(Desk& desk) {
  std::shared_ptr<const SensitiveList> holders = TRY(sensitive_list_of(desk));
  return HeldLists{never_list_of(desk), std::move(holders)};
}

Looked look(const HeldLists& lists, const Observable& target) {
  Looked looked;
  if (const std::optional<Refused> never = lists.never.judge(target)) looked.never = never->by;
  if (const std::optional<Refused> guarded = lists.never.guarded(target)) looked.sensitive = guarded->by;
  const std::optional<Holder> holder = lists.sensitive ? lists.sensitive->holder_of(target) : std::nullopt;
  if (holder) looked.sensitive = std::string(name(*holder));
  return looked;
}

Result<Considered> consider(const Desk& desk, const HeldLists& lists, const RuleTerms& terms, const Sighting& item,
                            std::string_view record, Instant now) {
  Considered considered{judge(terms, item, record, look(lists, item.observable), now)};
  if (considered.judged.lane != Lane::Alert) return considered;
  std::optional<Contact> contact = TRY(contact_for(desk, terms.recipient, item.observable));
  if (!contact) return Considered{Judged{Lane::Case, "no_contact"}};
  considered.contact = *std::move(contact);
  return considered;
}

// ── as a batch comes in ──

Result<AlertsAtIntake> AlertsAtIntake::begin(Desk& desk, const Incoming& incoming) {
  HeldLists lists = TRY(lists_now(desk));
  AlertsAtIntake at_intake(desk, std::move(lists));
  const Feed* feed = registered(desk, incoming.source);
  if (feed == nullptr || incoming.machine.empty() || incoming.machine != feed->machine) return at_intake;
  const Instant now = desk.now();
  for (const StandingRule& rule : TRY(desk.store().rules_in_force())) {
    const RuleTerms& terms = rule.terms();
    if (!in_force(rule, now) || terms.feed != *feed) continue;
    const std::int64_t days = (terms.ends_at - now + kDayMs - 1) / kDayMs;
    const std::int64_t waiting = TRY(desk.store().count_alerts(terms.id)).waiting;
    at_intake.rules_.emplace(terms.matter, Drawing{terms, terms.quota * terms.items * days - waiting});
  }
  return at_intake;
}

void AlertsAtIntake::look_at(const std::vector<ReadRecord>& records) {
  if (none()) return;
  const Instant now = desk_.now();
  seen_.resize(records.size());
  side_by_side(records.size(), [&](std::size_t i) {
    const ReadRecord& record = records[i];
    const auto rule = record.sighting ? rules_.find(record.sighting->matter) : rules_.end();
    if (rule == rules_.end()) return;
    Result<Considered> considered = consider(desk_, lists_, rule->second.terms, *record.sighting, record.kept, now);
    if (!considered) {
      seen_[i].broken = considered.error();
      return;
    }
    seen_[i].considered = *std::move(considered);
    if (seen_[i].considered.judged.lane == Lane::Alert) seen_[i].evidence = evidence_of(record.kept);
  });
}

Result<Lane> AlertsAtIntake::take(std::size_t place, const ReportId& report, const Sighting& item, const RunKey& key) {
  const auto found = rules_.find(item.matter);
  if (found == rules_.end()) return Lane::AsEver;
  Drawing& drawing = found->second;
  const RuleTerms& terms = drawing.terms;
  Seen& seen = seen_.at(place);
  if (seen.broken) return *seen.broken;
  const Considered& considered = seen.considered;
  if (considered.judged.lane != Lane::Alert) return considered.judged.lane;
  if (drawing.room <= 0 || !drawing.told.insert(key).second || TRY(desk_.store().alerted(terms.id, key)))
    return Lane::Wait;
  const AlertItem told{
      report,     item.observable, item.port, *item.seen_at, considered.contact.for_name, std::move(seen.evidence),
      hex_of(key)};
  const auto number = static_cast<std::uint32_t>(drawing.recipients.size());
  const auto recipient = drawing.recipients.emplace(considered.contact.address, number).first;
  drawing.items.push_back({recipient->second, static_cast<std::uint32_t>(drawing.keys.size()), line_of(told)});
  drawing.keys.push_back(key);
  --drawing.room;
  return Lane::Alert;
}

// The items lie in the blob recipient by recipient, so that what one of them has is read in one go.
Result<Nothing> AlertsAtIntake::finish(std::vector<Change>& changes, Instant at) {
  for (auto& [matter, drawing] : rules_) {
    if (drawing.items.empty()) continue;
    std::vector<std::string> names(drawing.recipients.size());
    for (const auto& [address, number] : drawing.recipients) names[number] = recipient_key(desk_, address);
    std::sort(drawing.items.begin(), drawing.items.end(), [&](const Kept& a, const Kept& b) {
      return std::tie(names[a.recipient], a.told) < std::tie(names[b.recipient], b.told);
    });
    std::string bytes;
    std::vector<AlertPile> piles;
    std::vector<std::string> keys;
    for (const Kept& one : drawing.items) {
      bytes += one.line + "\n";
      keys.push_back(hex_of(drawing.keys[one.told]));
      if (piles.empty() || piles.back().recipient != names[one.recipient]) piles.push_back({names[one.recipient], 0});
      ++piles.back().items;
    }
    const Digest blob = TRY(desk_.store().blobs().put(bytes));
    changes.push_back({AlertItemsKept{AlertBatchId::make(at, desk_.random()), drawing.terms.id, at, blob,
                                      std::move(piles), std::move(keys)},
                       "software",
                       {}});
  }
  return Nothing{};
}

std::string recipient_key(const Desk& desk, std::string_view address) {
  return hex_of(desk.store().key_of_fold("recipient " + std::string(address)));
}

// ── they become mails ──

const Preference& AlertSender::preference_of(const std::string& recipient) {
  static const Preference usual;
  if (!preferences_) {
    preferences_.emplace();
    for (const auto& [address, preference] : desk_.preferences().said())
      preferences_->emplace(recipient_key(desk_, address), preference);
  }
  const auto said = preferences_->find(recipient);
  return said == preferences_->end() ? usual : said->second;
}

Result<std::shared_ptr<const KeptAlerts>> AlertSender::kept(const Digest& blob) {
  const auto there = kept_.find(blob);
  if (there != kept_.end()) return there->second;
  KeptAlerts whole = TRY(KeptAlerts::read(TRY(desk_.store().blobs().get(blob))));
  auto read = std::make_shared<const KeptAlerts>(std::move(whole));
  std::size_t bytes = read->bytes();
  for (const auto& [digest, one] : kept_) bytes += one->bytes();
  if (bytes > kMostKeptBytes) kept_.clear();
  kept_.emplace(blob, read);
  return std::shared_ptr<const KeptAlerts>(std::move(read));
}

namespace {

Result<RuleMoment::OfItem> now_of(const Desk& desk, const HeldLists& lists, const RuleTerms& terms,
                                  const Observable& target) {
  RuleMoment::OfItem now;
  const std::optional<Contact> contact = TRY(contact_for(desk, terms.recipient, target));
  if (contact) now.contact = contact->address;
  now.looked = look(lists, target);
  return now;
}

// An item that waits, where it lies, and what came of looking at it again: whom it is told, or why it is left out.
struct AtHand {
  std::shared_ptr<const KeptAlerts> kept;
  std::size_t number;
  std::optional<ToTell> told;
  std::optional<std::string> why;
  std::optional<Error> broken;
};

void look_again(AtHand& one, const Desk& desk, const HeldLists& lists, const RuleTerms& terms, Instant now) {
  Result<AlertItem> item = one.kept->item(one.number);
  if (!item) {
    one.broken = item.error();
    return;
  }
  const Result<RuleMoment::OfItem> here = now_of(desk, lists, terms, item->target);
  if (!here) {
    one.broken = here.error();
    return;
  }
  one.why = why_not_now(terms, *item, here->looked, here->contact, here->contact);
  if (!one.why && too_old(terms.matter, item->target.kind(), item->observed_at, now)) one.why = "too_old";
  if (!one.why && item->observed_at > now + kDayMs) one.why = "not_yet_observed";
  one.told = ToTell{here->contact, *std::move(item)};
}

}  // namespace

// What may not leave any more is left out here, before there is a line in the log, and not afterwards.
Result<bool> AlertSender::compose(const RuleId& id) {
  const StandingRule rule = TRY(desk_.store().find_rule(id));
  const RuleTerms& terms = rule.terms();
  const Instant now = desk_.now();
  if (!in_force(rule, now)) return false;
  const HeldLists lists = TRY(lists_now(desk_));
  AlertItemsTakenUp taken{id, now, {}};
  std::vector<AtHand> at_hand;
  std::int64_t items = 0, mails = 0;
  for (const Store::ItemsWaiting& waiting : TRY(desk_.store().items_waiting(id))) {
    if (due_at(preference_of(waiting.recipient), waiting.since, desk_.settings().zone) > now) continue;
    if (items >= kItemsAtOnce || mails >= static_cast<std::int64_t>(kAlertsOfBatch)) break;
    mails += (waiting.items + terms.items - 1) / terms.items;
    std::int64_t through = 0;
    for (const Store::PileRow& pile : TRY(desk_.store().piles_of(id, waiting.recipient))) {
      if (items >= kItemsAtOnce && through > 0) break;
      const std::shared_ptr<const KeptAlerts> read = TRY(kept(pile.blob));
      if (pile.first_item < 0 || static_cast<std::size_t>(pile.first_item + pile.items) > read->items())
        return fail(Fault::Corrupt, "items that wait are not where the record says", pile.blob.hex());
      for (std::int64_t i = 0; i < pile.items; ++i)
        at_hand.push_back({read, static_cast<std::size_t>(pile.first_item + i), {}, {}, {}});
      items += pile.items;
      through = pile.seq;
    }
    taken.taken.emplace_back(waiting.recipient, through);
  }
  if (taken.taken.empty()) return false;
  side_by_side(at_hand.size(), [&](std::size_t i) { look_again(at_hand[i], desk_, lists, terms, now); });
  std::vector<ToTell> to_tell;
  for (AtHand& one : at_hand) {
    if (one.broken) return *one.broken;
    if (one.why) {
      ++taken.left_out[*one.why];
      if (!one.told->item.key.empty()) taken.freed.push_back(one.told->item.key);
    } else {
      to_tell.push_back(*std::move(one.told));
    }
  }
  const std::vector<Alert> alerts = group_items(terms, std::move(to_tell), desk_.preferences(), desk_.annex(),
                                                desk_.settings().operator_, now, desk_.random());
  std::vector<Change> changes{{taken, "software", {}}};
  for (std::size_t from = 0; from < alerts.size(); from += kAlertsOfBatch) {
    const std::vector<Alert> part(
        alerts.begin() + static_cast<std::ptrdiff_t>(from),
        alerts.begin() + static_cast<std::ptrdiff_t>(std::min(from + kAlertsOfBatch, alerts.size())));
    const std::string bytes = write_alerts(part);
    const Digest root = tree_root(hashes_of(TRY(KeptAlerts::read(bytes))));
    const Digest blob = TRY(desk_.store().blobs().put(bytes));
    AlertsComposed event{AlertBatchId::make(now, desk_.random()), id, now, blob, root, {}};
    for (const Alert& alert : part)
      event.alerts.push_back({recipient_key(desk_, alert.to), static_cast<std::int64_t>(alert.items.size())});
    SealedLeaf leaf = leaf_of_alerts(desk_, terms, event);
    changes.push_back({std::move(event), "software", std::move(leaf)});
  }
  TRY(desk_.store().append(changes, now));
  return true;
}

// ── they leave ──

Result<const AlertSender::OpenBatch*> AlertSender::open(const AlertBatchId& id) {
  if (!batch_ || batch_->row.id != id) {
    Store::AlertBatchRow row = TRY(desk_.store().find_alert_batch(id));
    KeptAlerts kept = TRY(KeptAlerts::read(TRY(desk_.store().blobs().get(row.blob))));
    std::vector<Digest> hashes = hashes_of(kept);
    if (tree_root(hashes) != row.root || static_cast<std::int64_t>(kept.alerts()) != row.alerts)
      return fail(Fault::Corrupt, "the alerts are not those that the log has a line for", id.text());
    batch_ = OpenBatch{std::move(row), std::move(kept), std::move(hashes)};
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
  const Json in_batch = Json::Object{{"alert", batch.kept.leaf(index)},
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
      now, sent_today, registered(desk_, terms.feed.name), alert_template(), charter_digest(), desk_.annex().digest()};
}

Result<std::vector<RuleMoment::OfItem>> AlertSender::now_of(const RuleTerms& terms, const Alert& alert) {
  const HeldLists lists = TRY(lists_now(desk_));
  std::vector<RuleMoment::OfItem> items;
  for (const AlertItem& item : alert.items) items.push_back(TRY(cordon::now_of(desk_, lists, terms, item.target)));
  return items;
}

Result<Authority> AlertSender::authority(const Alert& alert, std::vector<RuleMoment::OfItem> items, std::string& body) {
  Store& store = desk_.store();
  TRY(check_not_receive_only(TRY(store.officers())));
  const StandingRule rule = TRY(store.find_rule(alert.rule));
  const RuleTerms& terms = rule.terms();
  const Signers signers = TRY(store.signers_of(terms.id));
  RuleMoment moment = TRY(moment_of(terms));
  moment.items = std::move(items);
  body = compose_alert({terms, alert, desk_.annex(), desk_.settings().operator_});
  return make_rule_authority(rule, signers.proposer, signers.approver, alert, moment, body);
}

Result<bool> AlertSender::has_had_enough(const std::string& recipient) {
  const std::int64_t most = preference_of(recipient).most_a_day;
  if (most == 0) return false;
  const std::map<std::string, std::int64_t> mails = TRY(desk_.store().mails_since(desk_.now() + -kDayMs));
  const auto had = mails.find(recipient);
  return had != mails.end() && had->second >= most;
}

Result<Courier*> AlertSender::courier() {
  if (!courier_) courier_ = TRY(make_courier(desk_.paths(), desk_.settings()));
  return courier_.get();
}

// One that its recipient's server does not take keeps no other back: it waits its time, or for an officer's hand.
Result<Nothing> AlertSender::mail(const Ready& ready, const Store::LeavingAlert& leaving, bool recall) {
  Courier* courier = TRY(this->courier());
  HandedOver handed = TRY(hand_over(desk_, *courier, ready.letter, ready.authority, {}, LetterOf::Alert));
  if (handed.how == HandedOver::How::Taken)
    return put_down(ready, leaving, recall, std::string(courier->name()), std::move(handed.receipt));
  if (handed.change) TRY(desk_.store().append({*std::move(handed.change)}, desk_.now()));
  return fail(Fault::Refused, "its recipient's server does not take it: " + handed.receipt, leaving.batch.text());
}

Result<Nothing> AlertSender::put_down(const Ready& ready, const Store::LeavingAlert& leaving, bool recall,
                                      std::string courier, std::string receipt) {
  const Instant now = desk_.now();
  const AlertLeft event{leaving.batch,      leaving.position,       recall, now, std::move(courier),
                        std::move(receipt), ready.letter.message_id};
  return desk_.store().append({{event, "software", {}}}, now);
}

Result<Nothing> AlertSender::send(const Store::LeavingAlert& leaving) {
  const std::string where = leaving.batch.text();
  if (preference_of(leaving.recipient).channel == AlertChannel::ByHand)
    return fail(Fault::Refused, "an officer takes it there by hand", where);
  if (TRY(has_had_enough(leaving.recipient)))
    return fail(Fault::Refused, "its recipient wants no more mails of this day", where);
  return mail(TRY(make_ready(leaving)), leaving, false);
}

Result<AlertSender::Ready> AlertSender::make_ready(const Store::LeavingAlert& leaving) {
  const std::string where = leaving.batch.text();
  const OpenBatch* batch = TRY(open(leaving.batch));
  if (batch->row.leaf_index >= TRY(desk_.store().published_size()))
    return fail(Fault::Refused, "its line in the log is not published yet", where);
  const auto position = static_cast<std::size_t>(leaving.position);
  const Alert alert = TRY(batch->kept.alert(position));
  if (alert.rule != batch->row.rule) return fail(Fault::Refused, "the alert is of another rule", where);
  const RuleTerms terms = TRY(desk_.store().find_rule(alert.rule)).terms();
  std::vector<RuleMoment::OfItem> items = TRY(now_of(terms, alert));
  // One item that may not leave any more keeps no other back: the alert is composed anew without it.
  for (std::size_t i = 0; i < items.size(); ++i) {
    const RuleMoment::OfItem& now = items[i];
    const std::optional<std::string> why = why_not_now(terms, alert.items[i], now.looked, now.contact, alert.to);
    if (!why) continue;
    const auto first = static_cast<std::int64_t>(batch->kept.first_item(position));
    const AlertTakenApart event{leaving.batch, leaving.position, first, desk_.now(), *why};
    TRY(desk_.store().append({{event, "software", {}}}, event.at));
    return fail(Fault::Refused, "an item of it may not leave any more: " + *why, where);
  }
  std::string body;
  Authority authority = TRY(this->authority(alert, std::move(items), body));
  const std::string proof = TRY(this->proof(*batch, leaving.position, batch->row.leaf_index));
  Letter letter = TRY(write_alert(alert, desk_.settings().operator_, desk_.annex().fictitious(), body, proof));
  return Ready{std::move(letter), std::move(authority)};
}

Result<Letter> AlertSender::letter(const AlertBatchId& batch, std::int64_t position) {
  const Store::LeavingAlert leaving = TRY(desk_.store().find_waiting_alert(batch, position));
  Ready ready = TRY(make_ready(leaving));
  return std::move(ready.letter);
}

Result<Nothing> AlertSender::taken_by_hand(const AlertBatchId& batch, std::int64_t position,
                                           const std::string& ticket) {
  if (trim(ticket).empty() || ticket.size() > kLongestTicket || printable(ticket, kLongestTicket) != ticket)
    return fail(Fault::Malformed, "a ticket is one line of 1 to 200 characters: what the portal gave");
  const Store::LeavingAlert leaving = TRY(desk_.store().find_waiting_alert(batch, position));
  return put_down(TRY(make_ready(leaving)), leaving, false, "by_hand", ticket);
}

Result<std::vector<AlertSender::ByHand>> AlertSender::waiting_by_hand() {
  std::vector<ByHand> waiting;
  std::set<std::string> not_taken, by;  // letters, and their recipients
  for (const LetterRow& letter : TRY(desk_.store().alerts_given_up())) {
    not_taken.insert(letter.message_id);
    by.insert(letter.to);
  }
  for (const StandingRule& rule : TRY(desk_.store().rules_in_force())) {
    for (const Store::LeavingAlert& one : TRY(desk_.store().alerts_waiting(rule.terms().id, kMostAlertsADay))) {
      const bool portal = preference_of(one.recipient).channel == AlertChannel::ByHand;
      if (!portal && !by.contains(one.recipient)) continue;
      const OpenBatch* batch = TRY(open(one.batch));
      Alert alert = TRY(batch->kept.alert(static_cast<std::size_t>(one.position)));
      if (!portal && !not_taken.contains(lower_ascii(alert_message_id(alert, desk_.settings().operator_)))) continue;
      waiting.push_back({one.batch, one.position, std::move(alert)});
    }
  }
  return waiting;
}

Result<Nothing> AlertSender::send_recall(const Store::LeavingAlert& leaving) {
  const OpenBatch* batch = TRY(open(leaving.batch));
  // The batch may have been open since before it was taken back.
  const Store::AlertBatchRow row = TRY(desk_.store().find_alert_batch(leaving.batch));
  if (!row.recalled || row.recall_leaf >= TRY(desk_.store().published_size()))
    return fail(Fault::Refused, "its line in the log is not published yet", leaving.batch.text());
  const Alert alert = TRY(batch->kept.alert(static_cast<std::size_t>(leaving.position)));
  const StandingRule rule = TRY(desk_.store().find_rule(row.rule));
  const std::string body =
      compose_alert_recall({rule.terms(), alert, desk_.annex(), desk_.settings().operator_}, row.recalled->reason);
  const std::vector<Officer> signers = TRY(desk_.store().signers_of(*row.recalled));
  Authority authority = TRY(make_recall_authority(*row.recalled, row.id, alert, signers, body));
  const std::string proof = TRY(this->proof(*batch, leaving.position, row.recall_leaf));
  Letter letter = TRY(
      write_alert_recall(alert, *row.recalled, desk_.settings().operator_, desk_.annex().fictitious(), body, proof));
  return mail({std::move(letter), std::move(authority)}, leaving, true);
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
    RuleMoment moment = TRY(moment_of(rule.terms()));
    const std::int64_t sent_today = std::exchange(moment.sent_today, 0);
    if (why_it_rests(rule, moment)) continue;
    // What is over the day's quota waits as a mail.
    if (!nothing_due_.contains(rule.terms().id)) {
      if (TRY(compose(rule.terms().id))) {
        TRY(publish(desk_));
        return Step::PassedOver;
      }
      nothing_due_.insert(rule.terms().id);
    }
    moment.sent_today = sent_today;
    if (why_it_rests(rule, moment)) continue;
    const Step step = TRY(try_each(TRY(desk_.store().alerts_waiting(rule.terms().id, tried)), false));
    if (step != Step::Nothing) return step;
  }
  return Step::Nothing;
}

Result<std::string> AlertSender::held_because(const RuleId& id) {
  const StandingRule rule = TRY(desk_.store().find_rule(id));
  const RuleMoment moment = TRY(moment_of(rule.terms()));
  const Store::AlertCounts counts = TRY(desk_.store().count_alerts(id));
  if (counts.waiting == 0) return std::string();
  if (const std::optional<std::string> why = why_it_rests(rule, moment)) return *why;
  const std::vector<Store::LeavingAlert> waiting = TRY(desk_.store().alerts_waiting(id, 1));
  if (waiting.empty()) return std::string();
  const OpenBatch* batch = TRY(open(waiting.front().batch));
  const Alert alert = TRY(batch->kept.alert(static_cast<std::size_t>(waiting.front().position)));
  std::vector<RuleMoment::OfItem> items = TRY(now_of(rule.terms(), alert));
  std::string body;
  const Result<Authority> may = authority(alert, std::move(items), body);
  if (may) return std::string();
  if (may.error().fault != Fault::Refused) return may.error();
  return may.error().message;
}

}  // namespace cordon
