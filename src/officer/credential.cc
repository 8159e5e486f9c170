#include "officer/credential.h"

namespace cordon {

Json to_json(const Credential& credential) {
  return Json::Object{{"password_hash", credential.password_hash},
                      {"sealed_key", credential.sealed_key},
                      {"key", to_base64(credential.key)}};
}

Result<Credential> read_credential(const Json& stored) {
  std::string password_hash = TRY(stored.text("password_hash"));
  std::string sealed_key = TRY(stored.text("sealed_key"));
  const PublicKey key = TRY(parse_public_key(TRY(stored.text("key"))));
  return Credential{std::move(password_hash), std::move(sealed_key), key};
}

Result<Credential> make_credential(std::string_view password, Random& random, Cost cost) {
  if (password.size() < 12) return fail(Fault::Refused, "the password has fewer than 12 characters");
  const SecretKey key = SecretKey::generate(random);
  std::string seed = key.seed();
  Credential credential{hash_password(password, cost), seal(seed, password, random, cost), key.public_key()};
  wipe(seed);
  return credential;
}

Result<SecretKey> unlock(const Credential& credential, std::string_view password) {
  if (!verify_password(credential.password_hash, password)) return fail(Fault::Refused, "the password is not right");
  std::string seed = TRY(unseal(credential.sealed_key, password));
  Result<SecretKey> key = SecretKey::from_seed(seed);
  wipe(seed);
  if (key && key->public_key() != credential.key) return fail(Fault::Corrupt, "the officer's stored key was exchanged");
  return key;
}

}  // namespace cordon
