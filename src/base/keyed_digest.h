// HMAC-SHA-256 (RFC 2104) under one key for a million short texts: the key's own blocks are hashed once, and nothing is
// allocated. Equal to hmac_sha256() of base/digest.h, byte for byte.
#pragma once

#include <memory>
#include <string_view>

#include "base/digest.h"

namespace cordon {

class KeyedDigest {
 public:
  explicit KeyedDigest(std::string_view key);
  Digest of(std::string_view bytes) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace cordon
