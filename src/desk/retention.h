// The end of things at a desk (charter 8.3, 8.4): the daily job, legal holds that stop it, and one report that two
// people erase. On record and in the public log first, then the keys are destroyed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/disposal.h"
#include "decision/evidence.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

// What a run removed, or would.
struct Removed {
  std::map<Kept, std::int64_t> cases;
  std::int64_t reports = 0, refused = 0, evidence = 0, appeals = 0, alerts = 0, batches = 0, steps = 0;
  std::vector<CaseId> held;  // due, and left because of a hold
};

// The daily job, in steps that each take a bounded time and one transaction. Whatever stops it, the next run goes on
// with what is still due.
class RetentionRun {
 public:
  explicit RetentionRun(Desk& desk) : desk_(desk) {}
  // Does one step; false when nothing is due any more.
  Result<bool> step();
  // After the last one: the sorted runs forget what went, and the log's lines are published.
  Result<Removed> finish();

 private:
  struct Work;  // what one step will do
  Result<bool> take_case(const DueCase& due, Work& work);
  Result<Nothing> take_pieces(const Case& the_case, Work& work);
  Result<Nothing> take_answers(const CaseId& id, Work& work);
  Result<Nothing> take_appeals(Work& work);
  Result<Nothing> take_alerts(Work& work);
  Result<Nothing> carry_out(Work& work, Instant now);

  Desk& desk_;
  Removed removed_;
  // Of a case with more batches than one step takes: which, and up to where it is done.
  std::optional<std::pair<CaseId, std::int64_t>> done_to_;
};
Result<Removed> run_retention(Desk& desk);
// What a run would do now, without doing it; at most 10,000 cases are counted.
Result<Removed> retention_due(Desk& desk);

// Runs it when a desk begins to serve and each day after, between requests, and every ten minutes what the clock asks
// of requests and appeals (desk/acts.h). What standing rules send (desk/alerts.h) it sends all the time, one alert at a
// time, so that a request to stop a rule never waits for a second one. Ends with the object.
class DailyJob {
 public:
  DailyJob(Desk& desk, std::mutex& desk_in_use);
  ~DailyJob();
  DailyJob(const DailyJob&) = delete;
  DailyJob& operator=(const DailyJob&) = delete;

 private:
  void work();
  void run_once();
  void keep_promises_once();
  void send_alerts();
  Desk& desk_;
  std::mutex& desk_in_use_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

// Two people erase one report: its batch is cut, and its case ends with it where nothing else is left of it.
Result<ReportErased> erase_report(Desk& desk, const Permit<Act::EraseEvidence>& custodian, const Officer& dpo,
                                  const ReportId& report, ErasureGround ground);

Result<Hold> hold_case(Desk& desk, const Permit<Act::SetHold>& custodian, const Officer& second, const CaseId& case_id,
                       HoldWish wish);
Result<HoldLifted> lift(Desk& desk, const Permit<Act::SetHold>& custodian, const Officer& second, const HoldId& hold,
                        std::string reason);

}  // namespace cordon
