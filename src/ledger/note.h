// Signed notes (C2SP signed-note v1.0.0) with Ed25519: a text, a blank line, and a line for each signature,
// "— name base64(key id || signature)".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sign.h"

namespace cordon {

inline constexpr std::size_t kLongestNote = 1u << 20;  // bytes
inline constexpr std::size_t kMostSignatures = 16;

struct NoteSignature {
  std::string name;
  std::string key_id;     // 4 bytes
  std::string signature;  // its form depends on the key's kind; never empty
};
struct Note {
  std::string text;  // ends in a line break
  std::vector<NoteSignature> signatures;
};
std::string write_note(const Note& note);
// The lines of signatures alone, as a witness answers them.
std::string write_signatures(const std::vector<NoteSignature>& signatures);
Result<std::vector<NoteSignature>> read_signatures(std::string_view lines);  // 1 to 16
// Reads the form alone and checks no signature. Malformed: not UTF-8, a control character, no signature or more than
// 16, base64 that is not exact, more than 1 MiB.
Result<Note> read_note(std::string_view bytes);

// Whether this can be a note's text: not empty, ends in a line break, UTF-8, no other control character.
bool is_note_text(std::string_view text);
// Whether this can name a key: not empty, UTF-8, no space of Unicode, no control character and no '+'.
bool is_key_name(std::string_view name);

// A note with this one signature. The text and the name must be what the two questions above say.
std::string sign_note(std::string_view text, const std::string& name, const SecretKey& key);
// The text, if a signature by this name and key is there and right; Corrupt if it is wrong, NotFound if absent.
// Signatures by others are passed over.
Result<std::string> open_note(std::string_view note, const std::string& name, const PublicKey& key);

// What a key signs with: a part of its key id, so that a log's key and a witness's are never taken for one another.
enum class KeyKind : char {
  Log = 0x01,      // Ed25519 over the text (C2SP signed-note)
  Witness = 0x04,  // Ed25519 over the text and a time (C2SP tlog-cosignature; ledger/cosignature.h)
};
// SHA-256(name || 0x0A || kind || public key), the first 4 bytes.
std::string key_id(std::string_view name, const PublicKey& key, KeyKind kind = KeyKind::Log);
// "name+hex+base64", C2SP vkey
std::string verifier_key(const std::string& name, const PublicKey& key, KeyKind kind = KeyKind::Log);
// Malformed: another kind of key, too.
Result<std::pair<std::string, PublicKey>> parse_verifier_key(std::string_view vkey, KeyKind kind = KeyKind::Log);

}  // namespace cordon
