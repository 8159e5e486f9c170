// The events that are about the desk itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "officer/officer.h"

namespace cordon {

// The first event: which desk this is, under which charter and annex.
struct DeskFounded {
  std::string origin;         // the log's name, "desk.example.net/log"
  std::string operator_kind;  // authority | csirt | hotline | provider (amendment 6)
  std::string log_key;        // C2SP verifier key
  Digest charter;
  Digest annex;
  std::string follows = {};  // of a desk that was restored: the log before this one, as LogBegun::follows()
};
Json to_json(const DeskFounded& event);
Result<DeskFounded> read_desk_founded(const Json& body);

// A signed checkpoint stands in the log's folder; every staged leaf below `size` may now be relied on.
struct CheckpointPublished {
  std::int64_t size = 0;
  Digest root;
};
Json to_json(const CheckpointPublished& event);
Result<CheckpointPublished> read_checkpoint_published(const Json& body);

// A restored desk's log, under a name and a key of its own, for nobody can say how far the old one had gone (DESIGN 4,
// "One signer"). It begins with the lines that the copy held, and its next line names the log before it.
struct LogBegun {
  std::string origin, log_key;          // from here on
  std::string old_origin, old_log_key;  // never signed again
  CheckpointPublished kept;             // the old log's head that the copy held
  std::int64_t lost = 0;                // how many lines more its signer is known to have signed
  std::string follows() const;          // "desk.example.net/log 12 <root, hex>": in each checkpoint of the new log
};
Json to_json(const LogBegun& event);
Result<LogBegun> read_log_begun(const Json& body);

// The log goes on at another place than the one that signed it so far (`cordon log continue`).
struct LogContinued {
  CheckpointPublished from;
};
Json to_json(const LogContinued& event);
Result<LogContinued> read_log_continued(const Json& body);

// The record goes on at an earlier time than its last entry has: two admins say that the machine's clock was wrong then
// (`cordon journal clock`). Nothing of what was written under that clock is undone by it.
struct ClockCorrected {
  Instant was;         // the last entry's time
  std::string reason;  // in words
  std::vector<OfficerId> by = {};
};
Json to_json(const ClockCorrected& event);
Result<ClockCorrected> read_clock_corrected(const Json& body);
// What a desk says where the record's last entry has a later time than the machine's clock: Unavailable, with both.
Error clock_is_behind(Instant last, Instant now);
// Refused: not by two different admins; Malformed: a reason that is none (decision/evidence.h).
Result<ClockCorrected> correct_clock(Instant was, std::string reason, const std::vector<Officer>& by);

}  // namespace cordon
