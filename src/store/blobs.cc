#include "store/blobs.h"

#include "base/files.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestBlob = std::size_t{1} << 30;

}  // namespace

Result<Digest> Blobs::put(std::string_view bytes) {
  const Digest digest = sha256(bytes);
  const std::string folder = folder_ + "/" + digest.hex().substr(0, 2);
  const std::string path = folder + "/" + digest.hex();
  if (exists(path) && get(digest)) return digest;
  TRY(make_folder(folder, 0700));
  TRY(write_file(path, bytes, 0600));
  return digest;
}

Result<std::string> Blobs::get(const Digest& digest) const {
  const std::string path = folder_ + "/" + digest.hex().substr(0, 2) + "/" + digest.hex();
  std::string bytes = TRY(read_file(path, kLargestBlob));
  if (sha256(bytes) != digest) return fail(Fault::Corrupt, "the bytes no longer have the digest in their name", path);
  return bytes;
}

}  // namespace cordon
