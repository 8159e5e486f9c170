// Laws: whatever it is given, the unpacker stays within its limits, and its answer can be read. Bytes that are no
// answer of it are taken for none, or read as what they say.
#include <cstdint>

#include "base/archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string answer = unpack_unconfined(input);
  const auto unpacked = read_unpacked(answer);
  CORDON_CHECK(unpacked || unpacked.error().message != "the unpacker's answer is broken", "its answer must be read");
  std::size_t all = 0;
  if (unpacked) {
    CORDON_CHECK(unpacked->members.size() <= archive_limits::kMembers, "too many members");
    for (const ArchiveMember& member : unpacked->members) all += member.name.size() + member.bytes.size();
    CORDON_CHECK(all <= archive_limits::kUnpacked + (std::size_t{1} << 20), "too much of it");
  }
  static_cast<void>(read_unpacked(input));
  return 0;
}
