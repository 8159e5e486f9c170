// cordon-probe: one look at one target of a request that was sent, from a network namespace of its own. The desk starts
// it and reads one line; it reads nothing of a desk. docs/recheck.md, docs/decisions/0029-a-program-that-looks.md.
//
//   echo '{"kind":"url","value":"http://example.org/a"}' | cordon-probe --namespace NAME --resolver ADDRESS
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "observable/observable.h"
#include "probe/fence.h"
#include "probe/probing.h"

namespace cordon {
namespace {

constexpr std::size_t kLargestTarget = 8u << 10;
constexpr unsigned kLongestLookSeconds = 45;  // then SIGALRM ends it, whatever it waits for

int say(const Error& error) {
  std::fprintf(stderr, "cordon-probe: %s%s%s\n", error.message.c_str(), error.where.empty() ? "" : ": ",
               printable(error.where).c_str());
  return error.fault == Fault::Refused ? 4 : error.fault == Fault::Malformed ? 3 : 2;
}

Result<Json> look_once(const std::string& name_of_namespace, const std::string& resolver_text) {
  const Ip resolver = TRY(parse_ip(resolver_text));
  const std::string input = TRY(read_all(STDIN_FILENO, kLargestTarget, "the target"));
  const Json asked = TRY(parse_json(input));
  const std::string kind_text = TRY(asked.text("kind")), value = TRY(asked.text("value"));
  const ObservableKind kind = TRY(parse_observable_kind(kind_text));
  const Observable target = TRY(parse_observable(kind, value));
  const std::string place = TRY(place_of(target));
  TRY(raise_fence(name_of_namespace, resolver));
  SystemRandom random;
  const TargetLook look = TRY(take_look(place, resolver, SystemClock(), random));
  return to_json(look);
}

}  // namespace
}  // namespace cordon

int main(int argc, char** argv) {
  using namespace cordon;
  ::alarm(kLongestLookSeconds);
  std::string name_of_namespace, resolver;
  bool known = argc == 5;
  for (int i = 1; known && i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    known = option == "--namespace" || option == "--resolver";
    (option == "--namespace" ? name_of_namespace : resolver) = argv[i + 1];
  }
  if (!known) {
    std::fprintf(stderr, "usage: cordon-probe --namespace NAME --resolver ADDRESS <TARGET (docs/recheck.md)\n");
    return 2;
  }
  const Result<Json> look = look_once(name_of_namespace, resolver);
  if (!look) return say(look.error());
  std::printf("%s\n", to_text(*look).c_str());
  return 0;
}
