// What a witness answers: lines that are taken write back as the same bytes, and nobody's key made them.
#include <cstdint>

#include "ledger/cosignature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto lines = read_signatures(bytes)) {
    CORDON_CHECK(write_signatures(*lines) == bytes, "signatures have one spelling");
    for (const NoteSignature& line : *lines)
      CORDON_CHECK(!read_cosignature("a\n", line, {line.name, PublicKey{}}), "nobody can have signed with this key");
  }
  if (const auto key = parse_witness_key(bytes)) {
    CORDON_CHECK(witness_vkey(*key) == bytes, "a witness's key has one spelling");
    CORDON_CHECK(!parse_verifier_key(bytes), "a witness's key is no log's");
  }
  return 0;
}
