// A Postfix and a Dovecot of Debian in a folder of their own, on loopback, with ports and settings of this run: mail
// goes in by SMTP with STARTTLS and a login, on by LMTP into Maildirs, and out by IMAP. Nothing leaves the machine:
// whatever is for no domain of the test is refused. Dovecot runs as nobody, Postfix as its own user under a master of
// root's.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "../program.h"

namespace cordon::testing_desk {

class MailServers {
 public:
  // Why there can be none here; empty: they can be started.
  static std::string missing();

  // A mailbox for each address, and none for any other address of their domains, which comes back as a failure.
  explicit MailServers(const std::vector<std::string>& addresses);
  ~MailServers();
  MailServers(const MailServers&) = delete;
  MailServers& operator=(const MailServers&) = delete;

  std::string smtp() const { return "smtp://127.0.0.1:" + std::to_string(smtp_port_); }
  std::string imap() const { return "imap://127.0.0.1:" + std::to_string(imap_port_); }
  std::string authorities() const { return folder_.path() + "/cert.pem"; }  // of whom TLS trusts
  static constexpr const char* kPassword = "a password for tests";          // of every mailbox
  std::vector<std::string> mails(const std::string& address) const;         // whole, in no order
  std::size_t queued() const;                                               // that Postfix still holds
  std::string logs() const;

  void start_postfix();
  void kill_postfix();  // -9

 private:
  void start_dovecot();
  void wait_for_port(int port) const;
  std::string maildir(const std::string& address) const;
  TemporaryFolder folder_;
  std::vector<std::string> domains_;
  int smtp_port_, imap_port_, lmtp_port_, auth_port_;
  pid_t postfix_ = 0, dovecot_ = 0;
};

}  // namespace cordon::testing_desk
