// Drives the program from outside, as its users do: a desk in a folder of its own, commands, and what came of them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "desk/settings.h"

namespace cordon::testing_desk {

struct Outcome {
  int exit_code = -1;  // -signal when it was killed
  std::string out, err;
  std::vector<Json> lines() const;  // --json output, one value a line
  Json line() const;                // the only one
};

// Runs the program to its end. `input` becomes its standard input.
Outcome cordon(const std::vector<std::string>& arguments, const std::string& input = {});

// Starts it and gives its process id; stdout and stderr go to `log`.
pid_t start_cordon(const std::vector<std::string>& arguments, const std::string& log);
int wait_for(pid_t process);

class TemporaryFolder {
 public:
  // Memory, where the machine has such a folder with a GiB to spare: for a test that writes a thousand rows and is not
  // about disks. (What a killed process wrote is there after its death in either.)
  enum class Where { Disk, Memory };
  explicit TemporaryFolder(Where where = Where::Disk);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name, const std::string& bytes) const;  // writes it and gives its path
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The "$ …" lines of a page's fenced blocks (```console), each with what the page says follows it and what did, run one
// after another in one folder.
struct Example {
  std::string command, output, got;
};
std::vector<Example> run_examples(const std::string& page);

// What a test copied or put together is from here on a place of its own, whose signer may go on: the test says that the
// first place signs no more. Nothing where no signer remembers anything.
void settle(const Paths& paths);

// A demonstration desk with two admins, two analysts, an approver and an ombudsperson, and their password files. All of
// a program's are copies of one.
class DeskFolder {
 public:
  DeskFolder();
  DeskFolder(const DeskFolder&) = delete;
  DeskFolder& operator=(const DeskFolder&) = delete;
  std::string desk() const { return folder_.path() + "/desk"; }
  const TemporaryFolder& folder() const { return folder_; }
  Outcome run(std::vector<std::string> arguments, const std::string& input = {}) const;  // with --desk and --json
  Outcome as(const std::string& login, std::vector<std::string> arguments) const;        // and --as with the password
  std::string password_file(const std::string& login) const { return folder_.path() + "/" + login + ".password"; }

  // Takes one text report of phishing in and gives its case.
  std::string phishing_case(const std::string& domain = "bad-bank-login.example.com") const;
  // Evidence, a fact and the gates, so that it can be proposed; gives the evidence's id.
  std::string assess(const std::string& case_id) const;
  Json propose(const std::string& case_id) const;
  std::vector<std::string> letters() const;  // files in the Maildir

 private:
  struct Founded {};
  explicit DeskFolder(Founded);
  TemporaryFolder folder_{TemporaryFolder::Where::Memory};
};

}  // namespace cordon::testing_desk
