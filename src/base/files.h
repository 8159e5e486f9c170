// Files and folders, written so that a power cut leaves the old bytes or the new ones.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon {

// An open file descriptor and its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }
  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  void close();

 private:
  int number_ = -1;
};

Result<Fd> open_file(const std::string& path, int flags, mode_t mode = 0);  // O_CLOEXEC is added

// Reads to the end. More than `limit` bytes is Malformed: nobody outside decides how much we hold.
Result<std::string> read_all(int fd, std::size_t limit, const std::string& where = {});
Result<std::string> read_file(const std::string& path, std::size_t limit);
Result<Nothing> write_all(int fd, std::string_view bytes, const std::string& where = {});

// Temporary file, fsync, rename over `path`, fsync of the folder. A failed fsync ends the process: what
// the disk then holds is unknown, and retrying would hide it.
Result<Nothing> write_file(const std::string& path, std::string_view bytes, mode_t mode = 0644);
void sync_or_die(int fd, const std::string& what);
Result<Nothing> sync_folder(const std::string& path);

Result<Nothing> make_folder(const std::string& path, mode_t mode = 0755);  // and its parents; may exist
Result<std::vector<std::string>> list_folder(const std::string& path);     // names, sorted, no "." or ".."
bool exists(const std::string& path);
bool is_folder(const std::string& path);

// One owner at a time, by flock(2): the kernel lets go when the process ends, however it ends.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);  // Conflict if another process holds it

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace cordon
