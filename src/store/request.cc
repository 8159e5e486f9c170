#include "store/request.h"

namespace cordon {

Json to_json(const RequestTaken& event) {
  return Json::Object{{"id", event.id.hex()}, {"request", event.request.hex()}};
}
Json to_json(const RequestAnswered& event) {
  return Json::Object{{"id", event.id.hex()}, {"answer", event.answer.hex()}};
}

Result<RequestTaken> read_request_taken(const Json& body) {
  const Digest id = TRY(parse_digest(TRY(body.text("id"))));
  const Digest request = TRY(parse_digest(TRY(body.text("request"))));
  return RequestTaken{id, request};
}
Result<RequestAnswered> read_request_answered(const Json& body) {
  const Digest id = TRY(parse_digest(TRY(body.text("id"))));
  const Digest answer = TRY(parse_digest(TRY(body.text("answer"))));
  return RequestAnswered{id, answer};
}

}  // namespace cordon
