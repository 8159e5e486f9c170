// The border policy (charter 9): a closed, typed language for what may leave a desk, and the pure function that
// answers. Nothing leaves unless a rule of the desk allows it, a rule that denies wins over any that allows, and
// the rules B1 to B15 hold whatever the desk writes: a policy can only narrow what the charter permits.
//
//   version = 1
//   [quota]
//   per_peer_per_day = 500
//   [[allow]]
//   name = "phishing to members"
//   objects = ["indicator"]
//   categories = ["phishing", "C06"]
//   kinds = ["technical"]
//   roles = ["member"]
//   max_tlp = "GREEN"
//   [[deny]]
//   name = "nothing to Atlantis"
//   countries = ["XA"]
//
// docs/border.md describes every key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "officer/officer.h"
#include "share/object.h"
#include "share/peer.h"

namespace cordon {

enum class Answer { Allow, AllowRedacted, Hold, Deny };  // mildest first; of several the strictest counts
std::string_view name(Answer answer);
Result<Answer> parse_answer(std::string_view text);

enum class DenyCode {  // charter 9.3; `role` is B14's and `policy` a desk's own rule
  NotTrusted,
  NoCommonOffence,
  ProtectedData,
  Residency,
  Label,
  Contested,
  Sensitive,
  Role,
  Policy,
  Default,
};
std::string_view name(DenyCode code);  // "not_trusted"
Result<DenyCode> parse_deny_code(std::string_view text);

// What travels, signed, with an object and binds whoever takes it (charter 9.2).
enum class Duty { PurposeOnly, NoOnward, ExpiresAt, DeleteOnRecall, ActOnlyWithNewFact, TellOutcome, Credit };
std::string_view name(Duty duty);
Result<Duty> parse_duty(std::string_view text);

struct Decision {
  Answer answer = Answer::Deny;
  std::optional<DenyCode> code;  // of a denial
  std::set<Role> hold_for;       // all of these release what is held
  std::string rule;              // "B14", or the name of the desk's own rule
  std::set<Duty> duties;         // none of a denial
  bool operator==(const Decision&) const = default;
};

// An empty set of a rule that denies means "any"; a rule that allows names everything that it allows.
struct BorderRule {
  std::string name;
  std::set<ObjectKind> objects;
  std::set<Category> categories;
  std::set<ObservableKind> kinds;
  std::set<PeerRole> roles;
  std::set<std::string> peers, countries;
  Tlp max_tlp = Tlp::AmberStrict;  // of an allowing rule
  Pap max_pap = Pap::Red;
  Answer then = Answer::Allow;  // or AllowRedacted, or Hold
  std::set<Duty> duties;
};

class Policy {
 public:
  // Unknown keys, names and values are refused by name. A missing rule list is an empty one; `version` is needed.
  static Result<Policy> read(const Json& settings);
  Policy() = default;  // denies all but corrections and public data
  const std::vector<BorderRule>& allow() const { return allow_; }
  const std::vector<BorderRule>& deny() const { return deny_; }
  std::int64_t per_peer_per_day() const { return per_peer_per_day_; }
  Digest digest() const { return digest_; }  // of the canonical text that was read

  static constexpr std::int64_t kMostADay = 10'000;  // B12 exists without any setting

 private:
  std::vector<BorderRule> allow_, deny_;
  std::int64_t per_peer_per_day_ = kMostADay;
  Digest digest_ = sha256("{}");
};

// This desk, as far as a decision needs it.
struct Self {
  std::string desk;
  Digest charter;
  std::set<Category> enabled;   // its annex names an article, and nothing switched it off
  std::int64_t sent_today = 0;  // to this peer, within the last 24 hours
};

inline constexpr std::int64_t kOldestHeadMs = 48 * kHourMs;  // B1

// Charter 9.3 and 9.4. The same values give the same answer, and the order of the policy's rules never counts.
Decision decide(const Policy& policy, const BorderObject& object, const Peer& peer, const Self& self, Instant now);

// Charter 9.4, the most that a role may be offered.
enum class Ceiling { No, CountsOnly, Yes };
Ceiling ceiling(const BorderObject& object, PeerRole role);

}  // namespace cordon
