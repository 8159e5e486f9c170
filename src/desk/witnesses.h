// The witnesses of this desk's log ([log] witnesses in cordon.toml): what they have seen is asked before the first
// signature of a process, and what is published is shown to them by a thread of its own. No receipt waits for them
// (DESIGN 4, "One signer"; docs/log.md).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "ledger/checkpoint.h"

namespace cordon {

// What a witness says of a note, compared with the last one of that log that it cosigned.
enum class Seen {
  Same,      // this very head; here is its cosignature
  Less,      // a shorter log
  More,      // a longer one
  Another,   // another root for this size: two histories
  NoAnswer,  // no witness, not ours, or not now
};
std::string_view name(Seen seen);
struct WitnessWord {
  Seen seen = Seen::NoAnswer;
  std::uint64_t size = 0;   // that it has seen
  std::string cosignature;  // of Same: the answer's lines, checked
  std::string why;          // of NoAnswer
};
// Asks all of them at once; each has `seconds`.
std::vector<WitnessWord> ask_witnesses(const std::vector<WitnessAt>& witnesses, const std::string& note,
                                       const Checkpoint& checkpoint, long seconds);

// Whether this place may sign. Refused: what the signer remembers was copied here or put back, or a witness has seen
// what it does not remember. A witness that does not answer within three seconds is not waited for.
Result<Nothing> may_sign_here(const Paths& paths, const Settings& settings, const std::string& log_key);

// `cordon log continue`, and `cordon restore`: the signer's memory came here from another place, which signs no more.
// Takes it as this place's own if at least one witness confirms its very size and root, and none says otherwise.
Result<Nothing> confirm_memory(const Paths& signer_of, const Settings& settings, const std::string& log_key);

// `cordon log cosign`: shows the published checkpoint to each witness that has not cosigned it yet, a line for each.
Result<std::vector<Json>> cosign_now(Desk& desk);

// The thread that does so while a desk is served: after each publication, and each minute for those that failed.
class WitnessClerk {
 public:
  WitnessClerk(Desk& desk, std::mutex& in_use);
  ~WitnessClerk();
  WitnessClerk(const WitnessClerk&) = delete;
  WitnessClerk& operator=(const WitnessClerk&) = delete;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace cordon
