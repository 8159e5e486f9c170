// An open desk: its settings, its record, its seams. Whoever holds a Desk owns the folder (by its lock) and is the
// only one who writes to it.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "desk/settings.h"
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
  const std::string& report_key() const { return report_key_; }
  LeafFrame leaf_frame() const;
  Store& store() { return store_; }
  Instant now() const { return clock_.now(); }
  Random& random() { return random_; }

  // The officer of that login if the password opens the key; Refused otherwise, in the same words for both.
  Result<SignedIn> sign_in(const std::string& login, std::string_view password);
  Sessions& sessions() { return sessions_; }
  Throttle& sign_ins() { return sign_ins_; }
  Throttle& public_reports() { return public_reports_; }
  Result<Officer> enrol(const std::string& login, const std::set<Role>& roles, std::string_view password,
                        const std::vector<Officer>& by);

 private:
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
        public_reports_(per_minute(60), clock, random) {}
  Paths paths_;
  Settings settings_;
  Annex annex_;
  ContactBook contacts_;
  std::string report_key_;
  FileLock lock_;
  Store store_;
  const Clock& clock_;
  Random& random_;
  Sessions sessions_;
  Throttle sign_ins_, public_reports_;
};

}  // namespace cordon
