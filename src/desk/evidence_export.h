// `cordon evidence export`: a case's evidence in one archive that proves itself offline (charter 7.2). The archive is
// described in docs/formats/evidence.md; the script in it that checks it is desk/evidence_verify.py.
#pragma once

#include <string_view>

#include "base/digest.h"
#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

struct ExportedEvidence {
  EvidenceExported event;
  Digest manifest;
  std::size_t pieces = 0;  // whose bytes are in it
};

// On record, in the public log and published before the first byte is written to `fd`.
Result<ExportedEvidence> export_evidence(Desk& desk, const Permit<Act::ExportEvidence>& custodian,
                                         const Officer& approver, const CaseId& case_id, ExportPurpose purpose, int fd);

std::string_view evidence_verifier();  // the script

}  // namespace cordon
