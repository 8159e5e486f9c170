// An International Bank Account Number (ISO 13616).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "kz86 125k zt50 0410 0100" becomes "KZ86125KZT5004100100". The country must stand in the IBAN registry and the
// length must be its own; the remainder mod 97 must be 1 (ISO 7064). Malformed otherwise.
Result<std::string> canonical_iban(std::string_view text);

}  // namespace cordon
