// The first line: "cordon-memory 1 INODE BORN WRITTEN", the file's own number and the nanosecond of its birth, which no
// copy and no restored file has, and its writer's time in milliseconds (a file of before times were kept ends after
// BORN). Then the text.
#include "desk/memory_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::string_view kFirst = "cordon-memory 1 ";
constexpr std::size_t kLongestPlace = 120;

// A file system that keeps no time of birth (NFS) leaves the number alone.
Result<std::string> place_of(int fd, const std::string& path) {
  struct statx about{};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &about) != 0)
    return system_error("cannot look at", errno, path);
  const bool born = (about.stx_mask & STATX_BTIME) != 0;
  return std::string(kFirst) + std::to_string(about.stx_ino) + " " +
         (born ? std::to_string(about.stx_btime.tv_sec) + "." + std::to_string(about.stx_btime.tv_nsec) : "-");
}

}  // namespace

Result<Nothing> write_memory(const std::string& path, std::string_view text, std::optional<Instant> at) {
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  ::unlink(temporary.c_str());  // of a process of the same number that was killed: the place must be a new one
  const auto write = [&]() -> Result<Nothing> {
    const Fd fd = TRY(open_file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    const std::string place = TRY(place_of(fd.get(), path));
    const std::string time = at ? " " + std::to_string(at->ms) : std::string();
    TRY(write_all(fd.get(), place + time + "\n" + std::string(text), path));
    sync_or_die(fd.get(), path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("cannot write", errno, path);
    return Nothing{};
  };
  if (const Result<Nothing> written = write(); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  const std::size_t slash = path.rfind('/');
  return sync_folder(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

Result<Memory> read_memory(const std::string& path, std::size_t limit) {
  const Fd fd = TRY(open_file(path, O_RDONLY));
  std::string bytes = TRY(read_all(fd.get(), limit + kLongestPlace, path));
  if (!bytes.starts_with(kFirst)) return Memory{std::move(bytes), true, {}};
  const std::size_t end = bytes.find('\n');
  if (end == std::string::npos) return fail(Fault::Corrupt, "it ends inside its first line", path);
  const std::string here = TRY(place_of(fd.get(), path));
  const std::vector<std::string_view> words = split(std::string_view(bytes).substr(0, end), ' ');
  std::optional<Instant> at;
  if (words.size() > 4) {
    const Result<std::int64_t> ms = parse_integer(words[4]);
    if (!ms) return fail(Fault::Corrupt, "its first line says no time", path);
    at = Instant{*ms};
  }
  const bool at_home = bytes.starts_with(here) && (end == here.size() || bytes[here.size()] == ' ');
  return Memory{bytes.substr(end + 1), at_home, at};
}

}  // namespace cordon
