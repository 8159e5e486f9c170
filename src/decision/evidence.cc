#include "decision/evidence.h"

#include <algorithm>

#include "base/text.h"
#include "law/retention.h"

namespace cordon {

namespace {

constexpr std::int64_t kReminderMs = 14 * kDayMs;  // before a hold ends

Result<Nothing> two_people(const Officer& one, const Officer& other, std::string_view doing) {
  if (one.id != other.id && one.key != other.key) return Nothing{};
  return fail(Fault::Refused, "it takes two different people to " + std::string(doing) + " (charter 10)");
}

Result<Nothing> check_no_request(const Case& the_case) {
  if (the_case.state != CaseState::Proposed && the_case.state != CaseState::DecidedAct &&
      the_case.state != CaseState::Acting)
    return Nothing{};
  return fail(Fault::Conflict, "the case is " + std::string(name(the_case.state)) + ": a request rests on its evidence",
              the_case.id.text());
}

}  // namespace

Result<std::string> checked_reason(std::string reason) {
  if (!valid_utf8(reason) || trim(reason).size() < 10 || reason.size() > 1000)
    return fail(Fault::Malformed, "a reason has 10 to 1000 characters", "reason");
  return reason;
}

Result<Nothing> check_not_held(const Case& the_case, const EvidenceId* evidence, Instant now) {
  for (const Hold& hold : the_case.holds) {
    if (!hold.in_force(now)) continue;
    if (hold.evidence && (evidence == nullptr || *hold.evidence != *evidence)) continue;
    return fail(Fault::Conflict,
                "a legal hold covers it until " + to_rfc3339(hold.ends_at) + " (hold " + hold.id.text() +
                    "); two people can lift it",
                the_case.id.text());
  }
  return Nothing{};
}

Result<Nothing> may_erase_report(const Case* the_case, const Officer& custodian, const Officer& dpo, Instant now) {
  TRY(may(custodian, Act::EraseEvidence));
  TRY(may(dpo, Act::CountersignErasure));
  TRY(two_people(custodian, dpo, "erase a report"));
  if (the_case == nullptr) return Nothing{};
  TRY(check_no_request(*the_case));
  return check_not_held(*the_case, nullptr, now);
}

Result<HoldSet> set_hold(const Case& the_case, HoldWish wish, HoldId id, const Officer& custodian,
                         const Officer& second, Instant now) {
  TRY(may(custodian, Act::SetHold));
  TRY(may(second, Act::CountersignHold));
  TRY(two_people(custodian, second, "set a legal hold"));
  std::string reason = TRY(checked_reason(std::move(wish.reason)));
  if (wish.ends_at <= now || wish.ends_at > now + kHoldLongestDays * kDayMs)
    return fail(Fault::Refused,
                "a hold ends within " + std::to_string(kHoldLongestDays) +
                    " days; two people may set another then (charter 5.7)",
                "until");
  if (wish.evidence) {
    const auto piece = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                    [&](const Evidence& one) { return one.id == *wish.evidence; });
    if (piece == the_case.evidence.end() || piece->erased)
      return fail(Fault::NotFound, "the case has no such evidence", wish.evidence->text());
  }
  if (the_case.joined_into)
    return fail(Fault::Conflict, "the case is joined into " + the_case.joined_into->text() + "; hold that one",
                the_case.id.text());
  const Instant remind_at = std::max(now, wish.ends_at + -kReminderMs);
  return HoldSet{Hold{std::move(id), the_case.id, std::move(wish.evidence), std::move(reason), now, remind_at,
                      wish.ends_at, custodian.id, second.id}};
}

Result<HoldLifted> lift_hold(const Hold& hold, std::string reason, const Officer& custodian, const Officer& second,
                             Instant now) {
  TRY(may(custodian, Act::SetHold));
  TRY(may(second, Act::CountersignHold));
  TRY(two_people(custodian, second, "lift a legal hold"));
  std::string checked = TRY(checked_reason(std::move(reason)));
  if (!hold.in_force(now)) return fail(Fault::Conflict, "it ended on " + to_rfc3339(hold.ends_at), hold.id.text());
  return HoldLifted{hold.id, hold.case_id, std::move(checked), custodian.id, second.id, now};
}

Result<EvidenceErased> erase_evidence(const Case& the_case, const EvidenceId& evidence, std::optional<std::int64_t> key,
                                      ErasureGround ground, const Officer& custodian, const Officer& dpo, Instant now) {
  const std::string& where = evidence.text();
  TRY(may(custodian, Act::EraseEvidence));
  TRY(may(dpo, Act::CountersignErasure));
  if (custodian.id == dpo.id || custodian.key == dpo.key)
    return fail(Fault::Refused, "it takes two different people to erase evidence (charter 6.8, 10)", where);
  const auto piece = std::find_if(the_case.evidence.begin(), the_case.evidence.end(),
                                  [&](const Evidence& one) { return one.id == evidence; });
  if (piece == the_case.evidence.end()) return fail(Fault::NotFound, "the case has no such evidence", where);
  if (piece->erased) return fail(Fault::Conflict, "it was erased on " + to_rfc3339(piece->erased->at), where);
  TRY(check_no_request(the_case));
  TRY(check_not_held(the_case, &evidence, now));
  return EvidenceErased{the_case.id, evidence, blob_of(*piece), key, ground, custodian.id, dpo.id, now};
}

Result<EvidenceExported> export_evidence(const Case& the_case, ExportPurpose purpose, const Officer& custodian,
                                         const Officer& approver, Instant now) {
  TRY(may(custodian, Act::ExportEvidence));
  TRY(may(approver, Act::CountersignExport));
  if (custodian.id == approver.id || custodian.key == approver.key)
    return fail(Fault::Refused, "it takes two different people to export evidence (charter 10)", the_case.id.text());
  if (the_case.evidence.empty()) return fail(Fault::NotFound, "the case has no evidence", the_case.id.text());
  return EvidenceExported{the_case.id, purpose, custodian.id, approver.id, now};
}

}  // namespace cordon
