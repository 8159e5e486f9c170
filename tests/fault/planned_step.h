// A step of a desk in a process of its own, under a plan of file_calls.h: some call fails, or all are written down.
#pragma once

#include <string>
#include <vector>

#include "fault_desk.h"
#include "file_calls.h"

namespace cordon::testing_desk {

// A plan of file_calls.h in a file that the processes of a run map.
class PlanFile {
 public:
  explicit PlanFile(const std::string& path);
  ~PlanFile();
  PlanFile(const PlanFile&) = delete;
  PlanFile& operator=(const PlanFile&) = delete;
  // What is to happen from here on; all counts begin again.
  FileCallsPlan& plan(const std::string& below, FileCallsPlan::Fail fail, int error, std::int64_t at);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  FileCallsPlan* plan_;
};

// What a step said, line by line, and how it ended.
struct Said {
  int exit_code = 0;  // -signal when it was killed
  std::vector<Json> lines;
  std::string why;
  int process = 0;  // that did it
};

// Does the step in a child, under a plan of file_calls.h. `scratch` is a folder for what it says.
Said do_step_in_child(const Paths& paths, const Step& step, const std::string& plan, const std::string& scratch);

}  // namespace cordon::testing_desk
