// Laws: a key that is read prints as the very text it was read from; a refusal is one line, and never holds the secret.
#include <cstdint>

#include "officer/api_key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto key = cordon::parse_api_key(text);
  if (!key) {
    CORDON_CHECK(key.error().fault == cordon::Fault::Malformed, "a text is a key or it is malformed");
    CORDON_CHECK(key.error().message == cordon::parse_api_key("").error().message && key.error().where.empty(),
                 "every refusal has the same words");
    return 0;
  }
  CORDON_CHECK(cordon::to_text(*key) == text, "a key has one spelling");
  CORDON_CHECK(key->secret.size() == 32, "a secret has 256 bits");
  return 0;
}
