#include "observable/tls_cert.h"

#include "base/text.h"

namespace cordon {

Result<std::string> canonical_tls_cert(std::string_view text) {
  if (text.size() > 160) return fail(Fault::Malformed, "too long for a certificate fingerprint");
  text = trim(text);
  for (const std::string_view prefix : {std::string_view("sha256:"), std::string_view("sha256 Fingerprint=")}) {
    if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) continue;
    text.remove_prefix(prefix.size());
    break;
  }
  std::string digits;
  if (text.size() == 95) {  // 32 pairs and the colons between them
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i % 3 != 2) {
        digits += text[i];
      } else if (text[i] != ':') {
        return fail(Fault::Malformed, "a fingerprint with colons has one behind each pair of hex digits");
      }
    }
  } else {
    digits = text;
  }
  if (digits.size() != 64) return fail(Fault::Malformed, "a certificate fingerprint is SHA-256: 64 hex digits");
  return "sha256:" + to_hex(TRY(from_hex(digits)));
}

}  // namespace cordon
