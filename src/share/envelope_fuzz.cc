// A peer's file that can be read is the canonical text of itself, has a part to be signed, brings only what the charter
// can hold, and comes back the same from the answer that a confined worker gives.
#include <cstdint>

#include "law/offences.h"
#include "share/receive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto envelope = read_envelope(file);
  if (!envelope) return 0;
  const auto covered = signed_part(file);
  CORDON_CHECK(covered, "what is read has a signature");
  CORDON_CHECK(covered->size() < file.size() + kEnvelopeHeading.size(), "and the signature is not in what it covers");
  for (const ReceivedIndicator& indicator : envelope->indicators) {
    CORDON_CHECK(may_hold(indicator.category, indicator.observable.kind()), "its category holds such a thing");
    CORDON_CHECK(!is_personal(indicator.observable.kind()), "nothing personal comes by feed");
    CORDON_CHECK(indicator.tlp != Tlp::Red && indicator.tlp >= least_tlp(indicator.category, {}), "its label holds");
    CORDON_CHECK(stix_pattern(indicator.observable), "it could be sent on");
  }
  const std::string written = to_text(to_json(*envelope));
  const auto again = envelope_from_json(*parse_json(written));
  CORDON_CHECK(again && to_text(to_json(*again)) == written, "the worker's answer reads as what it was");
  return 0;
}
