// The signer's decision: one log key never signs two histories. The process around it, and the durable memory of the
// last note, are desk/signer.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
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

// The last note that this signer made, and when, by its own clock; a memory of before times were kept has none.
struct LastSigned {
  std::string note;
  std::optional<Instant> at;
};

// Signs if the checkpoint continues the last note that this signer made. With no last note only an empty log is
// signed: a signer that lost its memory must not vouch for a history it cannot compare. Refused: another origin than
// the name or the last note's, a smaller size, another root at the same size, a proof that is wrong. Corrupt: a last
// note that this key did not sign. Unavailable: the clock did not advance since then, so one of the two times is wrong;
// what was signed already may be asked for again at any time. The caller keeps the note, and `now` of a new one,
// durably before it gives it away.
Result<std::string> sign_next(const std::optional<LastSigned>& last, const SignRequest& request,
                              const std::string& name, const SecretKey& key, Instant now);

}  // namespace cordon
