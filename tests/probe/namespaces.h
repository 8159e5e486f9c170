// Namespaces of a test's own, where nothing reaches a network.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>
#include <utility>

namespace cordon {

// The exit code and what it printed; its errors go to the test's own.
inline std::pair<int, std::string> in_namespaces(const std::string& command) {
  std::pair<int, std::string> result{-1, {}};
  FILE* pipe = ::popen(("exec unshare --user --map-root-user --net --mount " + command).c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.second.append(buffer, got);
  const int status = ::pclose(pipe);
  result.first = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

inline bool can_make_namespaces() {
  return in_namespaces("sh -c 'mount -t tmpfs t /run && ip link add v type veth peer name w && nft list tables' 2>&1")
             .first == 0;
}

}  // namespace cordon
