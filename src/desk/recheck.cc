#include "desk/recheck.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "desk/acts.h"
#include "desk/commands.h"
#include "desk/flow.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestLookLine = 16u << 10;
constexpr int kLongestLookMs = 60'000;  // cordon-probe ends by itself before
constexpr std::int64_t kLooksOfARound = 200;
constexpr const char* kBodyKey = "cordon/look/1";  // what a page's digest is keyed for

Result<std::string> program_beside() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return fail(Fault::Unavailable, "the kernel does not say where this program lies");
  const std::string self(path.data(), static_cast<std::size_t>(size));
  return self.substr(0, self.rfind('/') + 1) + "cordon-probe";
}

struct ProbePipes {
  Fd in, out, err;  // this side's ends
};

Result<pid_t> start_probe(const std::string& program, const ProbeSettings& by, ProbePipes& pipes) {
  std::array<std::array<Fd, 2>, 3> ends;
  for (std::array<Fd, 2>& pair : ends) {
    int numbers[2];
    if (::pipe2(&numbers[0], O_CLOEXEC) != 0) return system_error("no pipe to cordon-probe", errno);
    pair = {Fd(numbers[0]), Fd(numbers[1])};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0][0].get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1][1].get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[2][1].get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);  // the server's threads take no signal; this process does
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string words[] = {program, "--namespace", by.network, "--resolver", by.resolver};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(Fault::Unavailable, "cordon-probe cannot be started", program);
  pipes = {std::move(ends[0][1]), std::move(ends[1][0]), std::move(ends[2][0])};
  return pid;
}

// Both streams to their ends; false when it took too long, said too much or was stopped.
bool listen_to(const ProbePipes& pipes, const std::atomic<bool>* stop, std::string& out, std::string& err) {
  std::array<pollfd, 2> open{pollfd{pipes.out.get(), POLLIN, 0}, pollfd{pipes.err.get(), POLLIN, 0}};
  for (int waited = 0; waited < kLongestLookMs && (open[0].fd >= 0 || open[1].fd >= 0);) {
    if (stop != nullptr && *stop) return false;
    constexpr int kStep = 100;
    if (::poll(open.data(), open.size(), kStep) == 0) waited += kStep;
    for (pollfd& one : open) {
      if (one.fd < 0 || one.revents == 0) continue;
      std::array<char, 4096> bytes{};
      const ssize_t size = ::read(one.fd, bytes.data(), bytes.size());
      std::string& to = &one == open.data() ? out : err;
      if (size <= 0)
        one.fd = -1;
      else
        to.append(bytes.data(), static_cast<std::size_t>(size));
      if (to.size() > kLargestLookLine) return false;
    }
  }
  return open[0].fd < 0 && open[1].fd < 0;
}

bool recipient_says_done(const Action& action) { return action.answer && harm_stopped(action.answer->result); }

Json in_short(const Rechecked& known) {
  Json line = Json::Object{{"looks", known.looks.size()}};
  if (known.next) line.set("next_look", to_rfc3339(*known.next));
  if (known.looks.empty()) return line.set("verdict", name(TargetState::Unsure)).set("confidence", 0);
  const TargetLooked& last = known.looks.back();
  return line.set("verdict", name(last.verdict.state))
      .set("confidence", last.verdict.confidence)
      .set("looked_at", to_rfc3339(last.kept.look.at))
      .set("back", last.back);
}

}  // namespace

Result<LookErrand> plan_look(Desk& desk, const NoticeId& notice) {
  const ProbeSettings& by = desk.settings().probe;
  if (!by.enabled)
    return fail(Fault::Refused, "targets are not looked at: [probe] enabled is not true in cordon.toml",
                desk.paths().settings());
  const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
  const Proposal proposal = TRY(desk.store().find_proposal(Sight::of_software(), action.proposal));
  TRY(may_look(action, proposal.proposed));
  return LookErrand{notice, proposal.proposed.target, by};
}

Result<TargetLook> fetch_look(const LookErrand& errand, const std::atomic<bool>* stop) {
  const std::string program = errand.by.program.empty() ? TRY(program_beside()) : errand.by.program;
  ProbePipes pipes;
  const pid_t pid = TRY(start_probe(program, errand.by, pipes));
  const Json asked = Json::Object{{"kind", name(errand.target.kind())}, {"value", errand.target.canonical()}};
  const Result<Nothing> told = write_all(pipes.in.get(), to_text(asked));  // less than a pipe holds
  pipes.in.close();
  std::string out, err;
  const bool whole = listen_to(pipes, stop, out, err);
  if (!whole) ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  const bool well = whole && told && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!well)
    return fail(Fault::Unavailable, err.empty() ? "cordon-probe was stopped" : printable(trim(err), 400),
                errand.notice.text());
  return read_target_look(TRY(parse_json(trim(out))));
}

Result<TargetLooked> keep_look(Desk& desk, const LookErrand& errand, const TargetLook& look) {
  // It may have been taken back while somebody looked.
  TRY(plan_look(desk, errand.notice));
  const Action action = TRY(desk.store().find_action(Sight::of_software(), errand.notice));
  const Case the_case = TRY(desk.store().find_case(Sight::of_software(), action.case_id));
  const std::vector<TargetLooked> before = TRY(desk.store().looks_at(errand.notice));
  TargetLooked event{errand.notice, {look}, {}};
  if (event.kept.look.body) {
    const Digest content = *event.kept.look.body;
    event.kept.as_evidence =
        std::any_of(the_case.evidence.begin(), the_case.evidence.end(),
                    [&](const Evidence& piece) { return !piece.erased && piece.content == content; });
    event.kept.look.body = hmac_sha256(desk.report_key(), kBodyKey + content.hex());
  }
  std::vector<KeptLook> looks;
  bool was_down = false;
  for (const TargetLooked& one : before) {
    looks.push_back(one.kept);
    if (one.verdict.state != TargetState::Unsure) was_down = one.verdict.state == TargetState::Down;
  }
  looks.push_back(event.kept);
  const bool done = recipient_says_done(action);
  event.verdict = judge(looks, done);
  event.back = was_down && event.verdict.state == TargetState::Up;
  const Instant now = desk.now();
  std::vector<Change> changes{{event, "software", {}}};
  if (event.verdict.state == TargetState::Down && done && action.state == ActionState::Answered) {
    const Change verified =
        TRY(action_change(desk, action, ActionWish{ActionCommand::Verify}, Mover::software(), {"software"}, now));
    changes.push_back(verified);
  }
  TRY(desk.store().append(changes, now));
  if (changes.size() > 1) {
    TRY(settle_act(desk, errand.notice));
    TRY(publish(desk));
  }
  return event;
}

Result<Rechecked> read_rechecked(Desk& desk, const NoticeId& notice) {
  Rechecked known;
  known.looks = TRY(desk.store().looks_at(notice));
  known.next = TRY(desk.store().next_look_at(notice));
  const Result<LookErrand> errand = plan_look(desk, notice);
  if (!errand && errand.error().fault != Fault::Refused) return errand.error();
  if (!errand) known.refused = errand.error().message;
  return known;
}

// ── the command ──

Result<Nothing> notice_recheck(Desk& desk, const Permit<Act::RecordAnswer>& who, Call& call, const Emit& emit) {
  const NoticeId notice = TRY(NoticeId::parse(TRY(call.arguments.text("notice"))));
  TRY(desk.store().find_action(who.sight(), notice));  // or it is none of this officer's
  const auto line_of = [&](const std::string& what) -> Result<Json> {
    const Rechecked known = TRY(read_rechecked(desk, notice));
    Json line = in_short(known).set("notice", notice.text()).set("outcome", what);
    if (!known.refused.empty()) line.set("refused", known.refused);
    return line;
  };
  if (call.arguments.find("dry_run") != nullptr) {
    const Result<LookErrand> errand = plan_look(desk, notice);
    Json line = TRY(line_of(errand ? "would_look" : "refused"));
    if (errand) line.set("target", defang(errand->target));
    emit(line);
    return Nothing{};
  }
  const LookErrand errand = TRY(plan_look(desk, notice));
  if (desk.probe_clerk()) {  // which looks at once, and the desk goes on meanwhile
    desk.probe_clerk()(notice);
    emit(TRY(line_of("asked")));
    return Nothing{};
  }
  const TargetLook look = TRY(fetch_look(errand));
  TRY(keep_look(desk, errand, look));
  emit(TRY(line_of("looked")));
  return Nothing{};
}

// ── while a desk is served ──

struct ProbeClerk::Work {
  Desk& desk;
  std::mutex& in_use;
  std::int64_t every_ms = 0;
  std::atomic<bool> stop{false};
  std::set<NoticeId> wanted = {};  // by officers, before it is time
  std::mutex waiting = {};
  std::condition_variable wake = {};
  std::thread thread = {};
  std::string trouble = {};

  void run() {
    for (bool first = true; !stop; first = false) {
      std::set<NoticeId> now;
      {
        std::unique_lock lock(waiting);
        wake.wait_for(lock, std::chrono::milliseconds(first ? 1000 : every_ms),
                      [&] { return stop.load() || !wanted.empty(); });
        now.swap(wanted);
      }
      if (stop) return;
      for (const NoticeId& notice : now) look(notice);
      if (!now.empty()) continue;
      std::vector<NoticeId> due;
      {
        const std::lock_guard lock(in_use);
        Result<std::vector<NoticeId>> found = desk.store().looks_due(desk.now(), kLooksOfARound);
        if (found) due = *std::move(found);
      }
      for (const NoticeId& notice : due)
        if (stop || !look(notice)) break;
    }
  }

  // False where no look at all can be taken now, so that the next one would fail as well.
  bool look(const NoticeId& notice) {
    Result<LookErrand> errand = [&] {
      const std::lock_guard lock(in_use);
      return plan_look(desk, notice);
    }();
    if (!errand) return true;
    const Result<TargetLook> seen = fetch_look(*errand, &stop);
    if (stop) return false;
    if (!seen) {
      if (trouble != seen.error().message)
        std::fprintf(stderr, "cordon: %s\n", printable(seen.error().message, 400).c_str());
      trouble = seen.error().message;
      return false;
    }
    trouble.clear();
    const std::lock_guard lock(in_use);
    return static_cast<bool>(keep_look(desk, *errand, *seen));
  }
};

ProbeClerk::ProbeClerk(Desk& desk, std::mutex& in_use) {
  const ProbeSettings& settings = desk.settings().probe;
  if (!settings.enabled) return;
  work_ = std::make_unique<Work>(desk, in_use, settings.every_minutes * 60'000);
  work_->thread = std::thread([work = work_.get()] { work->run(); });
  const std::lock_guard lock(in_use);
  desk.probe_clerk() = [work = work_.get()](const NoticeId& notice) {
    const std::lock_guard now(work->waiting);
    work->wanted.insert(notice);
    work->wake.notify_all();
  };
}

ProbeClerk::~ProbeClerk() {
  if (!work_) return;
  {
    const std::lock_guard lock(work_->in_use);
    work_->desk.probe_clerk() = nullptr;
  }
  {
    const std::lock_guard lock(work_->waiting);
    work_->stop = true;
  }
  work_->wake.notify_all();
  work_->thread.join();
}

}  // namespace cordon
