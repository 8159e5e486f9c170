// The two-person object (charter 6.3, 10): a proposal fixes the exact bytes of a request; another officer, who
// has opened every piece of its evidence, approves those bytes or sends them back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "casework/case.h"
#include "decision/annex.h"
#include "decision/guard.h"
#include "law/matter.h"
#include "officer/move.h"
#include "officer/officer.h"

namespace cordon {

inline constexpr std::int64_t kSecondSignatureMs = 72 * kHourMs;  // charter 5.7: then the proposal lapses

enum class ProposalState { Proposed, Returned, Refused, Lapsed, Approved };
std::string_view name(ProposalState state);
Result<ProposalState> parse_proposal_state(std::string_view text);
inline constexpr ProposalState kLastProposalState = ProposalState::Approved;

// The moves of charter 6.3 from `proposed` on; what the gates ask of a third person is signed before that (gates).
enum class ProposalCommand { Return, Refuse, Approve, Lapse };
std::string_view name(ProposalCommand command);
using ProposalMove = Move<ProposalState, ProposalCommand>;
std::span<const ProposalMove> proposal_moves();

// What an analyst asks for; everything else comes from the case, the annex and the contact book.
struct Wish {
  ActionKind kind = ActionKind::Notice;
  Effect effect = Effect::Inform;
  Recipient recipient = Recipient::Host;
  std::string contact;           // the recipient's address, from the contact book
  std::string stronger_because;  // why no milder effect does; needed above `clean_compromise` (charter 4.8)
};

// Event: proposed. `statement()` of it is what both officers sign.
struct Proposed {
  ProposalId id;
  CaseId case_id;
  Matter matter;
  Observable target;
  Wish wish;
  Binding binding = Binding::Voluntary;
  std::string national_article;      // charter 0.3: without it nothing is proposed
  std::vector<EvidenceId> evidence;  // every piece that the approver has to open
  Digest body;                       // SHA-256 of the exact body part of the mail
  Digest charter, annex;
  Instant at, reply_by, sunset_at;
  NoticeId notice;
  OfficerId proposer;
  Signature signature;
  // Where the body lies, encrypted; under its own digest in desks of before (store/blobs.h). No part of what is signed.
  std::optional<Digest> blob = {};
  const Digest& body_blob() const { return blob ? *blob : body; }
};
struct Approved {
  ProposalId id;
  OfficerId approver;
  Instant at;
  Signature signature;
};
struct Returned {
  ProposalId id;
  OfficerId by;
  std::string reason;
};
struct ProposalRefused {
  ProposalId id;
  OfficerId by;
  std::string reason;
};
struct Lapsed {
  ProposalId id;
};

Json to_json(const Proposed& event);
Json to_json(const Approved& event);
Json to_json(const Returned& event);
Json to_json(const ProposalRefused& event);
Json to_json(const Lapsed& event);
Result<Proposed> read_proposed(const Json& body);
Result<Approved> read_approved(const Json& body);
Result<Returned> read_returned(const Json& body);
Result<ProposalRefused> read_proposal_refused(const Json& body);
Result<Lapsed> read_lapsed(const Json& body);

// A proposal as it stands.
struct Proposal {
  Proposed proposed;
  ProposalState state = ProposalState::Proposed;
  std::optional<Approved> approved;
  std::optional<Returned> returned = {};  // who sent it back or refused it, and why
};

// The canonical text that the proposer and the approver sign, each under a heading of its own.
std::string statement(const Proposed& proposed);
std::string to_be_signed_by_proposer(const Proposed& proposed);
std::string to_be_signed_by_approver(const Proposed& proposed, const OfficerId& approver, Instant at);

// When an answer is asked for (charter 5.7) and when the request ends by itself (4.4).
struct Deadlines {
  Instant reply_by, sunset_at;
};
Deadlines deadlines(Matter matter, ObservableKind target, Instant now);

// The gates that must be answered before such a request may be proposed (charter 4.4, 4.5). Of a target that the guard
// stops they are the ombudsperson's and the legal reviewer's too (11.3).
std::vector<Gate> gates_to_answer(const Case& the_case, const Guarded& guard);
// Whether this answer lets such a request pass its gate.
bool lets_pass(const GateAnswer& answer, const Wish& wish);

// Whether a category that is off by default is on here (charter 4.1, 4.4): C11 by an article in the annex, C16 and C17
// once a legal reviewer and an ombudsperson are appointed.
Result<Nothing> check_switched_on(Matter matter, const Annex& annex, std::span<const Officer> officers);

// Everything that must hold before bytes are written at all: the matter may ask this of that recipient about that
// target, the annex names an article, evidence and facts are there, every gate is answered and none blocks.
Result<Nothing> check_wish(const Case& the_case, const Wish& wish, const Annex& annex, const Guarded& guard,
                           const Officer& proposer);

// Fixes the body. `id`, `notice` and times are given so that the same call gives the same event.
Result<Proposed> propose(const Case& the_case, const Wish& wish, const Annex& annex, const Guarded& guard,
                         const Officer& proposer, const SecretKey& key, ProposalId id, NoticeId notice, Instant now,
                         std::string_view body);

// Approver ≠ proposer, the guard as it is now, approver's role, no earlier part in the case, every evidence opened by
// this officer, the digest typed equals the one proposed and the stored body still has it, within 72 h.
Result<Approved> approve(const Case& the_case, const Proposal& proposal, const Guarded& guard, const Officer& approver,
                         const SecretKey& key, const Digest& digest, std::string_view body, Instant now);
Result<Returned> send_back(const Proposal& proposal, const Officer& officer, std::string reason);
Result<ProposalRefused> refuse(const Proposal& proposal, const Officer& officer, std::string reason);
std::optional<Lapsed> lapse(const Proposal& proposal, Instant now);  // when its time is over

}  // namespace cordon
