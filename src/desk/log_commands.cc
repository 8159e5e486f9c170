#include "desk/log_commands.h"

#include "base/files.h"
#include "base/text.h"
#include "desk/log_watch.h"
#include "desk/numbers.h"
#include "desk/witnesses.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/proof_file.h"
#include "ledger/tiles.h"
#include "ledger/tlog_proof.h"
#include "ledger/verify.h"
#include "store/store.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestProof = 1u << 20;

using LogKey = std::pair<std::string, PublicKey>;

Result<LogKey> log_key(const Paths& paths, const Json& arguments) {
  if (const std::string given = arguments.text_or("key"); !given.empty()) return parse_verifier_key(given);
  const std::string record = TRY(record_of(paths));
  const Store store = TRY(Store::open(record, TRY(open_blobs(paths, Blobs::Mode::Read)), Store::Mode::Read));
  return parse_verifier_key(TRY(store.founded()).log_key);
}

// A wrong log is the answer "no" (exit 1), with the place; not being able to look stays another fault.
Error verdict_no(Error error) {
  if (error.fault == Fault::Corrupt) error.fault = Fault::NotFound;
  error.message = "the log does not verify: " + error.message;
  return error;
}

Result<std::vector<WitnessKey>> witnesses_of(const Json& arguments) {
  std::vector<WitnessKey> out;
  if (arguments.find("witness") == nullptr) return out;
  for (const Json& item : TRY(arguments.list("witness"))) out.push_back(TRY(parse_witness_key(*item.string())));
  return out;
}

// The whole log, from its files; and that enough of the witnesses that were named cosigned it.
Result<Json> verify(const Paths& paths, const Json& arguments) {
  const LogKey key = TRY(log_key(paths, arguments));
  const std::vector<WitnessKey> witnesses = TRY(witnesses_of(arguments));
  const std::int64_t quorum = arguments.number_or("quorum", static_cast<std::int64_t>(witnesses.size()));
  if (quorum < 0 || quorum > static_cast<std::int64_t>(witnesses.size()))
    return fail(Fault::Usage, "--quorum is at most the number of --witness");
  const Result<LogCopy> log = LogCopy::of(arguments.text_or("place", arguments.text_or("folder", paths.log())));
  if (!log) return log.error().fault == Fault::NotFound ? verdict_no(log.error()) : log.error();
  const std::string& folder = log->folder();
  const Result<LogVerdict> verdict = verify_log(folder, key.first, key.second);
  if (!verdict) return verdict_no(verdict.error());
  const Note note = TRY(read_note(TRY(read_file(folder + "/checkpoint", kLargestProof))));
  const Result<std::vector<Cosigned>> cosigned = cosigned_by(note, witnesses);
  if (!cosigned) return verdict_no(cosigned.error());
  if (static_cast<std::int64_t>(cosigned->size()) < quorum)
    return fail(Fault::NotFound, "the log verifies, but is cosigned by " + std::to_string(cosigned->size()) + " of " +
                                     std::to_string(witnesses.size()) + " witnesses, and " + std::to_string(quorum) +
                                     " are asked for");
  Json line = Json::Object{{"verified", true},
                           {"origin", verdict->checkpoint.origin},
                           {"key", verifier_key(key.first, key.second)},
                           {"size", static_cast<std::int64_t>(verdict->checkpoint.head.size)},
                           {"root", verdict->checkpoint.head.root.hex()},
                           {"files", static_cast<std::int64_t>(verdict->tiles)}};
  Json::Array by;
  for (const Cosigned& one : *cosigned)
    by.push_back(Json::Object{{"witness", one.witness.name},
                              {"at", to_rfc3339({static_cast<std::int64_t>(one.seconds) * 1000})}});
  if (!witnesses.empty()) line.set("cosigned", std::move(by));
  if (Json corrected = TRY(corrections_in(folder, verdict->checkpoint.head.size)); !corrected.array()->empty())
    line.set("corrected", std::move(corrected));
  return line;
}

// C2SP tlog-proof; the line itself is its extra data, so that the file is enough with the log's key.
Result<Json> prove(const Paths& paths, const Json& arguments) {
  const std::int64_t index = TRY(parse_integer(TRY(arguments.text("index"))));
  if (index < 0) return fail(Fault::Usage, "lines are counted from 0");
  const LogKey key = TRY(log_key(paths, arguments));
  const InclusionProof found =
      TRY(prove_leaf(paths.log(), static_cast<std::uint64_t>(index), verifier_key(key.first, key.second)));
  return Json(Json::Object{{"index", index},
                           {"proof", write_tlog_proof({found.leaf, found.index, found.proof, found.checkpoint})}});
}

Result<Json> check_tlog_proof(const std::string& text, const LogKey& key, const std::vector<WitnessKey>& witnesses) {
  const TlogProof proof = TRY(read_tlog_proof(text));
  const Result<Nothing> verified = verify_inclusion_file(
      {proof.index, proof.extra, proof.proof, proof.checkpoint, verifier_key(key.first, key.second)}, key.first,
      key.second);
  if (!verified) return verdict_no(verified.error());
  const Result<std::vector<Cosigned>> cosigned = cosigned_by(TRY(read_note(proof.checkpoint)), witnesses);
  if (!cosigned) return verdict_no(cosigned.error());
  if (cosigned->size() < witnesses.size())
    return fail(Fault::NotFound, "cosigned by " + std::to_string(cosigned->size()) + " of " +
                                     std::to_string(witnesses.size()) + " witnesses");
  return Json(Json::Object{{"verified", true},
                           {"opened", false},
                           {"index", static_cast<std::int64_t>(proof.index)},
                           {"leaf", TRY(parse_json(proof.extra))}});
}

Result<Json> show_leaf(const Paths& paths, const Json& arguments) {
  const std::int64_t index = TRY(parse_integer(TRY(arguments.text("index"))));
  const LogKey key = TRY(log_key(paths, arguments));
  const std::string note = TRY(open_note(TRY(read_file(paths.checkpoint(), kLargestProof)), key.first, key.second));
  const Checkpoint checkpoint = TRY(read_checkpoint(note));
  if (index < 0 || static_cast<std::uint64_t>(index) >= checkpoint.head.size) {
    return fail(Fault::NotFound, "the log has " + std::to_string(checkpoint.head.size) + " lines, from 0");
  }
  return parse_json(TRY(read_leaf(paths.log(), checkpoint.head.size, static_cast<std::uint64_t>(index))));
}

Result<Json> check_proof(const Json& arguments, const std::vector<std::string>& files) {
  if (files.size() != 1) return fail(Fault::Usage, "one proof is checked at a time");
  const LogKey key = TRY(parse_verifier_key(TRY(arguments.text("key"))));
  const std::string text = TRY(read_file(files.front(), kLargestProof));
  if (text.starts_with("c2sp.org/tlog-proof@")) return check_tlog_proof(text, key, TRY(witnesses_of(arguments)));
  Json stored = TRY(parse_json(text));
  const Json opening = stored.find("opening") == nullptr ? Json() : *stored.find("opening");
  if (stored.object() != nullptr) stored.object()->erase("opening");
  const InclusionProof proof = TRY(read_inclusion(to_text(stored)));
  const Result<Nothing> verified = verify_inclusion_file(proof, key.first, key.second);
  if (!verified) return verdict_no(verified.error());
  const bool opened = !opening.is_null();
  if (opened && !opens(to_text(opening), proof.leaf))
    return fail(Fault::NotFound, "the opening does not open this line's commitment", files.front());
  return Json(Json::Object{{"verified", true},
                           {"opened", opened},
                           {"index", static_cast<std::int64_t>(proof.index)},
                           {"leaf", TRY(parse_json(proof.leaf))}});
}

Result<Json> recount_log(const Paths& paths, const Json& arguments, const std::vector<std::string>& folders) {
  if (folders.size() > 1) return fail(Fault::Usage, "one log is counted at a time");
  const LogKey key = TRY(log_key(paths, arguments));
  const Result<LogCopy> log = LogCopy::of(folders.empty() ? paths.log() : folders.front());
  if (!log) return log.error().fault == Fault::NotFound ? verdict_no(log.error()) : log.error();
  const Result<Recounted> counted = recount(log->folder(), key.first, key.second);
  if (!counted) return verdict_no(counted.error());
  if (arguments.find("csv") != nullptr) return Json(Json::Object{{"csv", counted->report.csv()}});
  return counted->report.json(counted->root);
}

Result<Json> continue_here(const Paths& paths) {
  const SystemClock clock;
  TRY(continue_log(paths, clock));
  return Json(Json::Object{{"log", TRY(load_settings(paths)).operator_.origin}, {"state", "continued"}});
}

}  // namespace

Result<Nothing> watch_command(const Json& arguments, const std::function<void(const Json&)>& tell) {
  const LogKey key = TRY(parse_verifier_key(TRY(arguments.text("key"))));
  const WatchedLog watched{TRY(arguments.text("url")), TRY(arguments.text("state")), key.first, key.second,
                           TRY(witnesses_of(arguments))};
  if (!is_url(watched.url)) return fail(Fault::Usage, "expected the address of a log, https://…", watched.url);
  if (arguments.find("once") != nullptr) {
    tell(TRY(watch_once(watched)));
    return Nothing{};
  }
  const std::int64_t seconds = arguments.number_or("every", 60);
  if (seconds < 1 || seconds > 86'400) return fail(Fault::Usage, "--every is 1 to 86400 seconds");
  return watch(watched, static_cast<int>(seconds), tell);
}

Result<Json> read_only_command(const Paths& paths, const std::string& command, const Json& arguments,
                               const std::vector<std::string>& files) {
  if (command == "log verify") return verify(paths, arguments);
  if (command == "log show") return show_leaf(paths, arguments);
  if (command == "log recount") return recount_log(paths, arguments, files);
  if (command == "log check") return check_proof(arguments, files);
  if (command == "log prove") return prove(paths, arguments);
  if (command == "log continue") return continue_here(paths);
  const std::string record = TRY(record_of(paths));
  if (command == "journal verify") return verify_journal(record, TRY(open_blobs(paths, Blobs::Mode::Read)));
  if (command == "journal replay") {
    const FileLock lock = TRY(FileLock::take(paths.lock()));
    return replay_journal(record, TRY(open_blobs(paths, Blobs::Mode::Read)));
  }
  return fail(Fault::Usage, "there is no command '" + command + "'");
}

}  // namespace cordon
