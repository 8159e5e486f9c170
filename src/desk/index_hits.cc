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
  return IndexHits(TRY(Index::open(path, key)), today);
}

std::vector<Hit> IndexHits::of(const Find& find) const {
  std::array<Query, 2> queries;
  std::array<Matched, 2> answers;
  const std::size_t asked = asked_by(find, queries);
  index_->lookup(std::span(queries).first(asked), today_, std::span(answers).first(asked));
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < asked; ++i) {
    if (answers[i].match == Match::None) continue;
    Entry entry = index_->entry(answers[i].entry);
    const auto all = index_->find(queries[i], today_);
    const auto valid =
        std::count_if(all.begin(), all.end(), [](const Concerning& one) { return one.state == EntryState::Valid; });
    const int age = int{today_.number()} - int{entry.added.number()};
    hits.push_back({std::string(queries[i].canonical), answers[i].match, std::move(entry), std::max(age, 0),
                    static_cast<std::size_t>(std::max<std::ptrdiff_t>(valid - 1, 0))});
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
