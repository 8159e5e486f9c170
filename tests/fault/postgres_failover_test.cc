// Failovers: under load the primary is killed and its synchronous standby promoted, whose new standby is the one
// that was killed. What was acknowledged is there each time, once, in one unbroken chain.
//
// Planted bugs: set synchronous_commit to 'local' in own() in store/postgres.cc; here, let the first standby
// begin before the primary is told to wait for one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

#include "../program.h"
#include "base/files.h"
#include "base/samples_for_tests.h"
#include "store/postgres_for_tests.h"
#include "store/store.h"

namespace cordon::testing_desk {
namespace {

constexpr Instant kNow{1'790'000'000'000};

std::string token(std::int64_t number) { return "token " + std::to_string(number); }

TEST(PostgresFailover, promotions_lose_nothing_acknowledged) {
  // A build without tools/install --test has no server; where the shared data is, ./test calls this skip a failure.
  if (!PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::int64_t failovers = samples("CORDON_FAILOVERS", 8, 30, 30);
  const TemporaryFolder folder;
  const auto blobs = [&](Blobs::Mode mode) {
    return *Blobs::open(folder.path() + "/evidence", folder.path() + "/keys", mode);
  };
  PostgresServer one, two(PostgresServer::Starts::Later);
  one.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");  // each standby begins with a copy of it
  one.sql("SELECT pg_reload_conf()");
  two.follow(one);
  const std::string address = "postgresql:///postgres?host=" + one.socket_folder() + "," + two.socket_folder() +
                              "&user=cordon&target_session_attrs=read-write";
  Result<Store> created = Store::create(address, blobs(Blobs::Mode::Write));
  ASSERT_TRUE(created) << created.error().message;
  Store store = *std::move(created);

  std::atomic<std::int64_t> acknowledged = 0;
  std::atomic<bool> over = false;
  std::atomic<int> told_to_try_again = 0;
  std::thread load([&] {
    while (!over) {
      const std::int64_t number = acknowledged + 1;
      const CheckpointPublished event{number, sha256("root")};
      while (!store.append({{event, "software", {}}}, kNow, token(number), Json(number)) && !over) {
        ++told_to_try_again;
        ::usleep(10'000);
      }
      if (!over) acknowledged = number;
    }
  });
  const auto began = std::chrono::steady_clock::now();
  PostgresServer* primary = &one;
  PostgresServer* standby = &two;
  std::int64_t lost = 0;
  for (std::int64_t failover = 1; failover <= failovers; ++failover) {
    const std::int64_t before = acknowledged;
    for (int waited = 0; waited < 3000 && acknowledged < before + 10; ++waited) ::usleep(10'000);
    ASSERT_GE(acknowledged, before + 10) << "failover " << failover;
    if (failover % 2 == 0) {  // the standby falls behind first: from here on nothing may be acknowledged
      standby->sql("ALTER SYSTEM SET primary_conninfo = ''");
      standby->sql("SELECT pg_reload_conf()");
    }
    ::usleep(static_cast<useconds_t>(20'000 + failover * 7'919 % 60'000));
    primary->kill9();
    const std::int64_t told = acknowledged;
    standby->promote();
    const std::string there = standby->sql("SELECT max(size) FROM published");  // what the last of them left
    if (there.empty() || std::stoll(there) < told) ++lost;
    std::swap(primary, standby);
    standby->follow(*primary);
  }
  const std::int64_t before = acknowledged;
  for (int waited = 0; waited < 3000 && acknowledged <= before; ++waited) ::usleep(10'000);
  over = true;
  load.join();

  EXPECT_EQ(lost, 0);
  for (std::int64_t number = 1; number <= acknowledged; ++number) {
    const auto answer = store.answer_to(token(number));
    ASSERT_TRUE(answer && *answer) << number;
  }
  const Result<Json> verified = verify_journal(address, blobs(Blobs::Mode::Read));
  ASSERT_TRUE(verified) << verified.error().message << verified.error().where;
  EXPECT_GE(verified->number_or("rows", 0), acknowledged);
  EXPECT_LE(verified->number_or("rows", 0), acknowledged + 1);  // the last one, which nobody was told of
  std::cout << failovers << " failovers in "
            << std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count()
            << " s: " << acknowledged << " acknowledged, " << lost << " lost, " << told_to_try_again
            << " times told to try again\n";
}

}  // namespace
}  // namespace cordon::testing_desk
