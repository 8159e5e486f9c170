// The file that goes with a notice: it shows anybody who holds the log's key, offline, that a line stands in the log.
// Described in docs/formats/log.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sign.h"
#include "ledger/tree.h"

namespace cordon {

struct InclusionProof {
  std::uint64_t index = 0;
  std::string leaf;  // the line's bytes
  Proof proof;
  std::string checkpoint;  // the signed note, as published
  std::string log_key;     // C2SP verifier key; a reader compares it with the one that he trusts
};

// Canonical JSON (RFC 8785).
std::string write_inclusion(const InclusionProof& proof);
// Takes any JSON spelling of exactly these members and checks their form, not their truth.
Result<InclusionProof> read_inclusion(std::string_view json);

// The proof for a line under the checkpoint that the folder publishes. Corrupt when the folder does not bear it out.
Result<InclusionProof> prove_leaf(const std::string& folder, std::uint64_t index, const std::string& log_key);
// The same under another note of that log than the published one, such as an earlier one with more cosignatures.
Result<InclusionProof> prove_leaf_under(std::string note, const std::string& folder, std::uint64_t index,
                                        const std::string& log_key);

// Corrupt says what is wrong; NotFound when the checkpoint is not signed by this name and key.
Result<Nothing> verify_inclusion_file(const InclusionProof& proof, const std::string& name, const PublicKey& key);

}  // namespace cordon
