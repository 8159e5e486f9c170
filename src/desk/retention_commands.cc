// `cordon retention`, `hold`, `report erase`, and `case begin`, `split`, `join` and `part`.
#include "base/text.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "desk/retention.h"
#include "desk/shapes.h"
#include "desk/splitting.h"

namespace cordon {

namespace {

Result<CaseId> id_of(const Json& arguments, std::string_view key) { return CaseId::parse(TRY(arguments.text(key))); }

Json shown_removed(const Removed& removed) {
  Json::Object cases;
  for (const auto& [kept, count] : removed.cases) cases.emplace(std::string(name(kept)), count);
  Json::Array held;
  for (const CaseId& id : removed.held) held.emplace_back(id.text());
  return Json::Object{{"cases", std::move(cases)},       {"reports", removed.reports}, {"refused", removed.refused},
                      {"pieces", removed.evidence},      {"appeals", removed.appeals}, {"batches", removed.batches},
                      {"alert_batches", removed.alerts}, {"held", std::move(held)}};
}

Result<Officer> one_other(Desk& desk, const Json& arguments, Act act, std::string_view who) {
  const std::vector<Officer> by = TRY(others(desk, arguments, act));
  if (by.size() != 1) return fail(Fault::Usage, "it takes two people: --as a custodian, --by " + std::string(who));
  return by.front();
}

}  // namespace

Result<Nothing> retention_run(Desk& desk, Call& call, const Emit& emit) {
  const Json* dry = call.arguments.find("dry_run");
  if (dry != nullptr && dry->boolean() != nullptr && *dry->boolean()) {
    emit(shown_removed(TRY(retention_due(desk))).set("dry_run", true));
    return Nothing{};
  }
  emit(shown_removed(TRY(run_retention(desk))));
  return Nothing{};
}

// The rows of charter 8.3 as they hold here, what is due now, and every hold that is not over.
// An officer is shown those in sight, which is on record; nobody by name, at the desk's own socket, no reason.
Result<Nothing> retention_show(Desk& desk, Call& call, const Emit& emit) {
  const Instant now = desk.now();
  const auto in_sight = [&](const CaseId& id) -> Result<bool> {
    if (call.who == nullptr) return true;
    const Result<Case> the_case = desk.store().find_case(sight_of(call.who->officer), id);
    if (!the_case && the_case.error().fault != Fault::NotFound) return the_case.error();
    return static_cast<bool>(the_case);
  };
  if (call.who != nullptr) TRY(record_reading(desk, "retention", "", call.who->officer));
  for (const RetentionRow& row : retention_rows())
    emit(Json::Object{{"row", row.name},
                      {"charter", row.section},
                      {"days", row.days == 0 ? Json() : Json(desk.settings().lives.days(row.kept))},
                      {"longest", row.days == 0 ? Json() : Json(row.days)},
                      {"begins", row.begins},
                      {"then", row.then},
                      {"ended_by", name(row.ended_by)}});
  for (const HoldRow& row : TRY(desk.store().holds())) {
    if (row.lifted || !row.hold.in_force(now) || !TRY(in_sight(row.hold.case_id))) continue;
    Json line = show(row.hold, now);
    if (call.who == nullptr) line.object()->erase("reason");
    emit(line);
  }
  Removed due = TRY(retention_due(desk));
  std::vector<CaseId> held;
  for (CaseId& id : due.held)
    if (TRY(in_sight(id))) held.push_back(std::move(id));
  due.held = std::move(held);
  emit(shown_removed(due).set("due", true));
  return Nothing{};
}

Result<Nothing> report_erase(Desk& desk, const Permit<Act::EraseEvidence>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Officer dpo = TRY(one_other(desk, arguments, Act::CountersignErasure, "the data-protection officer"));
  const ReportId report = TRY(ReportId::parse(TRY(arguments.text("report"))));
  const ErasureGround ground = TRY(parse_erasure_ground(TRY(arguments.text("ground"))));
  const ReportErased event = TRY(erase_report(desk, who, dpo, report, ground));
  TRY(publish(desk));
  emit(Json::Object{{"report", report.text()},
                    {"erased", name(ground)},
                    {"case", event.case_id ? Json(event.case_id->text()) : Json()},
                    {"case_ended", event.ends_case},
                    {"at", to_rfc3339(event.at)}});
  return Nothing{};
}

Result<Nothing> hold_set(Desk& desk, const Permit<Act::SetHold>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Officer second =
      TRY(one_other(desk, arguments, Act::CountersignHold, "an approver or a legal reviewer (charter 10)"));
  HoldWish wish;
  if (const std::string piece = arguments.text_or("evidence"); !piece.empty())
    wish.evidence = TRY(EvidenceId::parse(piece));
  wish.reason = TRY(arguments.text("reason"));
  const std::int64_t days = TRY(arguments.number("days"));
  if (days < 1 || days > kHoldLongestDays)
    return fail(Fault::Refused, "--days is 1 to " + std::to_string(kHoldLongestDays) + " (charter 5.7)");
  wish.ends_at = desk.now() + days * kDayMs;
  const Hold hold = TRY(hold_case(desk, who, second, TRY(id_of(arguments, "case")), std::move(wish)));
  TRY(publish(desk));
  emit(show(hold, desk.now()));
  return Nothing{};
}

Result<Nothing> hold_lift(Desk& desk, const Permit<Act::SetHold>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Officer second =
      TRY(one_other(desk, arguments, Act::CountersignHold, "an approver or a legal reviewer (charter 10)"));
  const HoldId id = TRY(HoldId::parse(TRY(arguments.text("hold"))));
  const HoldLifted event = TRY(lift(desk, who, second, id, TRY(arguments.text("reason"))));
  TRY(publish(desk));
  emit(Json::Object{{"hold", id.text()}, {"case", event.case_id.text()}, {"lifted_at", to_rfc3339(event.at)}});
  return Nothing{};
}

Result<Nothing> case_begin(Desk& desk, const Permit<Act::OpenCase>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Matter matter = TRY(parse_matter(TRY(arguments.text("category"))));
  const ObservableKind kind = TRY(parse_observable_kind(TRY(arguments.text("kind"))));
  Observable target = TRY(parse_observable(kind, TRY(arguments.text("value"))));
  const BegunCase begun = TRY(begin_case(desk, who, matter, std::move(target)));
  emit(Json::Object{
      {"case", begun.event.case_id.text()}, {"reports", begun.event.reports.size()}, {"sources", begun.sources}});
  return Nothing{};
}

Result<Nothing> case_split(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit) {
  std::vector<ReportId> reports;
  for (const Json& one : TRY(call.arguments.list("reports")))
    reports.push_back(TRY(ReportId::parse(one.string() ? *one.string() : std::string())));
  const CaseSplit event = TRY(split_off(desk, who, TRY(id_of(call.arguments, "case")), reports));
  emit(Json::Object{
      {"case", event.case_id.text()}, {"new_case", event.new_case.text()}, {"reports", event.reports.size()}});
  return Nothing{};
}

Result<Nothing> case_join(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit) {
  const CaseId id = TRY(id_of(call.arguments, "case"));
  const CaseJoined event = TRY(join(desk, who, id, TRY(id_of(call.arguments, "into"))));
  emit(Json::Object{{"case", event.case_id.text()}, {"joined_into", event.into.text()}});
  return Nothing{};
}

Result<Nothing> case_part(Desk& desk, const Permit<Act::SplitCase>& who, Call& call, const Emit& emit) {
  const CaseId id = TRY(id_of(call.arguments, "case"));
  const CaseParted event = TRY(part(desk, who, TRY(id_of(call.arguments, "from")), id));
  emit(Json::Object{{"case", event.case_id.text()}, {"parted_from", event.from.text()}});
  return Nothing{};
}

}  // namespace cordon
