// A mail server in the test's process, on a loopback port.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "net/mail.h"

namespace cordon::testing_desk {

// A mail server that says to each recipient what the test told it; what it took, by Message-ID.
class MailServer {
 public:
  MailServer() {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CORDON_CHECK(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::listen(listener_.get(), 8) == 0 &&
                     ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0,
                 "a test's mail server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (;;) {
        const Fd client(::accept(listener_.get(), nullptr, nullptr));
        if (!client) return;
        ++connections_;
        talk(client.get());
      }
    });
  }
  ~MailServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // To RCPT of this address from now on; empty: it is taken.
  void say(const std::string& address, const std::string& line) {
    const std::lock_guard lock(mutex_);
    said_[address] = line;
  }
  // So many mails are read whole, and then the line is cut.
  void cut_behind(int mails) { cuts_ = mails; }
  std::map<std::string, int> taken() {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  int mails() {
    int all = 0;
    for (const auto& [id, copies] : taken()) all += copies;
    return all;
  }
  std::vector<std::string> senders() {
    const std::lock_guard lock(mutex_);
    return senders_;
  }
  int connections() const { return connections_; }

 private:
  void talk(int client) {
    const timeval patience{5, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool in_mail = false;
    std::string held, say = "220 server.example.net\r\n", mail;
    for (char piece[65536];;) {
      if (!say.empty() && !write_all(client, say)) return;
      say.clear();
      const std::size_t end = held.find("\r\n");
      if (end == std::string::npos) {
        const ssize_t got = ::recv(client, piece, sizeof piece, 0);
        if (got <= 0) return;
        held.append(piece, static_cast<std::size_t>(got));
        continue;
      }
      const std::string line = held.substr(0, end);
      held.erase(0, end + 2);
      if (in_mail && line != ".") {
        mail += line + "\r\n";
        continue;
      }
      const std::lock_guard lock(mutex_);
      if (in_mail) {
        const std::string id = read_mail(mail)->header("Message-ID");
        ++taken_[id.substr(1, id.size() - 2)];
        mail.clear();
        if (cuts_ > 0) {
          --cuts_;
          return;
        }
      }
      say = in_mail ? "250 2.0.0 queued\r\n" : line == "DATA" ? "354 go on\r\n" : "250 fine\r\n";
      if (line.starts_with("MAIL FROM:<")) senders_.push_back(line.substr(11, line.find('>') - 11));
      if (line.starts_with("RCPT TO:<")) {
        const auto told = said_.find(line.substr(9, line.find('>') - 9));
        if (told != said_.end() && !told->second.empty()) say = told->second + "\r\n";
      }
      in_mail = line == "DATA";
      if (line == "QUIT") return;
    }
  }

  Fd listener_;
  int port_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::string> said_;
  std::map<std::string, int> taken_;
  std::vector<std::string> senders_;
  std::atomic<int> connections_{0}, cuts_{0};
  std::thread thread_;
};

}  // namespace cordon::testing_desk
