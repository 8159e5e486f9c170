// Laws: whatever a list holds, reading it ends with an answer for each offer or with one error about the file; what is
// taken passes check_indicator(), is nothing that the never-list holds, and its canonical text is its own parse.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "base/files.h"
#include "match/sources.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  if (size == 0) return 0;
  const auto format = static_cast<SourceFormat>(data[0] % 7);
  const Fd fd(::memfd_create("source", MFD_CLOEXEC));
  CORDON_CHECK(write_all(fd.get(), {reinterpret_cast<const char*>(data) + 1, size - 1}), "no memory for a file");
  const std::string path = "/proc/self/fd/" + std::to_string(fd.get());
  const SourceTerms terms{.source = "fuzz", .category = Category::Malware, .today = Day::numbered(20000), .id = "1"};
  std::uint64_t last = 0;
  const auto done = read_source(format, path, [&](const Offer& offer) -> Result<Nothing> {
    CORDON_CHECK(offer.place >= last && offer.place > 0, "offers come in order, each with its place");
    last = offer.place;
    const Admission answer = admit(offer, terms, NeverList::bundled(), nullptr);
    const auto* taken = std::get_if<ListedIndicator>(&answer);
    if (taken == nullptr) return Nothing{};
    CORDON_CHECK(check_indicator(*taken), "an index holds what is taken");
    CORDON_CHECK(!NeverList::bundled().judge(*taken), "nothing of the never-list is taken");
    if (const auto* observable = std::get_if<Observable>(&taken->what)) {
      const auto again = parse_observable(observable->kind(), observable->canonical());
      CORDON_CHECK(again && *again == *observable, "a canonical text is its own parse");
    }
    return Nothing{};
  });
  if (!done) CORDON_CHECK(!done.error().message.empty(), "an error says what is wrong");
  return 0;
}
