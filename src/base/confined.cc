// How parent and child talk. Both are the same program on the same machine, so numbers are as the
// machine has them, and the child believes the parent. The parent believes nothing: a length is
// checked before a byte of it is kept, and one byte too many makes the child a crashed one.
//
//   to the child, descriptor 0      Setup, options, then for each item: length (8 bytes), bytes; end of file
//   from the child, descriptor 1    'R' when the walls stand, then for each item: verdict (1 byte), length
//                                   (8 bytes), bytes
//
// At first the child writes its answers when it has nothing more to read or has a good many of them: a call of the
// kernel for each would cost more than the parsing. If such a child ends in any other way than by answering everything,
// nobody knows which item it was at, so nothing of it counts, and the batch is run again by children that write each
// answer before they look at the next item. Of those the first item without an answer is the one it died on. What
// happens then:
//
//   it crashed        nothing this child said is believed, for an earlier item may have owned it. The items
//                     it answered are run again as two halves, the rest as a third batch.
//   out of time, out  the answers stand; the item it was at begins a new batch, because earlier items may
//   of memory         have used up what was its own.
//   at its first item that item stood alone and is the one to blame.
//
// Only items that were answered are halved again, and an item heads at most one new batch at each size, so
// it is parsed at most 2 log2(n) + 3 times, however cleverly the items are chosen.
#include "base/confined.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "base/files.h"
#include "base/walls.h"

namespace cordon {
namespace {

constexpr char kReady = 'R';
constexpr char kAnswered = 'A';
constexpr char kOutOfMemory = 'M';
constexpr char kTooLong = 'L';
constexpr char kThrew = 'X';
constexpr std::size_t kAnswerHead = 1 + sizeof(std::uint64_t);
constexpr std::size_t kChunk = 64u << 10;

constexpr int kExitUnknownWorker = 64;
constexpr int kExitNoWalls = 69;
constexpr int kExitBrokenOff = 74;

constexpr auto kStartTime = std::chrono::seconds(30);  // exec and `prepare`, on a busy machine
constexpr int kPriceOfTime = 64;                       // an item that ran out of time, in children

struct Setup {
  std::uint64_t cpu_seconds;
  std::uint64_t memory;
  std::uint64_t answer;
  std::uint64_t each;     // 1: each answer is written before the next item is looked at
  std::uint64_t options;  // length
};

std::vector<Worker>& workers() {
  static std::vector<Worker> all;
  return all;
}

const Worker* find_worker(std::string_view name) {
  for (const Worker& worker : workers())
    if (worker.name == name) return &worker;
  return nullptr;
}

void append_number(std::string& to, std::uint64_t number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint64_t number_at(const char* bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

// ---- The child ----

// Descriptor 0, read in large pieces.
class Input {
 public:
  bool take(char* to, std::size_t count) {
    while (count > 0) {
      if (begin_ == end_ && !refill()) return false;
      const std::size_t part = std::min(count, end_ - begin_);
      std::memcpy(to, buffer_.data() + begin_, part);
      begin_ += part;
      to += part;
      count -= part;
    }
    return true;
  }
  template <typename Plain>
  bool take(Plain& to) {
    return take(reinterpret_cast<char*>(&to), sizeof to);
  }
  bool at_hand(std::size_t count) const { return end_ - begin_ >= count; }

 private:
  bool refill() {
    ssize_t got = 0;
    do got = read(STDIN_FILENO, buffer_.data(), buffer_.size());
    while (got < 0 && errno == EINTR);
    begin_ = 0;
    end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    return got > 0;
  }
  std::array<char, kChunk> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

void put(const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t done = write(STDOUT_FILENO, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) _exit(kExitBrokenOff);
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
}

// Descriptor 1. Allocates nothing: it must work when memory has run out.
class Answers {
 public:
  void put_answer(char verdict, std::string_view answer) {
    std::array<char, kAnswerHead> head;
    const std::uint64_t length = answer.size();
    head[0] = verdict;
    std::memcpy(head.data() + 1, &length, sizeof length);
    add(head.data(), head.size());
    add(answer.data(), answer.size());
  }
  void write_out() {
    put(held_.data(), size_);
    size_ = 0;
  }

 private:
  void add(const char* bytes, std::size_t count) {
    if (count > held_.size() - size_) write_out();
    if (count > held_.size()) return put(bytes, count);
    if (count > 0) std::memcpy(held_.data() + size_, bytes, count);
    size_ += count;
  }
  std::array<char, kChunk> held_;
  std::size_t size_ = 0;
};

// Ends by _exit: what runs at exit expects a process with files.
[[noreturn]] void serve(const Worker& worker, Input& input, const Setup& setup) {
  std::string options(setup.options, '\0');
  if (!input.take(options.data(), options.size())) _exit(kExitBrokenOff);
  put(&kReady, 1);
  static Answers answers;
  std::string item;
  std::uint64_t length = 0;
  while (input.take(length)) {
    if (!input.at_hand(length)) answers.write_out();
    std::string answer;
    char verdict = kAnswered;
    try {
      item.resize(length);
      if (!input.take(item.data(), item.size())) _exit(kExitBrokenOff);
      answer = worker.parse(options, item);
      if (answer.size() > setup.answer) verdict = kTooLong;
    } catch (const std::bad_alloc&) {
      verdict = kOutOfMemory;
    } catch (...) {
      verdict = kThrew;
    }
    answers.put_answer(verdict, verdict == kAnswered ? std::string_view(answer) : std::string_view());
    if (setup.each != 0 || verdict == kOutOfMemory || !input.at_hand(sizeof length)) answers.write_out();
    if (verdict == kOutOfMemory) break;  // the parent goes on in a child that has memory
  }
  _exit(0);
}

// ---- The parent ----

std::string describe(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* word = sigabbrev_np(number);
    return "parser stopped by signal " + std::to_string(number) + (word ? " (SIG" + std::string(word) + ")" : "");
  }
  return "parser stopped with exit code " + std::to_string(WEXITSTATUS(status));
}

struct Ending {
  int status = 0;
  bool cpu_used_up = false;
};

// A child process and our ends of its descriptors. Whatever happens, it is killed and reaped.
class Child {
 public:
  static Result<Child> start(std::string_view worker);
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        items_(std::move(other.items_)),
        answers_(std::move(other.answers_)),
        errors_(std::move(other.errors_)) {}
  Child& operator=(Child&&) = delete;
  ~Child() { end(0); }

  int items() const { return items_.get(); }
  int answers() const { return answers_.get(); }

  // A child that is already ending keeps its own cause of death.
  Ending end(int cpu_seconds) {
    if (pid_ < 0) return {};
    Ending ending;
    rusage used{};
    kill(pid_, SIGKILL);
    pid_t reaped = -1;
    do reaped = wait4(pid_, &ending.status, 0, &used);
    while (reaped < 0 && errno == EINTR);
    pid_ = -1;
    const bool by_limit =
        WIFSIGNALED(ending.status) && (WTERMSIG(ending.status) == SIGXCPU || WTERMSIG(ending.status) == SIGKILL);
    ending.cpu_used_up = by_limit && used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 >= cpu_seconds;
    return ending;
  }

 private:
  Child(pid_t pid, Fd items, Fd answers, Fd errors)
      : pid_(pid), items_(std::move(items)), answers_(std::move(answers)), errors_(std::move(errors)) {}
  pid_t pid_;
  Fd items_;
  Fd answers_;
  Fd errors_;  // never read: a full pipe drops what the child says, and it cannot block on it
};

// Both ends above 2, so that handing one on as 0, 1 or 2 cannot overwrite another, even in a daemon
// that runs with its standard descriptors closed.
bool above_standard(std::array<int, 2>& ends, std::array<Fd, 2>& owned) {
  for (std::size_t i = 0; i < 2; ++i) owned[i] = Fd(ends[i]);
  for (Fd& end : owned)
    if (end.get() <= STDERR_FILENO) end = Fd(fcntl(end.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  return owned[0] && owned[1];
}

// What the child sees of our environment: nothing but how a sanitizer was told to behave.
std::vector<std::string> child_environment() {
  std::vector<std::string> out{"LANG=C.UTF-8"};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  return out;
}

Result<Child> Child::start(std::string_view worker) {
  // Items travel by socket, not pipe: a pipe whose reader died would send us SIGPIPE.
  std::array<int, 2> raw{};
  std::array<Fd, 2> items, answers, errors;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, raw.data()) != 0 || !above_standard(raw, items) ||
      pipe2(raw.data(), O_CLOEXEC) != 0 || !above_standard(raw, answers) ||
      pipe2(raw.data(), O_CLOEXEC | O_NONBLOCK) != 0 || !above_standard(raw, errors))
    return fail(Fault::Unavailable, std::string("no pipe for a confined parser: ") + std::strerror(errno));

  std::array<std::string, 3> words{"cordon", "worker", std::string(worker)};
  std::vector<std::string> variables = child_environment();
  std::vector<char*> argv, environment;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& variable : variables) environment.push_back(variable.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);

  // posix_spawn, because the desk has threads: after a plain fork the child could hang on their locks.
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // Its own session: Ctrl-C in the desk's terminal must not look like a crash of the parser.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  pid_t pid = -1;
  int error = posix_spawn_file_actions_adddup2(&actions, items[1].get(), STDIN_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, answers[1].get(), STDOUT_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, errors[1].get(), STDERR_FILENO);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (error == 0) error = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return fail(Fault::Unavailable, std::string("starting a confined parser: ") + std::strerror(error),
                "/proc/self/exe");
  return Child(pid, std::move(items[0]), std::move(answers[0]), std::move(errors[0]));
}

enum class Writing { Together, Each };  // of answers

enum class End { Finished, Crashed, OutOfTime, OutOfMemory, NotStarted };

struct Stop {
  End end;
  std::string why;
};

// One child and its batch. `answers` grows by one for each item the child has dealt with.
class Conversation {
 public:
  Conversation(Child& child, const std::string& worker, std::string_view options,
               std::span<const std::string_view> items, const ConfinedLimits& limits, Writing writing)
      : child_(child), worker_(worker), items_(items), limits_(limits) {
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(limits.cpu_seconds), std::uint64_t{limits.memory}, std::uint64_t{limits.answer},
          std::uint64_t{writing == Writing::Each}, std::uint64_t{options.size()}})
      append_number(outgoing_, number);
    outgoing_ += options;
  }

  Stop run() {
    auto deadline = Now::now() + kStartTime;
    for (;;) {
      refill();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Now::now()).count();
      if (left <= 0) return too_late();
      std::array<pollfd, 2> ends{pollfd{child_.answers(), POLLIN, 0},
                                 pollfd{sending_ ? child_.items() : -1, POLLOUT, 0}};
      const int ready = poll(ends.data(), ends.size(), static_cast<int>(std::min<long long>(left, 60'000)));
      if (ready < 0 && errno != EINTR) return {End::NotStarted, std::string("poll: ") + std::strerror(errno)};
      if (ready <= 0) continue;
      if (ends[1].revents != 0) send_some();
      if (ends[0].revents == 0) continue;
      if (!receive_some()) return ended();
      const std::size_t before = heard();
      if (auto stop = take_answers()) return *std::move(stop);
      if (heard() != before) deadline = Now::now() + std::chrono::seconds(std::max(limits_.item_seconds, 1));
    }
  }

  std::vector<Result<std::string>> answers;

 private:
  using Now = std::chrono::steady_clock;

  std::size_t heard() const { return answers.size() + (started_ ? 1 : 0); }

  void refill() {
    if (!sending_ || sent_ < outgoing_.size()) return;
    outgoing_.clear();
    sent_ = 0;
    for (; asked_ < items_.size() && outgoing_.size() < kChunk; ++asked_) {
      append_number(outgoing_, items_[asked_].size());
      outgoing_ += items_[asked_];
    }
    if (!outgoing_.empty()) return;
    shutdown(child_.items(), SHUT_WR);
    sending_ = false;
  }

  void send_some() {
    const ssize_t done =
        send(child_.items(), outgoing_.data() + sent_, outgoing_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done > 0) sent_ += static_cast<std::size_t>(done);
    if (done < 0 && errno != EAGAIN && errno != EINTR) sending_ = false;  // it died; the answers end too
  }

  bool receive_some() {
    std::array<char, kChunk> piece;
    ssize_t got = 0;
    do got = read(child_.answers(), piece.data(), piece.size());
    while (got < 0 && errno == EINTR);
    if (got > 0) incoming_.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  std::optional<Stop> take_answers() {
    std::size_t at = 0;
    if (!started_ && !incoming_.empty()) {
      if (incoming_[at++] != kReady) return Stop{End::NotStarted, "it did not say that it is confined"};
      started_ = true;
    }
    while (incoming_.size() - at >= kAnswerHead) {
      const char verdict = incoming_[at];
      const std::uint64_t length = number_at(incoming_.data() + at + 1);
      if (answers.size() == asked_) return Stop{End::Crashed, "parser answered more than it was asked"};
      if (length > limits_.answer) return Stop{End::Crashed, "answer too long"};
      if (incoming_.size() - at - kAnswerHead < length) break;
      if (verdict == kOutOfMemory) return Stop{End::OutOfMemory, "ran out of memory"};
      if (verdict == kAnswered)
        answers.emplace_back(incoming_.substr(at + kAnswerHead, length));
      else if (verdict == kTooLong)
        answers.emplace_back(fail(Fault::Malformed, "answer too long", worker_));
      else if (verdict == kThrew)
        answers.emplace_back(fail(Fault::Malformed, "parser threw an exception", worker_));
      else
        return Stop{End::Crashed, "parser broke its protocol"};
      at += kAnswerHead + length;
    }
    incoming_.erase(0, at);
    return std::nullopt;
  }

  // The child closed its side, which it cannot do without ending.
  Stop ended() {
    const Ending ending = child_.end(limits_.cpu_seconds);
    if (!started_) {
      const bool no_walls = WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == kExitNoWalls;
      return {End::NotStarted,
              no_walls ? "this machine refuses seccomp, and parsers never run unconfined" : describe(ending.status)};
    }
    if (answers.size() == items_.size() && incoming_.empty()) return {End::Finished, {}};
    if (!incoming_.empty() && answers.size() == items_.size())
      return {End::Crashed, "parser answered more than it was asked"};
    if (ending.cpu_used_up) return {End::OutOfTime, "ran out of time"};
    return {End::Crashed, describe(ending.status)};
  }

  Stop too_late() const {
    if (!started_) return {End::NotStarted, "it did not start in time"};
    if (answers.size() == items_.size()) return {End::Crashed, "parser did not end"};
    return {End::OutOfTime, "ran out of time"};
  }

  Child& child_;
  const std::string& worker_;
  std::span<const std::string_view> items_;
  const ConfinedLimits& limits_;
  std::string outgoing_;
  std::string incoming_;
  std::size_t sent_ = 0;   // bytes of outgoing_
  std::size_t asked_ = 0;  // items put into outgoing_
  bool sending_ = true;
  bool started_ = false;
};

struct Batch {
  std::size_t begin;
  std::size_t end;
  Writing writing;
};

}  // namespace

RegisterWorker::RegisterWorker(const Worker& worker) {
  CORDON_CHECK(worker.parse != nullptr, "a worker needs a parser");
  CORDON_CHECK(find_worker(worker.name) == nullptr, "two workers have one name");
  workers().push_back(worker);
}

std::optional<int> worker_main(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "worker") return std::nullopt;
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  const Worker* worker = find_worker(argv[2]);
  if (worker == nullptr) return kExitUnknownWorker;
  static Input input;
  Setup setup{};
  if (!input.take(setup)) return kExitBrokenOff;
  if (worker->prepare != nullptr) worker->prepare();
  // Half-raised walls already break what a sanitizer does at exit, hence not `return`.
  if (!raise_walls(static_cast<int>(setup.cpu_seconds), setup.memory)) _exit(kExitNoWalls);
  serve(*worker, input, setup);
}

Result<std::vector<Result<std::string>>> run_confined(std::string_view worker, std::string_view options,
                                                      std::span<const std::string_view> items,
                                                      const ConfinedLimits& limits) {
  const std::string name(worker);
  if (find_worker(worker) == nullptr)
    return fail(Fault::Usage, "this program has no confined parser of this name", name);
  std::vector<Result<std::string>> results(
      items.size(), fail(Fault::Malformed, "not parsed: too many records stopped the parser", name));
  std::vector<Batch> batches;
  const auto add = [&batches](std::size_t begin, std::size_t end) {
    if (begin < end) batches.push_back({begin, end, Writing::Each});
  };
  if (!items.empty()) batches.push_back({0, items.size(), items.size() > 1 ? Writing::Together : Writing::Each});
  for (long left = limits.children; left > 0 && !batches.empty(); --left) {
    const Batch batch = batches.back();
    batches.pop_back();
    Child child = TRY(Child::start(worker));
    Conversation talk(child, name, options, items.subspan(batch.begin, batch.end - batch.begin), limits, batch.writing);
    const Stop stop = talk.run();
    if (stop.end == End::NotStarted)
      return fail(Fault::Unavailable, "the confined parser did not start: " + stop.why, name);

    if (batch.writing == Writing::Together && (stop.end == End::Crashed || stop.end == End::OutOfTime)) {
      add(batch.begin, batch.end);
      ++left;  // the next one does its work
      continue;
    }
    const std::size_t at = batch.begin + talk.answers.size();  // the item it stopped at, or the end
    if (stop.end == End::Crashed && batch.end - batch.begin > 1 && at > batch.begin) {
      const std::size_t middle = batch.begin + (at - batch.begin) / 2;
      add(at, batch.end);
      add(middle, at);
      add(batch.begin, middle);
      continue;
    }
    if (stop.end != End::Finished && (at == batch.begin || stop.end == End::Crashed)) {
      results[batch.begin] = fail(Fault::Malformed, stop.why, name);
      add(batch.begin + 1, batch.end);
      if (stop.end == End::OutOfTime) left -= kPriceOfTime - 1;
      continue;
    }
    std::move(talk.answers.begin(), talk.answers.end(), results.begin() + static_cast<std::ptrdiff_t>(batch.begin));
    add(at, batch.end);
  }
  return results;
}

}  // namespace cordon
