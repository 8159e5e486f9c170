// Mail outside the list may be passed on (amendment 7): to the address that [intake] pass_on names, unchanged.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "desk/desk.h"
#include "report/intake.h"

namespace cordon {

// Each mail of the batch of which no report is ours, by its label, leaves now, before the batch is on record: what a
// desk does not keep it does not put into an outbox either (amendment 9). Its records then have the code "passed_on",
// which is counted, and their reasons say what they were refused for. Unavailable: it could not leave, and nothing of
// the batch may be taken in, so that whoever brought it keeps it and comes again; after a crash it may leave a second
// time, with the same Message-ID. A mail that the server refuses for good stays refused, and its reason says why.
Result<Nothing> pass_on_what_is_not_ours(const Desk& desk, const Incoming& incoming, std::string_view bytes,
                                         std::vector<ReadRecord>& records);

}  // namespace cordon
