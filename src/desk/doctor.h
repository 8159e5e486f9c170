// `cordon doctor`: what is right with a desk and what is not, in one screen, each with what to do; and the same looks
// every minute while the desk is served, which call for somebody when one of them changes (docs/operations.md). It only
// reads, through connections of its own, and nobody waits for it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/commands.h"

namespace cordon {

enum class Wellness { Ok, Look, Broken };
std::string_view name(Wellness wellness);  // "ok", "look", "broken"

struct Look {
  std::string what;  // "disk", "backup", …
  Wellness wellness = Wellness::Ok;
  std::string says, todo;
  Json figures = Json::Object{};  // whole numbers, by name: for the metrics
};
Json to_json(const Look& look);

// Also whether anybody owns the desk, which is asked by taking the lock for a moment; the owner itself does not ask.
enum class AskOwner { Yes, No };
std::vector<Look> examine(const Paths& paths, const Clock& clock, AskOwner owner);

// Emits each look. NotFound when one of them is broken.
Result<Nothing> doctor(const Paths& paths, const Clock& clock, const Emit& emit);
std::string doctor_in_words(const Json& line);

// What looks after a desk while it is served: every `interval` it examines it, says on stderr what changed, once, keeps
// what it saw in desk/watch.json, and has the desk scrubbed when that is due, by a process of its own at the lowest
// priority.
struct WatchPace {
  std::int64_t interval_ms = 60'000, scrub_after_ms = 10 * 60'000;  // the first scrub of a serving
  std::string program = "/proc/self/exe";                           // which scrubs; a test is not one
};
class Watch {
 public:
  using Say = std::function<void(const std::string&)>;
  Watch(Paths paths, const Clock& clock, Say say, WatchPace pace = {});
  ~Watch();  // ends the scrub too; it goes on from there next time
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// GET /api/v1/metrics: what the last look saw, and the desk's counts, in Prometheus' text format.
Result<Nothing> metrics(Desk& desk, Call& call, const Emit& emit);

}  // namespace cordon
