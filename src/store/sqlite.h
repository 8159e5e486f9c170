// SQLite, as little of it as the desk needs: a connection, statements that bind values, errors as Results.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cordon {

using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, INTEGER, TEXT

// A statement being run; its rows are read one after the other. It belongs to its Database and must end before it.
class Rows {
 public:
  Rows(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Rows(Rows&& other) noexcept : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows();
  Result<bool> next();  // false at the end
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool null(int column) const;
  int columns() const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Open { Create, Write, Read };
  // WAL and synchronous=FULL, both read back; foreign keys on; ":memory:" is allowed with Create.
  static Result<Database> open(const std::string& path, Open how);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Result<Nothing> execute(const std::string& script);  // several statements, no values
  Result<Rows> query(std::string_view sql, const std::vector<SqlValue>& values = {});
  Result<Nothing> run(std::string_view sql, const std::vector<SqlValue>& values = {});
  Result<std::int64_t> number(std::string_view sql,
                              const std::vector<SqlValue>& values = {});  // first column of the first row, 0 if none

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> prepared_;
};

// Rolls back unless commit() was reached.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);  // BEGIN IMMEDIATE
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<Nothing> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace cordon
