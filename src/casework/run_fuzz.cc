// A run that is read and written again reads as the same run and writes as the same bytes.
#include <cstdint>

#include "casework/batch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const auto items = read_run({reinterpret_cast<const char*>(data), size});
  if (!items) return 0;
  const auto salts = salts_of_run({reinterpret_cast<const char*>(data), size});
  CORDON_CHECK(salts, "a run that can be read has its salts");
  const std::string run = write_run(*items, *salts);
  const auto again = read_run(run);
  CORDON_CHECK(again, "what we write can be read");
  CORDON_CHECK(write_run(*again, *salts_of_run(run)) == run, "writing is canonical");
  return 0;
}
