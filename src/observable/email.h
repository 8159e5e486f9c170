// A mail address: dot-atom "@" domain (RFC 5322 section 3.4.1), without quoting, comments or literals.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Lower case throughout. RFC 5321 section 2.4 lets a host tell "A" from "a" before the @, but none of
// the large ones does, and two spellings of one mailbox must be one observable. Accepts "mailto:" and
// defanged spellings; a wildcard is Refused.
Result<std::string> canonical_email(std::string_view text);

}  // namespace cordon
