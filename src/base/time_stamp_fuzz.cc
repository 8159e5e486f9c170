// A time stamp that holds is, byte for byte, the one that the authority made: nothing else in the world is signed by
// it.
#include <cstdint>

#include "base/time_stamp.h"

namespace {

constexpr std::string_view kPinned =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBnDCCAUOgAwIBAgIUWAeUa+xdKiTRrYtGt2ggQ7m6R8MwCgYIKoZIzj0EAwIw\n"
    "IzEhMB8GA1UEAwwYVGVzdCBhdXRob3JpdHkgb2Ygc3RhbXBzMCAXDTI2MTEyODEx\n"
    "NDk1NloYDzIxMjUwNjIyMTE0OTU2WjAjMSEwHwYDVQQDDBhUZXN0IGF1dGhvcml0\n"
    "eSBvZiBzdGFtcHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATxEp8NdC584xwW\n"
    "FaGg7NT5oujtnh3b68pOovnoD7MPYXpSLHS8Nf8brR1QlMmvwk+uRix52du4ug3X\n"
    "XqvpsBU4o1MwUTAdBgNVHQ4EFgQUrmbOC0PxZwk2AzvjmYM3VAGd+4owHwYDVR0j\n"
    "BBgwFoAUrmbOC0PxZwk2AzvjmYM3VAGd+4owDwYDVR0TAQH/BAUwAwEB/zAKBggq\n"
    "hkjOPQQDAgNHADBEAiB0TtVqYuUxtYDd1YNcwYc4EO0FfdkUq0Fbq9kf20tVwgIg\n"
    "J+7BjHvj/I71+GzSkaQ3AsZ0Kx+QmP91B1nTmNVJSeM=\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kToken =
    "f074ea4fead73879e4811e12c1cf555f5b994091defa6e4e12bbda4e400a3427";  // SHA-256 of tests/corpus/time_stamp/token
constexpr cordon::Instant kThen{1795866597000};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  static const StampTrust trust = [] {
    Result<StampTrust> read = StampTrust::read(kPinned);
    CORDON_CHECK(static_cast<bool>(read), "the pinned certificate is read");
    return *std::move(read);
  }();
  static const StampQuery query{sha256("what is stamped"), 0x60404D3D473B9DDBu};
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto stamp = check_stamp(bytes, query, trust)) {
    CORDON_CHECK(sha256(bytes).hex() == kToken, "no other bytes hold");
    CORDON_CHECK(stamp->token == bytes && stamp->at == kThen, "it says what it says");
  } else {
    CORDON_CHECK(sha256(bytes).hex() != kToken, "the token itself holds");
  }
  if (const auto stamp = read_stamp_answer(bytes, query, trust, "", kThen))
    CORDON_CHECK(sha256(stamp->token).hex() == kToken, "whatever stands around it, no other token holds");
  static_cast<void>(static_cast<bool>(StampTrust::read(bytes)));
  return 0;
}
