// Laws: scan_laws_for_tests.h, and that refang has nothing left to do after itself.
#include <cstdint>

#include "observable/scan_laws_for_tests.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  cordon::check_scan_laws(input);
  const std::string once = cordon::refang(input);
  CORDON_CHECK(cordon::refang(once) == once, "refang must be idempotent");
  // Many of it, so that the pieces of a stream meet the borders of its buffer: a hundred times the work, so for one
  // input of sixteen.
  if (size == 0 || size > 4096 || (data[0] + data[size - 1] + size) % 16 != 0) return 0;
  std::string many;
  while (many.size() < 30'000) many += input;
  cordon::check_pieces(many, size + data[0]);
  return 0;
}
