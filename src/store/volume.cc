// Reports by the million: what a Store knows of them stands in sorted runs, not in rows (DESIGN 4, "Volume without a
// second log"). The runs are made from the journal's batches, so a start, or another hand in their folder, costs a
// reading of the batches that they lack and nothing else.
#include <algorithm>
#include <functional>

#include "store/impl.h"

namespace cordon {

namespace {

constexpr std::size_t kMostSent = 64;  // times that one report was erased and sent again within a day

std::uint32_t seconds(Instant at) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at.ms / 1000, 0, UINT32_MAX));
}

}  // namespace

RunKey Store::Impl::key_of_fold(std::string_view fold_key) const {
  if (!keyed) keyed.emplace(volume.key);
  std::string text = "fold ";
  text += fold_key;
  return run_key(keyed->of(text).view());
}

Result<std::pair<BatchTaken, Instant>> Store::Impl::batch_at(std::int64_t seq) const {
  Rows rows = TRY(database.query("SELECT body, at FROM batch WHERE seq = $1", {seq}));
  if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no batch at journal row " + std::to_string(seq));
  BatchTaken batch = TRY(read_batch_taken(TRY(parse_json(rows.text(0)))));
  return std::pair(std::move(batch), Instant{rows.integer(1)});
}

RunReading Store::Impl::run_of(const BatchTaken& batch) const {
  return RunReading([this, address = batch.run](std::uint64_t from, std::uint64_t count) {
    return blobs.part(address, from, count);
  });
}

Result<RunItem> Store::Impl::item_at(RunReading& run, const ReportPlace& place) const {
  RunItem item = TRY(run.item(place.position));
  if (item.erased) return item;
  const Error other =
      fail(Fault::Corrupt, "the batch at journal row " + std::to_string(place.batch) + " is not the one taken in then",
           "item " + std::to_string(place.position));
  if (!item.report) return other;
  for (const Placed& one : TRY(TRY(caught_up())->reports.find(run_key(item.report->bytes()), kMostSent)))
    if (one.batch == place.batch && one.position == place.position) return item;
  return other;
}

Result<Store::Impl::Runs*> Store::Impl::caught_up() const {
  CORDON_CHECK(!volume.folder.empty(), "a store that was opened without its runs is not asked for reports");
  if (!runs) {
    SortedRuns reports = TRY(SortedRuns::open(volume.folder + "/reports"));
    SortedRuns folds = TRY(SortedRuns::open(volume.folder + "/folds"));
    runs = Runs{std::move(reports), std::move(folds)};
    TRY(forget(*runs));
  }
  std::vector<std::int64_t> missing;
  {
    const std::int64_t through = std::min(runs->reports.through(), runs->folds.through());
    Rows rows = TRY(database.query("SELECT seq FROM batch WHERE seq > $1 ORDER BY seq", {through}));
    while (TRY(rows.next())) missing.push_back(rows.integer(0));
  }
  for (const std::int64_t seq : missing) {
    const std::pair<BatchTaken, Instant> taken = TRY(batch_at(seq));
    const BatchTaken& batch = taken.first;
    const std::string run = TRY(blobs.get(batch.run));
    Placed placed;
    placed.source = number_of_source(batch.source);
    placed.batch = static_cast<std::uint32_t>(seq);
    std::vector<Placed> reports, folds;
    TRY(glance_through(run, [&](const Glance& one) {
      placed.position = static_cast<std::uint32_t>(one.position);
      placed.seen = seconds(one.seen_at.value_or(taken.second));
      placed.key = run_key(one.report);
      reports.push_back(placed);
      placed.key = key_of_fold(one.fold_key);
      folds.push_back(placed);
    }));
    TRY(runs->reports.add(seq, std::move(reports)));
    TRY(runs->folds.add(seq, std::move(folds)));
  }
  return &*runs;
}

Result<std::optional<Store::KnownReport>> Store::find_report(const ReportId& report) const {
  Impl::Runs* const runs = TRY(impl_->caught_up());
  const RunKey key = run_key(report.bytes());
  if (!TRY(runs->reports.holds(key))) return std::optional<KnownReport>();
  std::vector<Placed> places = TRY(runs->reports.find(key, kMostSent));
  std::erase_if(places, [&](const Placed& one) { return impl_->cut_out({one.batch, one.position}); });
  if (places.empty()) return std::optional<KnownReport>();
  const BatchTaken batch = TRY(impl_->batch_at(places.front().batch)).first;
  if (!impl_->last_run || impl_->last_run->first != batch.run)  // who asks for one often asks for its neighbours
    impl_->last_run.emplace(batch.run, impl_->run_of(batch));
  const ReportPlace place{places.front().batch, places.front().position};
  const RunItem item = TRY(impl_->item_at(impl_->last_run->second, place));
  if (item.erased) return std::optional<KnownReport>();
  KnownReport known{item.case_id, place, {}};
  if (item.sighting) known.matter = item.sighting->matter;
  Rows rows = TRY(impl_->database.query("SELECT case_id FROM moved WHERE batch = $1 AND position = $2",
                                        {known.place.batch, known.place.position}));
  if (TRY(rows.next())) known.case_id = TRY(CaseId::parse(rows.text(0)));
  return std::optional(std::move(known));
}

void Store::Impl::take_up(const BatchTaken& batch, const BatchAtHand& at_hand, const JournalRow& row) const {
  if (case_keys && case_keys->size() + at_hand.items.size() > case_keys->capacity()) case_keys.reset();
  for (std::size_t i = 0; case_keys && i < at_hand.items.size(); ++i)
    if (at_hand.items[i].opens_case) case_keys->put(at_hand.fold_keys[i]);
  if (!runs) return;
  Placed placed;
  placed.source = number_of_source(batch.source);
  placed.batch = static_cast<std::uint32_t>(row.seq);
  std::vector<Placed> reports, folds;
  reports.reserve(at_hand.items.size());
  folds.reserve(at_hand.items.size());
  for (std::size_t i = 0; i < at_hand.items.size(); ++i) {
    const RunItem& item = at_hand.items[i];
    if (item.outcome != ItemOutcome::Accepted) continue;
    placed.position = static_cast<std::uint32_t>(item.position);
    placed.seen = seconds(item.sighting->seen_at.value_or(row.at));
    placed.key = run_key(item.report->bytes());
    reports.push_back(placed);
    placed.key = at_hand.fold_keys[i];
    folds.push_back(placed);
  }
  // Runs that cannot take it are made again from the journal at the next question.
  const bool in = runs->reports.add(row.seq, std::move(reports)) && runs->folds.add(row.seq, std::move(folds));
  if (!in) runs.reset();
}

void Store::Impl::take_up(const CaseOpened& opened) const {
  if (!case_keys) return;
  Result<Rows> rows = database.query("SELECT fold_key FROM cases WHERE id = $1", {opened.case_id.text()});
  const Result<bool> there = rows ? rows->next() : Result<bool>(false);
  if (there && *there && !rows->null(0) && case_keys->size() < case_keys->capacity())
    case_keys->put(key_of_fold(rows->text(0)));
  else
    case_keys.reset();
}

Result<Nothing> Store::ready_for_batch(std::size_t records) const {
  constexpr std::size_t kLarge = 1'000;
  TRY(impl_->caught_up());
  if (impl_->case_keys || records < kLarge) return Nothing{};
  const std::int64_t cases = TRY(count_cases());
  Fingerprints keys(static_cast<std::uint64_t>(std::max<std::int64_t>(2 * cases, 1 << 17)));
  Rows rows = TRY(impl_->database.query("SELECT fold_key FROM cases WHERE fold_key IS NOT NULL"));
  while (TRY(rows.next())) keys.put(impl_->key_of_fold(rows.text(0)));
  impl_->case_keys = std::move(keys);
  return Nothing{};
}

RunKey Store::key_of_fold(std::string_view fold_key) const { return impl_->key_of_fold(fold_key); }

Result<std::optional<Store::KnownReport>> Store::came_before(const ReportId& report, const TakesReports& now) const {
  CORDON_CHECK(impl_->runs, "ready_for_batch() goes before it");
  const RunKey key = run_key(report.bytes());
  if (!TRY(impl_->runs->reports.holds(key))) return std::optional<KnownReport>();
  // One that was erased and sent again stands at two places until the runs are written anew.
  std::vector<Placed> places = TRY(impl_->runs->reports.find(key, kMostSent));
  std::erase_if(places, [&](const Placed& one) { return impl_->cut_out({one.batch, one.position}); });
  if (places.empty()) return std::optional<KnownReport>();
  KnownReport known{{}, {places.front().batch, places.front().position}, {}};
  const std::optional<CaseId>& of_key = now.case_id ? now.case_id : now.earlier;
  Rows rows = TRY(impl_->database.query("SELECT case_id FROM moved WHERE batch = $1 AND position = $2",
                                        {known.place.batch, known.place.position}));
  if (TRY(rows.next()))
    known.case_id = TRY(CaseId::parse(rows.text(0)));
  else if (of_key && known.place.batch >= now.from_batch)
    known.case_id = of_key;
  else if (of_key)
    return find_report(report);
  return std::optional(std::move(known));
}

Result<std::vector<ReportPlace>> Store::waiting(const std::string& fold_key, std::size_t limit) const {
  constexpr std::size_t kMostPlaces = 2'000'000;  // of a key, that are looked through for those
  std::vector<ReportPlace> places, waiting;
  for (const Placed& one : TRY(TRY(impl_->caught_up())->folds.find(impl_->key_of_fold(fold_key), kMostPlaces)))
    places.push_back({one.batch, one.position});
  std::sort(places.begin(), places.end(), std::greater<>());
  std::optional<RunReading> run;
  std::int64_t batch = 0;
  for (const ReportPlace& place : places) {
    if (waiting.size() == limit) break;
    if (TRY(impl_->database.number("SELECT count(*) FROM moved WHERE batch = $1 AND position = $2",
                                   {place.batch, place.position})) > 0)
      continue;
    if (place.batch != batch) run = impl_->run_of(TRY(impl_->batch_at(batch = place.batch)).first);
    const RunItem item = TRY(impl_->item_at(*run, place));
    if (!item.erased && !item.case_id) waiting.push_back(place);
  }
  return waiting;
}

Result<bool> Store::folded_before(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.holds(impl_->key_of_fold(fold_key));
}

Result<SortedRuns::Count> Store::count_folded(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.count(impl_->key_of_fold(fold_key));
}

}  // namespace cordon
