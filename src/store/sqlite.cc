#include "store/sqlite.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/files.h"

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

}  // namespace

Rows::~Rows() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Rows::next() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return sql_error(database_);
  }
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Rows::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Rows::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

int Rows::columns() const { return sqlite3_column_count(statement_); }

Result<Database> Database::open(const std::string& path, Open how) {
  sqlite3* handle = nullptr;
  const int flags = how == Open::Read    ? SQLITE_OPEN_READONLY
                    : how == Open::Write ? SQLITE_OPEN_READWRITE
                                         : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(handle);
  if (code != SQLITE_OK) {
    Error error = sql_error(handle);
    error.where = path;
    return error;
  }
  sqlite3_busy_timeout(handle, 5000);
  TRY(database.execute(
      "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;"));
  if (how == Open::Read || path == ":memory:") return database;
  TRY(database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  {
    Rows mode = TRY(database.query("PRAGMA journal_mode"));
    if (!TRY(mode.next()) || mode.text(0) != "wal")
      return fail(Fault::Unavailable, "this disk gives SQLite no WAL", path);
  }
  if (TRY(database.number("PRAGMA synchronous")) != 2)
    return fail(Fault::Unavailable, "SQLite does not sync fully", path);
  // The log is there by now. SQLite syncs its name too, at the first commit, but goes on when that fails.
  TRY(sync_folder(std::filesystem::absolute(path).parent_path()));
  return database;
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), prepared_(std::move(other.prepared_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(prepared_, other.prepared_);
  return *this;
}

Database::~Database() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<Nothing> Database::execute(const std::string& script) {
  if (sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return sql_error(handle_);
  return Nothing{};
}

Result<Rows> Database::query(std::string_view sql, const std::vector<SqlValue>& values) {
  sqlite3_stmt*& statement = prepared_[std::string(sql)];
  if (statement == nullptr && sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                                 SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return sql_error(handle_);
  }
  CORDON_CHECK(sqlite3_stmt_busy(statement) == 0, "a statement is used inside itself");
  int index = 0;
  for (const SqlValue& value : values) {
    ++index;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, index, *integer);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
  }
  return Rows(handle_, statement);
}

Result<Nothing> Database::run(std::string_view sql, const std::vector<SqlValue>& values) {
  Rows rows = TRY(query(sql, values));
  while (TRY(rows.next())) {
  }
  return Nothing{};
}

Result<std::int64_t> Database::number(std::string_view sql, const std::vector<SqlValue>& values) {
  Rows rows = TRY(query(sql, values));
  return TRY(rows.next()) ? rows.integer(0) : 0;
}

Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // After a full disk SQLite may have rolled back already; a second time does no harm.
  if (database_ != nullptr) static_cast<void>(static_cast<bool>(database_->execute("ROLLBACK")));
}

Result<Nothing> Transaction::commit() {
  TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return Nothing{};
}

}  // namespace cordon
