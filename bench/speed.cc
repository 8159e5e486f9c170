// Who finds how fast, all in one run: each subject in turn, round after round, so that a noisy neighbour meets them
// all.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>

#include "base/files.h"
#include "bench/corpus.h"
#include "bench/figures.h"
#include "bench/peer.h"
#include "observable/scan.h"

namespace cordon::bench {
namespace {

std::uint64_t cordon_finds(std::string_view text) {
  std::uint64_t count = 0;
  scan(text, {}, [&](const Find&) { ++count; });
  return count;
}

// Eight bytes a step: what it costs to have the bytes in the processor at all.
std::uint64_t memory_read(std::string_view text) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at + 64 <= text.size(); at += 64) {
    std::uint64_t words[8];
    std::memcpy(words, text.data() + at, sizeof words);
    for (const std::uint64_t word : words) sum ^= word;
  }
  return sum;
}

volatile std::uint64_t kept;  // so that no compiler leaves out what nobody reads

constexpr const char* kCordon = "cordon";
constexpr const char* kLimit = "limit: classify";

// What the goals say, in the mixed corpus unless another is named.
struct Goal {
  const char* over;
  double ratio;
  const char* in;
};
constexpr Goal kGoals[] = {{"vectorscan", 6, "mixed"},         {"vectorscan-light", 6, "mixed"},
                           {"vectorscan-anchors", 4, "mixed"}, {"re2", 10, "mixed"},
                           {"re2-light", 10, "mixed"},         {"ripgrep", 60, "mixed"},
                           {"ripgrep-light", 60, "mixed"},     {"simdjson-dom", 0.5, "json"}};

struct Subject {
  std::string name;
  std::string in;  // the case
  std::size_t bytes;
  std::function<std::uint64_t()> run;
  std::vector<double> seconds = {};
  std::uint64_t count = 0;
};

class Table {
 public:
  Table(std::vector<Subject>& subjects, bool json) : subjects_(subjects), json_(json) {}

  double rate(const Subject& subject) const {
    return static_cast<double>(subject.bytes) / 1e6 / std::max(median(subject.seconds), 1e-9);
  }
  const Subject* find(const std::string& name, const std::string& in) const {
    for (const Subject& one : subjects_)
      if (one.name == name && one.in == in) return &one;
    return nullptr;
  }

  void print(const std::string& in) const {
    const Subject* ours = find(kCordon, in);
    if (!json_) {
      std::printf("\n%s, %.1f MB\n", in.c_str(), static_cast<double>(ours->bytes) / 1e6);
      std::printf("  %-20s %12s %14s %14s\n", "", "MB/CPU-s", "finds", "cordon is");
    }
    for (const Subject& one : subjects_) {
      if (one.in != in) continue;
      const double ratio = rate(*ours) / rate(one);
      if (json_)
        print_json({in, one.name, rate(one), "MB/CPU-s", kCordon, ratio});
      else if (one.count != 0)
        std::printf("  %-20s %12.1f %14llu %13.2fx\n", one.name.c_str(), rate(one),
                    static_cast<unsigned long long>(one.count), ratio);
      else
        std::printf("  %-20s %12.1f %14s %13.2fx\n", one.name.c_str(), rate(one), "-", ratio);
    }
  }

  // Whether every goal that was measured is reached.
  bool print_goals() const {
    bool all = true;
    if (!json_) std::printf("\ngoals\n");
    for (const Goal& goal : kGoals) {
      const Subject* other = find(goal.over, goal.in);
      if (other == nullptr) continue;
      const double ratio = rate(*find(kCordon, goal.in)) / rate(*other);
      all = all && ratio >= goal.ratio;
      if (json_)
        print_json({"goal", goal.over, ratio, "x", "goal", ratio / goal.ratio});
      else
        std::printf("  %-20s %6.2fx of %5.1fx  %s\n", goal.over, ratio, goal.ratio,
                    ratio >= goal.ratio ? "reached" : "NOT reached");
    }
    const double share = rate(*find(kCordon, "mixed")) / rate(*find(kLimit, "mixed"));
    if (json_)
      print_json({"limit", kCordon, share, "of the classification limit"});
    else
      std::printf("  at %.0f %% of the classification limit\n", share * 100);
    return all;
  }

 private:
  std::vector<Subject>& subjects_;
  bool json_;
};

bool wanted(const Options& options, const std::string& peer) {
  return options.peers.empty() || std::find(options.peers.begin(), options.peers.end(), peer) != options.peers.end();
}

Peers make_peers(const Options& options, const std::string& mixed_file) {
  const auto any_of = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* name) { return wanted(options, name); });
  };
  Peers peers;  // some take seconds to be made
  if (any_of({"vectorscan", "vectorscan-light", "vectorscan-anchors"})) add_vectorscan(peers);
  if (any_of({"re2", "re2-light"})) add_re2(peers);
  if (any_of({"pcre2-jit", "pcre2-jit-light"})) add_pcre2(peers);
  if (any_of({"ripgrep", "ripgrep-light"})) add_ripgrep(peers, mixed_file);
  return peers;
}

}  // namespace

int run_speed(const Options& options) {
  auto corpus = make_corpus(options.megabytes, simdjson_padding());
  if (!corpus) {
    std::printf("skipped: %s: %s\n", corpus.error().message.c_str(), corpus.error().where.c_str());
    return 0;
  }
  const std::string file = "scan_bench_mixed.txt";  // in the build folder, where bench/scan starts this
  if (const auto written = write_file(file, corpus->mixed); !written) {
    std::fprintf(stderr, "cordon: %s: %s\n", written.error().message.c_str(), file.c_str());
    return 2;
  }
  const Peers peers = make_peers(options, file);
  const std::map<std::string, const std::string*> texts{
      {"mixed", &corpus->mixed}, {"dense", &corpus->dense}, {"sparse", &corpus->sparse}, {"json", &corpus->json}};

  std::vector<Subject> subjects;
  for (const char* in : {"mixed", "dense", "sparse", "json"}) {
    const std::string_view text = *texts.at(in);
    subjects.push_back({kCordon, in, text.size(), [text] { return cordon_finds(text); }});
    for (const Peer& peer : peers.ready) {
      if (!wanted(options, peer.name) || (peer.slow && text.data() != corpus->mixed.data())) continue;
      subjects.push_back({peer.name, in, text.size(), [&peer, text] { return peer.count(text); }});
    }
    if (const auto dom = simdjson_dom(); dom && *in == 'j' && wanted(options, "simdjson-dom")) {
      subjects.push_back({"simdjson-dom", in, text.size(), [&corpus, dom] {
                            dom(corpus->documents);
                            return std::uint64_t{0};
                          }});
    }
    subjects.push_back({kLimit, in, text.size(), [text] {
                          kept = classify_only(text, Lanes::Best);
                          return std::uint64_t{0};
                        }});
    subjects.push_back({"limit: read", in, text.size(), [text] {
                          kept = memory_read(text);
                          return std::uint64_t{0};
                        }});
  }
  for (int round = 0; round < options.rounds; ++round) {
    for (Subject& one : subjects) one.seconds.push_back(time_of([&] { one.count = one.run(); }));
  }
  ::remove(file.c_str());

  const Table table(subjects, options.json);
  for (const char* in : {"mixed", "dense", "sparse", "json"}) table.print(in);
  const bool reached = table.print_goals();
  if (!options.json) {
    std::printf("\nwhat a peer's finds lack\n");
    for (const Peer& peer : peers.ready) {
      if (!peer.name.ends_with("-light")) std::printf("  %s: %s\n", peer.name.c_str(), peer.lacks.c_str());
    }
    std::printf("  -light: also what it finds may be longer than any name or mailbox\n");
    for (const Skipped& one : peers.skipped) std::printf("skipped: %s (%s)\n", one.name.c_str(), one.why.c_str());
    if (!simdjson_dom()) std::printf("skipped: simdjson-dom (libsimdjson-dev)\n");
  }
  return reached ? 0 : 1;
}

}  // namespace cordon::bench
