// Where the bytes of blobs lie: files of the desk, or an S3-compatible store. What lies there is ciphertext named by
// its own SHA-256, so no home is trusted: whatever comes from one is hashed again by who reads it (store/blobs.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"

namespace cordon {

// One blob, from its beginning or from where go_to() leads.
class BlobReading {
 public:
  virtual ~BlobReading() = default;
  virtual Result<Nothing> go_to(std::uint64_t place) = 0;  // at most its size
  // `count` bytes, or fewer at its end. They stand until the next are read.
  virtual Result<std::string_view> next(std::size_t count) = 0;
  virtual Result<std::uint64_t> size() const = 0;  // of all of it
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Takes the file `path`, which is synced and was read back, under this address: there for good when it returns, and
  // the file gone. One that is there already is the same.
  virtual Result<Nothing> adopt(const std::string& path, const Digest& address) = 0;
  virtual Result<std::unique_ptr<BlobReading>> open(const Digest& address) const = 0;  // NotFound
  virtual Result<bool> has(const Digest& address) const = 0;
  // Gone when it returns; one that is not there is. `Overwrite`: its bytes lie in plain, and no key is destroyed.
  enum class Overwrite { No, Yes };
  virtual Result<Nothing> remove(const Digest& address, Overwrite overwrite) = 0;
  virtual Result<Nothing> each(const std::function<Result<Nothing>(const Digest&)>& one) const = 0;  // in their order
  virtual std::string place(const Digest& address) const = 0;  // for people: a path, or "s3://bucket/…"
};

std::unique_ptr<BlobStore> files_of(std::string folder);  // "ab/abcdef…"
Result<std::unique_ptr<BlobReading>> read_blob_file(const std::string& path);
std::string blob_name(const Digest& address);  // "ab/abcdef…"

}  // namespace cordon
