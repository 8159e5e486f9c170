// A line of the public log (charter 5.6): what happened, to which kind of thing, by which roles, and a commitment
// to the rest, which only the holder of the salt can open.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"

namespace cordon {

struct LeafFrame {   // the same in every leaf of a desk
  std::string desk;  // the log's origin
  Digest charter, annex;
};

struct Leaf {
  std::string type;  // "batch", "decision", "action"
  Instant at;
  std::string object;        // id of the batch, proposal or notice
  std::string matter, kind;  // may be empty
  std::string state_from, state_to;
  std::vector<std::string> roles;
  Json plain = Json::Object{};   // what anybody may read now
  Json hidden = Json::Object{};  // what stays behind the commitment
};

struct SealedLeaf {
  std::string bytes;    // canonical JSON, the log's leaf
  std::string opening;  // canonical {"salt", "hidden"}: deletable, kept beside the log, given to whom it concerns
};
// commitment = SHA-256(0x43 || 32-byte salt || canonical(hidden))
SealedLeaf seal_leaf(const Leaf& leaf, const LeafFrame& frame, Random& random);
// Whether `opening` opens the commitment in `leaf_bytes`.
bool opens(std::string_view opening, std::string_view leaf_bytes);

}  // namespace cordon
