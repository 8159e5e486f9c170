// A thousand updates of an index, two hundred of them with kill -9 of the publisher at some point: what was
// acknowledged is there, a reader's generation is never half of two, and it never goes back.
//
// Planted bugs that turn it red: write `current` in place, byte by byte, instead of by rename; sweep away what the pair
// of now names; leave the base's own number in the answers.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "match/generation.h"

namespace cordon {
namespace {

constexpr int kUpdates = 1000, kKills = 200, kMergeEvery = 50;  // at least so many updates
constexpr int kMostUpdates = kUpdates + 2 * kKills;
const Day kToday = Day::numbered(20'040);

std::string name_of(std::uint64_t update) { return "update-" + std::to_string(update) + ".com"; }

ListedIndicator listed(std::uint64_t update) {
  return {.what = *parse_observable(ObservableKind::Domain, name_of(update)),
          .category = Category::Phishing,
          .source = "list",
          .confidence = static_cast<int>(update % 101),
          .added = kToday,
          .valid_until = kToday.plus(10)};
}

// Update n lists its own name and withdraws that of update n - 1, so of all names exactly one matches in each
// generation. The name says how far the updates had come.
std::optional<std::uint64_t> update_of(const Generation& generation) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i <= kMostUpdates; ++i) all.push_back(name_of(i));
    return all;
  }();
  std::vector<Query> queries;
  for (const std::string& name : names) queries.push_back({ObservableKind::Domain, name});
  std::vector<Matched> answers(queries.size());
  generation.lookup(queries, kToday, answers);
  std::optional<std::uint64_t> found;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].generation, generation.number()) << "an answer of another generation";
    if (answers[i].match == Match::None) continue;
    EXPECT_FALSE(found) << "two updates at once: " << *found << " and " << i;
    found = i;
  }
  return found;
}

struct Wire {  // what the child says of an update that is published
  std::uint64_t update, generation;
};

// Goes on from what is published until `last`; says each update that is through and waits for a byte before the next.
[[noreturn]] void publish(const std::string& folder, std::uint64_t last, int wire_end) {
  const FixedClock clock({20'040 * kDayMs});
  SystemRandom random;
  auto publisher = IndexPublisher::open(folder, *SecretKey::from_seed(std::string(32, 'k')), random, clock);
  if (!publisher) ::_exit(3);
  const auto reader = IndexReader::open(folder);
  if (!reader) ::_exit(4);
  const auto at = update_of(*reader->current());
  if (!at) ::_exit(5);
  for (std::uint64_t update = *at + 1; update <= last; ++update) {
    auto gone = listed(update - 1);
    gone.withdrawn = true;
    const auto changed = publisher->change(std::vector{listed(update), gone});
    if (!changed) ::_exit(6);
    const Wire wire{update, *changed};
    char go = 0;
    if (::write(wire_end, &wire, sizeof wire) != sizeof wire || ::read(wire_end, &go, 1) != 1) ::_exit(7);
    if (update % kMergeEvery == 0 && !publisher->merge()) ::_exit(8);
  }
  ::_exit(0);
}

TEST(IndexPublisher, two_hundred_kills_and_a_thousand_updates_lose_and_mix_nothing) {
  std::string folder = testing::TempDir() + "cordon-index-kill-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const FixedClock clock({20'040 * kDayMs});
  {
    SystemRandom random;
    auto publisher = *IndexPublisher::open(folder, *SecretKey::from_seed(std::string(32, 'k')), random, clock);
    IndexBuilder base({.made = clock.now(), .spool = folder}, random);
    ASSERT_TRUE(base.add(listed(0)));
    ASSERT_TRUE(publisher.replace(std::move(base)));
  }
  const auto reader = IndexReader::open(folder, SecretKey::from_seed(std::string(32, 'k'))->public_key());
  ASSERT_TRUE(reader);

  SeededRandom chance(20261128);
  const auto random_byte = [&chance] { return static_cast<unsigned>(static_cast<unsigned char>(chance.bytes(1)[0])); };
  std::uint64_t acknowledged = 0, seen = 0, last_generation = 0;
  int kills = 0, mid_way = 0;
  double slowest = 0;
  while (acknowledged < kUpdates || kills < kKills) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      publish(folder, kills < kKills ? kMostUpdates : kUpdates, ends[1]);
    }
    ::close(ends[1]);
    const bool to_kill = kills < kKills;
    const std::uint64_t updates = acknowledged < kUpdates ? 1 + random_byte() % 8 : 1;
    Wire wire{};
    for (std::uint64_t i = 0; (!to_kill || i < updates) && ::read(ends[0], &wire, sizeof wire) == sizeof wire; ++i) {
      const auto published = std::chrono::steady_clock::now();
      acknowledged = wire.update;
      ASSERT_EQ(::send(ends[0], "", 1, MSG_NOSIGNAL), 1);
      if (acknowledged % 20 != 0) continue;  // not each one: the reader looks every 100 ms only
      for (;;) {
        const auto generation = reader->current();
        ASSERT_GE(generation->number(), last_generation) << "a reader went back";
        last_generation = generation->number();
        const auto update = update_of(*generation);
        ASSERT_TRUE(update) << "none of the names matches, after update " << acknowledged;
        ASSERT_GE(*update, seen) << "a reader went back";
        seen = *update;
        const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - published;
        slowest = std::max(slowest, waited.count());
        if (generation->number() >= wire.generation) {
          ASSERT_GE(*update, acknowledged) << "an acknowledged update is lost";
          break;
        }
        ASSERT_LT(waited.count(), 1.0) << "a change is not seen within a second";
        ::usleep(2000);
      }
    }
    if (to_kill) {
      ::usleep(random_byte() * 24u);  // somewhere in the next update, which takes some milliseconds
      ::kill(child, SIGKILL);
      ++kills;
    }
    // What it said before it died counts too.
    while (::read(ends[0], &wire, sizeof wire) == sizeof wire) acknowledged = wire.update;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(!WIFEXITED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    const auto left = IndexReader::open(folder);
    ASSERT_TRUE(left) << left.error().message << " " << left.error().where;
    const auto generation = left->current();
    const auto verified = generation->verify();
    ASSERT_TRUE(verified) << verified.error().message;
    const auto update = update_of(*generation);
    ASSERT_TRUE(update) << "none of the names matches, after update " << acknowledged;
    ASSERT_GE(*update, acknowledged) << "an acknowledged update is lost";
    mid_way += *update > acknowledged ? 1 : 0;
    acknowledged = *update;
  }
  std::cout << kills << " kills, " << mid_way << " between publication and word of it, slowest sight of a change "
            << slowest << " s\n";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cordon
