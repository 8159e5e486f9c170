#include "casework/recut.h"

#include <algorithm>

namespace cordon {

namespace {

constexpr std::int64_t kMostInBatch = 16'000'000;

// Of one that opened a case its target stays: it is the case's.
RunItem tombstone(const RunItem& item, std::string digest) {
  RunItem left;
  left.position = item.position;
  left.outcome = item.outcome;
  left.code = item.code;  // so that refusals stay counted by reason
  left.case_id = item.case_id;
  left.opens_case = item.opens_case;
  left.earlier = item.earlier;
  left.erased = true;
  left.item_digest = std::move(digest);
  if (!item.sighting) return left;
  left.port = item.sighting->port;
  left.seen_at = item.sighting->seen_at;
  if (item.opens_case) left.sighting = Sighting{item.sighting->matter, item.sighting->observable, {}, {}, {}};
  return left;
}

// In order, three or more that follow one another as [first, last]: of a feed's batch often everything goes at once.
Json numbers(const std::vector<std::int64_t>& positions) {
  Json::Array list;
  for (std::size_t i = 0; i < positions.size();) {
    std::size_t next = i + 1;
    while (next < positions.size() && positions[next] == positions[next - 1] + 1) ++next;
    if (next - i > 2) {
      list.push_back(Json::Array{positions[i], positions[next - 1]});
      i = next;
    } else {
      list.emplace_back(positions[i++]);
    }
  }
  return list;
}

Result<std::vector<std::int64_t>> read_numbers(const Json& body, std::string_view key) {
  std::vector<std::int64_t> positions;
  for (const Json& one : TRY(body.list(key))) {
    const Json::Array* range = one.array();
    const bool ends = range != nullptr && range->size() == 2;
    const std::int64_t* first = ends ? (*range)[0].integer() : one.integer();
    const std::int64_t* last = ends ? (*range)[1].integer() : one.integer();
    if (first == nullptr || last == nullptr || *first < 0 || *first > *last ||
        *last - *first >= kMostInBatch - static_cast<std::int64_t>(positions.size()))
      return fail(Fault::Malformed, "expected positions", std::string(key));
    for (std::int64_t position = *first; position <= *last; ++position) positions.push_back(position);
  }
  return positions;
}

}  // namespace

Result<std::string> cut_run(std::string_view run, const std::set<std::int64_t>& erased,
                            const std::set<std::int64_t>& emptied) {
  std::vector<RunItem> items = TRY(read_run(run));
  const std::vector<ItemSeal> seals = TRY(seals_of_run(run));
  RunSalts salts;
  std::size_t found = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    RunItem& item = items[i];
    const bool goes = erased.contains(item.position), empties = emptied.contains(item.position);
    found += (goes ? 1u : 0u) + (empties ? 1u : 0u);
    if (goes && !item.erased)
      item = tombstone(item, seals.empty() ? std::string() : std::string(seals[i].digest.view()));
    if (empties) {
      if (!item.erased) return fail(Fault::Malformed, "a case's target goes with its report or after it");
      if (item.opens_case && item.sighting) item.matter = item.sighting->matter;
      item.sighting.reset();
      item.port.reset();
      item.seen_at.reset();
    }
    if (!seals.empty()) salts.of_items.push_back(item.erased ? std::string() : seals[i].salt);
  }
  if (found != erased.size() + emptied.size()) return fail(Fault::NotFound, "the batch has no such report");
  return write_run(items, salts);
}

Json to_json(const BatchRecut& recut) {
  return Json::Object{{"batch", recut.batch},
                      {"old_run", recut.old_run.hex()},
                      {"key", recut.key ? Json(*recut.key) : Json()},
                      {"new_run", recut.new_run.hex()},
                      {"run_size", recut.run_size},
                      {"erased", numbers(recut.erased)},
                      {"emptied", numbers(recut.emptied)}};
}

Result<BatchRecut> read_batch_recut(const Json& body) {
  BatchRecut recut;
  recut.batch = TRY(body.number("batch"));
  recut.old_run = TRY(parse_digest(TRY(body.text("old_run"))));
  if (const Json* key = body.find("key"); key != nullptr && !key->is_null()) recut.key = TRY(body.number("key"));
  recut.new_run = TRY(parse_digest(TRY(body.text("new_run"))));
  recut.run_size = TRY(body.number("run_size"));
  recut.erased = TRY(read_numbers(body, "erased"));
  recut.emptied = TRY(read_numbers(body, "emptied"));
  return recut;
}

}  // namespace cordon
