// Law: a canonical text reads as itself and has nothing in it that a page or a shell would take for more.
#include <algorithm>
#include <cstdint>
#include <string>

#include "observable/app_id.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto app = cordon::canonical_app_id({reinterpret_cast<const char*>(data), size});
  if (!app) return 0;
  const bool plain = std::all_of(app->begin(), app->end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':';
  });
  CORDON_CHECK(plain, "an app id has only plain characters");
  const auto again = cordon::canonical_app_id(*app);
  CORDON_CHECK(again && *again == *app, "the canonical text of an app id must read as itself");
  return 0;
}
