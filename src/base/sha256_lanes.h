// SHA-256 (FIPS 180-4) of two messages at once, for a Merkle tree's many short ones: one message waits for each of its
// own rounds, so two interleaved take hardly longer than one (docs/formats/log.md says what is hashed). On a processor
// without the SHA extensions, one after the other by OpenSSL.
#pragma once

#include <array>
#include <string_view>

#include "base/digest.h"

namespace cordon {

// Of a byte and what follows it, twice. Both rests have one length.
std::array<Digest, 2> sha256_pair(char first, std::string_view rest, std::string_view other_rest);

}  // namespace cordon
