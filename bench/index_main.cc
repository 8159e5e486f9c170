// What `bench/index` runs; bench/README.md says how to read it.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "bench/corpus.h"
#include "bench/figures.h"
#include "bench/index_data.h"
#include "bench/index_peer.h"
#include "match/index_builder.h"
#include "match/naive_index_for_tests.h"
#include "observable/scan.h"

namespace cordon::bench {
namespace {

struct IndexOptions {
  std::vector<std::size_t> sizes{1'000'000, 10'000'000};
  bool json = false, peers = true, ranges = true, scan = true;
  std::size_t pairs = 0;
  int rounds = 3;
  std::string folder;  // for files of this run alone
};

constexpr std::size_t kQueries = 1u << 20;
const Day kToday = Day::numbered(20'780);

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

SecretKey bench_key() { return *SecretKey::from_seed(std::string(32, 'b')); }

// One line of the report.
class Report {
 public:
  explicit Report(bool json) : json_(json) {}
  void line(const std::string& of, const std::string& subject, double figure, const std::string& unit,
            const std::string& ratio_to = {}, double ratio = 0, double goal = 0) {
    const bool has_ratio = !ratio_to.empty();
    if (json_) {
      print_json({of, subject, figure, unit, ratio_to, has_ratio ? std::optional(ratio) : std::nullopt}, "index");
    } else {
      std::printf("  %-30s %12.4g %-22s", subject.c_str(), figure, unit.c_str());
      if (has_ratio) std::printf(" %8.2fx %s", ratio, ratio_to.c_str());
      if (goal > 0) std::printf(", goal %gx: %s", goal, ratio >= goal ? "reached" : "NOT reached");
      std::printf("\n");
    }
    if (goal > 0 && has_ratio) reached_ = reached_ && ratio >= goal;
    std::fflush(stdout);
  }
  void most(const std::string& of, const std::string& subject, double figure, const std::string& unit, double bound) {
    line(of, subject, figure, unit, bound > 0 ? "of the most" : "", bound > 0 ? figure / bound : 0);
    if (bound > 0 && !json_ && figure > bound) std::printf("  %-30s NOT reached: at most %g\n", "", bound);
    if (bound > 0) reached_ = reached_ && figure <= bound;
  }
  void title(const std::string& text) const {
    if (!json_) std::printf("\n%s\n", text.c_str());
  }
  void skip(const std::string& what, const std::string& why) const {
    if (!json_) std::printf("skipped: %s (%s)\n", what.c_str(), why.c_str());
  }
  bool reached() const { return reached_; }

 private:
  bool json_, reached_ = true;
};

// Million times a second and CPU.
double rate(std::size_t count, int rounds, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i) seconds.push_back(time_of(work));
  return static_cast<double>(count) / 1e6 / std::max(median(seconds), 1e-9);
}

volatile std::uint64_t kept;

// Independent loads of random lines out of 1 GiB: what no lookup that touches one line can be faster than.
double random_lines(bool huge) {
  constexpr std::size_t kBytes = std::size_t{1} << 30, kLines = kBytes / 64, kLoads = 8'000'000;
  void* map = ::mmap(nullptr, kBytes + (2u << 20), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CORDON_CHECK(map != MAP_FAILED, "a gigabyte of memory");
  auto* lines = reinterpret_cast<std::uint64_t*>((reinterpret_cast<std::uintptr_t>(map) + (2u << 20) - 1) &
                                                 ~((std::uintptr_t{2} << 20) - 1));
  ::madvise(lines, kBytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < kLines; ++i) lines[i * 8] = i;
  const double found = rate(kLoads, 5, [&] {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < kLoads; ++i) sum += lines[(mixed(i) % kLines) * 8];
    kept = sum;
  });
  ::munmap(map, kBytes + (2u << 20));
  return found;
}

ListedIndicator listed(const MadeUp& made, std::uint64_t number) {
  auto observable = parse_observable(made.kind, made.canonical);
  CORDON_CHECK(observable && observable->canonical() == made.canonical, made.canonical.c_str());
  return {.what = std::move(*observable),
          .category = Category::Malware,
          .source = "list-" + std::to_string(number % 7),
          .confidence = static_cast<int>(50 + 10 * (number % 3)),
          .added = kToday.plus(-static_cast<int>(number % 60)),
          .valid_until = kToday.plus(30)};
}

struct Built {
  double parse = 0, add = 0, write = 0, wall = 0;  // seconds, CPU unless wall
  double megabytes = 0;                            // the most memory that it took
};

// In a process of its own, so that its memory is its own.
Built build(std::size_t count, const std::string& path, const std::string& folder) {
  int ends[2];
  CORDON_CHECK(::pipe(ends) == 0, "a pipe");
  std::fflush(stdout);
  const pid_t child = ::fork();
  CORDON_CHECK(child >= 0, "a process");
  if (child == 0) {
    Built built;
    SeededRandom random(1);
    IndexBuilder builder({.made = {kToday.number() * kDayMs}, .spool = folder}, random);
    constexpr std::size_t kChunk = 50'000;
    const double began = wall_seconds();
    for (std::size_t i = 0; i < count; i += kChunk) {
      std::vector<ListedIndicator> chunk;
      built.parse += time_of([&] {
        for (std::size_t j = i; j < std::min(count, i + kChunk); ++j) chunk.push_back(listed(make_up(j, kListed), j));
      });
      built.add += time_of([&] {
        for (const ListedIndicator& one : chunk) CORDON_CHECK(builder.add(one), "it may be listed");
      });
    }
    built.write = time_of([&] {
      const auto written = builder.write(path, bench_key());
      CORDON_CHECK(written, "the index is written");
    });
    built.wall = wall_seconds() - began;
    const bool told = ::write(ends[1], &built, sizeof built) == sizeof built;
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  Built built;
  CORDON_CHECK(::read(ends[0], &built, sizeof built) == sizeof built, "the builder's word");
  ::close(ends[0]);
  rusage used{};
  int status = 0;
  ::wait4(child, &status, 0, &used);
  built.megabytes = static_cast<double>(used.ru_maxrss) / 1024;
  return built;
}

std::vector<Query> queries_of(const Texts& texts) {
  std::vector<Query> queries;
  for (std::size_t i = 0; i < texts.size(); ++i) queries.push_back({texts.kind(i), texts.text(i)});
  return queries;
}

std::uint64_t hits_of(const Index& index, std::span<const Query> queries, std::span<Matched> answers) {
  index.lookup(queries, kToday, answers);
  return static_cast<std::uint64_t>(
      std::count_if(answers.begin(), answers.end(), [](const Matched& one) { return one.match != Match::None; }));
}

std::string size_name(std::size_t count) { return std::to_string(count / 1'000'000) + " M"; }

void bench_size(std::size_t count, const IndexOptions& options, Report& report) {
  const std::string of = size_name(count), path = options.folder + "/bench.cidx";
  report.title(of + " indicators");
  const double lines = random_lines(false), huge_lines = random_lines(true);
  report.line(of, "random lines, 4 KiB pages", lines, "M/CPU-s");
  report.line(of, "random lines, 2 MiB pages", huge_lines, "M/CPU-s");
  const Built built = build(count, path, options.folder);
  report.most(of, "build", built.add + built.write, "CPU-s", count == 10'000'000 ? 20 : 0);
  report.line(of, "  of it writing", built.write, "CPU-s");
  report.line(of, "  before it: parsing", built.parse, "CPU-s");
  report.line(of, "  all of it", built.wall, "s by the wall clock");
  report.most(of, "build, peak memory", built.megabytes, "MB", count == 100'000'000 ? 8192 : 0);

  auto opened = Index::open(path, bench_key().public_key());
  CORDON_CHECK(opened, "the index opens");
  const auto total = static_cast<double>((*opened)->info().total);
  report.most(of, "hot bytes", static_cast<double>((*opened)->info().hot_bytes) / total, "B/indicator", 14);
  report.line(of, "all bytes", static_cast<double>((*opened)->info().file_bytes) / total, "B/indicator");

  Texts hits, misses;
  for (std::size_t i = 0; i < kQueries; ++i) {
    hits.add(make_up(mixed(i + 77) % count, kListed));
    misses.add(make_up(i, kUnlisted));
  }
  const std::vector<Query> hit_queries = queries_of(hits), miss_queries = queries_of(misses);
  std::vector<Matched> answers(kQueries);
  const Index& index = **opened;
  const std::uint64_t found = hits_of(index, hit_queries, answers);
  const std::uint64_t wrong = hits_of(index, miss_queries, answers);
  CORDON_CHECK(found == kQueries, "every listed one is found");
  double best_hit = 0;
  for (const bool hit : {true, false}) {
    const auto& queries = hit ? hit_queries : miss_queries;
    const std::string what = hit ? "hits" : "misses";
    const auto by = [&](Certainty certainty, Lanes lanes, std::size_t a_call) {
      return rate(kQueries, options.rounds, [&] {
        for (std::size_t i = 0; i < kQueries; i += a_call)
          index.lookup(std::span(queries).subspan(i, a_call), kToday, std::span(answers).subspan(i, a_call), certainty,
                       lanes);
      });
    };
    const double batch = by(Certainty::Print, Lanes::Best, kQueries);
    report.line(of, "cordon, " + what, batch, "M/CPU-s", "the random lines", batch / lines,
                count == 10'000'000 ? 0.6 : 0);
    const double by_text = by(Certainty::Text, Lanes::Best, kQueries);
    report.line(of, "  each by its text", by_text, "M/CPU-s", "the random lines", by_text / lines);
    report.line(of, "  scalar", by(Certainty::Print, Lanes::Scalar, kQueries), "M/CPU-s");
    const double by_32 = by(Certainty::Print, Lanes::Best, 32);
    report.line(of, "  32 a call", by_32, "M/CPU-s", "the random lines", by_32 / lines);
    report.line(of, "  one a call", by(Certainty::Print, Lanes::Best, 1), "M/CPU-s");
    if (hit) best_hit = batch;
  }
  report.line(of, "made-up misses that are listed", static_cast<double>(wrong), "of 1048576");

  std::vector<double> open_seconds;
  for (int i = 0; i < 21; ++i) {
    const double before = wall_seconds();
    const auto again = Index::open(path, bench_key().public_key());
    Matched answer;
    (*again)->lookup(std::span(hit_queries).subspan(static_cast<std::size_t>(i), 1), kToday, std::span(&answer, 1));
    open_seconds.push_back(wall_seconds() - before);
    CORDON_CHECK(answer.match == Match::Exact, "the first answer");
  }
  report.most(of, "open to first answer", median(open_seconds) * 1e3, "ms by the wall clock", 1);

  if (options.scan) {
    if (auto corpus = make_corpus(104, 0); corpus) {
      const std::string_view text = corpus->mixed;
      std::uint64_t finds = 0, matched = 0;
      std::vector<double> alone, both;
      for (int round = 0; round < options.rounds; ++round) {
        alone.push_back(time_of([&] {
          finds = 0;
          scan(text, {}, [&](const Find&) { ++finds; });
        }));
        both.push_back(time_of([&] {
          matched = 0;
          std::string held;
          std::vector<std::pair<ObservableKind, std::size_t>> ends;
          std::vector<Query> asked;
          std::vector<Matched> told;
          const auto flush = [&] {
            asked.clear();
            std::size_t begin = 0;
            for (const auto& [kind, end] : ends) {
              asked.push_back({kind, std::string_view(held).substr(begin, end - begin)});
              begin = end;
            }
            told.resize(asked.size());
            index.lookup(asked, kToday, told, Certainty::Print);
            for (std::size_t i = 0; i < told.size(); ++i) {
              if (told[i].match == Match::None) continue;
              index.lookup(std::span(asked).subspan(i, 1), kToday, std::span(told).subspan(i, 1));
              matched += told[i].match != Match::None ? 1 : 0;
            }
            held.clear();
            ends.clear();
          };
          scan(text, {}, [&](const Find& find) {
            const auto kind = target_kind(find.kind);
            if (!kind) return;
            held += find.canonical;
            ends.emplace_back(*kind, held.size());
            if (ends.size() == 1024) flush();
          });
          flush();
        }));
      }
      report.line(of, "scan and match", static_cast<double>(text.size()) / 1e6 / median(both), "MB/CPU-s", "the scan",
                  median(alone) / median(both), count == 10'000'000 ? 0.8 : 0);
    } else {
      report.skip("scan and match", corpus.error().message);
    }
  }

  if (!options.peers || count > 10'000'000) return;
  Texts keys;
  for (std::size_t i = 0; i < count; ++i) keys.add(make_up(i, kListed));
  for (const SetPeerKind& kind :
       {unordered_set_peer(), absl_peer(), lmdb_peer(), rocksdb_peer(), sqlite_peer(), redis_peer()}) {
    if (!kind.make) {
      report.skip(kind.name, kind.lacks);
      continue;
    }
    std::unique_ptr<SetPeer> peer;
    const double before = wall_seconds();
    const double cpu = time_of([&] { peer = kind.make(keys, options.folder); });
    report.line(of, kind.name + ", build", kind.wall ? wall_seconds() - before : cpu,
                kind.wall ? "s by the wall clock" : "CPU-s");
    report.line(of, kind.name + ", bytes", peer->bytes() / static_cast<double>(count), "B/indicator");
    for (const bool hit : {true, false}) {
      Texts asked;
      const Texts& all = hit ? hits : misses;
      const std::size_t most = kind.queries == 0 ? all.size() : kind.queries;
      for (std::size_t i = 0; i < most; ++i) asked.add({all.kind(i), std::string(all.text(i))});
      const std::uint64_t got = peer->hits(asked);
      CORDON_CHECK(!hit || got == asked.size(), "the peer finds every listed one");
      std::vector<double> seconds;
      for (int round = 0; round < options.rounds; ++round) {
        const double started = wall_seconds();
        const double used = time_of([&] { peer->hits(asked); });
        seconds.push_back(kind.wall ? wall_seconds() - started : used);
      }
      const double theirs = static_cast<double>(most) / 1e6 / median(seconds);
      const double ours =
          hit ? best_hit
              : rate(kQueries, options.rounds, [&] { index.lookup(miss_queries, kToday, answers, Certainty::Print); });
      report.line(of, kind.name + (hit ? ", hits" : ", misses"), theirs,
                  kind.wall ? "M/s by the wall clock" : "M/CPU-s", "cordon is", ours / theirs,
                  hit && count == 10'000'000 ? kind.goal : 0);
    }
  }
}

// 1 M ranges of v4 and 250,000 of v6 with the lengths of a routing table, in clusters as addresses are given out.
std::vector<BenchRange> made_up_ranges(bool v4, std::size_t count) {
  struct Weight {
    int bits;
    unsigned weight;
  };
  static constexpr Weight kFour[] = {{8, 1},   {10, 1},  {12, 1},  {14, 2},   {16, 14},  {17, 8},   {18, 14},
                                     {19, 26}, {20, 45}, {21, 52}, {22, 110}, {23, 100}, {24, 610}, {32, 16}};
  static constexpr Weight kSix[] = {{28, 5},  {29, 40}, {32, 130}, {33, 30},  {36, 50}, {40, 60},
                                    {44, 70}, {46, 30}, {47, 25},  {48, 470}, {56, 20}, {64, 70}};
  const std::span<const Weight> weights = v4 ? std::span<const Weight>(kFour) : std::span<const Weight>(kSix);
  std::vector<BenchRange> out;
  for (std::uint64_t i = 0; out.size() < count + count / 8; ++i) {
    const std::uint64_t one = mixed(i + (v4 ? 0 : 1'000'000'000)), two = mixed(one);
    std::uint64_t left = two % 1000;
    int bits = weights.back().bits;
    for (const Weight& weight : weights) {
      if (left < weight.weight) {
        bits = weight.bits;
        break;
      }
      left -= weight.weight;
    }
    std::uint64_t start =
        v4 ? (((0x01000000u + mixed(one % 22'000) % 0xDEFF0000u) & 0xFFFF0000u) | (one >> 30 & 0xFFFF)) << 32
           : std::uint64_t{2} << 60 | (mixed(one % 12'000) >> 4 & 0x0FFFFFFF00000000u) | (two & 0xFFFFFFFF);
    start &= ~std::uint64_t{0} << (64 - bits);
    out.push_back({start, bits, 0});
  }
  const auto order = [](const BenchRange& a, const BenchRange& b) {
    return std::pair(a.start, a.bits) < std::pair(b.start, b.bits);
  };
  std::sort(out.begin(), out.end(), order);
  out.erase(std::unique(out.begin(), out.end(),
                        [&](const BenchRange& a, const BenchRange& b) { return !order(a, b) && !order(b, a); }),
            out.end());
  for (std::size_t i = 0; i < out.size(); ++i) out[i].value = static_cast<std::uint32_t>(i + 1);
  return out;
}

void bench_ranges(const IndexOptions& options, Report& report) {
  report.title("ranges");
  const std::string path = options.folder + "/ranges.cidx";
  const std::vector<BenchRange> four = made_up_ranges(true, 1'000'000), six = made_up_ranges(false, 250'000);
  const double lines = random_lines(false);
  report.line("ranges", "random lines, 4 KiB pages", lines, "M/CPU-s");
  SeededRandom random(2);
  IndexBuilder builder({.made = {kToday.number() * kDayMs}, .spool = options.folder}, random);
  const double seconds = time_of([&] {
    for (const auto* ranges : {&four, &six}) {
      for (const BenchRange& range : *ranges) {
        std::array<std::uint8_t, 16> bytes{};
        for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(range.start >> (56 - 8 * i));
        CORDON_CHECK(builder.add({.what = *make_ip_range(ranges == &four, bytes, range.bits),
                                  .category = Category::Malware,
                                  .source = "ranges",
                                  .added = kToday.plus(-1),
                                  .valid_until = kToday.plus(30)}),
                     "a range may be listed");
      }
    }
    CORDON_CHECK(builder.write(path, bench_key()), "the index is written");
  });
  report.line("ranges", "build, " + std::to_string(four.size()) + " + " + std::to_string(six.size()), seconds, "CPU-s");
  const auto index = *Index::open(path);
  std::vector<std::uint32_t> v4;
  std::vector<std::array<std::uint8_t, 16>> v6;
  for (std::size_t i = 0; i < (kQueries * 4); ++i) {
    const std::uint64_t one = mixed(i + 5);
    const BenchRange& in4 = four[one % four.size()];
    v4.push_back(static_cast<std::uint32_t>((in4.start | (mixed(one) & (~std::uint64_t{0} >> in4.bits))) >> 32));
    const BenchRange& in6 = six[one % six.size()];
    const std::uint64_t address = in6.start | (in6.bits == 64 ? 0 : mixed(one) & (~std::uint64_t{0} >> in6.bits));
    std::array<std::uint8_t, 16> bytes{};
    for (unsigned b = 0; b < 8; ++b) bytes[b] = static_cast<std::uint8_t>(address >> (56 - 8 * b));
    v6.push_back(bytes);
  }
  std::vector<EntryRef> found(v4.size());
  const auto peer = maxmind_ranges(four, options.folder + "/ranges.mmdb");
  double theirs = 0;
  if (peer) {
    const std::vector<std::uint32_t> fewer(v4.begin(), v4.begin() + kQueries);
    std::uint64_t sum = 0, expected = 0;
    theirs = rate(fewer.size(), options.rounds, [&] { sum = peer(fewer); });
    index->ranges_of(fewer, kToday, found);
    // Rows of an index are numbered in the order of start and length, v4 first, as the values are.
    for (std::size_t i = 0; i < fewer.size(); ++i) expected += found[i].place & 0xFFFFFFFF;
    CORDON_CHECK(sum == expected, "libmaxminddb and cordon find the same ranges");
    report.line("ranges", "libmaxminddb, v4 and its value", theirs, "M/CPU-s");
  } else {
    report.skip("libmaxminddb", "libmaxminddb-dev");
  }
  const double rate4 = rate(v4.size(), options.rounds, [&] { index->ranges_of(v4, kToday, found); });
  const double rate6 = rate(v6.size(), options.rounds, [&] { index->ranges_of(v6, kToday, found); });
  report.line("ranges", "cordon, v4", rate4, "M/CPU-s", "libmaxminddb", peer ? rate4 / theirs : 0, peer ? 35 : 0);
  report.line("ranges", "cordon, v6", rate6, "M/CPU-s", "libmaxminddb's v4", peer ? rate6 / theirs : 0, peer ? 12 : 0);
  report.line("ranges", "cordon, v4", rate4, "M/CPU-s", "the random lines", rate4 / lines);
}

// An index against a naive one, and the scalar twin against the fast one.
int run_pairs(const IndexOptions& options, Report& report) {
  std::size_t done = 0;
  for (std::uint64_t seed = 1; done < options.pairs; ++seed) {
    naive::World world(seed);
    naive::Index naive;
    SeededRandom random(seed);
    IndexBuilder builder({.made = {kDayMs}, .spool = options.folder}, random);
    for (int i = 0; i < 20'000; ++i) {
      const auto one = world.indicator();
      if (!one || !builder.add(*one)) continue;
      naive.add(*one);
    }
    const std::string path = options.folder + "/pairs.cidx";
    CORDON_CHECK(builder.write(path, bench_key()), "the index is written");
    const auto index = *Index::open(path);
    const Day today = Day::numbered(20'040);
    for (int block = 0; block < 200 && done < options.pairs; ++block) {
      std::vector<std::pair<ObservableKind, std::string>> texts;
      for (int i = 0; i < 5000; ++i) texts.push_back(world.query());
      std::vector<Query> queries;
      for (const auto& [kind, text] : texts) queries.push_back({kind, text});
      std::vector<Matched> fast(queries.size()), scalar(queries.size()), print(queries.size()),
          scalar_print(queries.size());
      index->lookup(queries, today, fast);
      index->lookup(queries, today, scalar, Certainty::Text, Lanes::Scalar);
      index->lookup(queries, today, print, Certainty::Print);
      index->lookup(queries, today, scalar_print, Certainty::Print, Lanes::Scalar);
      for (std::size_t i = 0; i < queries.size(); ++i, ++done) {
        const auto expected = naive.answer(queries[i], today);
        const bool same =
            fast[i].match == expected.match && fast[i].entry == scalar[i].entry && print[i].match == expected.match &&
            print[i].entry == scalar_print[i].entry && index->entry(print[i].entry) == index->entry(fast[i].entry) &&
            (expected.match == Match::None ||
             std::find(expected.best.begin(), expected.best.end(), index->entry(fast[i].entry)) != expected.best.end());
        if (same) continue;
        std::printf("seed %llu: %s: %s, not %s\n", static_cast<unsigned long long>(seed),
                    printable(texts[i].second).c_str(), std::string(name(fast[i].match)).c_str(),
                    std::string(name(expected.match)).c_str());
        return 1;
      }
    }
  }
  report.line("pairs", "equal to a naive index", static_cast<double>(done), "pairs");
  return 0;
}

int usage() {
  std::fprintf(stderr,
               "usage: bench/index [--quick] [--json] [--sizes M,M…] [--no-peers] [--no-ranges] [--no-scan]\n"
               "       bench/index --pairs N\n");
  return 2;
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  using namespace cordon::bench;
  IndexOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--quick") {
      options.sizes = {1'000'000};
      options.rounds = 1;
    } else if (word == "--json") {
      options.json = true;
    } else if (word == "--no-peers") {
      options.peers = false;
    } else if (word == "--no-ranges") {
      options.ranges = false;
    } else if (word == "--no-scan") {
      options.scan = false;
    } else if (word == "--pairs" && more) {
      options.pairs = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--sizes" && more) {
      options.sizes.clear();
      for (const std::string_view size : cordon::split(argv[++i], ',')) {
        const auto millions = cordon::parse_integer(size);
        if (!millions || *millions < 1 || *millions > 100) return usage();
        options.sizes.push_back(static_cast<std::size_t>(*millions) * 1'000'000);
      }
    } else {
      return usage();
    }
  }
  std::string folder = "index_bench_XXXXXX";  // in the build folder, where bench/index starts this
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  options.folder = folder;
  Report report(options.json);
  int code = 0;
  if (options.pairs > 0) {
    code = run_pairs(options, report);
  } else {
    for (const std::size_t size : options.sizes) {
      bench_size(size, options, report);
      std::error_code ignored;
      for (const char* name : {"lmdb", "lmdb-lock", "rocksdb", "sqlite"})
        std::filesystem::remove_all(folder + "/" + name, ignored);
    }
    if (options.ranges) bench_ranges(options, report);
    code = report.reached() ? 0 : 1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return code;
}
