#include "base/cipher.h"

#include <algorithm>

#include "base/sodium.h"

namespace cordon {

namespace {

static_assert(kCipherNonce + kCipherTag == kClosedMore);
static_assert(kTagMore == kCipherTag);
static_assert(kStreamHead == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kPieceMore == crypto_secretstream_xchacha20poly1305_ABYTES);

std::array<unsigned char, kCipherNonce> nonce_of(std::uint64_t number) {
  std::array<unsigned char, kCipherNonce> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<unsigned char>(number >> (8 * i));
  return nonce;
}

}  // namespace

CipherKey CipherKey::generate(Random& random) {
  std::string bytes = random.bytes(32);
  Result<CipherKey> key = from_bytes(bytes);
  CORDON_CHECK(key, "a Random gave too few bytes");
  sodium_memzero(bytes.data(), bytes.size());
  return *std::move(key);
}

Result<CipherKey> CipherKey::from_bytes(std::string_view bytes) {
  ready_sodium();
  CipherKey key;
  if (bytes.size() != key.bytes_.size()) return fail(Fault::Malformed, "a key has 32 bytes");
  std::copy(octets(bytes), octets(bytes) + bytes.size(), key.bytes_.begin());
  return key;
}

CipherKey::CipherKey(CipherKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
}

CipherKey& CipherKey::operator=(CipherKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    sodium_memzero(other.bytes_.data(), other.bytes_.size());
  }
  return *this;
}

CipherKey::~CipherKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::string close_value(const CipherKey& key, std::string_view value, std::string_view about, Random& random) {
  std::string closed = random.bytes(kCipherNonce);
  CORDON_CHECK(closed.size() == kCipherNonce, "a Random gave too few bytes");
  closed.resize(kCipherNonce + value.size() + kCipherTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(closed) + kCipherNonce, nullptr, octets(value), value.size(),
                                             octets(about), about.size(), nullptr, octets(closed), octets(key.view()));
  return closed;
}

Result<std::string> open_value(const CipherKey& key, std::string_view closed, std::string_view about) {
  const Error changed = fail(Fault::Corrupt, "a closed value does not open: it was changed, or the key is another");
  if (closed.size() < kClosedMore) return changed;
  std::string value(closed.size() - kClosedMore, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets(value), nullptr, nullptr, octets(closed) + kCipherNonce,
                                                 closed.size() - kCipherNonce, octets(about), about.size(),
                                                 octets(closed), octets(key.view())) != 0)
    return changed;
  return value;
}

void seal_piece(const CipherKey& key, std::uint64_t number, std::string_view piece, std::string_view about,
                std::string& into) {
  into.resize(piece.size() + kCipherTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(into), nullptr, octets(piece), piece.size(), octets(about),
                                             about.size(), nullptr, nonce_of(number).data(), octets(key.view()));
}

Result<Nothing> open_piece(const CipherKey& key, std::uint64_t number, std::string_view sealed, std::string_view about,
                           std::string& into) {
  const Error changed = fail(Fault::Corrupt, "sealed bytes do not open: they were changed, or the key is another");
  if (sealed.size() < kCipherTag) return changed;
  into.resize(sealed.size() - kCipherTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets(into), nullptr, nullptr, octets(sealed), sealed.size(),
                                                 octets(about), about.size(), nonce_of(number).data(),
                                                 octets(key.view())) != 0)
    return changed;
  return Nothing{};
}

struct SealingStream::State {
  crypto_secretstream_xchacha20poly1305_state of;
};
struct OpeningStream::State {
  crypto_secretstream_xchacha20poly1305_state of;
};

SealingStream::SealingStream(const CipherKey& key) : state_(std::make_unique<State>()), head_(kStreamHead, '\0') {
  crypto_secretstream_xchacha20poly1305_init_push(&state_->of, octets(head_), octets(key.view()));
}

SealingStream::~SealingStream() { sodium_memzero(&state_->of, sizeof state_->of); }

void SealingStream::seal(std::string_view piece, std::string_view about, Piece which, std::string& into) {
  into.resize(piece.size() + kPieceMore);
  crypto_secretstream_xchacha20poly1305_push(
      &state_->of, octets(into), nullptr, octets(piece), piece.size(), octets(about), about.size(),
      which == Piece::Last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
}

OpeningStream::OpeningStream(const CipherKey& key, std::string_view head) : state_(std::make_unique<State>()) {
  CORDON_CHECK(head.size() == kStreamHead, "the head of a stream has 24 bytes");
  crypto_secretstream_xchacha20poly1305_init_pull(&state_->of, octets(head), octets(key.view()));
}

OpeningStream::~OpeningStream() { sodium_memzero(&state_->of, sizeof state_->of); }

Result<Piece> OpeningStream::open(std::string_view sealed, std::string_view about, std::string& into) {
  const Error changed = fail(Fault::Corrupt, "sealed bytes do not open: they were changed, or the key is another");
  if (sealed.size() < kPieceMore) return changed;
  into.resize(sealed.size() - kPieceMore);
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->of, octets(into), nullptr, &tag, octets(sealed),
                                                 sealed.size(), octets(about), about.size()) != 0)
    return changed;
  return tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL ? Piece::Last : Piece::More;
}

}  // namespace cordon
