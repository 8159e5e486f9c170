// Ed25519 signatures (RFC 8032).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace cordon {

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const PublicKey&) const = default;
  std::string view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};
struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  auto operator<=>(const Signature&) const = default;
  std::string view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};
std::string to_base64(const PublicKey& key);
std::string to_base64(const Signature& signature);
Result<PublicKey> parse_public_key(std::string_view base64);
Result<Signature> parse_signature(std::string_view base64);

// The 32-byte seed of a key pair; wiped when it goes.
class SecretKey {
 public:
  static SecretKey generate(Random& random);
  static Result<SecretKey> from_seed(std::string_view seed);
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  ~SecretKey();
  PublicKey public_key() const;
  Signature sign(std::string_view message) const;
  std::string seed() const;  // the caller wipes it

 private:
  explicit SecretKey(const std::array<std::uint8_t, 32>& seed) : seed_(seed) {}
  std::array<std::uint8_t, 32> seed_{};
};

bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

}  // namespace cordon
