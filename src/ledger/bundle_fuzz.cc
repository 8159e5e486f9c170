// The first byte says how many entries; a bundle that is taken writes back as the same bytes.
#include <cstdint>

#include "ledger/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  if (size == 0) return 0;
  const std::size_t count = std::size_t{data[0]} + 1;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (const auto leaves = read_bundle(bytes, count)) {
    CORDON_CHECK(leaves->size() == count, "as many entries as were asked for");
    CORDON_CHECK(write_bundle(*leaves) == bytes, "a bundle has one spelling");
  }
  return 0;
}
