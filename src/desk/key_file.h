// A file of keys/: 32 secret bytes in hexadecimal, and the first 4 of their SHA-256. Without those, a bit that flipped
// would be another key, and what it names or signs would be foreign without a word.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

Result<Nothing> write_key_file(const std::string& path, std::string_view secret);
// Corrupt when the digest does not fit. Desks founded before there was one have 32 bytes alone.
Result<std::string> read_key_file(const std::string& path);

// A text of one line, and the SHA-256 of it on the next. What was written before there was one has the line alone.
Result<Nothing> write_summed(const std::string& path, std::string_view line);
Result<std::string> read_summed(const std::string& path);

}  // namespace cordon
