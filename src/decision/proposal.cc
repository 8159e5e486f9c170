#include "decision/proposal.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "law/charter_digest.h"
#include "law/gates.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<ProposalState, std::string_view>, 5> kStates{{
    {ProposalState::Proposed, "proposed"},
    {ProposalState::Returned, "returned"},
    {ProposalState::Refused, "refused"},
    {ProposalState::Lapsed, "lapsed"},
    {ProposalState::Approved, "approved"},
}};

constexpr std::array kProposalMoves{
    ProposalMove{ProposalState::Proposed, ProposalCommand::Return, By::officer(Act::ReturnProposal),
                 ProposalState::Returned, Logged::No, "a reason; the case is assessed again"},
    ProposalMove{ProposalState::Proposed, ProposalCommand::Refuse, By::officer(Act::RefuseProposal),
                 ProposalState::Refused, Logged::Yes, "a reason"},
    ProposalMove{ProposalState::Proposed, ProposalCommand::Approve, By::officer(Act::Approve), ProposalState::Approved,
                 Logged::Yes,
                 "not who proposed; no part in the case; opened every piece of evidence; the digest is that of the "
                 "bytes; within 72 h"},
    ProposalMove{ProposalState::Proposed, ProposalCommand::Lapse, By::software(), ProposalState::Lapsed, Logged::No,
                 "72 h"},
};

Result<Nothing> check_gates(const Case& the_case, const Wish& wish, const Guarded& guard) {
  for (const Gate gate : gates_to_answer(the_case, guard)) {
    const std::string because = gate == Gate::SensitiveTarget ? ". " + guard.basis : " (charter 4.5)";
    const auto answer = the_case.gates.find(gate);
    if (answer == the_case.gates.end()) {
      return fail(Fault::Refused, std::string(name(gate)) + " is not answered yet" + because, the_case.id.text());
    }
    if (!lets_pass(answer->second, wish)) {
      return fail(Fault::Refused,
                  std::string(name(gate)) + " is answered '" + answer->second.answer + "', which rules out " +
                      std::string(name(wish.effect)) + because,
                  the_case.id.text());
    }
  }
  return Nothing{};
}

Json ids(const std::vector<EvidenceId>& evidence) {
  Json::Array list;
  for (const EvidenceId& id : evidence) list.emplace_back(id.text());
  return list;
}

Result<std::vector<EvidenceId>> read_ids(const Json& body) {
  std::vector<EvidenceId> evidence;
  for (const Json& id : TRY(body.list("evidence"))) {
    evidence.push_back(TRY(EvidenceId::parse(id.string() ? *id.string() : std::string())));
  }
  return evidence;
}

// Whether the table lets this officer do it now.
Result<Nothing> may_move(const Proposal& proposal, ProposalCommand command, const Officer& officer) {
  TRY(find_move(proposal_moves(), proposal.state, command, Mover::officer(officer), proposal.proposed.id.text()));
  return Nothing{};
}

Result<std::string> check_reason(std::string reason) {
  if (!valid_utf8(reason)) return fail(Fault::Malformed, "the reason is not UTF-8");
  if (trim(reason).size() < 10 || reason.size() > 4000)
    return fail(Fault::Malformed, "a reason has 10 to 4000 characters");
  return reason;
}

}  // namespace

std::string_view name(ProposalState state) {
  return std::find_if(kStates.begin(), kStates.end(), [&](const auto& row) { return row.first == state; })->second;
}

Result<ProposalState> parse_proposal_state(std::string_view text) {
  const auto row = std::find_if(kStates.begin(), kStates.end(), [&](const auto& r) { return r.second == text; });
  if (row == kStates.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a proposal");
  return row->first;
}

std::string_view name(ProposalCommand command) {
  switch (command) {
    case ProposalCommand::Return:
      return "return";
    case ProposalCommand::Refuse:
      return "refuse";
    case ProposalCommand::Approve:
      return "approve";
    case ProposalCommand::Lapse:
      return "lapse";
  }
  return {};
}

std::span<const ProposalMove> proposal_moves() { return kProposalMoves; }

// ── what is signed ──

namespace {

Json unsigned_json(const Proposed& event) {
  return Json::Object{
      {"proposal", event.id.text()},
      {"case", event.case_id.text()},
      {"matter", event.matter.id()},
      {"target", Json::Object{{"kind", name(event.target.kind())}, {"value", event.target.canonical()}}},
      {"kind", name(event.wish.kind)},
      {"effect", name(event.wish.effect)},
      {"recipient", name(event.wish.recipient)},
      {"contact", event.wish.contact},
      {"stronger_because", event.wish.stronger_because},
      {"binding", name(event.binding)},
      {"national_article", event.national_article},
      {"evidence", ids(event.evidence)},
      {"body", event.body.hex()},
      {"charter", event.charter.hex()},
      {"annex", event.annex.hex()},
      {"at", to_rfc3339(event.at)},
      {"reply_by", to_rfc3339(event.reply_by)},
      {"sunset_at", to_rfc3339(event.sunset_at)},
      {"notice", event.notice.text()},
      {"proposer", event.proposer.text()}};
}

}  // namespace

std::string statement(const Proposed& proposed) { return to_text(unsigned_json(proposed)); }

std::string to_be_signed_by_proposer(const Proposed& proposed) { return "cordon/proposes/1\n" + statement(proposed); }

std::string to_be_signed_by_approver(const Proposed& proposed, const OfficerId& approver, Instant at) {
  return "cordon/approves/1\n" + approver.text() + "\n" + to_rfc3339(at) + "\n" + statement(proposed);
}

// ── events as JSON ──

Json to_json(const Proposed& event) {
  Json body = unsigned_json(event).set("signature", to_base64(event.signature));
  if (event.blob) body.set("blob", event.blob->hex());
  return body;
}

Json to_json(const Approved& event) {
  return Json::Object{{"proposal", event.id.text()},
                      {"approver", event.approver.text()},
                      {"at", to_rfc3339(event.at)},
                      {"signature", to_base64(event.signature)}};
}

Json to_json(const Returned& event) {
  return Json::Object{{"proposal", event.id.text()}, {"by", event.by.text()}, {"reason", event.reason}};
}

Json to_json(const ProposalRefused& event) {
  return Json::Object{{"proposal", event.id.text()}, {"by", event.by.text()}, {"reason", event.reason}};
}

Json to_json(const Lapsed& event) { return Json::Object{{"proposal", event.id.text()}}; }

Result<Proposed> read_proposed(const Json& body) {
  ProposalId id = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  const Json* shown = body.find("target");
  if (shown == nullptr) return fail(Fault::Malformed, "expected a target in the proposal");
  const ObservableKind kind = TRY(parse_observable_kind(TRY(shown->text("kind"))));
  Observable target = TRY(parse_observable(kind, TRY(shown->text("value"))));
  Wish wish;
  wish.kind = TRY(parse_action_kind(TRY(body.text("kind"))));
  wish.effect = TRY(parse_effect(TRY(body.text("effect"))));
  wish.recipient = TRY(parse_recipient(TRY(body.text("recipient"))));
  wish.contact = TRY(body.text("contact"));
  wish.stronger_because = TRY(body.text("stronger_because"));
  if (TRY(body.text("binding")) != name(Binding::Voluntary)) {
    return fail(Fault::Malformed, "expected a voluntary request");
  }
  std::string national_article = TRY(body.text("national_article"));
  std::vector<EvidenceId> evidence = TRY(read_ids(body));
  const Digest content = TRY(parse_digest(TRY(body.text("body"))));
  const Digest charter = TRY(parse_digest(TRY(body.text("charter"))));
  const Digest annex = TRY(parse_digest(TRY(body.text("annex"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Instant reply_by = TRY(parse_rfc3339(TRY(body.text("reply_by"))));
  const Instant sunset_at = TRY(parse_rfc3339(TRY(body.text("sunset_at"))));
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  OfficerId proposer = TRY(OfficerId::parse(TRY(body.text("proposer"))));
  const Signature signature = TRY(parse_signature(TRY(body.text("signature"))));
  std::optional<Digest> blob;
  if (body.find("blob") != nullptr) blob = TRY(parse_digest(TRY(body.text("blob"))));
  return Proposed{std::move(id),
                  std::move(case_id),
                  matter,
                  std::move(target),
                  std::move(wish),
                  Binding::Voluntary,
                  std::move(national_article),
                  std::move(evidence),
                  content,
                  charter,
                  annex,
                  at,
                  reply_by,
                  sunset_at,
                  std::move(notice),
                  std::move(proposer),
                  signature,
                  blob};
}

Result<Approved> read_approved(const Json& body) {
  ProposalId id = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  OfficerId approver = TRY(OfficerId::parse(TRY(body.text("approver"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Signature signature = TRY(parse_signature(TRY(body.text("signature"))));
  return Approved{std::move(id), std::move(approver), at, signature};
}

Result<Returned> read_returned(const Json& body) {
  ProposalId id = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  std::string reason = TRY(body.text("reason"));
  return Returned{std::move(id), std::move(by), std::move(reason)};
}

Result<ProposalRefused> read_proposal_refused(const Json& body) {
  ProposalId id = TRY(ProposalId::parse(TRY(body.text("proposal"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  std::string reason = TRY(body.text("reason"));
  return ProposalRefused{std::move(id), std::move(by), std::move(reason)};
}

Result<Lapsed> read_lapsed(const Json& body) { return Lapsed{TRY(ProposalId::parse(TRY(body.text("proposal"))))}; }

// ── the decisions ──

Deadlines deadlines(Matter matter, ObservableKind target, Instant now) {
  return {now + answer_hours(matter) * kHourMs, now + life_days(matter, target) * kDayMs};
}

std::vector<Gate> gates_to_answer(const Case& the_case, const Guarded& guard) {
  std::vector<Gate> gates;
  if (const Category* category = the_case.matter.category()) {
    const auto required = row(*category).gates;
    gates.assign(required.begin(), required.end());
  }
  if (guard.sensitive) {
    gates.push_back(Gate::SensitiveTarget);
    if (std::find(gates.begin(), gates.end(), Gate::LegalReview) == gates.end()) gates.push_back(Gate::LegalReview);
  }
  // An address is shared by an unknown number of sites; an exposure is about the address itself.
  if (the_case.target.kind() == ObservableKind::Ip && the_case.matter.category() != nullptr)
    gates.push_back(Gate::Breadth);
  return gates;
}

bool lets_pass(const GateAnswer& answer, const Wish& wish) {
  // That a target is nobody's whom the guard protects, the list says and no officer does (amendment 11).
  if (answer.gate == Gate::SensitiveTarget && answer.answer != "sensitive_signed_off") return false;
  return !blocks(answer.gate, answer.answer, wish.effect);
}

Result<Nothing> check_switched_on(Matter matter, const Annex& annex, std::span<const Officer> officers) {
  const Category* category = matter.category();
  if (category == nullptr || row(*category).on_by_default) return Nothing{};
  const auto appointed = [&](Role role) {
    return std::any_of(officers.begin(), officers.end(), [&](const Officer& one) { return one.roles.contains(role); });
  };
  const bool on = *category == Category::Ncii ? annex.article(matter).has_value()
                                              : appointed(Role::LegalReviewer) && appointed(Role::Ombudsperson);
  if (on) return Nothing{};
  return fail(Fault::Refused,
              std::string(matter.id()) + " is off at this desk: " + std::string(row(*category).off_because));
}

Result<Nothing> check_wish(const Case& the_case, const Wish& wish, const Annex& annex, const Guarded& guard,
                           const Officer& proposer) {
  TRY(may(proposer, Act::Propose));
  const std::string where = the_case.id.text();
  if (the_case.state != CaseState::Assessing && the_case.state != CaseState::Reopened) {
    return fail(Fault::Conflict,
                "the case is " + std::string(name(the_case.state)) +
                    "; a proposal needs a case that is being assessed, with evidence",
                where);
  }
  if (wish.kind != ActionKind::Alert && wish.kind != ActionKind::Notice) {
    return fail(Fault::Refused,
                "this desk writes alerts and notices; " + std::string(name(wish.kind)) + " is not built yet", where);
  }
  TRY(may_ask(the_case.matter, the_case.target.kind(), wish.kind, wish.effect, wish.recipient));
  if (the_case.matter.category() != nullptr) {
    if (!annex.article(the_case.matter)) {
      return fail(Fault::Refused,
                  "the annex of " + annex.state() + " names no article for " + std::string(the_case.matter.id()) +
                      " (charter 0.3)",
                  where);
    }
  }
  if (the_case.target.kind() == ObservableKind::Domain && on_shared_host(the_case.target)) {
    return fail(Fault::Refused, "many tenants share this name; only a full URL is a fair target (G_BREADTH)", where);
  }
  if (is_reserved(the_case.target) && !annex.fictitious()) {
    return fail(Fault::Refused,
                "the target is an address or name for examples or private networks; nobody can act on it", where);
  }
  if (wish.effect > Effect::CleanCompromise && trim(wish.stronger_because).size() < 20) {
    return fail(Fault::Refused,
                "asking " + std::string(name(wish.effect)) +
                    " needs the reason why nothing milder does, in 20 characters or more (charter 4.8)",
                where);
  }
  if (std::all_of(the_case.evidence.begin(), the_case.evidence.end(), [](const Evidence& e) { return !!e.erased; }))
    return fail(Fault::Refused, "the case has no evidence (charter 6.2)", where);
  if (the_case.facts.empty()) return fail(Fault::Refused, "no officer has entered a fact (charter 5.2)", where);
  return check_gates(the_case, wish, guard);
}

Result<Proposed> propose(const Case& the_case, const Wish& wish, const Annex& annex, const Guarded& guard,
                         const Officer& proposer, const SecretKey& key, ProposalId id, NoticeId notice, Instant now,
                         std::string_view body) {
  TRY(check_wish(the_case, wish, annex, guard, proposer));
  if (key.public_key() != proposer.key) return fail(Fault::Refused, "the key is not " + proposer.login + "'s");
  std::vector<EvidenceId> evidence;
  for (const Evidence& item : the_case.evidence) {
    if (!item.erased) evidence.push_back(item.id);
  }
  const Deadlines ends = deadlines(the_case.matter, the_case.target.kind(), now);
  Proposed event{std::move(id),
                 the_case.id,
                 the_case.matter,
                 the_case.target,
                 wish,
                 Binding::Voluntary,
                 annex.article(the_case.matter).value_or(""),
                 std::move(evidence),
                 sha256(body),
                 charter_digest(),
                 annex.digest(),
                 now,
                 ends.reply_by,
                 ends.sunset_at,
                 std::move(notice),
                 proposer.id,
                 {}};
  event.signature = key.sign(to_be_signed_by_proposer(event));
  return event;
}

Result<Approved> approve(const Case& the_case, const Proposal& proposal, const Guarded& guard, const Officer& approver,
                         const SecretKey& key, const Digest& digest, std::string_view body, Instant now) {
  const Proposed& proposed = proposal.proposed;
  const std::string where = proposed.id.text();
  TRY(may_move(proposal, ProposalCommand::Approve, approver));
  if (approver.id == proposed.proposer) {
    return fail(Fault::Refused, "who proposed may not approve: two people, two roles (charter 0.7)", where);
  }
  if (the_case.worked_on_by.contains(approver.id)) {
    return fail(Fault::Refused,
                approver.login + " has worked on this case; the second pair of eyes must be fresh (charter 10)", where);
  }
  if (now - proposed.at > kSecondSignatureMs) {
    return fail(Fault::Refused, "72 hours are over; the proposal has lapsed (charter 5.7)", where);
  }
  // A list may have come since it was proposed.
  TRY(check_gates(the_case, proposed.wish, guard));
  for (const EvidenceId& item : proposed.evidence) {
    const auto readers = the_case.opened_by.find(item);
    if (readers == the_case.opened_by.end() || !readers->second.contains(approver.id)) {
      return fail(Fault::Refused, approver.login + " has not opened evidence " + item.text() + " (charter 6.3)", where);
    }
  }
  if (digest != proposed.body) {
    return fail(Fault::Conflict, "that is not the digest of the proposed bytes, which is " + proposed.body.hex(),
                where);
  }
  if (sha256(body) != proposed.body) {
    return fail(Fault::Corrupt, "the bytes changed after they were proposed; nothing can be approved", where);
  }
  if (key.public_key() != approver.key) return fail(Fault::Refused, "the key is not " + approver.login + "'s");
  Approved event{proposed.id, approver.id, now, {}};
  event.signature = key.sign(to_be_signed_by_approver(proposed, approver.id, now));
  return event;
}

Result<Returned> send_back(const Proposal& proposal, const Officer& officer, std::string reason) {
  TRY(may_move(proposal, ProposalCommand::Return, officer));
  return Returned{proposal.proposed.id, officer.id, TRY(check_reason(std::move(reason)))};
}

Result<ProposalRefused> refuse(const Proposal& proposal, const Officer& officer, std::string reason) {
  TRY(may_move(proposal, ProposalCommand::Refuse, officer));
  return ProposalRefused{proposal.proposed.id, officer.id, TRY(check_reason(std::move(reason)))};
}

std::optional<Lapsed> lapse(const Proposal& proposal, Instant now) {
  if (taken_move(proposal_moves(), proposal.state, ProposalCommand::Lapse) == nullptr ||
      now - proposal.proposed.at <= kSecondSignatureMs)
    return std::nullopt;
  return Lapsed{proposal.proposed.id};
}

}  // namespace cordon
