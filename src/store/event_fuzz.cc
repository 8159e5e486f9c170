// An event that is read from the journal writes the body that reads as the same event. The first line is the type.
#include <cstdint>

#include "store/event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto body = parse_json(text.substr(end + 1));
  if (!body) return 0;
  const auto event = read_event(text.substr(0, end), *body);
  if (!event) return 0;
  const Json written = body_of(*event);
  const auto again = read_event(type_of(*event), written);
  CORDON_CHECK(again, "what we write can be read");
  CORDON_CHECK(to_text(body_of(*again)) == to_text(written), "writing is canonical");
  return 0;
}
