#include "desk/operations.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "desk/client.h"
#include "desk/scrub.h"

namespace cordon {

namespace {

// What a command says while it works: on a terminal, one line that is written over.
Tell progress(const Typed& typed) {
  if (typed.json || typed.quiet || ::isatty(2) == 0) return {};
  return [](const std::string& line) { std::fprintf(stderr, "\r\033[K%s", printable(line, 100).c_str()); };
}

Result<Nothing> run_scrub(const Paths& paths, Typed& typed) {
  const SystemClock clock;
  const Tell tell = progress(typed);
  const Emit emit = [&](const Json& line) {
    if (tell) std::fprintf(stderr, "\r\033[K");
    const std::string text = typed.json ? to_text(line) + "\n" : scrub_in_words(line);
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    std::fflush(stdout);
  };
  ScrubAs as;
  if (const std::int64_t pace = typed.arguments.number_or("pace", 0); pace > 0) {
    as.pace = pace * 1'000'000;
    ::setpriority(PRIO_PROCESS, 0, 19);
  }
  TRY(scrub(paths, as, clock, emit, tell));
  if (typed.arguments.find("remove_orphans") == nullptr) return Nothing{};
  Call call{"scrub remove", Json::Object{}, {}};
  return call_desk(paths, call, emit);
}

}  // namespace

bool is_operation(const std::string& command) { return command == "scrub"; }

Result<Nothing> run_operation(const Paths& paths, Typed& typed) { return run_scrub(paths, typed); }

}  // namespace cordon
