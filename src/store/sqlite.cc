#include "store/sqlite.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace cordon {

namespace {

Error sql_error(sqlite3* database) {
  const int extended = sqlite3_extended_errcode(database);
  const std::string message = std::string("the database says: ") + sqlite3_errmsg(database);
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) {
    std::fprintf(stderr, "cordon: fsync of the database failed; what the disk holds is unknown, stopping\n");
    std::abort();
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return fail(Fault::Refused, message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(Fault::Corrupt, message);
    case SQLITE_FULL:
      return fail(Fault::Full, message);
    default:
      return fail(Fault::Unavailable, message);
  }
}

class SqliteCursor final : public Cursor {
 public:
  SqliteCursor(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  SqliteCursor(const SqliteCursor&) = delete;
  SqliteCursor& operator=(const SqliteCursor&) = delete;
  ~SqliteCursor() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Result<bool> next() override {
    switch (sqlite3_step(statement_)) {
      case SQLITE_ROW:
        return true;
      case SQLITE_DONE:
        return false;
      default:
        return sql_error(database_);
    }
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  bool null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int columns() const override { return sqlite3_column_count(statement_); }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

class Sqlite final : public Driver {
 public:
  explicit Sqlite(sqlite3* handle) : handle_(handle) {}
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() override {
    for (const auto& [sql, prepared] : prepared_) sqlite3_finalize(prepared.statement);
    sqlite3_close(handle_);
  }

  Result<Nothing> execute(const std::string& script) override {
    if (sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return sql_error(handle_);
    return Nothing{};
  }

  Result<Rows> query(std::string_view sql, const SqlValues& values) override {
    sqlite3_stmt* statement = TRY(bound(sql, values));
    return Rows(std::make_unique<SqliteCursor>(handle_, statement));
  }

  Result<Nothing> run(std::string_view sql, const SqlValues& values) override {
    SqliteCursor rows(handle_, TRY(bound(sql, values)));
    while (TRY(rows.next())) {
    }
    return Nothing{};
  }

  Result<Rows> scan(const std::string& sql) override { return query(sql, {}); }

  Result<Nothing> fill(const std::string& table, const std::string& columns, const RowSource& source) override {
    std::string places;
    const std::size_t count = split(columns, ',').size();
    for (std::size_t place = 1; place <= count; ++place) places += (place == 1 ? "$" : ", $") + std::to_string(place);
    const std::string sql = "INSERT INTO " + table + " (" + columns + ") VALUES (" + places + ")";
    while (const std::optional<SqlValues> row = TRY(source())) TRY(run(sql, *row));
    return Nothing{};
  }

  Result<Nothing> begin(Access access) override {
    return execute(access == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Result<Nothing> commit() override { return execute("COMMIT"); }
  void rollback() override {
    // After a full disk SQLite may have rolled back already; a second time does no harm.
    static_cast<void>(static_cast<bool>(execute("ROLLBACK")));
  }
  // A COMMIT that fails leaves the transaction open, and one whose fsync failed ends the process.
  bool in_doubt() const override { return false; }
  Result<Nothing> settle() override { return Nothing{}; }

  Result<std::int64_t> version() override {
    SqliteCursor rows(handle_, TRY(bound("PRAGMA user_version", {})));
    return TRY(rows.next()) ? rows.integer(0) : 0;
  }
  Result<Nothing> set_version(std::int64_t version) override {
    return execute("PRAGMA user_version = " + std::to_string(version));
  }

  std::string tables(std::string common) const override {
    return replace_all(replace_all(std::move(common), "$ROWS", "STRICT"), "$KEYED", "STRICT, WITHOUT ROWID");
  }
  std::string only_grows(const std::string& table) const override {
    const std::string refuse = " ON " + table + " BEGIN SELECT RAISE(ABORT, 'the " + table + " only grows'); END;";
    return "CREATE TRIGGER " + table + "_keeps_its_rows BEFORE DELETE" + refuse + "CREATE TRIGGER " + table +
           "_keeps_its_words BEFORE UPDATE" + refuse;
  }

  // The write-ahead log holds pages as they were. A reader that still needs them leaves it for the next time.
  Result<Nothing> wipe() override { return execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

  Result<Nothing> check() override {
    SqliteCursor rows(handle_, TRY(bound("PRAGMA integrity_check(1)", {})));
    if (TRY(rows.next()) && rows.text(0) != "ok") return fail(Fault::Corrupt, printable(rows.text(0)));
    return Nothing{};
  }

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    std::vector<int> places;  // where SQLite keeps $1, $2, …: it numbers them as they first appear
  };

  // The statement with its values, ready for its first step.
  Result<sqlite3_stmt*> bound(std::string_view sql, const SqlValues& values) {
    Prepared& prepared = prepared_[std::string(sql)];
    sqlite3_stmt*& statement = prepared.statement;
    if (statement == nullptr && sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                                   SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      return sql_error(handle_);
    }
    CORDON_CHECK(sqlite3_stmt_busy(statement) == 0, "a statement is used inside itself");
    for (std::size_t place = prepared.places.size() + 1; place <= values.size(); ++place)
      prepared.places.push_back(sqlite3_bind_parameter_index(statement, ("$" + std::to_string(place)).c_str()));
    for (std::size_t place = 0; place < values.size(); ++place) {
      const int index = prepared.places[place];
      CORDON_CHECK(index > 0, "a value that the statement does not use");
      if (const auto* integer = std::get_if<std::int64_t>(&values[place])) {
        sqlite3_bind_int64(statement, index, *integer);
      } else if (const auto* text = std::get_if<std::string>(&values[place])) {
        sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
      }
    }
    return statement;
  }

  sqlite3* handle_;
  std::unordered_map<std::string, Prepared> prepared_;
};

}  // namespace

Result<std::unique_ptr<Driver>> open_sqlite(const std::string& path, Database::Open how) {
  using Open = Database::Open;
  sqlite3* handle = nullptr;
  const int flags = how == Open::Read    ? SQLITE_OPEN_READONLY
                    : how == Open::Write ? SQLITE_OPEN_READWRITE
                                         : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Driver> database = std::make_unique<Sqlite>(handle);
  if (code != SQLITE_OK) {
    Error error = sql_error(handle);
    error.where = path;
    return error;
  }
  sqlite3_busy_timeout(handle, 5000);
  TRY(database->execute(
      "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; "
      "PRAGMA secure_delete=ON;"));
  if (how == Open::Read || path == ":memory:") return database;
  TRY(database->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  {
    Rows mode = TRY(database->query("PRAGMA journal_mode", {}));
    if (!TRY(mode.next()) || mode.text(0) != "wal")
      return fail(Fault::Unavailable, "this disk gives SQLite no WAL", path);
  }
  Rows synchronous = TRY(database->query("PRAGMA synchronous", {}));
  if (!TRY(synchronous.next()) || synchronous.integer(0) != 2)
    return fail(Fault::Unavailable, "SQLite does not sync fully", path);
  Rows erases = TRY(database->query("PRAGMA secure_delete", {}));
  if (!TRY(erases.next()) || erases.integer(0) != 1)
    return fail(Fault::Unavailable, "SQLite leaves what was deleted in its file", path);
  // The log is there by now. SQLite syncs its name too, at the first commit, but goes on when that fails.
  TRY(sync_folder(std::filesystem::absolute(path).parent_path()));
  return database;
}

}  // namespace cordon
