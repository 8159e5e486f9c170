// Reports by the million: what a Store knows of them stands in sorted runs, not in rows (DESIGN 4, "Volume without a
// second log"). The runs are made from the journal's batches, so a start, or another hand in their folder, costs a
// reading of the batches that they lack and nothing else.
#include <algorithm>

#include "store/impl.h"

namespace cordon {

namespace {

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

RunReading Store::Impl::run_of(const BatchTaken& batch) const {
  return RunReading([this, address = batch.run](std::uint64_t from, std::uint64_t count) {
    return blobs.part(address, from, count);
  });
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
  const std::vector<Placed> places = TRY(runs->reports.find(key, 1));
  const BatchTaken batch = TRY(impl_->batch_at(places.front().batch)).first;
  const RunItem item = TRY(impl_->run_of(batch).item(places.front().position));
  if (item.erased) return std::optional<KnownReport>();
  KnownReport known{item.case_id, {places.front().batch, places.front().position}};
  Rows rows = TRY(impl_->database.query("SELECT case_id FROM moved WHERE batch = $1 AND position = $2",
                                        {known.place.batch, known.place.position}));
  if (TRY(rows.next())) known.case_id = TRY(CaseId::parse(rows.text(0)));
  return std::optional(std::move(known));
}

Result<bool> Store::folded_before(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.holds(impl_->key_of_fold(fold_key));
}

Result<SortedRuns::Count> Store::count_folded(const std::string& fold_key) const {
  return TRY(impl_->caught_up())->folds.count(impl_->key_of_fold(fold_key));
}

}  // namespace cordon
