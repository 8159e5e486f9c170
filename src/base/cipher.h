// Encryption of what lies on a disk (XChaCha20-Poly1305 through libsodium): short values under a key that is kept, and
// bytes of any length, piece by piece, under a key that is used for nothing else. What was changed does not open.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace cordon {

// 32 bytes; wiped when they go.
class CipherKey {
 public:
  static CipherKey generate(Random& random);
  static Result<CipherKey> from_bytes(std::string_view bytes);
  CipherKey(CipherKey&& other) noexcept;
  CipherKey& operator=(CipherKey&& other) noexcept;
  ~CipherKey();
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  CipherKey() = default;
  std::array<unsigned char, 32> bytes_{};
};

inline constexpr std::size_t kClosedMore = 24 + 16;  // bytes that a closed value has more than the value

// nonce 24 || ciphertext || tag 16. `about` is no part of it and must be the same when it is opened.
std::string close_value(const CipherKey& key, std::string_view value, std::string_view about, Random& random);
Result<std::string> open_value(const CipherKey& key, std::string_view closed, std::string_view about);  // Corrupt

// Pieces under a key that is used for them alone, each opened by itself: none can stand in another's place. `into` is
// replaced. Two pieces of one key never have the same number.
inline constexpr std::size_t kTagMore = 16;  // bytes that such a piece is longer sealed
void seal_piece(const CipherKey& key, std::uint64_t number, std::string_view piece, std::string_view about,
                std::string& into);
Result<Nothing> open_piece(const CipherKey& key, std::uint64_t number, std::string_view sealed, std::string_view about,
                           std::string& into);  // Corrupt

// Pieces in their order, of which the last is marked: none can be left out, swapped or added (libsodium's
// secretstream).
inline constexpr std::size_t kStreamHead = 24;
inline constexpr std::size_t kPieceMore = 17;  // bytes that a sealed piece has more than the piece
enum class Piece { More, Last };

class SealingStream {
 public:
  explicit SealingStream(const CipherKey& key);
  ~SealingStream();
  SealingStream(const SealingStream&) = delete;
  SealingStream& operator=(const SealingStream&) = delete;
  const std::string& head() const { return head_; }
  void seal(std::string_view piece, std::string_view about, Piece which, std::string& into);  // replaces `into`

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string head_;
};

class OpeningStream {
 public:
  OpeningStream(const CipherKey& key, std::string_view head);  // kStreamHead bytes
  ~OpeningStream();
  OpeningStream(const OpeningStream&) = delete;
  OpeningStream& operator=(const OpeningStream&) = delete;
  // Corrupt when it is not the next piece of this stream. Replaces `into`.
  Result<Piece> open(std::string_view sealed, std::string_view about, std::string& into);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cordon
