#include "desk/serve.h"

#include <signal.h>

#include <cstdio>
#include <mutex>

#include "desk/answers.h"
#include "desk/client.h"
#include "desk/desk.h"
#include "desk/doctor.h"
#include "desk/recheck.h"
#include "desk/retention.h"
#include "desk/site.h"
#include "desk/sources.h"
#include "desk/stamping.h"
#include "desk/witness.h"
#include "desk/witnesses.h"
#include "net/http_server.h"
#include "net/owner_socket.h"

namespace cordon {

namespace {

constexpr std::string_view kWitnessPrefix = "/witness/";

}  // namespace

Result<Nothing> serve(const Paths& paths, std::optional<int> port) {
  // Blocked before any thread starts, so that only the wait below takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  if (const std::optional<Instant> last = TRY(desk->store().entry_after(clock.now())))
    return clock_is_behind(*last, clock.now());
  const ClockWatch steady;
  std::mutex desk_in_use;
  Site site(*desk, desk_in_use);
  std::unique_ptr<Witness> witness;  // of other desks' logs, where this desk is one
  if (exists(paths.witness())) witness = TRY(Witness::open(paths.witness(), clock));
  http::Limits limits;
  limits.body_of = [&](std::string_view method, std::string_view path) {
    return witness && path.starts_with(kWitnessPrefix) ? kLargestWitnessRequest : Site::body_of(method, path);
  };
  limits.too_large = Site::too_large;
  const std::unique_ptr<http::Server> server = TRY(http::Server::listen(
      desk->settings().listen, port.value_or(desk->settings().port),
      [&](const http::Request& request) {
        if (!witness || !request.path.starts_with(kWitnessPrefix)) return site.answer(request);
        http::Request asked = request;
        asked.path.erase(0, kWitnessPrefix.size() - 1);
        return witness->answer(asked);
      },
      limits));
  const std::unique_ptr<OwnerListener> owner = TRY(OwnerListener::listen(paths.socket(), [&](OwnerChannel& channel) {
    const std::lock_guard in_use(desk_in_use);
    answer_call(*desk, channel);
  }));
  const StampClerk stamps(*desk, desk_in_use);
  const WitnessClerk witnesses(*desk, desk_in_use);
  const SourceClerk sources(*desk, desk_in_use);
  const ProbeClerk probes(*desk, desk_in_use);
  std::printf("cordon: serving %s on http://%s:%d (Ctrl-C stops)\n", paths.desk.c_str(),
              desk->settings().listen.c_str(), server->port());
  std::fflush(stdout);
  const Watch watch(paths, clock, [](const std::string& line) {
    std::fprintf(stderr, "cordon: %s %s\n", to_rfc3339(SystemClock().now()).c_str(), line.c_str());
  });
  const DailyJob daily(*desk, desk_in_use);
  const MailClerk mails(*desk, desk_in_use);
  for (const timespec second{1, 0}; sigtimedwait(&signals, nullptr, &second) < 0;) {
    if (const std::optional<std::int64_t> jumped = steady.jumped())
      return fail(Fault::Unavailable,
                  "this machine's clock was set by " + std::to_string(*jumped / 1000) +
                      " seconds while the desk was served: see which time is right, then start again");
  }
  std::printf("cordon: stopping\n");
  return Nothing{};
}

}  // namespace cordon
