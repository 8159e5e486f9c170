#include "officer/totp.h"

#include "base/digest.h"
#include "base/secret.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kTotpSecretBytes = 20;
constexpr std::int64_t kStepMs = 30'000;
constexpr std::size_t kDigits = 6;
constexpr std::uint32_t kModulus = 1'000'000;  // 10^kDigits

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char& c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += "%" + to_hex(std::string_view(&c, 1));
    }
  }
  return out;
}

}  // namespace

TotpSecret TotpSecret::generate(Random& random) {
  std::string bytes = random.bytes(kTotpSecretBytes);
  CORDON_CHECK(bytes.size() == kTotpSecretBytes, "a Random gave too few bytes");
  return TotpSecret(std::move(bytes));
}

Result<TotpSecret> TotpSecret::parse(std::string_view base32) {
  std::string bytes = TRY(from_base32(base32));
  if (bytes.size() != kTotpSecretBytes) return fail(Fault::Malformed, "the secret of a time code has 160 bits");
  return TotpSecret(std::move(bytes));
}

TotpSecret::~TotpSecret() { wipe(bytes_); }

std::string TotpSecret::base32() const { return to_base32(bytes_); }

std::int64_t totp_step(Instant at) { return at.ms / kStepMs; }

std::string totp_code(const TotpSecret& secret, std::int64_t step) {
  std::string counter;
  for (int shift = 56; shift >= 0; shift -= 8)
    counter += static_cast<char>(static_cast<std::uint64_t>(step) >> shift & 0xFF);
  const std::string mac = hmac_sha1(secret.bytes(), counter);
  const auto octet = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(mac[at])}; };
  const std::size_t from = octet(mac.size() - 1) & 0xF;
  const std::uint32_t number =
      (octet(from) & 0x7F) << 24 | octet(from + 1) << 16 | octet(from + 2) << 8 | octet(from + 3);
  const std::string digits = std::to_string(number % kModulus);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> accept_totp(const TotpSecret& secret, std::string_view code, Instant now,
                                        std::int64_t last_used) {
  std::optional<std::int64_t> accepted;
  const std::int64_t here = totp_step(now);
  for (std::int64_t step = here - 1; step <= here + 1; ++step) {  // all three, whatever the first one says
    const bool fits = equal_secrets(totp_code(secret, step), code);
    if (fits && step > last_used) accepted = step;
  }
  return accepted;
}

std::string otpauth_uri(const TotpSecret& secret, std::string_view issuer, std::string_view login) {
  const std::string name = percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + percent_encoded(login) + "?secret=" + secret.base32() + "&issuer=" + name +
         "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace cordon
