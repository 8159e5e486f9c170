// Appeals (charter 5.5, 6.6): lodged by whom a request affects or whose report was refused, without an account; heard
// by a reviewer who had no part in the case; what they grant happens. docs/appeals.md tells it for people.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

// `code` is a report's receipt, or the code that whom a request affects was given. `nonce` is the form's: sent twice it
// is one appeal, with the same receipt.
struct PublicAppeal {
  std::string code;
  AppellantRole role = AppellantRole::SiteOwner;
  std::set<AppealGround> grounds;
  std::string text;     // in the appellant's words; redacted before the first write
  std::string contact;  // may be empty: the receipt is enough
  bool interim = false;
  std::string nonce;
};
struct LodgedAppeal {
  std::string receipt;  // shown once and kept only as a digest
  Appeal appeal;
};
Result<LodgedAppeal> lodge_appeal(Desk& desk, const PublicAppeal& wish);
// Why a code opens nothing, before anything is written; Nothing where it does.
Result<Nothing> may_appeal_with(Desk& desk, std::string_view code);
Result<Appeal> follow_appeal(const Store& store, std::string_view receipt);
Result<Appeal> withdraw_appeal(Desk& desk, std::string_view receipt);

Result<std::vector<Appeal>> read_appeals(Desk& desk, const Permit<Act::ReadAppeals>& reader);
struct ReadAppeal {
  Appeal appeal;
  std::string text, contact;  // empty once they were erased
};
Result<ReadAppeal> read_appeal(Desk& desk, const Permit<Act::ReadAppeals>& reader, const AppealId& id);

// Admits and takes it; who has it decides it. Of one that is late: the ombudsperson takes it over.
Result<Appeal> take_appeal(Desk& desk, const Officer& officer, const AppealId& id);
Result<Appeal> dismiss_appeal(Desk& desk, const Permit<Act::HearAppeal>& reviewer, const AppealId& id,
                              DismissReason reason);
// Suspends the request until the appeal is decided, or says why not: one reviewer, alone (charter 5.5).
enum class Interim { Grant, Refuse };
Result<Appeal> decide_interim(Desk& desk, const SignedIn& reviewer, const AppealId& id, Interim interim,
                              std::string reason);
Result<Appeal> decide_appeal(Desk& desk, const SignedIn& reviewer, const AppealId& id, AppealDecision decision);

// The clock's part.
Result<Nothing> appeal_is_late(Desk& desk, const AppealId& id);
Result<Nothing> settle_appeal(Desk& desk, const AppealId& id);  // closes it once its remedies are done

}  // namespace cordon
