// A case: sightings of one thing under one matter, the facts that officers found, the evidence they rest on, and the
// gates they answered (charter 4.5, 6.2). A reporter's identity has no place here.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/hold.h"
#include "law/matter.h"
#include "observable/observable.h"
#include "observable/sighting.h"

namespace cordon {

enum class CaseState {
  Open,
  Assessing,
  Proposed,
  DecidedAct,
  DecidedNoAction,
  Acting,
  Awaiting,
  Resolved,
  Unresolved,
  Closed,
  Reopened
};
std::string_view name(CaseState state);  // "open", "decided_act", …
Result<CaseState> parse_case_state(std::string_view text);

// What sightings are folded by: never across matters (DESIGN "Fold keys"). On a shared host the observable is the
// full URL already, because a bare tenant of it cannot be a domain target.
std::string fold_key(const Sighting& sighting);  // "phishing domain example.org"
std::string fold_key(Matter matter, ObservableKind kind, std::string_view canonical);

// Why a piece is erased; each is a duty of charter 8, and there is no other reason.
enum class ErasureGround {
  Retention,  // its life is over (8.3)
  Request,    // somebody's whom it concerns (8.1)
  Unlawful,   // the desk may not hold it (7.3)
  Excessive,  // more than the purpose needs (8.1)
};
std::string_view name(ErasureGround ground);  // "retention", …
Result<ErasureGround> parse_erasure_ground(std::string_view text);

struct Evidence {
  EvidenceId id;
  Digest content;  // SHA-256 of the bytes as they came
  std::string media_type;
  std::int64_t size = 0;
  std::string description;
  // Where they lie, encrypted (store/blobs.h). The journal names this and nothing else of a piece, for the rest has to
  // go when it is erased (charter 7.2). Nothing in desks of before, whose journals name the rest and lack this.
  std::optional<Digest> blob = {};
  // Then nothing of it is left but its id, where it lay, and who had a part in it (charter 6.8).
  struct Erased {
    ErasureGround ground;
    Instant at;
  };
  std::optional<Erased> erased = {};
  std::optional<Instant> stamped_at = {};  // what a time stamp over its row in the journal says (casework/stamp.h)
};
inline const Digest& blob_of(const Evidence& piece) { return piece.blob ? *piece.blob : piece.content; }
// What is said of a piece, as it lies encrypted beside its bytes: how it is called and what it shows.
std::string write_label(const Evidence& evidence);
Result<Nothing> read_label(std::string_view label, Evidence& into);
struct Fact {
  std::string text;                  // what was seen, at least 40 characters
  std::vector<EvidenceId> evidence;  // at least one
};
struct GateAnswer {
  Gate gate;
  std::string answer;                // of the gate's own enumeration
  std::string basis;                 // the fact relied on, in words
  std::vector<EvidenceId> evidence;  // at least one, except for the automatic gates
  OfficerId answered_by;
};

struct Case {
  CaseId id;
  Matter matter;
  Observable target;
  std::optional<int> port;
  CaseState state = CaseState::Open;
  Instant opened_at;
  std::optional<Instant> last_seen_at;
  std::int64_t reports = 0;
  std::vector<Observable> also;
  std::vector<Evidence> evidence;
  std::vector<Fact> facts;
  std::map<Gate, GateAnswer> gates;                     // the latest answer to each
  std::map<EvidenceId, std::set<OfficerId>> opened_by;  // who has read which evidence
  std::set<OfficerId> worked_on_by;                     // who attached, entered, answered or proposed anything
  // `reports` is how many there ever were; these were not erased.
  std::int64_t live = 0;
  std::vector<Hold> holds = {};            // not lifted; some may have ended
  std::vector<CaseId> joined = {};         // what is theirs is in all of the above
  std::optional<CaseId> joined_into = {};  // where it is worked on instead
  std::optional<CaseId> earlier = {};      // about the same target, and over before this one was opened
  std::optional<CaseId> split_from = {};
};

// ── events ──

struct EvidenceAttached {
  CaseId case_id;
  Evidence evidence;
  OfficerId by;
};
struct EvidenceOpened {
  CaseId case_id;
  EvidenceId evidence;
  OfficerId by;
};
// Two people, or the daily job, erased a piece: its key is destroyed once this is on record, and whatever is then left
// of it is noise.
struct EvidenceErased {
  CaseId case_id;
  EvidenceId evidence;
  Digest blob;
  std::optional<std::int64_t> key;  // its slot (store/keys.h); nothing for one that lay in plain
  ErasureGround ground;
  std::optional<OfficerId> custodian, dpo;  // charter 6.8: both; neither where the daily job did it (8.3)
  Instant at;
};
// What evidence is taken out for (charter 7.2: access without a purpose fails).
enum class ExportPurpose { Court, Appeal, Audit, LegalReview, PeerRequest };
std::string_view name(ExportPurpose purpose);  // "court", "legal_review", …
Result<ExportPurpose> parse_export_purpose(std::string_view text);

// All pieces of a case left the desk in an archive, whose digest the public log commits to.
struct EvidenceExported {
  CaseId case_id;
  ExportPurpose purpose;
  OfficerId custodian, approver;
  Instant at;
};
struct FactEntered {
  CaseId case_id;
  Fact fact;
  OfficerId by;
};
struct GateAnswered {
  CaseId case_id;
  GateAnswer answer;
};

Json to_json(const EvidenceAttached& event);
Json to_json(const EvidenceOpened& event);
Json to_json(const EvidenceErased& event);
Json to_json(const EvidenceExported& event);
Json to_json(const FactEntered& event);
Json to_json(const GateAnswered& event);
Result<EvidenceAttached> read_evidence_attached(const Json& body);
Result<EvidenceOpened> read_evidence_opened(const Json& body);
Result<EvidenceErased> read_evidence_erased(const Json& body);
Result<EvidenceExported> read_evidence_exported(const Json& body);
Result<FactEntered> read_fact_entered(const Json& body);
Result<GateAnswered> read_gate_answered(const Json& body);

// ── decisions about a case, pure: the state and the wish in, the event or a refusal out ──

// What a case may keep of evidence depends on its category (charter 4.4): C09 and C11 never hold bytes.
Result<EvidenceAttached> attach_evidence(const Case& the_case, Evidence evidence, OfficerId by);
Result<EvidenceOpened> open_evidence(const Case& the_case, EvidenceId evidence,
                                     OfficerId by);  // NotFound if not of this case
Result<FactEntered> enter_fact(const Case& the_case, Fact fact, OfficerId by);
Result<GateAnswered> answer_gate(const Case& the_case, GateAnswer answer);

}  // namespace cordon
