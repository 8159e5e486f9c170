// The life of a report, one call a step. docs/life-of-a-report.md tells the same story in the same steps.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"
#include "report/intake.h"

namespace cordon {

// 1. A batch is read by a confined worker, each record becomes an accepted report, a duplicate or a refusal, and
//    all of it is committed at once. Gives the run, one item for each record. With a token, the same token gives
//    the first run again and takes nothing in.
Result<std::vector<RunItem>> take_in(Desk& desk, const Incoming& incoming, const std::string& file,
                                     std::string_view bytes, const std::string& token);

// The same for one report of somebody without an account. `nonce` is the form's: sent twice it is one report, with the
// same receipt. The receipt has 100 bits, is shown once and kept only as a digest; no address, name or program is.
struct PublicReport {
  Matter matter;
  std::string where;  // the address, number or handle that it is about
  std::string what;   // in the reporter's words; redacted before the first write
  std::string nonce;  // 22 characters or more
};
struct PublicReceipt {
  std::string receipt;  // "ABCDE-FGHIJ-KLMNP-QRSTU"
  ItemOutcome outcome;
  std::string code;  // why it was refused
};
Result<PublicReceipt> take_in_from_the_public(Desk& desk, const PublicReport& report);
// Why it would be refused, before it is sent: "no_observable", …; empty if it would not be. Nothing is kept.
Result<std::string> would_be_refused(const Desk& desk, const PublicReport& report);
// What somebody without an account holds: 20 letters of a digest, and the digest of such letters as they were typed,
// which is all that the record has of them. Of reports, appeals, and whom a request affects.
std::string letters_of(const Digest& digest);
Result<Digest> digest_of_receipt(std::string_view typed);
Result<Store::Followed> follow_report(const Store& store, std::string_view receipt);

// Reading is an act of its own: on record before the bytes leave (charter 8.1 "logging"). `what` is RecordRead's.
Result<Nothing> record_reading(Desk& desk, std::string what, std::string id, const Officer& reader);

// 2. Officers read the case, which is on record before they see it, and assess it: evidence, facts, gates.
Result<Case> read_case(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseId& case_id);
Result<std::vector<ReportOfCase>> read_reports(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseId& case_id);
Result<std::vector<CaseSummary>> read_queue(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseFilter& filter);
Result<EvidenceId> attach(Desk& desk, const Permit<Act::AttachEvidence>& officer, const CaseId& case_id,
                          std::string_view bytes, std::string media_type, std::string description);
Result<std::string> open_piece(Desk& desk, const Permit<Act::OpenEvidence>& reader, const CaseId& case_id,
                               const EvidenceId& evidence);
// Two people destroy a piece: on record and in the public log first, then its key (charter 6.8, 8.4).
Result<EvidenceErased> erase_piece(Desk& desk, const Permit<Act::EraseEvidence>& custodian, const Officer& dpo,
                                   const CaseId& case_id, const EvidenceId& evidence, ErasureGround ground);
Result<Nothing> note_fact(Desk& desk, const Permit<Act::EnterFact>& analyst, const CaseId& case_id, Fact fact);
// Whose answer a gate takes depends on the gate, so this one asks may() itself.
Result<Nothing> answer(Desk& desk, const Officer& officer, const CaseId& case_id, GateAnswer gate_answer);

// 3. An analyst proposes: the exact bytes of the request are composed, kept and signed. Below two people able to
//    countersign nothing is proposed, approved or sent (amendment 13).
Result<Proposed> propose_request(Desk& desk, const Permit<Act::Propose>& analyst, const SecretKey& key,
                                 const CaseId& case_id, Wish wish);

// The reasons of the newest requests about other cases of its matter: what a statement must not repeat (charter 5.3).
Result<std::vector<std::string>> reasons_elsewhere(const Store& store, const Case& the_case);

// 4. Another officer reads the exact bytes and approves them, sends them back, or refuses.
struct ReadProposal {
  Proposal proposal;
  std::string body;  // the bytes that the digest covers
};
Result<std::vector<Proposal>> read_requests(Desk& desk, const Permit<Act::ReadCase>& reader);
Result<ReadProposal> read_request(Desk& desk, const Permit<Act::ReadCase>& reader, const ProposalId& id);
Result<Approved> approve_request(Desk& desk, const Permit<Act::Approve>& approver, const SecretKey& key,
                                 const ProposalId& id, const Digest& digest);
Result<Nothing> return_request(Desk& desk, const Permit<Act::ReturnProposal>& officer, const ProposalId& id,
                               std::string reason);
Result<Nothing> refuse_request(Desk& desk, const Permit<Act::RefuseProposal>& officer, const ProposalId& id,
                               std::string reason);

// 5. Log before act: staged leaves become tiles, the signer signs the new head, the checkpoint is swapped in.
Result<Nothing> publish(Desk& desk);
// The same for a desk that nobody has opened yet, and the lines that each checkpoint has below its root.
Result<Nothing> publish(Store& store, const Paths& paths, const Settings& settings, const LeafFrame& frame,
                        Instant now);
Result<std::vector<std::string>> lines_below(const Store& store, const Settings& settings, const LeafFrame& frame);

// 6. Every approved notice whose leaf stands under the published checkpoint leaves, once its authority is
//    verified again and enough witnesses cosigned. Gives how many left now, at most `most`. What a courier takes later
//    waits for its time; what it never takes is a bounce.
Result<std::int64_t> send_approved(Desk& desk, std::int64_t most = INT64_MAX);
// How an answer finds this notice: the same each time while the desk has its key.
AnswerWay answer_way(const Desk& desk, const NoticeId& notice);

// Every approved notice in the officer's sight; on record like each reading of what a case holds.
Result<std::vector<OutboxItem>> read_notices(Desk& desk, const Permit<Act::ReadCase>& reader);

// After a crash: proposals whose time is over lapse, 5 and 6 are resumed.
Result<Nothing> finish_what_was_left(Desk& desk);

}  // namespace cordon
