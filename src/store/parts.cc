// Which reports a case has, now that folding can be undone (casework/split.h). A run says of each report the case that
// it was folded into. That is known without reading runs: of the cases that one fold key had, one after the other, a
// report is in the last that was opened before its batch. What was split off, and what waited without a case until an
// officer opened one (casework/opening.h), has rows of its own in `moved`.
#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/text.h"
#include "store/impl.h"

namespace cordon {

namespace {

constexpr std::size_t kMostShown = 50;           // reports of a case
constexpr std::size_t kMostPlaces = 200'000;     // of a key, that are looked through for the newest of them
constexpr std::size_t kMostCounted = 2'000'000;  // of a key, where its sources cannot be counted by the key alone

std::optional<std::string> text_or_nothing(const Rows& rows, int column) {
  return rows.null(column) ? std::nullopt : std::optional(rows.text(column));
}

}  // namespace

std::uint32_t Store::Impl::number_of_source(const std::string& source) const {
  const Digest digest = hmac_sha256(volume.key, "source " + source);
  std::uint32_t number = 0;
  std::memcpy(&number, digest.bytes.data(), sizeof number);
  return number;
}

Result<std::vector<Store::Impl::Part>> Store::Impl::parts_of(const CaseId& id) const {
  std::vector<Part> parts;
  Rows rows = TRY(database.query(
      "SELECT id, matter, kind, target, split_from, frame, from_seq, from_position FROM cases WHERE id = "
      "$1 OR joined_into = $1 ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END, id",
      {id.text()}));
  while (TRY(rows.next())) {
    CaseId part = TRY(CaseId::parse(rows.text(0)));
    parts.push_back({std::move(part), rows.text(1), text_or_nothing(rows, 2), text_or_nothing(rows, 3),
                     text_or_nothing(rows, 4), text_or_nothing(rows, 5), rows.integer(6), rows.integer(7)});
  }
  if (parts.empty() || parts.front().id != id) return fail(Fault::NotFound, "there is no such case", id.text());
  return parts;
}

// In the order of the key's sources; what was split off to it behind them.
Result<std::vector<Placed>> Store::Impl::placed_in(const Part& part, std::size_t limit) const {
  std::vector<Placed> places;
  std::set<ReportPlace> elsewhere;
  if (!part.split_from && part.target) {
    Runs* const all = TRY(caught_up());
    places = TRY(all->folds.find(key_of_fold(part.matter + ' ' + *part.kind + ' ' + *part.target), limit));
    std::int64_t until = INT64_MAX;
    {
      Rows rows = TRY(database.query("SELECT min(from_seq) FROM cases WHERE earlier = $1", {part.id.text()}));
      if (TRY(rows.next()) && !rows.null(0)) until = rows.integer(0);
    }
    {
      Rows rows = TRY(database.query(
          "SELECT batch, position FROM moved WHERE case_id <> $1 AND case_id IN (SELECT id FROM cases WHERE split_from "
          "IS NOT NULL)",
          {part.id.text()}));
      while (TRY(rows.next())) elsewhere.insert({rows.integer(0), rows.integer(1)});
    }
    std::erase_if(places, [&](const Placed& one) {
      return one.batch < part.from_seq || one.batch >= until || elsewhere.contains({one.batch, one.position});
    });
  }
  Rows rows = TRY(database.query(
      "SELECT moved.batch, moved.position, batch.body FROM moved JOIN batch ON batch.seq = moved.batch WHERE "
      "moved.case_id = $1 ORDER BY 1, 2",
      {part.id.text()}));
  while (TRY(rows.next())) {
    Placed place;
    place.batch = static_cast<std::uint32_t>(rows.integer(0));
    place.position = static_cast<std::uint32_t>(rows.integer(1));
    place.source = number_of_source(TRY(read_batch_taken(TRY(parse_json(rows.text(2))))).source);
    places.push_back(place);
  }
  return places;
}

Result<Store::Family> Store::family(const CaseId& id) const {
  Family family;
  for (const Impl::Part& part : TRY(impl_->parts_of(id))) {
    family.cases.push_back(part.id);
    if (!part.frame) {
      family.openers.push_back({part.from_seq, part.from_position});
      continue;
    }
    const Digest frame = TRY(parse_digest(*part.frame));
    const Result<Blobs::Kept> kept = impl_->blobs.look(frame);
    if (!kept && kept.error().fault == Fault::NotFound) continue;  // gone already
    if (!kept) return kept.error();
    Destroyed destroyed{frame, {}};
    if (kept->key) destroyed.key = std::int64_t{*kept->key};
    family.frames.push_back(destroyed);
  }
  return family;
}

Result<std::vector<ReportPlace>> Store::places_of(const CaseId& id, std::size_t limit) const {
  std::vector<ReportPlace> places;
  for (const Impl::Part& part : TRY(impl_->parts_of(id)))
    for (const Placed& one : TRY(impl_->placed_in(part, limit))) places.push_back({one.batch, one.position});
  std::sort(places.begin(), places.end());
  return places;
}

Result<SaidOfCase> Store::said_of(const Sight& sight, const CaseId& id) const {
  const Case the_case = TRY(find_case(sight, id));
  std::map<std::uint32_t, std::uint32_t> whose;
  for (const auto& [source, organisation] : impl_->volume.organisations)
    whose.emplace(impl_->number_of_source(source), impl_->number_of_source("of " + organisation));
  std::set<std::uint32_t> sources;
  const std::vector<Impl::Part> parts = TRY(impl_->parts_of(id));
  const Impl::Part& part = parts.front();
  // Nothing but its key says which reports are its own: the files count them without giving them all out.
  const bool by_key = whose.empty() && parts.size() == 1 && part.target && !part.split_from && !the_case.earlier &&
                      TRY(impl_->database.number("SELECT (SELECT count(*) FROM cases WHERE earlier = $1) + (SELECT "
                                                 "count(*) FROM cases WHERE split_from IS NOT NULL)",
                                                 {id.text()})) == 0;
  if (by_key) {
    Impl::Runs* const runs = TRY(impl_->caught_up());
    const std::string key = part.matter + ' ' + *part.kind + ' ' + *part.target;
    const SortedRuns::Count count = TRY(runs->folds.count(impl_->key_of_fold(key)));
    return SaidOfCase{the_case.live, static_cast<std::int64_t>(count.sources)};
  }
  for (const Impl::Part& one_part : parts) {
    for (const Placed& one : TRY(impl_->placed_in(one_part, kMostCounted))) {
      const auto organisation = whose.find(one.source);
      sources.insert(organisation == whose.end() ? one.source : organisation->second);
    }
  }
  return SaidOfCase{the_case.live, static_cast<std::int64_t>(sources.size())};
}

Result<std::vector<ReportOfCase>> Store::reports_of(const Sight& sight, const CaseId& id) const {
  TRY(find_case(sight, id));
  std::vector<ReportPlace> places = TRY(places_of(id, kMostPlaces));
  std::reverse(places.begin(), places.end());
  std::vector<ReportOfCase> reports;
  std::optional<RunReading> run;
  std::optional<std::pair<BatchTaken, Instant>> batch;
  for (std::size_t i = 0; i < places.size() && reports.size() < kMostShown; ++i) {
    if (i == 0 || places[i].batch != places[i - 1].batch) {
      batch = TRY(impl_->batch_at(places[i].batch));
      run = impl_->run_of(batch->first);
    }
    RunItem item = TRY(impl_->item_at(*run, places[i]));
    if (item.erased) continue;
    reports.push_back({*std::move(item.report), batch->first.source, batch->second, std::move(item.kept)});
  }
  return reports;
}

Result<Store::TakesReports> Store::case_for_report(const std::string& fold_key, const RunKey& key,
                                                   Instant ended_before) const {
  TakesReports takes;
  if (impl_->case_keys && !impl_->case_keys->maybe(key)) return takes;
  Rows rows = TRY(impl_->database.query(
      "SELECT id, coalesce((SELECT whole.ends_at FROM cases whole WHERE whole.id = cases.joined_into), ends_at), "
      "disposed_at, from_seq FROM cases WHERE fold_key = $1",
      {fold_key}));
  if (!TRY(rows.next())) return takes;
  const bool over = (!rows.null(1) && rows.integer(1) < ended_before.ms) || !rows.null(2);
  (over ? takes.earlier : takes.case_id) = TRY(CaseId::parse(rows.text(0)));
  takes.from_batch = rows.integer(3);
  return takes;
}

// ── holds, and what is due ──

Result<std::vector<HoldRow>> Store::holds(const std::optional<CaseId>& of) const {
  std::vector<HoldRow> holds;
  Rows rows =
      of ? TRY(impl_->database.query("SELECT body, lifted FROM hold WHERE case_id = $1 OR case_id IN (SELECT id "
                                     "FROM cases WHERE joined_into = $1) ORDER BY id",
                                     {of->text()}))
         : TRY(impl_->database.query("SELECT body, lifted FROM hold ORDER BY id"));
  while (TRY(rows.next())) {
    Hold hold = TRY(read_hold_set(TRY(parse_json(rows.text(0))))).hold;
    HoldRow row{std::move(hold), {}};
    if (!rows.null(1)) row.lifted = TRY(read_hold_lifted(TRY(parse_json(rows.text(1)))));
    holds.push_back(std::move(row));
  }
  return holds;
}

Result<std::vector<DueCase>> Store::due_cases(const DueBefore& before, Instant now, bool held,
                                              std::int64_t limit) const {
  const std::string has_hold =
      "EXISTS (SELECT 1 FROM hold WHERE hold.case_id = cases.id AND hold.lifted IS NULL AND hold.ends_at > $5)";
  const Instant latest = std::max({before.unworked, before.worked, before.acted});
  std::vector<DueCase> due;
  Rows rows = TRY(impl_->database.query(
      "SELECT id, matter, state, clock_at, ends_at FROM cases WHERE clock_at <= $1 AND joined_into IS NULL AND "
      "disposed_at IS NULL AND state <> 'proposed' AND ((ends_at IS NOT NULL AND clock_at <= $2) OR (ends_at IS NULL "
      "AND "
      "state = 'open' AND clock_at <= $3) OR (ends_at IS NULL AND state <> 'open' AND clock_at <= $4)) AND " +
          std::string(held ? "" : "NOT ") + has_hold + " ORDER BY clock_at, id LIMIT $6",
      {latest.ms, before.acted.ms, before.unworked.ms, before.worked.ms, now.ms, limit}));
  while (TRY(rows.next())) {
    CaseId id = TRY(CaseId::parse(rows.text(0)));
    const Matter matter = TRY(parse_matter(rows.text(1)));
    const CaseState state = TRY(parse_case_state(rows.text(2)));
    due.push_back({std::move(id), matter, state, {rows.integer(3)}, !rows.null(4), held});
  }
  return due;
}

Result<std::vector<Store::DueBatch>> Store::due_batches(Instant before, std::int64_t limit) const {
  std::vector<DueBatch> batches;
  Rows rows = TRY(impl_->database.query(
      "SELECT seq, body FROM batch WHERE refused_at <= $1 ORDER BY refused_at, seq LIMIT $2", {before.ms, limit}));
  while (TRY(rows.next()))
    batches.push_back({rows.integer(0), TRY(read_batch_taken(TRY(parse_json(rows.text(1))))).run_size});
  return batches;
}

}  // namespace cordon
