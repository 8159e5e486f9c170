// Parsers of outside bytes run in a child process that can compute and answer, and nothing else: no
// file, no socket, no new process, no secret in its memory (docs/decisions/0003-confined-parsers.md).
//
// The child is this program again (exec of /proc/self/exe as `cordon worker NAME`), so it starts with
// none of the desk's memory. One child takes a whole batch; after a crash the batch is halved until
// the item that kills its parser stands alone.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

// A parser that can run confined. `prepare` runs before the walls go up and may open what the libraries
// need (character set tables, the public suffix list); it may be null, and starts no threads. What it
// leaves open is closed before the first item. `parse` must be a pure function.
struct Worker {
  std::string_view name;
  void (*prepare)();
  std::string (*parse)(std::string_view options, std::string_view item);
};

// A namespace-scope constant beside the parser makes it known:
//   const RegisterWorker kReportWorker{{"report", prepare, parse}};
struct RegisterWorker {
  explicit RegisterWorker(const Worker& worker);
};

// Call first in every main(). When this process was started as a worker it serves its batch and ends, or
// gives the exit code if it could not begin; otherwise nothing.
std::optional<int> worker_main(int argc, char** argv);

struct ConfinedLimits {
  int cpu_seconds = 10;             // for one child, so for a whole batch
  int item_seconds = 5;             // wall time without an answer before the child is stopped
  std::size_t memory = 512u << 20;  // bytes of address space
  std::size_t answer = 16u << 20;   // longest answer to one item
  int children = 4096;              // for one call; an item that runs out of time counts as 64 of them
};

// One answer for each item, in order. An item whose parser crashed, ran out of time or memory, or wrote
// too much is Malformed, and its message says which; the others are not touched by it. When `children` are
// used up, the items still without an answer are Malformed and say so. Unavailable when no child can be
// made or confined at all; Usage when no worker has this name.
Result<std::vector<Result<std::string>>> run_confined(std::string_view worker, std::string_view options,
                                                      std::span<const std::string_view> items,
                                                      const ConfinedLimits& limits = {});

}  // namespace cordon
