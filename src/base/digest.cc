// SHA-256 of a few bytes goes through OpenSSL's own functions for it: looking up the algorithm and keeping a context on
// the heap, as EVP does, would cost more than the hashing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/keyed_digest.h"
#include "base/text.h"

namespace cordon {

std::string Digest::hex() const { return to_hex(view()); }

Result<Digest> digest_from_bytes(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return fail(Fault::Malformed, "a SHA-256 digest has 32 bytes");
  std::transform(bytes.begin(), bytes.end(), digest.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return digest;
}

Result<Digest> parse_digest(std::string_view hex) { return digest_from_bytes(TRY(from_hex(hex))); }

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CORDON_CHECK(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1,
               "OpenSSL has no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  CORDON_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 failed");
}

Digest Sha256::finish() {
  Digest digest;
  unsigned int length = 0;
  CORDON_CHECK(EVP_DigestFinal_ex(state_->context, digest.bytes.data(), &length) == 1 && length == digest.bytes.size(),
               "SHA-256 failed");
  return digest;
}

namespace {

Digest finish(SHA256_CTX& context) {
  Digest digest;
  CORDON_CHECK(SHA256_Final(digest.bytes.data(), &context) == 1, "SHA-256 failed");
  return digest;
}

void add(SHA256_CTX& context, std::string_view bytes) {
  CORDON_CHECK(SHA256_Update(&context, bytes.data(), bytes.size()) == 1, "SHA-256 failed");
}

}  // namespace

Digest sha256(std::string_view bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  add(context, bytes);
  return finish(context);
}

// For the many short messages of a Merkle tree: one block with the byte in it, whole blocks as they lie, and the
// padding of FIPS 180-4 section 5.1.1. What SHA256_Update and SHA256_Final do beside blocks would be a quarter of the
// time.
Digest sha256(char first, std::string_view rest) {
  const std::uint64_t bits = (std::uint64_t{rest.size()} + 1) * 8;
  SHA256_CTX context;
  SHA256_Init(&context);
  std::array<std::uint8_t, 2 * SHA256_CBLOCK> last{};
  std::size_t used = 0;
  last[used++] = static_cast<std::uint8_t>(first);
  if (rest.size() >= SHA256_CBLOCK - 1) {
    std::memcpy(last.data() + 1, rest.data(), SHA256_CBLOCK - 1);
    SHA256_Transform(&context, last.data());
    rest.remove_prefix(SHA256_CBLOCK - 1);
    const std::size_t whole = rest.size() / SHA256_CBLOCK * SHA256_CBLOCK;
    if (whole > 0) add(context, rest.substr(0, whole));
    rest.remove_prefix(whole);
    used = 0;
  }
  if (!rest.empty()) std::memcpy(last.data() + used, rest.data(), rest.size());
  used += rest.size();
  last[used++] = 0x80;
  const std::size_t size = used + 8 <= SHA256_CBLOCK ? SHA256_CBLOCK : 2 * SHA256_CBLOCK;
  std::fill(last.begin() + static_cast<std::ptrdiff_t>(used), last.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < 8; ++i) last[size - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  SHA256_Transform(&context, last.data());
  if (size > SHA256_CBLOCK) SHA256_Transform(&context, last.data() + SHA256_CBLOCK);
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i)
    digest.bytes[i] = static_cast<std::uint8_t>(context.h[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

struct KeyedDigest::State {
  SHA256_CTX inner, outer;
};

KeyedDigest::KeyedDigest(std::string_view key) {
  const Digest hashed = key.size() > SHA256_CBLOCK ? sha256(key) : Digest{};
  if (key.size() > SHA256_CBLOCK) key = hashed.view();
  const auto after_pad = [key](char pad) {
    std::array<char, SHA256_CBLOCK> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(block[i] ^ key[i]);
    SHA256_CTX context;
    SHA256_Init(&context);
    add(context, {block.data(), block.size()});
    return context;
  };
  state_ = std::make_shared<const State>(State{after_pad(0x36), after_pad(0x5c)});
}

Digest KeyedDigest::of(std::string_view bytes) const {
  SHA256_CTX context = state_->inner;
  add(context, bytes);
  const Digest inner = finish(context);
  context = state_->outer;
  add(context, inner.view());
  return finish(context);
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) { return KeyedDigest(key).of(bytes); }

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  std::string out(20, '\0');
  unsigned int length = 0;
  CORDON_CHECK(
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
           bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &length) != nullptr &&
          length == out.size(),
      "HMAC failed");
  return out;
}

}  // namespace cordon
