// The end of a piece of evidence, which takes two people (charter 6.8: the custodian and the data-protection officer).
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

}  // namespace cordon
