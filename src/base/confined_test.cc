#include "base/confined.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "base/walls.h"

namespace cordon {
namespace {

using testing::HasSubstr;

Result<std::vector<Result<std::string>>> run(std::string_view worker, const std::vector<std::string>& items,
                                             const ConfinedLimits& limits = {}, std::string_view options = {}) {
  const std::vector<std::string_view> views(items.begin(), items.end());
  return run_confined(worker, options, views, limits);
}

std::string one(std::string_view worker, const std::string& item, const ConfinedLimits& limits = {},
                std::string_view options = {}) {
  const auto results = run(worker, {item}, limits, options);
  if (!results) return "NOT RUN: " + results.error().message;
  const Result<std::string>& result = results->at(0);
  return result ? *result : "FAILED: " + result.error().message;
}

// ---- A worker that behaves as its item says ----

std::string behave(std::string_view options, std::string_view item) {
  static std::vector<char*> kept;
  if (item == "crash") {
    signal(SIGSEGV, SIG_DFL);  // a sanitizer would turn the signal into an exit
    raise(SIGSEGV);
  }
  if (item == "abort") std::abort();
  if (item == "exit") _exit(0);
  if (item == "loop")
    for (volatile int go_on = 1; go_on != 0;) continue;
  if (item == "sleep") sleep(1000);
  if (item == "throw") throw std::runtime_error("no");
  if (item == "bomb") return std::string(std::size_t{1} << 40, 'x');
  if (item == "leak") {
    for (;;) {
      kept.push_back(new char[1 << 20]);
      std::memset(kept.back(), 1, 1 << 20);
    }
  }
  if (item == "leak some") {
    for (int i = 0; i < 60; ++i) kept.push_back(new char[1 << 20]);
    return "leaked";
  }
  if (item.starts_with("long ")) return std::string(static_cast<std::size_t>(*parse_integer(item.substr(5))), 'x');
  if (item == "own then crash later") kept.push_back(nullptr);
  if (item == "trigger" && !kept.empty()) _exit(9);
  if (item == "chatter") {
    const std::string extra(20, 'A');
    if (write(STDOUT_FILENO, extra.data(), extra.size()) < 0) return "could not";
  }
  if (item == "promise much") {
    std::string head = "A";
    head.append(8, '\x7f');
    if (write(STDOUT_FILENO, head.data(), head.size()) < 0) return "could not";
  }
  if (item == "shout") {
    const std::string noise(1 << 20, '!');
    if (write(STDERR_FILENO, noise.data(), noise.size()) < 0 && errno != EAGAIN) return "could not";
    return std::to_string(write(STDERR_FILENO, noise.data(), noise.size()));
  }
  return std::string(options) + "<" + std::string(item) + ">";
}
const RegisterWorker kBehave{{"behave", nullptr, behave}};

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back("item " + std::to_string(i));
  return out;
}

void expect_all_right_but(const std::vector<std::string>& items, const std::vector<Result<std::string>>& results,
                          const std::string& poison, const std::string& why) {
  ASSERT_EQ(results.size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] == poison) {
      ASSERT_FALSE(results[i]) << i;
      EXPECT_EQ(results[i].error().fault, Fault::Malformed);
      EXPECT_EQ(results[i].error().message, why);
    } else {
      ASSERT_TRUE(results[i]) << i << ": " << results[i].error().message;
      EXPECT_EQ(*results[i], "<" + items[i] + ">");
    }
  }
}

TEST(confined, answers_come_in_order_and_see_the_options) {
  const auto results = run("behave", {"a", "", std::string("\0b", 2)}, {}, "opt");
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(*results->at(0), "opt<a>");
  EXPECT_EQ(*results->at(1), "opt<>");
  EXPECT_EQ(*results->at(2), std::string("opt<\0b>", 7));
}

TEST(confined, an_empty_batch_has_no_answers) {
  const auto results = run("behave", {});
  ASSERT_TRUE(results);
  EXPECT_TRUE(results->empty());
}

TEST(confined, an_unknown_worker_is_a_mistake_of_usage) {
  const auto results = run("nobody", {"a"});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().fault, Fault::Usage);
}

TEST(confined, a_hundred_mebibytes_go_in_and_out_at_once) {
  const std::vector<std::string> items(100, std::string(1 << 20, 'm'));
  const auto results = run("behave", items);
  ASSERT_TRUE(results);
  for (const auto& result : *results) EXPECT_EQ(*result, "<" + items[0] + ">");
}

// Planted bug: the item that crashed a full batch is blamed on the whole batch.
TEST(confined, one_crash_among_a_thousand_costs_one_answer) {
  auto items = numbered(1000);
  items[500] = "crash";
  const auto results = run("behave", items);
  ASSERT_TRUE(results);
  expect_all_right_but(items, *results, "crash", "parser stopped by signal 11 (SIGSEGV)");
}

TEST(confined, crashes_at_both_ends_and_side_by_side_are_all_found) {
  auto items = numbered(50);
  for (const std::size_t i : {0u, 1u, 2u, 20u, 21u, 49u}) items[i] = "crash";
  const auto results = run("behave", items);
  ASSERT_TRUE(results);
  expect_all_right_but(items, *results, "crash", "parser stopped by signal 11 (SIGSEGV)");
}

TEST(confined, a_crash_that_leaves_megabytes_unread_does_not_kill_us) {
  signal(SIGPIPE, SIG_DFL);
  std::vector<std::string> items(3, std::string(4 << 20, 'm'));
  items.insert(items.begin(), "exit");
  const auto results = run("behave", items);
  ASSERT_TRUE(results);
  expect_all_right_but(items, *results, "exit", "parser stopped with exit code 0");
}

TEST(confined, an_abort_and_an_exception_are_told_apart) {
  const auto results = run("behave", {"a", "throw", "b", "abort", "c"});
  ASSERT_TRUE(results);
  EXPECT_EQ(*results->at(0), "<a>");
  EXPECT_EQ(results->at(1).error().message, "parser threw an exception");
  EXPECT_EQ(*results->at(2), "<b>");
  EXPECT_EQ(results->at(3).error().message, "parser stopped by signal 6 (SIGABRT)");
  EXPECT_EQ(*results->at(4), "<c>");
}

// Planted bug: answers of a crashed child are kept (then the item between the two is believed).
TEST(confined, an_item_is_not_blamed_for_what_an_earlier_one_did) {
  const auto results = run("behave", {"own then crash later", "between", "trigger", "after"});
  ASSERT_TRUE(results);
  for (const auto& result : *results) EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(*results->at(2), "<trigger>");
}

TEST(confined, an_endless_loop_runs_out_of_time) {
  auto items = numbered(100);
  items[60] = "loop";
  const auto results = run("behave", items, {.item_seconds = 1});
  ASSERT_TRUE(results);
  expect_all_right_but(items, *results, "loop", "ran out of time");
}

TEST(confined, an_endless_loop_meets_the_cpu_limit_too) {
  EXPECT_EQ(one("behave", "loop", {.cpu_seconds = 1, .item_seconds = 30}), "FAILED: ran out of time");
}

TEST(confined, sleeping_is_no_way_round_the_time_limit) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(one("behave", "sleep", {.item_seconds = 1}), "FAILED: ran out of time");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(confined, an_allocation_bomb_runs_out_of_memory) {
  if (!kMemoryIsLimited) GTEST_SKIP() << "a sanitizer's shadow memory is larger than any limit";
  for (const char* poison : {"bomb", "leak"}) {
    auto items = numbered(100);
    items[60] = poison;
    const auto results = run("behave", items, {.memory = 256u << 20});
    ASSERT_TRUE(results);
    expect_all_right_but(items, *results, poison, "ran out of memory");
  }
}

// Planted bug: an item that finds memory used up by others is called guilty.
TEST(confined, an_item_does_not_pay_for_the_leaks_of_others) {
  if (!kMemoryIsLimited) GTEST_SKIP() << "a sanitizer's shadow memory is larger than any limit";
  const auto results = run("behave", std::vector<std::string>(20, "leak some"), {.memory = 256u << 20});
  ASSERT_TRUE(results);
  for (const auto& result : *results) EXPECT_EQ(result ? *result : result.error().message, "leaked");
}

TEST(confined, an_answer_past_the_limit_is_refused_and_one_at_it_is_not) {
  const auto results = run("behave", {"long 1000", "long 1001", "a"}, {.answer = 1000});
  ASSERT_TRUE(results);
  EXPECT_EQ(*results->at(0), std::string(1000, 'x'));
  EXPECT_EQ(results->at(1).error().message, "answer too long");
  EXPECT_EQ(*results->at(2), "<a>");
}

TEST(confined, a_child_that_writes_past_the_protocol_is_a_crashed_one) {
  EXPECT_THAT(one("behave", "chatter"), HasSubstr("FAILED: answer too long"));  // 'A', then a length of 'A's
  EXPECT_EQ(one("behave", "promise much"), "FAILED: answer too long");
  const auto results = run("behave", {"a", "b", "chatter", "c"});
  ASSERT_TRUE(results);
  EXPECT_EQ(*results->at(0), "<a>");
  EXPECT_EQ(*results->at(1), "<b>");
  EXPECT_FALSE(results->at(2));
  EXPECT_EQ(*results->at(3), "<c>");
}

TEST(confined, a_megabyte_of_complaints_blocks_nobody) {
  EXPECT_EQ(one("behave", "shout"), "-1");  // the pipe is full, and stays so
}

TEST(confined, the_number_of_children_is_bounded) {
  const auto results = run("behave", std::vector<std::string>(20, "crash"), {.children = 8});
  ASSERT_TRUE(results);
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(results->at(i).error().message,
              i < 8 ? "parser stopped by signal 11 (SIGSEGV)" : "not parsed: too many records stopped the parser");
  const auto slow = run("behave", {"loop", "loop"}, {.item_seconds = 1, .children = 10});
  EXPECT_EQ(slow->at(0).error().message, "ran out of time");
  EXPECT_EQ(slow->at(1).error().message, "not parsed: too many records stopped the parser");
}

TEST(confined, many_threads_may_ask_at_once) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([] {
      for (int round = 0; round < 5; ++round) EXPECT_EQ(one("behave", "a"), "<a>");
    });
  for (std::thread& thread : threads) thread.join();
}

// ---- What the child can see ----

std::string our_secret;
std::string witnessed;

void look_round() {
  DIR* folder = opendir("/proc/self/fd");
  while (const dirent* entry = folder != nullptr ? readdir(folder) : nullptr)
    if (entry->d_name[0] != '.' && std::stoi(entry->d_name) != dirfd(folder))
      witnessed += std::string(entry->d_name) + " ";
  if (folder != nullptr) closedir(folder);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.find("SAN_OPTIONS=") == std::string_view::npos) witnessed += std::string(text) + " ";
  }
}
const RegisterWorker kWitness{
    {"witness", look_round, [](std::string_view, std::string_view) { return witnessed + "[" + our_secret + "]"; }}};

// Planted bug: no closefrom in the spawn, or `environ` handed on.
TEST(confined, the_child_has_none_of_our_descriptors_environment_or_memory) {
  our_secret = "the desk's signing key";
  setenv("CORDON_TEST_SECRET", "in the environment", 1);
  const Fd leaky(dup(STDOUT_FILENO));  // without O_CLOEXEC
  const std::string seen_there = one("witness", "");
  unsetenv("CORDON_TEST_SECRET");
  EXPECT_THAT(seen_there, testing::AnyOf("0 1 2 LANG=C.UTF-8 []", "2 1 0 LANG=C.UTF-8 []"));
}

// ---- A machine that cannot confine ----

void refuse_seccomp() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const scmp_arg_cmp old_way{.arg = 0, .op = SCMP_CMP_EQ, .datum_a = PR_SET_SECCOMP, .datum_b = 0};
  seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0, nullptr);
  seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, &old_way);
  seccomp_load(filter);
  seccomp_release(filter);
}
const RegisterWorker kNoSeccomp{{"without seccomp", refuse_seccomp, behave}};

// Planted bug: a filter that could not be loaded is ignored.
TEST(confined, without_seccomp_nothing_is_parsed) {
  const auto results = run("without seccomp", {"a"});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().fault, Fault::Unavailable);
  EXPECT_THAT(results.error().message, HasSubstr("seccomp"));
}

}  // namespace
}  // namespace cordon
