#include "mail_servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

int free_port() {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CORDON_CHECK(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                   ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0,
               "a port for a test");
  return ntohs(address.sin_port);
}

// Starts a program in a process group of its own, its words in `log`. `as_nobody`: without root's rights.
pid_t start_server(const std::vector<std::string>& words, const std::string& log, bool as_nobody) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setpgid(0, 0);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (as_nobody) {
    const passwd* nobody = ::getpwnam("nobody");
    if (nobody == nullptr || ::setgroups(0, nullptr) != 0 || ::setgid(nobody->pw_gid) != 0 ||
        ::setuid(nobody->pw_uid) != 0)
      ::_exit(99);
  }
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(99);
}

bool answers(int port) {
  const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void give_to(const std::string& path, const char* user) {
  const passwd* owner = ::getpwnam(user);
  CORDON_CHECK(owner != nullptr && ::chown(path.c_str(), owner->pw_uid, owner->pw_gid) == 0, "a test's folder");
}

}  // namespace

std::string MailServers::missing() {
  if (!exists("/usr/lib/postfix/sbin/master") || !exists("/usr/sbin/dovecot") || !exists("/usr/lib/dovecot/lmtp"))
    return "no Postfix and Dovecot here (tools/install --test)";
  if (::geteuid() != 0) return "Postfix starts as root alone";
  return {};
}

MailServers::MailServers(const std::vector<std::string>& addresses)
    : smtp_port_(free_port()), imap_port_(free_port()), lmtp_port_(free_port()), auth_port_(free_port()) {
  const std::string& here = folder_.path();
  ::chmod(here.c_str(), 0755);
  for (const char* folder : {"etc", "queue", "data", "mail", "run", "state"}) fs::create_directory(here + "/" + folder);
  for (const char* folder : {"mail", "run", "state"}) give_to(here + "/" + folder, "nobody");
  give_to(here + "/data", "postfix");
  const std::string make_certificate =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext "
      "subjectAltName=IP:127.0.0.1 -keyout " +
      here + "/key.pem -out " + here + "/cert.pem >/dev/null 2>&1";
  CORDON_CHECK(std::system(make_certificate.c_str()) == 0, "a certificate for a test");

  std::set<std::string> domains;
  std::string users;
  const passwd* nobody = ::getpwnam("nobody");
  for (const std::string& address : addresses) {
    domains.insert(address.substr(address.find('@') + 1));
    users += address + ":{PLAIN}" + kPassword + ":" + std::to_string(nobody->pw_uid) + ":" +
             std::to_string(nobody->pw_gid) + "::" + maildir(address) + "::\n";
  }
  domains_.assign(domains.begin(), domains.end());
  folder_.file("users", users);
  folder_.file(
      "etc/main.cf",
      "compatibility_level = 3.6\nqueue_directory = " + here + "/queue\ndata_directory = " + here +
          "/data\ncommand_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = "
          "postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = "
          "mail.test-desk.example.net\nmydestination =\nalias_maps =\nalias_database =\n"
          "local_recipient_maps =\nlocal_transport = error:no local mail\ndefault_transport = error:no mail "
          "leaves\nrelay_transport = error:no mail leaves\nmynetworks =\nsmtpd_peername_lookup = no\n"
          "smtpd_relay_restrictions = permit_sasl_authenticated, reject\nsmtpd_recipient_restrictions = "
          "permit_sasl_authenticated, reject\nsmtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\n"
          "smtpd_sasl_path = inet:127.0.0.1:" +
          std::to_string(auth_port_) +
          "\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\nsmtpd_tls_cert_file = " + here +
          "/cert.pem\nsmtpd_tls_key_file = " + here + "/key.pem\nvirtual_mailbox_domains = " + join(domains_, ", ") +
          "\nvirtual_transport = lmtp:inet:127.0.0.1:" + std::to_string(lmtp_port_) +
          "\nrecipient_delimiter = +\nmaillog_file = " + here + "/postfix.log\nmaillog_file_prefixes = " + here +
          "\nin_flow_delay = 0\ndefault_destination_concurrency_limit = 20\nsmtpd_client_connection_rate_limit "
          "= 0\nminimal_backoff_time = 1s\nmaximal_backoff_time = 2s\nqueue_run_delay = 1s\n");
  folder_.file(
      "etc/master.cf",
      "127.0.0.1:" + std::to_string(smtp_port_) +
          " inet n - n - - smtpd\npickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n "
          "300 1 qmgr\ntlsmgr unix - - n 1000 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n "
          "- 0 bounce\ndefer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nverify unix - - n - 1 verify\n"
          "flush unix n - n 1000 0 flush\nproxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\nrelay unix "
          "- - n - - smtp\nshowq unix n - n - - showq\nerror unix - - n - - error\nretry unix - - n - - error\n"
          "lmtp unix - - n - - lmtp\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\npostlog unix-dgram "
          "n - n - 1 postlogd\n");
  folder_.file(
      "dovecot.conf",
      "base_dir = " + here + "/run\nstate_dir = " + here + "/state\nlog_path = " + here +
          "/run/dovecot.log\nprotocols = imap lmtp\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no\n"
          "auth_mechanisms = plain login\ndefault_internal_user = nobody\ndefault_login_user = nobody\n"
          "default_internal_group = nogroup\nfirst_valid_uid = 1\nrecipient_delimiter = +\nmail_location = "
          "maildir:~\npassdb {\n driver = passwd-file\n args = username_format=%u " +
          here + "/users\n}\nuserdb {\n driver = passwd-file\n args = username_format=%u " + here +
          "/users\n}\nservice imap-login {\n chroot =\n inet_listener imap {\n address = 127.0.0.1\n port = " +
          std::to_string(imap_port_) +
          "\n }\n inet_listener imaps {\n port = 0\n }\n}\nservice lmtp {\n inet_listener lmtp {\n address = "
          "127.0.0.1\n port = " +
          std::to_string(lmtp_port_) +
          "\n }\n}\nservice anvil {\n chroot =\n}\nservice stats {\n chroot =\n}\nservice auth {\n user = "
          "nobody\n inet_listener {\n address = 127.0.0.1\n port = " +
          std::to_string(auth_port_) + "\n }\n}\nservice auth-worker {\n user = nobody\n}\n");
  for (const char* file : {"users", "dovecot.conf", "etc/main.cf", "etc/master.cf", "cert.pem"})
    ::chmod((here + "/" + file).c_str(), 0644);
  start_dovecot();
  start_postfix();
}

MailServers::~MailServers() {
  if (postfix_ > 0) kill_postfix();
  if (dovecot_ > 0) {
    ::kill(dovecot_, SIGTERM);
    ::waitpid(dovecot_, nullptr, 0);
  }
}

void MailServers::start_dovecot() {
  dovecot_ = start_server({"/usr/sbin/dovecot", "-F", "-c", folder_.path() + "/dovecot.conf"},
                          folder_.path() + "/dovecot.out", true);
  wait_for_port(lmtp_port_);
}

// The master itself, in the foreground: what it starts ends with it. Its folders are made once; `postfix check` fails
// beside what is left of a master that was just killed.
void MailServers::start_postfix() {
  const std::string here = folder_.path(), etc = here + "/etc";
  if (!exists(here + "/queue/active")) {
    const std::string make_folders = "postfix -c " + etc + " check >" + here + "/check.out 2>&1";
    CORDON_CHECK(std::system(make_folders.c_str()) == 0, "a test's Postfix");
  }
  postfix_ = start_server({"/usr/lib/postfix/sbin/master", "-c", etc, "-d"}, here + "/postfix.out", false);
  wait_for_port(smtp_port_);
}

void MailServers::kill_postfix() {
  ::kill(-postfix_, SIGKILL);  // as if the machine went: what the master started holds its port
  ::waitpid(postfix_, nullptr, 0);
  postfix_ = 0;
  for (int i = 0; i < 500 && answers(smtp_port_); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void MailServers::wait_for_port(int port) const {
  for (int i = 0; i < 500; ++i) {
    if (answers(port)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL() << "a mail server did not start\n" << logs();
}

std::string MailServers::maildir(const std::string& address) const {
  return folder_.path() + "/mail/" + replace_all(address, "@", "_at_");
}

std::vector<std::string> MailServers::mails(const std::string& address) const {
  std::vector<std::string> all;
  for (const char* folder : {"/new", "/cur"}) {
    if (!exists(maildir(address) + folder)) continue;
    for (const auto& entry : fs::directory_iterator(maildir(address) + folder))
      all.push_back(*read_file(entry.path(), std::size_t{1} << 26));
  }
  return all;
}

// A file that Postfix has not finished writing, and so acknowledged nothing of, cannot be executed; after a kill it
// stays.
std::size_t MailServers::queued() const {
  std::size_t count = 0;
  for (const char* queue : {"maildrop", "incoming", "active", "deferred"}) {
    const std::string folder = folder_.path() + "/queue/" + queue;
    if (!exists(folder)) continue;
    std::error_code failed;
    for (auto entry = fs::recursive_directory_iterator(folder, failed); !failed && entry != fs::end(entry);
         entry.increment(failed))
      count += entry->is_regular_file(failed) &&
                       (entry->status(failed).permissions() & fs::perms::owner_exec) != fs::perms::none
                   ? 1
                   : 0;
  }
  return count;
}

std::string MailServers::logs() const {
  std::string all;
  for (const char* file : {"check.out", "postfix.out", "postfix.log", "dovecot.out", "run/dovecot.log"}) {
    const Result<std::string> text = read_file(folder_.path() + "/" + file, std::size_t{1} << 26);
    if (!text) continue;
    all += std::string("── ") + file + "\n" + (text->size() > 4000 ? text->substr(text->size() - 4000) : *text) + "\n";
  }
  return all;
}

}  // namespace cordon::testing_desk
