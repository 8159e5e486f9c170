// What a person can ask of a desk. The same functions run in the process that owns the desk, whether that is
// `cordon serve`, reached through its socket, or the command itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"

namespace cordon {

struct Call {
  std::string command;    // "case show"
  Json arguments;         // an object, one member for each option
  std::vector<Fd> files;  // open files that go with it, in the order that `arguments` names them
};
using Emit = std::function<void(const Json&)>;  // one object, one line of --json

Result<Nothing> run_command(Desk& desk, Call& call, const Emit& emit);

// A line for a person, from an object that the command emitted.
std::string for_people(const std::string& command, const Json& line);

}  // namespace cordon
