#include "store/database.h"

#include "store/postgres.h"
#include "store/sqlite.h"

namespace cordon {

Result<Database> Database::open(const std::string& address, Open how) {
  return Database(is_postgres(address) ? TRY(open_postgres(address, how)) : TRY(open_sqlite(address, how)));
}

Result<std::int64_t> Database::number(std::string_view sql, const SqlValues& values) {
  Rows rows = TRY(query(sql, values));
  return TRY(rows.next()) ? rows.integer(0) : 0;
}

Result<Transaction> Transaction::begin(Database& database, Access access) {
  TRY(database.driver_->begin(access));
  return Transaction(*database.driver_);
}

Transaction::~Transaction() {
  if (driver_ != nullptr) driver_->rollback();
}

Result<Nothing> Transaction::commit() {
  TRY(driver_->commit());
  driver_ = nullptr;
  return Nothing{};
}

}  // namespace cordon
