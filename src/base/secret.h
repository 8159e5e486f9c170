// Passwords and what they guard. Argon2id (RFC 9106) through libsodium; the key derived from a password
// is never the same as the hash that checks it.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace cordon {

// How hard a guess is. `Interactive` for people (64 MiB, about 0.1 s); `Test` for tests only.
enum class Cost { Interactive, Test };

std::string hash_password(std::string_view password, Cost cost = Cost::Interactive);  // "$argon2id$…"
bool verify_password(std::string_view hash, std::string_view password);
// The work of verify_password where there is nothing to compare with, so that the time of an answer does not tell
// which logins exist.
void pretend_to_verify(std::string_view password, Cost cost = Cost::Interactive);

// Looks at every byte whatever differs. Only the lengths show in the time it takes.
bool equal_secrets(std::string_view a, std::string_view b);

// Encrypts `secret` under `password` (Argon2id, then XChaCha20-Poly1305). The text is base64 and names
// its own parameters. unseal: Refused on a wrong password, Corrupt on changed bytes where told apart.
std::string seal(std::string_view secret, std::string_view password, Random& random, Cost cost = Cost::Interactive);
Result<std::string> unseal(std::string_view sealed, std::string_view password);

void wipe(std::string& secret);  // overwrites before it frees

}  // namespace cordon
