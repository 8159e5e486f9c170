// An officer's credential: the hash that checks a password, the signing key that only this password opens, and the
// secret of the time codes. It lies in the desk's keys/ folder (0600), never in the journal. The secret is not sealed
// by the password: who has both the file and the password would open it just the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/sign.h"
#include "officer/totp.h"

namespace cordon {

struct Credential {
  std::string password_hash;
  std::string sealed_key;  // the Ed25519 seed, sealed by the password
  PublicKey key;
  struct TimeCode {
    TotpSecret secret;
    std::int64_t last_step;  // of the last code that was accepted
  };
  std::optional<TimeCode> time_code;         // sign-in asks for it
  std::optional<TotpSecret> offered_secret;  // waits for its first code, and is not asked for till then
};
Json to_json(const Credential& credential);
Result<Credential> read_credential(const Json& stored);

// Refused when the password is shorter than 12 characters (NIST SP 800-63B section 5.1.1 asks for 8).
Result<Credential> make_credential(std::string_view password, Random& random, Cost cost = Cost::Interactive);

// The answer to everybody who may not sign in, whichever of the three is wrong.
Error wrong_sign_in();

// wrong_sign_in() on a wrong password and on a wrong, used or missing time code, after the same work; Corrupt when the
// key inside is not the one that the officer enrolled with. An accepted code is marked as used in `credential`, which
// the caller stores before it relies on the key. A code that nobody asks for is not looked at.
Result<SecretKey> unlock(Credential& credential, std::string_view password, const std::optional<std::string>& code,
                         Instant now);

// Offers a new secret for time codes; the first code of it puts it in force. Refused when the code does not fit,
// NotFound when none was offered.
const TotpSecret& offer_time_code(Credential& credential, Random& random);
Result<Nothing> confirm_time_code(Credential& credential, std::string_view code, Instant now);

}  // namespace cordon
