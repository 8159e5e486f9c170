// What a witness decides (C2SP tlog-witness v1.0.0, add-checkpoint). The folder that it remembers in, and HTTP, are
// desk/witness.h; how a log asks, desk/witnesses.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/sign.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

namespace cordon {

inline constexpr std::size_t kLongestWitnessProof = 63;  // hashes; more is no request

// The body: "old 20852014\n", the proof's hashes in base64, a line each, a blank line, the signed checkpoint.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  Proof proof;
  std::string note;
};
std::string write_add_checkpoint(const AddCheckpoint& request);
// Malformed; what is taken writes back as the same bytes. The note is read by who answers.
Result<AddCheckpoint> read_add_checkpoint(std::string_view body);

// A log that a witness follows: its name, and the keys any of which signs for it.
struct WitnessedLog {
  std::string origin;
  std::vector<PublicKey> keys;
};

struct WitnessAnswer {
  int status = 0;    // of HTTP
  std::string body;  // of a 200, the cosignature's line; of a 409, the size that the witness has seen, and "\n"
  // Of a 200: what the witness must keep, durably, before it answers: the text with the log's own signatures and this
  // cosignature, and no others.
  std::string keep = {};
  // The log signed two roots for one size: what it sent contradicts what is kept. Both are proof against it.
  bool contradiction = false;
};

// A request that is well-formed and signed by a log that the witness follows.
struct SignedRequest {
  AddCheckpoint asked;
  Checkpoint checkpoint;
  Note note;  // with the log's right signatures alone
};
// 400: not a request, or an old size past the new; 404: a log that is not followed; 403: not signed by it, or a line by
// its key is wrong.
std::variant<SignedRequest, WitnessAnswer> open_request(std::string_view body, std::span<const WitnessedLog> logs);

// `latest` is the note that was kept for this log last; a wrong one is Corrupt, one that was cosigned after `seconds`
// Unavailable: the clock went back. 409: the old size is not that one's;
// 422: the proof does not hold; 200: cosigned. Nothing may be decided for this log between the reading of `latest` and
// the keeping of `keep`.
Result<WitnessAnswer> decide_request(const SignedRequest& request, const std::optional<std::string>& latest,
                                     const std::string& name, const SecretKey& key, std::uint64_t seconds);

}  // namespace cordon
