#include "desk/client.h"

#include <array>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "desk/shapes.h"
#include "net/owner_socket.h"

namespace cordon {

namespace {

constexpr std::chrono::seconds kPatience{15};  // another command at work ends; a server answers at once

Error read_error(const Json& shown) {
  constexpr std::array kFaults{Fault::NotFound, Fault::Usage,       Fault::Malformed, Fault::Refused,
                               Fault::Conflict, Fault::Unavailable, Fault::Full,      Fault::Corrupt};
  for (const Fault fault : kFaults) {
    if (shown.text_or("fault") == name(fault)) return fail(fault, shown.text_or("message"), shown.text_or("where"));
  }
  return fail(Fault::Unavailable, "the desk's answer cannot be read");
}

Result<Nothing> call_running(OwnerChannel channel, const Call& call, const Emit& emit) {
  std::vector<int> files;
  for (const Fd& file : call.files) files.push_back(file.get());
  TRY(channel.send(to_text(Json::Object{{"command", call.command}, {"arguments", call.arguments}}), files));
  for (;;) {
    const Result<Frame> frame = channel.receive();
    if (!frame)
      return fail(Fault::Unavailable,
                  "the desk stopped before it answered; whether it was done, the next answer shows");
    const Json answer = TRY(parse_json(frame->bytes));
    if (const Json* error = answer.find("error")) return read_error(*error);
    if (answer.find("done") != nullptr) return Nothing{};
    if (const Json* line = answer.find("line")) emit(*line);
  }
}

}  // namespace

Result<Nothing> call_desk(const Paths& paths, Call& call, const Emit& emit) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  static const SystemClock clock;
  static SystemRandom random;
  for (;;) {
    if (Result<OwnerChannel> channel = call_owner(paths.socket())) return call_running(*std::move(channel), call, emit);
    Result<std::unique_ptr<Desk>> desk = Desk::open(paths, clock, random);
    if (desk) return run_command(**desk, call, emit);
    if (desk.error().fault != Fault::Conflict || std::chrono::steady_clock::now() > until) return desk.error();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void answer_call(Desk& desk, OwnerChannel& channel) {
  Result<Frame> frame = channel.receive();
  if (!frame) return;
  const auto answer = [&](const Json& json) {
    // A client that went away misses the answer; what it asked for is done all the same.
    if (const Result<Nothing> sent = channel.send(to_text(json)); !sent) return;
  };
  const Result<Json> asked = parse_json(frame->bytes);
  const Json* arguments = asked ? asked->find("arguments") : nullptr;
  if (arguments == nullptr) {
    answer(Json::Object{{"error", show(fail(Fault::Malformed, "expected a command and its arguments"))}});
    return;
  }
  Call call{asked->text_or("command"), *arguments, std::move(frame->files)};
  const Result<Nothing> done = run_command(desk, call, [&](const Json& line) { answer(Json::Object{{"line", line}}); });
  answer(done ? Json(Json::Object{{"done", true}}) : Json(Json::Object{{"error", show(done.error())}}));
}

}  // namespace cordon
