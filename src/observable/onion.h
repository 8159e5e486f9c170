// The name of a Tor onion service, version 3: 56 base-32 characters that hold its public key and a
// checksum over it (Tor rend-spec-v3, section 6).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "NAME.onion" with the checksum verified, lower case. A label before the name is dropped: one key
// answers for all of them. Version 2 names, which no client has reached since 2021, are Refused.
Result<std::string> canonical_onion(std::string_view text);

}  // namespace cordon
