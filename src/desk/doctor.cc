#include "desk/doctor.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "desk/backup_command.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "desk/scrub.h"
#include "desk/signer.h"
#include "desk/witnesses.h"
#include "net/owner_socket.h"
#include "store/durability.h"
#include "store/postgres.h"
#include "store/tables.h"

namespace cordon {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kLeafLate = kMinuteMs, kLeafStuck = 10 * kMinuteMs;           // DESIGN 4: within a minute
constexpr std::int64_t kOutboxLate = 10 * kMinuteMs, kOutboxStuck = 60 * kMinuteMs;  // a mail server may be away
constexpr std::int64_t kAnswerLate = 72 * kHourMs;
constexpr std::int64_t kWitnessSilent = 60 * kMinuteMs;
constexpr std::int64_t kBatchesLookedAt = 20'000;
constexpr int kDaysBefore = 14, kDaysOfHabit = 5;
constexpr std::uint64_t kRoomAtLeast = std::uint64_t{256} << 20;
constexpr std::size_t kLargestFile = 1u << 20;

std::string ago(std::int64_t ms) {
  if (ms < 2 * kMinuteMs) return std::to_string(ms / 1000) + " s";
  if (ms < 2 * kHourMs) return std::to_string(ms / kMinuteMs) + " min";
  return ms < 2 * kDayMs ? std::to_string(ms / kHourMs) + " h" : std::to_string(ms / kDayMs) + " days";
}

std::string in_line(const Error& error) {
  return error.message + (error.where.empty() ? "" : " (" + error.where + ")");
}

class Examining {
 public:
  Examining(const Paths& paths, const Clock& clock, AskOwner owner)
      : paths_(paths), owner_(owner), now_(clock.now()), founded_at_(now_) {}

  std::vector<Look> all() {
    const Result<std::string> record = record_of(paths_);
    const Result<Settings> settings = load_settings(paths_);
    if (!record || !settings) {
      add("settings", Wellness::Broken, in_line(record ? settings.error() : record.error()),
          "cordon.toml must be there and be understood; --desk names the desk's folder");
      return looks_;
    }
    record_ = *record;
    settings_ = *settings;
    add("version", Wellness::Ok, "cordon 0.1.0, tables " + std::to_string(kTablesVersion), "");
    if (owner_ == AskOwner::Yes) owner();
    disk();
    keys();
    Result<Database> database = Database::open(record_, Database::Open::Read);
    if (!database) {
      add("database", Wellness::Broken, in_line(database.error()),
          is_postgres(record_) ? "is the server up, and does it take this desk's user? docs/postgresql.md"
                               : "look at the disk; `cordon restore` brings a copy back");
    } else {
      ask("database", [&] { return this->database(*database); });
      ask("clock", [&] { return clock(*database); });
      ask("log", [&] { return log(*database); });
      ask("outbox", [&] { return outbox(*database); });
      ask("messages", [&] { return messages(*database); });
      ask("deliveries", [&] { return deliveries(*database); });
      ask("answers", [&] { return answers(*database); });
      ask("witnesses", [&] { return witnesses(); });
      ask("people", [&] { return people(*database); });
      ask("remedies", [&] { return remedies(*database); });
      ask("sources", [&] { return sources(*database); });
      ask("signer", [&] { return signer(*database); });
    }
    backup();
    scrub();
    return looks_;
  }

 private:
  void add(std::string what, Wellness wellness, std::string says, std::string todo, Json figures = Json::Object{}) {
    if (wellness == Wellness::Ok) todo.clear();
    looks_.push_back({std::move(what), wellness, std::move(says), std::move(todo), std::move(figures)});
  }
  template <typename Question>
  void ask(const char* what, Question question) {
    if (const Result<Nothing> answered = question(); !answered)
      add(what, Wellness::Broken, in_line(answered.error()), "`cordon scrub` says more");
  }

  void owner() {
    if (call_owner(paths_.socket())) return add("owner", Wellness::Ok, "served", "");
    const Result<FileLock> lock =
        exists(paths_.lock()) ? FileLock::take(paths_.lock()) : Result<FileLock>(fail(Fault::NotFound, "nobody yet"));
    if (!lock && lock.error().fault == Fault::Conflict)
      return add("owner", Wellness::Look, "a process owns it that does not answer on its socket",
                 "a command at work ends soon; otherwise: fuser " + paths_.lock());
    add("owner", Wellness::Look, "nobody serves this desk: no page, no API, no notice leaves",
        "cordon serve --desk " + paths_.desk);
  }

  void disk() {
    struct statvfs room{};
    if (::statvfs(paths_.desk.c_str(), &room) != 0)
      return add("disk", Wellness::Broken, "it cannot be asked for its room", "look at the disk");
    const std::uint64_t free = std::uint64_t{room.f_bavail} * room.f_frsize;
    const std::uint64_t percent = room.f_blocks == 0 ? 100 : 100 * std::uint64_t{room.f_bavail} / room.f_blocks;
    const bool full = free < kRoomAtLeast || (room.f_files > 0 && room.f_favail == 0);
    const Wellness wellness = full                                                                ? Wellness::Broken
                              : percent < static_cast<std::uint64_t>(settings_.disk_free_percent) ? Wellness::Look
                                                                                                  : Wellness::Ok;
    add("disk", wellness, std::to_string(percent) + " % free, " + std::to_string(free >> 20) + " MB",
        "make room: a full disk takes no report (507) and loses none",
        Json::Object{{"disk_free_bytes", static_cast<std::int64_t>(free)}});
  }

  void keys() {
    std::vector<std::string> open_to_others;
    std::error_code failed;
    for (auto entry = std::filesystem::recursive_directory_iterator(paths_.keys(), failed);
         !failed && entry != std::filesystem::recursive_directory_iterator(); entry.increment(failed)) {
      struct stat about{};
      if (::stat(entry->path().c_str(), &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 077) != 0)
        open_to_others.push_back(entry->path().string());
    }
    if (failed)
      return add("keys", Wellness::Broken, "the folder of keys cannot be read: " + paths_.keys(), "whose is it?");
    if (!open_to_others.empty())
      return add(
          "keys", Wellness::Broken,
          std::to_string(open_to_others.size()) + " are open to others, " + open_to_others.front() + " the first",
          "chmod 600 them, and ask who had read them");
    for (const std::string& path : {paths_.log_key(), paths_.report_key()})
      if (const Result<std::string> key = read_key_file(path); !key)
        return add("keys", Wellness::Broken, in_line(key.error()), "bring it back from the copy of the keys");
    const Result<Blobs> blobs = open_blobs(paths_, Blobs::Mode::Read);
    if (!blobs)
      return add("keys", Wellness::Broken, in_line(blobs.error()), "bring keys/ back from the copy of the keys");
    const std::int64_t taken = blobs->keys() ? std::int64_t{blobs->keys()->taken()} : 0;
    const bool nearly = taken > std::int64_t{KeyStore::kMost} / 10 * 9;
    add("keys", nearly ? Wellness::Look : Wellness::Ok,
        "readable by their owner alone; " + std::to_string(taken) + " of " + std::to_string(KeyStore::kMost) +
            " slots taken",
        "this desk will take nothing more when all are taken", Json::Object{{"key_slots_taken", taken}});
  }

  Result<Nothing> database(Database& database) {
    const std::int64_t version = TRY(database.version());
    std::string says = shown(record_) + ", tables " + std::to_string(version);
    Wellness wellness = Wellness::Ok;
    std::string todo;
    for (const DurabilitySetting& setting : TRY(durability_of(database, record_))) {
      says += ", " + setting.name + " " + setting.value;
      if (setting.sound) continue;
      const bool checksums = setting.name == "data_checksums";
      wellness = checksums ? std::max(wellness, Wellness::Look) : Wellness::Broken;
      todo = checksums ? "a cluster made with `initdb -k` finds what its disk changes"
                       : "docs/postgresql.md says how it must be";
    }
    if (version != kTablesVersion) {
      wellness = Wellness::Broken;
      todo = version < kTablesVersion ? "`cordon status` brings the tables up to date"
                                      : "run the newer program that made it";
    }
    add("database", wellness, std::move(says), std::move(todo));
    return Nothing{};
  }

  Result<Nothing> clock(Database& database) {
    const Instant last{TRY(database.number("SELECT at FROM journal ORDER BY seq DESC LIMIT 1"))};
    founded_at_ = Instant{TRY(database.number("SELECT at FROM journal WHERE seq = 1"))};
    const std::int64_t ahead = last - now_;
    add("clock", ahead > kClockSlackMs ? Wellness::Broken : Wellness::Ok,
        ahead > kClockSlackMs
            ? "the last event is " + ago(ahead) + " in the future, or this clock is behind"
            : to_rfc3339(now_) + "; the last event was " + ago(std::max<std::int64_t>(0, -ahead)) + " ago",
        "timedatectl: is it synchronised? docs/operations.md, \"A wrong clock\"");
    return Nothing{};
  }

  Result<Nothing> log(Database& database) {
    const std::int64_t published = TRY(database.number("SELECT size FROM published"));
    const std::int64_t staged = TRY(database.number("SELECT coalesce(max(leaf_index) + 1, 0) FROM journal"));
    const std::int64_t waiting = staged - published;
    std::int64_t late = 0;
    if (waiting > 0)
      late = now_ - Instant{TRY(database.number("SELECT at FROM journal WHERE leaf_index = $1", {published}))};
    add("log",
        late > kLeafStuck  ? Wellness::Broken
        : late > kLeafLate ? Wellness::Look
                           : Wellness::Ok,
        waiting == 0 ? std::to_string(published) + " lines, all published"
                     : std::to_string(waiting) + " lines wait to be published, the first for " + ago(late),
        "nothing leaves before its line is published: the signer's word stands in the log of `cordon serve`",
        Json::Object{{"unpublished_leaves", waiting}, {"unpublished_oldest_seconds", late / 1000}});
    return Nothing{};
  }

  // One that a server takes later is no sign that letters do not leave: deliveries() has it.
  Result<Nothing> outbox(Database& database) {
    std::int64_t waiting = 0, late = 0;
    {
      Rows rows = TRY(
          database.query("SELECT count(*), coalesce(min(journal.at), 0) FROM (SELECT * FROM outbox WHERE NOT EXISTS "
                         "(SELECT 1 FROM letter WHERE letter.notice = outbox.notice AND letter.state = "
                         "'waiting')) AS outbox JOIN journal ON journal.seq = "
                         "outbox.seq WHERE sent = 0"));
      if (TRY(rows.next())) {
        waiting = rows.integer(0);
        if (waiting > 0) late = now_ - Instant{rows.integer(1)};
      }
    }
    add("outbox", how_late(late),
        waiting == 0 ? "empty" : std::to_string(waiting) + " approved notices wait, the first for " + ago(late),
        "`cordon notice send` tries again and says why",
        Json::Object{{"outbox_waiting", waiting}, {"outbox_oldest_seconds", late / 1000}});
    return Nothing{};
  }

  // Letters may wait for witnesses beside a mail server that is away.
  Wellness how_late(std::int64_t late) const {
    const std::int64_t granted = settings_.quorum > 0 ? settings_.quorum_minutes * kMinuteMs : 0;
    return late > granted + kOutboxStuck  ? Wellness::Broken
           : late > granted + kOutboxLate ? Wellness::Look
                                          : Wellness::Ok;
  }

  // What is said after a request: reminders, ends, recalls, notices to whom it affects.
  Result<Nothing> messages(Database& database) {
    std::int64_t waiting = 0, late = 0;
    {
      Rows rows =
          TRY(database.query("SELECT count(*), coalesce(min(journal.at), 0) FROM message JOIN journal ON journal.seq = "
                             "message.seq WHERE receipt IS NULL"));
      if (TRY(rows.next())) {
        waiting = rows.integer(0);
        if (waiting > 0) late = now_ - Instant{rows.integer(1)};
      }
    }
    add("messages", how_late(late),
        waiting == 0 ? "none waits" : std::to_string(waiting) + " wait to leave, the first for " + ago(late),
        "`cordon notice send` tries again and says why",
        Json::Object{{"messages_waiting", waiting}, {"messages_oldest_seconds", late / 1000}});
    return Nothing{};
  }

  // Requests that came back or were never taken wait for an officer: nobody is asked anything meanwhile.
  Result<Nothing> deliveries(Database& database) {
    const std::int64_t bounced = TRY(database.number("SELECT count(*) FROM action WHERE state = 'bounced'"));
    const std::int64_t later = TRY(database.number("SELECT count(*) FROM letter WHERE state = 'waiting'"));
    std::string says = bounced == 0 ? "none came back" : std::to_string(bounced) + " requests came back undelivered";
    if (later > 0) says += ", " + std::to_string(later) + " letters are tried again later";
    const std::int64_t refused = TRY(database.number(
        "SELECT count(*) FROM letter WHERE notice IS NULL AND state IN ('refused', 'undeliverable', 'bounced')"));
    if (refused > 0) says += ", " + std::to_string(refused) + " warnings were never taken or came back";
    if (bounced > 0) {
      Rows rows = TRY(database.query(
          "SELECT l.notice, l.tries FROM letter l JOIN action a ON a.notice = l.notice AND a.state = 'bounced' WHERE "
          "l.request = 1 ORDER BY l.at DESC, l.notice LIMIT 1"));
      if (TRY(rows.next())) {
        says += "; the last is " + rows.text(0);
        if (!rows.null(1)) says += ": " + TRY(parse_json(rows.text(1))).text_or("line");
      }
    }
    add("deliveries", bounced > 0 ? Wellness::Look : Wellness::Ok, says,
        "`cordon notice show` says what the server said; another contact takes a new proposal (docs/answers.md)",
        Json::Object{{"requests_bounced", bounced}, {"letters_tried_again", later}, {"warnings_not_taken", refused}});
    return Nothing{};
  }

  // What recipients wrote and nobody has looked at; meanwhile the clock reminds nobody.
  Result<Nothing> answers(Database& database) {
    std::int64_t open = 0, late = 0;
    {
      Rows rows =
          TRY(database.query("SELECT count(*), coalesce(min(journal.at), 0) FROM answer JOIN journal ON "
                             "journal.seq = answer.seq WHERE state = 'open'"));
      if (TRY(rows.next())) {
        open = rows.integer(0);
        if (open > 0) late = now_ - Instant{rows.integer(1)};
      }
    }
    add("answers", late > kAnswerLate ? Wellness::Look : Wellness::Ok,
        open == 0 ? "none waits" : std::to_string(open) + " wait for an officer, the first for " + ago(late),
        "`cordon answer list`", Json::Object{{"answers_open", open}, {"answers_oldest_seconds", late / 1000}});
    return Nothing{};
  }

  Result<Nothing> witnesses() {
    const std::vector<WitnessAt>& all = settings_.witnesses;
    if (exists(paths_.signer_stopped())) {
      const Json stopped = TRY(parse_json(TRY(read_file(paths_.signer_stopped(), kLargestFile))));
      add("witnesses", Wellness::Broken, stopped.text_or("why"), "docs/operations.md, \"An older copy\"");
      return Nothing{};
    }
    if (exists(paths_.signer_claim())) {
      add("witnesses", Wellness::Broken, "`cordon log continue` was begun and not finished: nothing is signed",
          "cordon log continue --desk " + paths_.desk);
      return Nothing{};
    }
    if (all.empty()) {
      add("witnesses", Wellness::Ok, "none is named in cordon.toml", "");
      return Nothing{};
    }
    const Heard heard = TRY(heard_of_witnesses(paths_));
    std::string says;
    std::int64_t longest = 0, cosigning = 0;
    for (const WitnessAt& one : all) {
      const std::string key = witness_vkey(one.key);
      const auto at = heard.at.find(key);
      const auto silent = heard.silent.find(key);
      says += (says.empty() ? "" : "; ") + one.key.name + " " +
              (at == heard.at.end() ? "never cosigned" : "cosigned " + ago(now_ - at->second) + " ago");
      if (silent == heard.silent.end()) {
        cosigning += at != heard.at.end() ? 1 : 0;
        continue;
      }
      says += ", asked in vain for " + ago(now_ - silent->second);
      longest = std::max(longest, now_ - silent->second);
    }
    const bool late = heard.late > 0 && now_ - heard.late_at < kDayMs;
    if (late)
      says += "; " + std::to_string(heard.late) + " letters left without " + std::to_string(settings_.quorum) +
              " cosignatures, the last " + ago(now_ - heard.late_at) + " ago";
    add("witnesses", late || longest > kWitnessSilent ? Wellness::Look : Wellness::Ok, printable(says, 500),
        "`cordon log cosign` asks them now and says how each answers; docs/log.md",
        Json::Object{{"witnesses_cosigning", cosigning},
                     {"witnesses_silent_seconds", longest / 1000},
                     {"letters_without_quorum", heard.late}});
    return Nothing{};
  }

  // Below two people able to countersign the desk only receives (amendment 13).
  Result<Nothing> people(Database& database) {
    std::int64_t able = 0, all = 0;
    Rows rows = TRY(database.query("SELECT body FROM officer"));
    while (TRY(rows.next())) {
      const Json body = TRY(parse_json(rows.text(0)));
      const OfficerEnrolled one = TRY(read_officer_enrolled(body));
      ++all;
      able += may_countersign(one.officer) ? 1 : 0;
    }
    add("people", able < 2 ? Wellness::Look : Wellness::Ok,
        std::to_string(able) + " of " + std::to_string(all) + " are able to countersign" +
            (able < 2 ? ": this desk only receives, nothing is proposed, approved or sent" : ""),
        "cordon officer add LOGIN --role approver (or legal_reviewer, ombudsperson), until there are two");
    return Nothing{};
  }

  // What an appeal granted is owed within 24 hours (charter 5.7).
  Result<Nothing> remedies(Database& database) {
    std::int64_t running = 0, owed = 0;
    Rows rows = TRY(database.query("SELECT body FROM appeal WHERE state = 'remedy_running'"));
    while (TRY(rows.next())) {
      const Json body = TRY(parse_json(rows.text(0)));
      const Appeal appeal = TRY(read_appeal(body));
      ++running;
      owed += appeal.decided_at && now_ - *appeal.decided_at > kReversalMs ? 1 : 0;
    }
    add("remedies", owed > 0 ? Wellness::Look : Wellness::Ok,
        running == 0 ? "none is owed"
                     : std::to_string(running) + " appeals wait for what they granted, " + std::to_string(owed) +
                           " of them for more than 24 h",
        "`cordon export --to PEER` tells a peer what was recalled; `cordon notice send` tries a mail server again");
    return Nothing{};
  }

  // A source that used to send and does not, or sends ten times as much as it used to.
  Result<Nothing> sources(Database& database) {
    struct Source {
      std::map<std::int64_t, std::int64_t> by_day;  // days before the last 24 hours: 1 …
      std::int64_t today = 0;
      Instant last;
    };
    std::map<std::string, Source> sources;
    Rows rows = TRY(database.query("SELECT at, body FROM batch ORDER BY seq DESC LIMIT $1", {kBatchesLookedAt}));
    while (TRY(rows.next())) {
      const Instant at{rows.integer(0)};
      const std::int64_t day = (now_ - at) / kDayMs;
      if (day > kDaysBefore) break;
      const Json body = TRY(parse_json(rows.text(1)));
      const BatchTaken batch = TRY(read_batch_taken(body));
      Source& source = sources[batch.source];
      std::int64_t reports = 0;
      for (const char* what : {"accepted", "duplicate"})
        if (const auto count = batch.counts.find(what); count != batch.counts.end()) reports += count->second;
      if (day <= 0)
        source.today += reports;
      else
        source.by_day[day] += reports;
      source.last = std::max(source.last, at);
    }
    std::vector<std::string> silent, tenfold;
    for (const auto& [name, source] : sources) {
      std::int64_t before = 0;
      for (const auto& [day, reports] : source.by_day) before += reports;
      const auto days = static_cast<std::int64_t>(source.by_day.size());
      if (days >= kDaysOfHabit && now_ - source.last > settings_.quiet_hours * kHourMs)
        silent.push_back(name + " (for " + ago(now_ - source.last) + ")");
      if (days > 0 && source.today > 10 * std::max<std::int64_t>(10, before / days))
        tenfold.push_back(name + " (" + std::to_string(source.today) + " in 24 h, " + std::to_string(before / days) +
                          " a day before)");
    }
    std::string says = std::to_string(sources.size()) + " sent in the last two weeks";
    if (!silent.empty()) says += "; silent: " + printable(join(silent, ", "), 300);
    if (!tenfold.empty()) says += "; tenfold: " + printable(join(tenfold, ", "), 300);
    add("sources", silent.empty() && tenfold.empty() ? Wellness::Ok : Wellness::Look, std::move(says),
        "ask who runs the feed; a flood is counted and folded, and no officer has to read it",
        Json::Object{{"sources_silent", static_cast<std::int64_t>(silent.size())},
                     {"sources_tenfold", static_cast<std::int64_t>(tenfold.size())}});
    return Nothing{};
  }

  // Asked to sign once more what it signed last, which changes nothing.
  Result<Nothing> signer(Database& database) {
    Rows rows = TRY(database.query("SELECT body FROM founding"));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "the desk has not been founded");
    const DeskFounded founded = TRY(read_desk_founded(TRY(parse_json(rows.text(0)))));
    const auto key = TRY(parse_verifier_key(founded.log_key));
    const std::string todo =
        "its memory lies in " + paths_.signer() + " and its key in keys/log.key; docs/operations.md";
    const Result<Memory> note = read_memory(paths_.signer_last(), kLargestFile);
    if (!note) {
      add("signer", Wellness::Broken, "it remembers nothing: " + in_line(note.error()), todo);
      return Nothing{};
    }
    const Result<Checkpoint> last = open_checkpoint(note->text, key.first, key.second);
    if (!last) {
      add("signer", Wellness::Broken, "what it remembers is not this log's: " + in_line(last.error()), todo);
      return Nothing{};
    }
    const Result<std::string> again = ask_signer(paths_, *last);
    const std::string size = std::to_string(last->head.size);
    if (!again)
      add("signer", Wellness::Broken, "it does not sign: " + in_line(again.error()), todo);
    else
      add("signer", Wellness::Ok, "signs; it signed " + size + " lines", todo);
    return Nothing{};
  }

  void backup() {
    const std::string todo = "cordon backup FOLDER --keys FOLDER --desk " + paths_.desk;
    if (settings_.backup_hours == 0) return add("backup", Wellness::Ok, "not watched (backup_hours = 0)", "");
    const Result<std::optional<LastBackup>> last = last_backup(paths_);
    if (!last) return add("backup", Wellness::Look, in_line(last.error()), todo);
    if (!*last)
      return add("backup", now_ - founded_at_ > settings_.backup_hours * kHourMs ? Wellness::Look : Wellness::Ok,
                 "none was ever made", todo);
    const std::int64_t age = now_ - (**last).at, limit = settings_.backup_hours * kHourMs;
    Wellness wellness = age > 4 * limit ? Wellness::Broken : age > limit ? Wellness::Look : Wellness::Ok;
    std::string says =
        "the last was " + ago(std::max<std::int64_t>(0, age)) + " ago, in " + printable((**last).folder, 200);
    if (!(**last).keys_at) {
      says += "; its keys were never copied, and without them it cannot be read";
      wellness = std::max(wellness, Wellness::Look);
    } else if (now_ - *(**last).keys_at > limit + kDayMs) {
      says += "; its keys were copied " + ago(now_ - *(**last).keys_at) + " ago";
      wellness = std::max(wellness, Wellness::Look);
    }
    add("backup", wellness, std::move(says), todo, Json::Object{{"backup_age_seconds", age / 1000}});
  }

  void scrub() {
    const std::string todo = "cordon scrub --desk " + paths_.desk;
    const Result<std::optional<LastScrub>> last = last_scrub(paths_);
    if (!last) return add("scrub", Wellness::Look, in_line(last.error()), todo);
    const std::int64_t limit = settings_.scrub_days * kDayMs;
    if (!*last)
      return add("scrub", now_ - founded_at_ > limit + kDayMs ? Wellness::Look : Wellness::Ok,
                 "none yet; one begins when the desk has been served for ten minutes", todo);
    const std::int64_t age = now_ - (**last).at;
    const Json figures = Json::Object{{"scrub_age_seconds", age / 1000}, {"scrub_broken", (**last).broken}};
    if ((**last).broken > 0)
      return add("scrub", Wellness::Broken,
                 std::to_string((**last).broken) + " things are broken, the first: " + printable((**last).first, 300),
                 todo + " names all of them; docs/operations.md", figures);
    add("scrub",
        age > 2 * limit        ? Wellness::Broken
        : age > limit + kDayMs ? Wellness::Look
                               : Wellness::Ok,
        "sound, " + ago(std::max<std::int64_t>(0, age)) + " ago", todo, figures);
  }

  const Paths& paths_;
  AskOwner owner_;
  Instant now_;
  std::string record_;
  Settings settings_;
  Instant founded_at_;
  std::vector<Look> looks_;
};

std::string watch_file(const Paths& paths) { return paths.desk + "/watch.json"; }

}  // namespace

std::string_view name(Wellness wellness) {
  return wellness == Wellness::Ok ? "ok" : wellness == Wellness::Look ? "look" : "broken";
}

Json to_json(const Look& look) {
  Json line = Json::Object{{"check", look.what}, {"state", name(look.wellness)}, {"says", look.says}};
  if (!look.todo.empty()) line.set("todo", look.todo);
  if (!look.figures.object()->empty()) line.set("figures", look.figures);
  return line;
}

std::vector<Look> examine(const Paths& paths, const Clock& clock, AskOwner owner) {
  return Examining(paths, clock, owner).all();
}

Result<Nothing> doctor(const Paths& paths, const Clock& clock, const Emit& emit) {
  std::int64_t broken = 0;
  std::string first;
  for (const Look& look : examine(paths, clock, AskOwner::Yes)) {
    emit(to_json(look));
    if (look.wellness != Wellness::Broken) continue;
    if (first.empty()) first = look.what;
    ++broken;
  }
  if (broken == 0) return Nothing{};
  return fail(Fault::NotFound, "this desk is not well: " + std::to_string(broken) + " broken, the first of them",
              first);
}

std::string doctor_in_words(const Json& line) {
  const auto padded = [](std::string word, std::size_t width) {
    word.resize(std::max(width, word.size()), ' ');
    return word;
  };
  std::string words = padded(line.text_or("state"), 8) + padded(line.text_or("check"), 10) +
                      printable(line.text_or("says"), 600) + "\n";
  if (const std::string todo = line.text_or("todo"); !todo.empty())
    words += std::string(18, ' ') + "→ " + printable(todo, 300) + "\n";
  return words;
}

// ── while the desk is served ──

struct Watch::State {
  State(Paths where, const Clock& of, Say tells, WatchPace at)
      : paths(std::move(where)), clock(of), say(std::move(tells)), pace(std::move(at)), began(of.now()) {}
  Paths paths;
  const Clock& clock;
  Say say;
  WatchPace pace;
  Instant began;
  std::mutex mutex;
  std::condition_variable woken;
  bool ending = false;
  std::map<std::string, std::string> states;  // of each look, as it was last said
  pid_t scrubbing = 0;
  std::thread thread;

  void run() {
    remember();
    std::unique_lock lock(mutex);
    while (!ending) {
      lock.unlock();
      look();
      scrub_if_due();
      lock.lock();
      woken.wait_for(lock, std::chrono::milliseconds(pace.interval_ms), [&] { return ending; });
    }
  }

  // What was said before the desk was last stopped is not said again.
  void remember() {
    const Result<std::string> text = read_file(watch_file(paths), kLargestFile);
    const Result<Json> before = text ? parse_json(*text) : Result<Json>(text.error());
    const Result<Json::Array> looks = before ? before->list("looks") : Result<Json::Array>(before.error());
    if (!looks) return;
    for (const Json& look : *looks) states[look.text_or("check")] = look.text_or("state");
  }

  void look() {
    Json::Array looks;
    for (const Look& look : examine(paths, clock, AskOwner::No)) {
      const std::string state(name(look.wellness));
      std::string& before = states.try_emplace(look.what, "ok").first->second;
      if (state != before)
        say(state == "ok" ? look.what + " is well again: " + look.says
                          : "ALARM " + look.what + " (" + state + "): " + look.says + " → " + look.todo);
      before = state;
      looks.push_back(to_json(look));
    }
    const Json all = Json::Object{{"at", clock.now().ms}, {"looks", std::move(looks)}};
    if (const Result<Nothing> kept = write_file(watch_file(paths), to_text(all) + "\n", 0600); !kept)
      say("what was seen cannot be kept: " + in_line(kept.error()));
  }

  void scrub_if_due() {
    if (scrubbing != 0) {
      if (::waitpid(scrubbing, nullptr, WNOHANG) == 0) return;
      scrubbing = 0;
      look();
    }
    if (clock.now() - began < pace.scrub_after_ms) return;
    const Result<Settings> settings = load_settings(paths);
    const Result<std::optional<LastScrub>> last = last_scrub(paths);
    if (!settings || !last) return;  // a look says so
    if (*last && clock.now() - (**last).at < settings->scrub_days * kDayMs) return;
    start_scrub(settings->scrub_pace);
  }

  void start_scrub(std::int64_t mb_a_second) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);  // the server's threads take no signal; this process does
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::string words[] = {"cordon", "scrub", "--desk", paths.desk, "--pace", std::to_string(mb_a_second)};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (const int error =
            ::posix_spawn(&scrubbing, pace.program.c_str(), &actions, &attributes, arguments.data(), environ);
        error != 0) {
      scrubbing = 0;
      say("the scrub cannot be started: " + system_error("start", error).message);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
};

Watch::Watch(Paths paths, const Clock& clock, Say say, WatchPace pace)
    : state_(std::make_unique<State>(std::move(paths), clock, std::move(say), std::move(pace))) {
  state_->thread = std::thread([this] { state_->run(); });
}

Watch::~Watch() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->woken.notify_all();
  state_->thread.join();
  if (state_->scrubbing == 0) return;
  ::kill(state_->scrubbing, SIGTERM);
  ::waitpid(state_->scrubbing, nullptr, 0);
}

// ── for machines ──

Result<Nothing> metrics(Desk& desk, Call& call, const Emit& emit) {
  std::string text;
  const auto line = [&](const std::string& figure, const std::string& labels, std::int64_t value) {
    text += "cordon_" + figure + labels + " " + std::to_string(value) + "\n";
  };
  const Json counts = TRY(desk.store().counts());
  for (const char* what :
       {"reports", "cases", "proposals", "notices_sent", "notices_waiting", "leaves_staged", "leaves_published"})
    line(what, "", counts.number_or(what, 0));
  const Result<std::string> seen = read_file(watch_file(desk.paths()), kLargestFile);
  if (seen) {
    const Json watch = TRY(parse_json(*seen));
    line("watch_age_seconds", "", (desk.now() - Instant{watch.number_or("at", 0)}) / 1000);
    text += "# HELP cordon_check 0: well, 1: look at it, 2: broken\n# TYPE cordon_check gauge\n";
    for (const Json& look : TRY(watch.list("looks"))) {
      const std::string state = look.text_or("state");
      line("check", "{check=\"" + look.text_or("check") + "\"}", state == "ok" ? 0 : state == "look" ? 1 : 2);
      const Json* figures = look.find("figures");
      if (figures == nullptr || figures->object() == nullptr) continue;
      for (const auto& [figure, value] : *figures->object())
        if (value.integer() != nullptr) line(figure, "", *value.integer());
    }
  }
  call.body = std::move(text);
  call.media_type = "text/plain; version=0.0.4; charset=utf-8";
  emit(Json::Object{{"bytes", call.body.size()}});
  return Nothing{};
}

}  // namespace cordon
