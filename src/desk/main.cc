#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>

#include "base/confined.h"
#include "base/text.h"
#include "desk/cli.h"
#include "desk/client.h"
#include "desk/evidence_move.h"
#include "desk/files_below.h"
#include "desk/index_command.h"
#include "desk/log_commands.h"
#include "desk/move_command.h"
#include "desk/notice_check.h"
#include "desk/openapi.h"
#include "desk/operations.h"
#include "desk/profile_book.h"
#include "desk/profile_command.h"
#include "desk/registry_book.h"
#include "desk/routes.h"
#include "desk/scan_command.h"
#include "desk/serve.h"
#include "desk/shapes.h"
#include "desk/signer.h"
#include "desk/union_demo.h"
#include "desk/witness.h"
#include "law/documents.h"
#include "report/intake.h"

namespace cordon {
namespace {

constexpr std::size_t kFilesACall = 32;

void print(const std::string& text) { static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout)); }

Result<std::string> read_password(const std::string& login, const std::string& file) {
  if (!file.empty()) return std::string(trim(TRY(read_file(file, 4096))));
  if (::isatty(0) == 0)
    return fail(Fault::Usage, "no terminal to ask for " + login + "'s password; give --password-file FILE");
  std::fprintf(stderr, "password of %s: ", login.c_str());
  termios before{};
  ::tcgetattr(0, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(0, TCSAFLUSH, &silent);
  std::string password;
  std::getline(std::cin, password);
  ::tcsetattr(0, TCSAFLUSH, &before);
  std::fprintf(stderr, "\n");
  return password;
}

Result<Nothing> read_passwords(Typed& typed) {
  if (typed.signer)
    typed.arguments.set("password", TRY(read_password(typed.signer->login, typed.signer->password_file)));
  Json::Array by;
  for (const Typed::Signer& admin : typed.by) {
    Json who = Json::Object{{"as", admin.login}};
    who.set("password", TRY(read_password(admin.login, admin.password_file)));
    if (!admin.code.empty()) who.set("totp", admin.code);
    by.push_back(std::move(who));
  }
  if (typed.takes_by) typed.arguments.set("by", std::move(by));
  return Nothing{};
}

Result<Fd> open_input(const std::string& path) {
  if (path == "-") return Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  Fd fd = TRY(open_file(path, O_RDONLY | O_NONBLOCK));
  struct stat about{};
  ::fstat(fd.get(), &about);
  if (!S_ISREG(about.st_mode) && !S_ISFIFO(about.st_mode)) return fail(Fault::Usage, "neither a file nor a pipe", path);
  ::fcntl(fd.get(), F_SETFL, 0);
  return fd;
}

class Printer {
 public:
  explicit Printer(const Typed& typed) : typed_(typed), progress_(!typed.json && ::isatty(2) != 0) {}
  void line(const Json& line) {
    if (const std::string outcome = line.text_or("outcome"); !outcome.empty()) count(line, outcome);
    if (typed_.quiet) return;
    print(typed_.json ? to_text(line) + "\n" : for_people(typed_.command, line));
  }
  void summary(std::size_t files) const {
    if (typed_.json) return;
    std::string text = std::to_string(files) + " file(s):";
    for (const auto& [what, number] : counts_) text += " " + std::to_string(number) + " " + what + ",";
    text.back() = '\n';
    print(text);
    for (const auto& [code, number] : codes_) print("  refused as " + code + ": " + std::to_string(number) + "\n");
  }

 private:
  void count(const Json& line, const std::string& outcome) {
    const std::int64_t number = ++counts_[outcome];
    if (outcome == "refused" || outcome == "quarantined") ++codes_[line.text_or("code")];
    if (progress_ && typed_.quiet && number % 1000 == 0)
      std::fprintf(stderr, "\r%lld %s", static_cast<long long>(number), outcome.c_str());
  }
  const Typed& typed_;
  bool progress_;
  std::map<std::string, std::int64_t> counts_, codes_;
};

// Files go over in small groups, so that a folder of any size needs few descriptors at once.
Result<Nothing> run_intake(const Paths& paths, Typed& typed) {
  if (typed.arguments.find("source") == nullptr) typed.arguments.set("source", kByHand);
  if (const std::string profile = typed.arguments.text_or("profile"); !profile.empty())
    typed.arguments.set("profile", TRY(profile_for_intake(profile)));
  const std::vector<std::string> files = TRY(files_below(typed.paths));
  if (files.size() > 1 && typed.arguments.find("token") != nullptr)
    return fail(Fault::Usage, "--token names one batch, so it goes with one file");
  Printer printer(typed);
  std::optional<Error> first_error;
  for (std::size_t from = 0; from < files.size(); from += kFilesACall) {
    Call call{typed.command, typed.arguments, {}};
    Json::Array names;
    for (std::size_t i = from; i < files.size() && i < from + kFilesACall; ++i) {
      call.files.push_back(TRY(open_input(files[i])));
      names.emplace_back(files[i]);
    }
    call.arguments.set("files", std::move(names));
    const Result<Nothing> done = call_desk(paths, call, [&](const Json& line) { printer.line(line); });
    if (done) continue;
    const bool of_one_file = done.error().fault == Fault::Malformed || done.error().fault == Fault::Refused;
    if (!of_one_file || files.size() == 1) return done.error();
    if (!first_error) first_error = done.error();
  }
  printer.summary(files.size());
  if (first_error) return *first_error;
  return Nothing{};
}

// The command writes a file, which takes its name only once the command is done.
Result<Nothing> into_file(const std::string& path, const Paths& paths, Call& call, const Emit& emit) {
  const std::string making = path + ".part";
  call.files.push_back(TRY(open_file(making, O_WRONLY | O_CREAT | O_TRUNC, 0600)));
  const Result<Nothing> done = call_desk(paths, call, emit);
  if (done && ::rename(making.c_str(), path.c_str()) == 0) return Nothing{};
  const Error failed = done ? system_error("cannot write", errno, path) : done.error();
  ::unlink(making.c_str());
  return failed;
}

Result<Nothing> run_on_desk(const Paths& paths, Typed& typed) {
  TRY(read_passwords(typed));
  Call call{typed.command, typed.arguments, {}};
  if (typed.command == "case attach") {
    if (typed.paths.size() != 1) return fail(Fault::Usage, "one file is attached at a time");
    call.files.push_back(TRY(open_input(typed.paths.front())));
    call.arguments.set("file", typed.paths.front());
    if (call.arguments.find("media_type") == nullptr) {
      call.arguments.set("media_type",
                         typed.paths.front().ends_with(".txt") ? "text/plain" : "application/octet-stream");
    }
  }
  if (typed.command == "case open") {
    const std::string out = typed.arguments.text_or("out", "-");
    call.files.push_back(out == "-" ? Fd(::fcntl(1, F_DUPFD_CLOEXEC, 3))
                                    : TRY(open_file(out, O_WRONLY | O_CREAT | O_TRUNC, 0600)));
    if (out == "-") return call_desk(paths, call, [](const Json&) {});  // the output is the evidence, nothing else
  }
  if (typed.command == "peer receive" || typed.command == "guard load" || typed.command == "entities load") {
    if (typed.paths.size() != 1) return fail(Fault::Usage, "one file is received at a time");
    call.files.push_back(TRY(open_input(typed.paths.front())));
    call.arguments.set("file", typed.paths.front());
  }
  Printer printer(typed);
  const auto print_line = [&](const Json& line) { printer.line(line); };
  if (typed.command == "export" || typed.command == "evidence export")
    return into_file(typed.arguments.text_or("out"), paths, call, print_line);
  return call_desk(paths, call, print_line);
}

Result<Nothing> run(Typed& typed) {
  const Paths paths(typed.desk);
  if (typed.command == "docs offences") {
    print(typed.json ? to_text(offences_json()) + "\n" : offences_markdown());
    return Nothing{};
  }
  if (typed.command == "docs api") {
    print(typed.json ? to_text(openapi_document()) + "\n" : api_markdown());
    return Nothing{};
  }
  if (typed.command == "docs pages") {
    for (const Route& row : routes()) {
      if (row.reply != Reply::Page || row.path.empty()) continue;
      const Json line = Json::Object{{"method", row.method}, {"path", row.path}, {"about", row.about}};
      print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
    }
    return Nothing{};
  }
  if (typed.command == "docs man") {
    print(typed.arguments.text_or("page"));
    return Nothing{};
  }
  if (typed.command == "init") {
    const Json& given = typed.arguments;
    const SystemClock clock;
    SystemRandom random;
    TRY(Desk::found(paths,
                    Fresh{given.text_or("name"), given.text_or("kind"), given.text_or("address"),
                          given.text_or("origin"), given.find("demo") != nullptr, given.text_or("database")},
                    clock, random));
    const Json line = Json::Object{{"desk", paths.desk}, {"origin", given.text_or("origin")}};
    print(typed.json ? to_text(line) + "\n" : "founded " + paths.desk + "; next: `cordon officer add`\n");
    return Nothing{};
  }
  if (typed.command == "serve") {
    const std::int64_t port = typed.arguments.number_or("port", -1);
    if (port > 65535) return fail(Fault::Usage, "--port is 0 to 65535");
    return serve(paths, port < 0 ? std::nullopt : std::optional(static_cast<int>(port)));
  }
  if (typed.command == "union demo") {
    return union_demo(typed.arguments.find("once") == nullptr, [&](const Json& line) {
      print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
      std::fflush(stdout);
    });
  }
  if (typed.command == "move") {
    const Json line = TRY(move_record(paths, typed.arguments.text_or("to")));
    print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
    return Nothing{};
  }
  if (typed.command == "evidence move") {
    const Json line = TRY(move_evidence(paths, typed.arguments.text_or("to")));
    print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
    return Nothing{};
  }
  if (typed.command == "signer") return serve_signer(paths, 0, 1);
  if (typed.command.starts_with("witness ")) return witness_command(typed);
  if (is_operation(typed.command)) return run_operation(paths, typed);
  if (typed.command == "notice verify") {
    const Json line = TRY(notice_verify(typed.arguments, typed.paths, SystemClock().now()));
    print(typed.json ? to_text(line) + "\n" : notice_verdict_for_people(line));
    return Nothing{};
  }
  if (typed.command == "log watch") {
    return watch_command(typed.arguments, [&](const Json& line) {
      print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
      std::fflush(stdout);
    });
  }
  if ((typed.command.starts_with("log ") && typed.command != "log cosign" && typed.command != "log rectify") ||
      typed.command.starts_with("journal ")) {
    const Json line = TRY(read_only_command(paths, typed.command, typed.arguments, typed.paths));
    print(typed.json ? to_text(line) + "\n" : for_people(typed.command, line));
    return Nothing{};
  }
  if (typed.command.starts_with("contact ")) {
    const Json line = TRY(contact_command(paths, typed.command, typed.arguments, SystemClock().now()));
    print(typed.json ? to_text(line) + "\n" : contact_in_words(line));
    return Nothing{};
  }
  if (typed.command.starts_with("index ")) return index_command(typed);
  if (typed.command.starts_with("profile ")) return profile_command(typed);
  if (typed.command == "intake") return run_intake(paths, typed);
  return run_on_desk(paths, typed);
}

}  // namespace
}  // namespace cordon

int main(int argc, char** argv) {
  using namespace cordon;
  if (const std::optional<int> code = worker_main(argc, argv)) return *code;
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = 0;
  std::optional<Typed> typed = read_command_line(argc, argv, exit_code);
  if (!typed) return exit_code;
  if (typed->command == "scan") return scan_command(*typed);
  Result<Nothing> done = run(*typed);
  if (done && std::fflush(stdout) != 0) done = fail(Fault::Unavailable, "the output cannot be written");
  if (done) return 0;
  return report(done.error(), typed->json);
}
