#include "net/owner_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace cordon {
namespace {

struct Pair {
  Fd a, b;
};

Pair connected() {
  int numbers[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers), 0);
  return {Fd(numbers[0]), Fd(numbers[1])};
}

class OwnerSocket : public testing::Test {
 public:
  OwnerSocket() {
    std::string name = testing::TempDir() + "/owner_XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/owner.socket";
  }
  ~OwnerSocket() override { std::filesystem::remove_all(folder_); }

 protected:
  std::unique_ptr<OwnerListener> listen(OwnerListener::Handler handler) {
    auto listener = OwnerListener::listen(path_, std::move(handler));
    EXPECT_TRUE(listener) << listener.error().message;
    return *std::move(listener);
  }

  std::string folder_, path_;
};

// Answers each frame with its bytes and what its files hold, until the client goes.
void echo(OwnerChannel& channel) {
  while (true) {
    Result<Frame> frame = channel.receive();
    if (!frame) return;
    std::string answer = frame->bytes;
    for (const Fd& file : frame->files) answer += *read_all(file.get(), 1000);
    if (!channel.send(answer)) return;
  }
}

// Planted bug: a frame's files dropped in receive().
TEST_F(OwnerSocket, a_frame_brings_its_open_files) {
  ASSERT_TRUE(write_file(folder_ + "/a", "alpha"));
  ASSERT_TRUE(write_file(folder_ + "/b", "beta"));
  const auto listener = listen(echo);
  Result<OwnerChannel> channel = call_owner(path_);
  ASSERT_TRUE(channel);
  const Fd a = *open_file(folder_ + "/a", O_RDONLY), b = *open_file(folder_ + "/b", O_RDONLY);
  ASSERT_TRUE(channel->send("files: ", {a.get(), b.get()}));
  EXPECT_EQ(channel->receive()->bytes, "files: alphabeta");
  ASSERT_TRUE(channel->send(""));
  EXPECT_EQ(channel->receive()->bytes, "");
  EXPECT_FALSE(channel->has_ended());
}

TEST_F(OwnerSocket, received_files_are_closed_on_exec_and_64_fit) {
  const Pair pair = connected();
  OwnerChannel from(Fd(::dup(pair.a.get()))), to(Fd(::dup(pair.b.get())));
  const Fd file = *open_file("/dev/null", O_RDONLY);
  ASSERT_TRUE(from.send("x", std::vector<int>(64, file.get())));
  const Result<Frame> frame = to.receive();
  ASSERT_TRUE(frame);
  ASSERT_EQ(frame->files.size(), 64u);
  for (const Fd& each : frame->files) EXPECT_NE(::fcntl(each.get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(from.send("x", std::vector<int>(65, file.get())).error().fault, Fault::Malformed);
}

TEST_F(OwnerSocket, a_frame_may_be_8_MiB_and_no_more) {
  const auto listener = listen(echo);
  const std::string large(8u << 20, 'x');
  {
    Result<OwnerChannel> channel = call_owner(path_);
    ASSERT_TRUE(channel);
    ASSERT_TRUE(channel->send(large));
    const Result<Frame> back = channel->receive();
    ASSERT_TRUE(back);
    EXPECT_EQ(back->bytes, large);
    EXPECT_EQ(channel->send(large + "x").error().fault, Fault::Malformed);
  }
  const Pair pair = connected();
  ASSERT_TRUE(write_all(pair.a.get(), std::string("\0\x80\0\1", 4)));
  EXPECT_EQ(OwnerChannel(Fd(::dup(pair.b.get()))).receive().error().fault, Fault::Malformed);
}

TEST_F(OwnerSocket, an_orderly_end_and_a_broken_frame_are_told_apart) {
  Pair pair = connected();
  OwnerChannel to(std::move(pair.b));
  EXPECT_FALSE(to.has_ended());
  pair.a.close();
  EXPECT_TRUE(to.has_ended());
  EXPECT_EQ(to.receive().error().fault, Fault::NotFound);
  for (const std::string& start : {std::string("\0\0", 2), std::string("\0\0\0\5", 4), std::string("\0\0\0\5abc", 7)}) {
    Pair other = connected();
    ASSERT_TRUE(write_all(other.a.get(), start));
    other.a.close();
    EXPECT_EQ(OwnerChannel(std::move(other.b)).receive().error().fault, Fault::Unavailable);
  }
}

TEST_F(OwnerSocket, nobody_listening_is_not_found_and_a_stale_socket_is_replaced) {
  EXPECT_EQ(call_owner(path_).error().fault, Fault::NotFound);
  EXPECT_EQ(call_owner(folder_ + "/no/such").error().fault, Fault::NotFound);
  ASSERT_EQ(::mknod(path_.c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_EQ(call_owner(path_).error().fault, Fault::NotFound);
  {
    const auto listener = listen(echo);
    struct stat now{};
    ASSERT_EQ(::stat(path_.c_str(), &now), 0);
    EXPECT_EQ(now.st_mode & 0777, 0600u);
    EXPECT_TRUE(call_owner(path_));
  }
  EXPECT_FALSE(exists(path_));
  ASSERT_TRUE(write_file(path_, "precious"));
  EXPECT_EQ(OwnerListener::listen(path_, echo).error().fault, Fault::Conflict);
  EXPECT_EQ(*read_file(path_, 100), "precious");
}

TEST_F(OwnerSocket, a_path_longer_than_a_socket_name_works) {
  for (int i = 0; i < 4; ++i) folder_ += "/" + std::string(60, 'f');
  ASSERT_TRUE(make_folder(folder_));
  path_ = folder_ + "/owner.socket";
  {
    const auto listener = listen(echo);
    Result<OwnerChannel> channel = call_owner(path_);
    ASSERT_TRUE(channel);
    ASSERT_TRUE(channel->send("hi"));
    EXPECT_EQ(channel->receive()->bytes, "hi");
  }
  folder_.erase(folder_.size() - 4 * 61);
}

// Planted bug: no SO_RCVTIMEO; the second client then waits for ever.
TEST_F(OwnerSocket, a_silent_client_is_dropped_after_ten_seconds_and_the_next_is_served) {
  const auto listener = listen(echo);
  const Result<OwnerChannel> silent = call_owner(path_);
  ASSERT_TRUE(silent);
  const auto start = std::chrono::steady_clock::now();
  Result<OwnerChannel> next = call_owner(path_);
  ASSERT_TRUE(next);
  ASSERT_TRUE(next->send("hi"));
  EXPECT_EQ(next->receive()->bytes, "hi");
  EXPECT_TRUE(silent->has_ended());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

TEST_F(OwnerSocket, the_end_of_a_listener_does_not_wait_for_a_silent_client) {
  std::atomic<bool> inside = false;
  auto listener = listen([&](OwnerChannel& channel) {
    inside = true;
    echo(channel);
  });
  const Result<OwnerChannel> silent = call_owner(path_);
  while (!inside) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto start = std::chrono::steady_clock::now();
  listener.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_TRUE(silent->has_ended());
}

// Planted bug: may_command() always true. The mode of the file is opened first, so that only the question
// about the other side's user stands in the way.
TEST_F(OwnerSocket, another_user_is_hung_up_on) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const auto listener = listen(echo);
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(2);
    Result<OwnerChannel> channel = call_owner(path_);
    if (!channel) ::_exit(3);
    static_cast<void>(channel->send("hi"));
    ::_exit(channel->receive() ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace cordon
