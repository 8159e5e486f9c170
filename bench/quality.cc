#include "bench/quality.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/files.h"
#include "base/text.h"
#include "bench/corpus.h"
#include "observable/scan_document.h"

namespace cordon::bench {
namespace {

constexpr std::size_t kLinesOff = 5;
constexpr std::size_t kListed = 400;  // of one kind and verdict

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Found:
      return "found";
    case Verdict::Inside:
      return "inside";
    case Verdict::HeldBack:
      return "held back";
    case Verdict::NoTarget:
      return "no target";
    case Verdict::Unparsed:
      return "unparsed";
    case Verdict::Missed:
      return "MISSED";
  }
  return "";
}

Seen owned(const Find& find) {
  return {find.kind,
          find.held_back,
          find.defanged,
          find.offset,
          find.length,
          std::string(find.written),
          std::string(find.canonical)};
}

// The names and addresses that stand within a find: its host, and that of a mailbox.
std::string host_within(const Seen& seen) {
  const auto kind = target_kind(seen.kind);
  if (!kind) return {};
  const auto observable = parse_observable(*kind, seen.canonical);
  return observable ? host_text(*observable) : std::string();
}

// "www.example.org", "1.2.3.4:443": a list calls it a url, and it is a host.
bool bare_host(std::string_view value) {
  return value.find("//") == std::string_view::npos && value.find('/') == std::string_view::npos;
}

// What a list that cuts at white space leaves at the end, and no reader takes for a part of the address.
// And what it cuts in two: "hxxp://a[.]example/[victim's" of "[victim's id]".
bool only_marks(std::string_view tail) {
  constexpr std::string_view open = "[<{(", close = "]>})";
  const std::size_t kind = tail.starts_with("%3C") ? 1
                           : tail.empty()          ? std::string_view::npos
                                                   : open.find(tail.front());
  if (kind != std::string_view::npos && tail.find(close[kind]) == std::string_view::npos) return true;
  return tail.find_first_not_of("?&#'\"|.,;:)]}>") == std::string_view::npos;
}

}  // namespace

Sight::Sight(std::string_view text) {
  ScanOptions loose;
  loose.loose = true;
  // As `cordon scan` reads it: a mail or a page as its reader sees it.
  scan_document(text, document_form(text), loose, [&](const Find& find) {
    (find.held_back == HeldBack::No ? finds_ : held_back_).push_back(owned(find));
  });
  line_starts_.push_back(0);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos;) line_starts_.push_back(++at);
}

std::size_t Sight::line_of(std::uint64_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) -
                                  line_starts_.begin());
}

std::vector<const Seen*> Sight::in_line(std::size_t line) const {
  std::vector<const Seen*> some;
  for (const Seen& seen : finds_)
    if (line_of(seen.offset) == line) some.push_back(&seen);
  for (const Seen& seen : finds_) {
    const std::size_t at = line_of(seen.offset);
    if (at < line && at + kLinesOff >= line) some.push_back(&seen);
  }
  return some;
}

Result<std::string> canonical_of(FoundKind kind, std::string_view value) {
  const auto target = target_kind(kind);
  if (!target) return std::string(value);
  return std::string(TRY(parse_observable(*target, value)).canonical());
}

Verdict judge(FoundKind kind, std::string_view value, const std::vector<const Seen*>& finds,
              const std::vector<const Seen*>& held_back, std::string* how) {
  const auto canonical = canonical_of(kind, value);
  const std::string wanted = canonical ? *canonical : lower_ascii(value);
  const auto is_it = [&](const Seen* seen) {
    return seen->kind == kind && (canonical ? seen->canonical == wanted : equal_ignoring_case(seen->canonical, wanted));
  };
  if (std::any_of(finds.begin(), finds.end(), is_it)) return Verdict::Found;
  const std::string host = canonical && target_kind(kind) ? wanted : lower_ascii(value);
  for (const Seen* seen : finds) {
    const std::string inside = host_within(*seen);
    const bool suffix =
        inside.size() > host.size() && inside.ends_with(host) && inside[inside.size() - host.size() - 1] == '.';
    const bool start = seen->canonical.size() > wanted.size() && seen->canonical.starts_with(wanted);
    const bool hash =
        kind == FoundKind::FileHash && lower_ascii(seen->written).find(lower_ascii(value)) != std::string::npos;
    const bool marks = kind == FoundKind::Url && seen->kind == kind && wanted.starts_with(seen->canonical) &&
                       only_marks(std::string_view(wanted).substr(seen->canonical.size()));
    const bool host_only =
        kind == FoundKind::Url && bare_host(value) && !inside.empty() && value.substr(0, value.find(':')) == inside;
    if (inside == host || suffix || start || hash || marks || host_only) {
      *how = std::string(name(seen->kind)) + " " + seen->canonical;
      return Verdict::Inside;
    }
  }
  for (const Seen* seen : held_back) {
    if (!is_it(seen) && host_within(*seen) != host) continue;
    *how = std::string(reason(seen->held_back));
    return Verdict::HeldBack;
  }
  if (canonical) return Verdict::Missed;
  *how = canonical.error().message;
  return canonical.error().fault == Fault::Refused ? Verdict::NoTarget : Verdict::Unparsed;
}

void Sheet::add(const std::string& group, Verdict verdict, const std::string& note) {
  rows_[group][verdict].push_back(note);
}

double Sheet::recall(const std::string& group) const {
  const auto row = rows_.find(group);
  if (row == rows_.end()) return 1;
  double found = 0, all = 0;
  for (const auto& [verdict, notes] : row->second) {
    if (verdict == Verdict::Unparsed || verdict == Verdict::NoTarget) continue;
    const auto count = static_cast<double>(notes.size());
    all += count;
    if (verdict == Verdict::Found || verdict == Verdict::Inside) found += count;
  }
  return all == 0 ? 1 : found / all;
}

bool Sheet::reached(const std::map<std::string, double>& goals) const {
  return std::all_of(goals.begin(), goals.end(),
                     [this](const auto& goal) { return recall(goal.first) >= goal.second; });
}

void Sheet::print(const Options& options, const std::map<std::string, double>& goals) const {
  constexpr Verdict kAll[] = {Verdict::Found,    Verdict::Inside,   Verdict::Missed,
                              Verdict::HeldBack, Verdict::NoTarget, Verdict::Unparsed};
  if (!options.json) {
    std::printf("\n%s\n  %-16s", set_.c_str(), "");
    for (const Verdict verdict : kAll) std::printf(" %9s", name(verdict));
    std::printf("   recall\n");
  }
  for (const auto& [group, row] : rows_) {
    const auto goal = goals.find(group);
    if (options.json) {
      Figure figure{set_, group, recall(group), "recall"};
      if (goal != goals.end()) figure.ratio_to = "goal", figure.ratio = recall(group) / goal->second;
      print_json(figure);
      continue;
    }
    std::printf("  %-16s", group.c_str());
    for (const Verdict verdict : kAll) {
      const auto cell = row.find(verdict);
      std::printf(" %9zu", cell == row.end() ? 0 : cell->second.size());
    }
    std::printf("   %.4f", recall(group));
    if (goal != goals.end())
      std::printf(" of %.3f %s", goal->second, recall(group) >= goal->second ? "reached" : "NOT reached");
    std::printf("\n");
  }
  for (const auto& [group, notes] : beyond_) {
    if (options.json)
      print_json({set_, group, static_cast<double>(notes.size()), "finds beyond the marks"});
    else
      std::printf("  beyond the marks: %zu %s\n", notes.size(), group.c_str());
  }
  if (!options.list || options.json) return;
  const auto list = [this](const std::string& what, const std::string& group, const std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < notes.size() && i < kListed; ++i)
      std::printf("    %s %s %s: %s\n", set_.c_str(), what.c_str(), group.c_str(), printable(notes[i], 300).c_str());
    if (notes.size() > kListed) std::printf("    … and %zu more\n", notes.size() - kListed);
  };
  // The largest heaps first.
  std::vector<std::pair<std::size_t, std::pair<Verdict, std::string>>> heaps;
  for (const auto& [group, row] : rows_)
    for (const auto& [verdict, notes] : row)
      if (verdict != Verdict::Found && verdict != Verdict::Inside && group != "all")
        heaps.push_back({notes.size(), {verdict, group}});
  std::sort(heaps.begin(), heaps.end(), std::greater<>());
  for (const auto& [size, heap] : heaps) list(name(heap.first), heap.second, rows_.at(heap.second).at(heap.first));
  for (const auto& [group, notes] : beyond_) list("beyond", group, notes);
}

int run_quality(const Options& options) {
  const std::string data = data_folder();
  if (!is_folder(data)) {
    std::printf("skipped: no shared data (%s); $CORDON_SHARED_DATA says where it is\n", data.c_str());
    return 0;
  }
  bool reached = true;
  for (const auto& judge_set :
       {judge_eset, judge_unit42, judge_volexity, judge_iocextract, judge_vectors, judge_benign})
    reached = judge_set(options, data) && reached;
  return reached ? 0 : 1;
}

}  // namespace cordon::bench
