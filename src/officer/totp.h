// Time codes (RFC 6238 over RFC 4226): six digits that an officer's phone shows and that change every 30 seconds.
// A code is good once, and for the step before and after its own, because phones' clocks are off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace cordon {

// 160 bits, as RFC 4226 section 4 (R6) recommends; wiped when it goes.
class TotpSecret {
 public:
  static TotpSecret generate(Random& random);
  static Result<TotpSecret> parse(std::string_view base32);
  TotpSecret(const TotpSecret&) = default;
  TotpSecret& operator=(const TotpSecret&) = default;
  ~TotpSecret();
  const std::string& bytes() const { return bytes_; }
  std::string base32() const;

 private:
  explicit TotpSecret(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

std::int64_t totp_step(Instant at);  // steps of 30 s since 1970

// The code of one step (RFC 4226 section 5.3).
std::string totp_code(const TotpSecret& secret, std::int64_t step);

// Which step near `now` this is the code of; nullopt when of none, or of one that is not after `last_used`: who read a
// code over a shoulder cannot use it again (RFC 6238 section 5.2). The time it takes does not depend on the code.
std::optional<std::int64_t> accept_totp(const TotpSecret& secret, std::string_view code, Instant now,
                                        std::int64_t last_used);

// What an authenticator app reads as a QR code or by hand. `issuer` is the desk's name as the app shows it.
std::string otpauth_uri(const TotpSecret& secret, std::string_view issuer, std::string_view login);

}  // namespace cordon
