// Cosignatures (C2SP tlog-cosignature v1.0.1, Ed25519): a witness says that, as of a time, this checkpoint is of the
// longest history of the log that it has seen, and that it continues all it saw before.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sign.h"
#include "ledger/note.h"  // a cosignature is one line of a note

namespace cordon {

struct WitnessKey {
  std::string name;
  PublicKey key;
  bool operator==(const WitnessKey&) const = default;
};
Result<WitnessKey> parse_witness_key(std::string_view vkey);
std::string witness_vkey(const WitnessKey& witness);

// "cosignature/v1\ntime 1679315147\n" and the checkpoint's text.
std::string cosigned_message(std::string_view text, std::uint64_t seconds);
NoteSignature cosign(std::string_view text, std::uint64_t seconds, const std::string& name, const SecretKey& key);
// The seconds since 1970 at which it was made. Corrupt when it is not this witness's over this text, or names no time.
Result<std::uint64_t> read_cosignature(std::string_view text, const NoteSignature& line, const WitnessKey& witness);
bool is_line_of(const NoteSignature& line, const WitnessKey& witness);  // by name and key id alone

struct Cosigned {
  WitnessKey witness;
  std::uint64_t seconds;
};
// Which of these witnesses cosigned the note. Corrupt when a line that carries one's name and key id is wrong: such a
// note is malformed (C2SP signed-note). Lines by others are passed over.
Result<std::vector<Cosigned>> cosigned_by(const Note& note, std::span<const WitnessKey> witnesses);

// The note with those lines of an answer that are this witness's and right, in the place of older ones by it. NotFound
// when there is none; Corrupt when one is wrong; Refused when the note has no room for more signatures.
Result<std::string> with_cosignature(std::string_view note, std::string_view answer, const WitnessKey& witness);

}  // namespace cordon
