#include "desk/desk.h"

#include "base/secret.h"
#include "base/text.h"
#include "desk/border.h"
#include "desk/flow.h"
#include "desk/key_file.h"
#include "desk/witnesses.h"
#include "law/charter_digest.h"
#include "ledger/checkpoint.h"
#include "store/postgres.h"

namespace cordon {

namespace {

Result<Nothing> write_new(const std::string& path, std::string_view bytes, mode_t mode) {
  if (exists(path)) return fail(Fault::Conflict, "it exists already; a desk is founded once", path);
  return write_file(path, bytes, mode);
}

}  // namespace

Result<Nothing> Desk::found(const Paths& paths, const Fresh& fresh, const Clock& clock, Random& random) {
  if (exists(paths.database()) || exists(paths.settings()))
    return fail(Fault::Conflict, "there is a desk already", paths.desk);
  if (exists(paths.signer())) {
    return fail(Fault::Conflict, "the signer of an earlier desk is still there; its log would be contradicted",
                paths.signer());
  }
  if (is_postgres(fresh.database)) TRY(may_hold_a_record(fresh.database));
  const std::string settings_text = fresh_settings(fresh);
  TRY(make_folder(paths.desk, 0700));
  TRY(write_new(paths.settings(), settings_text, 0644));
  Result<Settings> settings = load_settings(paths);
  if (!settings) {
    static_cast<void>(::unlink(paths.settings().c_str()));
    return settings.error();
  }
  TRY(write_new(paths.annex(), fresh_annex(fresh.demo), 0644));
  TRY(write_new(paths.contacts(), fresh_contacts(fresh.demo), 0644));
  TRY(write_new(paths.border(), fresh_border(fresh.demo), 0644));
  TRY(make_folder(paths.keys() + "/officers", 0700));
  TRY(make_folder(paths.signer(), 0700));
  TRY(make_folder(paths.log()));
  const SecretKey log_key = SecretKey::generate(random);
  for (const std::string& key : {paths.log_key(), paths.report_key()})
    if (exists(key)) return fail(Fault::Conflict, "it exists already; a desk is founded once", key);
  std::string seed = log_key.seed();
  TRY(write_key_file(paths.log_key(), seed));
  wipe(seed);
  TRY(write_key_file(paths.report_key(), random.bytes(32)));
  TRY(make_node_key(paths, random));

  const Annex annex = TRY(load_annex(paths));
  const Fresh& who = fresh;
  {
    Store store = TRY(Store::create(record_of(paths, *settings), TRY(open_blobs(paths, Blobs::Mode::Write))));
    const DeskFounded event{who.origin, who.kind, verifier_key(who.origin, log_key.public_key()), charter_digest(),
                            annex.digest()};
    TRY(store.append({{event, "software", {}}}, clock.now()));
  }
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  return publish(*desk);
}

Result<std::unique_ptr<Desk>> Desk::open(const Paths& paths, const Clock& clock, Random& random) {
  const std::string record = TRY(record_of(paths));
  Result<FileLock> lock = FileLock::take(paths.lock());
  if (!lock && lock.error().fault == Fault::Conflict) {
    return fail(Fault::Conflict, "another cordon process owns this desk", paths.desk);
  }
  if (!lock) return lock.error();
  Settings settings = TRY(load_settings(paths));
  Annex annex = TRY(load_annex(paths));
  ContactBook contacts = TRY(load_contacts(paths));
  std::string report_key = TRY(read_key_file(paths.report_key()));
  Store store = TRY(Store::open(record, TRY(open_blobs(paths, Blobs::Mode::Write)), Store::Mode::Write,
                                Volume{paths.runs(), report_key, settings.organisations}));
  const DeskFounded founded = TRY(store.founded());
  if (founded.origin != settings.operator_.origin || founded.operator_kind != settings.operator_.kind) {
    return fail(
        Fault::Refused,
        "origin and kind were fixed when the desk was founded: \"" + founded.origin + "\", " + founded.operator_kind,
        paths.settings());
  }
  TRY(may_sign_here(paths, settings, founded.log_key));
  std::unique_ptr<Desk> desk(new Desk(paths, std::move(settings), std::move(annex), std::move(contacts),
                                      std::move(report_key), *std::move(lock), std::move(store), clock, random));
  desk->preferences_ = TRY(load_preferences(paths));
  TRY(finish_what_was_left(*desk));
  return desk;
}

LeafFrame Desk::leaf_frame() const { return {settings_.operator_.origin, charter_digest(), annex_.digest()}; }

Result<Credential> Desk::credential(const std::string& login) const {
  return read_credential(TRY(parse_json(TRY(read_summed(paths_.credential(login))))));
}

Result<Nothing> Desk::keep(const std::string& login, const Credential& credential) {
  std::string text = to_text(to_json(credential));
  Result<Nothing> kept = write_summed(paths_.credential(login), text);
  wipe(text);
  return kept;
}

Result<SignedIn> Desk::sign_in(const std::string& login, std::string_view password,
                               const std::optional<std::string>& code) {
  const Result<Officer> officer = store_.officer_by_login(login);
  if (!officer && officer.error().fault != Fault::NotFound) return officer.error();
  if (!officer) {
    pretend_to_verify(password);
    return wrong_sign_in();
  }
  Credential credential = TRY(this->credential(officer->login));
  SecretKey key = TRY(unlock(credential, password, code, now()));
  if (key.public_key() != officer->key)
    return fail(Fault::Corrupt, "the stored key is not the one that was enrolled", officer->login);
  if (credential.time_code) TRY(keep(officer->login, credential));
  return SignedIn{*officer, std::move(key)};
}

Result<TotpSecret> Desk::offer_time_code(const Officer& officer) {
  Credential credential = TRY(this->credential(officer.login));
  TotpSecret secret = cordon::offer_time_code(credential, random_);
  TRY(keep(officer.login, credential));
  return secret;
}

Result<Nothing> Desk::confirm_time_code(const Officer& officer, std::string_view code) {
  const Credential before = TRY(this->credential(officer.login));
  Credential credential = before;
  TRY(cordon::confirm_time_code(credential, code, now()));
  // As in rekey(): on disk before the event; a record that refuses takes it back.
  TRY(keep(officer.login, credential));
  Result<Nothing> appended = store_.append({{TimeCodeConfirmed{officer.id}, officer.login, {}}}, now());
  if (!appended) TRY(keep(officer.login, before));
  return appended;
}

Result<Officer> Desk::rekey(const std::string& login, std::string_view password, const std::vector<Officer>& by) {
  Officer officer = TRY(store_.officer_by_login(login));
  const Credential fresh = TRY(make_credential(password, random_));
  const OfficerRekeyed event = TRY(cordon::rekey(officer, fresh.key, by, now()));
  std::vector<Change> changes{{event, by.front().login, {}}};
  for (const Proposal& proposal : TRY(store_.open_proposals_of(officer.id)))
    changes.push_back({Lapsed{proposal.proposed.id}, by.front().login, {}});
  // As in enrol(), the key is on disk before the event. A crash between leaves a credential that nobody enrolled, with
  // which nobody signs in, until the two admins do it again; a record that refuses gives the old one back.
  const Result<Credential> before = credential(login);
  TRY(keep(login, fresh));
  if (const Result<Nothing> appended = store_.append(changes, now()); !appended) {
    if (before) TRY(keep(login, *before));
    return appended.error();
  }
  officer.key = fresh.key;
  return officer;
}

Result<ApiKey> Desk::admit(std::string_view presented) {
  const PresentedKey given = TRY(parse_api_key(presented));
  Result<ApiKey> key = store_.find_api_key(given.id);
  if (!key) return key.error().fault == Fault::NotFound ? unknown_api_key() : key.error();
  TRY(check(*key, given.secret, now()));
  return key;
}

Result<Officer> Desk::enrol(const std::string& login, const std::set<Role>& roles, std::string_view password,
                            const std::vector<Officer>& by) {
  if (store_.officer_by_login(login)) return fail(Fault::Conflict, "there is an officer '" + login + "' already");
  const Credential credential = TRY(make_credential(password, random_));
  const Officer officer{OfficerId::make(now(), random_), login, roles, credential.key};
  // The key is on disk before the event that names it: a crash between leaves a key without an officer, which the
  // next attempt overwrites, never an officer without a key.
  TRY(keep(login, credential));
  OfficerEnrolled event{officer, {}};
  for (const Officer& admin : by) event.enrolled_by.push_back(admin.id);
  TRY(store_.append({{event, by.empty() ? "software" : by.front().login, {}}}, now()));
  return officer;
}

}  // namespace cordon
