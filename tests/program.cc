#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/secret.h"
#include "base/text.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "officer/credential.h"

namespace cordon::testing_desk {

namespace {

pid_t start(const std::vector<std::string>& arguments, const std::string& in, const std::string& out,
            const std::string& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<std::string> words{CORDON_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t process = -1;
  const int error = ::posix_spawn(&process, CORDON_BINARY, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  CORDON_CHECK(error == 0, "the program cannot be started");
  return process;
}

std::string slurp(const std::string& path) { return *read_file(path, std::size_t{1} << 30); }

// The same password and the same key under a hash that takes no second, for the hundred commands that a test gives.
void make_cheap(const std::string& path, const std::string& password) {
  SystemRandom random;
  Credential credential = *read_credential(*parse_json(*read_summed(path)));
  const std::string seed = unlock(credential, password, std::nullopt, SystemClock().now())->seed();
  credential.password_hash = hash_password(password, Cost::Test);
  credential.sealed_key = seal(seed, password, random, Cost::Test);
  CORDON_CHECK(write_summed(path, to_text(to_json(credential))), "a credential cannot be written");
}

}  // namespace

std::vector<Json> Outcome::lines() const {
  std::vector<Json> values;
  for (const std::string_view text : split(out, '\n')) {
    if (!text.empty()) values.push_back(*parse_json(text));
  }
  return values;
}

Json Outcome::line() const {
  const std::vector<Json> all = lines();
  EXPECT_EQ(all.size(), 1u) << out << err;
  return all.empty() ? Json() : all.front();
}

int wait_for(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

pid_t start_cordon(const std::vector<std::string>& arguments, const std::string& log) {
  return start(arguments, "/dev/null", log, log + ".err");
}

Outcome cordon(const std::vector<std::string>& arguments, const std::string& input) {
  const TemporaryFolder folder;
  const std::string in = folder.file("in", input);
  Outcome outcome;
  outcome.exit_code = wait_for(start(arguments, in, folder.path() + "/out", folder.path() + "/err"));
  outcome.out = slurp(folder.path() + "/out");
  outcome.err = slurp(folder.path() + "/err");
  return outcome;
}

TemporaryFolder::TemporaryFolder(Where where) {
  std::error_code none;
  const bool in_memory =
      where == Where::Memory && std::filesystem::space("/dev/shm", none).available >= std::uintmax_t{1} << 30 && !none;
  std::string pattern =
      (in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "cordon-test-XXXXXX";
  CORDON_CHECK(::mkdtemp(pattern.data()) != nullptr, "no temporary folder can be made");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, const std::string& bytes) const {
  const std::string path = path_ + "/" + name;
  CORDON_CHECK(write_file(path, bytes, 0600), "a test file cannot be written");
  return path;
}

void settle(const Paths& paths) {
  const Result<Memory> memory = read_memory(paths.signer_last(), std::size_t{1} << 20);
  if (memory) CORDON_CHECK(static_cast<bool>(write_memory(paths.signer_last(), memory->text)), "a signer's memory");
}

// Founding a desk by commands takes two seconds, most of them for passwords; a copy of it takes none. Its passwords are
// cheap to check from then on.
DeskFolder::DeskFolder() {
  static const DeskFolder first{Founded{}};
  std::filesystem::copy(first.folder_.path(), folder_.path(), std::filesystem::copy_options::recursive);
  settle(Paths(desk()));
}

DeskFolder::DeskFolder(Founded) {
  const Outcome made = run({"init", "--demo", "--name", "Test desk", "--kind", "csirt", "--address",
                            "desk@test-desk.example.net", "--origin", "test-desk.example.net/log"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  for (const auto& [login, role] :
       std::vector<std::pair<std::string, std::string>>{{"admin1", "admin"},
                                                        {"admin2", "admin"},
                                                        {"analyst1", "analyst"},
                                                        {"analyst2", "analyst"},
                                                        {"approver1", "approver"},
                                                        {"ombudsperson1", "ombudsperson"}}) {
    folder_.file(login + ".password", "password of " + login);
    const Outcome added = run({"officer", "add", login, "--role", role, "--password-file", password_file(login)});
    EXPECT_EQ(added.exit_code, 0) << added.err;
    make_cheap(Paths(desk()).credential(login), slurp(password_file(login)));
  }
}

Outcome DeskFolder::run(std::vector<std::string> arguments, const std::string& input) const {
  arguments.insert(arguments.end(), {"--json", "--desk", desk()});
  return cordon(arguments, input);
}

Outcome DeskFolder::as(const std::string& login, std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--as", login, "--password-file", password_file(login)});
  return run(std::move(arguments));
}

std::string DeskFolder::phishing_case(const std::string& domain) const {
  const Outcome taken =
      run({"intake", "--source", "test", "--category", "phishing", "-"},
          "A false bank asks for passwords at hxxps://" + replace_all(domain, ".", "[.]") + "/sign-in today\n");
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_EQ(taken.line().text_or("outcome"), "accepted") << taken.out;
  return taken.line().text_or("case");
}

std::string DeskFolder::assess(const std::string& case_id) const {
  const std::string page = folder_.file("page.txt", "Sign in to your bank. This text was written for a test.\n");
  const Outcome attached = as("analyst1", {"case", "attach", case_id, page, "--description", "text of the page"});
  EXPECT_EQ(attached.exit_code, 0) << attached.err;
  const std::string evidence = attached.line().text_or("evidence");
  EXPECT_EQ(as("analyst1", {"case", "fact", case_id, "--text",
                            "The page of case " + case_id + " (capture " + evidence +
                                ") copies a bank's sign-in form and posts what is typed to another host.",
                            "--evidence", evidence})
                .exit_code,
            0);
  EXPECT_EQ(as("analyst1", {"case", "gate", case_id, "G_DOMAIN_STATUS", "malicious_registration", "--basis",
                            "registered the day before it was reported", "--evidence", evidence})
                .exit_code,
            0);
  EXPECT_EQ(as("analyst1", {"case", "gate", case_id, "G_IMPERSONATED_PARTY", "party_and_capture_shown", "--basis",
                            "a bank; the form posts away from it", "--evidence", evidence})
                .exit_code,
            0);
  return evidence;
}

Json DeskFolder::propose(const std::string& case_id) const {
  const Outcome proposed =
      as("analyst1", {"decide", "propose", case_id, "--kind", "alert", "--effect", "inform", "--recipient", "host"});
  EXPECT_EQ(proposed.exit_code, 0) << proposed.err;
  return proposed.line();
}

std::vector<std::string> DeskFolder::letters() const {
  std::vector<std::string> paths;
  for (const char* box : {"/outbox/new", "/outbox/cur"}) {
    const Result<std::vector<std::string>> names = list_folder(desk() + box);
    if (!names) continue;
    for (const std::string& name : *names) paths.push_back(desk() + box + "/" + name);
  }
  return paths;
}

std::vector<Example> run_examples(const std::string& page) {
  const auto text = read_file(source_folder() + "/" + page, 1u << 20);
  CORDON_CHECK(text, "the page cannot be read");
  std::vector<Example> all;
  bool inside = false;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      all.push_back({std::string(line.substr(2)), "", ""});
    } else if (inside && line.starts_with("> ")) {
      all.back().command += "\n" + std::string(line.substr(2));
    } else if (inside) {
      all.back().output += std::string(line) + "\n";
    }
  }
  const TemporaryFolder folder;
  const std::string binary_folder = std::filesystem::path(CORDON_BINARY).parent_path().string();
  for (Example& example : all) {
    const std::string script = folder.file(
        ".example.sh", "cd '" + folder.path() + "'\nPATH='" + binary_folder + "':$PATH\n" + example.command + "\n");
    const std::string out = folder.path() + "/.out";
    static_cast<void>(std::system(("sh '" + script + "' > '" + out + "' 2>&1").c_str()));
    example.got = *read_file(out, 1u << 20);
    std::filesystem::remove(script);
    std::filesystem::remove(out);
  }
  return all;
}

}  // namespace cordon::testing_desk
