// Bytes made smaller and whole again (Zstandard, RFC 8878, through libarchive), a piece at a time. For bytes of our own
// that nobody else could have changed; an archive of somebody else's is unpacked by base/archive.h behind walls.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Gives what comes out to `sink` in pieces. `bytes` are at least one.
using Sink = std::function<Result<Nothing>(std::string_view)>;
Result<Nothing> compress(std::string_view bytes, const Sink& sink);

// Asks `source` for the next piece until it gives an empty one. What comes out has `size` bytes, or it is Corrupt; no
// more than these go to `sink`. A piece must stand until the next is asked for.
using Source = std::function<Result<std::string_view>()>;
Result<Nothing> decompress(const Source& source, std::size_t size, const Sink& sink);

}  // namespace cordon
