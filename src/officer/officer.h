// Who works at the desk, in which roles, and the one function that says who may do what (charter 10 with
// amendment 13). Nothing here knows a case: that a person has had no other part in a case is decision's rule.
#pragma once

#include <set>
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
  EnterFact,
  AnswerGate,
  SignLegalGate,
  SignSensitiveGate,
  AttachEvidence,
  OpenEvidence,
  ReadCase,
  Propose,
  Approve,
  ReturnProposal,
  RefuseProposal,
  KeepPeers,
  CountersignPeers,
  SuspendPeer,
  Share,
  CountersignShare,
};

// Refused names the role that the act takes.
Result<Nothing> may(const Officer& officer, Act act);

// Event: an officer joined. Alone an admin may only enrol while the desk is being founded; `enrolled_by`
// then has one entry or none, afterwards two different admins.
struct OfficerEnrolled {
  Officer officer;
  std::vector<OfficerId> enrolled_by;
};
Json to_json(const OfficerEnrolled& event);
Result<OfficerEnrolled> read_officer_enrolled(const Json& body);

}  // namespace cordon
