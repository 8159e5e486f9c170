// The life of a report, one call a step. docs/life-of-a-report.md tells the same story in the same steps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "report/intake.h"

namespace cordon {

// 1. A batch is read by a confined worker, each record becomes an accepted report, a duplicate or a refusal, and
//    all of it is committed at once. Gives the run, one item for each record. With a token, the same token gives
//    the first run again and takes nothing in.
Result<std::vector<RunItem>> take_in(Desk& desk, const Incoming& incoming, const std::string& file,
                                     std::string_view bytes, const std::string& token);

// 2. Officers assess the case: evidence, facts, gates.
Result<EvidenceId> attach(Desk& desk, const Officer& officer, const CaseId& case_id, std::string_view bytes,
                          std::string media_type, std::string description);
Result<std::string> open_piece(Desk& desk, const Officer& officer, const CaseId& case_id, const EvidenceId& evidence);
Result<Nothing> note_fact(Desk& desk, const Officer& officer, const CaseId& case_id, Fact fact);
Result<Nothing> answer(Desk& desk, const Officer& officer, const CaseId& case_id, GateAnswer gate_answer);

// 3. An analyst proposes: the exact bytes of the request are composed, kept and signed.
Result<Proposed> propose_request(Desk& desk, const Desk::SignedIn& analyst, const CaseId& case_id, Wish wish);

// 4. Another officer approves those bytes, sends them back, or refuses.
Result<Approved> approve_request(Desk& desk, const Desk::SignedIn& approver, const ProposalId& id,
                                 const Digest& digest);
Result<Nothing> return_request(Desk& desk, const Officer& officer, const ProposalId& id, std::string reason);
Result<Nothing> refuse_request(Desk& desk, const Officer& officer, const ProposalId& id, std::string reason);

// 5. Log before act: staged leaves become tiles, the signer signs the new head, the checkpoint is swapped in.
Result<Nothing> publish(Desk& desk);

// 6. Every approved notice whose leaf stands under the published checkpoint leaves, once its authority is
//    verified again. Gives how many left now.
Result<std::int64_t> send_approved(Desk& desk);

// After a crash: proposals whose time is over lapse, 5 and 6 are resumed.
Result<Nothing> finish_what_was_left(Desk& desk);

}  // namespace cordon
