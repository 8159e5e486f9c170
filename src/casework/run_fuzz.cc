// A run that is read and written again reads as the same run and writes as the same bytes, and gives each of its items
// alone.
#include <algorithm>
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
  RunReading single([&](std::uint64_t from, std::uint64_t count) -> Result<std::string> {
    return run.substr(std::min<std::uint64_t>(from, run.size()), count);
  });
  for (std::size_t i = 0; i < again->size(); ++i) {
    if ((*again)[i].position != static_cast<std::int64_t>(i + 1)) continue;  // none that a desk writes
    const auto item = single.item((*again)[i].position);
    CORDON_CHECK(item && write_run({*item}) == write_run({(*again)[i]}), "an item alone is the item");
  }
  return 0;
}
