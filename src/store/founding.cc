#include "store/founding.h"

#include "decision/evidence.h"

namespace cordon {

Json to_json(const DeskFounded& event) {
  Json body = Json::Object{{"origin", event.origin},
                           {"operator_kind", event.operator_kind},
                           {"log_key", event.log_key},
                           {"charter", event.charter.hex()},
                           {"annex", event.annex.hex()}};
  if (!event.follows.empty()) body.set("follows", event.follows);
  return body;
}

Result<DeskFounded> read_desk_founded(const Json& body) {
  DeskFounded event;
  event.origin = TRY(body.text("origin"));
  event.operator_kind = TRY(body.text("operator_kind"));
  event.log_key = TRY(body.text("log_key"));
  event.charter = TRY(parse_digest(TRY(body.text("charter"))));
  event.annex = TRY(parse_digest(TRY(body.text("annex"))));
  event.follows = body.text_or("follows");
  return event;
}

Json to_json(const CheckpointPublished& event) {
  return Json::Object{{"size", event.size}, {"root", event.root.hex()}};
}

Result<CheckpointPublished> read_checkpoint_published(const Json& body) {
  return CheckpointPublished{TRY(body.number("size")), TRY(parse_digest(TRY(body.text("root"))))};
}

std::string LogBegun::follows() const { return old_origin + " " + std::to_string(kept.size) + " " + kept.root.hex(); }

Json to_json(const LogBegun& event) {
  return Json::Object{{"origin", event.origin},         {"log_key", event.log_key},
                      {"old_origin", event.old_origin}, {"old_log_key", event.old_log_key},
                      {"kept", to_json(event.kept)},    {"lost", event.lost}};
}

Result<LogBegun> read_log_begun(const Json& body) {
  LogBegun event;
  event.origin = TRY(body.text("origin"));
  event.log_key = TRY(body.text("log_key"));
  event.old_origin = TRY(body.text("old_origin"));
  event.old_log_key = TRY(body.text("old_log_key"));
  const Json* kept = body.find("kept");
  event.kept = TRY(read_checkpoint_published(kept == nullptr ? Json() : *kept));
  event.lost = TRY(body.number("lost"));
  return event;
}

Json to_json(const LogContinued& event) { return to_json(event.from); }

Result<LogContinued> read_log_continued(const Json& body) { return LogContinued{TRY(read_checkpoint_published(body))}; }

Json to_json(const ClockCorrected& event) {
  Json::Array by;
  for (const OfficerId& id : event.by) by.emplace_back(id.text());
  return Json::Object{{"was", to_rfc3339(event.was)}, {"reason", event.reason}, {"by", std::move(by)}};
}

Result<ClockCorrected> read_clock_corrected(const Json& body) {
  ClockCorrected event{TRY(parse_rfc3339(TRY(body.text("was")))), TRY(checked_reason(TRY(body.text("reason"))))};
  for (const Json& id : TRY(body.list("by")))
    event.by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  if (event.by.size() != 2) return fail(Fault::Malformed, "expected the two who say that the clock was wrong");
  return event;
}

Error clock_is_behind(Instant last, Instant now) {
  return fail(Fault::Unavailable,
              "this machine's clock says " + to_rfc3339(now) + " and the record's last entry is of " +
                  to_rfc3339(last) +
                  ": nothing is written back in time. Set the clock right; where it was wrong before, two admins say "
                  "so: cordon journal clock");
}

Result<ClockCorrected> correct_clock(Instant was, std::string reason, const std::vector<Officer>& by) {
  TRY(two_different(by, Act::CorrectClock));
  return ClockCorrected{was, TRY(checked_reason(std::move(reason))), {by[0].id, by[1].id}};
}

}  // namespace cordon
