// The witnesses of this desk's log ([log] witnesses in cordon.toml): what they have seen is asked before the first
// signature of a process, and what is published is shown to them by a thread of its own. No receipt waits for them;
// letters do, for minutes (DESIGN 4, "One signer"; docs/log.md).
#pragma once

#include <atomic>
#include <map>
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

// What is kept of their words beside the record, in desk/witnesses.json.
struct Heard {
  std::string cosigned;                   // the last note that a quorum of them cosigned; empty: none yet
  std::map<std::string, Instant> at;      // by verifier key: when each cosigned last,
  std::map<std::string, Instant> silent;  // and since when it was asked in vain
  std::int64_t late = 0;                  // letters that left without their quorum,
  Instant late_at = {};                   // and when the last of them did
};
Result<Heard> heard_of_witnesses(const Paths& paths);

// The note of the log that goes with a letter whose line is `leaf_index` and that could leave since `since`: one that a
// quorum cosigned, or after quorum_minutes the published one with the lines that it has. Nothing: the letter waits, and
// desk.letter_waits() says so.
struct LetterNote {
  std::string note;
  bool late = false;
};
Result<std::optional<LetterNote>> note_for_letter(Desk& desk, std::int64_t leaf_index, Instant since);
Result<Nothing> left_late(Desk& desk);  // one more letter without its quorum

// Whether this place may sign. Refused: what the signer remembers was copied here or put back, `cordon log continue`
// was begun and not finished, or a witness has seen what is not remembered. One that does not answer within three
// seconds is not waited for.
Result<Nothing> may_sign_here(const Paths& paths, const Settings& settings, const std::string& log_key);

// Whether the signer's memory, which came here from another place that signs no more, may become this place's own: at
// least one witness has seen its very size and root, and none says otherwise. Signs nothing and takes nothing.
Result<Nothing> may_continue(const Paths& paths, const Settings& settings, const std::string& log_key);
// `cordon log continue`, and the end of `cordon restore`: takes it. The next line of the log says so, and more than
// half of the witnesses must cosign it as what follows what they had seen: of two places that try, one is given it.
// Refused where they do not; this place then signs nothing until they did.
Result<Nothing> continue_log(const Paths& paths, const Clock& clock);

// `cordon log cosign`: shows the published checkpoint to each witness that has not cosigned it yet, a line for each.
Result<std::vector<Json>> cosign_now(Desk& desk);

// The thread that does so while a desk is served: after each publication, and each minute for those that failed.
// Letters that waited for them leave.
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
