// A request to a witness. One that is read writes back as the same bytes; and whatever comes, a witness that follows
// one log answers with a status of the protocol, cosigns only what that log's key signed, and only what continues what
// it cosigned before: the corpus has requests that the log of the seed 'k' signed.
#include <array>
#include <cstdint>

#include "ledger/cosignature.h"
#include "ledger/witness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  static const SecretKey log = *SecretKey::from_seed(std::string(32, 'k'));
  static const SecretKey key = *SecretKey::from_seed(std::string(32, 'w'));
  static const std::array logs{WitnessedLog{"desk.example.net/log", {log.public_key()}}};
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto request = read_add_checkpoint(bytes))
    CORDON_CHECK(write_add_checkpoint(*request) == bytes, "a request has one spelling");
  const auto opened = open_request(bytes, logs);
  if (const auto* answer = std::get_if<WitnessAnswer>(&opened)) {
    CORDON_CHECK(answer->status == 400 || answer->status == 403 || answer->status == 404, "a status of the protocol");
    CORDON_CHECK(answer->keep.empty(), "nothing is kept of what nobody signed");
    return 0;
  }
  const auto& request = std::get<SignedRequest>(opened);
  CORDON_CHECK(static_cast<bool>(open_checkpoint(request.asked.note, logs[0].origin, log.public_key())),
               "only what the log signed is considered");
  const WitnessAnswer answer = *decide_request(request, std::nullopt, "w.example.org", key, 1);
  if (answer.status != 200) {
    CORDON_CHECK(answer.status == 409 || answer.status == 422, "a status of the protocol");
    CORDON_CHECK(answer.keep.empty(), "nothing is kept of what is not cosigned");
    return 0;
  }
  const std::array self{WitnessKey{"w.example.org", key.public_key()}};
  CORDON_CHECK(cosigned_by(*read_note(answer.keep), self)->size() == 1, "what is kept is cosigned");
  CORDON_CHECK(request.asked.old_size == 0 && request.asked.proof.empty(), "a first checkpoint has no proof");
  // Asked the same again, the witness has moved on.
  const WitnessAnswer again = *decide_request(request, answer.keep, "w.example.org", key, 2);
  CORDON_CHECK(again.status == (request.checkpoint.head.size == 0 ? 200 : 409), "the old size is another now");
  return 0;
}
