// What takes two people to do with evidence: its end (charter 6.8: the custodian and the data-protection officer), and
// its leaving the desk (charter 10: the custodian and who decides, or who reviews the law).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "casework/case.h"
#include "officer/officer.h"

namespace cordon {

// Refused unless the one may dispose of evidence, the other may agree to it, and they are two people. Conflict while a
// request that rests on the piece is before an officer or about to leave: it would be decided without what it rests on.
Result<EvidenceErased> erase_evidence(const Case& the_case, const EvidenceId& evidence, std::optional<std::int64_t> key,
                                      ErasureGround ground, const Officer& custodian, const Officer& dpo, Instant now);

// What a hold of two people covers is erased by nobody before it ends: of a piece, one on it or on its whole case;
// nothing: of a report, one on its case. Conflict.
Result<Nothing> check_not_held(const Case& the_case, const EvidenceId* evidence, Instant now);

// As erase_evidence(), of one report: whether it may be, by these two, now. `the_case` is the one that it is in, if
// any.
Result<Nothing> may_erase_report(const Case* the_case, const Officer& custodian, const Officer& dpo, Instant now);

// What somebody says why, 10 to 1000 bytes of UTF-8; Malformed otherwise.
Result<std::string> checked_reason(std::string reason);

// Refused unless the one may set holds, the other may agree, and they are two people; Malformed where it gives no
// reason of 10 characters, or no end within 180 days (charter 5.7).
struct HoldWish {
  std::optional<EvidenceId> evidence;
  std::string reason;
  Instant ends_at;
};
Result<HoldSet> set_hold(const Case& the_case, HoldWish wish, HoldId id, const Officer& custodian,
                         const Officer& second, Instant now);
Result<HoldLifted> lift_hold(const Hold& hold, std::string reason, const Officer& custodian, const Officer& second,
                             Instant now);

// Refused unless the one keeps evidence, the other may agree, and they are two people; NotFound when there is nothing.
Result<EvidenceExported> export_evidence(const Case& the_case, ExportPurpose purpose, const Officer& custodian,
                                         const Officer& approver, Instant now);

}  // namespace cordon
