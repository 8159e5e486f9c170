// A desk in memory for the fault tests, whose passwords are cheap to check; what is asked of it, step by step, and
// whether what an answer promised is there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../program.h"
#include "base/json.h"
#include "desk/desk.h"

namespace cordon::testing_desk {

inline constexpr std::size_t kAnySize = std::size_t{1} << 30;  // of a file that is read whole

// One command, and the officer who gives it (empty: whoever may open the desk's socket).
struct Step {
  std::string name, command, login;
  Json arguments = Json::Object{};
  std::string body = {};
};

std::string in_words(const Error& error);

// Opens the desk, does the step, closes it. `line` hears of each line of the answer the moment it is given.
Result<Nothing> do_step(const Paths& paths, const Step& step, const std::function<void(const Json&)>& line);
Result<Nothing> do_step(Desk& desk, const Step& step, const std::function<void(const Json&)>& line);

// A founded desk with the officers of DeskFolder and three cases: one reported, one assessed, one with a proposal that
// waits for its approval.
class FaultDesk {
 public:
  FaultDesk();
  Paths paths() const { return Paths(folder_.path() + "/desk"); }
  const TemporaryFolder& folder() const { return folder_; }
  static std::string password_of(const std::string& login) { return "the password of " + login; }

  Step intake(const std::string& domain) const;
  Step attach() const;   // to the case that was only reported
  Step fact() const;     // of the assessed case
  Step propose() const;  // the assessed case
  Step approve() const;  // the waiting proposal

  // A copy of desk and signer in another folder, as of now.
  void copy_to(const std::string& folder) const;

 private:
  Json one(const Step& step);  // does it, and gives its only line
  std::string reported(const std::string& domain);
  struct Assessed {
    std::string id, evidence;
  };
  Assessed assessed(const std::string& domain);

  TemporaryFolder folder_{TemporaryFolder::Where::Memory};
  std::string reported_case_, proposal_, digest_;
  Assessed assessed_;
};

// What a test copied or put together is from here on a place of its own, whose signer may go on: the test says that the
// first place signs no more. Nothing where no signer remembers anything.
void settle(const Paths& paths);

// Empty, or what a line promised and is not there. Opens nothing: the desk is the one that came back.
std::string missing(Desk& desk, const Step& step, const Json& line);
// Empty, or what the two verifications say, or that a notice left twice.
std::string damage(const Paths& paths);

}  // namespace cordon::testing_desk
