// What takes two people to do with evidence: its end (charter 6.8: the custodian and the data-protection officer), and
// its leaving the desk (charter 10: the custodian and who decides, or who reviews the law).
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "casework/case.h"
#include "officer/officer.h"

namespace cordon {

// Refused unless the one may dispose of evidence, the other may agree to it, and they are two people. Conflict while a
// request that rests on the piece is before an officer or about to leave: it would be decided without what it rests on.
Result<EvidenceErased> erase_evidence(const Case& the_case, const EvidenceId& evidence, std::optional<std::int64_t> key,
                                      ErasureGround ground, const Officer& custodian, const Officer& dpo, Instant now);

// Refused unless the one keeps evidence, the other may agree, and they are two people; NotFound when there is nothing.
Result<EvidenceExported> export_evidence(const Case& the_case, ExportPurpose purpose, const Officer& custodian,
                                         const Officer& approver, Instant now);

}  // namespace cordon
