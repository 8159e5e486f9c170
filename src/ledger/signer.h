// The signer's decision: one log key never signs two histories. The process around it, and the durable memory of the
// last note, are desk/signer.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sign.h"
#include "ledger/checkpoint.h"

namespace cordon {

struct SignRequest {
  Checkpoint checkpoint;
  Proof consistency;  // from the size that the signer signed last; empty for the first note and for an equal size
};
// The proof's hashes in base64, a line each, a blank line, the checkpoint's text: the body of a C2SP add-checkpoint
// without its first line.
std::string write_sign_request(const SignRequest& request);
Result<SignRequest> read_sign_request(std::string_view text);  // Malformed; at most 64 hashes and 1 MiB

// Signs if the checkpoint continues the last note that this signer made. With no last note only an empty log is
// signed: a signer that lost its memory must not vouch for a history it cannot compare. Refused: another origin than
// the name or the last note's, a smaller size, another root at the same size, a proof that is wrong. Corrupt: a last
// note that this key did not sign. The caller keeps the note durably before it gives it away.
Result<std::string> sign_next(const std::optional<std::string>& last_note, const SignRequest& request,
                              const std::string& name, const SecretKey& key);

}  // namespace cordon
