// SQLite ends its write-ahead log at the first frame whose checksum is wrong: after a power cut that is a transaction
// that nobody was told of. A bit that flipped looks the same and cuts off what was acknowledged, without a word.
#pragma once

#include <string>

#include "base/result.h"

namespace cordon {

// Corrupt when a frame that is wrong has a commit of the same run of the log behind it. Only a desk's next start brings
// a torn end in order, so a desk that lost its power and was not opened since may be called corrupt.
Result<Nothing> check_write_ahead_log(const std::string& database);

}  // namespace cordon
