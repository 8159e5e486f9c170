// A desk's folder and what its cordon.toml says. Every key is known or refused, and none loosens the charter.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "base/zone.h"
#include "decision/annex.h"
#include "decision/feed.h"
#include "law/retention.h"
#include "ledger/cosignature.h"
#include "referral/contact_book.h"
#include "referral/notice.h"
#include "referral/preference.h"
#include "report/intake.h"
#include "report/profile.h"
#include "store/blobs.h"
#include "store/s3_blobs.h"

namespace cordon {

// Where things lie in a desk (DESIGN 6).
struct Paths {
  explicit Paths(std::string desk);
  std::string desk;
  // What cordon.toml names: relative to the desk, or with its whole path.
  std::string inside(const std::string& path) const { return path.starts_with('/') ? path : desk + "/" + path; }
  std::string settings() const { return desk + "/cordon.toml"; }
  std::string annex() const { return desk + "/annex.toml"; }
  std::string contacts() const { return desk + "/contacts.toml"; }
  std::string registries() const {
    return desk + "/registries";
  }  // which there are, and what they said: registry_book.h
  std::string border() const { return desk + "/border.toml"; }
  std::string database() const { return desk + "/desk.db"; }  // unless cordon.toml says otherwise: record_of()
  std::string evidence() const { return desk + "/evidence"; }
  std::string runs() const { return desk + "/runs"; }  // made from the journal; see store/sorted_runs.h
  std::string log() const { return desk + "/log"; }
  std::string checkpoint() const { return log() + "/checkpoint"; }
  std::string keys() const { return desk + "/keys"; }
  std::string report_key() const { return keys() + "/report.key"; }  // makes report ids; see flow.cc
  std::string log_key() const { return keys() + "/log.key"; }        // read by the signer alone
  std::string node_key() const { return keys() + "/node.key"; }      // signs what goes to peers; see border.h
  std::string credential(const std::string& login) const { return keys() + "/officers/" + login + ".json"; }
  std::string backup_key() const { return keys() + "/backup.key"; }              // of the record's copies
  std::string backup_items_key() const { return keys() + "/backup-items.key"; }  // of the keys' copies
  std::string scrub_state() const { return desk + "/scrub.json"; }               // how far the scrub is
  std::string backup_state() const { return desk + "/backup.json"; }             // when the last backup was, and where
  std::string sources() const { return desk + "/sources"; }                      // how far each is: desk/sources.h
  std::string lock() const { return desk + "/lock"; }
  std::string socket() const { return desk + "/socket"; }
  std::string signer() const { return desk + ".signer"; }         // beside the desk, so that a restored desk cannot
  std::string signer_last() const { return signer() + "/last"; }  // take its last checkpoint back (DESIGN 4)
  std::string signer_stopped() const { return signer() + "/stopped"; }  // by the word of a witness: desk/witnesses.cc
  std::string signer_claim() const { return signer() + "/claim"; }      // `cordon log continue`, not finished
  std::string heard() const { return desk + "/witnesses.json"; }        // what the witnesses said last
  std::string witness() const { return desk + ".witness"; }             // the same for what it cosigns: desk/witness.h
};

// Who stamps the record with a time (docs/evidence.md).
struct StampSettings {
  std::string url;           // empty: nobody
  std::string certificates;  // a PEM file, relative to the desk
  std::string policy;        // dotted; empty: whichever the authority has
  int every_hours = 24;
};
// Who is shown this desk's log (docs/log.md).
struct WitnessAt {
  std::string url;  // the submission prefix
  WitnessKey key;
};
inline constexpr std::int64_t kLongestQuorumMinutes = 120;
inline constexpr std::int64_t kLongestWindowDays = 30;

// How answers find back to this desk (docs/answers.md).
struct AnswerSettings {
  bool plus_address = false;  // the mail server takes desk+anything@… for desk@…
  std::string page;           // "https://desk.example.net": where recipients reach this desk's pages; empty: not said
  std::string maildir;        // relative to the desk; empty: none is read
  std::string imap, imap_user, imap_password_file, imap_folder = "INBOX";
  std::string imap_authorities;    // a PEM file, relative to the desk
  std::int64_t every_minutes = 5;  // 1 to 60
};

// Which registries are asked whom to ask, and how (docs/contacts.md).
struct RegistrySettings {
  std::string source = "https://data.iana.org/rdap";  // of the files that say which registry answers for what
  std::int64_t keep_days = 7;                         // how long an answer counts; 1 to 30
  std::int64_t per_minute = 10;                       // questions to one registry; 1 to 60
  bool inside = false;  // a mirror within the operator's own network may be asked, without TLS if it is on this machine
  std::string authorities;  // a PEM file of whom TLS trusts instead of the system's, relative to the desk
  // A domain's own security.txt may be fetched where somebody asks: that is contact with the domain's host.
  bool security_txt = false;
  std::int64_t stale_days = 180;  // after which an entry of the book that nobody confirmed is shown as stale; 1 to 3650
};

// A source that the desk fetches by itself (docs/sources.md, desk/sources.h).
struct PolledSource {
  enum class Kind { Folder, Maildir, Http, Imap };
  std::string name;
  Kind kind = Kind::Folder;
  std::string place;               // a folder, relative to the desk, or an address
  std::int64_t every_minutes = 5;  // 1 to 1,440
  std::optional<Matter> matter;    // for formats that don't say it by themselves
  std::string file_name;           // of what comes over HTTP, for its format's sake; else the address's last word
  std::string header_file;         // a line "Name: value" that the server asks for, in a file of mode 0600
  bool inside = false;             // a server of the operator's own network, without TLS if it is on this machine
  std::string authorities;         // a PEM file of whom TLS trusts instead of the system's
  std::string user, password_file, folder = "INBOX";  // of a mailbox over IMAP
};

// Who looks whether a target is still there (docs/recheck.md). Off unless the operator says otherwise.
struct ProbeSettings {
  bool enabled = false;
  std::string network = "cordon-probe";  // the prepared network namespace, as `ip netns` names it
  std::string resolver;                  // the address of the name server that is asked from there
  std::string program;                   // cordon-probe; empty: beside this program
  std::int64_t every_minutes = 15;       // between two rounds of the clerk; 1 to 1440
};

// How a source's records are read, and what the operator says of all of them (docs/feeds.md).
struct FeedReading {
  FeedProfile profile;
  Json given = Json::Object{};
};

struct Settings {
  Operator operator_;
  Zone zone = Zone::utc();           // whose days are counted (charter 5.7)
  std::string database = "desk.db";  // relative to the desk, or "postgresql://…"
  std::string courier = "maildir";   // or "smtp"
  std::string maildir;               // relative to the desk
  std::string smtp_url, smtp_user, smtp_password_file;
  std::string smtp_authorities;                 // a PEM file of whom TLS trusts, relative to the desk
  std::int64_t letters_a_minute = 120;          // to one domain by smtp; 1 to 6000
  std::map<std::string, std::string> webhooks;  // of recipients who take letters by POST: their address → where
  std::string webhook_authorities;              // a PEM file of whom TLS trusts there, relative to the desk
  AnswerSettings answers;
  std::string listen = "127.0.0.1";
  int port = 8480;
  // Indexes that are looked into when an officer reads a case (desk/leads.h); empty: none.
  std::string index_folder;            // relative to the desk
  std::optional<PublicKey> index_key;  // who must have signed them; anybody where there is none
  // What looks after the desk while it is served (docs/operations.md).
  std::int64_t scrub_days = 7;         // between two scrubs; 1 to 7
  std::int64_t scrub_pace = 20;        // MB of evidence a second
  std::int64_t backup_hours = 26;      // without a backup before it is overdue; 0: this desk is never told
  std::int64_t quiet_hours = 48;       // without a batch before a source that sent daily is silent
  std::int64_t disk_free_percent = 5;  // below which a disk is nearly full
  StampSettings stamps;
  std::vector<WitnessAt> witnesses;  // of this desk's log, at most 15
  // How many of them must have cosigned before a letter leaves, and how long it waits for them at most.
  std::int64_t quorum = 0, quorum_minutes = 10;
  // Where evidence lies instead of the desk's folder; nothing: there.
  std::optional<S3Place> blobs;
  std::string s3_credentials;  // a TOML file of mode 0600, relative to the desk: access_key_id, secret_access_key
  RegistrySettings registries;
  ProbeSettings probe;
  Lives lives;  // how long what is kept: the charter's, or shorter
  // A case takes reports for so long after its last act ended; then the next one opens a case that names it.
  std::int64_t window_days = kLongestWindowDays;
  std::set<std::string, std::less<>> fold_only;  // sources whose reports open no case by themselves: docs/volume.md
  std::string pass_on;                           // whom mail outside the list goes on to (docs/mail.md); empty: nobody
  std::map<std::string, std::string> organisations;          // source → who sends it, where one sends several
  std::vector<PolledSource> polled;                          // by name
  std::vector<Feed> feeds;                                   // registered: docs/standing-rules.md
  std::map<std::string, FeedReading, std::less<>> readings;  // by source; of others the format is recognised
};

// With the profile by which the source's records are read, where [feeds.NAME] says so.
void read_as_registered(const Settings& settings, Incoming& incoming);

Result<Json> read_toml(const std::string& path);
Result<Json> parse_toml(std::string_view text, const std::string& where);
// Files that it names are relative to `folder`.
Result<Settings> read_settings(const Json& toml, const std::string& folder = ".");
Result<Settings> load_settings(const Paths& paths);
// Where the record is: a path, or "postgresql://…". NotFound where there is no desk.
Result<std::string> record_of(const Paths& paths);
std::string record_of(const Paths& paths, const Settings& settings);
// The text of a cordon.toml with another [database] url; all else stays as it was typed.
std::string with_database(const std::string& toml, const std::string& url);
std::string with_origin(const std::string& toml, const std::string& origin);  // likewise; only `cordon restore` may
Result<Annex> load_annex(const Paths& paths);
Result<ContactBook> load_contacts(const Paths& paths);
Result<Preferences> load_preferences(const Paths& paths);  // of the same file

Result<Blobs> open_blobs(const Paths& paths, Blobs::Mode mode);
// The store that [evidence] blobs names; nothing where it names none.
Result<std::unique_ptr<BlobStore>> blobs_elsewhere(const Paths& paths, const Settings& settings);
// The text of a cordon.toml with another [evidence] blobs.
std::string with_blobs(const std::string& toml, const std::string& url);

// Texts of a fresh desk's files. `demo` has a fictitious state, contacts that end in example.net, and a watermark.
struct Fresh {
  std::string name, kind, address, origin;
  bool demo = false;
  std::string database = {};  // "postgresql://…"; empty: desk.db
};
std::string fresh_settings(const Fresh& fresh);
std::string fresh_annex(bool demo);
std::string fresh_contacts(bool demo);
std::string fresh_border(bool demo);

}  // namespace cordon
