// What is on record of the end of things: a report that two people erased, and what the daily job removed because its
// life was over (charter 8.3, 8.4). The keys are destroyed once the event is on record.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"
#include "casework/recut.h"
#include "law/retention.h"

namespace cordon {

// A blob whose key is destroyed: of a case that was split off, the one that holds its target; of an appeal, its words.
struct Destroyed {
  Digest blob;
  std::optional<std::int64_t> key;
};

// Event: two people erased one report.
struct ReportErased {
  std::optional<CaseId> case_id;  // the case that it was in
  bool ends_case = false;         // nobody had worked on it and no report is left: its target goes as well
  BatchRecut recut;
  std::optional<BatchRecut> opener = {};  // of the case that ends, where its target stands in another batch
  std::vector<Destroyed> frames = {};
  ErasureGround ground = ErasureGround::Request;
  OfficerId custodian, dpo;
  Instant at;
};
Json to_json(const ReportErased& event);
Result<ReportErased> read_report_erased(const Json& body);

// Event: one step of the daily job. Pieces of evidence have events of their own beside it.
struct Disposed {
  struct Over {
    CaseId case_id;
    Kept kept;  // CaseWithoutAct: its target goes as well
  };
  std::vector<Over> cases;            // of which nothing that had to go is left
  std::vector<std::int64_t> counted;  // batches, by journal row, whose refused reports are only counted from now on
  std::vector<BatchRecut> batches;
  std::vector<Destroyed> frames;
  std::vector<AppealId> appeals = {};                   // whose files go; their words are among `frames`
  std::vector<AlertBatchId> alerts = {};                // batches of alerts; what they said is among `frames`
  std::int64_t reports = 0, refused = 0, evidence = 0;  // how many went
  std::vector<CaseId> held;                             // due, and left because of a legal hold
  Instant at;
};
Json to_json(const Disposed& event);
Result<Disposed> read_disposed(const Json& body);

}  // namespace cordon
