// What is read and written again reads as the same value and writes as the same bytes.
#include <cstdint>

#include "base/json.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const Result<Json> value = parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const std::string text = to_text(*value);
  CORDON_CHECK(valid_utf8(text), "what we write is UTF-8");
  const Result<Json> again = parse_json(text);
  CORDON_CHECK(again, "what we write can be read");
  CORDON_CHECK(to_text(*again) == text, "writing is canonical");
  return 0;
}
