// Who works at the desk, in which roles, and the one function that says who may do what (charter 10 with
// amendment 13). Nothing here knows a case: that a person has had no other part in a case is decision's rule.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"

namespace cordon {

enum class Role {
  Analyst,
  Approver,
  LegalReviewer,
  Custodian,
  ChildProtection,
  BorderOfficer,
  AppealReviewer,
  Dpo,
  Ombudsperson,
  Auditor,
  Admin,
};
std::string_view name(Role role);  // "analyst", "legal_reviewer", …
Result<Role> parse_role(std::string_view text);

// Refused when the set mixes what one person may never hold: `admin`, `appeal_reviewer`, `auditor` and
// `ombudsperson` stand alone (charter 10, amendment 13).
Result<std::set<Role>> make_roles(const std::vector<Role>& roles);

Result<std::string> parse_login(std::string_view text);  // [a-z][a-z0-9._-]{0,31}

struct Officer {
  OfficerId id;
  std::string login;
  std::set<Role> roles;
  PublicKey key;
  bool operator==(const Officer&) const = default;
};

enum class Act {
  EnrolOfficer,
  ListOfficers,
  TakeIn,
  RekeyOfficer,
  IssueApiKey,
  CorrectClock,
  ListApiKeys,
  EndApiKey,
  OpenCase,
  EnterFact,
  AnswerGate,
  SignLegalGate,
  SignSensitiveGate,
  AttachEvidence,
  OpenEvidence,
  EraseEvidence,
  CountersignErasure,
  ExportEvidence,
  CountersignExport,
  SetHold,
  CountersignHold,
  ReadRetention,
  SplitCase,
  ReadCase,
  Propose,
  Approve,
  ReturnProposal,
  RefuseProposal,
  SendNotices,
  RecordAnswer,
  Recall,
  CountersignRecall,
  SuspendAlone,
  RecallAlone,
  StopRule,
  TellParty,
  DeferParty,
  CountersignDeferral,
  ReopenCase,
  ReadAppeals,
  HearAppeal,
  HearLateAppeal,
  KeepPeers,
  CountersignPeers,
  SuspendPeer,
  Share,
  CountersignShare,
  ReadBorder,
  RectifyLog,
  CountersignRectification,
  KeepSensitiveList,
  CountersignSensitiveList,
  RemoveSensitiveEntry,
  KeepEntityList,
  CountersignEntityList,
  BreakGlass,
  ConfirmBreakGlass,
};

// Refused names the role that the act takes.
Result<Nothing> may(const Officer& officer, Act act);
std::vector<Role> roles_for(Act act);  // for documents: any one of them is enough

// Whether these are two different people, each of whom may do it. Refused otherwise.
Result<Nothing> two_different(const std::vector<Officer>& by, Act act);

// Whether a desk with these officers may do more than receive: it takes two people able to countersign, in the roles
// approver, legal_reviewer and ombudsperson (charter 10, amendment 13). Refused says how many there are.
bool may_countersign(const Officer& officer);
Result<Nothing> check_not_receive_only(std::span<const Officer> officers);

// Event: an officer joined. Alone an admin may only enrol while the desk is being founded; `enrolled_by`
// then has one entry or none, afterwards two different admins.
struct OfficerEnrolled {
  Officer officer;
  std::vector<OfficerId> enrolled_by;
};
// Event: an officer looked at something of a case (charter 8.1: reads are logged too, and before the bytes leave).
struct RecordRead {
  std::string what;  // "case", "queue", "proposal", "proposals", "notices", "border", …
  std::string id;    // of the case or proposal; of a queue its category, or empty
  OfficerId by;
};

Json to_json(const OfficerEnrolled& event);
Json to_json(const RecordRead& event);
Result<RecordRead> read_record_read(const Json& body);
Result<OfficerEnrolled> read_officer_enrolled(const Json& body);

// Event: an officer who lost the password, the phone or the key got a new key from two admins. What the old key signed
// before stays provable with it (docs/decisions/0010).
struct OfficerRekeyed {
  OfficerId officer;
  PublicKey key;
  std::vector<OfficerId> by;  // two, neither of whom is the officer
  Instant at;
};
Json to_json(const OfficerRekeyed& event);
Result<OfficerRekeyed> read_officer_rekeyed(const Json& body);

// Refused unless two different admins ask, both other people than the officer.
Result<OfficerRekeyed> rekey(const Officer& officer, const PublicKey& key, const std::vector<Officer>& by, Instant now);

// Event: from here on an officer's sign-in takes a time code. The secret is never in the journal.
struct TimeCodeConfirmed {
  OfficerId officer;
};
Json to_json(const TimeCodeConfirmed& event);
Result<TimeCodeConfirmed> read_time_code_confirmed(const Json& body);

// A key of an officer and when it began to be in force; it is until the next one begins.
struct OfficerKey {
  PublicKey key;
  Instant since;
  bool operator==(const OfficerKey&) const = default;
};

}  // namespace cordon
