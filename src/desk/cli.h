// What was typed, understood. CLI11 stays in cli.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace cordon {

struct Typed {
  std::string command;              // "case show"
  std::string desk;                 // --desk, $CORDON_DESK or ./desk
  bool json = false;                // --json
  bool quiet = false;               // --quiet: only counts at the end
  Json arguments = Json::Object{};  // what the command takes; passwords are not read yet
  std::vector<std::string> paths;   // files and folders on the command line
  // Whose password is asked for, with the file it is read from ("" asks the terminal) and a time code if one was given.
  struct Signer {
    std::string login, password_file, code;
  };
  std::optional<Signer> signer;  // who does it, or whom it is done to where the command sets a password
  std::vector<Signer> by;        // who else does it: the admins together, or who countersigns
  bool takes_by = false;         // whether the command has --by at all
};

// Says on stderr what went wrong, in one line, and gives the exit code for it.
int report(const Error& error, bool json);

// nullopt: help was asked for or the line was wrong; `exit_code` says which and the text is printed already.
std::optional<Typed> read_command_line(int argc, char** argv, int& exit_code);

}  // namespace cordon
