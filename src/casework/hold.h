// A legal hold (charter 5.7, 6.8): two people stop the end of a case or of one piece of evidence, for at most 180 days,
// because a court or an appeal may ask for it. Nothing that is held is removed by the daily job or erased by anybody.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"

namespace cordon {

struct Hold {
  HoldId id;
  CaseId case_id;
  std::optional<EvidenceId> evidence;  // of that case; nothing: all of it
  std::string reason;
  Instant from, remind_at, ends_at;  // it ends by itself; who wants more sets another
  OfficerId custodian, second;
  bool in_force(Instant now) const { return now < ends_at; }
};

// Event: two people set it.
struct HoldSet {
  Hold hold;
};
// Event: two people lifted it before its end.
struct HoldLifted {
  HoldId hold;
  CaseId case_id;
  std::string reason;
  OfficerId custodian, second;
  Instant at;
};
Json to_json(const HoldSet& event);
Json to_json(const HoldLifted& event);
Result<HoldSet> read_hold_set(const Json& body);
Result<HoldLifted> read_hold_lifted(const Json& body);

}  // namespace cordon
