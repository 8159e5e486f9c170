#include "casework/hold.h"

namespace cordon {

Json to_json(const HoldSet& event) {
  const Hold& hold = event.hold;
  Json body = Json::Object{{"hold", hold.id.text()},
                           {"case", hold.case_id.text()},
                           {"reason", hold.reason},
                           {"from", to_rfc3339(hold.from)},
                           {"remind_at", to_rfc3339(hold.remind_at)},
                           {"ends_at", to_rfc3339(hold.ends_at)},
                           {"custodian", hold.custodian.text()},
                           {"second", hold.second.text()}};
  if (hold.evidence) body.set("evidence", hold.evidence->text());
  return body;
}

Result<HoldSet> read_hold_set(const Json& body) {
  HoldId id = TRY(HoldId::parse(TRY(body.text("hold"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  std::optional<EvidenceId> evidence;
  if (body.find("evidence") != nullptr) evidence = TRY(EvidenceId::parse(TRY(body.text("evidence"))));
  std::string reason = TRY(body.text("reason"));
  const Instant from = TRY(parse_rfc3339(TRY(body.text("from"))));
  const Instant remind_at = TRY(parse_rfc3339(TRY(body.text("remind_at"))));
  const Instant ends_at = TRY(parse_rfc3339(TRY(body.text("ends_at"))));
  OfficerId custodian = TRY(OfficerId::parse(TRY(body.text("custodian"))));
  OfficerId second = TRY(OfficerId::parse(TRY(body.text("second"))));
  return HoldSet{Hold{std::move(id), std::move(case_id), std::move(evidence), std::move(reason), from, remind_at,
                      ends_at, std::move(custodian), std::move(second)}};
}

Json to_json(const HoldLifted& event) {
  return Json::Object{{"hold", event.hold.text()},     {"case", event.case_id.text()},
                      {"reason", event.reason},        {"custodian", event.custodian.text()},
                      {"second", event.second.text()}, {"at", to_rfc3339(event.at)}};
}

Result<HoldLifted> read_hold_lifted(const Json& body) {
  HoldId hold = TRY(HoldId::parse(TRY(body.text("hold"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  std::string reason = TRY(body.text("reason"));
  OfficerId custodian = TRY(OfficerId::parse(TRY(body.text("custodian"))));
  OfficerId second = TRY(OfficerId::parse(TRY(body.text("second"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return HoldLifted{std::move(hold),      std::move(case_id), std::move(reason),
                    std::move(custodian), std::move(second),  at};
}

}  // namespace cordon
