// A TLS certificate, by the SHA-256 of its DER bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "sha256:" and 64 lower-case hex digits, from bare hex, hex in pairs with colons ("AB:CD:…"), or what
// `openssl x509 -fingerprint -sha256` prints. Malformed otherwise.
Result<std::string> canonical_tls_cert(std::string_view text);

}  // namespace cordon
