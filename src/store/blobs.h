// Bytes by their SHA-256, one file each, in a folder of the desk ("evidence/ab/abcdef…", mode 0600). Plaintext
// until the record is built; `cordon doctor` and the README say so.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"

namespace cordon {

class Blobs {
 public:
  explicit Blobs(std::string folder) : folder_(std::move(folder)) {}
  // Durable when it returns. Bytes that are there already are not written again.
  Result<Digest> put(std::string_view bytes);
  // Corrupt when the file no longer has its digest, NotFound when it is gone.
  Result<std::string> get(const Digest& digest) const;

 private:
  std::string folder_;
};

}  // namespace cordon
