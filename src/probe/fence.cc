#include "probe/fence.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/files.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::array<std::string_view, 14> kInsideV4{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"};
constexpr std::array<std::string_view, 4> kInsideV6{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

constexpr const char* kNft = "/usr/sbin/nft";
constexpr uid_t kNobody = 65534;
constexpr std::uint16_t kDiscard = 9;  // a port that nobody listens on

Error no_fence(const std::string& why) {
  return fail(Fault::Usage, "no look without its fence: " + why + " (docs/recheck.md)");
}

std::string listed(std::span<const std::string_view> ranges) {
  std::string text;
  for (const std::string_view range : ranges) text += (text.empty() ? "" : ", ") + std::string(range);
  return text;
}

Result<Nothing> enter(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() <= 64 && name.front() != '.' &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == std::string::npos;
  if (!plain) return no_fence("a namespace has a plain name, as `ip netns add NAME` takes it");
  const std::string path = "/run/netns/" + name;
  const Result<Fd> there = open_file(path, O_RDONLY);
  if (!there) return no_fence("there is no network namespace " + name + "; `ip netns add " + name + "`");
  struct stat before{}, wanted{};
  if (::stat("/proc/self/ns/net", &before) != 0 || ::fstat(there->get(), &wanted) != 0)
    return no_fence("the kernel does not say which namespace this is");
  // Rules that were meant for it must never reach the machine's own network.
  if (before.st_ino == wanted.st_ino && before.st_dev == wanted.st_dev)
    return no_fence("that namespace is this machine's own network");
  if (::setns(there->get(), CLONE_NEWNET) != 0)
    return no_fence("this program may not enter the namespace " + name + ": " + std::strerror(errno));
  return Nothing{};
}

// So that nft, which this program starts, may do what this program may.
void pass_on(unsigned capability) {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &head, sets.data()) != 0) return;
  sets[0].inheritable |= 1u << capability;
  if (::syscall(SYS_capset, &head, sets.data()) == 0) ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
}

Result<Nothing> put_firewall_up(const Ip& resolver) {
  int ends[2];
  if (::pipe2(&ends[0], O_CLOEXEC) != 0) return no_fence("no pipe to nft");
  Fd read_end(ends[0]), write_end(ends[1]);
  pass_on(CAP_NET_ADMIN);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, read_end.get(), STDIN_FILENO);
  std::string program = kNft, option = "-f", from = "-";
  std::array<char*, 4> argv{program.data(), option.data(), from.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, kNft, &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return no_fence("nft cannot be started: " + std::string(std::strerror(error)));
  read_end.close();
  const Result<Nothing> told = write_all(write_end.get(), firewall_rules(resolver));
  write_end.close();
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || !told || status != 0)
    return no_fence("nft did not take the firewall's rules");
  return Nothing{};
}

// A datagram to this namespace's own loopback goes nowhere whatever happens; the kernel says whether it would have
// gone.
Result<Nothing> see_that_it_stands() {
  const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(kDiscard);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool went = fd && ::sendto(fd.get(), "", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0;
  if (went || errno != EPERM) return no_fence("the firewall does not stop what goes inside");
  return Nothing{};
}

Result<Nothing> give_up_powers() {
  if (::geteuid() == 0) {
    // In a user namespace there may be nobody else to be.
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
        ::setresuid(kNobody, kNobody, kNobody) != 0) {
      if (errno != EINVAL && errno != EPERM) return no_fence("root's powers cannot be given up");
    }
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  if (::syscall(SYS_capset, &head, none.data()) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return no_fence("its powers cannot be given up");
  const auto limit = [](auto resource, rlim_t most) {
    const rlimit both{most, most};
    return ::setrlimit(resource, &both) == 0;
  };
  if (!limit(RLIMIT_CPU, 20) || !limit(RLIMIT_NOFILE, 32) || !limit(RLIMIT_FSIZE, 1u << 16) || !limit(RLIMIT_CORE, 0))
    return no_fence("its limits cannot be set");
  return Nothing{};
}

}  // namespace

std::span<const std::string_view> inside_v4() { return kInsideV4; }
std::span<const std::string_view> inside_v6() { return kInsideV6; }

std::string firewall_rules(const Ip& resolver) {
  const std::string to_resolver = std::string(resolver.is_v4() ? "ip" : "ip6") + " daddr " + resolver.text();
  return "table inet cordon_probe\n"
         "delete table inet cordon_probe\n"
         "table inet cordon_probe {\n"
         "  set inside4 { type ipv4_addr; flags interval; elements = { " +
         listed(kInsideV4) +
         " }\n }\n"
         "  set inside6 { type ipv6_addr; flags interval; elements = { " +
         listed(kInsideV6) +
         " }\n }\n"
         "  chain out {\n"
         "    type filter hook output priority 0; policy drop;\n"
         "    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept\n    " +
         to_resolver + " udp dport 53 accept\n" +
         "    ip daddr @inside4 counter drop\n"
         "    ip6 daddr != 2000::/3 counter drop\n"
         "    ip6 daddr @inside6 counter drop\n"
         "    meta l4proto tcp accept\n"
         "    counter\n"
         "  }\n"
         "  chain in {\n"
         "    type filter hook input priority 0; policy accept;\n"
         "    tcp flags & (syn | ack) == syn counter drop\n"
         "  }\n"
         "}\n";
}

Result<Nothing> raise_fence(const std::string& name_of_namespace, const Ip& resolver) {
  TRY(enter(name_of_namespace));
  TRY(put_firewall_up(resolver));
  TRY(see_that_it_stands());
  return give_up_powers();
}

}  // namespace cordon
