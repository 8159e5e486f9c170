#include "ledger/proof_file.h"

#include <array>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/bundle.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"

namespace cordon {

namespace {

constexpr std::string_view kFormat = "cordon-inclusion/1";
constexpr std::array kMembers = {"checkpoint", "format", "index", "leaf", "log_key", "proof"};
constexpr std::size_t kLongestFile = 4u << 20;                       // a note of 1 MiB, escaped, a leaf and 64 hashes
constexpr std::int64_t kLargestIndex = (std::int64_t{1} << 53) - 1;  // what JSON keeps exactly

Result<Digest> hash_member(const Json& item) {
  if (item.string() == nullptr) return fail(Fault::Malformed, "expected a hash, 32 bytes in base64", "proof");
  Result<Digest> hash = read_hash(*item.string());
  if (!hash) return fail(Fault::Malformed, hash.error().message, "proof");
  return hash;
}

}  // namespace

std::string write_inclusion(const InclusionProof& proof) {
  Json::Array hashes;
  for (const Digest& hash : proof.proof) hashes.emplace_back(to_base64(hash.view()));
  return to_text(Json::Object{{"checkpoint", proof.checkpoint},
                              {"format", kFormat},
                              {"index", static_cast<std::int64_t>(proof.index)},
                              {"leaf", to_base64(proof.leaf)},
                              {"log_key", proof.log_key},
                              {"proof", std::move(hashes)}});
}

Result<InclusionProof> read_inclusion(std::string_view text) {
  if (text.size() > kLongestFile) return fail(Fault::Malformed, "a proof file has at most 4 MiB");
  const Json json = TRY(parse_json(text));
  for (const char* member : kMembers) {
    if (json.find(member) == nullptr) return fail(Fault::Malformed, "a proof file has this member", member);
  }
  if (json.object()->size() != kMembers.size()) return fail(Fault::Malformed, "a proof file has no other members");
  if (TRY(json.text("format")) != kFormat) return fail(Fault::Malformed, "expected " + std::string(kFormat), "format");

  InclusionProof out;
  const std::int64_t index = TRY(json.number("index"));
  if (index < 0 || index > kLargestIndex) return fail(Fault::Malformed, "expected a line's number, from 0", "index");
  out.index = static_cast<std::uint64_t>(index);
  const Result<std::string> leaf = from_base64(TRY(json.text("leaf")));
  if (!leaf || leaf->size() > kLongestLeaf) {
    return fail(Fault::Malformed, "expected base64 of at most 65535 bytes", "leaf");
  }
  out.leaf = *leaf;
  const Json::Array hashes = TRY(json.list("proof"));
  if (hashes.size() > kLongestProof) return fail(Fault::Malformed, "a proof has at most 64 hashes", "proof");
  for (const Json& item : hashes) out.proof.push_back(TRY(hash_member(item)));
  out.checkpoint = TRY(json.text("checkpoint"));
  if (const Result<Note> note = read_note(out.checkpoint); !note) {
    return fail(Fault::Malformed, note.error().message, "checkpoint");
  }
  out.log_key = TRY(json.text("log_key"));
  TRY(parse_verifier_key(out.log_key));
  return out;
}

Result<InclusionProof> prove_leaf(const std::string& folder, std::uint64_t index, const std::string& log_key) {
  return prove_leaf_under(TRY(read_file(folder + "/checkpoint", kLongestNote)), folder, index, log_key);
}

Result<InclusionProof> prove_leaf_under(std::string note, const std::string& folder, std::uint64_t index,
                                        const std::string& log_key) {
  const auto [name, key] = TRY(parse_verifier_key(log_key));
  InclusionProof out{index, {}, {}, std::move(note), log_key};
  const Checkpoint checkpoint = TRY(open_checkpoint(out.checkpoint, name, key));
  out.leaf = TRY(read_leaf(folder, checkpoint.head.size, index));
  out.proof = TRY(inclusion_proof(folder, checkpoint.head.size, index));
  TRY(verify_inclusion_file(out, name, key));
  return out;
}

Result<Nothing> verify_inclusion_file(const InclusionProof& proof, const std::string& name, const PublicKey& key) {
  if (proof.log_key != verifier_key(name, key)) {
    return fail(Fault::Corrupt, "the proof names another log's key than the one to check it with", "log_key");
  }
  const Checkpoint checkpoint = TRY(open_checkpoint(proof.checkpoint, name, key));
  if (!verify_inclusion(checkpoint.head, proof.index, leaf_hash(proof.leaf), proof.proof)) {
    return fail(Fault::Corrupt, "line " + std::to_string(proof.index) + " of the log of " +
                                    std::to_string(checkpoint.head.size) +
                                    " lines is not this one, or the proof is wrong");
  }
  return Nothing{};
}

}  // namespace cordon
