#include "desk/log_commands.h"

#include "base/files.h"
#include "base/text.h"
#include "desk/numbers.h"
#include "ledger/checkpoint.h"
#include "ledger/proof_file.h"
#include "ledger/tiles.h"
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

Result<Json> verify(const Paths& paths, const Json& arguments) {
  const LogKey key = TRY(log_key(paths, arguments));
  const Result<LogVerdict> verdict = verify_log(arguments.text_or("folder", paths.log()), key.first, key.second);
  if (!verdict) return verdict_no(verdict.error());
  return Json(Json::Object{{"verified", true},
                           {"origin", verdict->checkpoint.origin},
                           {"size", static_cast<std::int64_t>(verdict->checkpoint.head.size)},
                           {"root", verdict->checkpoint.head.root.hex()},
                           {"files", static_cast<std::int64_t>(verdict->tiles)}});
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
  Json stored = TRY(parse_json(TRY(read_file(files.front(), kLargestProof))));
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
  const Result<Recounted> counted = recount(folders.empty() ? paths.log() : folders.front(), key.first, key.second);
  if (!counted) return verdict_no(counted.error());
  if (arguments.find("csv") != nullptr) return Json(Json::Object{{"csv", counted->report.csv()}});
  return counted->report.json(counted->root);
}

}  // namespace

Result<Json> read_only_command(const Paths& paths, const std::string& command, const Json& arguments,
                               const std::vector<std::string>& files) {
  if (command == "log verify") return verify(paths, arguments);
  if (command == "log show") return show_leaf(paths, arguments);
  if (command == "log recount") return recount_log(paths, arguments, files);
  if (command == "log check") return check_proof(arguments, files);
  const std::string record = TRY(record_of(paths));
  if (command == "journal verify") return verify_journal(record, TRY(open_blobs(paths, Blobs::Mode::Read)));
  if (command == "journal replay") {
    const FileLock lock = TRY(FileLock::take(paths.lock()));
    return replay_journal(record, TRY(open_blobs(paths, Blobs::Mode::Read)));
  }
  return fail(Fault::Usage, "there is no command '" + command + "'");
}

}  // namespace cordon
