#include "store/durability.h"

#include <initializer_list>

#include "store/postgres.h"

namespace cordon {

Result<std::vector<DurabilitySetting>> durability_of(Database& database, const std::string& address) {
  std::vector<DurabilitySetting> settings;
  const auto ask = [&](const char* name, const std::string& sql,
                       std::initializer_list<std::string_view> sound) -> Result<Nothing> {
    Rows rows = TRY(database.query(sql));
    DurabilitySetting setting{name, TRY(rows.next()) ? rows.text(0) : "", false};
    for (const std::string_view value : sound) setting.sound = setting.sound || setting.value == value;
    settings.push_back(std::move(setting));
    return Nothing{};
  };
  if (!is_postgres(address)) {
    TRY(ask("journal_mode", "PRAGMA journal_mode", {"wal"}));  // of the file; `synchronous` is of a connection
    return settings;
  }
  TRY(ask("fsync", "SHOW fsync", {"on"}));
  TRY(ask("full_page_writes", "SHOW full_page_writes", {"on"}));
  TRY(ask("synchronous_commit", "SHOW synchronous_commit", {"on", "remote_apply"}));
  TRY(ask("data_checksums", "SHOW data_checksums", {"on"}));
  return settings;
}

}  // namespace cordon
