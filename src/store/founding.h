// The two events that are about the desk itself.
#pragma once

#include <cstdint>
#include <string>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"

namespace cordon {

// The first event: which desk this is, under which charter and annex.
struct DeskFounded {
  std::string origin;         // the log's name, "desk.example.net/log"
  std::string operator_kind;  // authority | csirt | hotline | provider (amendment 6)
  std::string log_key;        // C2SP verifier key
  Digest charter;
  Digest annex;
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

}  // namespace cordon
