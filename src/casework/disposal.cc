#include "casework/disposal.h"

namespace cordon {

namespace {

Json to_json(const std::vector<Destroyed>& frames) {
  Json::Array list;
  for (const Destroyed& one : frames)
    list.push_back(Json::Object{{"blob", one.blob.hex()}, {"key", one.key ? Json(*one.key) : Json()}});
  return list;
}

Result<std::vector<Destroyed>> read_frames(const Json& body) {
  std::vector<Destroyed> frames;
  for (const Json& one : TRY(body.list("frames"))) {
    Destroyed frame;
    frame.blob = TRY(parse_digest(TRY(one.text("blob"))));
    if (const Json* key = one.find("key"); key != nullptr && !key->is_null()) frame.key = TRY(one.number("key"));
    frames.push_back(frame);
  }
  return frames;
}

}  // namespace

Json to_json(const ReportErased& event) {
  Json body = Json::Object{{"recut", to_json(event.recut)}, {"frames", to_json(event.frames)},
                           {"ground", name(event.ground)},  {"custodian", event.custodian.text()},
                           {"dpo", event.dpo.text()},       {"at", to_rfc3339(event.at)}};
  if (event.opener) body.set("opener", to_json(*event.opener));
  if (event.case_id) body.set("case", event.case_id->text()).set("ends_case", event.ends_case);
  return body;
}

Result<ReportErased> read_report_erased(const Json& body) {
  std::optional<CaseId> case_id;
  if (body.find("case") != nullptr) case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const Json* ends = body.find("ends_case");
  const Json* cut = body.find("recut");
  if (cut == nullptr) return fail(Fault::Malformed, "expected what was cut");
  BatchRecut recut = TRY(read_batch_recut(*cut));
  std::optional<BatchRecut> opener;
  if (const Json* other = body.find("opener")) opener = TRY(read_batch_recut(*other));
  std::vector<Destroyed> frames = TRY(read_frames(body));
  const ErasureGround ground = TRY(parse_erasure_ground(TRY(body.text("ground"))));
  OfficerId custodian = TRY(OfficerId::parse(TRY(body.text("custodian"))));
  OfficerId dpo = TRY(OfficerId::parse(TRY(body.text("dpo"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const bool ends_case = ends != nullptr && ends->boolean() != nullptr && *ends->boolean();
  return ReportErased{std::move(case_id),   ends_case,         std::move(recut),
                      std::move(opener),    std::move(frames), ground,
                      std::move(custodian), std::move(dpo),    at};
}

Json to_json(const Disposed& event) {
  Json::Array cases, counted, batches, held;
  for (const Disposed::Over& one : event.cases)
    cases.push_back(Json::Object{{"case", one.case_id.text()}, {"row", name(one.kept)}});
  for (const std::int64_t seq : event.counted) counted.emplace_back(seq);
  for (const BatchRecut& recut : event.batches) batches.push_back(to_json(recut));
  for (const CaseId& id : event.held) held.emplace_back(id.text());
  Json body =
      Json::Object{{"cases", std::move(cases)},       {"counted", std::move(counted)}, {"batches", std::move(batches)},
                   {"frames", to_json(event.frames)}, {"reports", event.reports},      {"refused", event.refused},
                   {"evidence", event.evidence},      {"held", std::move(held)},       {"at", to_rfc3339(event.at)}};
  Json::Array appeals, alerts;
  for (const AppealId& id : event.appeals) appeals.emplace_back(id.text());
  for (const AlertBatchId& id : event.alerts) alerts.emplace_back(id.text());
  if (!appeals.empty()) body.set("appeals", std::move(appeals));
  if (!alerts.empty()) body.set("alerts", std::move(alerts));
  return body;
}

Result<Disposed> read_disposed(const Json& body) {
  Disposed event;
  for (const Json& one : TRY(body.list("cases"))) {
    CaseId id = TRY(CaseId::parse(TRY(one.text("case"))));
    const Kept kept = TRY(parse_kept(TRY(one.text("row"))));
    event.cases.push_back({std::move(id), kept});
  }
  for (const Json& one : TRY(body.list("counted"))) {
    if (one.integer() == nullptr) return fail(Fault::Malformed, "expected rows of batches");
    event.counted.push_back(*one.integer());
  }
  for (const Json& one : TRY(body.list("batches"))) event.batches.push_back(TRY(read_batch_recut(one)));
  for (const Json& one : TRY(body.list("held")))
    event.held.push_back(TRY(CaseId::parse(one.string() ? *one.string() : std::string())));
  event.frames = TRY(read_frames(body));
  if (body.find("appeals") != nullptr) {
    for (const Json& one : TRY(body.list("appeals")))
      event.appeals.push_back(TRY(AppealId::parse(one.string() ? *one.string() : std::string())));
  }
  if (body.find("alerts") != nullptr) {
    for (const Json& one : TRY(body.list("alerts")))
      event.alerts.push_back(TRY(AlertBatchId::parse(one.string() ? *one.string() : std::string())));
  }
  event.reports = TRY(body.number("reports"));
  event.refused = TRY(body.number("refused"));
  event.evidence = TRY(body.number("evidence"));
  event.at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return event;
}

}  // namespace cordon
