// A file that is encrypted from its first byte to its last and named by what lies in it (docs/formats/backup.md):
// written once, in pieces, and read again in order. What was changed, cut or put together of two does not open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/cipher.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/result.h"

namespace cordon {

enum class SealedKind : std::uint32_t { Segment = 1, Manifest = 2, Keys = 3 };

class SealedWriter {
 public:
  // `label`: a few words that are read first. The file is "PATH.making" until finish().
  static Result<SealedWriter> begin(const std::string& path, const CipherKey& key, SealedKind kind,
                                    std::string_view label);
  SealedWriter(SealedWriter&&) noexcept;
  SealedWriter& operator=(SealedWriter&&) noexcept;
  ~SealedWriter();  // removes what was not finished

  Result<Nothing> write(std::string_view bytes);
  Result<Nothing> number(std::uint64_t value);  // as base/packed.h writes one
  Result<Nothing> text(std::string_view value);

  struct Written {
    Digest digest;
    std::uint64_t size = 0;
  };
  // Synced. `path` instead of the one that it was begun under: then the digest, in hex, is put behind it.
  Result<Written> finish(const std::string& named_by_digest_in = {});

 private:
  struct State;
  explicit SealedWriter(std::unique_ptr<State> state);
  Result<Nothing> seal(bool last);
  std::unique_ptr<State> state_;
};

class SealedReader {
 public:
  // Corrupt: it is not what was written, or another key's.
  static Result<SealedReader> open(const std::string& path, const CipherKey& key, SealedKind kind);
  SealedReader(SealedReader&&) noexcept;
  SealedReader& operator=(SealedReader&&) noexcept;
  ~SealedReader();
  const std::string& label() const;

  // Exactly so many bytes; Corrupt when there are fewer. They stand until the next are read.
  Result<std::string_view> bytes(std::uint64_t count);
  Result<std::uint64_t> number();
  Result<std::string_view> text(std::uint64_t limit);
  Result<bool> at_end();    // and then the last piece was the last
  Result<Digest> digest();  // of the whole file; after at_end()

 private:
  struct State;
  explicit SealedReader(std::unique_ptr<State> state);
  Result<bool> more();
  std::unique_ptr<State> state_;
};

}  // namespace cordon
