#include "base/sign.h"

#include <algorithm>

#include "base/sodium.h"
#include "base/text.h"

namespace cordon {
namespace {

// libsodium's form of a secret key: seed and public key, 64 bytes; wiped when it goes.
class KeyPair {
 public:
  explicit KeyPair(const std::array<std::uint8_t, 32>& seed) {
    ready_sodium();
    crypto_sign_seed_keypair(public_key.bytes.data(), secret.data(), seed.data());
  }
  ~KeyPair() { sodium_memzero(secret.data(), secret.size()); }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;

  PublicKey public_key;
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
};

template <typename Fixed>
Result<Fixed> parse_fixed(std::string_view base64, std::string_view what) {
  Fixed out;
  const Result<std::string> bytes = from_base64(base64);
  if (!bytes || bytes->size() != out.bytes.size())
    return fail(Fault::Malformed,
                "not " + std::string(what) + ": expected " + std::to_string(out.bytes.size()) + " bytes in base64");
  std::copy(bytes->begin(), bytes->end(), out.bytes.begin());
  return out;
}

}  // namespace

std::string to_base64(const PublicKey& key) { return to_base64(key.view()); }
std::string to_base64(const Signature& signature) { return to_base64(signature.view()); }

Result<PublicKey> parse_public_key(std::string_view base64) {
  return parse_fixed<PublicKey>(base64, "an Ed25519 public key");
}
Result<Signature> parse_signature(std::string_view base64) {
  return parse_fixed<Signature>(base64, "an Ed25519 signature");
}

SecretKey SecretKey::generate(Random& random) {
  std::string bytes = random.bytes(crypto_sign_SEEDBYTES);
  CORDON_CHECK(bytes.size() == crypto_sign_SEEDBYTES, "a Random gave too few bytes");
  std::array<std::uint8_t, 32> seed;
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  SecretKey key(seed);
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SecretKey> SecretKey::from_seed(std::string_view bytes) {
  if (bytes.size() != crypto_sign_SEEDBYTES)
    return fail(Fault::Malformed, "not an Ed25519 seed: expected 32 bytes, got " + std::to_string(bytes.size()));
  std::array<std::uint8_t, 32> seed;
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  SecretKey key(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : seed_(other.seed_) {
  sodium_memzero(other.seed_.data(), other.seed_.size());
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    seed_ = other.seed_;
    sodium_memzero(other.seed_.data(), other.seed_.size());
  }
  return *this;
}

SecretKey::~SecretKey() { sodium_memzero(seed_.data(), seed_.size()); }

PublicKey SecretKey::public_key() const { return KeyPair(seed_).public_key; }

Signature SecretKey::sign(std::string_view message) const {
  const KeyPair pair(seed_);
  Signature out;
  crypto_sign_detached(out.bytes.data(), nullptr, octets(message), message.size(), pair.secret.data());
  return out;
}

std::string SecretKey::seed() const { return {reinterpret_cast<const char*>(seed_.data()), seed_.size()}; }

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
  ready_sodium();
  return crypto_sign_verify_detached(signature.bytes.data(), octets(message), message.size(), key.bytes.data()) == 0;
}

}  // namespace cordon
