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
  return DeskFounded{TRY(body.text("origin")), TRY(body.text("operator_kind")), TRY(body.text("log_key")),
                     TRY(parse_digest(TRY(body.text("charter")))), TRY(parse_digest(TRY(body.text("annex"))))};
}

Json to_json(const CheckpointPublished& event) {
  return Json::Object{{"size", event.size}, {"root", event.root.hex()}};
}

Result<CheckpointPublished> read_checkpoint_published(const Json& body) {
  return CheckpointPublished{TRY(body.number("size")), TRY(parse_digest(TRY(body.text("root"))))};
}

}  // namespace cordon
