// A sealed secret, before base64:
//
//   magic "CSL1" | operations u32 | memory in KiB u32 | salt 16 | nonce 24 | ciphertext | tag 16 | sum 16
//
// Numbers are little-endian. Everything before the ciphertext is authenticated with it. The sum is plain
// BLAKE2b over all before it: it holds no secret and stops no attacker, but tells damage from a wrong
// password, which the tag alone cannot.
#include "base/secret.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/packed.h"
#include "base/sodium.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::string_view kMagic = "CSL1";
constexpr std::size_t kSalt = crypto_pwhash_SALTBYTES;
constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kSum = 16;
constexpr std::size_t kSaltAt = kMagic.size() + 4 + 4;
constexpr std::size_t kHead = kSaltAt + kSalt + kCipherNonce;
// What a sealed text may ask of the machine that opens it.
constexpr std::uint32_t kMostOperations = 16;
constexpr std::uint32_t kMostKib = 1u << 20;

struct Work {
  std::uint32_t operations;
  std::uint32_t kib;
};

Work work(Cost cost) {
  if (cost == Cost::Test) return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN / 1024};
  return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024};
}

// Argon2id; the key is wiped when it goes.
class DerivedKey {
 public:
  bool derive(std::string_view password, std::string_view salt, Work work) {
    ready_sodium();
    return crypto_pwhash(key_.data(), key_.size(), password.data(), password.size(), octets(salt), work.operations,
                         std::size_t{work.kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0;
  }
  ~DerivedKey() { sodium_memzero(key_.data(), key_.size()); }
  const unsigned char* data() const { return key_.data(); }

 private:
  std::array<unsigned char, kKey> key_{};
};

std::string sum(std::string_view bytes) {
  std::string out(kSum, '\0');
  crypto_generichash(octets(out), out.size(), octets(bytes), bytes.size(), nullptr, 0);
  return out;
}

}  // namespace

std::string hash_password(std::string_view password, Cost cost) {
  ready_sodium();
  const Work w = work(cost);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  CORDON_CHECK(crypto_pwhash_str_alg(out.data(), password.data(), password.size(), w.operations,
                                     std::size_t{w.kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0,
               "no memory to hash a password");
  return out.data();
}

bool verify_password(std::string_view hash, std::string_view password) {
  ready_sodium();
  // libsodium reads a string that ends in NUL, in a field of a fixed size.
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (hash.size() >= text.size() || hash.find('\0') != std::string_view::npos) return false;
  std::memcpy(text.data(), hash.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

void pretend_to_verify(std::string_view password, Cost cost) {
  DerivedKey key;
  CORDON_CHECK(key.derive(password, std::string(kSalt, '\0'), work(cost)), "no memory to hash a password");
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string seal(std::string_view secret, std::string_view password, Random& random, Cost cost) {
  const Work w = work(cost);
  std::string out(kMagic);
  append_u32(out, w.operations);
  append_u32(out, w.kib);
  out += random.bytes(kSalt + kCipherNonce);
  CORDON_CHECK(out.size() == kHead, "a Random gave too few bytes");
  DerivedKey key;
  CORDON_CHECK(key.derive(password, std::string_view(out).substr(kSaltAt, kSalt), w), "no memory to derive a key");
  std::string closed(secret.size() + kCipherTag, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(closed), nullptr, octets(secret), secret.size(), octets(out),
                                             out.size(), nullptr, octets(out) + kSaltAt + kSalt, key.data());
  out += closed;
  out += sum(out);
  return to_base64(out);
}

Result<std::string> unseal(std::string_view sealed, std::string_view password) {
  const auto corrupt = [](std::string_view what) {
    return fail(Fault::Corrupt, "a sealed secret is damaged: " + std::string(what));
  };
  const Result<std::string> decoded = from_base64(sealed);
  if (!decoded) return corrupt("it is not base64");
  const std::string_view all = *decoded;
  if (all.size() < kHead + kCipherTag + kSum) return corrupt("it is too short");
  const std::string_view body = all.substr(0, all.size() - kSum);
  ready_sodium();
  if (sum(body) != all.substr(body.size())) return corrupt("its sum does not match");
  const Work w{u32_at(body, kMagic.size()), u32_at(body, kMagic.size() + 4)};
  if (!body.starts_with(kMagic)) return corrupt("its first bytes are not CSL1");
  if (w.operations < crypto_pwhash_OPSLIMIT_MIN || w.operations > kMostOperations ||
      w.kib < crypto_pwhash_MEMLIMIT_MIN / 1024 || w.kib > kMostKib)
    return corrupt("its cost is out of range");
  DerivedKey key;
  if (!key.derive(password, body.substr(kSaltAt, kSalt), w))
    return fail(Fault::Unavailable, "opening a sealed secret: no memory to derive its key");
  const std::string_view closed = body.substr(kHead);
  std::string out(closed.size() - kCipherTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets(out), nullptr, nullptr, octets(closed), closed.size(),
                                                 octets(body), kHead, octets(body) + kSaltAt + kSalt, key.data()) != 0)
    return fail(Fault::Refused, "wrong password for a sealed secret");
  return out;
}

void wipe(std::string& secret) {
  secret.resize(secret.capacity());  // bytes past the end may be left from a longer value
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
  secret.shrink_to_fit();
}

}  // namespace cordon
