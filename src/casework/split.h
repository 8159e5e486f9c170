// Folding can be undone (DESIGN 4): reports that a case should not hold are split off into another, two cases about one
// thing are joined, and joined ones are parted again. No report is copied, dropped or counted twice by it, and nothing
// crosses from one matter to another.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"

namespace cordon {

// Where a report stands in the record: the journal row of its batch, and its position there.
struct ReportPlace {
  std::int64_t batch = 0, position = 0;
  auto operator<=>(const ReportPlace&) const = default;
};

// As events list them.
Json to_json(const std::vector<ReportPlace>& places);
Result<std::vector<ReportPlace>> read_places(const Json& body, std::string_view key);

// Event: some reports of a case, or of those joined into it, are a case of their own from now on. Later ones fold as
// before: into the case that they were split from.
struct CaseSplit {
  CaseId case_id, new_case;
  std::vector<ReportPlace> reports;
  Digest frame;  // of the blob with the new case's target: it lies in no event, for it has to end (write_frame())
  OfficerId by;
  Instant at;
};
// Event: what is in `case_id`, and what will be folded into it, is shown and worked on in `into`.
struct CaseJoined {
  CaseId case_id, into;
  OfficerId by;
  Instant at;
};
// Event: that is over.
struct CaseParted {
  CaseId case_id, from;
  OfficerId by;
  Instant at;
};
Json to_json(const CaseSplit& event);
Json to_json(const CaseJoined& event);
Json to_json(const CaseParted& event);
Result<CaseSplit> read_case_split(const Json& body);
Result<CaseJoined> read_case_joined(const Json& body);
Result<CaseParted> read_case_parted(const Json& body);

struct CaseFrame {
  Matter matter;
  Observable target;
};
std::string write_frame(const CaseFrame& frame);
Result<CaseFrame> read_frame(std::string_view text);

inline constexpr std::size_t kMostSplitOff = 10'000;  // at once

// Conflict where a request about the case is being decided or out, where a hold covers it, or where it is joined into
// another; Refused across matters. `reports` are those that were found in the case.
Result<CaseSplit> split_case(const Case& the_case, std::vector<ReportPlace> reports, CaseId new_case,
                             const Digest& frame, OfficerId by, Instant now);
Result<CaseJoined> join_cases(const Case& the_case, const Case& into, OfficerId by, Instant now);
// `part` is the case that is taken out, as it is by itself.
Result<CaseParted> part_cases(const Case& whole, const Case& part, OfficerId by, Instant now);

}  // namespace cordon
