// SHA-256 (FIPS 180-4) and HMAC over it (RFC 2104): the only hashes that a promise of ours rests on, time codes apart.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  std::string hex() const;
};
Result<Digest> parse_digest(std::string_view hex);         // 64 hex digits
Result<Digest> digest_from_bytes(std::string_view bytes);  // exactly 32 bytes

Digest sha256(std::string_view bytes);
Digest sha256(char first, std::string_view rest);  // of a byte and what follows it, which is not copied
Digest hmac_sha256(std::string_view key, std::string_view bytes);

// HMAC over SHA-1, 20 bytes, for time codes (officer/totp.h) and nothing else: the authenticator apps that people have
// read no other hash from a code's address (RFC 6238 section 1.2 allows others; most apps ignore `algorithm`). HMAC
// needs no collision resistance, which is what SHA-1 has lost (RFC 6194 section 3.3).
std::string hmac_sha1(std::string_view key, std::string_view bytes);

// For bytes that arrive in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cordon
