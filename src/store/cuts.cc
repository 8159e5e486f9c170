// Reports that are erased out of batches: the batch is written anew under a new key, and once that is on record the old
// key is destroyed (DESIGN 4, "Erasing one report"). The sorted runs, which are made from batches, are written anew
// without these places; until then who follows one finds a tombstone.
//
// desk/runs/cut.json says up to which row of the journal all of that is done: {"through": 1234}. Without it everything
// is looked at again, which changes nothing.
#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "store/impl.h"

namespace cordon {

namespace {

constexpr std::size_t kStampLimit = 4096;

std::string stamp(const Volume& volume) { return volume.folder + "/cut.json"; }

}  // namespace

Result<Nothing> Store::Impl::finish_cuts_of_before() {
  if (volume.folder.empty()) return Nothing{};
  std::int64_t through = 0;
  if (exists(stamp(volume)))
    through = TRY(parse_json(TRY(read_file(stamp(volume), kStampLimit)))).number_or("through", 0);
  cut_through = through;
  std::vector<Event> events;
  {
    Rows rows =
        TRY(database.query("SELECT seq, type, body FROM journal WHERE seq > $1 AND type IN ('report_erased', "
                           "'disposed') ORDER BY seq",
                           {through}));
    while (TRY(rows.next())) {
      events.push_back(TRY(read_event(rows.text(1), TRY(parse_json(rows.text(2))))));
      cut_through = rows.integer(0);
    }
  }
  for (const Event& event : events) {
    for (const BatchRecut& recut : recuts_of(event)) {
      TRY(blobs.erase(recut.old_run, recut.key));
      for (const std::int64_t position : recut.erased) to_forget.push_back({recut.batch, position});
      to_forget_in_order = false;
    }
    for (const Destroyed& frame : frames_of(event)) TRY(blobs.erase(frame.blob, frame.key));
  }
  return Nothing{};
}

Result<Nothing> Store::Impl::forget(Runs& from) const {
  if (to_forget.empty()) return Nothing{};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  places.reserve(to_forget.size());
  for (const ReportPlace& place : to_forget)
    places.emplace_back(static_cast<std::uint32_t>(place.batch), static_cast<std::uint32_t>(place.position));
  TRY(from.reports.forget(places));
  TRY(from.folds.forget(std::move(places)));
  TRY(write_file(stamp(volume), to_text(Json(Json::Object{{"through", cut_through}})) + "\n", 0600));
  to_forget.clear();
  return Nothing{};
}

bool Store::Impl::cut_out(const ReportPlace& place) const {
  if (!to_forget_in_order) std::sort(to_forget.begin(), to_forget.end());
  to_forget_in_order = true;
  return std::binary_search(to_forget.begin(), to_forget.end(), place);
}

Result<std::string> Store::run_of(const BatchId& batch) const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM batch WHERE id = $1", {batch.text()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no such batch", batch.text());
  return impl_->blobs.get(TRY(read_batch_taken(TRY(parse_json(rows.text(0))))).run);
}

Result<std::optional<Store::Cut>> Store::cut_batch(std::int64_t batch, std::set<std::int64_t> positions,
                                                   const std::set<std::int64_t>& emptied, bool caseless) {
  const BatchTaken taken = TRY(impl_->batch_at(batch)).first;
  const std::string run = TRY(impl_->blobs.get(taken.run));
  Cut cut;
  std::set<std::int64_t> empties, moved;
  {
    Rows rows = TRY(impl_->database.query("SELECT position FROM moved WHERE batch = $1", {batch}));
    while (TRY(rows.next())) moved.insert(rows.integer(0));
  }
  for (const RunItem& item : TRY(read_run(run))) {
    const bool accepted = item.outcome == ItemOutcome::Accepted;
    const bool waits = accepted && !item.case_id && !moved.contains(item.position);
    if (caseless && (waits || item.outcome == ItemOutcome::Refused || item.outcome == ItemOutcome::Quarantined))
      positions.insert(item.position);
    if (item.erased) positions.erase(item.position);
    if (waits && positions.contains(item.position)) empties.insert(item.position);  // it left nothing in a case's row
    const bool goes = item.erased || positions.contains(item.position);
    // A case's target goes with the case; where the report that opened it was split off and is still there, with that.
    if (item.opens_case && item.sighting && goes &&
        (emptied.contains(item.position) ||
         TRY(impl_->database.number("SELECT count(*) FROM cases WHERE id = $1 AND target IS NULL",
                                    {item.case_id->text()})) > 0))
      empties.insert(item.position);
    if (positions.contains(item.position)) ++(accepted ? cut.reports : cut.refused);
  }
  if (positions.empty() && empties.empty()) return std::optional<Cut>();
  const std::string left = TRY(cut_run(run, positions, empties));
  const Result<Blobs::Kept> kept = impl_->blobs.look(taken.run);
  if (!kept) return kept.error();
  cut.recut = BatchRecut{batch,
                         taken.run,
                         {},
                         TRY(impl_->blobs.put(left)),
                         static_cast<std::int64_t>(left.size()),
                         {positions.begin(), positions.end()},
                         {empties.begin(), empties.end()}};
  if (kept->key) cut.recut.key = std::int64_t{*kept->key};
  return std::optional(std::move(cut));
}

Result<Nothing> Store::finish_cuts(const std::vector<BatchRecut>& recuts, const std::vector<Destroyed>& frames) {
  for (const BatchRecut& recut : recuts) {
    TRY(impl_->blobs.erase(recut.old_run, recut.key));
    for (const std::int64_t position : recut.erased) impl_->to_forget.push_back({recut.batch, position});
    impl_->to_forget_in_order = false;
  }
  for (const Destroyed& frame : frames) TRY(impl_->blobs.erase(frame.blob, frame.key));
  impl_->last_run.reset();
  impl_->cut_through = TRY(impl_->database.number("SELECT max(seq) FROM journal"));
  return Nothing{};
}

Result<Nothing> Store::forget_places() {
  if (impl_->to_forget.empty()) return Nothing{};
  return impl_->forget(*TRY(impl_->caught_up()));
}

// SQLite overwrites what is deleted, but not what it leaves behind where it moves rows together; a server keeps old
// versions of rows. Both end with a VACUUM, which writes everything anew: of a large desk that is its operator's, at a
// quiet hour (docs/keeping.md).
Result<Nothing> Store::wipe_deleted() {
  constexpr std::int64_t kFewCases = 100'000;
  if (TRY(count_cases()) <= kFewCases) TRY(impl_->database.execute("VACUUM"));
  return impl_->database.wipe();
}

Result<std::uint64_t> Store::count_reports() const { return TRY(impl_->caught_up())->reports.size(); }

}  // namespace cordon
