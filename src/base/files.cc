#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cordon {

namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

void Fd::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Result<Fd> open_file(const std::string& path, int flags, mode_t mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return system_error("cannot open", errno, path);
  return Fd(fd);
}

Result<std::string> read_all(int fd, std::size_t limit, const std::string& where) {
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", errno, where);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > limit) {
      return fail(Fault::Malformed, "longer than the " + std::to_string(limit) + " bytes that are taken", where);
    }
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const Fd fd = TRY(open_file(path, O_RDONLY));
  return read_all(fd.get(), limit, path);
}

Result<Nothing> write_all(int fd, std::string_view bytes, const std::string& where) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("cannot write", errno, where);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Nothing{};
}

void sync_or_die(int fd, const std::string& what) {
  if (::fsync(fd) == 0 || errno == EINVAL || errno == EROFS) return;  // no file of a disk: nothing to lose
  std::fprintf(stderr, "cordon: fsync of %s failed: %s; what the disk holds is unknown, stopping\n", what.c_str(),
               std::strerror(errno));
  std::abort();
}

Result<Nothing> sync_folder(const std::string& path) {
  const Fd fd = TRY(open_file(path, O_RDONLY | O_DIRECTORY));
  sync_or_die(fd.get(), path);
  return Nothing{};
}

Result<Nothing> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  Result<Nothing> written = Nothing{};
  {
    const Fd fd = TRY(open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode));
    written = write_all(fd.get(), bytes, path);
    if (written) sync_or_die(fd.get(), path);
  }
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = system_error("cannot write", errno, path);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder(folder_of(path));
}

Result<Nothing> make_folder(const std::string& path, mode_t mode) {
  if (is_folder(path)) return Nothing{};
  const std::string parent = folder_of(path);
  if (parent != path) TRY(make_folder(parent, 0755));
  if (::mkdir(path.c_str(), mode) != 0 && !(errno == EEXIST && is_folder(path))) {
    return system_error("cannot make the folder", errno, path);
  }
  return sync_folder(parent);
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return system_error("cannot list", errno, path);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  const int error = errno;
  ::closedir(folder);
  if (error != 0) return system_error("cannot list", error, path);
  std::sort(names.begin(), names.end());
  return names;
}

bool exists(const std::string& path) {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool is_folder(const std::string& path) {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

Result<FileLock> FileLock::take(const std::string& path) {
  Fd fd = TRY(open_file(path, O_RDWR | O_CREAT, 0600));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(Fault::Conflict, "another process holds it", path);
    return system_error("cannot lock", errno, path);
  }
  return FileLock(std::move(fd));
}

}  // namespace cordon
