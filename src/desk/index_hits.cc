#include "desk/index_hits.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "match/export.h"
#include "match/traffic.h"

namespace cordon {

Result<IndexHits> IndexHits::open(const std::string& path, const std::string& signed_by, Day today) {
  std::optional<PublicKey> key;
  if (!signed_by.empty()) key = TRY(parse_public_key(signed_by));
  return IndexHits(TRY(Generation::open(path, key)), today);
}

std::vector<std::vector<Hit>> IndexHits::of(std::span<const Find> finds) const {
  std::vector<Query> queries;
  std::vector<std::size_t> asker;
  for (std::size_t i = 0; i < finds.size(); ++i) {
    std::array<Query, 2> asked;
    const std::size_t count = asked_by(finds[i], asked);
    queries.insert(queries.end(), asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(count));
    asker.resize(queries.size(), i);
  }
  std::vector<Matched> answers(queries.size());
  index_->lookup(queries, today_, answers, Certainty::Print);
  std::vector<std::vector<Hit>> hits(finds.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (answers[i].match == Match::None) continue;
    const auto is_valid = [](const Concerning& one) { return one.state == EntryState::Valid; };
    const auto all = index_->find(queries[i], today_);  // by text
    const auto first = std::find_if(all.begin(), all.end(), is_valid);
    if (first == all.end()) continue;
    const int age = int{today_.number()} - int{first->entry.added.number()};
    hits[asker[i]].push_back({std::string(queries[i].canonical), first->match, first->entry, std::max(age, 0),
                              static_cast<std::size_t>(std::count_if(first + 1, all.end(), is_valid))});
  }
  return hits;
}

Json show(const Hit& hit) {
  return entry_json(hit.entry)
      .set("asked", hit.asked)
      .set("match", name(hit.match))
      .set("age_days", hit.age_days)
      .set("others", hit.others);
}

std::string in_a_line(const Hit& hit) {
  const std::string category = hit.entry.category ? std::string(name(*hit.entry.category)) + ", " : std::string();
  return "listed by " + printable(hit.entry.source, 60) + " (" + std::string(name(hit.entry.standing)) + ", " +
         category + std::string(name(hit.match)) + ", " + std::to_string(hit.age_days) + " days)";
}

}  // namespace cordon
