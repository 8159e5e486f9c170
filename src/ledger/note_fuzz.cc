// A note that is taken writes back as the same bytes, and so does a verifier key.
#include <cstdint>

#include "ledger/note.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const Result<Note> note = read_note(bytes)) {
    CORDON_CHECK(write_note(*note) == bytes, "a note has one spelling");
    CORDON_CHECK(!note->signatures.empty() && note->signatures.size() <= kMostSignatures, "a note is signed");
    CORDON_CHECK(is_note_text(note->text), "a note's text can be signed");
    CORDON_CHECK(!open_note(bytes, "nobody.example.org/log", PublicKey{}), "nobody can have signed with this key");
  }
  if (const auto key = parse_verifier_key(bytes)) {
    CORDON_CHECK(verifier_key(key->first, key->second) == bytes, "a verifier key has one spelling");
  }
  return 0;
}
