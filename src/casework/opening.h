// Reports that wait without a case: of feeds that are only folded, kept and counted, until an officer opens a case of
// one of their keys (docs/volume.md).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/split.h"

namespace cordon {

// What may be folded alone, without a case: the volume lane's matters and kinds (charter, amendments 1 and 8), which
// may be asked for from outside a case (amendment 10). Anything else is a case for a person from its first report on.
bool may_wait_without_case(Matter matter, ObservableKind kind);

// Event: an officer opened a case of what waited. Later reports of its key are folded into it.
struct CaseOpened {
  CaseId case_id;
  Matter matter;
  Digest frame;  // of the blob with its target: it lies in no event, for it has to end (split.h: write_frame())
  std::vector<ReportPlace> reports;
  OfficerId by;
  Instant at;
};
Json to_json(const CaseOpened& event);
Result<CaseOpened> read_case_opened(const Json& body);

// The newest that waited; more of them end by themselves, and are counted (charter 8.3).
inline constexpr std::size_t kMostOpenedWith = 10'000;

// Refused for what never waits without a case, Conflict where `there` is one already, NotFound where none waits.
Result<CaseOpened> open_case(CaseId id, Matter matter, ObservableKind kind, const std::optional<CaseId>& there,
                             std::vector<ReportPlace> waiting, const Digest& frame, OfficerId by, Instant now);

}  // namespace cordon
