#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

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

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Digest digest;
  unsigned int length = 0;
  CORDON_CHECK(
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
           bytes.size(), digest.bytes.data(), &length) != nullptr,
      "HMAC failed");
  return digest;
}

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
