// The public log: a Merkle tree (RFC 6962 hashing) in C2SP tlog-tiles, with signed checkpoints (C2SP
// tlog-checkpoint, signed-note, Ed25519). It knows bytes, never cases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "base/sign.h"

namespace cordon {

Digest leaf_hash(std::string_view leaf);                 // SHA-256(0x00 || leaf)
Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 || left || right)

struct TreeHead {
  std::uint64_t size = 0;
  Digest root = sha256("");  // of the empty tree
  bool operator==(const TreeHead&) const = default;
};

// ── the log's folder: checkpoint, tile/0/…, tile/1/…, tile/entries/…: static files for any web server ──

// Adds leaves behind `from` existing ones and returns the new head. Derived data: running it again with the
// same leaves writes the same bytes. A leaf is at most 65535 bytes. Every file is written durably; a full tile is
// never rewritten with other bytes (Corrupt if that would happen).
Result<TreeHead> append_leaves(const std::string& folder, std::uint64_t from, const std::vector<std::string>& leaves);

Result<TreeHead> head_from_tiles(const std::string& folder, std::uint64_t size);
Result<std::string> read_leaf(const std::string& folder, std::uint64_t size, std::uint64_t index);

using Proof = std::vector<Digest>;
Result<Proof> inclusion_proof(const std::string& folder, std::uint64_t size, std::uint64_t index);
Result<Proof> consistency_proof(const std::string& folder, std::uint64_t old_size, std::uint64_t new_size);
bool verify_inclusion(const TreeHead& head, std::uint64_t index, const Digest& leaf, const Proof& proof);
bool verify_consistency(const TreeHead& old_head, const TreeHead& new_head, const Proof& proof);

// ── checkpoints ──

// "origin\nsize\nbase64 root\n" and one line for each extension.
struct Checkpoint {
  std::string origin;
  TreeHead head;
  std::vector<std::string> extensions;  // ours: "charter sha256:…", "operator authority", …
};
std::string write_checkpoint(const Checkpoint& checkpoint);               // the note's text
Result<Checkpoint> read_checkpoint(std::string_view note_text);

// A signed note: text, blank line, "— name base64(key id || signature)". The key id is derived from name and key.
std::string sign_note(std::string_view text, const std::string& name, const SecretKey& key);
// The text, if a signature by this name and key is there and right; Corrupt if it is wrong, NotFound if absent.
Result<std::string> open_note(std::string_view note, const std::string& name, const PublicKey& key);
std::string verifier_key(const std::string& name, const PublicKey& key);  // "name+hex+base64", C2SP vkey
Result<std::pair<std::string, PublicKey>> parse_verifier_key(std::string_view vkey);

// ── verification from the files alone ──

struct LogVerdict {
  Checkpoint checkpoint;
  std::uint64_t tiles = 0;  // files read
};
// Reads checkpoint, every tile and every entry bundle, recomputes everything from the leaves up. Corrupt names the
// file and the place ("tile/0/000, hash 17 (leaf 17)"), NotFound a missing file.
Result<LogVerdict> verify_log(const std::string& folder, const std::string& name, const PublicKey& key);

// ── the signer: a process of its own that never signs two histories ──

struct SignRequest {
  Checkpoint checkpoint;
  Proof consistency;  // from the size it signed last
};
std::string write_sign_request(const SignRequest& request);
Result<SignRequest> read_sign_request(std::string_view text);
// Decides against the last note that this signer made (nothing: first use, only then is any head accepted
// and only with size ≤ `first_size_limit`). Refused: smaller size, other root at the same size, proof wrong, other origin.
Result<std::string> sign_next(const std::optional<std::string>& last_note, const SignRequest& request,
                              const std::string& name, const SecretKey& key);

}  // namespace cordon
