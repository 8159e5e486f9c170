// The commands of the border: `peer …`, `border …`, `export`.
#include "base/text.h"
#include "desk/border.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/shapes.h"
#include "law/charter_digest.h"
#include "ledger/note.h"

namespace cordon {

namespace {

// --as is the border officer, --by the approver; each with a password of their own.
Result<Officer> countersigner(Desk& desk, const Json& arguments, Act act) {
  std::vector<Officer> by = TRY(others(desk, arguments, act));
  if (by.size() != 1)
    return fail(Fault::Usage, "it takes two people: --as a border officer, --by an approver (charter 10)");
  return std::move(by.front());
}

// What was typed, over what was there.
Result<Peer> typed_peer(const Json& arguments, Peer peer, Instant now) {
  const auto typed = [&](std::string_view key) { return arguments.text_or(key); };
  const auto categories = [&](std::string_view key, std::set<Category> otherwise) -> Result<std::set<Category>> {
    const Json::Array list = TRY(arguments.list(key));
    if (list.empty()) return otherwise;
    std::set<Category> read;
    for (const Json& text : list) read.insert(TRY(parse_category(text.string() ? *text.string() : std::string())));
    return read;
  };
  if (const std::string country = typed("country"); !country.empty()) peer.country = TRY(parse_country(country));
  if (const std::string role = typed("role"); !role.empty()) peer.role = TRY(parse_peer_role(role));
  if (const std::string key = typed("key"); !key.empty()) peer.key = TRY(parse_public_key(key));
  if (const std::string charter = typed("charter"); !charter.empty()) peer.charter = TRY(parse_digest(charter));
  if (const std::string log_key = typed("log_key"); !log_key.empty()) {
    if (TRY(parse_verifier_key(log_key)).first != peer.desk)
      return fail(Fault::Refused, "that is the key of another log", peer.desk);
    peer.log_key = log_key;
  }
  peer.agreed = TRY(categories("categories", peer.agreed));
  peer.annex = TRY(categories("annex", peer.annex.empty() ? peer.agreed : peer.annex));
  peer.state = PeerState::Active;
  peer.head_at = now;  // the two officers looked at its log
  return peer;
}

Json show(const Decision& decision) {
  Json line = Json::Object{{"decision", name(decision.answer)}, {"rule", decision.rule}};
  if (decision.code) line.set("code", name(*decision.code));
  if (!decision.hold_for.empty()) {
    Json::Array roles;
    for (const Role role : decision.hold_for) roles.emplace_back(name(role));
    line.set("hold_for", std::move(roles));
  }
  return line;
}

Json show(const CaseId& case_id, const Decision& decision, const Peer& peer) {
  Json::Array duties;
  for (const Duty duty : decision.duties) duties.emplace_back(name(duty));
  return show(decision)
      .set("case", case_id.text())
      .set("to", peer.desk)
      .set("duties", std::move(duties))
      .set("why", in_words(Words::in(Language::En), decision, peer));
}

}  // namespace

Result<Nothing> peer_add(Desk& desk, const Permit<Act::KeepPeers>& who, Call& call, const Emit& emit) {
  const Officer approver = TRY(countersigner(desk, call.arguments, Act::CountersignPeers));
  Peer peer;
  peer.desk = TRY(parse_desk_origin(TRY(call.arguments.text("peer"))));
  peer.charter = charter_digest();
  peer = TRY(typed_peer(call.arguments, std::move(peer), desk.now()));
  TRY(add_peer(desk, peer, who.officer(), approver));
  TRY(publish(desk));
  emit(show(TRY(desk.store().find_peer(peer.desk))));
  return Nothing{};
}

Result<Nothing> peer_change(Desk& desk, const Permit<Act::KeepPeers>& who, Call& call, const Emit& emit) {
  const Officer approver = TRY(countersigner(desk, call.arguments, Act::CountersignPeers));
  Peer peer = TRY(desk.store().find_peer(TRY(call.arguments.text("peer")))).peer;
  peer = TRY(typed_peer(call.arguments, std::move(peer), desk.now()));
  TRY(change_peer(desk, peer, who.officer(), approver));
  TRY(publish(desk));
  emit(show(TRY(desk.store().find_peer(peer.desk))));
  return Nothing{};
}

Result<Nothing> peer_suspend(Desk& desk, const Permit<Act::SuspendPeer>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::string peer = TRY(arguments.text("peer"));
  TRY(suspend_peer(desk, peer, who.officer(), TRY(arguments.text("reason"))));
  TRY(publish(desk));
  emit(show(TRY(desk.store().find_peer(peer))));
  return Nothing{};
}

Result<Nothing> peer_look(Desk& desk, Call& call, const Emit& emit) {
  const PeerHeadSeen seen =
      TRY(look_at_peer(desk, TRY(call.arguments.text("peer")), TRY(call.arguments.text("folder"))));
  emit(Json::Object{{"peer", seen.desk},
                    {"state", name(seen.state)},
                    {"size", seen.head.size},
                    {"root", seen.head.root.hex()},
                    {"charter", seen.charter.hex()}});
  if (seen.state == HeadState::Split)
    return fail(Fault::NotFound, "its log contradicts what it signed before: it is suspended, both ways", seen.desk);
  return Nothing{};
}

Result<Nothing> peer_list(Desk& desk, Call&, const Emit& emit) {
  for (const PeerRow& row : TRY(desk.store().peers())) emit(show(row));
  return Nothing{};
}

Result<Nothing> peer_receive(Desk& desk, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "one file is received at a time");
  const std::string where = call.arguments.text_or("file");
  const std::string file = TRY(read_all(call.files[0].get(), kLargestEnvelope, where));
  const Taken taken = TRY(receive_file(desk, file));
  TRY(publish(desk));
  for (const RefusedItem& item : taken.refused) {
    emit(Json::Object{{"indicator", item.id}, {"outcome", "refused"}, {"code", item.code}, {"reason", item.reason}});
  }
  Json::Object refused;
  for (const auto& [code, count] : taken.event.refused) refused.emplace(code, count);
  emit(Json::Object{{"from", taken.event.from},
                    {"sequence", taken.event.sequence},
                    {"references", taken.event.references},
                    {"recalled", taken.event.recalls},
                    {"refused", std::move(refused)}});
  return Nothing{};
}

Result<Nothing> peer_references(Desk& desk, const Permit<Act::ReadBorder>& who, Call&, const Emit& emit) {
  for (const Reference& reference : TRY(list_references(desk, who))) {
    Json line = to_json(reference.indicator);
    line.set("peer", reference.peer).set("received_at", to_rfc3339(reference.received_at));
    emit(line.set("defanged", defang(reference.indicator.observable)));
  }
  return Nothing{};
}

Result<Nothing> border_show(Desk& desk, Call&, const Emit& emit) {
  const Policy policy = TRY(load_policy(desk.paths()));
  Json::Array allow, deny;
  for (const BorderRule& rule : policy.allow()) allow.emplace_back(rule.name);
  for (const BorderRule& rule : policy.deny()) deny.emplace_back(rule.name);
  emit(TRY(introduce(desk))
           .set("policy_digest", policy.digest().hex())
           .set("allow", std::move(allow))
           .set("deny", std::move(deny))
           .set("per_peer_per_day", policy.per_peer_per_day()));
  return Nothing{};
}

Result<Nothing> border_explain(Desk& desk, const Permit<Act::ReadBorder>& who, Call& call, const Emit& emit) {
  const CaseId case_id = TRY(CaseId::parse(TRY(call.arguments.text("case"))));
  const std::string to = TRY(call.arguments.text("to"));
  const Decision decision = TRY(explain(desk, who, case_id, to));
  emit(show(case_id, decision, TRY(desk.store().find_peer(to)).peer));
  return Nothing{};
}

Result<Nothing> border_list(Desk& desk, const Permit<Act::ReadBorder>& who, Call&, const Emit& emit) {
  const BorderView view = TRY(read_border(desk, who));
  for (const GivenOut& given : view.given) {
    emit(Json::Object{{"at", to_rfc3339(given.at)},
                      {"peer", given.to},
                      {"sequence", given.sequence},
                      {"outcome", given.recalled ? "withdrawn" : "given"},
                      {"case", given.case_id.text()},
                      {"category", name(given.category)},
                      {"defanged", defang(given.target)},
                      {"rule", given.rule}});
  }
  for (const HeldAtBorder& held : view.held) {
    emit(show(held.decision)
             .set("at", to_rfc3339(held.at))
             .set("peer", held.to)
             .set("sequence", held.sequence)
             .set("outcome", "withheld")
             .set("case", held.case_id.text())
             .set("category", name(held.category))
             .set("defanged", defang(held.target)));
  }
  for (const CameIn& came : view.came) {
    Json::Object refused;
    for (const auto& [code, count] : came.event.refused) refused.emplace(code, count);
    emit(Json::Object{{"at", to_rfc3339(came.at)},
                      {"peer", came.event.from},
                      {"sequence", came.event.sequence},
                      {"outcome", "received"},
                      {"references", came.event.references},
                      {"recalled", came.event.recalls},
                      {"refused", std::move(refused)}});
  }
  return Nothing{};
}

Result<Nothing> export_bundle(Desk& desk, const Permit<Act::Share>& who, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "a bundle is written into one file");
  const Officer approver = TRY(countersigner(desk, call.arguments, Act::CountersignShare));
  const std::string to = TRY(call.arguments.text("to"));
  const Exported exported = TRY(export_to(desk, to, who.officer(), approver));
  TRY(publish(desk));
  TRY(write_all(call.files[0].get(), exported.file, "the output"));
  const Peer peer = TRY(desk.store().find_peer(to)).peer;
  for (const WithheldItem& held : exported.event.withheld) emit(show(held.case_id, held.decision, peer));
  std::int64_t recalls = 0;
  for (const OfferedItem& item : exported.event.items) recalls += item.recalled ? 1 : 0;
  emit(Json::Object{{"to", to},
                    {"sequence", exported.event.sequence},
                    {"indicators", static_cast<std::int64_t>(exported.event.items.size()) - recalls},
                    {"recalled", recalls},
                    {"left_out", exported.event.withheld.size()},
                    {"sha256", exported.event.file.hex()},
                    {"policy_digest", exported.event.policy.hex()}});
  return Nothing{};
}

}  // namespace cordon
