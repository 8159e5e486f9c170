#include "desk/witnesses.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "desk/commands.h"
#include "desk/memory_file.h"
#include "ledger/tiles.h"
#include "ledger/witness.h"
#include "net/http_client.h"

namespace cordon {

namespace {

constexpr long kSecondsAtStart = 3, kSecondsToCosign = 10;
constexpr int kTurns = 3;  // the size that a witness has seen may change between two questions
constexpr std::int64_t kFirstWaitMs = 60'000, kLongestWaitMs = kHourMs;

struct Asked {
  int status = 0;
  std::uint64_t size = 0;  // of a 409
  std::string body;
};

std::string endpoint(const WitnessAt& witness) {
  return witness.url + (witness.url.ends_with('/') ? "" : "/") + "add-checkpoint";
}

Result<Asked> add_checkpoint(http::Client& client, const WitnessAt& witness, const AddCheckpoint& request, long seconds,
                             const std::atomic<bool>* stop) {
  const std::string body = write_add_checkpoint(request);
  http::Asked asked{"POST", endpoint(witness), {{"Content-Type", "text/plain; charset=utf-8"}}, body};
  asked.largest = 64u << 10;
  asked.seconds = seconds;
  asked.stop = stop;
  http::Answer answer = TRY(client.ask(asked));
  Asked out{answer.status, 0, std::move(answer.body)};
  if (out.status != 409) return out;
  const std::string_view digits = trim(out.body);
  const Result<std::int64_t> size = parse_integer(digits);
  if (!size || *size < 0 || answer.header("content-type") != "text/x.tlog.size")
    return fail(Fault::Malformed, "the witness answers 409 without the size that it has seen", witness.url);
  out.size = static_cast<std::uint64_t>(*size);
  return out;
}

WitnessWord ask_witness(const WitnessAt& witness, const std::string& note, const Checkpoint& checkpoint, long seconds) {
  const auto none = [](std::string why) { return WitnessWord{Seen::NoAnswer, 0, {}, std::move(why)}; };
  http::Client client;
  const std::uint64_t size = checkpoint.head.size;
  Result<Asked> answer = add_checkpoint(client, witness, {size, {}, note}, seconds, nullptr);
  if (!answer) return none(answer.error().message);
  switch (answer->status) {
    case 200:
      if (const Result<std::string> cosigned = with_cosignature(note, answer->body, witness.key); !cosigned)
        return none(cosigned.error().message);
      return {Seen::Same, size, std::move(answer->body), {}};
    case 409:
      if (answer->size == size) return none("it answers 409 with the very size that it was asked about");
      return {answer->size > size ? Seen::More : Seen::Less, answer->size, {}, {}};
    case 422:
      return {Seen::Another, size, {}, {}};
    case 404:
      return none("it does not follow this log");
    default:
      return none("it answers " + std::to_string(answer->status));
  }
}

// The lines of a right cosignature. Conflict: the witness has seen a longer log; Corrupt: another one of this size.
// `seen` is what it was thought to have seen, and becomes what it has. `prove` gives the proof from that size.
Result<std::string> cosignature_of(http::Client& client, const WitnessAt& witness, const std::string& note,
                                   const Checkpoint& checkpoint, std::uint64_t& seen,
                                   const std::function<Result<Proof>(std::uint64_t)>& prove,
                                   const std::atomic<bool>* stop) {
  const std::uint64_t size = checkpoint.head.size;
  for (int turn = 0; turn < kTurns; ++turn) {
    AddCheckpoint request{std::min(seen, size), {}, note};
    if (request.old_size > 0 && request.old_size < size) request.proof = TRY(prove(request.old_size));
    Asked answer = TRY(add_checkpoint(client, witness, request, kSecondsToCosign, stop));
    if (answer.status == 200) {
      TRY(with_cosignature(note, answer.body, witness.key));
      seen = size;
      return std::move(answer.body);
    }
    if (answer.status == 422 && request.old_size == size)
      return fail(Fault::Corrupt, "it has seen another log of " + std::to_string(size) + " lines", witness.url);
    if (answer.status != 409)
      return fail(Fault::Unavailable,
                  answer.status == 404 ? "it does not follow this log" : "it answers " + std::to_string(answer.status),
                  witness.url);
    seen = answer.size;
    if (seen > size)
      return fail(Fault::Conflict, "it has seen a log of " + std::to_string(seen) + " lines", witness.url);
  }
  return fail(Fault::Unavailable, "the size that it has seen changes from answer to answer", witness.url);
}

struct Remembered {
  std::string note;
  Checkpoint checkpoint;
  bool at_home;
};
Result<std::optional<Remembered>> remembered(const Paths& paths, const std::string& log_key) {
  if (!exists(paths.signer_last())) return std::optional<Remembered>();
  Memory memory = TRY(read_memory(paths.signer_last(), kLongestNote));
  const auto key = TRY(parse_verifier_key(log_key));
  Result<Checkpoint> checkpoint = open_checkpoint(memory.text, key.first, key.second);
  if (!checkpoint) return std::optional<Remembered>();  // the signer says so when it is asked
  return std::optional(Remembered{std::move(memory.text), *std::move(checkpoint), memory.at_home});
}

Error older_than(const WitnessAt& witness, const WitnessWord& word, std::uint64_t ours) {
  const std::string theirs =
      word.seen == Seen::More
          ? "has seen " + std::to_string(word.size) + " lines of this log, and this desk knows " + std::to_string(ours)
          : "has seen another log of " + std::to_string(ours) + " lines";
  return fail(Fault::Refused,
              "the witness " + witness.key.name + " " + theirs +
                  ": this is an older copy, or one of two; the old log is not signed from here (docs/operations.md, "
                  "\"An older copy\")",
              witness.url);
}

// Kept beside the signer's memory, so that a witness that spoke and is away at the next start was not heard in vain. It
// holds until that witness takes its word back, or is a witness of this log no longer.
Result<Nothing> stop_signing(const Paths& paths, const WitnessAt& witness, const Error& why) {
  return write_file(paths.signer_stopped(),
                    to_text(Json::Object{{"witness", witness_vkey(witness.key)}, {"why", why.message}}) + "\n", 0600);
}
Result<Nothing> still_stopped(const Paths& paths, const std::vector<WitnessAt>& witnesses,
                              const std::vector<WitnessWord>& words) {
  if (!exists(paths.signer_stopped())) return Nothing{};
  const Json stopped = TRY(parse_json(TRY(read_file(paths.signer_stopped(), kLongestNote))));
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    if (stopped.text_or("witness") == witness_vkey(witnesses[i].key) && words[i].seen == Seen::NoAnswer)
      return fail(Fault::Refused, stopped.text_or("why"), "it does not answer now: " + words[i].why);
  }
  if (::unlink(paths.signer_stopped().c_str()) != 0)
    return system_error("cannot remove", errno, paths.signer_stopped());
  return Nothing{};
}

void say(const std::string& words) { std::fprintf(stderr, "cordon: %s\n", printable(words, 400).c_str()); }

struct Published {
  std::string note;
  Checkpoint checkpoint;
  std::vector<WitnessAt> waiting;  // who has not cosigned it
};
Result<Published> published(const Desk& desk) {
  Published out{TRY(read_file(desk.paths().checkpoint(), kLongestNote)), {}, {}};
  const Note note = TRY(read_note(out.note));
  out.checkpoint = TRY(read_checkpoint(note.text));
  for (const WitnessAt& witness : desk.settings().witnesses) {
    const auto cosigned = cosigned_by(note, std::vector{witness.key});
    if (!cosigned || cosigned->empty()) out.waiting.push_back(witness);
  }
  return out;
}

// Adds the cosignature to the published checkpoint, if that is still the one that was shown.
Result<Nothing> add_to_published(const Desk& desk, const std::string& shown, const std::string& answer,
                                 const WitnessAt& witness) {
  const std::string now = TRY(read_file(desk.paths().checkpoint(), kLongestNote));
  if (TRY(read_note(now)).text != TRY(read_note(shown)).text) return Nothing{};
  return write_file(desk.paths().checkpoint(), TRY(with_cosignature(now, answer, witness.key)));
}

// What a failure means for the desk: a witness that saw more than the signer remembers, or another log, ends signing.
Result<Nothing> heed(Desk& desk, const WitnessAt& witness, const Error& error, std::uint64_t seen,
                     std::uint64_t shown) {
  if (error.fault != Fault::Conflict && error.fault != Fault::Corrupt) return Nothing{};
  const std::optional<Remembered> last = TRY(remembered(desk.paths(), TRY(desk.store().founded()).log_key));
  if (error.fault == Fault::Conflict && last && seen <= last->checkpoint.head.size) return Nothing{};
  if (error.fault == Fault::Corrupt && error.message.find("another log") == std::string::npos) return Nothing{};
  const WitnessWord word{error.fault == Fault::Conflict ? Seen::More : Seen::Another, seen, {}, {}};
  desk.no_signing() = older_than(witness, word, last ? last->checkpoint.head.size : shown);
  say(desk.no_signing()->message);
  return stop_signing(desk.paths(), witness, *desk.no_signing());
}

}  // namespace

std::string_view name(Seen seen) {
  switch (seen) {
    case Seen::Same:
      return "same";
    case Seen::Less:
      return "less";
    case Seen::More:
      return "more";
    case Seen::Another:
      return "another";
    case Seen::NoAnswer:
      return "no_answer";
  }
  return "no_answer";
}

std::vector<WitnessWord> ask_witnesses(const std::vector<WitnessAt>& witnesses, const std::string& note,
                                       const Checkpoint& checkpoint, long seconds) {
  std::vector<WitnessWord> words(witnesses.size());
  std::vector<std::thread> threads;
  threads.reserve(witnesses.size());
  for (std::size_t i = 0; i < witnesses.size(); ++i)
    threads.emplace_back([&, i] { words[i] = ask_witness(witnesses[i], note, checkpoint, seconds); });
  for (std::thread& thread : threads) thread.join();
  return words;
}

Result<Nothing> may_sign_here(const Paths& paths, const Settings& settings, const std::string& log_key) {
  const std::optional<Remembered> last = TRY(remembered(paths, log_key));
  if (!last) return Nothing{};
  if (!last->at_home)
    return fail(
        Fault::Refused,
        "what the signer remembers was copied here or put back, so it signs nothing here: `cordon log continue` "
        "where a witness can confirm it, else a new log (docs/operations.md, \"An older copy\")",
        paths.signer_last());
  const std::vector<WitnessWord> words =
      ask_witnesses(settings.witnesses, last->note, last->checkpoint, kSecondsAtStart);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].seen != Seen::More && words[i].seen != Seen::Another) continue;
    Error older = older_than(settings.witnesses[i], words[i], last->checkpoint.head.size);
    TRY(stop_signing(paths, settings.witnesses[i], older));
    return older;
  }
  return still_stopped(paths, settings.witnesses, words);
}

Result<Nothing> confirm_memory(const Paths& paths, const Settings& settings, const std::string& log_key) {
  const std::optional<Remembered> last = TRY(remembered(paths, log_key));
  if (!last) return fail(Fault::NotFound, "the signer remembers nothing of this log", paths.signer_last());
  if (last->at_home) return Nothing{};
  if (settings.witnesses.empty())
    return fail(
        Fault::Refused,
        "cordon.toml names no witness ([log] witnesses), so nobody can confirm that this is the latest state of "
        "the log",
        paths.signer_last());
  const std::vector<WitnessWord> words =
      ask_witnesses(settings.witnesses, last->note, last->checkpoint, kSecondsToCosign);
  bool confirmed = false;
  std::string why = "no witness has seen just these " + std::to_string(last->checkpoint.head.size) + " lines";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const WitnessWord& word = words[i];
    if (word.seen == Seen::More || word.seen == Seen::Another)
      return older_than(settings.witnesses[i], word, last->checkpoint.head.size);
    confirmed = confirmed || word.seen == Seen::Same;
    if (word.seen != Seen::Same)
      why += "; " + settings.witnesses[i].key.name + ": " +
             (word.seen == Seen::Less ? "only " + std::to_string(word.size) : word.why);
  }
  if (!confirmed) return fail(Fault::Refused, why, paths.signer_last());
  return write_memory(paths.signer_last(), last->note);
}

Result<std::vector<Json>> cosign_now(Desk& desk) {
  if (desk.settings().witnesses.empty())
    return fail(Fault::Usage, "the settings name no witness ([log] witnesses)", desk.paths().settings());
  const Published shown = TRY(published(desk));
  std::vector<Json> lines;
  for (const WitnessAt& witness : desk.settings().witnesses) {
    Json line = Json::Object{{"witness", witness.key.name},
                             {"url", witness.url},
                             {"size", static_cast<std::int64_t>(shown.checkpoint.head.size)}};
    const bool waits = std::any_of(shown.waiting.begin(), shown.waiting.end(),
                                   [&](const WitnessAt& other) { return other.key == witness.key; });
    if (waits && !desk.witness_clerk()) {
      http::Client client;
      std::uint64_t seen = 0;
      const Result<std::string> answer = cosignature_of(
          client, witness, shown.note, shown.checkpoint, seen,
          [&](std::uint64_t old_size) {
            return consistency_proof(desk.paths().log(), old_size, shown.checkpoint.head.size);
          },
          nullptr);
      if (answer) {
        TRY(add_to_published(desk, shown.note, *answer, witness));
      } else {
        TRY(heed(desk, witness, answer.error(), seen, shown.checkpoint.head.size));
        line.set("why", answer.error().message);
      }
      line.set("state", answer ? "cosigned" : "waiting");
    } else {
      line.set("state", waits ? "asked" : "cosigned");
    }
    lines.push_back(std::move(line));
  }
  if (desk.witness_clerk()) desk.witness_clerk()();
  return lines;
}

Result<Nothing> log_cosign(Desk& desk, Call&, const Emit& emit) {
  for (const Json& line : TRY(cosign_now(desk))) emit(line);
  return Nothing{};
}

// ── while a desk is served ──

struct WitnessClerk::Work {
  struct State {
    std::uint64_t seen = 0;
    Instant not_before{};
    int failures = 0;
    std::string trouble = {};
  };

  Desk& desk;
  std::mutex& in_use;
  std::vector<WitnessAt> witnesses;
  std::vector<State> states;
  std::vector<http::Client> clients;
  std::atomic<bool> stop{false};
  bool hurry = true;
  std::mutex waiting = {};
  std::condition_variable wake = {};
  std::thread thread = {};

  void run() {
    for (;;) {
      {
        std::unique_lock lock(waiting);
        wake.wait_for(lock, std::chrono::milliseconds(kFirstWaitMs), [&] { return stop.load() || hurry; });
        hurry = false;
      }
      for (std::size_t i = 0; i < witnesses.size() && !stop; ++i) ask(i);
      if (stop) return;
    }
  }

  void ask(std::size_t i) {
    State& state = states[i];
    std::optional<Published> shown;
    {
      const std::lock_guard lock(in_use);
      if (desk.no_signing() || desk.now() < state.not_before) return;
      Result<Published> read = published(desk);
      if (!read) return;
      const bool waits = std::any_of(read->waiting.begin(), read->waiting.end(),
                                     [&](const WitnessAt& other) { return other.key == witnesses[i].key; });
      if (!waits) return;
      shown = *std::move(read);
    }
    const Result<std::string> answer = cosignature_of(
        clients[i], witnesses[i], shown->note, shown->checkpoint, state.seen,
        [&](std::uint64_t old_size) {
          const std::lock_guard lock(in_use);
          return consistency_proof(desk.paths().log(), old_size, shown->checkpoint.head.size);
        },
        &stop);
    if (stop) return;
    const std::lock_guard lock(in_use);
    const Result<Nothing> done =
        answer ? add_to_published(desk, shown->note, *answer, witnesses[i])
               : heed(desk, witnesses[i], answer.error(), state.seen, shown->checkpoint.head.size);
    const std::string trouble = !answer ? answer.error().message : !done ? done.error().message : std::string();
    if (trouble != state.trouble)
      say("the witness " + witnesses[i].key.name + (trouble.empty() ? " cosigns again" : ": " + trouble));
    state.trouble = trouble;
    // A longer log than was shown may be one that was published meanwhile: asked again at once, with that.
    if (trouble.empty() || (!answer && answer.error().fault == Fault::Conflict)) {
      state.failures = 0;
      return;
    }
    const std::int64_t wait = std::min(kLongestWaitMs, kFirstWaitMs << std::clamp(state.failures++, 0, 6));
    state.not_before = desk.now() + wait;
  }
};

WitnessClerk::WitnessClerk(Desk& desk, std::mutex& in_use) {
  const std::vector<WitnessAt>& witnesses = desk.settings().witnesses;
  if (witnesses.empty()) return;
  work_ = std::make_unique<Work>(desk, in_use, witnesses);
  work_->states.resize(witnesses.size());
  work_->clients.resize(witnesses.size());
  work_->thread = std::thread([work = work_.get()] { work->run(); });
  const std::lock_guard lock(in_use);
  desk.witness_clerk() = [work = work_.get()] {
    const std::lock_guard now(work->waiting);
    work->hurry = true;
    work->wake.notify_all();
  };
}

WitnessClerk::~WitnessClerk() {
  if (!work_) return;
  {
    const std::lock_guard lock(work_->in_use);
    work_->desk.witness_clerk() = nullptr;
  }
  {
    const std::lock_guard lock(work_->waiting);
    work_->stop = true;
  }
  work_->wake.notify_all();
  work_->thread.join();
}

}  // namespace cordon
