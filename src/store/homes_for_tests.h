// What the tests of the store stand on: a desk's record in each of its two homes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "store/database.h"
#include "store/postgres_for_tests.h"
#include "store/store.h"

namespace cordon {

enum class Home { Sqlite, Postgres };

class HomeTest : public testing::TestWithParam<Home> {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cordon-store-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    address_ = folder_ + "/desk.db";
    if (in_postgres()) {
      // A build without tools/install --test has no server; where the shared data is, ./test calls this skip a failure.
      if (PostgresServer::shared() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      address_ = PostgresServer::shared()->new_address();
    }
    create();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void create() {
    auto store = Store::create(address_, blobs(Blobs::Mode::Write), volume());
    ASSERT_TRUE(store) << store.error().message;
    store_.emplace(*std::move(store));
  }
  void reopen() {
    store_.reset();
    auto store = Store::open(address_, blobs(Blobs::Mode::Write), Store::Mode::Write, volume());
    ASSERT_TRUE(store) << store.error().message;
    store_.emplace(*std::move(store));
  }

  bool in_postgres() const { return GetParam() == Home::Postgres; }
  const std::string& address() const { return address_; }
  Blobs blobs(Blobs::Mode mode = Blobs::Mode::Read) const {
    return *Blobs::open(folder_ + "/evidence", folder_ + "/keys", mode);
  }

  Volume volume() const { return {folder_ + "/runs", "a key"}; }

  // Somebody else's hand in the database, who need not ask the desk. False where SQL itself refuses.
  bool tamper(const std::string& sql) const {
    if (in_postgres()) return !PostgresServer::shared()->sql(sql, address_).starts_with("ERROR");
    return static_cast<bool>(Database::open(address_, Database::Open::Write)->execute(sql));
  }
  bool tamper_past_references(const std::string& sql) const {
    return tamper((in_postgres() ? "SET session_replication_role = replica; " : "PRAGMA foreign_keys=OFF; ") + sql);
  }
  bool tamper_with_version(std::int64_t version) const {
    return tamper((in_postgres() ? "UPDATE owner SET tables = " : "PRAGMA user_version = ") + std::to_string(version));
  }

  std::string folder_, address_;
  std::optional<Store> store_;
};

inline std::string name_of_home(const testing::TestParamInfo<Home>& home) {
  return home.param == Home::Sqlite ? "sqlite" : "postgres";
}
#define CORDON_IN_BOTH_HOMES(suite) \
  INSTANTIATE_TEST_SUITE_P(Homes, suite, testing::Values(Home::Sqlite, Home::Postgres), name_of_home)

}  // namespace cordon
