// A PostgreSQL server of a test's own: a cluster in a temporary folder that listens on a socket there and nowhere else,
// ended with the test. tools/install --test brings the programs; tests that need them skip themselves elsewhere.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace cordon {

class PostgresServer {
 public:
  // The one of this program, started at the first call. Null where no server is installed.
  static PostgresServer* shared() {
    static const std::unique_ptr<PostgresServer> server = installed() ? std::make_unique<PostgresServer>() : nullptr;
    return server.get();
  }
  static bool installed() { return exists(program("postgres")); }

  enum class Starts { AtOnce, Later };  // Later: as somebody's standby
  explicit PostgresServer(Starts starts = Starts::AtOnce) {
    // In memory where the machine has such a folder: these tests are about processes, not about disks.
    std::string pattern = (is_folder("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
                          "/cordon-postgres-XXXXXX";
    CORDON_CHECK(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
    folder_ = pattern;
    if (::geteuid() == 0) CORDON_CHECK(::chown(folder_.c_str(), kNobody, kNobody) == 0, "chown");
    if (starts == Starts::Later) return;
    const int made = wait(spawn({program("initdb"), "-D", data(), "-U", "cordon", "-A", "trust", "-E", "UTF8",
                                 "--locale=C", "-k", "--wal-segsize=1", "--no-instructions"}));
    CORDON_CHECK(made == 0, "initdb failed");
    start();
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() {
    if (process_ > 0) {
      ::kill(process_, SIGINT);
      wait(process_);
    }
    std::filesystem::remove_all(folder_);
  }

  const std::string& socket_folder() const { return folder_; }
  // A place for one desk: a schema of its own, or what is in it already.
  std::string address(const std::string& schema) const {
    return "postgresql:///postgres?host=" + folder_ + "&user=cordon&options=-csearch_path%3D" + schema;
  }
  std::string new_address() {
    const std::string schema = "desk" + std::to_string(++schemas_);
    sql("CREATE SCHEMA " + schema);
    return address(schema);
  }
  // As its superuser, by psql: what it prints. For what a desk itself would never do. "ERROR…" when it fails.
  std::string sql(const std::string& script, const std::string& address = {}) const {
    const std::string out = folder_ + "/sql." + std::to_string(::gettid());
    const int done = wait(spawn({program("psql"), "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-d",
                                 address.empty() ? this->address("public") : address, "-c", script},
                                out));
    return (done == 0 ? "" : "ERROR ") + std::string(trim(*read_file(out, 1u << 20)));
  }

  void start() {
    for (int attempt = 0; attempt < 100; ++attempt) {
      // Where the sessions of a killed server have not all ended yet, the next one ends at once.
      process_ = spawn({program("postgres"), "-D", data(), "-c", "listen_addresses=", "-c",
                        "unix_socket_directories=" + folder_, "-c", "shared_buffers=16MB", "-c", "max_wal_size=64MB",
                        "-c", "hot_standby=on"});
      for (int waited = 0; waited < 600; ++waited) {
        int status = 0;
        if (::waitpid(process_, &status, WNOHANG) == process_) {
          process_ = -1;
          break;
        }
        const auto file = read_file(data() + "/postmaster.pid", 4096);
        if (file && file->starts_with(std::to_string(process_) + "\n") &&
            (file->find("\nready") != std::string::npos || file->find("\nstandby") != std::string::npos))
          return;
        ::usleep(50'000);
      }
      ::usleep(100'000);
    }
    CORDON_CHECK(false, "PostgreSQL does not start");
  }
  void kill9() {
    ::kill(process_, SIGKILL);
    wait(process_);
    process_ = -1;
  }
  // Begins anew as the standby of another.
  void follow(const PostgresServer& primary) {
    std::filesystem::remove_all(data());
    const int made = wait(spawn({program("pg_basebackup"), "-d", "host=" + primary.folder_ + " user=cordon", "-D",
                                 data(), "-R", "-X", "stream", "-c", "fast"}));
    CORDON_CHECK(made == 0, "pg_basebackup failed");
    start();
  }
  void promote() const {
    CORDON_CHECK(wait(spawn({program("pg_ctl"), "-D", data(), "-w", "promote"})) == 0, "pg_ctl promote failed");
  }

 private:
  static constexpr uid_t kNobody = 65534;  // a server refuses to run as root
  std::string data() const { return folder_ + "/data"; }
  static std::string program(const std::string& name) {
    for (const char* version : {"15", "16", "17", "18"})
      if (const std::string path = std::string("/usr/lib/postgresql/") + version + "/bin/" + name; exists(path))
        return path;
    return "/usr/bin/" + name;
  }

  pid_t spawn(const std::vector<std::string>& words, const std::string& out = {}) const {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const std::string log = out.empty() ? folder_ + "/log" : out;
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    CORDON_CHECK(child >= 0, "fork");
    if (child > 0) return child;
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0))
      ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a test that is killed leaves no server behind
    if (::getppid() != parent) ::_exit(126);
    if (!out.empty()) ::unlink(out.c_str());
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::chdir("/");
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  static int wait(pid_t process) {
    int status = -1;
    ::waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string folder_;
  pid_t process_ = -1;
  int schemas_ = 0;
};

// The address where a test's desk is to be founded: a server's, where $CORDON_TEST_HOME is "postgresql" (ctest runs
// some tests twice, tests/CMakeLists.txt), or "" for a file in its folder.
inline std::string home_for_tests() {
  const char* home = std::getenv("CORDON_TEST_HOME");
  if (home == nullptr || std::string(home) != "postgresql") return "";
  CORDON_CHECK(PostgresServer::shared() != nullptr, "PostgreSQL is not installed");
  return PostgresServer::shared()->new_address();
}

}  // namespace cordon
