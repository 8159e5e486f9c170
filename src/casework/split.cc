#include "casework/split.h"

#include <algorithm>

namespace cordon {

namespace {

// What two people decide on, and what a notice that is out rests on, stays as it was when they read it.
Result<Nothing> check_movable(const Case& the_case, Instant now) {
  const std::string& where = the_case.id.text();
  if (the_case.joined_into)
    return fail(Fault::Conflict, "it is joined into case " + the_case.joined_into->text() + "; part it first", where);
  for (const Hold& hold : the_case.holds)
    if (hold.in_force(now))
      return fail(Fault::Conflict, "a legal hold covers it until " + to_rfc3339(hold.ends_at), where);
  if (the_case.state == CaseState::Open || the_case.state == CaseState::Assessing ||
      the_case.state == CaseState::Reopened)
    return Nothing{};
  const bool decided = the_case.state == CaseState::Proposed || the_case.state == CaseState::DecidedNoAction;
  return fail(Fault::Conflict,
              "the case is " + std::string(name(the_case.state)) +
                  (decided ? ": a decision rests on its reports" : ": a request about it was decided and may be out"),
              where);
}

Result<ReportPlace> read_place(const Json& stored) {
  ReportPlace place;
  place.batch = TRY(stored.number("batch"));
  place.position = TRY(stored.number("position"));
  return place;
}

bool names(const std::vector<EvidenceId>& named, const Case& part) {
  return std::any_of(named.begin(), named.end(), [&](const EvidenceId& id) {
    return std::any_of(part.evidence.begin(), part.evidence.end(), [&](const Evidence& one) { return one.id == id; });
  });
}

}  // namespace

std::string write_frame(const CaseFrame& frame) {
  return to_text(Json::Object{
      {"matter", frame.matter.id()}, {"kind", name(frame.target.kind())}, {"target", frame.target.canonical()}});
}

Result<CaseFrame> read_frame(std::string_view text) {
  const Json stored = TRY(parse_json(text));
  const Matter matter = TRY(parse_matter(TRY(stored.text("matter"))));
  const ObservableKind kind = TRY(parse_observable_kind(TRY(stored.text("kind"))));
  return CaseFrame{matter, TRY(parse_observable(kind, TRY(stored.text("target"))))};
}

Json to_json(const std::vector<ReportPlace>& places) {
  Json::Array list;
  for (const ReportPlace& place : places)
    list.push_back(Json::Object{{"batch", place.batch}, {"position", place.position}});
  return list;
}

Result<std::vector<ReportPlace>> read_places(const Json& body, std::string_view key) {
  std::vector<ReportPlace> places;
  for (const Json& one : TRY(body.list(key))) places.push_back(TRY(read_place(one)));
  return places;
}

Json to_json(const CaseSplit& event) {
  return Json::Object{{"case", event.case_id.text()},
                      {"new_case", event.new_case.text()},
                      {"reports", to_json(event.reports)},
                      {"frame", event.frame.hex()},
                      {"by", event.by.text()},
                      {"at", to_rfc3339(event.at)}};
}

Json to_json(const CaseJoined& event) {
  return Json::Object{{"case", event.case_id.text()},
                      {"into", event.into.text()},
                      {"by", event.by.text()},
                      {"at", to_rfc3339(event.at)}};
}

Json to_json(const CaseParted& event) {
  return Json::Object{{"case", event.case_id.text()},
                      {"from", event.from.text()},
                      {"by", event.by.text()},
                      {"at", to_rfc3339(event.at)}};
}

Result<CaseSplit> read_case_split(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  CaseId new_case = TRY(CaseId::parse(TRY(body.text("new_case"))));
  std::vector<ReportPlace> reports = TRY(read_places(body, "reports"));
  const Digest frame = TRY(parse_digest(TRY(body.text("frame"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return CaseSplit{std::move(case_id), std::move(new_case), std::move(reports), frame, std::move(by), at};
}

Result<CaseJoined> read_case_joined(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  CaseId into = TRY(CaseId::parse(TRY(body.text("into"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return CaseJoined{std::move(case_id), std::move(into), std::move(by), at};
}

Result<CaseParted> read_case_parted(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  CaseId from = TRY(CaseId::parse(TRY(body.text("from"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return CaseParted{std::move(case_id), std::move(from), std::move(by), at};
}

Result<CaseSplit> split_case(const Case& the_case, std::vector<ReportPlace> reports, CaseId new_case,
                             const Digest& frame, OfficerId by, Instant now) {
  TRY(check_movable(the_case, now));
  std::sort(reports.begin(), reports.end());
  reports.erase(std::unique(reports.begin(), reports.end()), reports.end());
  if (reports.empty()) return fail(Fault::Usage, "a split names the reports that go", the_case.id.text());
  if (reports.size() > kMostSplitOff)
    return fail(Fault::Usage, "at most " + std::to_string(kMostSplitOff) + " reports are split off at once");
  if (static_cast<std::int64_t>(reports.size()) >= the_case.live)
    return fail(Fault::Conflict, "these are all its reports; nothing would be left to split them from",
                the_case.id.text());
  return CaseSplit{the_case.id, std::move(new_case), std::move(reports), frame, std::move(by), now};
}

Result<CaseJoined> join_cases(const Case& the_case, const Case& into, OfficerId by, Instant now) {
  if (the_case.matter != into.matter)
    return fail(Fault::Refused,
                "one is " + std::string(the_case.matter.id()) + ", the other " + std::string(into.matter.id()) +
                    ": cases of two categories are never joined (charter 8.1)",
                the_case.id.text());
  if (the_case.id == into.id) return fail(Fault::Usage, "a case is not joined into itself", into.id.text());
  TRY(check_movable(the_case, now));
  TRY(check_movable(into, now));
  if (!the_case.joined.empty())
    return fail(Fault::Conflict, "others are joined into it; part them first, or join the other way",
                the_case.id.text());
  return CaseJoined{the_case.id, into.id, std::move(by), now};
}

Result<CaseParted> part_cases(const Case& whole, const Case& part, OfficerId by, Instant now) {
  TRY(check_movable(whole, now));
  if (!part.joined_into || *part.joined_into != whole.id)
    return fail(Fault::NotFound, "case " + part.id.text() + " is not joined into it", whole.id.text());
  const bool facts = std::any_of(whole.facts.begin(), whole.facts.end(), [&](const Fact& fact) {
    const bool own = std::any_of(part.facts.begin(), part.facts.end(), [&](const Fact& one) {
      return one.text == fact.text && one.evidence == fact.evidence;
    });
    return !own && names(fact.evidence, part);
  });
  const bool gates = std::any_of(whole.gates.begin(), whole.gates.end(),
                                 [&](const auto& answer) { return names(answer.second.evidence, part); });
  if (facts || gates)
    return fail(Fault::Conflict, "what officers wrote in the whole rests on evidence of case " + part.id.text(),
                whole.id.text());
  return CaseParted{part.id, whole.id, std::move(by), now};
}

}  // namespace cordon
