#include "desk/border.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/secret.h"
#include "base/text.h"
#include "desk/flow.h"
#include "desk/guard.h"
#include "desk/key_file.h"
#include "law/charter_digest.h"
#include "law/offences.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"

namespace cordon {

namespace {

Self self_of(const Desk& desk) {
  Self self{desk.settings().operator_.origin, charter_digest(), {}, 0};
  for (const OffenceRow& offence : offences()) {
    if (desk.annex().article(offence.category)) self.enabled.insert(offence.category);
  }
  return self;
}

SealedLeaf seal(Desk& desk, const Leaf& leaf) { return seal_leaf(leaf, desk.leaf_frame(), desk.random()); }

SealedLeaf leaf_of_peer(Desk& desk, const Peer& peer, std::string_view from, std::string_view to,
                        std::vector<std::string> roles) {
  return seal(desk, {"peer", desk.now(), peer.desk, "", std::string(name(peer.role)), std::string(from),
                     std::string(to), std::move(roles), Json::Object{{"country", peer.country}}, to_json(peer)});
}

// ── the desk's indicators ──

struct Offerable {
  Case the_case;
  Indicator indicator;
};

// Nothing for exposure, which never crosses, and for kinds that STIX has no word for.
std::optional<Indicator> indicator_of(const Desk& desk, const Case& the_case, const Proposal& act,
                                      const Guarded& guard) {
  const Category* category = the_case.matter.category();
  if (category == nullptr || !act.approved || !stix_pattern(the_case.target)) return std::nullopt;
  const std::set<ObservableKind> kinds{the_case.target.kind()};
  return Indicator{stix_indicator_id(desk.report_key(), *category, the_case.target),
                   *category,
                   the_case.target,
                   act.proposed.national_article,
                   least_tlp(*category, kinds),
                   least_pap(*category),
                   act.approved->at,
                   act.approved->at,
                   act.proposed.at,
                   act.proposed.sunset_at,
                   desk.settings().operator_.origin,
                   state_of(the_case.state),
                   guard.sensitive || guard.holder.has_value(),
                   false,
                   false};
}

// One for each case with an act that was approved and sent: the latest act counts, the first dates it.
Result<std::vector<Offerable>> offers(Desk& desk) {
  std::map<CaseId, Offerable> found;
  const std::optional<SensitiveList> holders = TRY(sensitive_list(desk.store()));
  for (const Proposal& act : TRY(desk.store().acts_sent())) {
    Case the_case = TRY(desk.store().find_case(Sight::of_software(), act.proposed.case_id));
    const Guarded guard = sensitive_target(holders ? &*holders : nullptr, the_case.target, the_case.matter,
                                           act.proposed.wish.kind, desk.now());
    std::optional<Indicator> indicator = indicator_of(desk, the_case, act, guard);
    if (!indicator) continue;
    indicator->state = TRY(state_of_indicator(desk.store(), the_case, act.proposed.notice));
    const auto earlier = found.find(the_case.id);
    if (earlier != found.end()) indicator->created = earlier->second.indicator.created;
    const CaseId id = the_case.id;
    found.insert_or_assign(id, Offerable{std::move(the_case), *std::move(indicator)});
  }
  std::vector<Offerable> list;
  for (auto& [id, offer] : found) list.push_back(std::move(offer));
  return list;
}

Decision no_object(std::string rule, DenyCode code) { return {Answer::Deny, code, {}, std::move(rule), {}}; }

// Judges offers for one peer one after the other; each allowed one counts towards the day's quota.
class Gatekeeper {
 public:
  static Result<Gatekeeper> at(Desk& desk, const Peer& peer) {
    Gatekeeper keeper{desk, peer, TRY(load_policy(desk.paths()))};
    const Instant now = desk.now();
    for (const std::string& id : TRY(desk.store().offered_to(peer.desk, {0}))) keeper.received_.insert(id);
    for (const std::string& id : TRY(desk.store().offered_to(peer.desk, now + -kDayMs))) keeper.today_.insert(id);
    return keeper;
  }

  Ruling judge(Offerable& offer) {
    Indicator& indicator = offer.indicator;
    indicator.received_before = received_.contains(indicator.id);
    const bool recall = indicator.state == ObjectState::Revoked && indicator.received_before;
    if (recall) indicator.modified = desk_.now();  // a version of its own
    Self self = self_of(desk_);
    self.sent_today = static_cast<std::int64_t>(today_.size()) - (today_.contains(indicator.id) ? 1 : 0);
    Ruling ruling = cordon::judge(policy_, indicator, recall ? ObjectKind::Correction : ObjectKind::Indicator, peer_,
                                  self, desk_.now());
    if (ruling.exportable && !recall) today_.insert(indicator.id);
    return ruling;
  }
  const Policy& policy() const { return policy_; }

 private:
  Gatekeeper(Desk& desk, const Peer& peer, Policy policy) : desk_(desk), peer_(peer), policy_(std::move(policy)) {}
  Desk& desk_;
  Peer peer_;
  Policy policy_;
  std::set<std::string> received_, today_;
};

}  // namespace

ObjectState state_of(CaseState state) {
  switch (state) {
    case CaseState::DecidedNoAction:
      return ObjectState::Revoked;
    case CaseState::Reopened:
      return ObjectState::Disputed;
    case CaseState::Resolved:
    case CaseState::Closed:
      return ObjectState::Expired;
    default:
      return ObjectState::Active;  // an act was approved and sent, and nothing has contested it
  }
}

Result<ObjectState> state_of_indicator(const Store& store, const Case& the_case, const NoticeId& act) {
  const Action action = TRY(store.find_action(Sight::of_software(), act));
  switch (action.state) {
    case ActionState::Recalled:
    case ActionState::Reinstated:
    case ActionState::ReinstateRefused:
      return ObjectState::Revoked;
    case ActionState::Suspended:
      return ObjectState::Disputed;
    case ActionState::Expired:  // before its day: its entity was delisted
      return action.moved_at && *action.moved_at < action.sunset_at ? ObjectState::Revoked : ObjectState::Expired;
    default:
      return state_of(the_case.state);
  }
}

Result<Policy> load_policy(const Paths& paths) {
  if (!exists(paths.border())) return Policy();
  Result<Policy> policy = Policy::read(TRY(read_toml(paths.border())));
  if (policy) return policy;
  Error error = policy.error();
  error.where = paths.border() + (error.where.empty() ? "" : ", " + error.where);
  return error;
}

Result<Nothing> make_node_key(const Paths& paths, Random& random) {
  std::string seed = SecretKey::generate(random).seed();
  Result<Nothing> written = write_key_file(paths.node_key(), seed);
  wipe(seed);
  return written;
}

Result<SecretKey> node_key(Desk& desk) {
  if (!exists(desk.paths().node_key())) TRY(make_node_key(desk.paths(), desk.random()));
  return SecretKey::from_seed(TRY(read_key_file(desk.paths().node_key())));
}

Result<Json> introduce(Desk& desk) {
  const Self self = self_of(desk);
  Json::Array categories;
  for (const Category category : self.enabled) categories.emplace_back(name(category));
  return Json(Json::Object{{"desk", self.desk},
                           {"key", to_base64(TRY(node_key(desk)).public_key())},
                           {"charter", self.charter.hex()},
                           {"log_key", TRY(desk.store().founded()).log_key},
                           {"categories", std::move(categories)}});
}

// ── peers ──

Result<Nothing> add_peer(Desk& desk, Peer peer, const Officer& border_officer, const Officer& approver) {
  if (desk.store().find_peer(peer.desk)) return fail(Fault::Conflict, "it is a peer already", peer.desk);
  const PeerAdded event = TRY(add_peer(std::move(peer), desk.settings().operator_.origin, border_officer, approver));
  SealedLeaf leaf = leaf_of_peer(desk, event.peer, "", name(event.peer.state), {"border_officer", "approver"});
  return desk.store().append({{event, border_officer.login, std::move(leaf)}}, desk.now());
}

Result<Nothing> change_peer(Desk& desk, Peer peer, const Officer& border_officer, const Officer& approver) {
  const PeerRow before = TRY(desk.store().find_peer(peer.desk));
  const PeerChanged event = TRY(change_peer(std::move(peer), border_officer, approver));
  SealedLeaf leaf =
      leaf_of_peer(desk, event.peer, name(before.peer.state), name(event.peer.state), {"border_officer", "approver"});
  return desk.store().append({{event, border_officer.login, std::move(leaf)}}, desk.now());
}

Result<Nothing> suspend_peer(Desk& desk, const std::string& who, const Officer& officer, std::string reason) {
  const Peer peer = TRY(desk.store().find_peer(who)).peer;
  const PeerSuspended event = TRY(suspend_peer(peer, officer, std::move(reason)));
  const Role role = officer.roles.contains(Role::BorderOfficer) ? Role::BorderOfficer : Role::Approver;
  SealedLeaf leaf = leaf_of_peer(desk, peer, "active", "suspended", {std::string(name(role))});
  return desk.store().append({{event, officer.login, std::move(leaf)}}, desk.now());
}

Result<PeerHeadSeen> look_at_peer(Desk& desk, const std::string& who, const std::string& folder) {
  const Peer peer = TRY(desk.store().find_peer(who)).peer;
  if (peer.log_key.empty())
    return fail(Fault::Usage, "nobody entered the verifier key of its log: cordon peer change --log-key", who);
  const auto [log, key] = TRY(parse_verifier_key(peer.log_key));
  const LogVerdict verdict = TRY(verify_log(folder, log, key));
  const TreeHead& head = verdict.checkpoint.head;
  std::optional<Digest> charter, root_then;
  for (const std::string& line : verdict.checkpoint.extensions)
    if (line.starts_with("charter sha256:")) charter = TRY(parse_digest(line.substr(15)));
  if (!charter) return fail(Fault::Corrupt, "its checkpoint names no charter", folder);
  if (peer.head && static_cast<std::int64_t>(head.size) >= peer.head->size)
    root_then = TRY(head_from_tiles(folder, static_cast<std::uint64_t>(peer.head->size))).root;
  PeerHeadSeen event = see_head(peer, {static_cast<std::int64_t>(head.size), head.root}, root_then, *charter,
                                TRY(read_file(folder + "/checkpoint", kLongestNote)));
  const Instant now = desk.now();
  std::optional<SealedLeaf> leaf;
  if (event.state == HeadState::Split && peer.state == PeerState::Active)
    leaf = seal(desk, {"peer",
                       now,
                       peer.desk,
                       "",
                       std::string(name(peer.role)),
                       "active",
                       "suspended",
                       {"software"},
                       Json::Object{{"country", peer.country}, {"ground", "split_view"}},
                       to_json(event)});
  TRY(desk.store().append({{event, "software", std::move(leaf)}}, now));
  TRY(publish(desk));
  return event;
}

// ── out ──

namespace {

Result<Decision> decide_about(Desk& desk, const Peer& peer, const Case& the_case) {
  if (the_case.matter.category() == nullptr) return no_object("amendment 8", DenyCode::NoCommonOffence);
  for (Offerable& offer : TRY(offers(desk))) {
    if (offer.the_case.id != the_case.id) continue;
    Gatekeeper keeper = TRY(Gatekeeper::at(desk, peer));
    return keeper.judge(offer).decision;
  }
  if (!stix_pattern(the_case.target)) return no_object("9.2", DenyCode::Default);
  return no_object("6.7", DenyCode::Contested);
}

}  // namespace

Result<Decision> explain(Desk& desk, const Permit<Act::ReadBorder>& who, const CaseId& case_id, const std::string& to) {
  const Peer peer = TRY(desk.store().find_peer(to)).peer;
  const Case the_case = TRY(desk.store().find_case(who.sight(), case_id));
  Decision decision = TRY(decide_about(desk, peer, the_case));
  TRY(record_reading(desk, "border explain", case_id.text(), who.officer()));
  return decision;
}

Result<Exported> export_to(Desk& desk, const std::string& to, const Officer& border_officer, const Officer& approver) {
  TRY(may(border_officer, Act::Share));
  TRY(may(approver, Act::CountersignShare));
  if (border_officer.id == approver.id)
    return fail(Fault::Refused, "a share takes two people, a border officer and an approver (charter 0.7)");
  const PeerRow row = TRY(desk.store().find_peer(to));
  Gatekeeper keeper = TRY(Gatekeeper::at(desk, row.peer));
  const Sight sight = sight_of(border_officer);
  const bool receive_only = !check_not_receive_only(TRY(desk.store().officers()));

  std::vector<Exportable> objects;
  std::vector<WithheldItem> withheld;
  std::vector<OfferedItem> items;
  for (Offerable& offer : TRY(offers(desk))) {
    const bool seen = sight.sees(offer.the_case.matter);
    if (!seen && offer.indicator.state != ObjectState::Revoked) continue;  // as if it were not there
    if (receive_only && offer.indicator.state != ObjectState::Revoked) {   // a recall still goes (B13)
      if (seen) withheld.push_back({offer.the_case.id, {Answer::Hold, {}, {Role::Approver}, "10", {}}});
      continue;
    }
    if (offer.the_case.worked_on_by.contains(border_officer.id)) {
      if (seen) withheld.push_back({offer.the_case.id, {Answer::Hold, {}, {Role::BorderOfficer}, "10", {}}});
      continue;
    }
    Ruling ruling = keeper.judge(offer);
    if (!ruling.exportable || objects.size() + 4 >= kMostObjects) {
      ruling.decision.duties.clear();
      if (seen) withheld.push_back({offer.the_case.id, std::move(ruling.decision)});
      continue;
    }
    items.push_back({offer.the_case.id, offer.indicator.id, ruling.exportable->recalled(), ruling.decision.rule});
    objects.push_back(*std::move(ruling.exportable));
  }

  const Instant now = desk.now();
  const Parcel parcel{desk.settings().operator_.origin, to, charter_digest(), now, row.last_out + 1};
  std::string file = seal_envelope(write_bundle(objects, parcel), parcel, TRY(node_key(desk)));
  const Digest digest = sha256(file), blob = TRY(desk.store().blobs().put(file));
  BundleOffered event{to,
                      parcel.sequence,
                      now,
                      digest,
                      keeper.policy().digest(),
                      std::move(items),
                      {border_officer.id, approver.id},
                      std::move(withheld),
                      blob};
  SealedLeaf leaf = seal(desk, {"border",
                                now,
                                to + "/" + std::to_string(parcel.sequence),
                                "",
                                "indicator",
                                "allowed",
                                "sent",
                                {"border_officer", "approver"},
                                Json::Object{{"policy_digest", event.policy.hex()}},
                                Json::Object{{"file", digest.hex()}, {"objects", event.items.size()}}});
  TRY(desk.store().append({{event, border_officer.login, std::move(leaf)}}, now));
  return Exported{std::move(file), std::move(event)};
}

// ── the view of it ──

namespace {

// Adds what the officer sees of one bundle; gives whether there was more than a list takes.
Result<bool> add_lines(Desk& desk, const Sight& sight, const BundleOffered& bundle, Instant at, BorderView& view) {
  bool cut = false;
  const auto seen_case = [&](const CaseId& id) -> Result<std::optional<Case>> {
    Result<Case> found = desk.store().find_case(sight, id);
    if (!found && found.error().fault == Fault::NotFound) return std::optional<Case>();
    if (!found) return found.error();
    return std::optional<Case>(*std::move(found));
  };
  for (const OfferedItem& item : bundle.items) {
    cut = cut || view.given.size() == kLinesShown;
    if (view.given.size() == kLinesShown) break;
    const std::optional<Case> its = TRY(seen_case(item.case_id));
    if (!its || its->matter.category() == nullptr) continue;
    view.given.push_back({at, bundle.to, bundle.sequence, item.case_id, *its->matter.category(), its->target,
                          item.recalled, item.rule, bundle.by});
  }
  for (const WithheldItem& item : bundle.withheld) {
    cut = cut || view.held.size() == kLinesShown;
    if (view.held.size() == kLinesShown) break;
    const std::optional<Case> its = TRY(seen_case(item.case_id));
    if (!its || its->matter.category() == nullptr) continue;
    view.held.push_back(
        {at, bundle.to, bundle.sequence, item.case_id, *its->matter.category(), its->target, item.decision});
  }
  return cut;
}

Result<std::vector<Reference>> references_in_sight(Desk& desk, const Sight& sight) {
  std::vector<Reference> references = TRY(desk.store().references(desk.now()));
  std::erase_if(references, [&](const Reference& one) { return !sight.sees(one.indicator.category); });
  return references;
}

}  // namespace

Result<BorderView> read_border(Desk& desk, const Permit<Act::ReadBorder>& who) {
  BorderView view;
  view.peers = TRY(desk.store().peers());
  view.policy = TRY(load_policy(desk.paths()));
  const std::vector<Crossing> crossings = TRY(desk.store().crossings(kFilesShown));
  view.cut = static_cast<std::int64_t>(crossings.size()) == kFilesShown;
  for (const Crossing& crossing : crossings) {
    if (const auto* out = std::get_if<BundleOffered>(&crossing.what)) {
      const bool cut = TRY(add_lines(desk, who.sight(), *out, crossing.at, view));
      view.cut = view.cut || cut;
    } else {
      view.came.push_back({crossing.at, std::get<ReferencesReceived>(crossing.what)});
    }
  }
  view.references = TRY(references_in_sight(desk, who.sight()));
  if (view.references.size() > kLinesShown) {
    view.references.erase(view.references.begin() + kLinesShown, view.references.end());
    view.cut = true;
  }
  TRY(record_reading(desk, "border", "", who.officer()));
  return view;
}

Result<std::vector<Reference>> list_references(Desk& desk, const Permit<Act::ReadBorder>& who) {
  std::vector<Reference> references = TRY(references_in_sight(desk, who.sight()));
  TRY(record_reading(desk, "references", "", who.officer()));
  return references;
}

// ── in ──

Result<Taken> receive_file(Desk& desk, std::string_view file) {
  const Envelope envelope = TRY(read_envelope_confined(file));
  const Result<PeerRow> row = desk.store().find_peer(envelope.from);
  if (!row && row.error().fault != Fault::NotFound) return row.error();
  const Self self = self_of(desk);
  TRY(check_envelope(envelope, file, row ? &row->peer : nullptr, self, row ? row->last_in : 0));
  const Instant now = desk.now();
  Reception reception = TRY(receive(envelope, row->peer, self, now));
  // What a peer says of a sensitive holder of ours is not even listed (charter 9.6, B7).
  if (const std::optional<SensitiveList> list = TRY(sensitive_list(desk.store()))) {
    std::erase_if(reception.references.taken, [&](const ReceivedIndicator& one) {
      const std::optional<Holder> holder = list->holder_of(one.observable);
      if (holder)
        reception.refused.push_back({one.id, "sensitive", "it is held by: " + std::string(name(*holder)) + " (B7)"});
      return holder.has_value();
    });
  }

  const std::string blob = write_references(reception.references);
  ReferencesReceived event{
      envelope.from, envelope.sequence, envelope.at, TRY(desk.store().blobs().put(blob)), 0, 0, {}};
  event.references = static_cast<std::int64_t>(reception.references.taken.size());
  event.recalls = static_cast<std::int64_t>(reception.references.recalled.size());
  for (const RefusedItem& item : reception.refused) ++event.refused[item.code];
  SealedLeaf leaf = seal(desk, {"border",
                                now,
                                envelope.from + "/" + std::to_string(envelope.sequence),
                                "",
                                "indicator",
                                "received",
                                "accepted",
                                {"software"},
                                Json::Object{},
                                to_json(event)});
  TRY(desk.store().append({{event, "software", std::move(leaf)}}, now));
  return Taken{std::move(event), std::move(reception.refused)};
}

}  // namespace cordon
