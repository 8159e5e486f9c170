#include "store/founding.h"

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

}  // namespace cordon
