// The addresses in the alphabet "qpzry9x8…": bech32 (BIP 173), bech32m (BIP 350) and Bitcoin Cash's cashaddr.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// A segregated witness address in lower case: `text` must have the human-readable part `prefix` ("bc"),
// one case, 8 to 90 characters, a witness version 0 (bech32; 20 or 32 bytes) or 1 to 16 (bech32m; 2 to 40 bytes).
Result<std::string> canonical_segwit(std::string_view text, std::string_view prefix);

// What a cashaddr pays to.
struct CashAddress {
  enum class Kind { Key, Script } kind;
  std::string hash;  // 20 bytes, or 32 for a script
};
// With or without "bitcoincash:". The token-aware kinds (CHIP-2022-02) pay to the same hash as the plain ones.
Result<CashAddress> parse_cashaddr(std::string_view text);
std::string to_text(const CashAddress& address);  // without "bitcoincash:"

}  // namespace cordon
