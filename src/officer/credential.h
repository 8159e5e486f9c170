// An officer's credential: the hash that checks a password, and the signing key that only this password opens.
// It lies in the desk's keys/ folder (0600), never in the journal.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/sign.h"

namespace cordon {

struct Credential {
  std::string password_hash;
  std::string sealed_key;  // the Ed25519 seed, sealed by the password
  PublicKey key;
};
Json to_json(const Credential& credential);
Result<Credential> read_credential(const Json& stored);

// Refused when the password is shorter than 12 characters (NIST SP 800-63B section 5.1.1 asks for 8).
Result<Credential> make_credential(std::string_view password, Random& random, Cost cost = Cost::Interactive);

// Refused on a wrong password; Corrupt when the key inside is not the one that the officer enrolled with.
Result<SecretKey> unlock(const Credential& credential, std::string_view password);

}  // namespace cordon
