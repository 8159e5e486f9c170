#include "desk/stamping.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "desk/commands.h"
#include "net/http_client.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestPem = 64u << 10;
constexpr std::int64_t kFirstWaitMs = 60'000, kLongestWaitMs = kHourMs;

std::vector<Digest> leaves_of(const std::vector<Digest>& rows) {
  std::vector<Digest> hashes;
  hashes.reserve(rows.size());
  for (const Digest& row : rows) hashes.push_back(leaf_hash(row.view()));
  return hashes;
}

// RFC 6962 section 2.1.1, lowest hash first.
Proof path_of(std::span<const Digest> hashes, std::size_t index) {
  if (hashes.size() < 2) return {};
  const auto split = static_cast<std::size_t>(split_point(hashes.size()));
  const std::span<const Digest> left = hashes.first(split), right = hashes.subspan(split);
  Proof path = index < split ? path_of(left, index) : path_of(right, index - split);
  path.push_back(tree_root(index < split ? right : left));
  return path;
}

Result<StampAsked> ask(Desk& desk, std::int64_t after) {
  Store& store = desk.store();
  const std::vector<Digest> rows = TRY(store.row_digests(after + 1, after + kMostRowsOfStamp));
  std::uint64_t nonce = 0;
  for (const char byte : desk.random().bytes(8)) nonce = nonce << 8 | static_cast<unsigned char>(byte);
  StampAsked asked{StampId::make(desk.now(), desk.random()), after + 1, after + static_cast<std::int64_t>(rows.size()),
                   tree_root(leaves_of(rows)), nonce};
  TRY(store.append({{asked, "software", {}}}, desk.now()));
  return asked;
}

Result<StampTrust> pinned(const Desk& desk) {
  const std::string path = desk.paths().inside(desk.settings().stamps.certificates);
  Result<StampTrust> trust = StampTrust::read(TRY(read_file(path, kLargestPem)));
  if (!trust) return fail(Fault::Usage, trust.error().message, path);
  return trust;
}

void say(const std::string& words) { std::fprintf(stderr, "cordon: %s\n", printable(words, 400).c_str()); }

}  // namespace

Result<std::optional<StampErrand>> due_stamp(Desk& desk, Due due) {
  const StampSettings& settings = desk.settings().stamps;
  if (settings.url.empty()) return std::optional<StampErrand>();
  std::optional<StampAsked> asked;
  if (std::optional<Store::Stamp> waiting = TRY(desk.store().waiting_stamp())) {
    asked = std::move(waiting->asked);
  } else {
    const Store::Unstamped since = TRY(desk.store().unstamped());
    if (!since.more) return std::optional<StampErrand>();
    if (due == Due::ByTime && !since.exported && desk.now() - since.asked_at < settings.every_hours * kHourMs)
      return std::optional<StampErrand>();
    asked = TRY(ask(desk, since.last));
  }
  std::string query = write_stamp_query(query_of(desk.settings().operator_.origin, *asked), settings.policy);
  return std::optional(StampErrand{*std::move(asked), settings.url, std::move(query)});
}

Result<std::string> fetch_stamp(const StampErrand& errand, const std::atomic<bool>* stop) {
  http::Client client;
  http::Asked asked{"POST", errand.url, {{"Content-Type", "application/timestamp-query"}}, errand.query};
  asked.largest = kLargestStamp;
  asked.stop = stop;
  http::Answer answer = TRY(client.ask(asked));
  if (answer.status != 200)
    return fail(Fault::Unavailable, "the authority answers " + std::to_string(answer.status), errand.url);
  return std::move(answer.body);
}

Result<StampKept> finish_stamp(Desk& desk, const StampErrand& errand, const Result<std::string>& answer) {
  const auto checked = [&]() -> Result<TimeStamp> {
    if (!answer) return answer.error();
    const StampTrust trust = TRY(pinned(desk));
    return read_stamp_answer(*answer, query_of(desk.settings().operator_.origin, errand.asked), trust,
                             desk.settings().stamps.policy, desk.now());
  };
  const Result<TimeStamp> stamp = checked();
  std::optional<Desk::StampTrouble>& trouble = desk.stamp_trouble();
  if (!stamp) {
    if (!trouble || trouble->why != stamp.error().message)
      say("no time stamp (asked again until there is one): " + stamp.error().message + ", " + errand.url);
    trouble = Desk::StampTrouble{trouble ? trouble->since : desk.now(), desk.now(), stamp.error().message};
    return stamp.error();
  }
  if (trouble) say("time stamps are given again, " + errand.url);
  trouble.reset();
  const std::optional<Store::Stamp> waiting = TRY(desk.store().waiting_stamp());
  if (!waiting || waiting->asked.id != errand.asked.id)
    return fail(Fault::Conflict, "this time stamp was fetched by somebody else meanwhile");
  StampKept kept = keep_stamp(errand.asked, *stamp, TRY(desk.store().blobs().put(stamp->token)));
  TRY(desk.store().append({{kept, "software", {}}}, desk.now()));
  return kept;
}

Result<Json> stamp_now(Desk& desk) {
  if (desk.settings().stamps.url.empty())
    return fail(Fault::Usage, "the settings name no authority of time stamps ([evidence] timestamps)",
                desk.paths().settings());
  const std::optional<StampErrand> errand = TRY(due_stamp(desk, Due::Now));
  if (!errand) return fail(Fault::NotFound, "every row of the record is under a time stamp already");
  if (desk.stamp_clerk()) {  // which fetches it at once, and the desk goes on meanwhile
    desk.stamp_clerk()();
  } else {
    TRY(finish_stamp(desk, *errand, fetch_stamp(*errand)));
  }
  return show(TRY(desk.store().stamps()).back(), desk.stamp_trouble(), desk.now());
}

Json show(const Store::Stamp& stamp, const std::optional<Desk::StampTrouble>& trouble, Instant now) {
  Json line = Json::Object{{"stamp", stamp.asked.id.text()},
                           {"state", stamp.kept ? "kept" : "waiting"},
                           {"first", stamp.asked.first},
                           {"last", stamp.asked.last},
                           {"asked_at", to_rfc3339(stamp.at)}};
  if (stamp.kept) {
    line.set("stamped_at", to_rfc3339(stamp.kept->stamped_at));
    line.set("authority", stamp.kept->authority);
    line.set("serial", stamp.kept->serial);
    return line;
  }
  line.set("waiting_minutes", (now - stamp.at) / 60'000);
  if (trouble) {
    line.set("tried_at", to_rfc3339(trouble->last));
    line.set("why", trouble->why);
  }
  return line;
}

Result<std::vector<Proof>> prove_rows(const Store& store, const StampAsked& asked,
                                      const std::vector<std::int64_t>& seqs) {
  const std::vector<Digest> hashes = leaves_of(TRY(store.row_digests(asked.first, asked.last)));
  if (tree_root(hashes) != asked.root)
    return fail(Fault::Corrupt, "the rows are not those that were stamped", asked.id.text());
  std::vector<Proof> proofs;
  for (const std::int64_t seq : seqs) {
    CORDON_CHECK(asked.first <= seq && seq <= asked.last, "the row is one of the stamp's");
    proofs.push_back(path_of(hashes, static_cast<std::size_t>(seq - asked.first)));
  }
  return proofs;
}

// ── the commands ──

Result<Nothing> evidence_stamp(Desk& desk, Call&, const Emit& emit) {
  emit(TRY(stamp_now(desk)));
  return Nothing{};
}

Result<Nothing> evidence_stamps(Desk& desk, Call&, const Emit& emit) {
  for (const Store::Stamp& stamp : TRY(desk.store().stamps())) emit(show(stamp, desk.stamp_trouble(), desk.now()));
  return Nothing{};
}

// ── while a desk is served ──

struct StampClerk::Work {
  Desk& desk;
  std::mutex& in_use;
  std::atomic<bool> stop{false};
  bool hurry = false;
  std::mutex waiting = {};
  std::condition_variable wake = {};
  std::thread thread = {};

  void run() {
    std::int64_t wait = kFirstWaitMs;
    int failures = 0;
    for (bool first = true;; first = false) {
      {
        std::unique_lock lock(waiting);
        wake.wait_for(lock, std::chrono::milliseconds(first ? 1000 : wait), [&] { return stop.load() || hurry; });
        hurry = false;
      }
      if (stop) return;
      // Twice as long after each failure, and by up to a quarter more, so that desks do not come back all at once.
      failures = once() ? 0 : failures + 1;
      wait = std::min(kLongestWaitMs, kFirstWaitMs << std::clamp(failures - 1, 0, 6));
      wait += static_cast<unsigned char>(SystemRandom().bytes(1)[0]) * wait / 1024;
    }
  }

  bool once() {
    std::optional<StampErrand> errand;
    {
      const std::lock_guard lock(in_use);
      Result<std::optional<StampErrand>> due = due_stamp(desk, Due::ByTime);
      if (!due) return false;
      errand = *std::move(due);
    }
    if (!errand) return true;
    const Result<std::string> answer = fetch_stamp(*errand, &stop);
    if (stop && !answer) return false;
    const std::lock_guard lock(in_use);
    return static_cast<bool>(finish_stamp(desk, *errand, answer));
  }
};

StampClerk::StampClerk(Desk& desk, std::mutex& in_use) {
  if (desk.settings().stamps.url.empty()) return;
  work_ = std::make_unique<Work>(desk, in_use);
  work_->thread = std::thread([work = work_.get()] { work->run(); });
  const std::lock_guard lock(in_use);
  desk.stamp_clerk() = [work = work_.get()] {
    const std::lock_guard now(work->waiting);
    work->hurry = true;
    work->wake.notify_all();
  };
}

StampClerk::~StampClerk() {
  if (!work_) return;
  {
    const std::lock_guard lock(work_->in_use);
    work_->desk.stamp_clerk() = nullptr;
  }
  {
    const std::lock_guard lock(work_->waiting);
    work_->stop = true;
  }
  work_->wake.notify_all();
  work_->thread.join();
}

}  // namespace cordon
