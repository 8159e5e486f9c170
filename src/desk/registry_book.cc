#include "desk/registry_book.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "desk/contact_files.h"
#include "net/http_client.h"
#include "observable/ip.h"

namespace cordon {

namespace {

constexpr int kMostSteps = 5;  // from one registry to another
constexpr long kSeconds = 15;
constexpr std::size_t kLargestFile = 4u << 20;
constexpr std::size_t kLargestBook = 64u << 20;
constexpr std::int64_t kLongestBusy = 24 * 3600;  // seconds
constexpr std::array<const char*, 3> kFiles{"dns.json", "ipv4.json", "ipv6.json"};

Json to_json(const RegistryEntry& entry) {
  Json kept = Json::Object{
      {"question", entry.question}, {"asked_at", to_rfc3339(entry.asked_at)}, {"digest", entry.digest.hex()}};
  if (entry.said) kept.set("said", to_json(*entry.said));
  return kept;
}

Result<RegistryEntry> read_entry(const Json& kept) {
  std::string question = TRY(kept.text("question"));
  const Instant asked_at = TRY(parse_rfc3339(TRY(kept.text("asked_at"))));
  const Digest digest = TRY(parse_digest(TRY(kept.text("digest"))));
  std::optional<RegistryAnswer> said;
  if (const Json* answer = kept.find("said")) said = TRY(read_kept_answer(*answer));
  return RegistryEntry{std::move(question), asked_at, digest, std::move(said)};
}

Json to_json(const OwnerEntry& entry) {
  return Json::Object{{"url", entry.url},
                      {"asked_at", to_rfc3339(entry.asked_at)},
                      {"digest", entry.digest.hex()},
                      {"mailboxes", Json::Array(entry.mailboxes.begin(), entry.mailboxes.end())},
                      {"why", entry.why}};
}

Result<OwnerEntry> read_owner_entry(const Json& kept) {
  OwnerEntry entry;
  entry.url = TRY(kept.text("url"));
  entry.asked_at = TRY(parse_rfc3339(TRY(kept.text("asked_at"))));
  entry.digest = TRY(parse_digest(TRY(kept.text("digest"))));
  for (const Json& one : TRY(kept.list("mailboxes")))
    if (one.string() != nullptr) entry.mailboxes.push_back(*one.string());
  entry.why = TRY(kept.text("why"));
  return entry;
}

// Seconds of a Retry-After (RFC 9110 section 10.2.3); a date counts as a minute.
std::int64_t seconds_of(const std::string& retry_after) {
  std::int64_t seconds = 60;
  std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds);
  return std::clamp(seconds, std::int64_t{1}, kLongestBusy);
}

}  // namespace

// A domain's answer is that of the name that was registered.
std::string RegistryBook::entry_of(const Observable& host) const {
  const std::optional<Observable> registered =
      host.kind() == ObservableKind::Domain ? registrable_domain(host) : std::nullopt;
  const std::string& about = registered ? registered->canonical() : host.canonical();
  return paths_.registries() + "/answers/" + sha256(about).hex() + ".json";
}

std::string RegistryBook::owner_entry_of(const Observable& domain) const {
  return paths_.registries() + "/answers/owner-" + sha256(domain.canonical()).hex() + ".json";
}

Result<RegistryEntry> RegistryBook::kept(const Observable& host) const {
  const std::string path = entry_of(host);
  const Error never =
      fail(Fault::NotFound, "no registry was asked about it in the last " + std::to_string(settings_.keep_days) +
                                " days: `cordon contact find " + host.canonical() + " --ask`");
  if (!exists(path)) return never;
  const std::string text = TRY(read_file(path, kLargestFile));
  Result<RegistryEntry> entry = read_entry(TRY(parse_json(text)));
  if (!entry) return fail(Fault::Corrupt, entry.error().message, path);
  if (now_ - entry->asked_at >= settings_.keep_days * kDayMs || entry->asked_at > now_) return never;
  return entry;
}

Result<RegistryMap> RegistryBook::map() const {
  std::array<std::string, kFiles.size()> texts;
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    const std::string path = paths_.registries() + "/" + kFiles[i];
    if (!exists(path))
      return fail(Fault::NotFound, "which registry answers for what is not known yet: `cordon contact refresh`", path);
    texts[i] = TRY(read_file(path, kLargestFile));
  }
  return RegistryMap::read(texts[0], texts[1], texts[2]);
}

// So many questions a minute to one registry, whoever asks on this machine, and none before it said that it may be.
Result<Nothing> RegistryBook::keep_pace(const std::string& registry) {
  const std::string path = paths_.registries() + "/pace.json";
  Json pace = Json::Object{};
  if (exists(path)) pace = TRY(parse_json(TRY(read_file(path, kLargestFile))));
  const std::int64_t now = now_.ms;
  const Json* before = pace.find(registry);
  if (before != nullptr && before->number_or("busy_until", 0) > now)
    return fail(Fault::Unavailable,
                "the registry asked to come again in " +
                    std::to_string((before->number_or("busy_until", 0) - now) / 1000 + 1) + " s",
                registry);
  Json::Array lately;
  if (before != nullptr && before->find("asked") != nullptr) {
    for (const Json& at : TRY(before->list("asked")))
      if (at.integer() != nullptr && *at.integer() > now - 60'000 && *at.integer() <= now) lately.push_back(at);
  }
  if (static_cast<std::int64_t>(lately.size()) >= settings_.per_minute)
    return fail(Fault::Unavailable,
                "it was asked " + std::to_string(lately.size()) + " times in this minute; wait " +
                    std::to_string((*lately.front().integer() + 60'000 - now) / 1000 + 1) + " s",
                registry);
  lately.emplace_back(now);
  pace.set(registry, Json::Object{{"asked", std::move(lately)}});
  return write_file(path, to_text(pace), 0600);
}

Result<Nothing> RegistryBook::come_again(const std::string& registry, std::int64_t seconds) {
  const std::string path = paths_.registries() + "/pace.json";
  Json pace = TRY(parse_json(TRY(read_file(path, kLargestFile))));
  pace.set(registry, Json::Object{{"busy_until", now_.ms + seconds * 1000}});
  TRY(write_file(path, to_text(pace), 0600));
  return fail(Fault::Unavailable, "the registry asked to come again in " + std::to_string(seconds) + " s", registry);
}

// One answer, wherever the registries lead: at most five steps, over TLS, never to an inside address.
Result<std::string> RegistryBook::fetch(const std::string& first, std::string* registry_that_answered) {
  http::Client client;
  std::string url = first;
  for (int step = 0; step <= kMostSteps; ++step) {
    const http::Address address = TRY(http::parse_address(url));
    if (address.scheme != "https" && !(settings_.inside && address.loopback))
      return fail(Fault::Refused, "a registry is asked over https:// only", printable(url));
    TRY(keep_pace(address.host));
    http::Asked asked{"GET", url, {{"Accept", "application/rdap+json, application/json"}}};
    asked.largest = kLargestFile;
    asked.seconds = kSeconds;
    if (!settings_.authorities.empty()) asked.authorities = paths_.inside(settings_.authorities);
    if (!settings_.inside) asked.may_connect = &is_outside;
    http::Answer answer = TRY(client.ask(asked));
    if (answer.status >= 301 && answer.status <= 308 && !answer.header("location").empty()) {
      url = TRY(http::led_to(url, answer.header("location")));
      continue;
    }
    if (answer.status == 429 || answer.status == 503)
      TRY(come_again(address.host, seconds_of(answer.header("retry-after"))));
    if (registry_that_answered != nullptr) *registry_that_answered = url;
    if (answer.status == 404) return std::string(R"({"errorCode":404,"title":"not found"})");
    if (answer.status != 200)
      return fail(Fault::Unavailable, "the registry answered " + std::to_string(answer.status), printable(url));
    return std::move(answer.body);
  }
  return fail(Fault::Unavailable, "the registries lead on and on", printable(first));
}

Result<OwnerEntry> RegistryBook::kept_of_owner(const Observable& domain) const {
  const std::string path = owner_entry_of(domain);
  const Error never = fail(
      Fault::NotFound, "its security.txt was not fetched in the last " + std::to_string(settings_.keep_days) + " days");
  if (!exists(path)) return never;
  const std::string text = TRY(read_file(path, kLargestFile));
  Result<OwnerEntry> entry = read_owner_entry(TRY(parse_json(text)));
  if (!entry) return fail(Fault::Corrupt, entry.error().message, path);
  if (now_ - entry->asked_at >= settings_.keep_days * kDayMs || entry->asked_at > now_) return never;
  return entry;
}

Result<OwnerEntry> RegistryBook::ask_owner(const Observable& domain) {
  if (!settings_.security_txt)
    return fail(Fault::Refused,
                "the settings do not allow to fetch a domain's security.txt ([registries] security_txt)");
  TRY(make_folder(paths_.registries() + "/answers", 0700));
  const FileLock lock = TRY(FileLock::take(paths_.registries() + "/lock"));
  OwnerEntry entry{"https://" + domain.canonical() + kSecurityTxtPath, now_, sha256(""), {}, {}};
  const Result<std::string> bytes = fetch(entry.url, &entry.url);
  if (!bytes && bytes.error().fault == Fault::Unavailable) return bytes.error();
  if (bytes) {
    entry.digest = sha256(*bytes);
    Result<SecurityTxt> said = read_security_txt(*bytes, entry.url, now_);
    if (said)
      entry.mailboxes = std::move(said->mailboxes);
    else
      entry.why = said.error().message;
  } else {
    entry.why = bytes.error().message;
  }
  TRY(write_file(owner_entry_of(domain), to_text(to_json(entry)), 0600));
  return entry;
}

Result<RegistryEntry> RegistryBook::ask(const Observable& host) {
  const RegistryMap registries = TRY(map());
  const std::string question = TRY(registries.question(host));
  TRY(make_folder(paths_.registries() + "/answers", 0700));
  const FileLock lock = TRY(FileLock::take(paths_.registries() + "/lock"));
  RegistryEntry entry{question, now_, {}, {}};
  const std::string bytes = TRY(fetch(question, &entry.question));
  entry.digest = sha256(bytes);
  Result<RegistryAnswer> said = read_registry_answer(bytes, host);
  if (!said && said.error().fault != Fault::NotFound)
    return fail(said.error().fault, said.error().message, entry.question);
  if (said) entry.said = *std::move(said);
  TRY(write_file(entry_of(host), to_text(to_json(entry)), 0600));
  return entry;
}

Result<Nothing> RegistryBook::refresh(const std::string& folder) {
  TRY(make_folder(paths_.registries(), 0700));
  const FileLock lock = TRY(FileLock::take(paths_.registries() + "/lock"));
  std::array<std::string, kFiles.size()> texts;
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    if (folder.empty()) {
      texts[i] = TRY(fetch(settings_.source + "/" + kFiles[i]));
    } else {
      texts[i] = TRY(read_file(folder + "/" + kFiles[i], kLargestFile));
    }
  }
  TRY(RegistryMap::read(texts[0], texts[1], texts[2]));
  for (std::size_t i = 0; i < kFiles.size(); ++i)
    TRY(write_file(paths_.registries() + "/" + kFiles[i], texts[i], 0644));
  return Nothing{};
}

// ── who is asked ──

namespace {

// The host that a registry is asked about for this recipient: who has a network acts on an address, a registrar on a
// name. Nothing for recipients that no registry names.
std::optional<Observable> asked_about(Recipient recipient, const Observable& target) {
  std::optional<Observable> host = host_of(target);
  if (!host) return std::nullopt;
  const bool network = recipient == Recipient::Host || recipient == Recipient::IspAbuse;
  if (network && host->kind() == ObservableKind::Ip) return host;
  if (recipient == Recipient::Registrar && host->kind() == ObservableKind::Domain) return host;
  return std::nullopt;
}

}  // namespace

Result<std::string> whom_to_ask(Desk& desk, Recipient recipient, const Observable& target) {
  Result<Contact> of_the_book = desk.contacts().whom_to_ask(recipient, target);
  if (of_the_book) return std::move(of_the_book->address);
  if (of_the_book.error().fault != Fault::NotFound) return of_the_book.error();
  const std::optional<Observable> host = asked_about(recipient, target);
  if (!host) return of_the_book.error();
  const Result<RegistryEntry> entry = RegistryBook(desk.paths(), desk.settings().registries, desk.now()).kept(*host);
  if (entry && entry->said) {
    for (const RegistryContact& one : entry->said->contacts)
      if (!desk.contacts().is_left_out(one.address)) return one.address;
  }
  if (!entry && entry.error().fault != Fault::NotFound) return entry.error();
  return fail(Fault::NotFound, of_the_book.error().message + (entry ? "; the registry names nobody either"
                                                                    : ", or ask: " + entry.error().message));
}

namespace {

Result<Observable> target_of(const Json& arguments) {
  const std::string value = TRY(arguments.text("value"));
  for (const ObservableKind kind : {ObservableKind::Url, ObservableKind::Ip, ObservableKind::Domain})
    if (Result<Observable> parsed = parse_observable(kind, value)) return parsed;
  return fail(Fault::Malformed, "expected a web address, a domain or an IP address", printable(value));
}

Result<Json> find_contact(const Paths& paths, const Settings& settings, const Json& arguments, Instant now) {
  const Observable asked = TRY(target_of(arguments));
  const Observable* target = &asked;
  const ContactBook book = TRY(load_contacts(paths));
  RegistryBook registries(paths, settings.registries, now);
  Json::Array found;
  Json line = Json::Object{{"target", target->canonical()}};
  for (const Recipient recipient : {Recipient::Host, Recipient::IspAbuse, Recipient::Registrar}) {
    const Result<Contact> contact = book.whom_to_ask(recipient, *target);
    if (contact)
      found.push_back(Json::Object{{"recipient", name(recipient)},
                                   {"address", contact->address},
                                   {"name", contact->name},
                                   {"from", "contacts.toml"},
                                   {"for", contact->for_name}});
  }
  const std::optional<Observable> host = host_of(*target);
  if (host && (host->kind() == ObservableKind::Ip || host->kind() == ObservableKind::Domain)) {
    const bool ask = arguments.find("ask") != nullptr;
    Result<RegistryEntry> entry = registries.kept(*host);
    if (!entry && entry.error().fault == Fault::NotFound && ask) entry = registries.ask(*host);
    if (!entry && (ask || entry.error().fault != Fault::NotFound)) return entry.error();
    if (!entry) {
      line.set("registry", entry.error().message);
    } else {
      line.set("question", entry->question).set("asked_at", to_rfc3339(entry->asked_at));
      line.set("answer_sha256", entry->digest.hex());
      if (!entry->said) line.set("registry", "the registry knows nothing of it");
      if (entry->said) {
        line.set("about", entry->said->about).set("handle", entry->said->handle).set("country", entry->said->country);
        for (const RegistryContact& one : entry->said->contacts)
          found.push_back(
              Json::Object{{"recipient", name(one.acts)},
                           {"address", one.address},
                           {"name", one.name},
                           {"from", one.from == RegistryContact::From::Role ? "registry" : "registry's remark"},
                           {"for", entry->said->about}});
        if (entry->said->contacts.empty()) line.set("registry", "the registry names nobody who takes complaints");
      }
    }
    if (host->kind() == ObservableKind::Domain)
      line.set("note", "a domain has a registrar; for its host give the address that it was seen at");
  }
  return line.set("contacts", std::move(found));
}

// One source for one recipient, as `explain` shows it.
class Explanation {
 public:
  Explanation(const ContactBook& book, Instant now, std::int64_t stale_days)
      : book_(book), now_(now), stale_ms_(stale_days * kDayMs) {}

  void said(Recipient recipient, const std::string& source, const std::string& address, Json proof,
            const Contact* entry = nullptr) {
    Json line = Json::Object{
        {"recipient", name(recipient)}, {"source", source}, {"address", address}, {"proof", std::move(proof)}};
    const bool left_out = book_.is_left_out(address), chosen = !left_out && !chosen_.contains(recipient);
    std::string why = left_out  ? "mail came back from it; `cordon contact confirm " + address + "` takes it back"
                      : !chosen ? "a source before it names somebody"
                                : "the first that names somebody";
    if (entry != nullptr) {
      line.set("name", entry->name).set("for", entry->for_name);
      if (entry->confirmed) line.set("confirmed", to_rfc3339(*entry->confirmed).substr(0, 10));
      const bool stale = !entry->confirmed || now_ - *entry->confirmed > stale_ms_;
      line.set("stale", stale);
      if (stale) why += "; nobody has confirmed it lately";
    }
    if (chosen) chosen_.insert(recipient);
    lines_.push_back(line.set("chosen", chosen).set("why", why));
  }
  void said_nothing(const std::string& source, const std::string& why) {
    lines_.push_back(Json::Object{{"source", source}, {"chosen", false}, {"why", why}});
  }
  Json::Array lines() && { return std::move(lines_); }

 private:
  const ContactBook& book_;
  Instant now_;
  std::int64_t stale_ms_;
  std::set<Recipient> chosen_;
  Json::Array lines_;
};

Json proof_of(const std::string& question, Instant asked_at, const Digest& digest) {
  return Json::Object{{"question", question}, {"asked_at", to_rfc3339(asked_at)}, {"sha256", digest.hex()}};
}

Result<Json> explain_contact(const Paths& paths, const Settings& settings, const Json& arguments, Instant now) {
  const Observable target = TRY(target_of(arguments));
  const bool ask = arguments.find("ask") != nullptr;
  const ContactBook book = TRY(load_contacts(paths));
  RegistryBook registries(paths, settings.registries, now);
  Explanation explained(book, now, settings.registries.stale_days);
  const Digest book_digest = sha256(TRY(read_file(paths.contacts(), kLargestBook)));
  const std::optional<Observable> host = host_of(target);

  bool book_names = false;
  const auto from_book = [&](Recipient recipient, bool by_place) {
    for (const Contact& one : book.all_for(recipient, target)) {
      const bool is_by_place = one.for_name.starts_with("country:") || one.for_name.starts_with("as");
      if (is_by_place != by_place) continue;
      book_names = true;
      explained.said(recipient, by_place ? "contacts.toml, by the address's place" : "contacts.toml", one.address,
                     Json::Object{{"file", "contacts.toml"}, {"sha256", book_digest.hex()}}, &one);
    }
  };
  for (const Recipient recipient :
       {Recipient::Host, Recipient::IspAbuse, Recipient::Registrar, Recipient::SystemOwner, Recipient::Csirt})
    from_book(recipient, false);
  if (!book_names) explained.said_nothing("contacts.toml", "no entry is for it");

  const bool askable = host && (host->kind() == ObservableKind::Ip || host->kind() == ObservableKind::Domain);
  if (askable) {
    Result<RegistryEntry> entry = registries.kept(*host);
    if (!entry && entry.error().fault == Fault::NotFound && ask) entry = registries.ask(*host);
    if (!entry) {
      explained.said_nothing("registry", entry.error().message);
    } else if (!entry->said || entry->said->contacts.empty()) {
      explained.said_nothing("registry",
                             entry->said ? "it names nobody who takes complaints" : "it knows nothing of it");
    } else {
      for (const RegistryContact& one : entry->said->contacts)
        explained.said(one.acts, one.from == RegistryContact::From::Role ? "registry" : "registry's remark",
                       one.address, proof_of(entry->question, entry->asked_at, entry->digest));
    }
  }
  if (host && host->kind() == ObservableKind::Domain) {
    Result<OwnerEntry> entry = registries.kept_of_owner(*host);
    if (!entry && entry.error().fault == Fault::NotFound && ask) entry = registries.ask_owner(*host);
    if (!entry) {
      explained.said_nothing("security.txt", entry.error().message);
    } else if (entry->mailboxes.empty()) {
      explained.said_nothing("security.txt", entry->why.empty() ? "it names no mailbox" : entry->why);
    } else {
      for (const std::string& mailbox : entry->mailboxes)
        explained.said(Recipient::SystemOwner, "security.txt", mailbox,
                       proof_of(entry->url, entry->asked_at, entry->digest));
    }
  }
  for (const Recipient recipient : {Recipient::Host, Recipient::IspAbuse, Recipient::Csirt}) from_book(recipient, true);
  Json line = Json::Object{{"target", target.canonical()}};
  if (host) {
    const AddressPlace place = book.place_of(*host);
    if (!place.country.empty()) line.set("country", place.country);
    if (place.system != 0) line.set("system", "AS" + std::to_string(place.system));
    if (place.country.empty())
      explained.said_nothing("country", "no table says in which country it is; `cordon contact load-tables`");
  }
  return line.set("considered", std::move(explained).lines());
}

}  // namespace

Result<Json> contact_command(const Paths& paths, const std::string& command, const Json& arguments, Instant now) {
  const Settings settings = TRY(load_settings(paths));
  if (command == "contact find") return find_contact(paths, settings, arguments, now);
  if (command == "contact explain") return explain_contact(paths, settings, arguments, now);
  if (command == "contact confirm") {
    const std::string address = TRY(arguments.text("address"));
    TRY(confirm_contact(paths, address));
    return Json(Json::Object{{"confirmed", address}});
  }
  if (command == "contact load-tables") {
    std::vector<std::string> files;
    for (const Json& file : TRY(arguments.list("files")))
      files.push_back(file.string() ? *file.string() : std::string());
    const std::vector<std::size_t> sizes = TRY(keep_address_tables(paths, files));
    return Json(Json::Object{{"loaded", Json::Array(sizes.begin(), sizes.end())}});
  }
  TRY(RegistryBook(paths, settings.registries, now).refresh(arguments.text_or("from")));
  return Json(Json::Object{{"refreshed", paths.registries()}});
}

namespace {

std::string explanation_in_words(const Json& line) {
  std::string words = line.text_or("target");
  for (const char* key : {"country", "system"})
    if (!line.text_or(key).empty()) words += ", " + line.text_or(key);
  words += "\n";
  for (const Json& one : *line.find("considered")->array()) {
    const Json* chosen = one.find("chosen");
    const bool is_chosen = chosen != nullptr && chosen->boolean() != nullptr && *chosen->boolean();
    words += is_chosen ? "* " : "  ";
    if (!one.text_or("recipient").empty()) words += one.text_or("recipient") + "  " + one.text_or("address") + "  ";
    words += "[" + one.text_or("source");
    if (!one.text_or("for").empty()) words += ", for " + one.text_or("for");
    words += "] " + one.text_or("why") + "\n";
    const Json* proof = one.find("proof");
    if (proof == nullptr) continue;
    words += "    proof: " + (proof->text_or("question").empty() ? proof->text_or("file") : proof->text_or("question"));
    if (!proof->text_or("asked_at").empty()) words += " at " + proof->text_or("asked_at");
    words += ", SHA-256 " + proof->text_or("sha256") + "\n";
  }
  return words;
}

}  // namespace

std::string contact_in_words(const Json& line) {
  if (line.find("refreshed") != nullptr)
    return "the files of the registries are in " + line.text_or("refreshed") + "\n";
  if (line.find("confirmed") != nullptr) return line.text_or("confirmed") + " is used again\n";
  if (const Json* sizes = line.find("loaded"); sizes != nullptr && sizes->array() != nullptr)
    return std::to_string(sizes->array()->size()) +
           " tables are in force; a desk that is served knows them when it is next started\n";
  if (line.find("considered") != nullptr) return explanation_in_words(line);
  std::string words;
  const Json* contacts = line.find("contacts");
  if (contacts != nullptr && contacts->array() != nullptr) {
    for (const Json& one : *contacts->array()) {
      words += one.text_or("recipient") + "  " + one.text_or("address");
      if (!one.text_or("name").empty()) words += "  (" + one.text_or("name") + ")";
      words += "\n  from " + one.text_or("from") + ", for " + one.text_or("for") + "\n";
    }
    if (contacts->array()->empty()) words += "nobody is known for " + line.text_or("target") + "\n";
  }
  if (!line.text_or("question").empty())
    words += "  asked " + line.text_or("question") + " at " + line.text_or("asked_at") + "; SHA-256 of the answer " +
             line.text_or("answer_sha256") + "\n";
  if (!line.text_or("registry").empty()) words += line.text_or("registry") + "\n";
  if (!line.text_or("note").empty()) words += line.text_or("note") + "\n";
  return words;
}

}  // namespace cordon
