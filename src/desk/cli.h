// What was typed, understood. CLI11 stays in cli.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace cordon {

struct Typed {
  std::string command;                                       // "case show"
  std::string desk;                                          // --desk, $CORDON_DESK or ./desk
  bool json = false;                                         // --json
  bool quiet = false;                                        // --quiet: only counts at the end
  Json arguments = Json::Object{};                           // what the command takes; passwords are not read yet
  std::vector<std::string> paths;                            // files and folders on the command line
  std::vector<std::pair<std::string, std::string>> signers;  // login and password file, in order; "" asks the terminal
};

// Says on stderr what went wrong, in one line, and gives the exit code for it.
int report(const Error& error, bool json);

// nullopt: help was asked for or the line was wrong; `exit_code` says which and the text is printed already.
std::optional<Typed> read_command_line(int argc, char** argv, int& exit_code);

}  // namespace cordon
