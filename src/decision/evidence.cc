#include "decision/evidence.h"

#include <algorithm>

namespace cordon {

Result<EvidenceErased> erase_evidence(const Case& the_case, const EvidenceId& evidence, std::optional<std::int64_t> key,
                                      ErasureGround ground, const Officer& custodian, const Officer& dpo, Instant now) {
  const std::string& where = evidence.text();
  TRY(may(custodian, Act::EraseEvidence));
  TRY(may(dpo, Act::CountersignErasure));
  if (custodian.id == dpo.id || custodian.key == dpo.key)
    return fail(Fault::Refused, "it takes two different people to erase evidence (charter 6.8, 10)", where);
  const auto piece = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                  [&](const Evidence& one) { return one.id == evidence; });
  if (piece == the_case.evidence.end()) return fail(Fault::NotFound, "the case has no such evidence", where);
  if (piece->erased) return fail(Fault::Conflict, "it was erased on " + to_rfc3339(piece->erased->at), where);
  if (the_case.state == CaseState::Proposed || the_case.state == CaseState::DecidedAct ||
      the_case.state == CaseState::Acting)
    return fail(Fault::Conflict,
                "the case is " + std::string(name(the_case.state)) + ": a request rests on its evidence",
                the_case.id.text());
  return EvidenceErased{the_case.id, evidence, blob_of(*piece), key, ground, custodian.id, dpo.id, now};
}

Result<EvidenceExported> export_evidence(const Case& the_case, ExportPurpose purpose, const Officer& custodian,
                                         const Officer& approver, Instant now) {
  TRY(may(custodian, Act::ExportEvidence));
  TRY(may(approver, Act::CountersignExport));
  if (custodian.id == approver.id || custodian.key == approver.key)
    return fail(Fault::Refused, "it takes two different people to export evidence (charter 10)", the_case.id.text());
  if (the_case.evidence.empty()) return fail(Fault::NotFound, "the case has no evidence", the_case.id.text());
  return EvidenceExported{the_case.id, purpose, custodian.id, approver.id, now};
}

}  // namespace cordon
