// A payment card as a token: enough to tell its issuer, and equal for equal cards; the number itself is
// never stored (charter 4.8).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "411111:" and 64 hex digits: six to eight digits of issuer, then HMAC-SHA-256 of the number. Refused: a
// card number itself, alone or in the issuer's place. Errors never repeat what was given.
Result<std::string> canonical_card_token(std::string_view text);

// The token of a card number: 13 to 19 digits with a right check digit, spaces and hyphens between them
// allowed, else Malformed. Keeps six digits of issuer. `key` has 32 bytes or more, else Usage: card numbers
// are few enough to try all under a known key.
Result<std::string> make_card_token(std::string_view digits, std::string_view key);

// True if `digits` is all decimal digits, not empty, and its last digit is right (ISO/IEC 7812-1 annex B).
bool luhn(std::string_view digits);

}  // namespace cordon
