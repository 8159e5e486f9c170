// What the registries said of whom to ask, kept beside the desk, so that a desk without a network knows it too and each
// address has its proof: which registry, when, and the digest of what it said. docs/contacts.md.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "desk/settings.h"
#include "referral/registry.h"
#include "referral/security_txt.h"

namespace cordon {

struct RegistryEntry {
  std::string question;  // the address that was asked
  Instant asked_at;
  Digest digest;                       // SHA-256 of the bytes that came
  std::optional<RegistryAnswer> said;  // nothing: the registry knows nothing of it
};

struct OwnerEntry {
  std::string url;
  Instant asked_at;
  Digest digest;
  std::vector<std::string> mailboxes;  // none: it names none, or there is no such file
  std::string why;                     // nothing of it counts; empty where it does
};

class RegistryBook {
 public:
  RegistryBook(const Paths& paths, const RegistrySettings& settings, Instant now)
      : paths_(paths), settings_(settings), now_(now) {}

  // What was said of this host (ip or domain) within the days that it counts. NotFound: nothing was; says how to ask.
  Result<RegistryEntry> kept(const Observable& host) const;
  // Asks, and keeps the answer. Unavailable: nobody answered, or the registry is asked as often as it may be, or it
  // said when to come again. Refused: it leads to an inside address. A few seconds; one process at a time.
  Result<RegistryEntry> ask(const Observable& host);
  // What the domain itself says of whom to write to, by its security.txt (RFC 9116): kept like a registry's answer.
  // `ask` is contact with the domain's own host, so the settings must allow it; Refused where they do not.
  Result<OwnerEntry> kept_of_owner(const Observable& domain) const;
  Result<OwnerEntry> ask_owner(const Observable& domain);
  // Fetches IANA's files, or takes them from a folder; what was there stays unless all three can be read.
  Result<Nothing> refresh(const std::string& folder = {});

 private:
  Result<RegistryMap> map() const;
  std::string entry_of(const Observable& host) const;
  std::string owner_entry_of(const Observable& domain) const;
  Result<Nothing> keep_pace(const std::string& registry);
  Result<Nothing> come_again(const std::string& registry, std::int64_t seconds);
  Result<std::string> fetch(const std::string& url, std::string* registry_that_answered = nullptr);
  Paths paths_;
  RegistrySettings settings_;
  Instant now_;
};

// The operator's own book first; then what a registry said of the target's host, for who acts on a network or a domain.
Result<std::string> whom_to_ask(Desk& desk, Recipient recipient, const Observable& target);

// `cordon contact find`, `explain`, `refresh`, `load-tables` and `confirm`, which need no running desk.
Result<Json> contact_command(const Paths& paths, const std::string& command, const Json& arguments, Instant now);
std::string contact_in_words(const Json& line);

}  // namespace cordon
