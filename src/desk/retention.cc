#include "desk/retention.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "desk/acts.h"
#include "desk/alerts.h"
#include "desk/flow.h"

namespace cordon {

namespace {

constexpr std::int64_t kCasesAStep = 64;
constexpr std::size_t kAppealsAStep = 64;
constexpr std::size_t kBatchesAStep = 200;        // each is read, written and synced: some milliseconds
constexpr std::int64_t kBytesAStep = 32 << 20;    // of batches of which a part goes by its day
constexpr std::size_t kPlacesAtOnce = 1'000'000;  // of a case
constexpr std::int64_t kMostShown = 10'000;
constexpr std::size_t kMostAppeals = 10'000;
constexpr std::int64_t kAlertBatchesAStep = 64;
constexpr std::int64_t kWeekMs = 7 * kDayMs;
constexpr std::uint64_t kFewReports = 2'000'000;  // that the sorted runs are written anew for one erased report

// Cases in which nobody did anything go by the week, up to six days early: they are most of what goes, and each day on
// which something of a batch goes takes the batch another key (store/keys.h has 16 million for a desk's life).
Store::DueBefore due_before(const Lives& lives, Instant now) {
  const Instant worked = lives.over_before(Kept::CaseWithoutAct, now);
  Instant unworked = worked;
  if (lives.days(Kept::CaseWithoutAct) >= 28 && worked.ms > 0) unworked.ms = (worked.ms / kWeekMs + 1) * kWeekMs - 1;
  return {unworked, worked, lives.over_before(Kept::CaseWithAct, now)};
}

Json hex_of(const std::vector<Digest>& digests) {
  Json::Array list;
  for (const Digest& digest : digests) list.emplace_back(digest.hex());
  return list;
}

SealedLeaf leaf_of_disposal(Desk& desk, const Disposed& event, const std::vector<Digest>& removed) {
  Json::Object cases;
  for (const Disposed::Over& one : event.cases) {
    const auto there = cases.try_emplace(std::string(name(one.kept)), std::int64_t{0}).first;
    there->second = *there->second.integer() + 1;
  }
  const Leaf leaf{"retention",
                  event.at,
                  "",
                  "",
                  "",
                  "kept",
                  "disposed",
                  {"software"},
                  Json::Object{{"cases", std::move(cases)},
                               {"reports", event.reports},
                               {"refused", event.refused},
                               {"evidence", event.evidence},
                               {"appeals", event.appeals.size()},
                               {"alert_batches", event.alerts.size()},
                               {"held", event.held.size()}},
                  Json::Object{{"removed", hex_of(removed)}}};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

bool held_whole(const Case& the_case, Instant now) {
  return std::any_of(the_case.holds.begin(), the_case.holds.end(),
                     [&](const Hold& hold) { return !hold.evidence && hold.in_force(now); });
}

}  // namespace

// ── the daily job ──

struct RetentionRun::Work {
  struct Batch {
    std::set<std::int64_t> positions, emptied;
    bool caseless = false;
  };
  std::map<std::int64_t, Batch> batches;
  std::vector<EvidenceErased> pieces;
  Disposed event;
  bool full = false;
  bool words = false;  // what was written to this desk is among the event's frames
};

// Pieces that no hold covers.
Result<Nothing> RetentionRun::take_pieces(const Case& the_case, Work& work) {
  for (const Evidence& piece : the_case.evidence) {
    if (piece.erased || !check_not_held(the_case, &piece.id, work.event.at)) continue;
    EvidenceErased event{the_case.id, piece.id, blob_of(piece), {}, ErasureGround::Retention, {}, {}, work.event.at};
    const Result<Blobs::Kept> kept = desk_.store().blobs().look(event.blob);
    if (!kept && kept.error().fault != Fault::NotFound) return kept.error();
    if (kept && kept->key) event.key = std::int64_t{*kept->key};
    work.pieces.push_back(std::move(event));
  }
  return Nothing{};
}

// False: it has no room in this step any more.
Result<bool> RetentionRun::take_case(const DueCase& due, Work& work) {
  Store& store = desk_.store();
  const Store::Family family = TRY(store.family(due.id));
  std::vector<ReportPlace> places = TRY(store.places_of(due.id, kPlacesAtOnce));
  const bool all_of_it = places.size() < kPlacesAtOnce;
  if (done_to_ && done_to_->first == due.id)
    std::erase_if(places, [&](const ReportPlace& place) { return place.batch <= done_to_->second; });
  std::set<std::int64_t> of_case;
  for (const ReportPlace& place : places)
    if (!work.batches.contains(place.batch)) of_case.insert(place.batch);
  const std::size_t room = kBatchesAStep - std::min(kBatchesAStep, work.batches.size());
  const bool whole = of_case.size() <= room && all_of_it;
  if (!whole && !work.batches.empty()) return false;
  std::int64_t last = INT64_MAX;
  if (of_case.size() > room) last = *std::next(of_case.begin(), static_cast<std::ptrdiff_t>(room) - 1);
  for (const ReportPlace& place : places)
    if (place.batch <= last) work.batches[place.batch].positions.insert(place.position);
  if (!whole) {
    if (!of_case.empty()) done_to_.emplace(due.id, last == INT64_MAX ? *of_case.rbegin() : last);
    work.full = true;
    return true;
  }
  done_to_.reset();
  TRY(take_pieces(TRY(store.find_case(Sight::of_software(), due.id)), work));
  const Kept kept = due.act ? Kept::CaseWithAct : Kept::CaseWithoutAct;
  for (const CaseId& id : family.cases) work.event.cases.push_back({id, kept});
  if (due.act) {
    TRY(take_answers(due.id, work));
    return true;
  }
  for (const ReportPlace& opener : family.openers) work.batches[opener.batch].emptied.insert(opener.position);
  work.event.frames.insert(work.event.frames.end(), family.frames.begin(), family.frames.end());
  return true;
}

// What recipients wrote goes with the case that it is about.
Result<Nothing> RetentionRun::take_answers(const CaseId& id, Work& work) {
  for (const Action& action : TRY(desk_.store().actions_of(id))) {
    for (const KeptAnswer& answer : TRY(desk_.store().answers_of(action.notice))) {
      Destroyed words{answer.came.text, {}};
      const Result<Blobs::Kept> kept = desk_.store().blobs().look(words.blob);
      if (!kept && kept.error().fault == Fault::NotFound) continue;
      if (!kept) return kept.error();
      if (kept->key) words.key = std::int64_t{*kept->key};
      work.event.frames.push_back(words);
      work.words = true;
    }
  }
  return Nothing{};
}

// A hold keeps the appeals of its case too.
Result<bool> held_with_its_case(Desk& desk, const Appeal& appeal, Instant now) {
  if (!appeal.lodged.case_id) return false;
  const Result<Case> the_case = desk.store().find_case(Sight::of_software(), *appeal.lodged.case_id);
  if (!the_case && the_case.error().fault != Fault::NotFound) return the_case.error();
  return the_case && held_whole(*the_case, now);
}

Result<Nothing> RetentionRun::take_appeals(Work& work) {
  const Instant now = work.event.at;
  const Instant before = desk_.settings().lives.over_before(Kept::Appeal, now);
  for (const Appeal& appeal : TRY(desk_.store().appeals_over(before, kMostAppeals))) {
    if (work.event.appeals.size() == kAppealsAStep) break;
    if (TRY(held_with_its_case(desk_, appeal, now))) continue;
    Destroyed words{appeal.lodged.text, {}};
    const Result<Blobs::Kept> kept = desk_.store().blobs().look(words.blob);
    if (!kept && kept.error().fault != Fault::NotFound) return kept.error();
    if (kept && kept->key) words.key = std::int64_t{*kept->key};
    work.event.frames.push_back(words);
    work.event.appeals.push_back(appeal.lodged.id);
  }
  return Nothing{};
}

// What a rule sent is an act, and what it said goes as the case of one would.
Result<Nothing> RetentionRun::take_alerts(Work& work) {
  const Instant before = desk_.settings().lives.over_before(Kept::CaseWithAct, work.event.at);
  for (const auto& [id, blob] : TRY(desk_.store().alert_blobs_before(before, kAlertBatchesAStep))) {
    Destroyed said{blob, {}};
    const Result<Blobs::Kept> kept = desk_.store().blobs().look(said.blob);
    if (!kept && kept.error().fault != Fault::NotFound) return kept.error();
    if (kept && kept->key) said.key = std::int64_t{*kept->key};
    work.event.frames.push_back(said);
    work.event.alerts.push_back(id);
  }
  return Nothing{};
}

Result<Nothing> RetentionRun::carry_out(Work& work, Instant now) {
  Store& store = desk_.store();
  Disposed& event = work.event;
  std::vector<Digest> removed;
  for (const auto& [seq, batch] : work.batches) {
    std::optional<Store::Cut> cut = TRY(store.cut_batch(seq, batch.positions, batch.emptied, batch.caseless));
    if (!cut) continue;
    event.reports += cut->reports;
    event.refused += cut->refused;
    removed.push_back(cut->recut.old_run);
    event.batches.push_back(std::move(cut->recut));
  }
  std::vector<Change> changes;
  if (work.words || !event.appeals.empty() || !event.alerts.empty())
    for (const Destroyed& words : event.frames) removed.push_back(words.blob);
  for (const EvidenceErased& piece : work.pieces) {
    removed.push_back(piece.blob);
    changes.push_back({piece, "software", {}});
  }
  event.evidence = static_cast<std::int64_t>(work.pieces.size());
  changes.push_back({event, "software", leaf_of_disposal(desk_, event, removed)});
  TRY(store.append(changes, now));
  TRY(store.finish_cuts(event.batches, event.frames));
  for (const EvidenceErased& piece : work.pieces) TRY(store.finish_erasures(&piece));
  for (const Disposed::Over& one : event.cases) ++removed_.cases[one.kept];
  removed_.reports += event.reports;
  removed_.refused += event.refused;
  removed_.evidence += event.evidence;
  removed_.appeals += static_cast<std::int64_t>(event.appeals.size());
  removed_.alerts += static_cast<std::int64_t>(event.alerts.size());
  removed_.batches += static_cast<std::int64_t>(event.batches.size());
  ++removed_.steps;
  return Nothing{};
}

Result<bool> RetentionRun::step() {
  Store& store = desk_.store();
  const Instant now = desk_.now();
  const Lives& lives = desk_.settings().lives;
  Work work;
  work.event.at = now;
  for (const DueCase& due : TRY(store.due_cases(due_before(lives, now), now, false, kCasesAStep)))
    if (work.full || !TRY(take_case(due, work))) break;
  // What a hold on one piece leaves of a case: the piece, and the case that it is of. Its other pieces go.
  for (const DueCase& due : TRY(store.due_cases(due_before(lives, now), now, true, kMostShown))) {
    work.event.held.push_back(due.id);
    const Case the_case = TRY(store.find_case(Sight::of_software(), due.id));
    if (!held_whole(the_case, now)) TRY(take_pieces(the_case, work));
  }
  const Instant refused_before = lives.over_before(Kept::RefusedReport, now);
  // What was refused, and what no officer opened a case of: the shortest row of charter 8.3 is of both.
  std::int64_t bytes = 0;
  for (const Store::DueBatch& due : TRY(store.due_batches(refused_before, static_cast<std::int64_t>(kBatchesAStep)))) {
    if (work.batches.size() >= kBatchesAStep && !work.batches.contains(due.batch)) break;
    if (bytes > 0 && bytes + due.run_size > kBytesAStep) break;
    bytes += due.run_size;
    work.batches[due.batch].caseless = true;
    work.event.counted.push_back(due.batch);
  }
  TRY(take_appeals(work));
  TRY(take_alerts(work));
  if (work.batches.empty() && work.pieces.empty() && work.event.cases.empty() && work.event.appeals.empty() &&
      work.event.alerts.empty())
    return false;
  TRY(carry_out(work, now));
  return true;
}

Result<Removed> RetentionRun::finish() {
  for (const DueCase& due :
       TRY(desk_.store().due_cases(due_before(desk_.settings().lives, desk_.now()), desk_.now(), true, kMostShown)))
    removed_.held.push_back(due.id);
  TRY(desk_.store().forget_places());
  if (removed_.steps == 0) return removed_;
  TRY(publish(desk_));
  TRY(desk_.store().wipe_deleted());
  return removed_;
}

Result<Removed> run_retention(Desk& desk) {
  RetentionRun run(desk);
  while (TRY(run.step())) {
  }
  return run.finish();
}

Result<Removed> retention_due(Desk& desk) {
  Store& store = desk.store();
  const Instant now = desk.now();
  const Store::DueBefore before = due_before(desk.settings().lives, now);
  Removed due;
  for (const DueCase& one : TRY(store.due_cases(before, now, false, kMostShown))) {
    ++due.cases[one.act ? Kept::CaseWithAct : Kept::CaseWithoutAct];
    const Case the_case = TRY(store.find_case(Sight::of_software(), one.id));
    due.reports += the_case.live;
    due.evidence += std::count_if(the_case.evidence.begin(), the_case.evidence.end(),
                                  [](const Evidence& piece) { return !piece.erased; });
  }
  for (const DueCase& one : TRY(store.due_cases(before, now, true, kMostShown))) due.held.push_back(one.id);
  due.appeals = static_cast<std::int64_t>(
      TRY(store.appeals_over(desk.settings().lives.over_before(Kept::Appeal, now), kMostAppeals)).size());
  due.batches = static_cast<std::int64_t>(
      TRY(store.due_batches(desk.settings().lives.over_before(Kept::RefusedReport, now), kMostShown)).size());
  return due;
}

// ── with `cordon serve` ──

DailyJob::DailyJob(Desk& desk, std::mutex& desk_in_use) : desk_(desk), desk_in_use_(desk_in_use) {
  thread_ = std::thread([this] { work(); });
}

DailyJob::~DailyJob() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void DailyJob::run_once() {
  RetentionRun run(desk_);
  for (bool more = true; more;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const std::lock_guard in_use(desk_in_use_);
    const Result<bool> done = run.step();
    if (!done || !*done) {
      const Result<Removed> finished = done ? run.finish() : Result<Removed>(done.error());
      if (!finished)
        std::fprintf(stderr, "cordon: retention did not come to its end: %s; it goes on at the next run\n",
                     finished.error().message.c_str());
      more = false;
    }
  }
}

// Deadlines are hours (charter 5.7), so they are looked at more often than what is kept.
void DailyJob::keep_promises_once() {
  const std::lock_guard in_use(desk_in_use_);
  const Result<std::int64_t> kept = keep_promises(desk_);
  if (!kept)
    std::fprintf(stderr, "cordon: what the clock asks for was not done: %s; it is tried again\n",
                 kept.error().message.c_str());
}

// The desk is free between two of them: who stops a rule comes in before the next one leaves.
void DailyJob::send_alerts() {
  AlertSender sender(desk_);
  for (bool more = true; more; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const std::lock_guard in_use(desk_in_use_);
    const Result<AlertSender::Step> step = sender.step();
    if (!step)
      std::fprintf(stderr, "cordon: an alert of a standing rule did not leave: %s; it is tried again\n",
                   step.error().message.c_str());
    more = step && *step != AlertSender::Step::Nothing;
  }
}

void DailyJob::work() {
  constexpr int kRoundsOfTenMinutes = 20;
  std::unique_lock lock(mutex_);
  std::optional<Instant> last;
  for (int round = 0; !stopping_; ++round) {
    const Instant now = desk_.now();
    lock.unlock();
    if (round % kRoundsOfTenMinutes == 0) keep_promises_once();
    send_alerts();
    if (!last || now - *last >= kDayMs || now < *last) {
      last = now;
      run_once();
    }
    lock.lock();
    stop_.wait_for(lock, std::chrono::seconds(30), [this] { return stopping_; });
  }
}

// ── one report ──

namespace {

Result<Nothing> finish_erasing(Store& store, const ReportErased& event) {
  TRY(store.finish_cuts(recuts_of(event), event.frames));
  if (TRY(store.count_reports()) <= kFewReports) TRY(store.forget_places());  // else the daily job does
  return store.wipe_deleted();
}

// One that waits without a case (docs/volume.md).
Result<ReportErased> erase_waiting(Desk& desk, const Permit<Act::EraseEvidence>& permit, const Officer& dpo,
                                   const ReportId& report, const Store::KnownReport& known, ErasureGround ground) {
  Store& store = desk.store();
  const Instant now = desk.now();
  const Error none = fail(Fault::NotFound, "there is no such report", report.text());
  if (!known.matter || !permit.sight().sees(*known.matter)) return none;
  std::optional<Store::Cut> cut = TRY(store.cut_batch(known.place.batch, {known.place.position}, {}, false));
  if (!cut) return none;
  const ReportErased event{{}, false, std::move(cut->recut), {}, {}, ground, permit.officer().id, dpo.id, now};
  const Leaf leaf{"custody",
                  now,
                  "",
                  std::string(known.matter->id()),
                  "report",
                  "held",
                  "disposed",
                  {"custodian", "dpo"},
                  Json::Object{{"ground", name(ground)}},
                  Json::Object{{"removed", event.recut.old_run.hex()}}};
  TRY(store.append({{event, permit.officer().login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  TRY(finish_erasing(store, event));
  return event;
}

}  // namespace

Result<ReportErased> erase_report(Desk& desk, const Permit<Act::EraseEvidence>& permit, const Officer& dpo,
                                  const ReportId& report, ErasureGround ground) {
  Store& store = desk.store();
  const Officer& custodian = permit.officer();
  const Error none = fail(Fault::NotFound, "there is no such report", report.text());
  const Instant now = desk.now();
  TRY(may_erase_report(nullptr, custodian, dpo, now));
  const std::optional<Store::KnownReport> known = TRY(store.find_report(report));
  if (!known) return none;
  if (!known->case_id) return erase_waiting(desk, permit, dpo, report, *known, ground);
  const Result<Case> part = store.find_case(permit.sight(), *known->case_id);
  if (!part) return part.error().fault == Fault::NotFound ? none : part.error();
  const Case whole = part->joined_into ? TRY(store.find_case(permit.sight(), *part->joined_into)) : *part;
  TRY(may_erase_report(&whole, custodian, dpo, now));

  // Nothing keeps a case in which nobody did anything and of which no report is left.
  const bool ends_case = whole.live == 1 && whole.state == CaseState::Open && whole.worked_on_by.empty() &&
                         whole.joined.empty() && !whole.joined_into;
  Store::Family family;
  if (ends_case) family = TRY(store.family(whole.id));
  std::set<std::int64_t> emptied;
  std::optional<BatchRecut> opener;
  for (const ReportPlace& place : family.openers) {
    if (place.batch == known->place.batch) {
      emptied.insert(place.position);
    } else if (std::optional<Store::Cut> cut = TRY(store.cut_batch(place.batch, {}, {place.position}, false))) {
      opener = std::move(cut->recut);
    }
  }
  std::optional<Store::Cut> cut = TRY(store.cut_batch(known->place.batch, {known->place.position}, emptied, false));
  if (!cut) return none;
  const ReportErased event{
      part->id, ends_case, std::move(cut->recut), std::move(opener), std::move(family.frames), ground, custodian.id,
      dpo.id,   now};
  const Leaf leaf{"custody",
                  now,
                  "",
                  std::string(whole.matter.id()),
                  "report",
                  "held",
                  "disposed",
                  {"custodian", "dpo"},
                  Json::Object{{"ground", name(ground)}},
                  Json::Object{{"case", whole.id.text()}, {"removed", event.recut.old_run.hex()}}};
  TRY(store.append({{event, custodian.login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  TRY(finish_erasing(store, event));
  return event;
}

// ── holds ──

namespace {

SealedLeaf leaf_of_hold(Desk& desk, const Case& the_case, const HoldId& id, std::string_view from, std::string_view to,
                        Json plain, Json hidden) {
  const Leaf leaf{"hold",           desk.now(),        id.text(),       std::string(the_case.matter.id()),
                  "hold",           std::string(from), std::string(to), {"custodian", "legal_reviewer"},
                  std::move(plain), std::move(hidden)};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

}  // namespace

Result<Hold> hold_case(Desk& desk, const Permit<Act::SetHold>& permit, const Officer& second, const CaseId& case_id,
                       HoldWish wish) {
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const Instant now = desk.now();
  HoldSet event =
      TRY(set_hold(the_case, std::move(wish), HoldId::make(now, desk.random()), permit.officer(), second, now));
  const Hold& hold = event.hold;
  SealedLeaf leaf =
      leaf_of_hold(desk, the_case, hold.id, "", "set",
                   Json::Object{{"scope", hold.evidence ? "evidence" : "case"}, {"ends_at", to_rfc3339(hold.ends_at)}},
                   Json::Object{{"case", case_id.text()}, {"reason", hold.reason}});
  TRY(desk.store().append({{event, permit.officer().login, std::move(leaf)}}, now));
  return hold;
}

Result<HoldLifted> lift(Desk& desk, const Permit<Act::SetHold>& permit, const Officer& second, const HoldId& id,
                        std::string reason) {
  const std::vector<HoldRow> all = TRY(desk.store().holds());
  const auto row = std::find_if(all.begin(), all.end(), [&](const HoldRow& one) { return one.hold.id == id; });
  const Error none = fail(Fault::NotFound, "there is no such hold", id.text());
  if (row == all.end()) return none;
  const Result<Case> the_case = desk.store().find_case(permit.sight(), row->hold.case_id);
  if (!the_case) return none;
  if (row->lifted) return fail(Fault::Conflict, "it was lifted on " + to_rfc3339(row->lifted->at), id.text());
  HoldLifted event = TRY(lift_hold(row->hold, std::move(reason), permit.officer(), second, desk.now()));
  SealedLeaf leaf = leaf_of_hold(desk, *the_case, id, "set", "lifted", Json::Object{},
                                 Json::Object{{"case", the_case->id.text()}, {"reason", event.reason}});
  TRY(desk.store().append({{event, permit.officer().login, std::move(leaf)}}, event.at));
  return event;
}

}  // namespace cordon
