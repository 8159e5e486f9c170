// A proof file that is taken, written and read again is the same proof.
#include <cstdint>

#include "ledger/proof_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const Result<InclusionProof> proof = read_inclusion({reinterpret_cast<const char*>(data), size});
  if (!proof) return 0;
  const std::string text = write_inclusion(*proof);
  const Result<InclusionProof> again = read_inclusion(text);
  CORDON_CHECK(again, "what we write can be read");
  CORDON_CHECK(write_inclusion(*again) == text, "writing is canonical");
  CORDON_CHECK(again->leaf == proof->leaf && again->proof == proof->proof, "nothing was lost");
  return 0;
}
