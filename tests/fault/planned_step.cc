#include "planned_step.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "desk/exit_code.h"

namespace cordon::testing_desk {

PlanFile::PlanFile(const std::string& path) : path_(path) {
  CORDON_CHECK(write_file(path, std::string(sizeof(FileCallsPlan), '\0'), 0600), "a plan cannot be written");
  const Fd fd = *open_file(path, O_RDWR);
  void* memory = ::mmap(nullptr, sizeof(FileCallsPlan), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  CORDON_CHECK(memory != MAP_FAILED, "a plan cannot be mapped");
  plan_ = static_cast<FileCallsPlan*>(memory);
}

PlanFile::~PlanFile() { ::munmap(plan_, sizeof(FileCallsPlan)); }

FileCallsPlan& PlanFile::plan(const std::string& below, FileCallsPlan::Fail fail, int error, std::int64_t at) {
  std::memset(static_cast<void*>(plan_), 0, sizeof(FileCallsPlan));
  below.copy(plan_->below, sizeof plan_->below - 1);
  plan_->fail = fail;
  plan_->error = error;
  plan_->at = at;
  return *plan_;
}

Said do_step_in_child(const Paths& paths, const Step& step, const std::string& plan, const std::string& scratch) {
  const std::string said = scratch + "/said", why = scratch + "/why";
  std::filesystem::remove(said);
  std::filesystem::remove(why);
  const pid_t child = ::fork();
  CORDON_CHECK(child >= 0, "a test's process cannot be started");
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    const Fd err = *open_file(why, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(err.get(), STDERR_FILENO);
    const Fd out = *open_file(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::setenv(kFileCallsVariable, plan.c_str(), 1);  // for the signer
    attach_file_calls(plan.c_str());
    const Result<Nothing> done = do_step(
        paths, step, [&](const Json& line) { CORDON_CHECK(write_all(out.get(), to_text(line) + "\n"), "said"); });
    if (!done) CORDON_CHECK(write_all(STDERR_FILENO, in_words(done.error())), "why");
    ::_exit(done ? 0 : outward(done.error().fault).exit_code);
  }
  Said answer;
  answer.process = child;
  answer.exit_code = wait_for(child);
  const std::string lines = *read_file(said, std::size_t{1} << 28);
  for (const std::string_view line : split(lines, '\n'))
    if (!line.empty()) answer.lines.push_back(*parse_json(line));
  answer.why = *read_file(why, std::size_t{1} << 28);
  return answer;
}

}  // namespace cordon::testing_desk
