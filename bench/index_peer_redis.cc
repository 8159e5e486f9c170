// Redis: a server of this run's own, on a socket in a temporary folder and on no port, asked by SISMEMBER a thousand
// at a time. Debian's redis-tools has the whole server under another name, and starts none by itself.
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/files.h"
#include "base/result.h"
#include "bench/index_peer.h"

namespace cordon::bench {
namespace {

constexpr const char* kServer = "/usr/bin/redis-check-rdb";
constexpr std::size_t kPipeline = 1000;

class Redis : public SetPeer {
 public:
  Redis(const Texts& keys, const std::string& folder) : socket_(folder + "/redis.sock") {
    server_ = ::fork();
    CORDON_CHECK(server_ >= 0, "a process for Redis");
    if (server_ == 0) {
      const int nowhere = ::open("/dev/null", O_RDWR);
      ::dup2(nowhere, 1);
      ::dup2(nowhere, 2);
      ::execl(kServer, "redis-server", "--port", "0", "--unixsocket", "redis.sock", "--save", "", "--appendonly", "no",
              "--dir", folder.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    connect();
    ask(keys, "SADD", keys.size());
  }
  ~Redis() override {
    ::kill(server_, SIGTERM);  // this one alone, by its number
    ::waitpid(server_, nullptr, 0);
  }
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  std::uint64_t hits(const Texts& queries) override { return ask(queries, "SISMEMBER", queries.size()); }
  double bytes() override {
    send("*2\r\n$4\r\nINFO\r\n$6\r\nmemory\r\n");
    std::string reply;
    while (reply.find("used_memory:") == std::string::npos || !reply.ends_with("\r\n")) receive(reply);
    return std::strtod(reply.c_str() + reply.find("used_memory:") + 12, nullptr);
  }

 private:
  void connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    CORDON_CHECK(socket_.size() < sizeof address.sun_path, "a short path for the socket");
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    for (int tries = 0; tries < 500; ++tries) {
      fd_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
      ::usleep(20'000);
    }
    CORDON_CHECK(false, "Redis answers within ten seconds");
  }
  void send(std::string_view bytes) { CORDON_CHECK(write_all(fd_.get(), bytes), "Redis reads"); }
  void receive(std::string& into) {
    std::array<char, 1 << 16> buffer;
    const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
    CORDON_CHECK(got > 0, "Redis writes");
    into.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::uint64_t ask(const Texts& texts, std::string_view command, std::size_t count) {
    std::uint64_t ones = 0;
    const std::string head =
        "*3\r\n$" + std::to_string(command.size()) + "\r\n" + std::string(command) + "\r\n$1\r\ni\r\n$";
    for (std::size_t i = 0; i < count;) {
      const std::size_t end = std::min(count, i + kPipeline), asked = end - i;
      std::string request;
      for (; i < end; ++i) {
        const std::string_view text = texts.text(i);
        request.append(head).append(std::to_string(text.size())).append("\r\n").append(text).append("\r\n");
      }
      send(request);
      std::string replies;
      while (replies.size() < 4 * asked) receive(replies);  // ":1\r\n" each
      for (std::size_t at = 1; at < replies.size(); at += 4) ones += replies[at] == '1' ? 1 : 0;
    }
    return ones;
  }

  std::string socket_;
  pid_t server_ = -1;
  Fd fd_;
};

}  // namespace

SetPeerKind redis_peer() {
  if (!exists(kServer)) return {.name = "redis", .lacks = "redis-tools"};
  SetPeerKind kind{.name = "redis, 1000 a trip", .goal = 100, .wall = true, .most = 10'000'000, .queries = 1 << 18};
  kind.make = [](const Texts& keys, const std::string& folder) { return std::make_unique<Redis>(keys, folder); };
  return kind;
}

}  // namespace cordon::bench
