// What a worker that was taken over may say. Oracle: an answer that is believed says, written again, the same.
#include <cstddef>
#include <cstdint>

#include "report/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  constexpr Instant kNow{1'767'225'600'000};
  const auto reading = read_answer({reinterpret_cast<const char*>(data), size}, kNow);
  if (!reading) return 0;
  const auto again = read_answer(write_answer(*reading), kNow);
  CORDON_CHECK(again, "what was believed is believed again");
  CORDON_CHECK(again->code == reading->code && again->token == reading->token && again->reason == reading->reason &&
                   again->matter == reading->matter && again->observables == reading->observables &&
                   again->port == reading->port && again->seen_at == reading->seen_at && again->kept == reading->kept,
               "an answer says the same twice");
  return 0;
}
