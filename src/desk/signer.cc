#include "desk/signer.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "base/text.h"
#include "desk/exit_code.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "ledger/note.h"
#include "ledger/signer.h"
#include "ledger/tiles.h"

namespace cordon {

namespace {

Result<std::optional<Memory>> last_note(const Paths& paths) {
  if (!exists(paths.signer_last())) return std::optional<Memory>();
  return std::optional(TRY(read_memory(paths.signer_last(), kLongestNote)));
}

struct Pipe {
  Fd read, write;
};
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("cannot make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// Starts this program again as `cordon signer --desk DIR` with these two ends as its stdin and stdout.
Result<pid_t> start_signer(const Paths& paths, int in, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  std::string program = "cordon", command = "signer", option = "--desk", desk = paths.desk;
  char* const arguments[] = {program.data(), command.data(), option.data(), desk.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return system_error("cannot start the signer", error);
  return child;
}

}  // namespace

Result<std::string> ask_signer(const Paths& paths, const Checkpoint& checkpoint) {
  SignRequest request{checkpoint, {}};
  if (const std::optional<Memory> last = TRY(last_note(paths))) {
    const Checkpoint before = TRY(read_checkpoint(last->text.substr(0, last->text.find("\n\n") + 1)));
    if (before.head.size > 0 && before.head.size < checkpoint.head.size) {
      request.consistency = TRY(consistency_proof(paths.log(), before.head.size, checkpoint.head.size));
    }
  }
  Pipe to = TRY(make_pipe());
  Pipe from = TRY(make_pipe());
  const pid_t child = TRY(start_signer(paths, to.read.get(), from.write.get()));
  to.read.close();
  from.write.close();
  Result<Nothing> written = write_all(to.write.get(), write_sign_request(request), "the signer");
  to.write.close();
  Result<std::string> note = read_all(from.read.get(), kLongestNote, "the signer");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    const bool later = WIFEXITED(status) && WEXITSTATUS(status) == outward(Fault::Unavailable).exit_code;
    return fail(later ? Fault::Unavailable : Fault::Refused,
                "the signer did not sign the log's new head (its reason stands above)", paths.signer());
  }
  TRY(std::move(written));
  return note;
}

Result<Nothing> correct_signing_time(const Paths& paths, Instant now) {
  const std::optional<Memory> last = TRY(last_note(paths));
  if (!last || !last->at_home) return Nothing{};
  return write_memory(paths.signer_last(), last->text, now);
}

Result<Nothing> serve_signer(const Paths& paths, int in, int out) {
  const SignRequest request = TRY(read_sign_request(TRY(read_all(in, kLongestNote, "the request"))));
  const SecretKey key = TRY(SecretKey::from_seed(TRY(read_key_file(paths.log_key()))));
  const std::optional<Memory> last = TRY(last_note(paths));
  if (last && !last->at_home)
    return fail(Fault::Refused,
                "what the signer remembers was copied here or put back; what it signed since is unknown",
                paths.signer_last());
  const std::optional<LastSigned> before = last ? std::optional(LastSigned{last->text, last->at}) : std::nullopt;
  const Instant now = SystemClock().now();
  const std::string note = TRY(sign_next(before, request, request.checkpoint.origin, key, now));
  if (!before || before->note != note) TRY(write_memory(paths.signer_last(), note, now));
  return write_all(out, note, "the answer");
}

}  // namespace cordon
