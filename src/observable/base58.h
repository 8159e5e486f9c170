// Base58 as addresses use it: no 0, O, I or l, a leading zero digit for each leading zero byte.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

enum class Base58 { Bitcoin, Ripple };  // two orders of the same 58 characters

// At most 128 characters; Malformed on any other character.
Result<std::string> base58_decode(std::string_view text, Base58 alphabet = Base58::Bitcoin);
std::string base58_encode(std::string_view bytes, Base58 alphabet = Base58::Bitcoin);

// With the four-byte checksum, sha256(sha256(payload)), behind the payload.
Result<std::string> base58check_decode(std::string_view text, Base58 alphabet = Base58::Bitcoin);
std::string base58check_encode(std::string_view payload, Base58 alphabet = Base58::Bitcoin);

// Monero's form: blocks of 8 bytes as 11 characters, the last one shorter. No checksum here.
Result<std::string> monero_base58_decode(std::string_view text);

}  // namespace cordon
