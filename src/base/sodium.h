// libsodium, made ready. Private to base.
#pragma once

#include <sodium.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Called before any other function of the library; costs nothing after the first time.
inline void ready_sodium() {
  static const bool ready = sodium_init() >= 0;
  CORDON_CHECK(ready, "libsodium does not start");
}

inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// XChaCha20-Poly1305, the one cipher here.
constexpr std::size_t kCipherNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kCipherTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace cordon
