#include "desk/backup_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/secret.h"
#include "base/text.h"
#include "desk/key_file.h"
#include "store/backup.h"
#include "store/store.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestSettings = 4u << 20;
constexpr const char* kSettingsFiles[] = {"cordon.toml", "annex.toml", "contacts.toml", "border.toml"};

Result<CipherKey> cipher_key(const std::string& path) {
  std::string bytes = TRY(read_key_file(path));
  Result<CipherKey> key = CipherKey::from_bytes(bytes);
  wipe(bytes);
  return key;
}

struct Made {
  BackupKeys keys;
  std::string text;  // to be shown or written once; empty when they were there
};

Result<Made> keys_of_desk(const Paths& paths) {
  const bool fresh = !exists(paths.backup_key()) && !exists(paths.backup_items_key());
  if (fresh) {
    SystemRandom random;  // never a seeded one
    for (const std::string& path : {paths.backup_key(), paths.backup_items_key()}) {
      std::string bytes = random.bytes(32);
      Result<Nothing> written = write_key_file(path, bytes);
      wipe(bytes);
      TRY(std::move(written));
    }
  }
  CipherKey record = TRY(cipher_key(paths.backup_key()));
  CipherKey items = TRY(cipher_key(paths.backup_items_key()));
  std::string text;
  if (fresh) {
    text = "record " + TRY(read_file(paths.backup_key(), 1024)) + "\n";
    text += "items " + TRY(read_file(paths.backup_items_key(), 1024)) + "\n";
  }
  BackupKeys keys{std::move(record), std::move(items)};
  return Made{std::move(keys), std::move(text)};
}

// What a backup that was killed left, and nothing else: no file that a manifest names.
Result<Nothing> sweep(const std::string& folder, const Manifest* last) {
  std::set<std::string> known;
  if (last != nullptr)
    for (const Segment& segment : last->segments) known.insert(segment.digest.hex());
  const std::string segments = folder + "/segments";
  if (!exists(segments)) return Nothing{};
  for (const std::string& name : TRY(list_folder(segments)))
    if (!known.contains(name) && ::unlink((segments + "/" + name).c_str()) != 0)
      return system_error("cannot clear away", errno, segments + "/" + name);
  return Nothing{};
}

Result<Nothing> check_segments(const std::string& folder, const Manifest& last) {
  for (const Segment& segment : last.segments) {
    const std::string path = folder + "/segments/" + segment.digest.hex();
    const Fd file = TRY(open_file(path, O_RDONLY));
    if (::lseek(file.get(), 0, SEEK_END) != segment.size)
      return fail(Fault::Corrupt, "this part of the backup is damaged; begin another in an empty folder", path);
  }
  return Nothing{};
}

bool inside(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

}  // namespace

Result<Json> back_up(const Paths& paths, const BackupTo& to, const Clock& clock, const Tell& tell) {
  const std::string record_address = TRY(record_of(paths));
  for (const std::string& folder : {to.folder, to.keys_folder})
    if (!folder.empty() && inside(folder, paths.desk))
      return fail(Fault::Usage, "a backup lies outside of the desk that it is of", folder);
  if (!to.keys_folder.empty() && (inside(to.keys_folder, to.folder) || inside(to.folder, to.keys_folder)))
    return fail(Fault::Usage, "the keys are kept apart from what they open: give them another folder", to.keys_folder);
  if (!to.key_file.empty() && exists(to.key_file))
    return fail(Fault::Conflict, "this file is there already", to.key_file);
  TRY(make_folder(to.folder, 0700));
  const Result<FileLock> lock = FileLock::take(to.folder + "/lock");
  if (!lock && lock.error().fault == Fault::Conflict)
    return fail(Fault::Conflict, "another backup is being made there", to.folder);
  if (!lock) return lock.error();

  const std::vector<std::int64_t> numbers = TRY(manifests_in(to.folder));
  if (!numbers.empty() && !exists(paths.backup_key()))
    return fail(Fault::Conflict, "there is a backup already, and this desk has not its key; choose an empty folder",
                to.folder);
  Made made = TRY(keys_of_desk(paths));
  if (!made.text.empty() && !to.key_file.empty()) TRY(write_file(to.key_file, made.text, 0600));

  Manifest next;
  std::optional<Manifest> last;
  if (!numbers.empty()) {
    last = TRY(read_manifest(to.folder, made.keys.record, numbers.back()));
    TRY(check_segments(to.folder, *last));
    next.segments = last->segments;
  }
  TRY(sweep(to.folder, last ? &*last : nullptr));
  next.number = last ? last->number + 1 : 1;
  next.at = clock.now();

  const Blobs blobs = TRY(open_blobs(paths, Blobs::Mode::Read));
  {
    const Store store = TRY(Store::open(record_address, TRY(open_blobs(paths, Blobs::Mode::Read)), Store::Mode::Read));
    next.desk = TRY(store.founded()).origin;
  }
  Database record = TRY(Database::open(record_address, Database::Open::Read));
  if (last) {
    Rows rows = TRY(record.query("SELECT digest FROM journal WHERE seq = $1", {last->rows}));
    if (!TRY(rows.next()) || rows.text(0) != last->head)
      return fail(Fault::Conflict,
                  "that backup is of another history than this desk's; begin another in an empty folder", to.folder);
  }
  RecordHead head = TRY(look_at_head(record, paths.checkpoint()));
  Json::Object settings;
  for (const char* name : kSettingsFiles) {
    const std::string path = paths.desk + "/" + name;
    if (exists(path)) settings.emplace(name, TRY(read_file(path, kLargestSettings)));
  }
  next.settings = std::move(settings);
  const std::int64_t after = last ? last->rows : 0;
  const std::vector<Segment> fresh =
      TRY(write_segments(record, blobs, to.folder, made.keys.record, next.desk, after, head, tell));
  std::int64_t bytes = 0, copied = 0;
  for (const Segment& segment : fresh) {
    next.segments.push_back(segment);
    bytes += segment.size;
    copied += segment.blobs;
  }
  next.rows = head.rows;
  next.head = head.head;
  next.checkpoint = head.checkpoint;
  // Behind the record: every item of it has its key in this, unless it was erased meanwhile.
  std::int64_t forgotten = 0;
  if (!to.keys_folder.empty()) {
    if (tell) tell("keys");
    TRY(write_key_part(record, paths.keys(), to.keys_folder, made.keys.items, next.desk, next.number, next.at));
    forgotten = TRY(forget_old_key_parts(to.keys_folder, made.keys.items, next.at));
  }
  TRY(write_manifest(to.folder, made.keys.record, next));

  Json state = Json::Object{{"at", next.at.ms}, {"folder", to.folder}, {"rows", next.rows}};
  const Result<std::optional<LastBackup>> before = last_backup(paths);
  if (!to.keys_folder.empty())
    state.set("keys_at", next.at.ms);
  else if (before && *before && (**before).keys_at)
    state.set("keys_at", (**before).keys_at->ms);
  TRY(write_file(paths.backup_state(), to_text(state) + "\n", 0600));

  Json said = Json::Object{{"backup", to.folder},           {"number", next.number},      {"rows", next.rows},
                           {"new_rows", next.rows - after}, {"new_blobs", copied},        {"new_bytes", bytes},
                           {"keys", to.keys_folder},        {"keys_forgotten", forgotten}};
  if (!made.text.empty() && to.key_file.empty()) said.set("key_file", made.text);
  if (!made.text.empty() && !to.key_file.empty()) said.set("keys_written_to", to.key_file);
  return said;
}

Result<std::optional<LastBackup>> last_backup(const Paths& paths) {
  if (!exists(paths.backup_state())) return std::optional<LastBackup>();
  const Json state = TRY(parse_json(TRY(read_file(paths.backup_state(), 1u << 16))));
  LastBackup last;
  last.at = Instant{TRY(state.number("at"))};
  last.folder = state.text_or("folder");
  last.rows = state.number_or("rows", 0);
  if (state.find("keys_at") != nullptr) last.keys_at = Instant{TRY(state.number("keys_at"))};
  return std::optional(std::move(last));
}

std::string backup_in_words(const Json& line) {
  const auto number = [&](const char* key) { return std::to_string(line.number_or(key, 0)); };
  std::string words = "backup " + number("number") + " in " + printable(line.text_or("backup"), 300) + ": " +
                      number("new_rows") + " new rows of " + number("rows") + ", " + number("new_blobs") +
                      " new items, " + number("new_bytes") + " bytes\n";
  if (line.text_or("keys").empty())
    words += "The keys are not in it (--keys FOLDER): with this alone nothing can be read again.\n";
  else
    words += "The keys lie apart, in " + printable(line.text_or("keys"), 300) + "; " + number("keys_forgotten") +
             " copies of them were older than 35 days and are gone.\n";
  if (const std::string text = line.text_or("key_file"); !text.empty())
    words +=
        "\nThe keys of the backup itself. They are not shown again; keep them apart from both folders, in a file for "
        "`cordon restore --key-file`:\n\n" +
        text;
  if (const std::string file = line.text_or("keys_written_to"); !file.empty())
    words += "The keys of the backup itself are in " + printable(file, 300) + "; keep it apart from both folders.\n";
  return words;
}

}  // namespace cordon
