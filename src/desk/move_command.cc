// In this order, so that a kill leaves at most one record that opens:
//
//   1. the copy, in one transaction of the new home, and compared with the old one
//   2. the new cordon.toml beside the old one, read back
//   3. the old record is retired: no desk opens it any more
//   4. the new cordon.toml takes its name
#include "desk/move_command.h"

#include <cstdio>

#include "base/files.h"
#include "store/postgres.h"
#include "store/store.h"

namespace cordon {

Result<Json> move_record(const Paths& paths, const std::string& to) {
  if (!exists(paths.settings())) return fail(Fault::NotFound, "there is no desk here", paths.desk);
  const Result<FileLock> lock = FileLock::take(paths.lock());
  if (!lock && lock.error().fault == Fault::Conflict)
    return fail(Fault::Conflict, "another cordon process owns this desk; stop it first", paths.desk);
  if (!lock) return lock.error();
  Settings settings = TRY(load_settings(paths));
  const std::string old_place = record_of(paths, settings);
  if (!is_postgres(old_place) && !exists(old_place)) return fail(Fault::NotFound, "the record is gone", old_place);
  settings.database = to;
  const std::string new_place = record_of(paths, settings);
  if (new_place == old_place) return fail(Fault::Usage, "the record is there already", shown(new_place));

  Json counts = TRY(copy_record(old_place, new_place, TRY(open_blobs(paths, Blobs::Mode::Read))));

  const std::string fresh = paths.settings() + ".new";
  TRY(write_file(fresh, with_database(TRY(read_file(paths.settings(), 4u << 20)), to), 0644));
  const Result<Json> toml = read_toml(fresh);
  const Result<Settings> read_back = toml ? read_settings(*toml) : Result<Settings>(toml.error());
  if (!read_back || read_back->database != to)
    return fail(Fault::Usage,
                "[database] in cordon.toml is written in a way that cannot be changed here; write its url "
                "on a line of its own",
                paths.settings());
  TRY(retire_record(old_place));
  if (::rename(fresh.c_str(), paths.settings().c_str()) != 0) return system_error("rename", errno, paths.settings());
  TRY(sync_folder(paths.desk));
  counts.set("from", shown(old_place));
  counts.set("to", shown(new_place));
  return counts;
}

}  // namespace cordon
