// Law: a canonical text is "+" and 7 to 15 digits and reads as itself; no input makes the library throw.
#include <algorithm>
#include <cstdint>
#include <string>

#include "observable/phone.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto phone = cordon::canonical_phone({reinterpret_cast<const char*>(data), size});
  if (!phone) {
    CORDON_CHECK(phone.error().fault == cordon::Fault::Malformed, "the library must not fail on any input");
    return 0;
  }
  const bool digits = std::all_of(phone->begin() + 1, phone->end(), [](char c) { return c >= '0' && c <= '9'; });
  CORDON_CHECK((*phone)[0] == '+' && digits && phone->size() >= 8 && phone->size() <= 16, "E.164");
  const auto again = cordon::canonical_phone(*phone);
  CORDON_CHECK(again && *again == *phone, "the canonical text of a phone number must read as itself");
  return 0;
}
