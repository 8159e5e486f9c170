#include "desk/settings.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "base/time_stamp.h"
#include "desk/contact_files.h"
#include "desk/profile_book.h"
#include "net/http_client.h"
#include "net/mail.h"
#include "observable/ip.h"
#include "report/intake.h"
#include "store/postgres.h"

namespace cordon {

namespace {

Result<Nothing> only_known(const Json& table, const std::set<std::string_view>& known, const std::string& where) {
  if (table.object() == nullptr) return fail(Fault::Malformed, "expected a table", where);
  for (const auto& [key, value] : *table.object()) {
    if (!known.contains(key))
      return fail(Fault::Malformed, "there is no setting \"" + printable(key, 60) + "\"", where);
  }
  return Nothing{};
}

const Json kNone = Json::Object{};

const Json& section(const Json& toml, std::string_view name) {
  const Json* found = toml.find(name);
  return found == nullptr ? kNone : *found;
}

// [care]: what is read again, how often, and when the desk calls for somebody. P9 of the promises: within seven days.
Result<Nothing> read_care(const Json& care, Settings& settings) {
  TRY(only_known(care, {"scrub_days", "scrub_pace", "backup_hours", "quiet_hours", "disk_free_percent"}, "[care]"));
  const auto within = [&](const char* key, std::int64_t& into, std::int64_t least,
                          std::int64_t most) -> Result<Nothing> {
    const std::int64_t value = care.number_or(key, into);
    if (value < least || value > most)
      return fail(Fault::Malformed, std::string(key) + " is " + std::to_string(least) + " to " + std::to_string(most),
                  "[care]");
    into = value;
    return Nothing{};
  };
  TRY(within("scrub_days", settings.scrub_days, 1, 7));
  TRY(within("scrub_pace", settings.scrub_pace, 1, 100'000));
  TRY(within("backup_hours", settings.backup_hours, 0, 35 * 24));
  TRY(within("quiet_hours", settings.quiet_hours, 1, 90 * 24));
  return within("disk_free_percent", settings.disk_free_percent, 1, 50);
}

Result<Nothing> read_s3_settings(const Json& evidence, Settings& settings) {
  S3Place place;
  place.endpoint = evidence.text_or("s3_endpoint");
  place.region = evidence.text_or("s3_region", "us-east-1");
  place.authorities = evidence.text_or("s3_authorities");
  place.path_style = !place.endpoint.empty();  // Amazon's own names the bucket in the host
  if (evidence.find("s3_path_style") != nullptr) place.path_style = TRY(evidence.flag("s3_path_style"));
  settings.s3_credentials = evidence.text_or("s3_credentials");
  const std::string url = evidence.text_or("blobs");
  if (url.empty()) return Nothing{};
  Result<S3Place> read = parse_s3(url, std::move(place));
  if (!read) return fail(Fault::Malformed, read.error().message, "[evidence] blobs");
  if (settings.s3_credentials.empty())
    return fail(Fault::Malformed, "s3_credentials names the file with the store's key", "[evidence]");
  settings.blobs = *std::move(read);
  return Nothing{};
}

Result<Nothing> read_evidence_settings(const Json& evidence, Settings& settings) {
  TRY(only_known(evidence,
                 {"timestamps", "timestamps_certificates", "timestamps_policy", "timestamps_every_hours", "blobs",
                  "s3_endpoint", "s3_region", "s3_path_style", "s3_credentials", "s3_authorities"},
                 "[evidence]"));
  TRY(read_s3_settings(evidence, settings));
  StampSettings& stamps = settings.stamps;
  stamps.url = evidence.text_or("timestamps");
  stamps.certificates = evidence.text_or("timestamps_certificates");
  stamps.policy = evidence.text_or("timestamps_policy");
  const std::int64_t hours = evidence.number_or("timestamps_every_hours", 24);
  if (stamps.url.empty()) return Nothing{};
  if (const auto address = http::parse_address(stamps.url); !address)
    return fail(Fault::Malformed, address.error().message, "[evidence] timestamps");
  if (stamps.certificates.empty())
    return fail(Fault::Malformed, "timestamps_certificates names a PEM file with the certificates that are trusted",
                "[evidence]");
  if (!stamps.policy.empty() && !is_stamp_policy(stamps.policy))
    return fail(Fault::Malformed, "timestamps_policy is written like 1.3.6.1.4.1.99999.1", "[evidence]");
  if (hours < 1 || hours > 31 * 24) return fail(Fault::Malformed, "timestamps_every_hours is 1 to 744", "[evidence]");
  stamps.every_hours = static_cast<int>(hours);
  return Nothing{};
}

Result<Nothing> read_log_settings(const Json& log, Settings& settings) {
  TRY(only_known(log, {"witnesses", "quorum", "quorum_minutes"}, "[log]"));
  if (log.find("witnesses") == nullptr) {
    if (log.find("quorum") == nullptr) return Nothing{};
    return fail(Fault::Malformed, "a quorum of witnesses takes witnesses", "[log] quorum");
  }
  const std::string where = "[log] witnesses";
  const Json::Array list = TRY(log.list("witnesses"));
  if (list.size() > kMostSignatures - 1) return fail(Fault::Malformed, "a log has at most 15 witnesses", where);
  for (const Json& item : list) {
    TRY(only_known(item, {"url", "key"}, where));
    WitnessAt witness{item.text_or("url"), {}};
    if (const auto address = http::parse_address(witness.url); !address)
      return fail(Fault::Malformed, address.error().message, where + ", url");
    Result<WitnessKey> key = parse_witness_key(item.text_or("key"));
    if (!key) return fail(Fault::Malformed, key.error().message, where + ", key");
    witness.key = *std::move(key);
    for (const WitnessAt& other : settings.witnesses) {
      if (other.key.key == witness.key.key || other.key.name == witness.key.name)
        return fail(Fault::Malformed, "the same witness twice: " + witness.key.name, where);
    }
    settings.witnesses.push_back(std::move(witness));
  }
  const auto all = static_cast<std::int64_t>(settings.witnesses.size());
  settings.quorum = log.number_or("quorum", all == 0 ? 0 : all / 2 + 1);
  if (settings.quorum < 0 || settings.quorum > all)
    return fail(Fault::Malformed, "quorum is 0 to the number of witnesses", "[log] quorum");
  settings.quorum_minutes = log.number_or("quorum_minutes", settings.quorum_minutes);
  if (settings.quorum_minutes < 0 || settings.quorum_minutes > kLongestQuorumMinutes)
    return fail(Fault::Malformed, "quorum_minutes is 0 to " + std::to_string(kLongestQuorumMinutes), "[log]");
  return Nothing{};
}

Result<Nothing> read_webhooks(const Json& webhooks, Settings& settings) {
  const std::string where = "[send.webhooks]";
  if (webhooks.object() == nullptr) return fail(Fault::Malformed, "expected \"address\" = \"https://…\"", where);
  for (const auto& [address, url] : *webhooks.object()) {
    const std::string given = url.string() != nullptr ? *url.string() : std::string();
    const Result<http::Address> place = http::parse_address(given);
    if (!place) return fail(Fault::Malformed, place.error().message, where + " " + printable(address, 100));
    if (place->scheme != "https" && !place->loopback)
      return fail(Fault::Malformed, "letters go over https alone", where + " " + printable(address, 100));
    settings.webhooks.emplace(lower_ascii(address), given);
  }
  return Nothing{};
}

Result<Nothing> read_answer_settings(const Json& given, AnswerSettings& answers) {
  TRY(only_known(given,
                 {"plus_address", "page", "maildir", "imap", "imap_user", "imap_password_file", "imap_folder",
                  "imap_authorities", "every_minutes"},
                 "[answers]"));
  if (given.find("plus_address") != nullptr) answers.plus_address = TRY(given.flag("plus_address"));
  answers.page = given.text_or("page");
  answers.maildir = given.text_or("maildir");
  answers.imap = given.text_or("imap");
  answers.imap_user = given.text_or("imap_user");
  answers.imap_password_file = given.text_or("imap_password_file");
  answers.imap_folder = given.text_or("imap_folder", "INBOX");
  answers.imap_authorities = given.text_or("imap_authorities");
  answers.every_minutes = given.number_or("every_minutes", answers.every_minutes);
  if (answers.every_minutes < 1 || answers.every_minutes > 60)
    return fail(Fault::Malformed, "every_minutes is 1 to 60", "[answers]");
  while (answers.page.ends_with('/')) answers.page.pop_back();
  if (!answers.page.empty()) {
    if (const auto address = http::parse_address(answers.page); !address)
      return fail(Fault::Malformed, address.error().message, "[answers] page");
  }
  if (!answers.imap.empty() && (answers.imap_user.empty() || answers.imap_password_file.empty()))
    return fail(Fault::Malformed, "imap needs imap_user and imap_password_file", "[answers]");
  return Nothing{};
}

Result<Nothing> read_intake(const Json& intake, Settings& settings) {
  TRY(only_known(intake, {"fold_only", "pass_on"}, "[intake]"));
  settings.pass_on = intake.text_or("pass_on");
  if (intake.find("pass_on") != nullptr && !is_plain_address(settings.pass_on))
    return fail(Fault::Malformed, "expected an address such as abuse-team@example.net", "[intake] pass_on");
  if (equal_ignoring_case(settings.pass_on, settings.operator_.address))
    return fail(Fault::Malformed, "what is passed on to this desk's own address would come back", "[intake] pass_on");
  if (intake.find("fold_only") == nullptr) return Nothing{};
  for (const Json& source : TRY(intake.list("fold_only"))) {
    const std::string name = source.string() != nullptr ? *source.string() : std::string();
    if (!is_source_name(name)) return fail(Fault::Malformed, "fold_only is a list of sources' names", "[intake]");
    if (name == kPublicForm || name == kByHand)
      return fail(Fault::Refused, "what people report, or somebody gives in by hand, has its case at once: " + name,
                  "[intake] fold_only");
    settings.fold_only.insert(name);
  }
  return Nothing{};
}

Result<Nothing> read_registry_settings(const Json& table, RegistrySettings& registries) {
  TRY(only_known(table, {"source", "keep_days", "per_minute", "inside", "authorities", "security_txt", "stale_days"},
                 "[registries]"));
  registries.source = table.text_or("source", registries.source);
  registries.keep_days = table.number_or("keep_days", registries.keep_days);
  registries.per_minute = table.number_or("per_minute", registries.per_minute);
  registries.authorities = table.text_or("authorities");
  if (const Json* inside = table.find("inside"); inside != nullptr) {
    if (inside->boolean() == nullptr) return fail(Fault::Malformed, "inside is true or false", "[registries]");
    registries.inside = *inside->boolean();
  }
  if (table.find("security_txt") != nullptr) registries.security_txt = TRY(table.flag("security_txt"));
  registries.stale_days = table.number_or("stale_days", registries.stale_days);
  if (registries.stale_days < 1 || registries.stale_days > 3650)
    return fail(Fault::Malformed, "stale_days is 1 to 3650", "[registries]");
  if (registries.keep_days < 1 || registries.keep_days > 30)
    return fail(Fault::Malformed, "keep_days is 1 to 30", "[registries]");
  if (registries.per_minute < 1 || registries.per_minute > 60)
    return fail(Fault::Malformed, "per_minute is 1 to 60", "[registries]");
  return Nothing{};
}

constexpr std::array kSourceKinds{std::pair{PolledSource::Kind::Folder, std::string_view("folder")},
                                  std::pair{PolledSource::Kind::Maildir, std::string_view("maildir")},
                                  std::pair{PolledSource::Kind::Http, std::string_view("http")},
                                  std::pair{PolledSource::Kind::Imap, std::string_view("imap")}};

Result<PolledSource> read_polled(const std::string& name, const Json& table, const std::string& where) {
  TRY(only_known(table,
                 {"organisation", "kind", "place", "every_minutes", "category", "file_name", "header_file", "inside",
                  "authorities", "user", "password_file", "folder"},
                 where));
  PolledSource source;
  source.name = name;
  const std::string kind = table.text_or("kind");
  const auto known =
      std::find_if(kSourceKinds.begin(), kSourceKinds.end(), [&](const auto& one) { return one.second == kind; });
  if (known == kSourceKinds.end()) return fail(Fault::Malformed, "kind is folder, maildir, imap or http", where);
  source.kind = known->first;
  source.place = table.text_or("place");
  if (source.place.empty()) return fail(Fault::Malformed, "place is the folder, or the address", where);
  source.every_minutes = table.number_or("every_minutes", source.every_minutes);
  if (source.every_minutes < 1 || source.every_minutes > 24 * 60)
    return fail(Fault::Malformed, "every_minutes is 1 to 1440", where);
  if (const std::string matter = table.text_or("category"); !matter.empty()) {
    Result<Matter> read = parse_matter(matter);
    if (!read) return fail(read.error().fault, read.error().message, where + " category");
    source.matter = *std::move(read);
  }
  source.file_name = table.text_or("file_name");
  source.header_file = table.text_or("header_file");
  source.authorities = table.text_or("authorities");
  if (table.find("inside") != nullptr) source.inside = TRY(table.flag("inside"));
  const bool by_imap = source.kind == PolledSource::Kind::Imap, by_http = source.kind == PolledSource::Kind::Http;
  for (const auto& [key, fits, whose] : std::initializer_list<std::tuple<const char*, bool, const char*>>{
           {"file_name", by_http, R"("http" alone)"},
           {"header_file", by_http, R"("http" alone)"},
           {"inside", by_http, R"("http" alone)"},
           {"authorities", by_http || by_imap, R"("http" and "imap" alone)"},
           {"user", by_imap, R"("imap" alone)"},
           {"password_file", by_imap, R"("imap" alone)"},
           {"folder", by_imap, R"("imap" alone)"}})
    if (!fits && table.find(key) != nullptr)
      return fail(Fault::Malformed, std::string("it is for kind = ") + whose, where + " " + key);
  if (by_imap) {
    source.user = table.text_or("user");
    source.password_file = table.text_or("password_file");
    source.folder = table.text_or("folder", "INBOX");
    if (source.user.empty() || source.password_file.empty())
      return fail(Fault::Malformed, "imap needs user and password_file", where);
    if (!source.place.starts_with("imaps://") && !source.place.starts_with("imap://"))
      return fail(Fault::Malformed, "expected an IMAP server such as imaps://mail.example.net", where + " place");
  }
  if (!by_http) return source;
  const Result<http::Address> address = http::parse_address(source.place);
  if (!address) return fail(Fault::Malformed, address.error().message, where + " place");
  if (address->scheme != "https" && !(source.inside && address->loopback))
    return fail(Fault::Refused, "a feed comes over https://, or with inside = true from this machine",
                where + " place");
  if (source.file_name.empty()) source.file_name = address->path.substr(address->path.rfind('/') + 1);
  return source;
}

// [sources]: who sends what (`NAME = "organisation"`), and [sources.NAME], what the desk fetches by itself.
Result<Nothing> read_sources(const Json& sources, Settings& settings) {
  if (sources.object() == nullptr) return fail(Fault::Malformed, "expected a table", "[sources]");
  for (const auto& [source, said] : *sources.object()) {
    const bool polled = said.object() != nullptr;
    const std::string where = polled ? "[sources." + printable(source, 64) + "]" : "[sources] " + printable(source, 64);
    const std::string whose = polled ? said.text_or("organisation") : said.string() != nullptr ? *said.string() : "";
    if (!polled && whose.empty())
      return fail(Fault::Malformed, "expected the organisation that sends it, or a table", where);
    if (!whose.empty()) settings.organisations.emplace(source, whose);
    if (!polled) continue;
    if (!is_source_name(source)) return fail(Fault::Malformed, "a source is called [a-z0-9._-], 1 to 64", where);
    if (source == kPublicForm || source == kByHand)
      return fail(Fault::Refused, "what people report, or somebody gives in by hand, is not fetched", where);
    settings.polled.push_back(TRY(read_polled(source, said, where)));
  }
  return Nothing{};
}

Result<Nothing> read_probe_settings(const Json& table, ProbeSettings& probe) {
  TRY(only_known(table, {"enabled", "namespace", "resolver", "program", "every_minutes"}, "[probe]"));
  if (table.find("enabled") != nullptr) probe.enabled = TRY(table.flag("enabled"));
  probe.network = table.text_or("namespace", probe.network);
  probe.resolver = table.text_or("resolver");
  probe.program = table.text_or("program");
  probe.every_minutes = table.number_or("every_minutes", probe.every_minutes);
  if (probe.every_minutes < 1 || probe.every_minutes > 24 * 60)
    return fail(Fault::Malformed, "every_minutes is 1 to 1440", "[probe]");
  if (probe.enabled && !parse_ip(probe.resolver))
    return fail(Fault::Malformed, "resolver is the address of a name server, like \"192.0.2.53\"", "[probe]");
  return Nothing{};
}

// profile = "NAME" or "FILE", given = { "feed.url" = "…" }: how the records of a source are read. Gives the digest of
// the profile, which a standing rule holds fast; empty where there is none.
Result<std::string> read_reading(const std::string& source, Json& table, const std::string& folder,
                                 Settings& settings) {
  const std::string name = table.text_or("profile");
  const Json* given = table.find("given");
  if (name.empty() && (given != nullptr || table.find("profile") != nullptr))
    return fail(Fault::Malformed, "profile names a profile: one of `cordon profile list`, or a file", "profile");
  if (name.empty()) return std::string();
  const bool file = name.find('/') != std::string::npos || name.ends_with(".toml");
  FeedReading reading{TRY(load_profile(file && !name.starts_with('/') ? folder + "/" + name : name))};
  if (given != nullptr) reading.given = *given;
  TRY(check_given(reading.given));
  const std::string digest =
      sha256(to_text(Json::Object{{"profile", reading.profile.json()}, {"given", reading.given}})).hex();
  settings.readings.insert_or_assign(source, std::move(reading));
  table.object()->erase("profile");
  table.object()->erase("given");
  return digest;
}

// [feeds.NAME]: how a source's records are read, and what a standing rule may draw from. People's channels can be no
// feed, whatever is written here.
Result<Nothing> read_feeds(const Json& feeds, const std::string& folder, Settings& settings) {
  if (feeds.object() == nullptr) return fail(Fault::Malformed, "expected a table for each feed", "[feeds]");
  for (const auto& [source, table] : *feeds.object()) {
    const std::string where = "[feeds." + printable(source, 64) + "]";
    if (!is_source_name(source)) return fail(Fault::Malformed, "a feed is called as its source is", where);
    if (source == kPublicForm || source == kByHand)
      return fail(Fault::Refused, "what people report, or somebody gives in by hand, is no feed (amendment 1)", where);
    if (table.object() == nullptr || table.find("name") != nullptr)
      return fail(Fault::Malformed, "expected a table with publisher, publisher_kind, machine, categories", where);
    Json registered = table;
    const Result<std::string> profile = read_reading(source, registered, folder, settings);
    if (!profile) return fail(profile.error().fault, profile.error().message, where + " " + profile.error().where);
    if (registered.object()->empty() && !profile->empty()) continue;  // read by a profile, and no rule draws from it
    registered.set("name", source);
    if (!profile->empty()) registered.set("profile", *profile);
    Result<Feed> feed = read_feed(registered);
    if (!feed) return fail(feed.error().fault, feed.error().message, where + " " + feed.error().where);
    settings.feeds.push_back(*std::move(feed));
  }
  return Nothing{};
}

}  // namespace

void read_as_registered(const Settings& settings, Incoming& incoming) {
  const auto reading = settings.readings.find(incoming.source);
  if (reading == settings.readings.end()) return;
  incoming.feed = reading->second.profile;
  incoming.given = reading->second.given;
}

Paths::Paths(std::string folder) : desk(std::move(folder)) {
  while (desk.size() > 1 && desk.ends_with('/')) desk.pop_back();
}

Result<Settings> read_settings(const Json& toml, const std::string& folder) {
  TRY(only_known(toml,
                 {"operator", "database", "send", "serve", "index", "care", "evidence", "retention", "cases", "sources",
                  "intake", "log", "registries", "feeds", "answers", "probe"},
                 "cordon.toml"));
  const Json& who = section(toml, "operator");
  const Json& database = section(toml, "database");
  const Json& send = section(toml, "send");
  const Json& serve = section(toml, "serve");
  const Json& index = section(toml, "index");
  TRY(only_known(who, {"name", "kind", "address", "origin", "zone"}, "[operator]"));
  TRY(only_known(database, {"url"}, "[database]"));
  TRY(only_known(send,
                 {"courier", "maildir", "smtp_url", "smtp_user", "smtp_password_file", "smtp_authorities",
                  "letters_a_minute", "webhooks", "webhook_authorities"},
                 "[send]"));
  TRY(only_known(serve, {"listen", "port"}, "[serve]"));
  TRY(only_known(index, {"folder", "signed_by"}, "[index]"));

  Settings settings;
  settings.operator_.name = TRY(who.text("name"));
  settings.operator_.kind = TRY(who.text("kind"));
  settings.operator_.address = TRY(who.text("address"));
  settings.operator_.origin = TRY(who.text("origin"));
  settings.zone = TRY(Zone::find(who.text_or("zone", "UTC")));
  const std::string& kind = settings.operator_.kind;
  if (kind != "authority" && kind != "csirt" && kind != "hotline" && kind != "provider") {
    return fail(Fault::Malformed, "kind is authority, csirt, hotline or provider", "[operator]");
  }
  const Result<Observable> address = parse_observable(ObservableKind::Email, settings.operator_.address);
  if (!address) return fail(Fault::Malformed, address.error().message, "[operator] address");
  const std::string& origin = settings.operator_.origin;
  if (origin.empty() || origin.find_first_of(" \t\r\n+") != std::string::npos) {
    return fail(Fault::Malformed, "origin names the public log, like \"desk.example.net/log\", without spaces or '+'",
                "[operator]");
  }
  settings.database = database.text_or("url", "desk.db");
  if (settings.database.empty() ||
      (settings.database.find("://") != std::string::npos && !is_postgres(settings.database)))
    return fail(Fault::Malformed, "url is \"postgresql://…\" or a file of the desk", "[database]");
  settings.courier = send.text_or("courier", "maildir");
  if (settings.courier != "maildir" && settings.courier != "smtp") {
    return fail(Fault::Malformed, "courier is maildir or smtp", "[send]");
  }
  settings.maildir = send.text_or("maildir", "outbox");
  settings.smtp_url = send.text_or("smtp_url");
  settings.smtp_user = send.text_or("smtp_user");
  settings.smtp_password_file = send.text_or("smtp_password_file");
  settings.smtp_authorities = send.text_or("smtp_authorities");
  settings.letters_a_minute = send.number_or("letters_a_minute", settings.letters_a_minute);
  if (settings.letters_a_minute < 1 || settings.letters_a_minute > 6000)
    return fail(Fault::Malformed, "letters_a_minute is 1 to 6000", "[send]");
  settings.webhook_authorities = send.text_or("webhook_authorities");
  TRY(read_webhooks(section(send, "webhooks"), settings));
  TRY(read_answer_settings(section(toml, "answers"), settings.answers));
  if (settings.courier == "smtp" && settings.smtp_url.empty()) {
    return fail(Fault::Malformed, "the courier smtp needs smtp_url, like \"smtp://mail.example.net:587\"", "[send]");
  }
  TRY(read_intake(section(toml, "intake"), settings));
  TRY(read_log_settings(section(toml, "log"), settings));
  TRY(read_feeds(section(toml, "feeds"), folder, settings));
  settings.listen = serve.text_or("listen", "127.0.0.1");
  settings.port = static_cast<int>(serve.number_or("port", 8480));
  if (settings.port < 0 || settings.port > 65535) return fail(Fault::Malformed, "port is 0 to 65535", "[serve]");
  TRY(read_care(section(toml, "care"), settings));
  if (toml.find("index") != nullptr) {
    settings.index_folder = index.text_or("folder", "index");
    if (settings.index_folder.empty()) return fail(Fault::Malformed, "folder names where the indexes are", "[index]");
    if (const std::string key = index.text_or("signed_by"); !key.empty()) {
      const Result<PublicKey> read = parse_public_key(key);
      if (!read) return fail(Fault::Malformed, read.error().message, "[index] signed_by");
      settings.index_key = *read;
    }
  }
  TRY(read_evidence_settings(section(toml, "evidence"), settings));
  TRY(read_registry_settings(section(toml, "registries"), settings.registries));
  TRY(read_probe_settings(section(toml, "probe"), settings.probe));
  const Json& retention = section(toml, "retention");
  std::map<std::string, std::int64_t> days;
  if (retention.object() == nullptr) return fail(Fault::Malformed, "expected a table", "[retention]");
  for (const auto& [row, value] : *retention.object()) {
    if (value.integer() == nullptr) return fail(Fault::Malformed, "expected a number of days", "[retention] " + row);
    days.emplace(row, *value.integer());
  }
  const Result<Lives> lives = Lives::shortened(days);
  if (!lives) return fail(lives.error().fault, lives.error().message, "[retention]");
  settings.lives = *lives;
  const Json& cases = section(toml, "cases");
  TRY(only_known(cases, {"window_days"}, "[cases]"));
  settings.window_days = cases.number_or("window_days", kLongestWindowDays);
  if (settings.window_days < 0 || settings.window_days > kLongestWindowDays)
    return fail(Fault::Refused,
                "window_days is 0 to " + std::to_string(kLongestWindowDays) + ": a setting can only shorten it",
                "[cases]");
  TRY(read_sources(section(toml, "sources"), settings));
  return settings;
}

Result<Settings> load_settings(const Paths& paths) {
  const Json toml = TRY(read_toml(paths.settings()));
  return read_settings(toml, paths.desk);
}

Result<std::unique_ptr<BlobStore>> blobs_elsewhere(const Paths& paths, const Settings& settings) {
  if (!settings.blobs) return std::unique_ptr<BlobStore>();
  const std::string path = paths.inside(settings.s3_credentials);
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return system_error("cannot read", errno, path);
  if ((about.st_mode & 077u) != 0) return fail(Fault::Usage, "others can read this key; its mode must be 0600", path);
  // Nothing of the file goes into an error, not even the line that is wrong.
  const Result<Json> read = read_toml(path);
  const Json none = Json::Object{};
  const Json& given = read ? *read : none;
  http::AwsKey key{given.text_or("access_key_id"), given.text_or("secret_access_key"), given.text_or("session_token")};
  if (key.id.empty() || key.secret.empty())
    return fail(Fault::Usage, "expected access_key_id = \"…\" and secret_access_key = \"…\"", path);
  S3Place place = *settings.blobs;
  if (!place.authorities.empty()) place.authorities = paths.inside(place.authorities);
  return s3_store(std::move(place), std::move(key));
}

Result<Blobs> open_blobs(const Paths& paths, Blobs::Mode mode) {
  std::unique_ptr<BlobStore> elsewhere;
  if (exists(paths.settings())) {
    const Settings settings = TRY(load_settings(paths));
    elsewhere = TRY(blobs_elsewhere(paths, settings));
  }
  return Blobs::open(paths.evidence(), paths.keys(), mode, std::move(elsewhere));
}

std::string record_of(const Paths& paths, const Settings& settings) {
  const std::string& url = settings.database;
  return is_postgres(url) || url.starts_with('/') ? url : paths.desk + "/" + url;
}

Result<std::string> record_of(const Paths& paths) {
  const Error none = fail(Fault::NotFound, "there is no desk here; `cordon init --desk DIR` founds one", paths.desk);
  if (!exists(paths.settings())) return none;
  const std::string record = record_of(paths, TRY(load_settings(paths)));
  if (!is_postgres(record) && !exists(record)) return none;
  return record;
}

namespace {

std::string with_line(const std::string& toml, const std::string& table, const std::string& key,
                      const std::string& value) {
  const std::string head = "[" + table + "]", line = key + " = " + to_text(Json(value));
  std::vector<std::string> lines;
  bool inside = false, written = false;
  for (const std::string_view old : split(toml, '\n')) {
    const std::string_view words = trim(old);
    if (words.starts_with('[')) inside = words == head;
    if (inside && trim(words.substr(0, words.find('='))) == key) continue;
    lines.emplace_back(old);
    if (words == head) lines.push_back(line);
    written = written || words == head;
  }
  return join(lines, "\n") + (written ? "" : "\n" + head + "\n" + line + "\n");
}

}  // namespace

std::string with_database(const std::string& toml, const std::string& url) {
  return with_line(toml, "database", "url", url);
}

std::string with_origin(const std::string& toml, const std::string& origin) {
  return with_line(toml, "operator", "origin", origin);
}

std::string with_blobs(const std::string& toml, const std::string& url) {
  return with_line(toml, "evidence", "blobs", url);
}

Result<Annex> load_annex(const Paths& paths) {
  Result<Annex> annex = Annex::read(TRY(read_toml(paths.annex())));
  if (!annex) return fail(annex.error().fault, annex.error().message, paths.annex());
  return annex;
}

Result<ContactBook> load_contacts(const Paths& paths) {
  Result<ContactBook> book = ContactBook::read(TRY(read_toml(paths.contacts())));
  if (!book) return fail(book.error().fault, book.error().message, paths.contacts() + ", " + book.error().where);
  book->place_by(TRY(load_address_tables(paths)));
  for (const auto& [address, at] : TRY(bounced_contacts(paths))) book->leave_out(address);
  return book;
}

Result<Preferences> load_preferences(const Paths& paths) {
  Result<Preferences> preferences = Preferences::read(TRY(read_toml(paths.contacts())));
  if (!preferences)
    return fail(preferences.error().fault, preferences.error().message,
                paths.contacts() + ", " + preferences.error().where);
  return preferences;
}

std::string fresh_settings(const Fresh& fresh) {
  const auto line = [](std::string_view key, const std::string& value) {
    return std::string(key) + " = " + to_text(Json(value)) + "\n";
  };
  return "# The settings of this desk. Any of them can make it stricter than docs/charter.md; none can make it "
         "looser.\n\n"
         "[operator]\n" +
         line("name", fresh.name) + line("kind", fresh.kind) + "# Notices come from here, and answers go here.\n" +
         line("address", fresh.address) + "# The public log's name. It is in every checkpoint and never changes.\n" +
         line("origin", fresh.origin) +
         (fresh.database.empty() ? "\n# The record lies in the desk's folder, or in a PostgreSQL database of its own "
                                   "(docs/postgresql.md);\n"
                                   "# `cordon move` brings it from one to the other.\n# [database]\n# url = "
                                   "\"postgresql:///cordon?host=/run/postgresql\"\n"
                                 : "\n# The record (docs/postgresql.md).\n[database]\n" + line("url", fresh.database)) +
         "\n[send]\n# \"maildir\" keeps every notice on this machine; \"smtp\" sends it through smtp_url.\n"
         "courier = \"maildir\"\nmaildir = \"outbox\"\n"
         "# smtp_url = \"smtp://mail.example.net:587\"\n# smtp_user = \"desk\"\n# smtp_password_file = "
         "\"keys/smtp.password\"\n"
         "# Of whom TLS trusts instead of the system's authorities, and how fast letters go to one domain.\n"
         "# smtp_authorities = \"mail-ca.pem\"\n# letters_a_minute = 120\n"
         "\n# How answers come back (docs/answers.md).\n"
         "# [answers]\n# plus_address = true\n# page = \"https://desk.example.net\"\n# maildir = \"inbox\"\n"
         "# imap = \"imaps://mail.example.net\"\n# imap_user = \"desk\"\n# imap_password_file = "
         "\"keys/imap.password\"\n"
         "\n[serve]\nlisten = \"127.0.0.1\"\nport = 8480\n"
         "\n# Who is shown every checkpoint of the public log and cosigns it, up to 15 (docs/log.md).\n# [log]\n"
         "# witnesses = [ { url = \"https://witness.example.net/\", key = \"witness.example.net+0a1b2c3d+B…\" } ]\n"
         "\n# Indexes of known indicators: a case that an officer reads shows what they say, as leads "
         "(docs/index.md).\n"
         "# [index]\n# folder = \"index\"\n# signed_by = \"(the key that signs them, base64)\"\n"
         "\n# How the registries are asked whom to ask: cordon contact (docs/contacts.md).\n"
         "# [registries]\n# keep_days = 7\n# per_minute = 10\n"
         "\n# What is read again while the desk is served, and when it calls for somebody (docs/operations.md).\n"
         "# [care]\n# scrub_days = 7\n# scrub_pace = 20\n# backup_hours = 26\n# quiet_hours = 48\n"
         "# disk_free_percent = 5\n"
         "\n# Time stamps (RFC 3161) over the record by an authority outside (docs/evidence.md). It sees a digest, "
         "never "
         "content.\n"
         "# [evidence]\n# timestamps = \"https://tsa.example.net/\"\n# timestamps_certificates = \"tsa.pem\"\n"
         "# timestamps_every_hours = 24\n"
         "# Where evidence lies instead of this folder, encrypted as ever: an S3-compatible store (docs/evidence.md).\n"
         "# blobs = \"s3://bucket/prefix\"\n# s3_endpoint = \"https://s3.example.net\"\n# s3_credentials = "
         "\"keys/s3.toml\"\n"
         "\n# How many days what is kept at most: these are the charter's longest (8.3), and a setting can only "
         "shorten "
         "them (docs/keeping.md).\n# [retention]\n# refused_report = 30\n# case_without_act = 90\n# case_with_act = "
         "180\n"
         "\n# Feeds by the hundred thousand: a report of such a source is kept, counted and found again, and opens no "
         "case\n# until an officer does (`cordon case begin`; docs/volume.md).\n# [intake]\n# fold_only = "
         "[\"feed-one\"]\n"
         "# Whom mail goes on to, unchanged, that reports nothing of the list (docs/mail.md).\n# pass_on = "
         "\"abuse-team@example.net\"\n"
         "\n# Whose a source is, where one organisation sends several: its sources count as one.\n# [sources]\n# "
         "\"feed-a\" = \"Example CERT\"\n# \"feed-b\" = \"Example CERT\"\n";
}

std::string fresh_annex(bool demo) {
  if (!demo) {
    return "# The member annex: for each category that this desk may act on, the article of national law that gives "
           "it\n"
           "# the power (docs/charter.md, 0.3). A category without an article stays off. Your counsel writes this "
           "file.\n\n"
           "state = \"(name of the state)\"\nfictitious = false\n"
           "redress = \"(where a recipient or an affected party complains: body, address, time limit, "
           "court)\"\n\n[articles]\n"
           "# phishing = \"Criminal Code, article …\"\n";
  }
  return "# A fictitious state, for the demonstration only. Every notice carries a watermark.\n\n"
         "state = \"Republic of Steppe (fictitious)\"\nfictitious = true\n"
         "redress = \"Write to appeals@demo-desk.example.net within six months; then the Administrative Court of "
         "Steppe (fictitious).\"\n\n"
         "[articles]\n"
         "malware = \"Criminal Code of Steppe (fictitious), article 210: malicious programs\"\n"
         "illegal-access = \"Criminal Code of Steppe (fictitious), article 205: access without right\"\n"
         "service-attack = \"Criminal Code of Steppe (fictitious), article 207: disruption of a system\"\n"
         "phishing = \"Criminal Code of Steppe (fictitious), article 190: fraud by deceit of a user of an information "
         "system\"\n"
         "fraud = \"Criminal Code of Steppe (fictitious), article 190: fraud\"\n";
}

std::string fresh_contacts(bool demo) {
  std::string text =
      "# Whom to ask. `for` is a domain (with all below it), an address, or \"*\"; the narrowest entry wins.\n\n";
  if (!demo) {
    return text +
           "# [[contact]]\n# recipient = \"host\"\n# for = \"example.org\"\n# address = \"abuse@example.org\"\n# name "
           "= \"Example hosting\"\n\ncontact = []\n";
  }
  for (const std::string recipient : {"host", "registrar", "csirt", "isp_abuse", "system_owner", "emergency"}) {
    text += "[[contact]]\nrecipient = \"" + recipient + "\"\nfor = \"*\"\naddress = \"" +
            replace_all(recipient, "_", "-") + "-abuse@provider.example.net\"\nname = \"Demonstration " +
            replace_all(recipient, "_", " ") + "\"\n\n";
  }
  return text;
}

std::string fresh_border(bool demo) {
  std::string text =
      "# The border policy: what may leave this desk for a peer (docs/border.md, docs/charter.md 9). Nothing leaves "
      "that "
      "no\n# rule allows; a [[deny]] wins over any [[allow]]; the charter's own rules B1 to B15 hold whatever stands "
      "here.\n# Corrections and public numbers always pass.\n\nversion = 1\n\n";
  if (!demo) {
    return text +
           "# [[allow]]\n# name = \"phishing to members\"\n# objects = [\"indicator\"]\n# categories = "
           "[\"phishing\"]\n# kinds = [\"technical\"]\n# roles = [\"member\"]\n# max_tlp = \"GREEN\"\n";
  }
  return text +
         "[[allow]]\nname = \"phishing and fraud to members\"\nobjects = [\"indicator\"]\ncategories = [\"phishing\", "
         "\"fraud\"]\nkinds = [\"technical\"]\nroles = [\"member\"]\nmax_tlp = \"GREEN\"\nduties = "
         "[\"tell_outcome\"]\n";
}

}  // namespace cordon
