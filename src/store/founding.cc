#include "store/founding.h"

namespace cordon {

Json to_json(const DeskFounded& event) {
  return Json::Object{{"origin", event.origin},
                      {"operator_kind", event.operator_kind},
                      {"log_key", event.log_key},
                      {"charter", event.charter.hex()},
                      {"annex", event.annex.hex()}};
}

Result<DeskFounded> read_desk_founded(const Json& body) {
  DeskFounded event;
  event.origin = TRY(body.text("origin"));
  event.operator_kind = TRY(body.text("operator_kind"));
  event.log_key = TRY(body.text("log_key"));
  event.charter = TRY(parse_digest(TRY(body.text("charter"))));
  event.annex = TRY(parse_digest(TRY(body.text("annex"))));
  return event;
}

Json to_json(const CheckpointPublished& event) {
  return Json::Object{{"size", event.size}, {"root", event.root.hex()}};
}

Result<CheckpointPublished> read_checkpoint_published(const Json& body) {
  return CheckpointPublished{TRY(body.number("size")), TRY(parse_digest(TRY(body.text("root"))))};
}

}  // namespace cordon
