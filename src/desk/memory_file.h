// What must not go back in time: the last note that a signer or a witness signed. Such a file knows its own place on
// its disk, so that a copy of it, or an older one that was put back, is told from the one that was written last. (A
// disk that goes back as a whole, as a snapshot of a machine does, takes the place along; only witnesses notice that.)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cordon {

struct Memory {
  std::string text;
  bool at_home = false;            // this very file was written here, last
  std::optional<Instant> at = {};  // when, where the writer said it
};
// Durably, in the place of what was there; mode 0600.
Result<Nothing> write_memory(const std::string& path, std::string_view text, std::optional<Instant> at = {});
// A file of before there were places is at home where it lies.
Result<Memory> read_memory(const std::string& path, std::size_t limit);

}  // namespace cordon
