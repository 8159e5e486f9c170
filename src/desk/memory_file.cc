// The first line: "cordon-memory 1 INODE BORN", the file's own number and the nanosecond of its birth, which no copy
// and no restored file has. Then the text.
#include "desk/memory_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/files.h"

namespace cordon {

namespace {

constexpr std::string_view kFirst = "cordon-memory 1 ";
constexpr std::size_t kLongestPlace = 80;

// A file system that keeps no time of birth (NFS) leaves the number alone.
Result<std::string> place_of(int fd, const std::string& path) {
  struct statx about{};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &about) != 0)
    return system_error("cannot look at", errno, path);
  const bool born = (about.stx_mask & STATX_BTIME) != 0;
  return std::string(kFirst) + std::to_string(about.stx_ino) + " " +
         (born ? std::to_string(about.stx_btime.tv_sec) + "." + std::to_string(about.stx_btime.tv_nsec) : "-") + "\n";
}

}  // namespace

Result<Nothing> write_memory(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  ::unlink(temporary.c_str());  // of a process of the same number that was killed: the place must be a new one
  const auto write = [&]() -> Result<Nothing> {
    const Fd fd = TRY(open_file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    TRY(write_all(fd.get(), TRY(place_of(fd.get(), path)) + std::string(text), path));
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
  if (!bytes.starts_with(kFirst)) return Memory{std::move(bytes), true};
  const std::size_t end = bytes.find('\n');
  if (end == std::string::npos) return fail(Fault::Corrupt, "it ends inside its first line", path);
  const std::string here = TRY(place_of(fd.get(), path));
  return Memory{bytes.substr(end + 1), bytes.compare(0, end + 1, here) == 0};
}

}  // namespace cordon
