// Digests of files, exact and perceptual.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "md5:…", "sha1:…" or "sha256:…" in lower-case hex. The algorithm may be left out: the length tells it.
// Refused: the hash of the empty file, which every machine has.
Result<std::string> canonical_file_hash(std::string_view text);

// "pdq:" and 64 hex digits: the 256 bits of a PDQ hash (Meta, ThreatExchange, "hashing.pdf").
Result<std::string> canonical_perceptual_hash(std::string_view text);

}  // namespace cordon
