#include "desk/splitting.h"

#include <algorithm>
#include <set>

namespace cordon {

Result<CaseSplit> split_off(Desk& desk, const Permit<Act::SplitCase>& permit, const CaseId& case_id,
                            const std::vector<ReportId>& reports) {
  Store& store = desk.store();
  const Case the_case = TRY(store.find_case(permit.sight(), case_id));
  std::vector<ReportPlace> places;
  std::set<CaseId> from;
  for (const ReportId& report : reports) {
    const std::optional<Store::KnownReport> known = TRY(store.find_report(report));
    const bool here = known && known->case_id &&
                      (*known->case_id == case_id || std::find(the_case.joined.begin(), the_case.joined.end(),
                                                               *known->case_id) != the_case.joined.end());
    if (!here) return fail(Fault::NotFound, "report " + report.text() + " is not of this case", case_id.text());
    places.push_back(known->place);
    from.insert(*known->case_id);
  }
  const Instant now = desk.now();
  CaseSplit event =
      TRY(split_case(the_case, std::move(places), CaseId::make(now, desk.random()), {}, permit.officer().id, now));
  // What all of them are about: of a case that was joined in, its own target.
  Observable target = the_case.target;
  if (from.size() == 1 && *from.begin() != case_id) target = TRY(store.find_case(permit.sight(), *from.begin())).target;
  event.frame = TRY(store.blobs().put(write_frame({the_case.matter, std::move(target)})));
  TRY(store.append({{event, permit.officer().login, {}}}, now));
  return event;
}

Result<BegunCase> begin_case(Desk& desk, const Permit<Act::OpenCase>& permit, Matter matter, Observable target) {
  Store& store = desk.store();
  const std::string key = fold_key(matter, target.kind(), target.canonical());
  const Instant now = desk.now();
  CaseOpened event = TRY(open_case(CaseId::make(now, desk.random()), matter, target.kind(), TRY(store.case_of_key(key)),
                                   TRY(store.waiting(key, kMostOpenedWith)), {}, permit.officer().id, now));
  const SortedRuns::Count count = TRY(store.count_folded(key));
  event.frame = TRY(store.blobs().put(write_frame({matter, std::move(target)})));
  TRY(store.append({{event, permit.officer().login, {}}}, now));
  return BegunCase{std::move(event), static_cast<std::int64_t>(count.sources)};
}

Result<CaseJoined> join(Desk& desk, const Permit<Act::SplitCase>& permit, const CaseId& case_id, const CaseId& into) {
  const Case one = TRY(desk.store().find_case(permit.sight(), case_id));
  const Case other = TRY(desk.store().find_case(permit.sight(), into));
  CaseJoined event = TRY(join_cases(one, other, permit.officer().id, desk.now()));
  TRY(desk.store().append({{event, permit.officer().login, {}}}, event.at));
  return event;
}

Result<CaseParted> part(Desk& desk, const Permit<Act::SplitCase>& permit, const CaseId& whole, const CaseId& case_id) {
  const Case one = TRY(desk.store().find_case(permit.sight(), case_id));
  const Case all = TRY(desk.store().find_case(permit.sight(), whole));
  CaseParted event = TRY(part_cases(all, one, permit.officer().id, desk.now()));
  TRY(desk.store().append({{event, permit.officer().login, {}}}, event.at));
  return event;
}

}  // namespace cordon
