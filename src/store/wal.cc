// The file's format: sqlite.org/fileformat2.html, section 4. A header of 32 bytes (magic, version, page size, count of
// checkpoints, two salts, two checksums), then frames: 24 bytes (page, size of the database after a commit or 0, the
// two salts, two checksums) and a page. A checksum goes on from the one before it; the magic's last bit says whether it
// adds words as they stand (1) or little end first.
#include "store/wal.h"

#include <unistd.h>

#include <cstdint>
#include <string_view>

#include "base/files.h"

namespace cordon {

namespace {

constexpr std::size_t kHeader = 32, kFrameHeader = 24;
constexpr std::size_t kLargestLog = std::size_t{1} << 30;
constexpr int kLooks = 5;  // while the desk writes, a look may fall between two frames

std::uint32_t big_end_first(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = at; i < at + 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

struct Checksum {
  bool big;
  std::uint32_t first = 0, second = 0;

  void add(std::string_view bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at) + second;
      second += word(bytes, at + 4) + first;
    }
  }
  bool stands_at(std::string_view bytes, std::size_t at) const {
    return big_end_first(bytes, at) == first && big_end_first(bytes, at + 4) == second;
  }

 private:
  std::uint32_t word(std::string_view bytes, std::size_t at) const {
    const std::uint32_t read = big_end_first(bytes, at);
    return big ? read : __builtin_bswap32(read);
  }
};

// The first thing that is wrong and has a commit behind it; empty: nothing.
std::string broken(std::string_view log) {
  if (log.size() < kHeader) return {};
  const std::uint32_t magic = big_end_first(log, 0);
  const std::size_t page = big_end_first(log, 8);
  Checksum sum{(magic & 1) != 0};
  sum.add(log.substr(0, 24));
  if ((magic & ~1u) != 0x377f0682 || !sum.stands_at(log, 24) || page < 512 || page > 65536) return "its header";
  const std::string_view salts = log.substr(16, 8);
  std::string wrong;
  std::size_t number = 1;
  for (std::size_t at = kHeader; at + kFrameHeader + page <= log.size(); at += kFrameHeader + page, ++number) {
    const std::string_view frame = log.substr(at, kFrameHeader + page);
    if (wrong.empty()) {
      sum.add(frame.substr(0, 8));
      sum.add(frame.substr(kFrameHeader));
      if (frame.substr(8, 8) != salts || !sum.stands_at(frame, 16)) wrong = "frame " + std::to_string(number);
    }
    const bool commit = big_end_first(frame, 4) != 0;
    if (!wrong.empty() && commit && frame.substr(8, 8) == salts) return wrong;
  }
  return {};
}

}  // namespace

Result<Nothing> check_write_ahead_log(const std::string& database) {
  const std::string path = database + "-wal";
  std::string found;
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0) ::usleep(20'000);
    const Result<std::string> log = read_file(path, kLargestLog);
    if (!log && log.error().fault == Fault::NotFound) return Nothing{};
    if (!log) return log.error();
    found = broken(*log);
    if (found.empty()) return Nothing{};
  }
  return fail(Fault::Corrupt, "the database's write-ahead log is broken before its end: " + found, path);
}

}  // namespace cordon
