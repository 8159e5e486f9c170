// `cordon backup` and `cordon restore` (docs/operations.md, docs/formats/backup.md).
#pragma once

#include <optional>
#include <string>

#include "base/cipher.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/scrub.h"
#include "desk/settings.h"

namespace cordon {

// The two keys of a backup: of the record's copies, and of the copies of what may have to be forgotten. As a file, for
// whoever keeps them apart from both: "record HEX" and "items HEX", a line each.
struct BackupKeys {
  CipherKey record, items;
};

struct BackupTo {
  std::string folder;
  std::string keys_folder;  // empty: without what may have to be forgotten, and so without the keys
  std::string key_file;     // where the two keys are written when they are made; empty: they are shown
};
// Copies what is new since the last time. The desk may be served meanwhile. What was interrupted leaves the copy before
// it whole.
Result<Json> back_up(const Paths& paths, const BackupTo& to, const Clock& clock, const Tell& tell);

struct RestoreFrom {
  std::string folder, keys_folder, key_file;
  std::int64_t number = 0, keys_number = 0;  // which of several; 0: the newest
  std::string database;                      // instead of what the desk's settings say
  std::string new_log;                       // the name of a new log; empty: only the old one will do
};
// Onto an empty place. Refused where the log cannot go on as it was and no new one was asked for; nothing is left
// behind then, nor after anything that is damaged.
Result<Json> restore(const Paths& paths, const RestoreFrom& from, const Clock& clock, Random& random, const Tell& tell);

struct LastBackup {
  Instant at;
  std::string folder;
  std::int64_t rows = 0;
  std::optional<Instant> keys_at;
};
Result<std::optional<LastBackup>> last_backup(const Paths& paths);

std::string backup_in_words(const Json& line);
std::string restore_in_words(const Json& line);

}  // namespace cordon
