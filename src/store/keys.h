// The keys of single items, each wrapped under a key of the desk in a slot of one file (docs/formats/evidence.md). With
// an item's key go the SHA-256 and the size of what it encrypts: overwriting the slot takes all three away, and what is
// left of the item says nothing (charter 7.2, 8.4).
#pragma once

#include <cstdint>
#include <string>

#include "base/cipher.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/result.h"

namespace cordon {

struct ItemKey {
  CipherKey key;
  Digest content;          // SHA-256 of the plaintext
  std::uint64_t size = 0;  // of the plaintext
};

class KeyStore {
 public:
  using Number = std::uint32_t;  // of a slot, from 1; never given twice
  enum class Mode { Write, Read };
  static constexpr Number kMost = (Number{1} << 24) - 1;

  // keys/items.key and keys/items, made by the first writer; reading, NotFound when there are none. Every slot is
  // looked at: Corrupt names the one that is damaged. There is one writer at a time, the desk's owner.
  static Result<KeyStore> open(const std::string& folder, Mode mode);

  // A new key for what has this digest and size, on disk when it returns. Unavailable when all slots are taken.
  struct Taken {
    Number number;
    CipherKey key;
  };
  Result<Taken> take(const Digest& content, std::uint64_t size);
  Result<ItemKey> read(Number number) const;  // NotFound: it was erased; Corrupt: it is damaged or never was
  Result<bool> erased(Number number) const;   // Corrupt when it never was
  Result<Nothing> erase(Number number);       // gone from the file when it returns; a second time does nothing
  Number taken() const { return next_ - 1; }  // how many there were when it was opened, and since

 private:
  KeyStore(CipherKey desk_key, Fd file, std::string path, std::string id)
      : desk_key_(std::move(desk_key)), file_(std::move(file)), path_(std::move(path)), id_(std::move(id)) {}
  Result<std::string> slot(Number number) const;
  Result<Nothing> write(Number number, const std::string& slot);
  Result<Nothing> check_all();
  std::string place(Number number) const;
  std::string about(std::string_view slot) const;

  CipherKey desk_key_;
  Fd file_;
  std::string path_;
  std::string id_;  // of this file, so that no slot of another is taken for one of it
  Number next_ = 1;
};

}  // namespace cordon
