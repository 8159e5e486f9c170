// See file_calls.h. What glibc does inside itself (fwrite, opendir's open) does not pass here; the desk writes its
// files by the calls below, and SQLite does as well.
#include "file_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

namespace cordon::testing_desk {
namespace {

using Plan = FileCallsPlan;

// The next definition of a call after ours: glibc's.
template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}
#define REAL(name) static auto* const real_##name = ::cordon::testing_desk::real<decltype(::name)>(#name)

Plan* plan = nullptr;
int trace = -1;
std::array<char*, 1024> path_of{};  // of open files below the folder; nullptr: not ours
std::recursive_mutex one_at_a_time;

bool counts(const char* path) { return plan != nullptr && path != nullptr && std::strstr(path, plan->below) == path; }
const char* opened(int fd) {
  return plan != nullptr && fd >= 0 && fd < 1024 ? path_of[static_cast<std::size_t>(fd)] : nullptr;
}

void forget(int fd) {
  if (fd < 0 || fd >= 1024) return;
  const std::lock_guard guard(one_at_a_time);
  char*& kept = path_of[static_cast<std::size_t>(fd)];
  std::free(kept);
  kept = nullptr;
}

// Memory that SQLite shares between connections: no byte of it is the record's. Only that it is opened counts.
bool is_shared_memory(std::string_view path) { return path.ends_with("-shm"); }

bool needs_space(FileCall call) {
  return call != FileCall::Open && call != FileCall::List && call != FileCall::Read && call != FileCall::Unlink &&
         call != FileCall::RemoveFolder;
}

enum class Verdict { Do, Fail, Short };

Verdict judge(FileCall call, const char* path) {
  const std::int64_t number = ++plan->calls;
  if (plan->fail == Plan::Fail::Nothing || number < plan->at) return Verdict::Do;
  if (number > plan->at && plan->fail != Plan::Fail::FromThenOn) return Verdict::Do;
  if (plan->fail == Plan::Fail::Kill) ::kill(::getpid(), SIGKILL);
  if (plan->fail == Plan::Fail::ShortWrite) return call == FileCall::Write ? Verdict::Short : Verdict::Do;
  if (plan->error == ENOSPC && !needs_space(call)) return Verdict::Do;
  // A full disk that stays full says so to who writes; a sync that fails is a fault of its own, which happens once.
  if (plan->error == ENOSPC && plan->fail == Plan::Fail::FromThenOn && call == FileCall::Sync) return Verdict::Do;
  if (++plan->failed == 1) {
    plan->failed_process = ::getpid();
    plan->failed_call = static_cast<char>(call);
    ::strncpy(plan->failed_path, path, sizeof plan->failed_path - 1);
  }
  return Verdict::Fail;
}

void note(FileCall call, bool done, const char* path, const char* other = "", std::int64_t offset = 0,
          std::int64_t size = 0, const void* bytes = nullptr) {
  if (trace < 0 || path == nullptr) return;
  FileCallRecord record{};
  record.call = call;
  record.done = done ? 1 : 0;
  record.path_size = static_cast<std::uint16_t>(std::strlen(path));
  record.other_path_size = static_cast<std::uint16_t>(std::strlen(other));
  record.offset = offset;
  record.size = size;
  std::string all(reinterpret_cast<const char*>(&record), sizeof record);
  all.append(path).append(other);
  if (bytes != nullptr) all.append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  REAL(write);
  if (real_write(trace, all.data(), all.size()) != static_cast<ssize_t>(all.size())) std::abort();
}

template <typename Do>
auto on_paths(FileCall call, const char* path, const char* other, Do&& act) {
  using Answer = decltype(act());
  if (!counts(path) && !(other[0] != '\0' && counts(other))) return act();
  const std::lock_guard guard(one_at_a_time);
  if (judge(call, path) == Verdict::Fail) {
    note(call, false, path, other);
    errno = plan->error;
    return static_cast<Answer>(-1);
  }
  const Answer answer = act();
  const int error = errno;
  note(call, answer == 0, path, other);
  errno = error;
  return answer;
}

template <typename Do>
int open_below(const char* path, int flags, Do&& act) {
  if (!counts(path)) return act();
  const std::lock_guard guard(one_at_a_time);
  struct stat about{};
  const bool creates = (flags & O_CREAT) != 0 && ::stat(path, &about) != 0;
  const FileCall call = creates ? FileCall::Create : FileCall::Open;
  if (judge(call, path) == Verdict::Fail) {
    note(call, false, path);
    errno = plan->error;
    return -1;
  }
  const int fd = act();
  const int error = errno;
  if (fd >= 0 && fd < 1024) {
    char*& kept = path_of[static_cast<std::size_t>(fd)];
    std::free(kept);
    kept = is_shared_memory(path) ? nullptr : ::strdup(path);
  }
  note(call, fd >= 0, path);
  if (fd >= 0 && !creates && (flags & O_TRUNC) != 0) note(FileCall::Truncate, true, path);
  errno = error;
  return fd;
}

template <typename Answer, typename Do>
Answer on_open_file(FileCall call, int fd, Do&& act) {
  const char* path = opened(fd);
  if (path == nullptr) return act();
  const std::lock_guard guard(one_at_a_time);
  if (judge(call, path) == Verdict::Fail) {
    note(call, false, path);
    errno = plan->error;
    return -1;
  }
  const Answer answer = act();
  const int error = errno;
  note(call, answer >= 0, path);
  errno = error;
  return answer;
}

// `put` writes so many bytes and answers like write(2); `begin` says where they went, once they are there.
template <typename Put, typename Begin>
ssize_t write_below(int fd, const void* bytes, std::size_t size, Put&& put, Begin&& begin) {
  const char* path = opened(fd);
  if (path == nullptr) return put(size);
  const std::lock_guard guard(one_at_a_time);
  const Verdict verdict = judge(FileCall::Write, path);
  if (verdict == Verdict::Fail) {
    note(FileCall::Write, false, path);
    errno = plan->error;
    return -1;
  }
  const ssize_t written = put(verdict == Verdict::Short && size > 1 ? size / 2 : size);
  const int error = errno;
  if (written > 0) note(FileCall::Write, true, path, "", begin(written), written, bytes);
  errno = error;
  return written;
}

int truncate_below(int fd, std::int64_t size, int (*act)(int, off_t)) {
  const char* path = opened(fd);
  if (path == nullptr) return act(fd, size);
  const std::lock_guard guard(one_at_a_time);
  if (judge(FileCall::Truncate, path) == Verdict::Fail) {
    note(FileCall::Truncate, false, path);
    errno = plan->error;
    return -1;
  }
  const int answer = act(fd, size);
  const int error = errno;
  note(FileCall::Truncate, answer == 0, path, "", 0, size);
  errno = error;
  return answer;
}

mode_t mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(more, int)) : 0;
}

// What openat and unlinkat of a folder's descriptor mean: only where that folder is ours.
std::string joined(int folder, const char* name) {
  if (folder == AT_FDCWD || name[0] == '/') return name;
  const char* parent = opened(folder);
  return parent == nullptr ? std::string() : std::string(parent) + "/" + name;
}

__attribute__((constructor)) void attach_from_environment() { attach_file_calls(std::getenv(kFileCallsVariable)); }

}  // namespace

extern "C" void attach_file_calls(const char* path) {
  plan = nullptr;
  if (trace >= 0) ::close(trace);
  trace = -1;
  if (path == nullptr) return;
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) std::abort();
  void* memory = ::mmap(nullptr, sizeof(Plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) std::abort();
  Plan* found = static_cast<Plan*>(memory);
  if (found->trace[0] != '\0') trace = ::open(found->trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  plan = found;
}

}  // namespace cordon::testing_desk

using cordon::testing_desk::FileCall;
namespace shim = cordon::testing_desk;

extern "C" {

int open(const char* path, int flags, ...) {
  REAL(open);
  va_list more;
  va_start(more, flags);
  const mode_t mode = shim::mode_of(flags, more);
  va_end(more);
  return shim::open_below(path, flags, [&] { return real_open(path, flags, mode); });
}
int open64(const char* path, int flags, ...) {
  REAL(open64);
  va_list more;
  va_start(more, flags);
  const mode_t mode = shim::mode_of(flags, more);
  va_end(more);
  return shim::open_below(path, flags, [&] { return real_open64(path, flags, mode); });
}
int openat(int folder, const char* name, int flags, ...) {
  REAL(openat);
  va_list more;
  va_start(more, flags);
  const mode_t mode = shim::mode_of(flags, more);
  va_end(more);
  const std::string path = shim::joined(folder, name);
  return shim::open_below(path.c_str(), flags, [&] { return real_openat(folder, name, flags, mode); });
}
int close(int fd) {
  REAL(close);
  shim::forget(fd);
  return real_close(fd);
}
int closedir(DIR* folder) {
  REAL(closedir);
  shim::forget(::dirfd(folder));
  return real_closedir(folder);
}
DIR* opendir(const char* path) {
  REAL(opendir);
  DIR* folder = nullptr;
  const int answer = shim::on_paths(FileCall::List, path, "", [&] {
    folder = real_opendir(path);
    return folder == nullptr ? -1 : 0;
  });
  return answer == 0 ? folder : nullptr;
}

ssize_t read(int fd, void* bytes, size_t size) {
  REAL(read);
  return shim::on_open_file<ssize_t>(FileCall::Read, fd, [&] { return real_read(fd, bytes, size); });
}
ssize_t pread(int fd, void* bytes, size_t size, off_t offset) {
  REAL(pread);
  return shim::on_open_file<ssize_t>(FileCall::Read, fd, [&] { return real_pread(fd, bytes, size, offset); });
}
ssize_t pread64(int fd, void* bytes, size_t size, off64_t offset) {
  REAL(pread64);
  return shim::on_open_file<ssize_t>(FileCall::Read, fd, [&] { return real_pread64(fd, bytes, size, offset); });
}

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(write);
  return shim::write_below(
      fd, bytes, size, [&](size_t part) { return real_write(fd, bytes, part); },
      [&](ssize_t written) { return ::lseek(fd, 0, SEEK_CUR) - written; });
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  REAL(pwrite);
  return shim::write_below(
      fd, bytes, size, [&](size_t part) { return real_pwrite(fd, bytes, part, offset); },
      [&](ssize_t) { return offset; });
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  REAL(pwrite64);
  return shim::write_below(
      fd, bytes, size, [&](size_t part) { return real_pwrite64(fd, bytes, part, offset); },
      [&](ssize_t) { return offset; });
}

int fsync(int fd) {
  REAL(fsync);
  return shim::on_open_file<int>(FileCall::Sync, fd, [&] { return real_fsync(fd); });
}
int fdatasync(int fd) {
  REAL(fdatasync);
  return shim::on_open_file<int>(FileCall::Sync, fd, [&] { return real_fdatasync(fd); });
}
int ftruncate(int fd, off_t size) noexcept {
  REAL(ftruncate);
  return shim::truncate_below(fd, size, real_ftruncate);
}
int ftruncate64(int fd, off64_t size) noexcept {
  REAL(ftruncate64);
  return shim::truncate_below(fd, size, real_ftruncate64);
}

int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  return shim::on_paths(FileCall::Rename, from, to, [&] { return real_rename(from, to); });
}
int link(const char* from, const char* to) noexcept {
  REAL(link);
  return shim::on_paths(FileCall::Link, from, to, [&] { return real_link(from, to); });
}
int unlink(const char* path) noexcept {
  REAL(unlink);
  return shim::on_paths(FileCall::Unlink, path, "", [&] { return real_unlink(path); });
}
int unlinkat(int folder, const char* name, int flags) noexcept {
  REAL(unlinkat);
  const std::string path = shim::joined(folder, name);
  const FileCall call = (flags & AT_REMOVEDIR) != 0 ? FileCall::RemoveFolder : FileCall::Unlink;
  return shim::on_paths(call, path.c_str(), "", [&] { return real_unlinkat(folder, name, flags); });
}
int rmdir(const char* path) noexcept {
  REAL(rmdir);
  return shim::on_paths(FileCall::RemoveFolder, path, "", [&] { return real_rmdir(path); });
}
int remove(const char* path) noexcept {
  const int gone = ::unlink(path);
  return gone != 0 && errno == EISDIR ? ::rmdir(path) : gone;
}
int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  return shim::on_paths(FileCall::MakeFolder, path, "", [&] { return real_mkdir(path, mode); });
}

}  // extern "C"
