#include "ledger/cosignature.h"

#include <algorithm>

namespace cordon {

namespace {

constexpr std::size_t kTimeSize = 8;

}  // namespace

Result<WitnessKey> parse_witness_key(std::string_view vkey) {
  auto [name, key] = TRY(parse_verifier_key(vkey, KeyKind::Witness));
  return WitnessKey{std::move(name), key};
}

std::string witness_vkey(const WitnessKey& witness) {
  return verifier_key(witness.name, witness.key, KeyKind::Witness);
}

std::string cosigned_message(std::string_view text, std::uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

NoteSignature cosign(std::string_view text, std::uint64_t seconds, const std::string& name, const SecretKey& key) {
  CORDON_CHECK(is_note_text(text) && is_key_name(name), "only a note's text can be cosigned, by a name");
  CORDON_CHECK(seconds > 0 && seconds <= INT64_MAX, "a cosignature names its time");
  std::string signature;
  for (int shift = 56; shift >= 0; shift -= 8) signature += static_cast<char>(seconds >> shift & 0xFF);
  signature += key.sign(cosigned_message(text, seconds)).view();
  return {name, key_id(name, key.public_key(), KeyKind::Witness), std::move(signature)};
}

bool is_line_of(const NoteSignature& line, const WitnessKey& witness) {
  return line.name == witness.name && line.key_id == key_id(witness.name, witness.key, KeyKind::Witness);
}

Result<std::uint64_t> read_cosignature(std::string_view text, const NoteSignature& line, const WitnessKey& witness) {
  const Error wrong = fail(Fault::Corrupt, "the cosignature by " + witness.name + " is wrong");
  Signature signature;
  if (!is_line_of(line, witness) || line.signature.size() != kTimeSize + signature.bytes.size()) return wrong;
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < kTimeSize; ++i) seconds = seconds << 8 | static_cast<unsigned char>(line.signature[i]);
  if (seconds == 0 || seconds > INT64_MAX) return wrong;
  std::copy(line.signature.begin() + kTimeSize, line.signature.end(), signature.bytes.begin());
  if (!verify(witness.key, cosigned_message(text, seconds), signature)) return wrong;
  return seconds;
}

Result<std::vector<Cosigned>> cosigned_by(const Note& note, std::span<const WitnessKey> witnesses) {
  std::vector<Cosigned> out;
  for (const WitnessKey& witness : witnesses) {
    std::uint64_t latest = 0;
    for (const NoteSignature& line : note.signatures) {
      if (is_line_of(line, witness)) latest = std::max(latest, TRY(read_cosignature(note.text, line, witness)));
    }
    if (latest > 0) out.push_back({witness, latest});
  }
  return out;
}

Result<std::string> with_cosignature(std::string_view bytes, std::string_view answer, const WitnessKey& witness) {
  Note note = TRY(read_note(bytes));
  std::vector<NoteSignature> theirs = TRY(read_signatures(answer));
  std::erase_if(theirs, [&](const NoteSignature& line) { return !is_line_of(line, witness); });
  if (theirs.empty()) return fail(Fault::NotFound, "the answer has no cosignature by " + witness.name);
  for (const NoteSignature& line : theirs) TRY(read_cosignature(note.text, line, witness));
  std::erase_if(note.signatures, [&](const NoteSignature& line) { return is_line_of(line, witness); });
  if (note.signatures.size() == kMostSignatures)
    return fail(Fault::Refused, "a note has at most " + std::to_string(kMostSignatures) + " signatures");
  note.signatures.push_back(std::move(theirs.back()));
  return write_note(note);
}

}  // namespace cordon
