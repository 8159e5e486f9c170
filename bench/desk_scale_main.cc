// What `bench/desk-scale` runs: a desk with a million cases and fifty million reports, made through the same events as
// intake's, and then asked what officers ask all day. bench/README.md says how to read it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "base/text.h"
#include "bench/figures.h"
#include "bench/index_data.h"
#include "casework/case.h"
#include "law/charter_digest.h"
#include "store/postgres_for_tests.h"
#include "store/store.h"
#include "store/tables.h"

namespace cordon::bench {
namespace {

struct ScaleOptions {
  std::uint64_t cases = 1'000'000, reports = 50'000'000, batch = 20'000, asked = 1000;
  std::string home;  // "sqlite" or "postgresql"; empty: both
  std::string keep;  // a folder where the desk stays
  bool json = false;
};

constexpr std::int64_t kStart = 1'790'000'000'000;
constexpr double kGoalMs = 50;             // p95 of the queue, a case, a search by identifier
constexpr std::uint64_t kWorkedOn = 1000;  // one case of so many has evidence

double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
std::size_t peak_memory() {
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  return static_cast<std::size_t>(own.ru_maxrss) / 1024;
}
std::uint64_t bytes_below(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file()) bytes += file.file_size();
  return bytes;
}

// Each number's own: of addresses there are too few for that.
MadeUp value_of(std::uint64_t number) {
  MadeUp made = make_up(number, kListed);
  if (made.kind == ObservableKind::Ip) made = {ObservableKind::Domain, "h" + std::to_string(number) + ".example.net"};
  return made;
}
Observable target(std::uint64_t number) {
  const MadeUp made = value_of(number);
  return *parse_observable(made.kind, made.canonical);
}
// One of a hundred is fraud and one phishing: the queue of a rare matter is asked too.
Matter matter_of(std::uint64_t number) {
  return number % 100 == 7 ? Category::Fraud : number % 100 == 8 ? Category::Phishing : Category::Malware;
}
std::string key_of(std::uint64_t number) {
  const MadeUp made = value_of(number);
  return fold_key(matter_of(number), made.kind, made.canonical);
}

Result<Store> store_at(const std::string& folder, const std::string& address, Store::Mode mode) {
  Blobs blobs = TRY(Blobs::open(folder + "/evidence", folder + "/keys",
                                mode == Store::Mode::Write ? Blobs::Mode::Write : Blobs::Mode::Read));
  return Store::open(address, std::move(blobs), mode, {folder + "/runs", "a key"});
}

// Makes the desk: first every case by its first report and a million reports of one value among them, then the rest.
class Making {
 public:
  Making(const ScaleOptions& options, Store& store) : options_(options), store_(store) {}

  Result<Nothing> all() {
    TRY(append(DeskFounded{"desk.bench.example/log", "csirt", "key", charter_digest(), sha256("annex")}));
    TRY(append(OfficerEnrolled{officer_, {}}));
    const double began = wall_ms();
    double said = began;
    while (made_ < options_.reports) {
      TRY(batch());
      TRY(store_.folded_before(key_of(0)));  // as intake asks, so that the runs follow
      if (wall_ms() - said < 30'000) continue;
      said = wall_ms();
      std::fprintf(stderr, "  %.1f of %.1f million reports, %.0f s\n", static_cast<double>(made_) / 1e6,
                   static_cast<double>(options_.reports) / 1e6, (said - began) / 1e3);
    }
    for (std::uint64_t i = 0; i < ids_.size(); i += kWorkedOn) TRY(evidence(ids_[i]));
    return Nothing{};
  }

 private:
  Result<Nothing> append(const Event& event, std::optional<SealedLeaf> leaf = {}) {
    return store_.append({{event, "software", std::move(leaf)}}, now());
  }
  Instant now() const { return {kStart + static_cast<std::int64_t>(made_ / 10)}; }

  // New cases come evenly over the whole time; of what is folded, one in fifty is the same value, and the others lean
  // towards what came first, as the feeds of a desk do.
  Result<Nothing> batch() {
    std::vector<RunItem> items;
    const std::uint64_t until = std::min(options_.reports, made_ + options_.batch);
    for (; made_ < until; ++made_) {
      const bool fresh = ids_.empty() || made_ * options_.cases >= ids_.size() * options_.reports;
      const std::uint64_t draw = mixed(made_);
      std::uint64_t number = 0;
      if (fresh) {
        number = ids_.size();
        ids_.push_back(CaseId::make(now(), random_));
        targets_.push_back(target(number));
      } else if (draw % 50 != 0) {
        const double lean = static_cast<double>(mixed(draw) >> 11) * 0x1p-53;
        number = static_cast<std::uint64_t>(lean * lean * static_cast<double>(ids_.size()));
      }
      RunItem item;
      item.position = static_cast<std::int64_t>(items.size()) + 1;
      item.outcome = ItemOutcome::Accepted;
      item.report = ReportId::derive(sha256("report " + std::to_string(made_)));
      item.case_id = ids_[number];
      item.opens_case = fresh;
      item.sighting = Sighting{matter_of(number), targets_[number], {}, {}, now()};
      item.kept = "id,seen_at,value: e" + std::to_string(made_) + "," + targets_[number].canonical();
      items.push_back(std::move(item));
    }
    const std::string run = write_run(items, {random_.bytes(32), {}});
    const Digest blob = TRY(store_.blobs().put(run));
    const std::string source = "feed " + std::to_string(made_ / options_.batch % 40);
    const BatchTaken taken = describe_run(BatchId::make(now(), random_), source, "feed.csv", items, blob, run.size());
    BatchAtHand at_hand{std::move(items), {}};
    for (const RunItem& item : at_hand.items) at_hand.fold_keys.push_back(store_.key_of_fold(fold_key(*item.sighting)));
    SealedLeaf leaf{"{\"batch\":\"" + taken.batch.text() + "\"}", "{}"};
    return store_.append({{taken, "software", std::move(leaf), &at_hand}}, now());
  }

  Result<Nothing> evidence(const CaseId& of) {
    Evidence page{EvidenceId::make(now(), random_), sha256("page"), "text/plain", 4, "a page"};
    page.blob = TRY(store_.blobs().put("page", write_label(page)));
    return append(EvidenceAttached{of, page, officer_.id});
  }

  const ScaleOptions& options_;
  Store& store_;
  SeededRandom random_{9};
  Officer officer_{
      OfficerId::make({kStart}, random_), "analyst1", {Role::Analyst}, SecretKey::generate(random_).public_key()};
  std::vector<CaseId> ids_;
  std::vector<Observable> targets_;
  std::uint64_t made_ = 0;
};

// Asks the desk that lies in `folder`, as a process that does nothing else. False when a goal is missed.
class Asking {
 public:
  Asking(const ScaleOptions& options, const std::string& home, const Store& store)
      : options_(options), home_(home), store_(store) {}

  Result<bool> all() {
    for (std::uint64_t i = 0; i < options_.asked; ++i) asked_.push_back(mixed(i ^ 0x5EED) % options_.cases);
    std::printf("  %-44s %9s %9s %9s   ms\n", "", "p50", "p95", "p99");
    const Sight sight = sight_of(Officer{OfficerId::make({kStart}, random_), "analyst1", {Role::Analyst}, {}});
    std::vector<CaseId> ids;
    TRY(times("search by identifier, found", true, [&](std::uint64_t i) -> Result<Nothing> {
      const std::optional<CaseId> id = TRY(store_.case_of_key(key_of(asked_[i])));
      if (!id) return fail(Fault::Corrupt, "a case is not found by its identifier", key_of(asked_[i]));
      ids.push_back(*id);
      return Nothing{};
    }));
    TRY(times("search by identifier, never reported", true, [&](std::uint64_t i) -> Result<Nothing> {
      return nothing(store_.case_of_key(key_of(asked_[i] + options_.cases)));
    }));
    TRY(times("reports and sources of an identifier", true,
              [&](std::uint64_t i) -> Result<Nothing> { return nothing(store_.count_folded(key_of(asked_[i]))); }));
    TRY(times("queue, first page", true,
              [&](std::uint64_t) -> Result<Nothing> { return page(sight, {{}, CaseState::Open, 50, {}}, 50); }));
    TRY(times("queue, a page anywhere", true,
              [&](std::uint64_t i) -> Result<Nothing> { return page(sight, {{}, CaseState::Open, 50, ids[i]}, 0); }));
    TRY(times("queue of a state that few are in", true, [&](std::uint64_t i) -> Result<Nothing> {
      return page(sight, {{}, CaseState::Assessing, 50, ids[i]}, 0);
    }));
    TRY(times("queue of a matter that few are of", true, [&](std::uint64_t i) -> Result<Nothing> {
      return page(sight, {Matter(Category::Fraud), {}, 50, ids[i]}, 0);
    }));
    TRY(times("queue of a matter and a state", true, [&](std::uint64_t i) -> Result<Nothing> {
      return page(sight, {Matter(Category::Fraud), CaseState::Assessing, 50, ids[i]}, 0);
    }));
    TRY(times("queue of a matter that none is of", true, [&](std::uint64_t) -> Result<Nothing> {
      return page(sight, {Matter(Category::HumanTrafficking), {}, 50, {}}, 0);
    }));
    TRY(times("a case", true, [&](std::uint64_t i) { return nothing(store_.find_case(sight, ids[i])); }));
    TRY(times(
        "a case's newest 50 reports", true, [&](std::uint64_t i) { return nothing(store_.reports_of(sight, ids[i])); },
        100));
    TRY(times(
        "the same of the most reported value", true,
        [&](std::uint64_t) -> Result<Nothing> {
          const std::optional<CaseId> id = TRY(store_.case_of_key(key_of(0)));
          return nothing(store_.reports_of(sight, *id));
        },
        20));
    TRY(times("statistics", true, [&](std::uint64_t) { return nothing(store_.counts()); }, 100));
    TRY(times("custody of a case", true, [&](std::uint64_t i) { return nothing(store_.custody_rows(ids[i])); }, 100));
    const SortedRuns::Count most = TRY(store_.count_folded(key_of(0)));
    std::printf("  %s reports of the most reported value, from %s sources; %zu MB of memory\n",
                std::to_string(most.reports).c_str(), std::to_string(most.sources).c_str(), peak_memory());
    return reached_;
  }

 private:
  template <typename T>
  static Result<Nothing> nothing(const Result<T>& answer) {
    if (!answer) return answer.error();
    return Nothing{};
  }
  Result<Nothing> page(const Sight& sight, const CaseFilter& filter, std::size_t at_least) {
    const std::vector<CaseSummary> cases = TRY(store_.list_cases(sight, filter));
    if (cases.size() < at_least) return fail(Fault::Corrupt, "a page of the queue is not full");
    return Nothing{};
  }

  Result<Nothing> times(const std::string& what, bool goal, const std::function<Result<Nothing>(std::uint64_t)>& ask,
                        std::uint64_t most = 1'000'000) {
    std::vector<double> ms;
    for (std::uint64_t i = 0; i < std::min(most, options_.asked); ++i) {
      const double began = wall_ms();
      TRY(ask(i));
      ms.push_back(wall_ms() - began);
    }
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
      return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    };
    const bool missed = goal && at(0.95) >= kGoalMs;
    if (missed) reached_ = false;
    if (options_.json)
      print_json({home_, what, at(0.95), "ms p95"}, "desk-scale");
    else
      std::printf("  %-44s %9.2f %9.2f %9.2f%s\n", what.c_str(), at(0.5), at(0.95), at(0.99),
                  missed ? "   over the goal of 50" : "");
    std::fflush(stdout);
    return Nothing{};
  }

  const ScaleOptions& options_;
  const std::string home_;
  const Store& store_;
  SeededRandom random_{10};
  std::vector<std::uint64_t> asked_;
  bool reached_ = true;
};

// In a process of its own, so that its memory is its own.
int apart(const std::function<int()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const int code = work();
    std::fflush(stdout);
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

int say(const Error& error) {
  std::fprintf(stderr, "cordon: %s (%s)\n", error.message.c_str(), error.where.c_str());
  return 2;
}

int make(const ScaleOptions& options, const std::string& folder, const std::string& address) {
  auto blobs = Blobs::open(folder + "/evidence", folder + "/keys", Blobs::Mode::Write);
  if (!blobs) return say(blobs.error());
  auto store = Store::create(address, *std::move(blobs), {folder + "/runs", "a key"});
  if (!store) return say(store.error());
  const auto made = Making(options, *store).all();
  return made ? 0 : say(made.error());
}

int ask(const ScaleOptions& options, const std::string& home, const std::string& folder, const std::string& address) {
  const double began = wall_ms();
  const auto store = store_at(folder, address, Store::Mode::Read);
  if (!store) return say(store.error());
  const auto first = store->folded_before(key_of(0));
  if (!first) return say(first.error());
  if (!options.json) std::printf("  from start to the first answer %.2f s\n", (wall_ms() - began) / 1e3);
  const auto reached = Asking(options, home, *store).all();
  return !reached ? say(reached.error()) : *reached ? 0 : 1;
}

// The same record in the other home, table by table: a desk is moved by folding its journal again, which proves more
// and takes longer (`cordon move`).
Result<Nothing> lay_in_postgresql(const std::string& from, const std::string& to) {
  Database source = TRY(Database::open(from, Database::Open::Read));
  Database target = TRY(Database::open(to, Database::Open::Create));
  const Transaction snapshot = TRY(Transaction::begin(source, Access::Snapshot));
  Transaction transaction = TRY(Transaction::begin(target));
  TRY(lay_journal(target));
  TRY(lay_folded_tables(target));
  std::vector<FoldedTable> tables{{"journal", "seq"}, {"opening", "leaf_index"}};
  tables.insert(tables.end(), folded_tables().begin(), folded_tables().end());
  for (const FoldedTable& table : tables) {
    std::vector<std::string> columns;
    Rows names =
        TRY(target.query("SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = "
                         "current_schema() ORDER BY ordinal_position",
                         {table.name}));
    while (TRY(names.next())) columns.push_back(names.text(0));
    Rows rows = TRY(source.scan("SELECT " + join(columns, ", ") + " FROM " + table.name + " ORDER BY " + table.order));
    TRY(target.fill(table.name, join(columns, ", "), [&]() -> Result<std::optional<SqlValues>> {
      if (!TRY(rows.next())) return std::optional<SqlValues>();
      SqlValues row;
      for (int column = 0; column < rows.columns(); ++column)
        row.push_back(rows.null(column) ? SqlValue() : SqlValue(rows.text(column)));
      return std::optional(std::move(row));
    }));
  }
  TRY(transaction.commit());
  return target.execute("ANALYZE");
}

void print_sizes(const std::string& folder) {
  for (const char* part : {"/desk.db", "/evidence", "/runs", "/keys"}) {
    const std::string at = folder + part;
    const std::uint64_t bytes = std::filesystem::is_directory(at) ? bytes_below(at) : std::filesystem::file_size(at);
    std::printf("  %-12s %8.2f GB\n", part + 1, static_cast<double>(bytes) / 1e9);
  }
}

int run(const ScaleOptions& options) {
  std::string folder = options.keep.empty() ? "desk_scale_XXXXXX" : options.keep;
  if (options.keep.empty() && ::mkdtemp(folder.data()) == nullptr) return 2;
  std::filesystem::create_directories(folder);
  const std::string address = folder + "/desk.db";
  std::printf("%.1f M cases, %.1f M reports in batches of %zu\n", static_cast<double>(options.cases) / 1e6,
              static_cast<double>(options.reports) / 1e6, static_cast<std::size_t>(options.batch));
  double began = wall_ms();
  int code = 0;
  if (!std::filesystem::exists(address)) {
    code = apart([&] { return make(options, folder, address); });
    std::printf("  made in %.0f s\n", (wall_ms() - began) / 1e3);
  }
  if (code == 0) print_sizes(folder);
  if (code == 0 && options.home != "postgresql") {
    std::printf("sqlite\n");
    code = apart([&] { return ask(options, "sqlite", folder, address); });
  }
  if (code <= 1 && options.home != "sqlite") {
    if (PostgresServer::shared() == nullptr) {
      std::printf("skipped: postgresql (no server is installed)\n");
    } else {
      const std::string there = PostgresServer::shared()->new_address();
      began = wall_ms();
      const Result<Nothing> laid = lay_in_postgresql(address, there);
      if (!laid) return say(laid.error());
      std::printf("postgresql, laid in %.0f s\n", (wall_ms() - began) / 1e3);
      code = std::max(code, apart([&] { return ask(options, "postgresql", folder, there); }));
    }
  }
  if (options.keep.empty()) std::filesystem::remove_all(folder);
  return code;
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon;
  bench::ScaleOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&] { return std::strtoull(argv[++i], nullptr, 10); };
    if (word == "--json") options.json = true;
    if (word == "--quick") options.cases = 20'000, options.reports = 1'000'000, options.asked = 200;
    if (i + 1 == argc) break;
    if (word == "--cases")
      options.cases = number();
    else if (word == "--reports")
      options.reports = number();
    else if (word == "--batch")
      options.batch = number();
    else if (word == "--asked")
      options.asked = number();
    else if (word == "--home")
      options.home = argv[++i];
    else if (word == "--keep")
      options.keep = argv[++i];
  }
  return bench::run(options);
}
