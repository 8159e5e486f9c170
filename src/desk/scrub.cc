// In this order: the evidence blob by blob, the keys, the sorted runs, the log, the indexes, and last the journal,
// which is folded again and compared with every table. The state, desk/scrub.json, is written between two of these and,
// in the evidence, every few seconds:
//
//   {"after": "3fa9…", "began": 1790000000000, "broken": […], "last": {…}, "stage": "evidence"}
#include "desk/scrub.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/text.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "ledger/tree.h"
#include "ledger/verify.h"
#include "match/generation.h"
#include "store/named_blobs.h"
#include "store/postgres.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestState = 1u << 20;
constexpr std::size_t kMostKept = 100;  // broken things in the state
constexpr auto kBetweenStates = std::chrono::seconds(5);
constexpr const char* kStages[] = {"evidence", "keys", "runs", "log", "index", "journal"};

using Steady = std::chrono::steady_clock;

class Scrub {
 public:
  Scrub(const Paths& paths, const ScrubAs& as, const Clock& clock, const Emit& emit, const Tell& tell)
      : paths_(paths), as_(as), clock_(clock), emit_(emit), tell_(tell) {}

  Result<Nothing> run() {
    TRY(begin());
    for (const char* stage : kStages) {
      if (!stage_.empty() && stage_ != stage) continue;  // done before it was stopped
      stage_ = stage;
      TRY(write_state());
      if (tell_) tell_("reading " + stage_);
      TRY(read(stage_));
      stage_.clear();
      after_.clear();
    }
    return end();
  }

 private:
  Result<Nothing> read(const std::string& stage) {
    if (stage == "evidence") return evidence();
    if (stage == "keys") return keys();
    if (stage == "runs") return runs();
    if (stage == "log") return log();
    if (stage == "index") return index();
    return journal();
  }

  // ── how far it is ──

  Result<Nothing> begin() {
    record_ = TRY(record_of(paths_));
    settings_ = TRY(load_settings(paths_));
    began_ = clock_.now();
    if (!exists(paths_.scrub_state())) return Nothing{};
    const Result<std::string> text = read_file(paths_.scrub_state(), kLargestState);
    const Result<Json> state = text ? parse_json(*text) : Result<Json>(text.error());
    if (!state) return Nothing{};  // it begins anew, and the next state replaces this one
    if (const Json* last = state->find("last")) last_ = *last;
    const std::string stage = state->text_or("stage");
    if (!as_.pace || std::find(std::begin(kStages), std::end(kStages), stage) == std::end(kStages)) return Nothing{};
    stage_ = stage;
    after_ = state->text_or("after");
    began_ = Instant{state->number_or("began", began_.ms)};
    if (const Result<Json::Array> broken = state->list("broken")) broken_ = *broken;
    found_ = state->number_or("found", 0);
    return Nothing{};
  }

  Result<Nothing> write_state() const {
    Json state = Json::Object{{"began", began_.ms}, {"stage", stage_}, {"after", after_}, {"broken", broken_}};
    state.set("found", found_).set("last", last_);
    return write_file(paths_.scrub_state(), to_text(state) + "\n", 0600);
  }

  Result<Nothing> end() {
    last_ = Json::Object{{"at", clock_.now().ms}, {"broken", found_}};
    if (!broken_.empty())
      last_.set("first", broken_.front().text_or("where") + ": " + broken_.front().text_or("message"));
    counts_.set("scrub", found_ == 0 ? "sound" : "broken").set("broken", found_);
    counts_.set("seconds", (clock_.now() - began_) / 1000);
    stage_ = "";
    const std::string first = broken_.empty() ? "" : broken_.front().text_or("where");
    broken_.clear();
    TRY(write_state());
    emit_(counts_);
    if (found_ > 0)
      return fail(Fault::Corrupt, std::to_string(found_) + " things are broken, the first of them", first);
    return Nothing{};
  }

  void broken(const std::string& what, const Error& error, const Json& whose = {}) {
    Json line = Json::Object{{"broken", what}, {"where", error.where}, {"message", error.message}};
    if (const Json::Object* members = whose.object())
      for (const auto& [name, value] : *members) line.set(name, value);
    ++found_;
    if (broken_.size() < kMostKept) broken_.push_back(line);
    emit_(line);
  }
  // What cannot be looked at is no finding: the disk or the database is to be there first. A file that is missing, or
  // is not of its format, is one.
  Result<Nothing> found(const std::string& what, const Error& error) {
    if (error.fault == Fault::Unavailable || error.fault == Fault::Full || error.fault == Fault::Usage) return error;
    broken(what, error);
    return Nothing{};
  }

  // ── the evidence ──

  // The files first and then who names them: whatever was named when the files were looked at is named now.
  Result<Nothing> evidence() {
    Result<Blobs> opened = open_blobs(paths_, Blobs::Mode::Read);
    if (!opened) {
      TRY(found("keys", opened.error()));
      return Nothing{};  // without them nothing can be read; the journal's stage will say so of each thing it needs
    }
    const Blobs& blobs = *opened;
    const std::vector<Blobs::Lying> files = TRY(blobs.lying());
    Database record = TRY(Database::open(record_, Database::Open::Read));
    const std::vector<NamedBlob> named = TRY(blobs_of_record(record));
    std::int64_t bytes = 0, erased = 0;
    std::set<Digest> there;
    for (const Blobs::Lying& file : files) {
      if (!file.address) continue;
      there.insert(*file.address);
      bytes += file.size;
    }
    Steady::time_point told = Steady::now();
    std::int64_t done = 0;
    for (const NamedBlob& one : named) {
      ++done;
      if (one.erased) ++erased;
      const std::string hex = one.address.hex();
      if (hex <= after_) continue;
      const std::string where = paths_.evidence() + "/" + hex.substr(0, 2) + "/" + hex;
      Result<Nothing> sound = Nothing{};
      std::int64_t size = 0;
      if (one.erased) {
        const Result<bool> gone = blobs.erased(one.address, one.key);
        if (!gone) sound = gone.error();
      } else {
        sound = blobs.check(one.address);
        const auto file = std::lower_bound(files.begin(), files.end(), hex.substr(0, 2) + "/" + hex,
                                           [](const Blobs::Lying& a, const std::string& b) { return a.name < b; });
        if (file != files.end()) size = file->size;
      }
      if (!sound && !(TRY(erased_since(record, one)))) {
        Error error = sound.error();
        if (error.fault == Fault::NotFound && !there.contains(one.address)) error.message = "the file is gone";
        if (error.where.find(hex) == std::string::npos) error.where = where;
        broken("evidence", error, TRY(row_in_words(record, one.row)));
      }
      after_ = hex;
      if (Steady::now() - told > kBetweenStates) {
        told = Steady::now();
        TRY(write_state());
        if (tell_)
          tell_("evidence: " + std::to_string(done) + " of " + std::to_string(named.size()) + ", " +
                std::to_string(found_) + " broken");
      }
      if (as_.pace) std::this_thread::sleep_for(std::chrono::microseconds((size + 4096) * 1'000'000 / *as_.pace));
    }
    std::int64_t left_over = 0, left_over_bytes = 0, old = 0;
    for (const Blobs::Lying& file : files) {
      const bool is_named = file.address && std::binary_search(named.begin(), named.end(), NamedBlob{*file.address},
                                                               [](const NamedBlob& a, const NamedBlob& b) {
                                                                 return a.address < b.address;
                                                               });
      if (is_named) continue;
      ++left_over;
      left_over_bytes += file.size;
      old += SystemClock().now() - file.changed > kLeftOverAfter ? 1 : 0;
      if (left_over <= static_cast<std::int64_t>(kMostKept))
        emit_(Json::Object{{"left_over", paths_.evidence() + "/" + file.name},
                           {"size", file.size},
                           {"since", to_rfc3339(file.changed)}});
    }
    counts_.set("blobs", named.size()).set("bytes", bytes).set("erased", erased);
    counts_.set("left_over", left_over).set("left_over_bytes", left_over_bytes).set("left_over_old", old);
    return Nothing{};
  }

  // Erased between our look at the journal and our look at the file.
  static Result<bool> erased_since(Database& record, const NamedBlob& blob) {
    return !blob.erased && TRY(row_that_erases(record, blob.address)) > blob.row;
  }

  // ── the keys ──

  Result<Nothing> keys() {
    const Result<Blobs> opened = open_blobs(paths_, Blobs::Mode::Read);
    std::int64_t slots = 0;
    if (!opened) {
      TRY(found("keys", opened.error()));
    } else if (const std::optional<KeyStore>& store = opened->keys()) {
      slots = store->taken();
      for (KeyStore::Number number = 1; number <= store->taken(); ++number) {
        const Result<ItemKey> key = store->read(number);
        if (!key && key.error().fault != Fault::NotFound) TRY(found("keys", key.error()));  // NotFound: erased
      }
    }
    for (const std::string& path : {paths_.report_key(), paths_.log_key()}) {
      if (const Result<std::string> key = read_key_file(path); !key) TRY(found("keys", key.error()));
    }
    for (const std::string& path : {paths_.node_key(), paths_.backup_key(), paths_.backup_items_key()}) {
      if (!exists(path)) continue;
      if (const Result<std::string> key = read_key_file(path); !key) TRY(found("keys", key.error()));
    }
    const Result<Store> store = open_record();
    if (!store) {
      TRY(found("journal", store.error()));
      return Nothing{};
    }
    for (const Officer& officer : TRY(store->officers())) {
      const std::string path = paths_.credential(officer.login);
      const Result<std::string> text = read_summed(path);
      const Result<Json> json = text ? parse_json(*text) : Result<Json>(text.error());
      const Result<Credential> credential = json ? read_credential(*json) : Result<Credential>(json.error());
      if (!credential)
        broken("keys", fail(Fault::Corrupt, credential.error().message, path),
               Json::Object{{"officer", officer.login}});
      else if (credential->key != officer.key)
        broken("keys", fail(Fault::Corrupt, "it has another key than the one that was enrolled", path),
               Json::Object{{"officer", officer.login}});
    }
    counts_.set("keys", slots);
    return Nothing{};
  }

  Result<Store> open_record() const {
    // Without the keys for items, which another stage is about: nothing that is asked here lies in a blob.
    return Store::open(record_, TRY(Blobs::open(paths_.evidence(), paths_.keys() + "/none", Blobs::Mode::Read)),
                       Store::Mode::Read);
  }

  // ── the sorted runs ──

  Result<Nothing> runs() {
    std::int64_t reports = 0;
    for (const char* which : {"/reports", "/folds"}) {
      const std::string folder = paths_.runs() + which;
      const Result<SortedRuns::OnDisk> sound = SortedRuns::verify_folder(folder);
      if (!sound) {
        TRY(found("runs", at(sound.error(), folder)));
        continue;
      }
      // They are made from the batches: what they hold is as many reports as these accepted.
      Database record = TRY(Database::open(record_, Database::Open::Read));
      std::int64_t accepted = 0, last = 0;
      Rows rows = TRY(record.query("SELECT seq, body FROM batch WHERE seq <= $1 ORDER BY seq", {sound->through}));
      while (TRY(rows.next())) {
        last = rows.integer(0);
        const Result<Json> body = parse_json(rows.text(1));
        const Result<BatchTaken> batch = body ? read_batch_taken(*body) : Result<BatchTaken>(body.error());
        if (!batch) continue;  // the journal's stage says which row
        const auto count = batch->counts.find("accepted");
        if (count != batch->counts.end()) accepted += count->second;
      }
      if (last != sound->through || accepted != static_cast<std::int64_t>(sound->reports))
        TRY(found("runs", fail(Fault::Corrupt,
                               "they hold " + std::to_string(sound->reports) + " reports up to row " +
                                   std::to_string(sound->through) + ", the batches have " + std::to_string(accepted) +
                                   "; remove the folder while the desk is not served, and it is made again",
                               folder)));
      reports = accepted;
    }
    counts_.set("sorted_reports", reports);
    return Nothing{};
  }

  static Error at(Error error, const std::string& path) {
    if (error.where.empty()) error.where = path;
    return error;
  }

  // ── the log ──

  Result<Nothing> log() {
    const Result<Store> store = open_record();
    if (!store) {
      TRY(found("journal", store.error()));
      return Nothing{};
    }
    const Result<DeskFounded> founded = store->founded();
    if (!founded) {
      TRY(found("journal", founded.error()));
      return Nothing{};
    }
    const auto key = TRY(parse_verifier_key(founded->log_key));
    Result<LogVerdict> verdict = verify_log(paths_.log(), key.first, key.second);
    // A new head takes files of the one before away; what is looked at may have become another log meanwhile.
    for (int look = 0; !verdict && look < 3; ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      verdict = verify_log(paths_.log(), key.first, key.second);
    }
    if (!verdict) {
      TRY(found("log", at_log(verdict.error())));
      return Nothing{};
    }
    counts_.set("log_lines", static_cast<std::int64_t>(verdict->checkpoint.head.size));
    counts_.set("log_files", static_cast<std::int64_t>(verdict->tiles));
    const TreeHead recorded = TRY(head_of_record(*store, verdict->checkpoint.head.size));
    if (recorded != verdict->checkpoint.head)
      TRY(found("log", fail(Fault::Corrupt,
                            "the signed log of " + std::to_string(verdict->checkpoint.head.size) +
                                " lines is not the journal's, which has " + std::to_string(recorded.size) + " of them",
                            paths_.checkpoint())));
    const Result<Memory> last = read_memory(paths_.signer_last(), kLargestState);
    if (!last) {
      TRY(found("log", last.error()));
    } else if (const Result<Checkpoint> signed_last = open_checkpoint(last->text, key.first, key.second);
               !signed_last) {
      TRY(found("log", fail(Fault::Corrupt, "the signer's memory is damaged: " + signed_last.error().message,
                            paths_.signer_last())));
    } else if (signed_last->head.size < verdict->checkpoint.head.size) {
      TRY(found("log", fail(Fault::Corrupt, "the signer remembers a shorter log than the one that is published",
                            paths_.signer_last())));
    }
    return Nothing{};
  }

  Error at_log(Error error) const {
    error.where = paths_.log() + "/" + error.where;
    return error;
  }

  static Result<TreeHead> head_of_record(const Store& store, std::uint64_t size) {
    constexpr std::int64_t kAtOnce = 1000;
    std::vector<Digest> hashes;
    for (;;) {
      const auto from = static_cast<std::int64_t>(hashes.size());
      const std::int64_t left = static_cast<std::int64_t>(size) - from;
      const std::vector<std::string> leaves = TRY(store.leaves(from, std::min(left, kAtOnce)));
      for (const std::string& leaf : leaves) hashes.push_back(leaf_hash(leaf));
      if (leaves.empty()) break;
    }
    return TreeHead{hashes.size(), tree_root(hashes)};
  }

  // ── the indexes ──

  Result<Nothing> index() {
    const std::string& told = settings_.index_folder;
    const std::string folder = told.starts_with('/') ? told : paths_.desk + "/" + (told.empty() ? "index" : told);
    if (!exists(folder)) return Nothing{};
    const Result<std::shared_ptr<const Generation>> generation = Generation::open(folder, settings_.index_key);
    if (!generation && generation.error().fault == Fault::NotFound) return Nothing{};  // nothing was published yet
    Result<Nothing> sound = generation ? (*generation)->verify() : Result<Nothing>(generation.error());
    if (!sound) TRY(found("index", at(sound.error(), folder)));
    if (generation) counts_.set("index_entries", static_cast<std::int64_t>((*generation)->base().info().total));
    return Nothing{};
  }

  // ── the journal and the tables ──

  Result<Nothing> journal() {
    const Result<Blobs> blobs = open_blobs(paths_, Blobs::Mode::Read);
    if (!blobs) return Nothing{};  // said above
    const Result<Json> verdict = verify_journal(record_, *blobs);
    if (!verdict) {
      // What one blob breaks was said with its name, and folding stops at it.
      const bool said = std::any_of(broken_.begin(), broken_.end(), [&](const Json& one) {
        return one.text_or("broken") == "evidence" &&
               verdict.error().where.find("row " + std::to_string(one.number_or("row", -1)) + ",") != std::string::npos;
      });
      if (!said) TRY(found("journal", at(verdict.error(), shown(record_))));
      return Nothing{};
    }
    counts_.set("journal_rows", verdict->number_or("rows", 0));
    return Nothing{};
  }

  const Paths& paths_;
  const ScrubAs& as_;
  const Clock& clock_;
  const Emit& emit_;
  const Tell& tell_;
  std::string record_;
  Settings settings_;
  Instant began_;
  std::string stage_, after_;
  Json::Array broken_;
  std::int64_t found_ = 0;
  Json last_, counts_ = Json::Object{};
};

}  // namespace

Result<Nothing> scrub(const Paths& paths, const ScrubAs& as, const Clock& clock, const Emit& emit, const Tell& tell) {
  return Scrub(paths, as, clock, emit, tell).run();
}

Result<std::optional<LastScrub>> last_scrub(const Paths& paths) {
  if (!exists(paths.scrub_state())) return std::optional<LastScrub>();
  const Json state = TRY(parse_json(TRY(read_file(paths.scrub_state(), kLargestState))));
  const Json* last = state.find("last");
  if (last == nullptr || last->is_null()) return std::optional<LastScrub>();
  return std::optional(LastScrub{{TRY(last->number("at"))}, last->number_or("broken", 0), last->text_or("first")});
}

Result<Nothing> remove_left_over(Desk& desk, Call&, const Emit& emit) {
  Blobs& blobs = desk.store().blobs();
  const std::vector<Blobs::Lying> files = TRY(blobs.lying());
  Database record = TRY(Database::open(record_of(desk.paths(), desk.settings()), Database::Open::Read));
  const std::vector<NamedBlob> named = TRY(blobs_of_record(record));
  std::int64_t removed = 0, bytes = 0;
  for (const Blobs::Lying& file : files) {
    if (SystemClock().now() - file.changed <= kLeftOverAfter) continue;
    if (!file.address && !file.name.starts_with("making.")) continue;  // a stranger's file is not ours to remove
    if (file.address &&
        std::binary_search(named.begin(), named.end(), NamedBlob{*file.address},
                           [](const NamedBlob& a, const NamedBlob& b) { return a.address < b.address; }))
      continue;
    TRY(blobs.remove_left_over(file));
    ++removed;
    bytes += file.size;
  }
  emit(Json::Object{{"removed", removed}, {"removed_bytes", bytes}});
  return Nothing{};
}

std::string scrub_in_words(const Json& line) {
  const auto number = [&](const char* key) { return std::to_string(line.number_or(key, 0)); };
  const auto text = [&](const char* key) { return printable(line.text_or(key), 300); };
  if (line.find("removed") != nullptr)
    return "removed " + number("removed") + " left-over files, " + number("removed_bytes") + " bytes\n";
  if (line.find("left_over") != nullptr && line.find("scrub") == nullptr)
    return "left over: " + text("left_over") + " (" + number("size") + " bytes, since " + text("since") + ")\n";
  if (line.find("scrub") == nullptr) {
    std::string whose;
    for (const char* key : {"case", "evidence", "batch", "source", "proposal", "officer", "to", "from"})
      if (line.find(key) != nullptr) whose += std::string(", ") + key + " " + text(key);
    return "BROKEN " + text("broken") + ": " + text("message") + " — " + text("where") + whose + "\n";
  }
  std::string words = number("broken") == "0" ? "sound: " : "BROKEN in " + number("broken") + " places; read: ";
  words += number("blobs") + " items of evidence (" + number("bytes") + " bytes, " + number("erased") + " erased), " +
           number("keys") + " keys, " + number("sorted_reports") + " sorted reports, " + number("log_lines") +
           " lines of the log, " + number("journal_rows") + " journal rows\n";
  if (line.number_or("left_over", 0) > 0)
    words += number("left_over") + " files in evidence/ are named by nothing (" + number("left_over_bytes") +
             " bytes); " + number("left_over_old") +
             " are older than a day: `cordon scrub --remove-orphans` removes these\n";
  return words;
}

}  // namespace cordon
