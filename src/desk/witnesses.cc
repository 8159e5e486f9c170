#include "desk/witnesses.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <set>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "desk/acts.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "desk/memory_file.h"
#include "law/charter_digest.h"
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

struct Published {
  std::string note;
  Checkpoint checkpoint;
};
Result<Published> published(const Paths& paths) {
  Published out{TRY(read_file(paths.checkpoint(), kLongestNote)), {}};
  out.checkpoint = TRY(read_checkpoint(TRY(read_note(out.note)).text));
  return out;
}
bool has_cosigned(const Published& shown, const WitnessAt& witness) {
  const Result<Note> note = read_note(shown.note);
  const auto found = note ? cosigned_by(*note, std::vector{witness.key}) : Result<std::vector<Cosigned>>(note.error());
  return found && !found->empty();
}

// Shows it to one witness. `seen` is what it was thought to have seen, and becomes what it has; from more than `most`
// lines nothing goes on to this. `prove` gives the proof from that size.
WitnessWord show_to(http::Client& client, const WitnessAt& witness, const Published& shown, std::uint64_t& seen,
                    std::uint64_t most, const std::function<Result<Proof>(std::uint64_t)>& prove,
                    const std::atomic<bool>* stop) {
  const auto none = [](std::string why) { return WitnessWord{Seen::NoAnswer, 0, {}, std::move(why)}; };
  const std::uint64_t size = shown.checkpoint.head.size;
  for (int turn = 0; turn < kTurns; ++turn) {
    AddCheckpoint request{std::min(seen, most), {}, shown.note};
    if (request.old_size > 0 && request.old_size < size) {
      Result<Proof> proof = prove(request.old_size);
      if (!proof) return none(proof.error().message);
      request.proof = *std::move(proof);
    }
    Result<Asked> answer = add_checkpoint(client, witness, request, kSecondsToCosign, stop);
    if (!answer) return none(answer.error().message);
    if (answer->status == 200) {
      if (const Result<std::string> cosigned = with_cosignature(shown.note, answer->body, witness.key); !cosigned)
        return none(cosigned.error().message);
      seen = size;
      return {Seen::Same, size, std::move(answer->body), {}};
    }
    if (answer->status == 422 && request.old_size == size) return {Seen::Another, size, {}, {}};
    if (answer->status == 404) return none("it does not follow this log");
    if (answer->status != 409) return none("it answers " + std::to_string(answer->status));
    seen = answer->size;
    if (seen > most) return {Seen::More, seen, {}, {}};
  }
  return none("the size that it has seen changes from answer to answer");
}

struct Remembered {
  std::string note;
  Checkpoint checkpoint;
  bool at_home;
  std::optional<Instant> at;
};
Result<std::optional<Remembered>> remembered(const Paths& paths, const std::string& log_key) {
  if (!exists(paths.signer_last())) return std::optional<Remembered>();
  Memory memory = TRY(read_memory(paths.signer_last(), kLongestNote));
  const auto key = TRY(parse_verifier_key(log_key));
  Result<Checkpoint> checkpoint = open_checkpoint(memory.text, key.first, key.second);
  if (!checkpoint) return std::optional<Remembered>();  // the signer says so when it is asked
  return std::optional(Remembered{std::move(memory.text), *std::move(checkpoint), memory.at_home, memory.at});
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

// ── what was heard ──

Result<Nothing> keep_heard(const Paths& paths, const Heard& heard) {
  Json::Object at, silent;
  for (const auto& [key, when] : heard.at) at.emplace(key, to_rfc3339(when));
  for (const auto& [key, when] : heard.silent) silent.emplace(key, to_rfc3339(when));
  return write_file(paths.heard(), to_text(Json::Object{{"cosigned", heard.cosigned},
                                                        {"at", std::move(at)},
                                                        {"silent", std::move(silent)},
                                                        {"late", heard.late},
                                                        {"late_at", to_rfc3339(heard.late_at)}}) +
                                       "\n");
}

Result<bool> has_quorum(const Settings& settings, const std::string& note) {
  std::vector<WitnessKey> keys;
  for (const WitnessAt& one : settings.witnesses) keys.push_back(one.key);
  return static_cast<std::int64_t>(TRY(cosigned_by(TRY(read_note(note)), keys)).size()) >= settings.quorum;
}

// Adds the cosignature to the published checkpoint, if that is still the one that was shown.
Result<Nothing> add_to_published(const Paths& paths, const Settings& settings, const Published& shown,
                                 const std::string& answer, const WitnessAt& witness, Heard& heard) {
  const std::string now = TRY(read_file(paths.checkpoint(), kLongestNote));
  if (TRY(read_note(now)).text != TRY(read_note(shown.note)).text) return Nothing{};
  const std::string more = TRY(with_cosignature(now, answer, witness.key));
  TRY(write_file(paths.checkpoint(), more));
  if (TRY(has_quorum(settings, more))) heard.cosigned = more;
  return Nothing{};
}

// What comes of a witness's word: its line stands under the checkpoint, or signing ends. Why it does not, empty where
// it does.
Result<std::string> take_word(Desk& desk, const WitnessAt& witness, const Published& shown, const WitnessWord& word) {
  Heard heard = TRY(heard_of_witnesses(desk.paths()));
  const std::string key = witness_vkey(witness.key);
  if (word.seen == Seen::Same) {
    TRY(add_to_published(desk.paths(), desk.settings(), shown, word.cosignature, witness, heard));
    heard.at[key] = desk.now();
    heard.silent.erase(key);
    TRY(keep_heard(desk.paths(), heard));
    return std::string();
  }
  if (heard.silent.emplace(key, desk.now()).second) TRY(keep_heard(desk.paths(), heard));
  if (word.seen != Seen::More && word.seen != Seen::Another) return word.why;
  const std::optional<Remembered> last = TRY(remembered(desk.paths(), TRY(desk.store().founded()).log_key));
  // A longer log than was shown may be one that was published meanwhile.
  if (word.seen == Seen::More && last && word.size <= last->checkpoint.head.size)
    return "it has seen a log of " + std::to_string(word.size) + " lines";
  desk.no_signing() = older_than(witness, word, last ? last->checkpoint.head.size : shown.checkpoint.head.size);
  say(desk.no_signing()->message);
  TRY(stop_signing(desk.paths(), witness, *desk.no_signing()));
  return desk.no_signing()->message;
}

// ── another place goes on ──

// A line of `cordon log continue` is the same bytes wherever the same log is continued from, so that two places that do
// so at once sign one and the same head, which only one of them is given.
class SameBytes final : public Random {
 public:
  explicit SameBytes(const Digest& of) : of_(of) {}
  std::string bytes(std::size_t count) override {
    std::string out;
    while (out.size() < count) out += of_.view();
    out.resize(count);
    return out;
  }

 private:
  Digest of_;
};

struct Claim {
  std::uint64_t from = 0;         // how many lines the memory had that came here
  std::set<std::string> granted;  // the witnesses who cosigned what follows, by verifier key
};
Result<std::optional<Claim>> begun_claim(const Paths& paths) {
  if (!exists(paths.signer_claim())) return std::optional<Claim>();
  const Memory memory = TRY(read_memory(paths.signer_claim(), kLongestNote));
  if (!memory.at_home) return std::optional<Claim>();  // another place's: what was given there was not given here
  const Json stored = TRY(parse_json(memory.text));
  Claim claim{static_cast<std::uint64_t>(TRY(stored.number("from"))), {}};
  for (const Json& key : TRY(stored.list("granted"))) claim.granted.insert(key.string() ? *key.string() : "");
  return std::optional(std::move(claim));
}
Result<Nothing> keep_claim(const Paths& paths, const Claim& claim) {
  Json::Array granted;
  for (const std::string& key : claim.granted) granted.emplace_back(key);
  return write_memory(paths.signer_claim(), to_text(Json::Object{{"from", static_cast<std::int64_t>(claim.from)},
                                                                 {"granted", std::move(granted)}}));
}

SealedLeaf line_of_claim(const LogContinued& event, Instant at, const LeafFrame& frame) {
  SameBytes same(event.from.root);
  return seal_leaf({"log",
                    at,
                    frame.desk,
                    "",
                    "",
                    "signed",
                    "continued",
                    {"software"},
                    Json::Object{{"from", event.from.size}},
                    Json::Object{}},
                   frame, same);
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
  if (exists(paths.signer_claim()))
    return fail(
        Fault::Refused,
        "`cordon log continue` was begun here and not finished: nothing is signed before the witnesses gave it; "
        "say it again",
        paths.signer_claim());
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

Result<Nothing> may_continue(const Paths& paths, const Settings& settings, const std::string& log_key) {
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
  return Nothing{};
}

Result<Nothing> continue_log(const Paths& paths, const Clock& clock) {
  const std::string record = TRY(record_of(paths));
  const FileLock lock = TRY(FileLock::take(paths.lock()));
  const Settings settings = TRY(load_settings(paths));
  const LeafFrame frame{settings.operator_.origin, charter_digest(), TRY(load_annex(paths)).digest()};
  Store store = TRY(Store::open(record, TRY(open_blobs(paths, Blobs::Mode::Write)), Store::Mode::Write));
  const std::string log_key = TRY(store.founded()).log_key;
  const std::optional<Remembered> last = TRY(remembered(paths, log_key));
  if (!last) return fail(Fault::NotFound, "the signer remembers nothing of this log", paths.signer_last());
  std::optional<Claim> claim = TRY(begun_claim(paths));
  if (!claim) {
    if (last->at_home) return Nothing{};
    TRY(may_continue(paths, settings, log_key));
    claim = Claim{last->checkpoint.head.size, {}};
    TRY(keep_claim(paths, *claim));  // before the memory is this place's, so that nothing else is signed meanwhile
  }
  if (!last->at_home) TRY(write_memory(paths.signer_last(), last->note, last->at));
  const TreeHead from = TRY(head_from_tiles(paths.log(), claim->from));
  const LogContinued event{{static_cast<std::int64_t>(from.size), from.root}};
  const std::string token = "log continue " + std::to_string(from.size) + " " + from.root.hex();
  if (!TRY(store.answer_to(token))) {
    Instant at{0};  // of the line before: the same at every place that has it
    if (from.size > 0)
      at = TRY(parse_rfc3339(TRY(TRY(parse_json(TRY(read_leaf(paths.log(), from.size, from.size - 1)))).text("t"))));
    TRY(store.append({{event, "software", line_of_claim(event, at, frame)}}, clock.now(), token, Json::Object{}));
  }
  TRY(publish(store, paths, settings, frame, clock.now()));
  const Published shown = TRY(published(paths));
  Heard heard = TRY(heard_of_witnesses(paths));
  std::string why;
  for (const WitnessAt& witness : settings.witnesses) {
    const std::string key = witness_vkey(witness.key);
    if (claim->granted.contains(key)) continue;
    http::Client client;
    std::uint64_t seen = claim->from;
    const WitnessWord word = show_to(
        client, witness, shown, seen, claim->from,
        [&](std::uint64_t old_size) { return consistency_proof(paths.log(), old_size, shown.checkpoint.head.size); },
        nullptr);
    if (word.seen != Seen::Same) {
      why += "; " + witness.key.name + ": " +
             (word.seen == Seen::NoAnswer ? word.why : "it has seen " + std::to_string(word.size) + " lines already");
      continue;
    }
    claim->granted.insert(key);
    TRY(keep_claim(paths, *claim));
    TRY(add_to_published(paths, settings, shown, word.cosignature, witness, heard));
    heard.at[key] = clock.now();
  }
  TRY(keep_heard(paths, heard));
  if (2 * claim->granted.size() <= settings.witnesses.size())
    return fail(Fault::Refused,
                "more than half of the witnesses must cosign that the log goes on here, and " +
                    std::to_string(claim->granted.size()) + " of " + std::to_string(settings.witnesses.size()) +
                    " did; nothing is signed here until then" + why,
                paths.signer_claim());
  if (::unlink(paths.signer_claim().c_str()) != 0) return system_error("cannot remove", errno, paths.signer_claim());
  return sync_folder(paths.signer());
}

// ── letters ──

Result<Heard> heard_of_witnesses(const Paths& paths) {
  Heard heard;
  if (!exists(paths.heard())) return heard;
  const Json stored = TRY(parse_json(TRY(read_file(paths.heard(), 2 * kLongestNote))));
  heard.cosigned = TRY(stored.text("cosigned"));
  const auto read = [&](const char* member, std::map<std::string, Instant>& into) -> Result<Nothing> {
    const Json* times = stored.find(member);
    if (times == nullptr || times->object() == nullptr) return Nothing{};
    for (const auto& [key, when] : *times->object())
      into[key] = TRY(parse_rfc3339(when.string() ? *when.string() : std::string()));
    return Nothing{};
  };
  TRY(read("at", heard.at));
  TRY(read("silent", heard.silent));
  heard.late = TRY(stored.number("late"));
  heard.late_at = TRY(parse_rfc3339(TRY(stored.text("late_at"))));
  return heard;
}

Result<std::optional<LetterNote>> note_for_letter(Desk& desk, std::int64_t leaf_index, Instant since) {
  const Settings& settings = desk.settings();
  std::string note = TRY(read_file(desk.paths().checkpoint(), kLongestNote));
  if (TRY(has_quorum(settings, note))) return std::optional(LetterNote{std::move(note)});
  const Heard heard = TRY(heard_of_witnesses(desk.paths()));
  if (!heard.cosigned.empty()) {
    const auto key = TRY(parse_verifier_key(TRY(desk.store().founded()).log_key));
    const Result<Checkpoint> cosigned = open_checkpoint(heard.cosigned, key.first, key.second);
    const bool has_it = cosigned && cosigned->head.size > static_cast<std::uint64_t>(leaf_index);
    if (has_it && TRY(has_quorum(settings, heard.cosigned))) return std::optional(LetterNote{heard.cosigned});
  }
  const std::int64_t waited = desk.now() - since;  // less than nothing: a clock that was turned back
  if (waited >= 0 && waited < settings.quorum_minutes * 60'000) {
    desk.letter_waits() = true;
    return std::optional<LetterNote>();
  }
  return std::optional(LetterNote{std::move(note), true});
}

Result<Nothing> left_late(Desk& desk) {
  Heard heard = TRY(heard_of_witnesses(desk.paths()));
  ++heard.late;
  heard.late_at = desk.now();
  return keep_heard(desk.paths(), heard);
}

// ── cosignatures ──

namespace {

// Those that waited for the witnesses; what still may not leave is tried again by the daily job, which says why.
void let_letters_leave(Desk& desk) {
  if (!std::exchange(desk.letter_waits(), false)) return;
  const Result<std::int64_t> sent = send_what_waits(desk);
  if (!sent) say("a letter did not leave: " + sent.error().message);
}

}  // namespace

Result<std::vector<Json>> cosign_now(Desk& desk) {
  if (desk.settings().witnesses.empty())
    return fail(Fault::Usage, "the settings name no witness ([log] witnesses)", desk.paths().settings());
  const Published shown = TRY(published(desk.paths()));
  std::vector<Json> lines;
  for (const WitnessAt& witness : desk.settings().witnesses) {
    Json line = Json::Object{{"witness", witness.key.name},
                             {"url", witness.url},
                             {"size", static_cast<std::int64_t>(shown.checkpoint.head.size)}};
    std::string state = "cosigned";
    if (!has_cosigned(shown, witness)) {
      state = "asked";
      if (!desk.witness_clerk()) {
        http::Client client;
        std::uint64_t seen = 0;
        const std::uint64_t size = shown.checkpoint.head.size;
        const WitnessWord word = show_to(
            client, witness, shown, seen, size,
            [&](std::uint64_t old_size) { return consistency_proof(desk.paths().log(), old_size, size); }, nullptr);
        const std::string why = TRY(take_word(desk, witness, shown, word));
        state = why.empty() ? "cosigned" : "waiting";
        if (!why.empty()) line.set("why", why);
      }
    }
    line.set("state", state);
    lines.push_back(std::move(line));
  }
  if (desk.witness_clerk()) {
    desk.witness_clerk()();
  } else {
    let_letters_leave(desk);
  }
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
      const std::lock_guard lock(in_use);
      let_letters_leave(desk);
    }
  }

  void ask(std::size_t i) {
    State& state = states[i];
    std::optional<Published> shown;
    {
      const std::lock_guard lock(in_use);
      if (desk.no_signing() || desk.now() < state.not_before) return;
      Result<Published> read = published(desk.paths());
      if (!read || has_cosigned(*read, witnesses[i])) return;
      shown = *std::move(read);
    }
    const std::uint64_t size = shown->checkpoint.head.size;
    const WitnessWord word = show_to(
        clients[i], witnesses[i], *shown, state.seen, size,
        [&](std::uint64_t old_size) {
          const std::lock_guard lock(in_use);
          return consistency_proof(desk.paths().log(), old_size, size);
        },
        &stop);
    if (stop) return;
    const std::lock_guard lock(in_use);
    const Result<std::string> taken = take_word(desk, witnesses[i], *shown, word);
    const std::string trouble = taken ? *taken : taken.error().message;
    if (trouble != state.trouble)
      say("the witness " + witnesses[i].key.name + (trouble.empty() ? " cosigns again" : ": " + trouble));
    state.trouble = trouble;
    // A longer log than was shown may be one that was published meanwhile: asked again at once, with that.
    if (trouble.empty() || word.seen == Seen::More) {
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
