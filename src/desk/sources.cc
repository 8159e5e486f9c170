#include "desk/sources.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "net/http_client.h"
#include "observable/ip.h"
#include "report/framing.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestSourceState = 64u << 10;
constexpr std::int64_t kSettledMs = 5'000;  // a file that changed since is still being written
constexpr std::int64_t kLongestPauseMs = kDayMs;
constexpr long kSecondsToFetch = 300;
constexpr std::size_t kMailsOfTurn = 1000;
constexpr std::string_view kAside = "failed", kWhy = ".why";

SourceState read_source_state(const Json& kept) {
  SourceState state;
  state.tried_at = Instant{kept.number_or("tried_at", 0)};
  state.taken_at = Instant{kept.number_or("taken_at", 0)};
  state.next_at = Instant{kept.number_or("next_at", 0)};
  state.told = Instant{kept.number_or("told", 0)};
  state.etag = kept.text_or("etag");
  state.last_modified = kept.text_or("last_modified");
  if (const Result<Digest> seen = parse_digest(kept.text_or("seen"))) state.seen = *seen;
  state.why = kept.text_or("why");
  state.failures = kept.number_or("failures", 0);
  return state;
}

Json to_json(const SourceState& state) {
  Json kept = Json::Object{{"tried_at", state.tried_at.ms},
                           {"taken_at", state.taken_at.ms},
                           {"next_at", state.next_at.ms},
                           {"told", state.told.ms},
                           {"etag", state.etag},
                           {"last_modified", state.last_modified},
                           {"why", state.why},
                           {"failures", state.failures}};
  if (state.seen) kept.set("seen", state.seen->hex());
  return kept;
}

// A header as the other side wrote it, if it may stand in a request of ours.
std::string plain_header(const std::string& text) {
  const bool plain =
      text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  return plain ? text : std::string();
}

struct WaitingFile {
  std::string name, path;
  std::int64_t size, changed_ms;
};
// Regular files that nobody is writing any more, by name; hidden ones and unfinished downloads are not looked at.
Result<std::vector<WaitingFile>> waiting_files(const std::string& folder, Instant now, bool settled) {
  std::vector<WaitingFile> files;
  if (!is_folder(folder)) return files;
  for (const std::string& name : TRY(list_folder(folder))) {
    if (name.starts_with('.') || name.ends_with(".part") || name.ends_with(".tmp")) continue;
    struct stat about{};
    const std::string path = folder + "/" + name;
    if (::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    const std::int64_t changed = std::int64_t{about.st_mtim.tv_sec} * 1000 + about.st_mtim.tv_nsec / 1'000'000;
    if (settled && now.ms - changed < kSettledMs && now.ms >= changed) continue;
    files.push_back({name, path, about.st_size, changed});
  }
  return files;
}

Result<std::pair<std::string, std::string>> secret_header(const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return system_error("cannot read", errno, path);
  if ((about.st_mode & 077u) != 0)
    return fail(Fault::Usage, "others can read this header; its mode must be 0600", path);
  const std::string line(trim(TRY(read_file(path, 4096))));
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos || colon == 0 || line.find_first_of("\r\n") != std::string::npos)
    return fail(Fault::Malformed, "expected one line, Name: value", path);
  return std::pair{line.substr(0, colon), std::string(trim(std::string_view(line).substr(colon + 1)))};
}

// The error after which the same bytes will never be a batch; any other may pass.
bool is_of_the_bytes(const Error& error) { return error.fault == Fault::Malformed || error.fault == Fault::Refused; }

}  // namespace

std::string Sources::state_file(const PolledSource& source) const {
  return paths_.sources() + "/" + source.name + ".json";
}

// A Maildir's new mail lies in new/.
std::string Sources::folder_of(const PolledSource& source) const {
  const std::string place = paths_.inside(source.place);
  return source.kind == PolledSource::Kind::Maildir ? place + "/new" : place;
}

Result<PolledSource> Sources::find(std::string_view name) const {
  const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const auto& one) { return one.name == name; });
  if (found == sources_.end())
    return fail(Fault::NotFound, "cordon.toml has no [sources." + printable(name, 64) + "] that is fetched");
  return *found;
}

Result<SourceState> Sources::state(const PolledSource& source) const {
  if (!exists(state_file(source))) return SourceState{};
  return read_source_state(TRY(parse_json(TRY(read_file(state_file(source), kLargestSourceState)))));
}

Result<Nothing> Sources::keep(const PolledSource& source, const SourceState& state) const {
  TRY(make_folder(paths_.sources(), 0700));
  return write_file(state_file(source), to_text(to_json(state)) + "\n", 0600);
}

Result<std::optional<PolledSource>> Sources::due(Instant now) const {
  const PolledSource* next = nullptr;
  Instant since{0};
  for (const PolledSource& source : sources_) {
    const SourceState known = TRY(state(source));
    // A turn that lies further ahead than any pause was set by another clock.
    const bool waits = known.next_at > now && known.next_at - now <= kLongestPauseMs + kHourMs;
    if (waits || (next != nullptr && since <= known.next_at)) continue;
    next = &source;
    since = known.next_at;
  }
  return next == nullptr ? std::optional<PolledSource>() : std::optional(*next);
}

Result<std::optional<Fetched>> Sources::fetch(const PolledSource& source, Instant now,
                                              const std::atomic<bool>* stop) const {
  if (source.kind == PolledSource::Kind::Imap) return next_mail(source);
  return source.kind == PolledSource::Kind::Http ? next_answer(source, now, stop) : next_file(source, now);
}

Result<Sources::Mailbox*> Sources::mailbox_of(const PolledSource& source) const {
  const auto open = mailboxes_.find(source.name);
  if (open != mailboxes_.end()) return &open->second;
  ImapServer server{source.place, source.user, {}, source.folder};
  server.password = trim(TRY(read_file(paths_.inside(source.password_file), 4096)));
  if (!source.authorities.empty()) server.authorities = paths_.inside(source.authorities);
  return &mailboxes_.emplace(source.name, Mailbox{ImapBox(std::move(server))}).first->second;
}

// What was taken in is off the server first. A crash before that fetches it again, and it is answered as what it is.
Result<std::optional<Fetched>> Sources::next_mail(const PolledSource& source) const {
  Mailbox* mailbox = TRY(mailbox_of(source));
  if (mailbox->taken) {
    TRY(mailbox->aside ? mailbox->box.mark(*mailbox->taken, ImapBox::Mark::TakenAndFlagged)
                       : mailbox->box.remove(*mailbox->taken));
    mailbox->taken.reset();
  }
  if (!mailbox->waiting) mailbox->waiting = TRY(mailbox->box.not_taken(kMailsOfTurn));
  while (!mailbox->waiting->empty()) {
    const std::uint32_t uid = mailbox->waiting->front();
    Result<std::string> bytes = mailbox->box.fetch(uid, kFileLimit);
    if (!bytes && bytes.error().fault != Fault::Malformed) return bytes.error();
    mailbox->waiting->erase(mailbox->waiting->begin());
    if (!bytes) {
      TRY(mailbox->box.mark(uid, ImapBox::Mark::TakenAndFlagged));
      continue;
    }
    Fetched fetched{{}, std::to_string(uid) + ".eml", *std::move(bytes)};
    fetched.uid = uid;
    return std::optional(std::move(fetched));
  }
  return std::optional<Fetched>();
}

Result<std::optional<Fetched>> Sources::next_file(const PolledSource& source, Instant now) const {
  const std::string folder = folder_of(source);
  if (!is_folder(folder)) return fail(Fault::Unavailable, "there is no such folder", folder);
  TRY(forget_old(source, now));
  const bool mail = source.kind == PolledSource::Kind::Maildir;
  for (const WaitingFile& file : TRY(waiting_files(folder, now, !mail))) {
    // Mail in a Maildir has no ending of its name by which its format could be told.
    Fetched fetched{file.path, mail ? file.name + ".eml" : file.name, {}};
    Result<std::string> bytes = read_file(file.path, kFileLimit);
    if (!bytes && bytes.error().fault == Fault::Malformed) {
      TRY(set_aside(source, fetched, bytes.error()));
      continue;
    }
    fetched.bytes = TRY(std::move(bytes));
    return std::optional(std::move(fetched));
  }
  return std::optional<Fetched>();
}

Result<std::optional<Fetched>> Sources::next_answer(const PolledSource& source, Instant now,
                                                    const std::atomic<bool>* stop) const {
  SourceState known = TRY(state(source));
  http::Asked asked{"GET", source.place, {{"Accept", "*/*"}}};
  if (!known.etag.empty()) asked.headers.emplace_back("If-None-Match", known.etag);
  if (!known.last_modified.empty()) asked.headers.emplace_back("If-Modified-Since", known.last_modified);
  if (!source.header_file.empty()) asked.headers.push_back(TRY(secret_header(paths_.inside(source.header_file))));
  asked.largest = kFileLimit;
  asked.seconds = kSecondsToFetch;
  asked.stop = stop;
  if (!source.authorities.empty()) asked.authorities = paths_.inside(source.authorities);
  if (!source.inside) asked.may_connect = &is_outside;
  http::Client client;
  http::Answer answer = TRY(client.ask(asked));
  if (answer.status == 304) return std::optional<Fetched>();
  if (answer.status == 429 || answer.status == 503) {
    std::int64_t seconds = source.every_minutes * 60;
    const std::string after = answer.header("retry-after");
    std::from_chars(after.data(), after.data() + after.size(), seconds);
    known.told = now + std::clamp(seconds, std::int64_t{60}, kLongestPauseMs / 1000) * 1000;
    TRY(keep(source, known));
    return fail(Fault::Unavailable, "the server asks to come again later (" + std::to_string(answer.status) + ")",
                source.place);
  }
  if (answer.status != 200)  // nothing is followed: an address that moved is the operator's to change
    return fail(Fault::Unavailable, "the server answered " + std::to_string(answer.status), source.place);
  Fetched fetched{{},
                  source.file_name,
                  std::move(answer.body),
                  plain_header(answer.header("etag")),
                  plain_header(answer.header("last-modified"))};
  if (known.seen && *known.seen == sha256(fetched.bytes)) return std::optional<Fetched>();
  return std::optional(std::move(fetched));
}

Result<Sources::Taken> Sources::take(Desk& desk, const PolledSource& source, const Fetched& fetched) const {
  const Digest digest = sha256(fetched.bytes);
  Incoming incoming{source.name, fetched.name, source.matter, {}, desk.now()};
  read_as_registered(desk.settings(), incoming);
  // What the desk fetched over the net comes with no hand's help, which a standing rule asks of a feed (amendment 1).
  if (source.kind == PolledSource::Kind::Http) incoming.machine = std::string(kPolledMachine) + source.name;
  const Result<std::vector<RunItem>> items =
      take_in(desk, incoming, fetched.name, fetched.bytes, "fetched " + digest.hex());
  Taken taken;
  if (!items && !is_of_the_bytes(items.error())) return items.error();
  if (!items) {
    taken.set_aside = items.error().message;
    TRY(set_aside(source, fetched, items.error()));
  } else {
    for (const RunItem& item : *items) {
      taken.accepted += item.outcome == ItemOutcome::Accepted ? 1 : 0;
      taken.duplicates += item.outcome == ItemOutcome::Duplicate ? 1 : 0;
      taken.refused += item.outcome == ItemOutcome::Refused ? 1 : 0;
      taken.quarantined += item.outcome == ItemOutcome::Quarantined ? 1 : 0;
    }
    // From here on it is in the record, redacted; the raw bytes are not kept a second time.
    if (!fetched.path.empty() && ::unlink(fetched.path.c_str()) != 0 && errno != ENOENT)
      return system_error("it was taken in and cannot be removed", errno, fetched.path);
  }
  if (fetched.uid != 0) {
    Mailbox* mailbox = TRY(mailbox_of(source));
    mailbox->taken = fetched.uid;
    mailbox->aside = !taken.set_aside.empty();
  }
  SourceState known = TRY(state(source));
  known.taken_at = desk.now();
  known.seen = digest;
  known.etag = fetched.etag;
  known.last_modified = fetched.last_modified;
  TRY(keep(source, known));
  return taken;
}

Result<Nothing> Sources::set_aside(const PolledSource& source, const Fetched& fetched, const Error& why) const {
  if (fetched.path.empty()) return Nothing{};
  const std::string aside = folder_of(source) + "/" + std::string(kAside);
  TRY(make_folder(aside, 0700));
  const std::string name = fetched.path.substr(fetched.path.rfind('/') + 1);
  TRY(write_file(aside + "/" + name + std::string(kWhy), printable(why.message, 300) + "\n", 0600));
  if (::rename(fetched.path.c_str(), (aside + "/" + name).c_str()) != 0)
    return system_error("cannot set it aside", errno, fetched.path);
  return sync_folder(aside);
}

// Seven days after it was set aside, by the time of its reason.
Result<Nothing> Sources::forget_old(const PolledSource& source, Instant now) const {
  const std::string aside = folder_of(source) + "/" + std::string(kAside);
  const std::int64_t lives = Lives().days(Kept::Quarantine) * kDayMs;
  for (const WaitingFile& file : TRY(waiting_files(aside, now, false))) {
    if (!file.name.ends_with(kWhy) || now.ms - file.changed_ms < lives) continue;
    const std::string its = file.path.substr(0, file.path.size() - kWhy.size());
    if (::unlink(its.c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", errno, its);
    if (::unlink(file.path.c_str()) != 0) return system_error("cannot remove", errno, file.path);
  }
  return Nothing{};
}

Result<std::int64_t> Sources::replay(const PolledSource& source) const {
  SourceState known = TRY(state(source));
  known.seen.reset();
  known.etag.clear();
  known.last_modified.clear();
  known.next_at = Instant{0};
  TRY(keep(source, known));
  if (source.kind == PolledSource::Kind::Http) return std::int64_t{0};
  if (source.kind == PolledSource::Kind::Imap) {
    Mailbox* mailbox = TRY(mailbox_of(source));
    const std::vector<std::uint32_t> flagged = TRY(mailbox->box.flagged());
    TRY(mailbox->box.take_again(flagged));
    mailboxes_.erase(source.name);
    return static_cast<std::int64_t>(flagged.size());
  }
  const std::string folder = folder_of(source), aside = folder + "/" + std::string(kAside);
  std::int64_t count = 0;
  for (const WaitingFile& file : TRY(waiting_files(aside, known.tried_at, false))) {
    if (file.name.ends_with(kWhy)) continue;
    if (exists(folder + "/" + file.name))
      return fail(Fault::Conflict, "there is a new file of that name", folder + "/" + file.name);
    if (::rename(file.path.c_str(), (folder + "/" + file.name).c_str()) != 0)
      return system_error("cannot move", errno, file.path);
    ::unlink((file.path + std::string(kWhy)).c_str());
    ++count;
  }
  return count;
}

Result<Nothing> Sources::end_turn(const PolledSource& source, const std::optional<Error>& trouble, Instant now) const {
  mailboxes_.erase(source.name);
  SourceState known = TRY(state(source));
  known.tried_at = now;
  known.failures = trouble ? known.failures + 1 : 0;
  known.why =
      trouble ? printable(trouble->message + (trouble->where.empty() ? "" : " (" + trouble->where + ")"), 400) : "";
  const std::int64_t pause =
      std::min(kLongestPauseMs, source.every_minutes * 60'000 << std::clamp<std::int64_t>(known.failures - 1, 0, 8));
  known.next_at = trouble && known.told > now ? known.told : now + pause;
  known.told = Instant{0};
  return keep(source, known);
}

// ── the commands ──

namespace {

Json show(const Sources::Taken& taken, const PolledSource& source, const Fetched& fetched) {
  Json line = Json::Object{{"source", source.name},      {"file", printable(fetched.name, 200)},
                           {"accepted", taken.accepted}, {"duplicate", taken.duplicates},
                           {"refused", taken.refused},   {"quarantined", taken.quarantined}};
  if (!taken.set_aside.empty()) line.set("set_aside", printable(taken.set_aside, 300));
  return line;
}

}  // namespace

// Each source, what it has had, what waits, what is wrong.
Result<Nothing> source_list(Desk& desk, Call&, const Emit& emit) {
  const Sources sources(desk.paths(), desk.settings());
  for (const PolledSource& source : sources.all()) {
    const SourceState known = TRY(sources.state(source));
    Json line = Json::Object{{"source", source.name},
                             {"place", source.place},
                             {"every_minutes", source.every_minutes},
                             {"state", !known.why.empty()       ? "failing"
                                       : known.tried_at.ms == 0 ? "new"
                                                                : "good"}};
    if (known.tried_at.ms != 0) line.set("tried_at", to_rfc3339(known.tried_at));
    if (known.taken_at.ms != 0) line.set("taken_at", to_rfc3339(known.taken_at));
    if (known.next_at.ms != 0) line.set("next_at", to_rfc3339(known.next_at));
    if (!known.why.empty()) line.set("why", known.why);
    if (source.kind == PolledSource::Kind::Folder || source.kind == PolledSource::Kind::Maildir) {
      const std::string folder =
          desk.paths().inside(source.place) + (source.kind == PolledSource::Kind::Maildir ? "/new" : "");
      line.set("waiting", TRY(waiting_files(folder, desk.now(), false)).size());
      std::int64_t aside = 0;
      for (const WaitingFile& file : TRY(waiting_files(folder + "/" + std::string(kAside), desk.now(), false)))
        aside += file.name.ends_with(kWhy) ? 1 : 0;
      line.set("set_aside", aside);
    }
    emit(line);
  }
  return Nothing{};
}

// Its turn, now, to the end of what waits there.
Result<Nothing> source_poll(Desk& desk, Call& call, const Emit& emit) {
  const Sources sources(desk.paths(), desk.settings());
  const PolledSource source = TRY(sources.find(TRY(call.arguments.text("source"))));
  const auto turn = [&]() -> Result<Nothing> {
    while (const std::optional<Fetched> fetched = TRY(sources.fetch(source, desk.now()))) {
      emit(show(TRY(sources.take(desk, source, *fetched)), source, *fetched));
    }
    return publish(desk);
  };
  Result<Nothing> done = turn();
  TRY(sources.end_turn(source, done ? std::nullopt : std::optional(done.error()), desk.now()));
  return done;
}

Result<Nothing> source_replay(Desk& desk, Call& call, const Emit& emit) {
  const Sources sources(desk.paths(), desk.settings());
  const PolledSource source = TRY(sources.find(TRY(call.arguments.text("source"))));
  emit(Json::Object{{"source", source.name}, {"replayed", TRY(sources.replay(source))}});
  return Nothing{};
}

std::string source_in_words(const Json& line) {
  const auto said = [&](std::string_view key) { return printable(line.text_or(key), 300); };
  const auto number = [&](std::string_view key) { return std::to_string(line.number_or(key, 0)); };
  if (line.find("replayed") != nullptr) return said("source") + ": " + number("replayed") + " go back to be taken in\n";
  if (line.find("file") != nullptr) {
    return said("source") + " " + said("file") + ": " +
           (line.find("set_aside") != nullptr
                ? "set aside: " + said("set_aside")
                : number("accepted") + " accepted, " + number("duplicate") + " duplicates, " + number("refused") +
                      " refused, " + number("quarantined") + " quarantined") +
           "\n";
  }
  std::string text = said("source") + "  " + said("state") + "  every " + number("every_minutes") + " minutes from " +
                     said("place") + "\n";
  if (line.find("taken_at") != nullptr) text += "    took something in last at " + said("taken_at") + "\n";
  if (line.number_or("waiting", 0) > 0) text += "    " + number("waiting") + " wait\n";
  if (line.number_or("set_aside", 0) > 0)
    text +=
        "    " + number("set_aside") + " set aside: `cordon source replay " + said("source") + "` tries them again\n";
  if (line.find("why") != nullptr) text += "    " + said("why") + "; again at " + said("next_at") + "\n";
  return text;
}

// ── while a desk is served ──

struct SourceClerk::Work {
  Desk& desk;
  std::mutex& in_use;
  Sources sources;
  std::atomic<bool> stop{false};
  std::mutex waiting = {};
  std::condition_variable wake = {};
  std::thread thread = {};

  void run() {
    while (!stop) {
      const Result<bool> worked = turn();
      if (!worked)
        std::fprintf(stderr, "cordon: sources: %s (%s)\n", printable(worked.error().message, 300).c_str(),
                     printable(worked.error().where, 200).c_str());
      if (worked && *worked) continue;
      std::unique_lock lock(waiting);
      wake.wait_for(lock, std::chrono::seconds(worked ? 1 : 60), [&] { return stop.load(); });
    }
  }

  // False when it was nobody's turn.
  Result<bool> turn() {
    const Instant now = desk.now();
    const std::optional<PolledSource> source = TRY(sources.due(now));
    if (!source) return false;
    const auto all_of_it = [&]() -> Result<Nothing> {
      while (!stop) {
        const std::optional<Fetched> fetched = TRY(sources.fetch(*source, now, &stop));
        if (!fetched) return Nothing{};
        const std::lock_guard lock(in_use);
        TRY(sources.take(desk, *source, *fetched));
        TRY(publish(desk));
      }
      return Nothing{};
    };
    const Result<Nothing> done = all_of_it();
    if (!stop) TRY(sources.end_turn(*source, done ? std::nullopt : std::optional(done.error()), now));
    return true;
  }
};

SourceClerk::SourceClerk(Desk& desk, std::mutex& in_use) {
  if (desk.settings().polled.empty()) return;
  work_ = std::make_unique<Work>(desk, in_use, Sources(desk.paths(), desk.settings()));
  work_->thread = std::thread([work = work_.get()] { work->run(); });
}

SourceClerk::~SourceClerk() {
  if (!work_) return;
  {
    const std::lock_guard lock(work_->waiting);
    work_->stop = true;
  }
  work_->wake.notify_all();
  work_->thread.join();
}

}  // namespace cordon
