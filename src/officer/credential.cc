#include "officer/credential.h"

namespace cordon {

Json to_json(const Credential& credential) {
  Json json = Json::Object{{"password_hash", credential.password_hash},
                           {"sealed_key", credential.sealed_key},
                           {"key", to_base64(credential.key)}};
  if (credential.time_code) {
    json.set("totp", Json::Object{{"secret", credential.time_code->secret.base32()},
                                  {"last_step", credential.time_code->last_step}});
  }
  if (credential.offered_secret) json.set("totp_offered", credential.offered_secret->base32());
  return json;
}

Result<Credential> read_credential(const Json& stored) {
  std::string password_hash = TRY(stored.text("password_hash"));
  std::string sealed_key = TRY(stored.text("sealed_key"));
  const PublicKey key = TRY(parse_public_key(TRY(stored.text("key"))));
  Credential credential{std::move(password_hash), std::move(sealed_key), key, {}, {}};
  // Present but broken is no "has none": a damaged file must not take the second factor away.
  if (const Json* totp = stored.find("totp")) {
    const TotpSecret secret = TRY(TotpSecret::parse(TRY(totp->text("secret"))));
    const std::int64_t last_step = TRY(totp->number("last_step"));
    credential.time_code = Credential::TimeCode{secret, last_step};
  }
  if (stored.find("totp_offered") != nullptr)
    credential.offered_secret = TRY(TotpSecret::parse(TRY(stored.text("totp_offered"))));
  return credential;
}

Result<Credential> make_credential(std::string_view password, Random& random, Cost cost) {
  if (password.size() < 12) return fail(Fault::Refused, "the password has fewer than 12 characters");
  const SecretKey key = SecretKey::generate(random);
  std::string seed = key.seed();
  Credential credential{hash_password(password, cost), seal(seed, password, random, cost), key.public_key(), {}, {}};
  wipe(seed);
  return credential;
}

Error wrong_sign_in() { return fail(Fault::Refused, "no officer has this login, password and time code"); }

Result<SecretKey> unlock(Credential& credential, std::string_view password, const std::optional<std::string>& code,
                         Instant now) {
  const bool password_fits = verify_password(credential.password_hash, password);
  std::optional<std::int64_t> step;
  if (credential.time_code) {
    step =
        accept_totp(credential.time_code->secret, code.value_or(std::string()), now, credential.time_code->last_step);
  }
  if (!password_fits || (credential.time_code && !step)) return wrong_sign_in();
  std::string seed = TRY(unseal(credential.sealed_key, password));
  Result<SecretKey> key = SecretKey::from_seed(seed);
  wipe(seed);
  if (key && key->public_key() != credential.key) return fail(Fault::Corrupt, "the officer's stored key was exchanged");
  if (step) credential.time_code->last_step = *step;
  return key;
}

const TotpSecret& offer_time_code(Credential& credential, Random& random) {
  return credential.offered_secret.emplace(TotpSecret::generate(random));
}

Result<Nothing> confirm_time_code(Credential& credential, std::string_view code, Instant now) {
  if (!credential.offered_secret) return fail(Fault::NotFound, "no time code was offered that could be confirmed");
  const std::optional<std::int64_t> step = accept_totp(*credential.offered_secret, code, now, -1);
  if (!step) return fail(Fault::Refused, "that is not the code of the new secret now; is the phone's clock right?");
  credential.time_code = Credential::TimeCode{*credential.offered_secret, *step};
  credential.offered_secret.reset();
  return Nothing{};
}

}  // namespace cordon
