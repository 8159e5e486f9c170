// Mail: feedback reports (ARF, RFC 5965 and 6692), XARF 4 in a mail, and mail that a person wrote.
#pragma once

#include <optional>
#include <string_view>

#include "net/mail.h"
#include "report/reading.h"

namespace cordon {

// `matter` is for mail that does not say by itself what it is about. Addresses in the mail's own headers are
// no observables; attachments are dropped and listed by type and size.
Reading read_mail_report(std::optional<Matter> matter, const Mail& mail);

}  // namespace cordon
