// Checkpoints (C2SP tlog-checkpoint v1.0.0): the text of the signed note in which a log says how long it is and
// what its root hash is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/note.h"  // a checkpoint travels as a signed note
#include "ledger/tree.h"

namespace cordon {

// "origin\nsize\nbase64 root\n" and one line for each extension.
struct Checkpoint {
  std::string origin;
  TreeHead head;
  std::vector<std::string> extensions;  // ours: "charter sha256:…", "operator authority", …
};
std::string write_checkpoint(const Checkpoint& checkpoint);  // the note's text
// Malformed: an empty line, a size with leading zeros or above 2^62, a root that is not base64 of 32 bytes, more than
// 1 MiB. What is taken writes back as the same bytes.
Result<Checkpoint> read_checkpoint(std::string_view note_text);

// The checkpoint in a note that this log signed; the log's key carries the log's name. Corrupt when the origin is
// another name, otherwise as open_note and read_checkpoint.
Result<Checkpoint> open_checkpoint(std::string_view note, const std::string& name, const PublicKey& key);

// 32 bytes in exact base64 with padding, as C2SP writes hashes.
Result<Digest> read_hash(std::string_view base64);

}  // namespace cordon
