#include "casework/case.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "law/gates.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<CaseState, std::string_view>, 11> kStates{{
    {CaseState::Open, "open"},
    {CaseState::Assessing, "assessing"},
    {CaseState::Proposed, "proposed"},
    {CaseState::DecidedAct, "decided_act"},
    {CaseState::DecidedNoAction, "decided_no_action"},
    {CaseState::Acting, "acting"},
    {CaseState::Awaiting, "awaiting"},
    {CaseState::Resolved, "resolved"},
    {CaseState::Unresolved, "unresolved"},
    {CaseState::Closed, "closed"},
    {CaseState::Reopened, "reopened"},
}};

constexpr std::array<std::pair<ErasureGround, std::string_view>, 4> kGrounds{{
    {ErasureGround::Retention, "retention"},
    {ErasureGround::Request, "request"},
    {ErasureGround::Unlawful, "unlawful"},
    {ErasureGround::Excessive, "excessive"},
}};

constexpr std::array<std::pair<ExportPurpose, std::string_view>, 5> kPurposes{{
    {ExportPurpose::Court, "court"},
    {ExportPurpose::Appeal, "appeal"},
    {ExportPurpose::Audit, "audit"},
    {ExportPurpose::LegalReview, "legal_review"},
    {ExportPurpose::PeerRequest, "peer_request"},
}};

constexpr std::size_t kShortestFact = 40;   // bytes; shorter says nothing that a court can weigh
constexpr std::size_t kLongestText = 5000;  // DSA decision_facts, charter 5.3
constexpr std::int64_t kLargestEvidence = 25 << 20;

Json text_or_null(const std::optional<OfficerId>& officer) { return officer ? Json(officer->text()) : Json(); }

Result<std::optional<OfficerId>> officer_or_null(const Json& body, std::string_view key) {
  const Json* stored = body.find(key);
  if (stored == nullptr || stored->is_null()) return std::optional<OfficerId>();
  return std::optional(TRY(OfficerId::parse(TRY(body.text(key)))));
}

Json ids(const std::vector<EvidenceId>& evidence) {
  Json::Array list;
  for (const EvidenceId& id : evidence) list.emplace_back(id.text());
  return list;
}

Result<std::vector<EvidenceId>> read_ids(const Json& body) {
  std::vector<EvidenceId> evidence;
  for (const Json& id : TRY(body.list("evidence"))) {
    evidence.push_back(TRY(EvidenceId::parse(id.string() ? *id.string() : std::string())));
  }
  return evidence;
}

// Evidence that is named must be of this case, or a fact would rest on nothing that can be opened.
Result<Nothing> check_evidence(const Case& the_case, const std::vector<EvidenceId>& named) {
  for (const EvidenceId& id : named) {
    const auto here = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                   [&](const Evidence& item) { return item.id == id; });
    if (here == the_case.evidence.end())
      return fail(Fault::NotFound, "evidence " + id.text() + " is not of this case", the_case.id.text());
    if (here->erased)
      return fail(Fault::NotFound,
                  "evidence " + id.text() + " was erased on " + to_rfc3339(here->erased->at) + " (" +
                      std::string(name(here->erased->ground)) + ")",
                  the_case.id.text());
  }
  return Nothing{};
}

Result<Nothing> check_text(std::string_view what, const std::string& text, std::size_t shortest) {
  if (!valid_utf8(text)) return fail(Fault::Malformed, std::string(what) + " is not UTF-8");
  if (trim(text).size() < shortest) {
    return fail(Fault::Malformed, std::string(what) + " has fewer than " + std::to_string(shortest) + " characters");
  }
  if (text.size() > kLongestText) {
    return fail(Fault::Malformed, std::string(what) + " is longer than " + std::to_string(kLongestText) + " bytes");
  }
  return Nothing{};
}

// Facts and evidence are gathered before a decision, not under one that is being signed.
Result<Nothing> check_open(const Case& the_case) {
  const bool open = the_case.state == CaseState::Open || the_case.state == CaseState::Assessing ||
                    the_case.state == CaseState::Reopened;
  if (open) return Nothing{};
  return fail(Fault::Conflict, "the case is " + std::string(name(the_case.state)) + "; its facts are fixed",
              the_case.id.text());
}

}  // namespace

std::string_view name(CaseState state) {
  return std::find_if(kStates.begin(), kStates.end(), [&](const auto& row) { return row.first == state; })->second;
}

Result<CaseState> parse_case_state(std::string_view text) {
  const auto row = std::find_if(kStates.begin(), kStates.end(), [&](const auto& r) { return r.second == text; });
  if (row == kStates.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a case");
  return row->first;
}

std::string_view name(ErasureGround ground) {
  return std::find_if(kGrounds.begin(), kGrounds.end(), [&](const auto& row) { return row.first == ground; })->second;
}

Result<ErasureGround> parse_erasure_ground(std::string_view text) {
  const auto row = std::find_if(kGrounds.begin(), kGrounds.end(), [&](const auto& r) { return r.second == text; });
  if (row == kGrounds.end())
    return fail(Fault::Refused, "'" + printable(text, 40) +
                                    "' is no ground for erasure; there are retention, request, unlawful, excessive "
                                    "(charter 8)");
  return row->first;
}

std::string_view name(ExportPurpose purpose) {
  return std::find_if(kPurposes.begin(), kPurposes.end(), [&](const auto& row) { return row.first == purpose; })
      ->second;
}

Result<ExportPurpose> parse_export_purpose(std::string_view text) {
  const auto row = std::find_if(kPurposes.begin(), kPurposes.end(), [&](const auto& r) { return r.second == text; });
  if (row == kPurposes.end())
    return fail(Fault::Refused, "'" + printable(text, 40) +
                                    "' is no purpose; there are court, appeal, audit, legal_review, peer_request "
                                    "(charter 7.2)");
  return row->first;
}

std::string fold_key(const Sighting& sighting) {
  return fold_key(sighting.matter, sighting.observable.kind(), sighting.observable.canonical());
}

std::string fold_key(Matter matter, ObservableKind kind, std::string_view canonical) {
  std::string key(matter.id());
  key += ' ';
  key += name(kind);
  key += ' ';
  key += canonical;
  return key;
}

std::string write_label(const Evidence& evidence) {
  return to_text(Json::Object{{"media_type", evidence.media_type}, {"description", evidence.description}});
}

Result<Nothing> read_label(std::string_view label, Evidence& into) {
  const Json stored = TRY(parse_json(label));
  into.media_type = TRY(stored.text("media_type"));
  into.description = TRY(stored.text("description"));
  return Nothing{};
}

Json to_json(const EvidenceAttached& event) {
  if (event.evidence.blob) {
    return Json::Object{{"case", event.case_id.text()},
                        {"evidence", event.evidence.id.text()},
                        {"blob", event.evidence.blob->hex()},
                        {"by", event.by.text()}};
  }
  return Json::Object{{"case", event.case_id.text()},
                      {"evidence", event.evidence.id.text()},
                      {"content", event.evidence.content.hex()},
                      {"media_type", event.evidence.media_type},
                      {"size", event.evidence.size},
                      {"description", event.evidence.description},
                      {"by", event.by.text()}};
}

Json to_json(const EvidenceOpened& event) {
  return Json::Object{{"case", event.case_id.text()}, {"evidence", event.evidence.text()}, {"by", event.by.text()}};
}

Json to_json(const EvidenceErased& event) {
  return Json::Object{{"case", event.case_id.text()},   {"evidence", event.evidence.text()},
                      {"blob", event.blob.hex()},       {"key", event.key ? Json(*event.key) : Json()},
                      {"ground", name(event.ground)},   {"custodian", text_or_null(event.custodian)},
                      {"dpo", text_or_null(event.dpo)}, {"at", to_rfc3339(event.at)}};
}

Json to_json(const EvidenceExported& event) {
  return Json::Object{{"case", event.case_id.text()},
                      {"purpose", name(event.purpose)},
                      {"custodian", event.custodian.text()},
                      {"approver", event.approver.text()},
                      {"at", to_rfc3339(event.at)}};
}

Json to_json(const FactEntered& event) {
  return Json::Object{{"case", event.case_id.text()},
                      {"text", event.fact.text},
                      {"evidence", ids(event.fact.evidence)},
                      {"by", event.by.text()}};
}

Json to_json(const GateAnswered& event) {
  return Json::Object{{"case", event.case_id.text()},           {"gate", name(event.answer.gate)},
                      {"answer", event.answer.answer},          {"basis", event.answer.basis},
                      {"evidence", ids(event.answer.evidence)}, {"by", event.answer.answered_by.text()}};
}

Result<EvidenceAttached> read_evidence_attached(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  EvidenceId id = TRY(EvidenceId::parse(TRY(body.text("evidence"))));
  if (body.find("blob") != nullptr) {
    const Digest blob = TRY(parse_digest(TRY(body.text("blob"))));
    OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
    return EvidenceAttached{std::move(case_id), Evidence{std::move(id), {}, {}, 0, {}, blob}, std::move(by)};
  }
  const Digest content = TRY(parse_digest(TRY(body.text("content"))));
  std::string media_type = TRY(body.text("media_type"));
  const std::int64_t size = TRY(body.number("size"));
  std::string description = TRY(body.text("description"));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return EvidenceAttached{std::move(case_id),
                          Evidence{std::move(id), content, std::move(media_type), size, std::move(description), {}},
                          std::move(by)};
}

Result<EvidenceOpened> read_evidence_opened(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  EvidenceId evidence = TRY(EvidenceId::parse(TRY(body.text("evidence"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return EvidenceOpened{std::move(case_id), std::move(evidence), std::move(by)};
}

Result<EvidenceErased> read_evidence_erased(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  EvidenceId evidence = TRY(EvidenceId::parse(TRY(body.text("evidence"))));
  const Digest blob = TRY(parse_digest(TRY(body.text("blob"))));
  std::optional<std::int64_t> key;
  if (const Json* given = body.find("key"); given != nullptr && !given->is_null()) key = TRY(body.number("key"));
  const ErasureGround ground = TRY(parse_erasure_ground(TRY(body.text("ground"))));
  std::optional<OfficerId> custodian = TRY(officer_or_null(body, "custodian"));
  std::optional<OfficerId> dpo = TRY(officer_or_null(body, "dpo"));
  if (custodian.has_value() != dpo.has_value()) return fail(Fault::Malformed, "one of the two people is missing");
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return EvidenceErased{std::move(case_id),   std::move(evidence), blob, key, ground,
                        std::move(custodian), std::move(dpo),      at};
}

Result<EvidenceExported> read_evidence_exported(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const ExportPurpose purpose = TRY(parse_export_purpose(TRY(body.text("purpose"))));
  OfficerId custodian = TRY(OfficerId::parse(TRY(body.text("custodian"))));
  OfficerId approver = TRY(OfficerId::parse(TRY(body.text("approver"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return EvidenceExported{std::move(case_id), purpose, std::move(custodian), std::move(approver), at};
}

Result<FactEntered> read_fact_entered(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  std::string text = TRY(body.text("text"));
  std::vector<EvidenceId> evidence = TRY(read_ids(body));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return FactEntered{std::move(case_id), Fact{std::move(text), std::move(evidence)}, std::move(by)};
}

Result<GateAnswered> read_gate_answered(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const Gate gate = TRY(parse_gate(TRY(body.text("gate"))));
  std::string answer = TRY(body.text("answer"));
  std::string basis = TRY(body.text("basis"));
  std::vector<EvidenceId> evidence = TRY(read_ids(body));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return GateAnswered{std::move(case_id),
                      GateAnswer{gate, std::move(answer), std::move(basis), std::move(evidence), std::move(by)}};
}

Result<EvidenceAttached> attach_evidence(const Case& the_case, Evidence evidence, OfficerId by) {
  TRY(check_open(the_case));
  if (const Category* category = the_case.matter.category()) {
    const EvidenceMode mode = row(*category).evidence_mode;
    if (mode == EvidenceMode::HashOnly || mode == EvidenceMode::VictimHash) {
      return fail(Fault::Refused, "evidence of " + std::string(the_case.matter.id()) + " is " +
                                      std::string(name(mode)) + ": no byte of it is stored here (charter 4.4)");
    }
  }
  if (evidence.size <= 0 || evidence.size > kLargestEvidence) {
    return fail(Fault::Malformed, "evidence has 1 to " + std::to_string(kLargestEvidence) + " bytes, not " +
                                      std::to_string(evidence.size));
  }
  TRY(check_text("the description", evidence.description, 3));
  TRY(check_text("the media type", evidence.media_type, 0));
  return EvidenceAttached{the_case.id, std::move(evidence), std::move(by)};
}

Result<EvidenceOpened> open_evidence(const Case& the_case, EvidenceId evidence, OfficerId by) {
  TRY(check_evidence(the_case, {evidence}));
  return EvidenceOpened{the_case.id, std::move(evidence), std::move(by)};
}

Result<FactEntered> enter_fact(const Case& the_case, Fact fact, OfficerId by) {
  TRY(check_open(the_case));
  TRY(check_text("the fact", fact.text, kShortestFact));
  if (fact.evidence.empty()) return fail(Fault::Refused, "a fact names the evidence that shows it (charter 5.2)");
  TRY(check_evidence(the_case, fact.evidence));
  return FactEntered{the_case.id, std::move(fact), std::move(by)};
}

Result<GateAnswered> answer_gate(const Case& the_case, GateAnswer answer) {
  TRY(check_open(the_case));
  TRY(check_answer(answer.gate, answer.answer));
  if (answer.gate == Gate::SensitiveTarget && answer.answer == "not_sensitive")
    return fail(Fault::Refused,
                "that no sensitive holder has it is what the list says, and nobody else (amendment 11): `cordon guard "
                "load`; an ombudsperson answers sensitive_signed_off or sensitive");
  TRY(check_text("the basis", answer.basis, 10));
  if (answer.evidence.empty() && row(answer.gate).needs_evidence) {
    return fail(Fault::Refused, "an answer to " + std::string(name(answer.gate)) + " names its evidence (charter 4.5)");
  }
  TRY(check_evidence(the_case, answer.evidence));
  return GateAnswered{the_case.id, std::move(answer)};
}

}  // namespace cordon
