// An open desk: its settings, its record, its seams. Whoever holds a Desk owns the folder (by its lock) and is the
// only one who writes to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "decision/guard.h"
#include "decision/transparency.h"
#include "desk/leads.h"
#include "desk/settings.h"
#include "officer/api_key.h"
#include "officer/credential.h"
#include "officer/session.h"
#include "officer/throttle.h"
#include "store/store.h"

namespace cordon {

class Desk {
 public:
  // Makes the folder, its keys and settings and an empty journal with its first event, and publishes the empty log.
  static Result<Nothing> found(const Paths& paths, const Fresh& fresh, const Clock& clock, Random& random);
  // Takes the lock and finishes what a crash left: staged leaves are published, approved notices sent. Conflict when
  // another process owns the desk, NotFound when there is none.
  static Result<std::unique_ptr<Desk>> open(const Paths& paths, const Clock& clock, Random& random);

  const Paths& paths() const { return paths_; }
  const Settings& settings() const { return settings_; }
  const Annex& annex() const { return annex_; }
  const ContactBook& contacts() const { return contacts_; }
  const Preferences& preferences() const { return preferences_; }
  ContactBook& contacts() { return contacts_; }  // for note_bounce() alone
  const std::string& report_key() const { return report_key_; }
  LeafFrame leaf_frame() const;
  Store& store() { return store_; }
  const Store& store() const { return store_; }
  Instant now() const { return clock_.now(); }
  Random& random() { return random_; }

  // The officer of that login if the password opens the key and the time code fits, where the officer has one. Refused
  // otherwise, in the same words and after the same work whether the login, the password or the code is wrong. An
  // accepted code is stored as used before this returns. How often it may be tried is the caller's to limit (Throttle).
  Result<SignedIn> sign_in(const std::string& login, std::string_view password, const std::optional<std::string>& code);
  Sessions& sessions() { return sessions_; }
  Throttle& sign_ins() { return sign_ins_; }
  Throttle& public_reports() { return public_reports_; }
  Throttle& letters() { return letters_; }  // by domain, how fast they leave
  // Why the authority of time stamps gave none the last time; nothing when it did (desk/stamping.h).
  struct StampTrouble {
    Instant since, last;  // the first and the latest attempt without success
    std::string why;
  };
  std::optional<StampTrouble>& stamp_trouble() { return stamp_trouble_; }
  std::optional<Error>& mailbox_trouble() { return mailbox_trouble_; }  // why answers were not read the last time
  // Why this desk signs nothing more: a witness has seen what its signer does not remember (desk/witnesses.h).
  std::optional<Error>& no_signing() { return no_signing_; }
  bool& letter_waits() { return letter_waits_; }  // for witnesses to cosign its line (desk/witnesses.h)
  std::function<void()>& witness_clerk() { return witness_clerk_; }  // told of each publication; empty: nobody is
  // Wakes who looks at a target (desk/recheck.h); empty: nobody does.
  std::function<void(const NoticeId&)>& probe_clerk() { return probe_clerk_; }
  std::function<void()>& stamp_clerk() { return stamp_clerk_; }  // wakes who fetches them; empty: nobody does
  Transparency& numbers() { return numbers_; }                   // of the lines counted so far (desk/numbers.h)
  // The list of sensitive holders that was read last, and its digest (desk/guard.h).
  std::pair<Digest, std::shared_ptr<const SensitiveList>>& sensitive_list() { return sensitive_list_; }
  ConsultedIndex* index() { return index_ ? &*index_ : nullptr; }  // none: the settings name none
  Result<Officer> enrol(const std::string& login, const std::set<Role>& roles, std::string_view password,
                        const std::vector<Officer>& by);

  // A new secret for the officer's time codes, and the first code that puts it in force.
  Result<TotpSecret> offer_time_code(const Officer& officer);
  Result<Nothing> confirm_time_code(const Officer& officer, std::string_view code);

  // A new password and signing key from two admins, without a time code; what the officer had proposed and nobody had
  // approved lapses (docs/decisions/0010). The caller ends the officer's sessions.
  Result<Officer> rekey(const std::string& login, std::string_view password, const std::vector<Officer>& by);

  // The key that a machine presents, if it is in force. What it may is for may(key, scope).
  Result<ApiKey> admit(std::string_view presented);

 private:
  Result<Credential> credential(const std::string& login) const;
  Result<Nothing> keep(const std::string& login, const Credential& credential);
  Desk(Paths paths, Settings settings, Annex annex, ContactBook contacts, std::string report_key, FileLock lock,
       Store store, const Clock& clock, Random& random)
      : paths_(std::move(paths)),
        settings_(std::move(settings)),
        annex_(std::move(annex)),
        contacts_(std::move(contacts)),
        report_key_(std::move(report_key)),
        lock_(std::move(lock)),
        store_(std::move(store)),
        clock_(clock),
        random_(random),
        sessions_(clock, random),
        sign_ins_(kPaceOfOneLogin, clock, random),
        public_reports_(per_minute(60), clock, random),
        letters_(per_minute(settings_.letters_a_minute), clock, random) {
    if (settings_.index_folder.empty()) return;
    const std::string& folder = settings_.index_folder;
    index_.emplace(folder.starts_with('/') ? folder : paths_.desk + "/" + folder, settings_.index_key);
  }
  Paths paths_;
  Settings settings_;
  Annex annex_;
  ContactBook contacts_;
  Preferences preferences_ = {};
  std::string report_key_;
  FileLock lock_;
  Store store_;
  const Clock& clock_;
  Random& random_;
  Sessions sessions_;
  Throttle sign_ins_, public_reports_, letters_;
  std::pair<Digest, std::shared_ptr<const SensitiveList>> sensitive_list_ = {};
  std::optional<ConsultedIndex> index_;
  std::optional<StampTrouble> stamp_trouble_;
  std::function<void()> stamp_clerk_;
  std::function<void(const NoticeId&)> probe_clerk_;
  Transparency numbers_;
  std::optional<Error> no_signing_;
  bool letter_waits_ = false;
  std::optional<Error> mailbox_trouble_;
  std::function<void()> witness_clerk_;
};

}  // namespace cordon
