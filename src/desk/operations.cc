#include "desk/operations.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "desk/backup_command.h"
#include "desk/client.h"
#include "desk/doctor.h"
#include "desk/scrub.h"

namespace cordon {

namespace {

// What a command says while it works: on a terminal, one line that is written over.
Tell progress(const Typed& typed) {
  if (typed.json || typed.quiet || ::isatty(2) == 0) return {};
  return [](const std::string& line) { std::fprintf(stderr, "\r\033[K%s", printable(line, 100).c_str()); };
}

class Shown {
 public:
  Shown(const Typed& typed, std::string (*words)(const Json&)) : typed_(typed), words_(words), tell_(progress(typed)) {}
  void operator()(const Json& line) const {
    if (tell_) std::fprintf(stderr, "\r\033[K");
    const std::string text = typed_.json ? to_text(line) + "\n" : words_(line);
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    std::fflush(stdout);
  }
  const Tell& tell() const { return tell_; }

 private:
  const Typed& typed_;
  std::string (*words_)(const Json&);
  Tell tell_;
};

Result<Nothing> run_scrub(const Paths& paths, Typed& typed) {
  const SystemClock clock;
  const Shown shown(typed, scrub_in_words);
  ScrubAs as;
  if (const std::int64_t pace = typed.arguments.number_or("pace", 0); pace > 0) {
    as.pace = pace * 1'000'000;
    ::setpriority(PRIO_PROCESS, 0, 19);
  }
  TRY(scrub(paths, as, clock, shown, shown.tell()));
  if (typed.arguments.find("remove_orphans") == nullptr) return Nothing{};
  Call call{"scrub remove", Json::Object{}, {}};
  return call_desk(paths, call, shown);
}

// One spelling for each place, so that "inside" can be told.
std::string full(const std::string& path) {
  if (path.empty()) return path;
  std::error_code failed;
  std::string whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed).string();
  if (failed || whole.empty()) return path;
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

Result<Nothing> run_backup(const Paths& typed_paths, Typed& typed) {
  const SystemClock clock;
  const Shown shown(typed, backup_in_words);
  const Json& given = typed.arguments;
  const Paths paths(full(typed_paths.desk));
  shown(TRY(back_up(paths, {full(given.text_or("to")), full(given.text_or("keys")), given.text_or("key_file")}, clock,
                    shown.tell())));
  return Nothing{};
}

Result<Nothing> run_restore(Typed& typed) {
  const SystemClock clock;
  SystemRandom random;
  const Shown shown(typed, restore_in_words);
  const Json& given = typed.arguments;
  RestoreFrom from;
  from.folder = full(given.text_or("from"));
  from.keys_folder = full(given.text_or("keys"));
  from.key_file = given.text_or("key_file");
  from.number = given.number_or("number", 0);
  from.keys_number = given.number_or("keys_number", 0);
  from.database = given.text_or("database");
  from.new_log = given.text_or("new_log");
  shown(TRY(restore(Paths(full(given.text_or("to"))), from, clock, random, shown.tell())));
  return Nothing{};
}

Result<Nothing> run_doctor(const Paths& paths, Typed& typed) {
  const SystemClock clock;
  return doctor(paths, clock, Shown(typed, doctor_in_words));
}

}  // namespace

bool is_operation(const std::string& command) {
  return command == "scrub" || command == "backup" || command == "restore" || command == "doctor";
}

Result<Nothing> run_operation(const Paths& paths, Typed& typed) {
  if (typed.command == "backup") return run_backup(paths, typed);
  if (typed.command == "restore") return run_restore(typed);
  if (typed.command == "doctor") return run_doctor(paths, typed);
  return run_scrub(paths, typed);
}

}  // namespace cordon
