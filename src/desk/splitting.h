// Folding undone, and done by hand (casework/split.h): what a desk loads, decides and writes for it.
#pragma once

#include <vector>

#include "base/result.h"
#include "casework/opening.h"
#include "casework/split.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

// The reports, named by their ids, become a case of their own. NotFound where one is not of this case.
Result<CaseSplit> split_off(Desk& desk, const Permit<Act::SplitCase>& analyst, const CaseId& case_id,
                            const std::vector<ReportId>& reports);
// A case of what a feed reported and nobody opened yet ([intake] fold_only; docs/volume.md). `sources` are all that are
// independent of one another and said so.
struct BegunCase {
  CaseOpened event;
  std::int64_t sources = 0;
};
Result<BegunCase> begin_case(Desk& desk, const Permit<Act::OpenCase>& analyst, Matter matter, Observable target);
Result<CaseJoined> join(Desk& desk, const Permit<Act::SplitCase>& analyst, const CaseId& case_id, const CaseId& into);
Result<CaseParted> part(Desk& desk, const Permit<Act::SplitCase>& analyst, const CaseId& whole, const CaseId& case_id);

}  // namespace cordon
