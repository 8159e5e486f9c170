#include "desk/break_glass.h"

#include "base/text.h"
#include "desk/commands.h"
#include "desk/couriers.h"
#include "desk/flow.h"
#include "desk/guard.h"
#include "ledger/proof_file.h"
#include "referral/glass_letter.h"

namespace cordon {

namespace {

SealedLeaf leaf_of_glass(Desk& desk, const GlassBroken& glass, std::string_view from, GlassState to, std::string role,
                         Json hidden, Instant now) {
  const Leaf leaf{"break_glass",
                  now,
                  glass.id.text(),
                  std::string(glass.matter.id()),
                  std::string(name(glass.use)),
                  std::string(from),
                  std::string(name(to)),
                  {std::move(role)},
                  Json::Object{{"recipient", name(glass.recipient)}},
                  std::move(hidden)};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

Result<Nothing> publish_and_send(Desk& desk) {
  TRY(publish(desk));
  const Result<std::int64_t> sent = send_glass(desk);
  const bool waits = !sent && (sent.error().fault == Fault::Unavailable || sent.error().fault == Fault::Full);
  if (!sent && !waits) return sent.error();
  return publish(desk);
}

}  // namespace

Result<Glass> break_glass(Desk& desk, const Permit<Act::BreakGlass>& permit, const SecretKey& key,
                          const CaseId& case_id, GlassWish wish) {
  const Officer& officer = permit.officer();
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const Guarded guard = TRY(guard_of(desk.store(), the_case, ActionKind::PreservationRequest, desk.now()));
  if (wish.use == GlassUse::Preserve) {  // a danger to life waits for nobody
    TRY(check_not_receive_only(TRY(desk.store().officers())));
    TRY(note_sensitive_target(desk, the_case, ActionKind::PreservationRequest, guard));
  }
  TRY(check_glass(the_case, wish.use, wish.recipient, wish.words, desk.annex(), guard, officer));
  const Contact contact = TRY(desk.contacts().whom_to_ask(wish.recipient, the_case.target));
  const Instant now = desk.now();
  GlassBroken event{NoticeId::make(now, desk.random()),
                    the_case.id,
                    the_case.matter,
                    the_case.target,
                    wish.use,
                    wish.recipient,
                    contact.address,
                    std::move(wish.words),
                    now,
                    {},
                    officer.id,
                    {}};
  event.body = sha256(TRY(compose_glass(event, GlassState::Used, desk.annex(), desk.settings().operator_)));
  event.signature = key.sign(to_be_signed_for_glass(event));
  const Role role = officer.roles.contains(Role::Analyst) ? Role::Analyst : Role::Approver;
  SealedLeaf leaf = leaf_of_glass(desk, event, "", GlassState::Used, std::string(name(role)), to_json(event), now);
  TRY(desk.store().append({{event, officer.login, std::move(leaf)}}, now));
  TRY(publish_and_send(desk));
  return desk.store().find_glass(permit.sight(), event.id);
}

Result<Glass> confirm_glass(Desk& desk, const Permit<Act::ConfirmBreakGlass>& permit, const NoticeId& id) {
  const Officer& officer = permit.officer();
  const Glass glass = TRY(desk.store().find_glass(permit.sight(), id));
  const Instant now = desk.now();
  const GlassMoved event = TRY(decide(glass, GlassCommand::Confirm, Mover::officer(officer), now));
  const Role role = officer.roles.contains(Role::Ombudsperson)    ? Role::Ombudsperson
                    : officer.roles.contains(Role::LegalReviewer) ? Role::LegalReviewer
                                                                  : Role::Approver;
  SealedLeaf leaf = leaf_of_glass(desk, glass.broken, name(glass.state), GlassState::Confirmed, std::string(name(role)),
                                  to_json(event), now);
  TRY(desk.store().append({{event, officer.login, std::move(leaf)}}, now));
  TRY(publish(desk));
  return desk.store().find_glass(permit.sight(), id);
}

Result<std::vector<Glass>> read_glasses(Desk& desk, const Permit<Act::ReadCase>& reader) {
  std::vector<Glass> glasses = TRY(desk.store().glasses(reader.sight()));
  TRY(record_reading(desk, "break-glass", "", reader.officer()));
  return glasses;
}

Result<std::int64_t> reverse_unconfirmed(Desk& desk) {
  const Instant now = desk.now();
  std::int64_t reversed = 0;
  for (const Glass& glass : TRY(desk.store().glasses_due(now))) {
    const GlassMoved event = TRY(decide(glass, GlassCommand::Reverse, Mover::software(), now));
    SealedLeaf leaf =
        leaf_of_glass(desk, glass.broken, name(glass.state), GlassState::Reversed, "software", to_json(event), now);
    TRY(desk.store().append({{event, "software", std::move(leaf)}}, now));
    ++reversed;
  }
  return reversed;
}

namespace {

// The line under the published checkpoint, with what opens it. A danger to life waits for no witness.
Result<std::string> proof_of_glass(Desk& desk, std::int64_t leaf_index) {
  const std::string log_key = TRY(desk.store().founded()).log_key;
  const InclusionProof line = TRY(prove_leaf(desk.paths().log(), static_cast<std::uint64_t>(leaf_index), log_key));
  Json proof = TRY(parse_json(write_inclusion(line)));
  const Result<std::string> opening = desk.store().opening(leaf_index);
  if (!opening && opening.error().fault != Fault::NotFound) return opening.error();
  if (opening) proof.set("opening", TRY(parse_json(*opening)));
  return to_text(proof);
}

}  // namespace

Result<std::int64_t> send_glass(Desk& desk) {
  const std::int64_t published = TRY(desk.store().published_size());
  const std::vector<Store::WaitingGlass> waiting = TRY(desk.store().waiting_glasses());
  if (waiting.empty()) return std::int64_t{0};
  const std::unique_ptr<Courier> courier = TRY(make_courier(desk.paths(), desk.settings()));
  std::int64_t left = 0;
  for (const Store::WaitingGlass& one : waiting) {
    if (one.leaf_index >= published) continue;
    const GlassBroken& broken = one.glass.broken;
    // Written again here, from the record.
    const std::string body = TRY(compose_glass(broken, one.said, desk.annex(), desk.settings().operator_));
    const Result<Authority> authority = one.said == GlassState::Used
                                            ? make_glass(broken, TRY(desk.store().signer_of_glass(broken.id)), body)
                                            : make_glass_reversal(one.glass, body);
    if (!authority) return authority.error();
    const Instant now = desk.now();
    const std::string proof = TRY(proof_of_glass(desk, one.leaf_index));
    const Letter letter = TRY(
        write_glass_letter(broken, one.said, desk.settings().operator_, desk.annex().fictitious(), body, proof, now));
    const std::string receipt = TRY(courier->deliver(letter, *authority));
    TRY(desk.store().append(
        {{GlassSent{broken.id, one.said, std::string(courier->name()), receipt, letter.message_id}, "software", {}}},
        now));
    ++left;
  }
  return left;
}

// ── what the rows of desk/routes.cc do ──

namespace {

Json show_glass(const Glass& glass) {
  return Json::Object{{"glass", glass.broken.id.text()},
                      {"case", glass.broken.case_id.text()},
                      {"use", name(glass.broken.use)},
                      {"recipient", name(glass.broken.recipient)},
                      {"state", name(glass.state)},
                      {"at", to_rfc3339(glass.broken.at)},
                      {"confirm_by", to_rfc3339(glass.broken.at + kGlassConfirmedWithinMs)}};
}

}  // namespace

Result<Nothing> glass_break(Desk& desk, const Permit<Act::BreakGlass>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  GlassWish wish{TRY(parse_glass_use(TRY(arguments.text("use")))), Recipient::Emergency, TRY(arguments.text("words"))};
  if (wish.use == GlassUse::Preserve) wish.recipient = TRY(parse_recipient(arguments.text_or("recipient", "host")));
  const CaseId id = TRY(CaseId::parse(TRY(arguments.text("case"))));
  emit(show_glass(TRY(break_glass(desk, who, call.who->key, id, std::move(wish)))));
  return Nothing{};
}

Result<Nothing> glass_confirm(Desk& desk, const Permit<Act::ConfirmBreakGlass>& who, Call& call, const Emit& emit) {
  const NoticeId id = TRY(NoticeId::parse(TRY(call.arguments.text("glass"))));
  emit(show_glass(TRY(confirm_glass(desk, who, id))));
  return Nothing{};
}

Result<Nothing> glass_list(Desk& desk, const Permit<Act::ReadCase>& who, Call&, const Emit& emit) {
  for (const Glass& glass : TRY(read_glasses(desk, who))) emit(show_glass(glass));
  return Nothing{};
}

}  // namespace cordon
