// Each wall alone would do for most attacks; together a hole in one is not a way out.
//
//   descriptors   all but 0, 1 and 2 are closed
//   Landlock      no file, no TCP port, no abstract socket, no signal to others; as far as the kernel knows
//   rlimits       CPU, address space; no file growth, core, process or new descriptor
//   capabilities  none, so root inside is nobody
//   seccomp       an allow-list; everything else fails with EPERM, in all threads
#include "base/walls.h"

#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <initializer_list>

namespace cordon {
namespace {

// struct landlock_ruleset_attr as of ABI 6; the system's header may be older. A kernel that knows less
// takes the longer struct as long as what it does not know is zero.
struct Ruleset {
  std::uint64_t files;
  std::uint64_t net;
  std::uint64_t scoped;
};

// A ruleset that handles every right and grants none. A kernel without Landlock is accepted: seccomp
// denies the same calls. A kernel that has it and refuses is not.
bool deny_files_and_net() {
  constexpr unsigned kAskVersion = 1;
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (abi < 1) return true;
  int file_rights = 13;            // ABI 1: execute to make_sym
  if (abi >= 2) file_rights = 14;  // refer
  if (abi >= 3) file_rights = 15;  // truncate
  if (abi >= 5) file_rights = 16;  // ioctl on devices
  const Ruleset ruleset{
      .files = (std::uint64_t{1} << file_rights) - 1,
      .net = abi >= 4 ? 3u : 0u,     // bind and connect TCP
      .scoped = abi >= 6 ? 3u : 0u,  // abstract sockets and signals
  };
  const int fd = static_cast<int>(syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0));
  if (fd < 0) return false;
  const bool done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
  close(fd);
  return done;
}

bool limit(decltype(RLIMIT_CPU) what, rlim_t soft, rlim_t hard) {
  rlimit now{};
  if (getrlimit(what, &now) != 0) return false;
  hard = std::min(hard, now.rlim_max);  // the machine may already be stricter than we ask
  const rlimit wanted{.rlim_cur = std::min(soft, hard), .rlim_max = hard};
  return setrlimit(what, &wanted) == 0;
}

bool limit_use(int cpu_seconds, std::size_t memory) {
  const auto cpu = static_cast<rlim_t>(std::max(cpu_seconds, 1));
  // SIGXCPU first, which the parent can tell from other deaths; SIGKILL for a parser that ignores it.
  return limit(RLIMIT_CPU, cpu, cpu + 1) && (!kMemoryIsLimited || limit(RLIMIT_AS, memory, memory)) &&
         limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_NPROC, 0, 0) &&
         limit(RLIMIT_NOFILE, 0, 0);
}

bool drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))), good_(context_ != nullptr) {
    // A call through another ABI (int 0x80) has other numbers, so nothing about it can be judged.
    good_ = good_ && seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
            seccomp_attr_set(context_, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  }
  ~Filter() { seccomp_release(context_); }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void allow(int call) { good_ = good_ && seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call, 0, nullptr) == 0; }
  void allow_if(int call, scmp_arg_cmp condition) {
    good_ = good_ && seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
  }
  bool load() { return good_ && seccomp_load(context_) == 0; }

 private:
  scmp_filter_ctx context_;
  bool good_;
};

bool deny_all_other_calls() {
  Filter filter;
  const auto argument_is = [](unsigned index, std::uint64_t value) {
    return scmp_arg_cmp{.arg = index, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
  };
  filter.allow_if(SCMP_SYS(read), argument_is(0, 0));
  filter.allow_if(SCMP_SYS(write), argument_is(0, 1));
  filter.allow_if(SCMP_SYS(write), argument_is(0, 2));
  // Memory, but never memory that can be run.
  const scmp_arg_cmp not_executable{.arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0};
  filter.allow_if(SCMP_SYS(mmap), not_executable);
  filter.allow_if(SCMP_SYS(mprotect), not_executable);
  for (const int call : {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise)}) filter.allow(call);
  // Locks, time and randomness, which the standard library asks for on its own.
  for (const int call : {SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
                         SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
                         SCMP_SYS(getrandom)})
    filter.allow(call);
  // Ending: by exit, by abort(3), or in a sanitizer's signal handler.
  for (const int call :
       {SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigaction),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack)})
    filter.allow(call);
  filter.allow_if(SCMP_SYS(tgkill), argument_is(0, static_cast<std::uint64_t>(getpid())));
  return filter.load();
}

}  // namespace

bool raise_walls(int cpu_seconds, std::size_t memory) {
  closefrom(3);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
         deny_files_and_net() && limit_use(cpu_seconds, memory) && drop_capabilities() && deny_all_other_calls();
}

}  // namespace cordon
