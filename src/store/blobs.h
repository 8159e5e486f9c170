// Bytes by the SHA-256 of what lies in their home (store/blob_store.h): one file each in a folder of the desk
// ("evidence/ab/abcdef…", mode 0600), or one object each elsewhere. They are packed, then encrypted under a key of
// their own (store/keys.h), so that erasing one is overwriting its key; the keys never leave the desk. What a desk of
// before wrote lies as it came, under the SHA-256 of itself, and is read as well.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/zstd.h"
#include "store/blob_store.h"
#include "store/keys.h"

namespace cordon {

class Blobs {
 public:
  using Mode = KeyStore::Mode;
  // `keys` is the folder of the desk's keys. The owner makes what is missing and clears away what a crash left half
  // written; a reader of a desk of before finds no keys, and needs none.
  // `folder` is where they lie, and where one is written before it goes to `elsewhere`, where that is given.
  static Result<Blobs> open(std::string folder, const std::string& keys, Mode mode,
                            std::unique_ptr<BlobStore> elsewhere = {});

  // Hashed, packed, encrypted, written, read back and hashed again; durable when its address is given. `label` is a few
  // words about them, of at most 64 KiB, which go with them. The same bytes put twice lie there twice.
  Result<Digest> put(std::string_view bytes, std::string_view label = {});
  // Corrupt when they are not what was put, NotFound when they are gone.
  Result<std::string> get(const Digest& address) const;

  // Those of them from `from` on, at most `count`, fewer at their end. Only their pieces are read, so that a change
  // elsewhere in the file is not seen, nor that another whole item lies under this address: whoever asks compares what
  // the bytes say of themselves with what was asked for. Corrupt when a piece is not as it was sealed.
  Result<std::string> part(const Digest& address, std::uint64_t from, std::uint64_t count) const;

  // As get(), without holding them.
  Result<Nothing> check(const Digest& address) const;

  // ── as they lie, for who copies or counts them ──

  // The file's bytes, compared with their address: what a copy of the desk needs, and nothing without the keys.
  Result<std::string> as_it_lies(const Digest& address) const;
  // Writes such bytes under their address, not synced: whoever copies thousands syncs once at the end. Corrupt when
  // they have another one.
  static Result<Nothing> lay(const std::string& folder, const Digest& address, std::string_view bytes);
  struct Lying {
    std::string name;               // below the folder: "ab/abcdef…", or what else lies there
    std::optional<Digest> address;  // nothing where it is no blob: half written, or a stranger
    std::int64_t size = 0;
    Instant changed;
  };
  Result<std::vector<Lying>> lying() const;  // in order of name
  // An erased slot, or none: of what is left over from a crash. `name` as lying() gave it.
  Result<Nothing> remove_left_over(const Lying& file);
  const std::optional<KeyStore>& keys() const { return keys_; }

  // What is known of them without reading them.
  struct Kept {
    Digest content;         // SHA-256 of the bytes
    std::int64_t size = 0;  // of the bytes
    std::string label;
    std::optional<KeyStore::Number> key;  // nothing for those of a desk of before
  };
  Result<Kept> look(const Digest& address) const;

  // Destroys the key, then removes the file; a second time does nothing. `key` is what look() said: the file may be
  // gone already. One of a desk of before has no key, so its bytes are overwritten.
  Result<Nothing> erase(const Digest& address, std::optional<std::int64_t> key);
  // Whether erase() came to its end.
  Result<bool> erased(const Digest& address, std::optional<std::int64_t> key) const;

 private:
  Blobs(std::string folder, std::unique_ptr<BlobStore> home, bool elsewhere, std::optional<KeyStore> keys)
      : folder_(std::move(folder)), home_(std::move(home)), elsewhere_(elsewhere), keys_(std::move(keys)) {}
  Result<Nothing> read(const Digest& address, const Sink& sink, std::string* holds) const;
  Result<Digest> write(const std::string& path, std::string_view bytes, std::string_view label,
                       const KeyStore::Taken& taken) const;

  std::string folder_;
  std::unique_ptr<BlobStore> home_;
  bool elsewhere_;
  std::optional<KeyStore> keys_;
};

}  // namespace cordon
