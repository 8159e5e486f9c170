// A checkpoint, or a request to sign one, that is taken writes back as the same bytes.
#include <cstdint>

#include "ledger/signer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const Result<Checkpoint> checkpoint = read_checkpoint(bytes)) {
    CORDON_CHECK(write_checkpoint(*checkpoint) == bytes, "a checkpoint has one spelling");
    CORDON_CHECK(is_note_text(bytes), "a checkpoint can be signed");
  }
  if (const Result<SignRequest> request = read_sign_request(bytes)) {
    CORDON_CHECK(write_sign_request(*request) == bytes, "a request has one spelling");
  }
  return 0;
}
