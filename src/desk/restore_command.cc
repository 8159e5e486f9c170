// In FOLDER.restoring first: settings and keys, then segment by segment the blobs and the rows of the journal, the
// tables folded from these, the tiles made from the lines and compared with the signed checkpoint, and everything read
// once more by `journal verify` and `log verify`. Then the log: it goes on only if the signer beside FOLDER remembers
// it as it now is. Only then FOLDER takes its name.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/secret.h"
#include "base/text.h"
#include "desk/backup_command.h"
#include "desk/desk.h"
#include "desk/flow.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "desk/signer.h"
#include "desk/witnesses.h"
#include "law/charter_digest.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"
#include "store/backup.h"
#include "store/postgres.h"

namespace cordon {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLeafIndexColumn = 8;  // of a journal's row, store/rows.h

Result<BackupKeys> read_keys(const std::string& path) {
  std::string text = TRY(read_file(path, 4096));
  std::map<std::string, std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) lines.emplace(trim(line.substr(0, space)), trim(line.substr(space + 1)));
  }
  wipe(text);
  const auto key = [&](const char* name) -> Result<CipherKey> {
    const Result<std::string> bytes = from_hex(lines[name]);
    const bool whole =
        bytes && bytes->size() == 36 && sha256(bytes->substr(0, 32)).view().substr(0, 4) == bytes->substr(32);
    if (!whole) return fail(Fault::Malformed, std::string("its line \"") + name + " …\" is missing or mistyped", path);
    return CipherKey::from_bytes(std::string_view(*bytes).substr(0, 32));
  };
  CipherKey record = TRY(key("record"));
  CipherKey items = TRY(key("items"));
  return BackupKeys{std::move(record), std::move(items)};
}

Result<std::int64_t> pick(std::vector<std::int64_t> numbers, std::int64_t wanted, const std::string& what,
                          const std::string& folder) {
  if (numbers.empty()) return fail(Fault::NotFound, "there is no " + what + " here", folder);
  if (wanted == 0) return numbers.back();
  if (std::find(numbers.begin(), numbers.end(), wanted) == numbers.end())
    return fail(Fault::NotFound, "there is no " + what + " of number " + std::to_string(wanted) + " here", folder);
  return wanted;
}

// Everything below, synced at once: a file system that fails at it has lost nothing of ours, for nothing was moved yet.
Result<Nothing> sync_all(const std::string& folder) {
  const Fd fd = TRY(open_file(folder, O_RDONLY | O_DIRECTORY));
  if (::syncfs(fd.get()) != 0) return system_error("cannot sync", errno, folder);
  return Nothing{};
}

class Restoring {
 public:
  Restoring(const Paths& paths, const RestoreFrom& from, const Clock& clock, Random& random, const Tell& tell)
      : paths_(paths), work_(paths.desk + ".restoring"), from_(from), clock_(clock), random_(random), tell_(tell) {}

  Result<Json> run() {
    const Instant began = clock_.now();
    TRY(is_empty());
    const BackupKeys keys = TRY(read_keys(from_.key_file));
    const std::int64_t number = TRY(pick(TRY(manifests_in(from_.folder)), from_.number, "backup", from_.folder));
    manifest_ = TRY(read_manifest(from_.folder, keys.record, number));
    const std::int64_t key_number =
        TRY(pick(TRY(key_parts_in(from_.keys_folder)), from_.keys_number, "copy of the keys", from_.keys_folder));
    key_part_ = TRY(read_key_part(from_.keys_folder, keys.items, key_number));
    if (key_part_.desk != manifest_.desk)
      return fail(Fault::Conflict, "these keys are of another desk, " + printable(key_part_.desk), from_.keys_folder);
    said_.set("restored", paths_.desk).set("number", manifest_.number).set("at", manifest_.at.ms);
    Result<Nothing> made = make(keys);
    if (made) made = move_into_place();
    if (!made) {
      clean();
      return made.error();
    }
    if (!signer_at_home_ && from_.new_log.empty()) TRY(continue_log(paths_, clock_));
    said_.set("seconds", (clock_.now() - began) / 1000);
    return said_;
  }

 private:
  Result<Nothing> is_empty() const {
    if (exists(paths_.desk) && !(is_folder(paths_.desk) && TRY(list_folder(paths_.desk)).empty()))
      return fail(Fault::Conflict, "there is something already; a desk is restored onto an empty place", paths_.desk);
    return Nothing{};
  }

  void clean() const {
    std::error_code ignored;
    fs::remove_all(work_.desk, ignored);
    fs::remove_all(work_.signer(), ignored);
    if (made_record_ && is_postgres(record_)) static_cast<void>(static_cast<bool>(remove_record(record_)));
  }

  Result<Nothing> make(const BackupKeys& keys) {
    std::error_code failed;
    fs::remove_all(work_.desk, failed);  // of one that was killed
    fs::remove_all(work_.signer(), failed);
    TRY(make_folder(work_.desk, 0700));
    TRY(write_settings());
    TRY(write_keys(keys));
    TRY(make_tables(keys));
    TRY(make_log());
    TRY(open_log());
    if (tell_) tell_("reading everything once more");
    const Result<Json> verdict = verify_journal(record_, TRY(open_blobs(work_, Blobs::Mode::Read)));
    if (!verdict) return verdict.error();
    const auto key = TRY(parse_verifier_key(founded_.log_key));
    const Result<LogVerdict> log = verify_log(work_.log(), key.first, key.second);
    if (!log) return log.error();
    said_.set("rows", verdict->number_or("rows", 0)).set("head", verdict->text_or("head"));
    said_.set("leaves", verdict->number_or("leaves", 0)).set("erased", verdict->number_or("erased", 0));
    return sync_all(work_.desk);
  }

  Result<Nothing> write_settings() {
    const Json::Object* files = manifest_.settings.object();
    if (files == nullptr) return fail(Fault::Corrupt, "the backup has no settings", from_.folder);
    for (const auto& [name, text] : *files) {
      if (name.find('/') != std::string::npos || text.string() == nullptr)
        return fail(Fault::Corrupt, "a file of settings that is none", printable(name));
      TRY(write_file(work_.desk + "/" + name, *text.string(), 0644));
    }
    if (!from_.database.empty()) {
      const std::string toml = TRY(read_file(work_.settings(), 4u << 20));
      TRY(write_file(work_.settings(), with_database(toml, from_.database), 0644));
    }
    // The evidence is laid in the desk's own folder, wherever it lay before; `cordon evidence move` takes it there
    // again.
    settings_ = TRY(load_settings(work_));
    if (settings_.blobs)
      TRY(write_file(work_.settings(), with_blobs(TRY(read_file(work_.settings(), 4u << 20)), ""), 0644));
    settings_ = TRY(load_settings(work_));
    record_ = record_of(work_, settings_);
    if (!is_postgres(record_) && !record_.starts_with(work_.desk + "/"))
      return fail(Fault::Usage, "the record would lie outside of the desk; give --database desk.db", record_);
    return Nothing{};
  }

  Result<Nothing> write_keys(const BackupKeys& keys) {
    TRY(make_folder(work_.keys(), 0700));
    TRY(make_folder(work_.keys() + "/officers", 0700));
    for (const auto& [name, bytes] : key_part_.files) {
      const std::string path = work_.keys() + "/" + name;
      TRY(make_folder(path.substr(0, path.rfind('/')), 0700));
      TRY(write_file(path, bytes, 0600));
    }
    TRY(write_key_file(work_.backup_key(), keys.record.view()));
    return write_key_file(work_.backup_items_key(), keys.items.view());
  }

  Result<Nothing> make_tables(const BackupKeys& keys) {
    TRY(make_folder(work_.evidence(), 0700));
    const Blobs blobs = TRY(open_blobs(work_, Blobs::Mode::Read));
    std::set<EvidenceId> erased;
    for (const EvidenceErased& one : key_part_.erased) erased.insert(one.evidence);
    SegmentReading segments(from_.folder, keys.record, manifest_, work_.evidence(), tell_);
    std::optional<Error> in_segment;  // what the copy itself is broken by is said as that
    const RowSource rows = [&]() -> Result<std::optional<SqlValues>> {
      Result<std::optional<SqlValues>> row = segments.next();
      if (!row) in_segment = row.error();
      if (row && *row)
        if (const auto* leaf = std::get_if<std::int64_t>(&(**row)[kLeafIndexColumn])) lines_of_copy_ = *leaf + 1;
      return row;
    };
    std::size_t next = 0;
    const RowSource openings = [&]() -> Result<std::optional<SqlValues>> {
      // Those of lines that came after the record's copy are of no line here.
      while (next < key_part_.openings.size()) {
        const auto& [index, text] = key_part_.openings[next++];
        if (index < lines_of_copy_) return std::optional(SqlValues{index, text});
      }
      return std::optional<SqlValues>();
    };
    const Result<Json> counts = make_record(record_, blobs, rows, openings, erased);
    if (in_segment) return *in_segment;
    if (!counts && counts.error().message.find("slot was never taken") != std::string::npos)
      return fail(Fault::Refused,
                  "the copy of the keys (" + to_rfc3339(key_part_.at) + ") is older than the backup (" +
                      to_rfc3339(manifest_.at) +
                      "), and what came between cannot be read: give newer keys, or "
                      "--number of an older backup",
                  counts.error().where);
    if (!counts) return counts.error();
    made_record_ = true;
    if (counts->text_or("head") != manifest_.head)
      return fail(Fault::Corrupt, "the journal ends in another row than the one that was copied", from_.folder);
    said_.set("blobs", segments.blobs());
    return Nothing{};
  }

  Result<Store> open_store(Store::Mode mode) const {
    Blobs blobs = TRY(open_blobs(work_, mode == Store::Mode::Write ? Blobs::Mode::Write : Blobs::Mode::Read));
    return Store::open(record_, std::move(blobs), mode);
  }

  // The tiles again from the lines, and their root under the signature.
  Result<Nothing> make_log() {
    const Store store = TRY(open_store(Store::Mode::Read));
    founded_ = TRY(store.founded());
    const auto key = TRY(parse_verifier_key(founded_.log_key));
    const Result<Checkpoint> checkpoint = open_checkpoint(manifest_.checkpoint, key.first, key.second);
    if (!checkpoint)
      return fail(Fault::Corrupt, "its checkpoint is not this log's: " + checkpoint.error().message, from_.folder);
    signed_ = checkpoint->head;
    TRY(make_folder(work_.log()));
    TreeHead made;
    while (made.size < signed_.size) {
      const std::uint64_t left = signed_.size - made.size;
      const std::vector<std::string> leaves = TRY(store.leaves(
          static_cast<std::int64_t>(made.size), static_cast<std::int64_t>(std::min<std::uint64_t>(left, 16'384))));
      if (leaves.empty()) break;
      made = TRY(append_leaves(work_.log(), made.size, leaves));
    }
    if (made != signed_)
      return fail(Fault::Corrupt, "the log's lines do not give the root that the checkpoint signs", from_.folder);
    return write_file(work_.checkpoint(), manifest_.checkpoint);
  }

  // Whether the signer beside the place remembers this very log, as far as the copy goes. Its last note, if it has one.
  Result<std::optional<TreeHead>> remembered() {
    if (!exists(paths_.signer_last())) return std::optional<TreeHead>();
    const auto key = TRY(parse_verifier_key(founded_.log_key));
    const Memory memory = TRY(read_memory(paths_.signer_last(), kLongestNote));
    const Result<Checkpoint> last = open_checkpoint(memory.text, key.first, key.second);
    if (!last) return std::optional<TreeHead>();  // of another log
    signer_at_home_ = memory.at_home;
    return std::optional(last->head);
  }

  Result<std::uint64_t> lines_of_record() const {
    const Store store = TRY(open_store(Store::Mode::Read));
    return static_cast<std::uint64_t>(TRY(store.leaf_count()));
  }

  // A copy that was made between a signature and its publication has the lines, and not yet the note.
  Result<Nothing> continued_to(std::uint64_t size) const {
    if (size <= signed_.size) return Nothing{};
    const Store store = TRY(open_store(Store::Mode::Read));
    const std::vector<std::string> leaves =
        TRY(store.leaves(static_cast<std::int64_t>(signed_.size), static_cast<std::int64_t>(size - signed_.size)));
    TRY(append_leaves(work_.log(), signed_.size, leaves));
    return Nothing{};
  }

  Result<Nothing> open_log() {
    const std::optional<TreeHead> last = TRY(remembered());
    const std::uint64_t lines = TRY(lines_of_record());
    std::string why;
    if (!last) {
      why = "no signer beside it remembers how far the log had gone";
    } else if (last->size > lines) {
      why = "this copy is older than what was signed: the log had gone on from " + std::to_string(lines) +
            " lines to " + std::to_string(last->size);
    } else {
      TRY(continued_to(last->size));
      if (TRY(head_from_tiles(work_.log(), last->size)) != *last)
        why = "the signer remembers another log of " + std::to_string(last->size) + " lines";
    }
    if (why.empty() && from_.new_log.empty() && !signer_at_home_) {
      const Result<Nothing> confirmed = may_continue(paths_, settings_, founded_.log_key);
      if (!confirmed && confirmed.error().fault != Fault::Refused) return confirmed.error();
      if (!confirmed) why = "the signer's memory was brought here from elsewhere: " + confirmed.error().message;
    }
    if (why.empty() && from_.new_log.empty()) {
      said_.set("log", founded_.origin);
      return apply_erasures({});
    }
    if (from_.new_log.empty())
      return fail(Fault::Refused,
                  why +
                      "; the old log is never signed twice. --new-log NAME begins a new one that names it "
                      "(docs/operations.md)",
                  paths_.signer());
    if (from_.new_log == founded_.origin)
      return fail(Fault::Usage, "a new log takes another name than the old one's", from_.new_log);
    return begin_log(last && last->size > lines ? static_cast<std::int64_t>(last->size - lines) : 0);
  }

  Result<Nothing> begin_log(std::int64_t lost) {
    TRY(make_folder(work_.signer(), 0700));
    const SecretKey key = SecretKey::generate(random_);
    std::string seed = key.seed();
    Result<Nothing> written = write_key_file(work_.log_key(), seed);  // over the old one's, which signs no more
    wipe(seed);
    TRY(std::move(written));
    const std::string toml = TRY(read_file(work_.settings(), 4u << 20));
    TRY(write_file(work_.settings(), with_origin(toml, from_.new_log), 0644));
    settings_ = TRY(load_settings(work_));
    if (settings_.operator_.origin != from_.new_log)
      return fail(Fault::Usage, "[operator] origin in cordon.toml is written in a way that cannot be changed here",
                  from_.folder);
    LogBegun event{from_.new_log,    verifier_key(from_.new_log, key.public_key()),           founded_.origin,
                   founded_.log_key, {static_cast<std::int64_t>(signed_.size), signed_.root}, lost};
    TRY(apply_erasures(std::move(event)));
    said_.set("log", from_.new_log).set("follows", founded_.origin).set("lost", lost);
    founded_ = TRY(TRY(open_store(Store::Mode::Read)).founded());
    return Nothing{};
  }

  // What the new log says first, and then what was erased after the copy was made: it stays erased, and on record.
  Result<Nothing> apply_erasures(std::optional<LogBegun> begun) {
    const Annex annex = TRY(load_annex(work_));
    const LeafFrame frame{settings_.operator_.origin, charter_digest(), annex.digest()};
    Store store = TRY(open_store(Store::Mode::Write));  // which destroys what the journal says was erased
    const Instant now = clock_.now();
    std::vector<Change> changes;
    if (begun) {
      const Leaf leaf{"log",
                      now,
                      begun->origin,
                      "",
                      "",
                      "",
                      "begun",
                      {"software"},
                      Json::Object{{"follows", begun->follows()}, {"lost", begun->lost}},
                      Json::Object{}};
      changes.push_back({*begun, "software", seal_leaf(leaf, frame, random_)});
    }
    std::int64_t again = 0;
    for (const EvidenceErased& event : key_part_.erased) {
      if (!TRY(is_held(event.evidence))) continue;
      const Leaf leaf{"custody",
                      event.at,
                      event.evidence.text(),
                      "",
                      "evidence",
                      "held",
                      "disposed",
                      {"custodian", "dpo"},
                      Json::Object{{"ground", name(event.ground)}},
                      Json::Object{{"case", event.case_id.text()}, {"blob", event.blob.hex()}}};
      changes.push_back({event, "software", seal_leaf(leaf, frame, random_)});
      ++again;
    }
    if (!changes.empty()) {
      TRY(store.append(changes, now));
      TRY(store.finish_erasures());
    }
    said_.set("erased_again", again);
    if (begun)  // the first note of a key is that of the empty log
      TRY(ask_signer(work_,
                     Checkpoint{settings_.operator_.origin, TreeHead{}, TRY(lines_below(store, settings_, frame))}));
    if (begun) TRY(publish(store, work_, settings_, frame, now));
    return Nothing{};
  }

  // By this copy, and not erased in it.
  Result<bool> is_held(const EvidenceId& evidence) const {
    Database record = TRY(Database::open(record_, Database::Open::Read));
    return TRY(record.number("SELECT count(*) FROM evidence WHERE id = $1 AND id NOT IN (SELECT evidence FROM erasure)",
                             {evidence.text()})) > 0;
  }

  // The signer's memory of a new log beside the place, and what it remembered before put aside; then the desk itself.
  Result<Nothing> move_into_place() {
    if (exists(work_.signer_last())) {
      TRY(make_folder(paths_.signer(), 0700));
      if (exists(paths_.signer_last())) {
        const std::string aside = paths_.signer() + "/last-before-" + std::to_string(clock_.now().ms);
        if (::rename(paths_.signer_last().c_str(), aside.c_str()) != 0)
          return system_error("cannot put aside", errno, aside);
      }
      ::unlink(paths_.signer_stopped().c_str());  // of the log before
      if (::rename(work_.signer_last().c_str(), paths_.signer_last().c_str()) != 0)
        return system_error("cannot move", errno, paths_.signer_last());
      TRY(sync_folder(paths_.signer()));
      ::rmdir(work_.signer().c_str());
    }
    if (::rename(work_.desk.c_str(), paths_.desk.c_str()) != 0) return system_error("cannot move", errno, paths_.desk);
    const std::size_t slash = paths_.desk.rfind('/');
    return sync_folder(slash == std::string::npos ? "." : slash == 0 ? "/" : paths_.desk.substr(0, slash));
  }

  const Paths& paths_;
  Paths work_;
  const RestoreFrom& from_;
  const Clock& clock_;
  Random& random_;
  const Tell& tell_;
  Manifest manifest_;
  KeyPart key_part_;
  Settings settings_;
  std::string record_;
  DeskFounded founded_;
  TreeHead signed_;
  std::int64_t lines_of_copy_ = 0;
  bool made_record_ = false;
  bool signer_at_home_ = true;
  Json said_ = Json::Object{};
};

}  // namespace

Result<Json> restore(const Paths& paths, const RestoreFrom& from, const Clock& clock, Random& random,
                     const Tell& tell) {
  return Restoring(paths, from, clock, random, tell).run();
}

std::string restore_in_words(const Json& line) {
  const auto number = [&](const char* key) { return std::to_string(line.number_or(key, 0)); };
  std::string words = "restored to " + printable(line.text_or("restored"), 300) + ", as it was at " +
                      to_rfc3339({line.number_or("at", 0)}) + ": " + number("rows") + " journal rows, " +
                      number("blobs") + " items, " + number("leaves") +
                      " lines of the log; all of it read and verified in " + number("seconds") + " s\n";
  if (line.number_or("erased_again", 0) > 0)
    words += number("erased_again") + " pieces that were erased after this copy was made stay erased\n";
  if (line.find("follows") != nullptr)
    words += "A new log, " + printable(line.text_or("log"), 200) + ", follows " +
             printable(line.text_or("follows"), 200) +
             ". Publish its key and name, and tell the peers; what had been signed after the copy is lost.\n";
  else
    words += "The log goes on as it was.\n";
  return words;
}

}  // namespace cordon
