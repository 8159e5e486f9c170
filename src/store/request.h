// A request of the API that its sender may send again (draft-ietf-httpapi-idempotency-key-header): what was done for it
// says so in the same transaction, so that after any crash it is known whether it was done.
#pragma once

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"

namespace cordon {

// Both digests are keyed with a secret of the desk: they say nothing of what was asked, or by whom (amendment 9).
struct RequestTaken {
  Digest id;       // of the asker and their Idempotency-Key
  Digest request;  // of everything that was asked
};
struct RequestAnswered {
  Digest id;
  Digest answer;  // a blob: the body of the reply
};
Json to_json(const RequestTaken& event);
Json to_json(const RequestAnswered& event);
Result<RequestTaken> read_request_taken(const Json& body);
Result<RequestAnswered> read_request_answered(const Json& body);

}  // namespace cordon
