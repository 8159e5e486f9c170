// What an archive holds: zip, tar and 7z, and what gzip, bzip2, xz or zstd packed alone. It is unpacked in a confined
// child (docs/decisions/0003), into memory and within limits; no name in it ever becomes a path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

struct ArchiveMember {
  std::string name;  // as the archive says, of any bytes; empty for what was packed alone
  std::string bytes;
};

struct Unpacked {
  std::vector<ArchiveMember> members;    // in their order, those that are text
  std::vector<std::string> passed_over;  // "b.txt: encrypted": why a member is not there
};

namespace archive_limits {
inline constexpr std::size_t kPacked = std::size_t{64} << 20;
inline constexpr std::size_t kUnpacked = std::size_t{64} << 20;  // all members, with their names
inline constexpr std::size_t kMembers = 10'000;
inline constexpr std::size_t kRatio = 250;                       // unpacked over packed,
inline constexpr std::size_t kRatioFrom = std::size_t{8} << 20;  // asked of those that unpack to more than this
}  // namespace archive_limits

// By content, of which at least the first 512 bytes are needed where there are so many.
inline constexpr std::size_t kArchiveBeginning = 512;
bool looks_like_archive(std::string_view beginning);

// Members that are no text (a NUL byte near their start) are left out without a word; archives within it, links, and
// what is encrypted or damaged are passed over. Malformed: past a limit, or no archive at all, so that nothing of it
// is used. Unavailable: parsers cannot be confined on this machine.
Result<Unpacked> unpack(std::string_view archive);

// What the child does, without its walls: the answer that read_unpacked reads. For the child and the fuzzer.
std::string unpack_unconfined(std::string_view archive);
Result<Unpacked> read_unpacked(std::string_view answer);

}  // namespace cordon
