// A statement of reasons as the DSA Transparency Database takes it (charter 5.3 and 4.7; DSA 17(3)): for a platform
// that followed a request and has to report its own decision. It is a draft of theirs: nothing is sent there by a desk.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"
#include "decision/annex.h"
#include "decision/proposal.h"

namespace cordon {

// Refused where the request asks for nothing that the database has a word for (only `inform`, `preserve` or a
// clean-up), and for exposure, which is no offence. The reporter is never in it.
Result<Json> dsa_statement(const Proposed& proposed, const Case& the_case, const Annex& annex);

}  // namespace cordon
