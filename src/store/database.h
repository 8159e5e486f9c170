// One store, two homes: a file of SQLite in the desk's folder, or a PostgreSQL database (docs/decisions/0017).
//
// All SQL above this seam is one text that both understand: parameters are $1, $2, …; INSERT … ON CONFLICT (columns) DO
// …; no JSON, no function that only one of them has. Values are whole numbers and UTF-8 texts without a zero byte,
// which both order by their bytes. Where the platforms truly differ, the driver writes it its own way: see Driver.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace cordon {

using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, INTEGER, TEXT
using SqlValues = std::vector<SqlValue>;

// How a driver holds the rows that it found.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual Result<bool> next() = 0;  // false at the end
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string text(int column) const = 0;
  virtual bool null(int column) const = 0;
  virtual int columns() const = 0;
};

// The rows of a statement, read one after the other. They belong to their Database and must end before it.
class Rows {
 public:
  explicit Rows(std::unique_ptr<Cursor> cursor) : cursor_(std::move(cursor)) {}
  Result<bool> next() { return cursor_->next(); }
  std::int64_t integer(int column) const { return cursor_->integer(column); }
  std::string text(int column) const { return cursor_->text(column); }
  bool null(int column) const { return cursor_->null(column); }
  int columns() const { return cursor_->columns(); }

 private:
  std::unique_ptr<Cursor> cursor_;
};

// Gives one row after the other, and nothing at the end.
using RowSource = std::function<Result<std::optional<SqlValues>>()>;

enum class Access {
  Write,     // takes the write lock at once
  Snapshot,  // reads, and sees one state until its end
};

// A platform. sqlite.cc and postgres.cc are all that know one.
class Driver {
 public:
  virtual ~Driver() = default;
  virtual Result<Nothing> execute(const std::string& script) = 0;
  virtual Result<Rows> query(std::string_view sql, const SqlValues& values) = 0;
  virtual Result<Nothing> run(std::string_view sql, const SqlValues& values) = 0;
  virtual Result<Rows> scan(const std::string& sql) = 0;
  virtual Result<Nothing> fill(const std::string& table, const std::string& columns, const RowSource& source) = 0;
  virtual Result<Nothing> begin(Access access) = 0;
  virtual Result<Nothing> commit() = 0;
  virtual void rollback() = 0;
  virtual bool in_doubt() const = 0;
  virtual Result<Nothing> settle() = 0;
  virtual Result<std::int64_t> version() = 0;
  virtual Result<Nothing> set_version(std::int64_t version) = 0;
  virtual std::string tables(std::string common) const = 0;
  virtual std::string only_grows(const std::string& table) const = 0;
  virtual Result<Nothing> check() = 0;
  virtual Result<Nothing> wipe() = 0;
};

class Database {
 public:
  // Create also opens one that is there; version() tells. Create and Write own it: no second process may.
  enum class Open { Create, Write, Read };
  // A path, ":memory:" with Create, or "postgresql://…". What is acknowledged is on the disk: the driver sets that,
  // reads it back and refuses a server that would do less.
  static Result<Database> open(const std::string& address, Open how);

  Result<Nothing> execute(const std::string& script) { return driver_->execute(script); }  // several, no values
  Result<Rows> query(std::string_view sql, const SqlValues& values = {}) { return driver_->query(sql, values); }
  // For what gives no rows. In a transaction it may wait for the next query or the commit, which then fails instead.
  Result<Nothing> run(std::string_view sql, const SqlValues& values = {}) { return driver_->run(sql, values); }
  // The first column of the first row, 0 if there is none.
  Result<std::int64_t> number(std::string_view sql, const SqlValues& values = {});
  // A query of any length, in a transaction: the rows are not held at once.
  Result<Rows> scan(const std::string& sql) { return driver_->scan(sql); }
  // Many rows, in a transaction, by the platform's fastest way. `columns` as in SQL: "a, b".
  Result<Nothing> fill(const std::string& table, const std::string& columns, const RowSource& source) {
    return driver_->fill(table, columns, source);
  }

  // The last commit failed and may have happened. Nothing else is answered before settle() knows: it finds the server
  // again and makes sure that what is there now stays.
  bool in_doubt() const { return driver_->in_doubt(); }
  Result<Nothing> settle() { return driver_->settle(); }

  Result<std::int64_t> version() { return driver_->version(); }  // of the tables; 0 where nothing was laid
  Result<Nothing> set_version(std::int64_t version) { return driver_->set_version(version); }
  // Makes tables. Common words: INTEGER (64 bits), TEXT, and $ROWS or $KEYED behind the last bracket, for a table
  // that is kept in the order of its rows or of its key.
  Result<Nothing> lay(const std::string& common) { return driver_->execute(driver_->tables(common)); }
  // From here on SQL itself refuses a change or the removal of a row.
  Result<Nothing> only_grow(const std::string& table) { return driver_->execute(driver_->only_grows(table)); }
  // After rows were deleted or emptied for good: what the platform keeps of them beside its tables goes too, as far as
  // it can be asked to. Not in a transaction.
  Result<Nothing> wipe() { return driver_->wipe(); }
  Result<Nothing> check() { return driver_->check(); }  // Corrupt, as far as the platform itself can tell

 private:
  explicit Database(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
  friend class Transaction;
  std::unique_ptr<Driver> driver_;
};

// Rolls back unless commit() was reached.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database, Access access = Access::Write);
  Transaction(Transaction&& other) noexcept : driver_(std::exchange(other.driver_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<Nothing> commit();

 private:
  explicit Transaction(Driver& driver) : driver_(&driver) {}
  Driver* driver_;
};

}  // namespace cordon
