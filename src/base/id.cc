#include "base/id.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "base/text.h"

namespace cordon {

namespace {

// 16 bytes with the version and the RFC 9562 variant set, as text.
std::string format(std::string bytes, int version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0F) | version << 4);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3F) | 0x80);
  return uuid_from_bytes(bytes);
}

bool dash_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string make_uuid7(Instant at, Random& random) {
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>(at.ms >> shift & 0xFF);
  return format(bytes + random.bytes(10), 7);
}

std::string make_uuid8(const Digest& digest) { return format(std::string(digest.view().substr(0, 16)), 8); }

std::string make_uuid5(std::string_view space, std::string_view name) {
  const Result<std::string> prefix = from_hex(replace_all(std::string(space), "-", ""));
  CORDON_CHECK(prefix && prefix->size() == 16, "a namespace is a UUID");
  const std::string text = *prefix + std::string(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  CORDON_CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) == 1 && length == 20,
               "OpenSSL has no SHA-1");
  return format(std::string(reinterpret_cast<const char*>(digest.data()), 16), 5);
}

Result<std::string> parse_uuid(std::string_view text) {
  const auto broken = [&] {
    return fail(Fault::Malformed, "'" + printable(text, 48) + "' is no id (expected a UUID)");
  };
  if (text.size() != 36) return broken();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash_at(i) ? c != '-' : !hex) return broken();
  }
  return lower_ascii(text);
}

namespace {

// Where the two digits of each byte stand: 8-4-4-4-12.
constexpr std::array<std::uint8_t, 16> kDigits{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

std::string uuid_bytes(std::string_view uuid) {
  CORDON_CHECK(uuid.size() == 36, "a UUID has 36 characters");
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes(16, '\0');
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    bytes[i] = static_cast<char>(value(uuid[kDigits[i]]) << 4 | value(uuid[kDigits[i] + 1u]));
  return bytes;
}

std::string uuid_from_bytes(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  CORDON_CHECK(bytes.size() == 16, "a UUID has 16 bytes");
  std::string text(36, '-');
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text[kDigits[i]] = digits[byte >> 4];
    text[kDigits[i] + 1u] = digits[byte & 15];
  }
  return text;
}

}  // namespace cordon
