// A tlog-proof that is taken is the text that we write.
#include <cstdint>

#include "ledger/tlog_proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<TlogProof> proof = read_tlog_proof(text);
  if (proof) CORDON_CHECK(write_tlog_proof(*proof) == text, "what is taken writes back as the same bytes");
  return 0;
}
