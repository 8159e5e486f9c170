// Reports by the million: what a Store knows of them stands in sorted runs, not in rows (DESIGN 4, "Volume without a
// second log"). The runs are made from the journal's batches, so a start, or another hand in their folder, costs a
// reading of the batches that they lack and nothing else.
#include <algorithm>

#include "store/impl.h"

namespace cordon {

namespace {

constexpr std::size_t kMostShown = 50;        // reports of a case
constexpr std::size_t kMostPlaces = 200'000;  // that are looked through for the newest of them

std::uint32_t seconds(Instant at) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at.ms / 1000, 0, UINT32_MAX));
}

}  // namespace

RunKey Store::Impl::key_of_fold(const std::string& fold_key) const {
  return run_key(hmac_sha256(volume.key, "fold " + fold_key).view());
}

Result<std::pair<BatchTaken, Instant>> Store::Impl::batch_at(std::int64_t seq) const {
  Rows rows = TRY(database.query("SELECT body, at FROM batch WHERE seq = $1", {seq}));
  if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no batch at journal row " + std::to_string(seq));
  BatchTaken batch = TRY(read_batch_taken(TRY(parse_json(rows.text(0)))));
  return std::pair(std::move(batch), Instant{rows.integer(1)});
}

Result<Store::Impl::Runs*> Store::Impl::caught_up() const {
  CORDON_CHECK(!volume.folder.empty(), "a store that was opened without its runs is not asked for reports");
  if (!runs) {
    SortedRuns reports = TRY(SortedRuns::open(volume.folder + "/reports"));
    SortedRuns folds = TRY(SortedRuns::open(volume.folder + "/folds"));
    runs = Runs{std::move(reports), std::move(folds)};
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
    const std::string source(hmac_sha256(volume.key, "source " + batch.source).view().substr(0, 4));
    Placed placed;
    std::copy(source.begin(), source.end(), reinterpret_cast<char*>(&placed.source));
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
  const std::vector<Placed> places = TRY(runs->reports.find(key, 1));
  const BatchTaken batch = TRY(impl_->batch_at(places.front().batch)).first;
  const RunItem item = TRY(read_item_of_run(TRY(impl_->blobs.get(batch.run)), places.front().position));
  return std::optional(KnownReport{item.case_id});
}

Result<bool> Store::folded_before(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.holds(impl_->key_of_fold(fold_key));
}

Result<SortedRuns::Count> Store::count_folded(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.count(impl_->key_of_fold(fold_key));
}

Result<std::vector<ReportOfCase>> Store::reports_of(const Sight& sight, const CaseId& id) const {
  TRY(find_case(sight, id));
  std::string fold_key;
  {
    Rows rows = TRY(impl_->database.query("SELECT fold_key FROM cases WHERE id = $1", {id.text()}));
    if (TRY(rows.next())) fold_key = rows.text(0);
  }
  Impl::Runs* const runs = TRY(impl_->caught_up());
  std::vector<Placed> places = TRY(runs->folds.find(impl_->key_of_fold(fold_key), kMostPlaces));
  std::sort(places.begin(), places.end(), [](const Placed& a, const Placed& b) {
    return a.batch != b.batch ? a.batch > b.batch : a.position > b.position;
  });
  places.resize(std::min(places.size(), kMostShown));
  std::vector<ReportOfCase> reports;
  std::string run;
  std::optional<std::pair<BatchTaken, Instant>> batch;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i == 0 || places[i].batch != places[i - 1].batch) {
      batch = TRY(impl_->batch_at(places[i].batch));
      run = TRY(impl_->blobs.get(batch->first.run));
    }
    RunItem item = TRY(read_item_of_run(run, places[i].position));
    if (!item.report) return fail(Fault::Corrupt, "a run names a report that its batch has not", id.text());
    reports.push_back({*std::move(item.report), batch->first.source, batch->second, std::move(item.kept)});
  }
  return reports;
}

}  // namespace cordon
