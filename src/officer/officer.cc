#include "officer/officer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace cordon {

namespace {

struct RoleName {
  Role role;
  std::string_view name;
  bool alone;  // excludes every other role for good
};
constexpr std::array kRoles{
    RoleName{Role::Analyst, "analyst", false},
    RoleName{Role::Approver, "approver", false},
    RoleName{Role::LegalReviewer, "legal_reviewer", false},
    RoleName{Role::Custodian, "custodian", false},
    RoleName{Role::ChildProtection, "child_protection", false},
    RoleName{Role::BorderOfficer, "border_officer", false},
    RoleName{Role::AppealReviewer, "appeal_reviewer", true},
    RoleName{Role::Dpo, "dpo", false},
    RoleName{Role::Ombudsperson, "ombudsperson", true},
    RoleName{Role::Auditor, "auditor", true},
    RoleName{Role::Admin, "admin", true},
};

// Who may what, charter 10. `admin` runs the machine and sees no case.
struct Permission {
  Act act;
  std::string_view doing;
  std::array<std::optional<Role>, 8> roles;
};
constexpr std::array kPermissions{
    Permission{Act::EnrolOfficer, "enrol an officer", {Role::Admin}},
    Permission{Act::ListOfficers, "list the officers", {Role::Admin, Role::Auditor, Role::Dpo, Role::Ombudsperson}},
    Permission{Act::TakeIn, "take reports in", {Role::Analyst, Role::Custodian}},
    Permission{Act::RekeyOfficer, "give an officer a new key", {Role::Admin}},
    Permission{Act::IssueApiKey, "issue a key of the API", {Role::Admin}},
    Permission{Act::CorrectClock, "say that the clock was wrong", {Role::Admin}},
    Permission{Act::ListApiKeys, "list the keys of the API", {Role::Admin, Role::Auditor}},
    Permission{Act::EndApiKey, "end a key of the API", {Role::Admin}},
    Permission{Act::OpenCase, "open a case", {Role::Analyst}},
    Permission{Act::EnterFact, "enter a fact", {Role::Analyst}},
    Permission{Act::AnswerGate, "answer a gate", {Role::Analyst}},
    Permission{Act::SignLegalGate, "sign a legal gate", {Role::LegalReviewer}},
    Permission{Act::SignSensitiveGate, "sign for a sensitive target", {Role::Ombudsperson}},
    Permission{Act::AttachEvidence, "attach evidence", {Role::Analyst, Role::Custodian}},
    Permission{Act::OpenEvidence,
               "open evidence",
               {Role::Analyst, Role::Approver, Role::LegalReviewer, Role::Custodian, Role::AppealReviewer,
                Role::Ombudsperson, Role::Auditor, Role::ChildProtection}},
    Permission{Act::ReadCase,
               "read a case",
               {Role::Analyst, Role::Approver, Role::LegalReviewer, Role::Custodian, Role::AppealReviewer,
                Role::Ombudsperson, Role::Auditor, Role::ChildProtection}},
    Permission{Act::EraseEvidence, "erase evidence", {Role::Custodian}},
    Permission{Act::CountersignErasure, "countersign an erasure", {Role::Dpo}},
    Permission{Act::ExportEvidence, "export evidence", {Role::Custodian}},
    Permission{Act::CountersignExport, "countersign an export of evidence", {Role::Approver, Role::LegalReviewer}},
    // Who keeps evidence holds it (charter 6.8, 10); who answers for the law or decides agrees.
    Permission{Act::SetHold, "set or lift a legal hold", {Role::Custodian}},
    Permission{Act::CountersignHold, "countersign a legal hold", {Role::LegalReviewer, Role::Approver}},
    Permission{Act::ReadRetention,
               "see what is kept how long",
               {Role::Custodian, Role::Dpo, Role::LegalReviewer, Role::Ombudsperson, Role::Auditor}},
    Permission{Act::SplitCase, "split or join cases", {Role::Analyst}},
    Permission{Act::Propose, "propose", {Role::Analyst}},
    Permission{Act::Approve, "approve", {Role::Approver}},
    Permission{Act::ReturnProposal, "send a proposal back", {Role::Approver}},
    Permission{Act::RefuseProposal, "refuse a proposal", {Role::Approver, Role::LegalReviewer, Role::Ombudsperson}},
    Permission{Act::SendNotices, "send what waits in the outbox", {Role::Analyst, Role::Approver}},
    // What follows a request. Who lessens it may do so alone; who keeps it from the party it is about may not (charter
    // 10).
    Permission{Act::RecordAnswer, "record a recipient's answer", {Role::Analyst}},
    Permission{Act::Recall, "recall a request", {Role::Analyst}},
    Permission{Act::CountersignRecall, "countersign a recall", {Role::Approver}},
    Permission{Act::SuspendAlone, "suspend a request alone", {Role::AppealReviewer, Role::Ombudsperson}},
    Permission{Act::RecallAlone, "recall a request alone", {Role::AppealReviewer, Role::Ombudsperson}},
    // A standing rule is stopped by whoever sees that it goes wrong (charter 10, "needs one").
    Permission{Act::StopRule,
               "stop a standing rule",
               {Role::Analyst, Role::Approver, Role::LegalReviewer, Role::Custodian, Role::AppealReviewer, Role::Dpo,
                Role::Ombudsperson}},
    Permission{Act::TellParty, "tell the affected party", {Role::Analyst}},
    Permission{Act::DeferParty, "defer the notice to the affected party", {Role::Analyst}},
    Permission{Act::CountersignDeferral, "countersign a deferral", {Role::Approver, Role::LegalReviewer}},
    Permission{Act::ReopenCase, "open a closed case again", {Role::Analyst}},
    Permission{Act::ReadAppeals, "read appeals", {Role::AppealReviewer, Role::Ombudsperson, Role::Auditor}},
    Permission{Act::HearAppeal, "hear an appeal", {Role::AppealReviewer}},
    Permission{Act::HearLateAppeal, "hear an appeal that is late", {Role::Ombudsperson}},
    // Who answers for data about people corrects the public log; who answers for acts agrees (charter 8.4, 10).
    Permission{Act::RectifyLog, "correct a line of the log", {Role::Dpo}},
    Permission{Act::CountersignRectification, "countersign a correction", {Role::Approver, Role::LegalReviewer}},
    Permission{Act::KeepPeers, "add or change a peer", {Role::BorderOfficer}},
    Permission{Act::CountersignPeers, "countersign a peer", {Role::Approver}},
    Permission{Act::SuspendPeer, "suspend a peer", {Role::BorderOfficer, Role::Approver}},
    Permission{Act::Share, "share with a peer", {Role::BorderOfficer}},
    Permission{Act::CountersignShare, "countersign a share", {Role::Approver}},
    // Analysts, for a reference may touch their case (6.10); the legal reviewer releases what B8 holds; the others look
    // after data that leaves the country, or at everything.
    Permission{Act::ReadBorder,
               "look at the border",
               {Role::BorderOfficer, Role::Approver, Role::Analyst, Role::LegalReviewer, Role::Dpo, Role::Ombudsperson,
                Role::Auditor}},
    // The guard of charter 11.3: two may add to it, and only who stands outside the operator takes away (amendment 11).
    Permission{Act::KeepSensitiveList, "load the list of sensitive holders", {Role::LegalReviewer}},
    Permission{Act::CountersignSensitiveList,
               "countersign the list of sensitive holders",
               {Role::Approver, Role::Ombudsperson}},
    Permission{Act::KeepEntityList, "load the Security Council's list", {Role::LegalReviewer}},
    Permission{Act::CountersignEntityList, "countersign the Security Council's list", {Role::Approver}},
    // Charter 6.9: what cannot wait for the second person, who then says whether it was right.
    Permission{Act::BreakGlass, "act alone in an emergency", {Role::Analyst, Role::Approver}},
    Permission{Act::ConfirmBreakGlass,
               "confirm what somebody did alone",
               {Role::Approver, Role::LegalReviewer, Role::Ombudsperson}},
    Permission{Act::RemoveSensitiveEntry, "take an entry out of the list of sensitive holders", {Role::Ombudsperson}},
};

}  // namespace

std::string_view name(Role role) {
  return std::find_if(kRoles.begin(), kRoles.end(), [&](const RoleName& row) { return row.role == role; })->name;
}

Result<Role> parse_role(std::string_view text) {
  std::vector<std::string> names;
  for (const RoleName& row : kRoles) {
    if (row.name == text) return row.role;
    names.emplace_back(row.name);
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no role; there are " + join(names, ", "));
}

Result<std::set<Role>> make_roles(const std::vector<Role>& roles) {
  const std::set<Role> set(roles.begin(), roles.end());
  if (set.empty()) return fail(Fault::Usage, "an officer needs at least one role");
  for (const RoleName& row : kRoles) {
    if (row.alone && set.size() > 1 && set.contains(row.role)) {
      return fail(Fault::Refused, "'" + std::string(row.name) + "' excludes every other role (charter 10)");
    }
  }
  return set;
}

Result<std::string> parse_login(std::string_view text) {
  const bool shape = !text.empty() && text.size() <= 32 && text[0] >= 'a' && text[0] <= 'z' &&
                     std::all_of(text.begin(), text.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                     });
  if (!shape) {
    return fail(Fault::Malformed,
                "'" + printable(text, 40) + "' is no login (a letter, then at most 31 of a-z 0-9 . _ -)");
  }
  return std::string(text);
}

namespace {

const Permission& permission(Act act) {
  return *std::find_if(kPermissions.begin(), kPermissions.end(), [&](const Permission& p) { return p.act == act; });
}

}  // namespace

std::vector<Role> roles_for(Act act) {
  std::vector<Role> roles;
  for (const std::optional<Role>& role : permission(act).roles) {
    if (role) roles.push_back(*role);
  }
  return roles;
}

Result<Nothing> may(const Officer& officer, Act act) {
  const Permission& row = permission(act);
  std::vector<std::string> needed;
  for (const std::optional<Role>& role : row.roles) {
    if (!role) continue;
    if (officer.roles.contains(*role)) return Nothing{};
    needed.emplace_back(name(*role));
  }
  return fail(Fault::Refused, officer.login + " may not " + std::string(row.doing) + ": it takes the role " +
                                  join(needed, " or ") + " (charter 10)");
}

Result<Nothing> two_different(const std::vector<Officer>& by, Act act) {
  for (const Officer& officer : by) TRY(may(officer, act));
  if (by.size() != 2 || by[0].id == by[1].id || by[0].key == by[1].key) {
    const auto& row =
        *std::find_if(kPermissions.begin(), kPermissions.end(), [&](const Permission& p) { return p.act == act; });
    return fail(Fault::Refused, "it takes two different people to " + std::string(row.doing) + " (charter 10)");
  }
  return Nothing{};
}

bool may_countersign(const Officer& officer) {
  return officer.roles.contains(Role::Approver) || officer.roles.contains(Role::LegalReviewer) ||
         officer.roles.contains(Role::Ombudsperson);
}

Result<Nothing> check_not_receive_only(std::span<const Officer> officers) {
  const auto able = std::count_if(officers.begin(), officers.end(), may_countersign);
  if (able >= 2) return Nothing{};
  return fail(Fault::Refused,
              "this desk only receives: it takes two people able to countersign (approver, legal_reviewer, "
              "ombudsperson), and it has " +
                  std::to_string(able) + " (charter 10, amendment 13)",
              "officers");
}

Json to_json(const OfficerEnrolled& event) {
  Json::Array roles, by;
  for (const Role role : event.officer.roles) roles.emplace_back(name(role));
  for (const OfficerId& id : event.enrolled_by) by.emplace_back(id.text());
  return Json::Object{{"officer", event.officer.id.text()},
                      {"login", event.officer.login},
                      {"roles", std::move(roles)},
                      {"key", to_base64(event.officer.key)},
                      {"enrolled_by", std::move(by)}};
}

Json to_json(const TimeCodeConfirmed& event) { return Json::Object{{"officer", event.officer.text()}}; }

Result<TimeCodeConfirmed> read_time_code_confirmed(const Json& body) {
  return TimeCodeConfirmed{TRY(OfficerId::parse(TRY(body.text("officer"))))};
}

Json to_json(const RecordRead& event) {
  return Json::Object{{"what", event.what}, {"id", event.id}, {"by", event.by.text()}};
}

Result<RecordRead> read_record_read(const Json& body) {
  std::string what = TRY(body.text("what"));
  std::string id = TRY(body.text("id"));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return RecordRead{std::move(what), std::move(id), std::move(by)};
}

Result<OfficerEnrolled> read_officer_enrolled(const Json& body) {
  std::vector<Role> roles;
  for (const Json& role : TRY(body.list("roles"))) {
    roles.push_back(TRY(parse_role(role.string() ? *role.string() : std::string())));
  }
  std::vector<OfficerId> by;
  for (const Json& id : TRY(body.list("enrolled_by"))) {
    by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  }
  OfficerId id = TRY(OfficerId::parse(TRY(body.text("officer"))));
  std::string login = TRY(parse_login(TRY(body.text("login"))));
  std::set<Role> set = TRY(make_roles(roles));
  const PublicKey key = TRY(parse_public_key(TRY(body.text("key"))));
  Officer officer{std::move(id), std::move(login), std::move(set), key};
  return OfficerEnrolled{std::move(officer), std::move(by)};
}

Json to_json(const OfficerRekeyed& event) {
  Json::Array by;
  for (const OfficerId& id : event.by) by.emplace_back(id.text());
  return Json::Object{{"officer", event.officer.text()},
                      {"key", to_base64(event.key)},
                      {"by", std::move(by)},
                      {"at", to_rfc3339(event.at)}};
}

Result<OfficerRekeyed> read_officer_rekeyed(const Json& body) {
  std::vector<OfficerId> by;
  for (const Json& id : TRY(body.list("by")))
    by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  if (by.size() != 2) return fail(Fault::Malformed, "expected the two who gave the new key");
  OfficerId id = TRY(OfficerId::parse(TRY(body.text("officer"))));
  const PublicKey key = TRY(parse_public_key(TRY(body.text("key"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return OfficerRekeyed{std::move(id), key, std::move(by), at};
}

Result<OfficerRekeyed> rekey(const Officer& officer, const PublicKey& key, const std::vector<Officer>& by,
                             Instant now) {
  TRY(two_different(by, Act::RekeyOfficer));
  for (const Officer& admin : by) {
    if (admin.id == officer.id) return fail(Fault::Refused, "nobody gives themselves a new key (charter 10)");
  }
  CORDON_CHECK(key != officer.key, "a new key is another key");
  return OfficerRekeyed{officer.id, key, {by[0].id, by[1].id}, now};
}

}  // namespace cordon
