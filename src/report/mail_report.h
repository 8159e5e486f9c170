// A mail as a report: what a reporter's program wrote for programs to read, else what a person wrote or passed on.
#pragma once

#include <optional>
#include <vector>

#include "net/mail.h"
#include "report/reading.h"

namespace cordon {

// One reading for each report that the mail carries, in its order; one at least. `matter` is for mail that does not say
// by itself what it is about. What stands first wins:
//   1. a feedback report (arf.h)                      4. CSV in attachments, also packed; tables in the text
//   (mail_tables.h)
//   2. XARF in parts of JSON or of lines (xarf.h)     5. the mail that was passed on (forwarded.h)
//   3. a notice of copyright (ACNS): refused          6. the writer's own words
// A thing that two parts of one mail say is one report. Addresses in the mail's own headers are no observables;
// attachments that are none of these are dropped and listed by type and size.
std::vector<Reading> read_mail_report(std::optional<Matter> matter, const Mail& mail);

}  // namespace cordon
