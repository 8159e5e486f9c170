#include "desk/settings.h"

#include <set>

#include "base/files.h"
#include "base/text.h"
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

}  // namespace

Paths::Paths(std::string folder) : desk(std::move(folder)) {
  while (desk.size() > 1 && desk.ends_with('/')) desk.pop_back();
}

Result<Settings> read_settings(const Json& toml) {
  TRY(only_known(toml, {"operator", "database", "send", "serve", "index", "retention", "cases", "sources"},
                 "cordon.toml"));
  const Json& who = section(toml, "operator");
  const Json& database = section(toml, "database");
  const Json& send = section(toml, "send");
  const Json& serve = section(toml, "serve");
  const Json& index = section(toml, "index");
  TRY(only_known(who, {"name", "kind", "address", "origin"}, "[operator]"));
  TRY(only_known(database, {"url"}, "[database]"));
  TRY(only_known(send, {"courier", "maildir", "smtp_url", "smtp_user", "smtp_password_file"}, "[send]"));
  TRY(only_known(serve, {"listen", "port"}, "[serve]"));
  TRY(only_known(index, {"folder", "signed_by"}, "[index]"));

  Settings settings;
  settings.operator_.name = TRY(who.text("name"));
  settings.operator_.kind = TRY(who.text("kind"));
  settings.operator_.address = TRY(who.text("address"));
  settings.operator_.origin = TRY(who.text("origin"));
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
  if (settings.courier == "smtp" && settings.smtp_url.empty()) {
    return fail(Fault::Malformed, "the courier smtp needs smtp_url, like \"smtp://mail.example.net:587\"", "[send]");
  }
  settings.listen = serve.text_or("listen", "127.0.0.1");
  settings.port = static_cast<int>(serve.number_or("port", 8480));
  if (settings.port < 0 || settings.port > 65535) return fail(Fault::Malformed, "port is 0 to 65535", "[serve]");
  if (toml.find("index") != nullptr) {
    settings.index_folder = index.text_or("folder", "index");
    if (settings.index_folder.empty()) return fail(Fault::Malformed, "folder names where the indexes are", "[index]");
    if (const std::string key = index.text_or("signed_by"); !key.empty()) {
      const Result<PublicKey> read = parse_public_key(key);
      if (!read) return fail(Fault::Malformed, read.error().message, "[index] signed_by");
      settings.index_key = *read;
    }
  }
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
  const Json& sources = section(toml, "sources");
  if (sources.object() == nullptr) return fail(Fault::Malformed, "expected a table", "[sources]");
  for (const auto& [source, whose] : *sources.object()) {
    if (whose.string() == nullptr || whose.string()->empty())
      return fail(Fault::Malformed, "expected the organisation that sends it", "[sources] " + source);
    settings.organisations.emplace(source, *whose.string());
  }
  return settings;
}

Result<Settings> load_settings(const Paths& paths) { return read_settings(TRY(read_toml(paths.settings()))); }

Result<Blobs> open_blobs(const Paths& paths, Blobs::Mode mode) {
  return Blobs::open(paths.evidence(), paths.keys(), mode);
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

std::string with_database(const std::string& toml, const std::string& url) {
  const std::string line = "url = " + to_text(Json(url));
  std::vector<std::string> lines;
  bool inside = false, written = false;
  for (const std::string_view old : split(toml, '\n')) {
    const std::string_view words = trim(old);
    if (words.starts_with('[')) inside = words == "[database]";
    if (inside && trim(words.substr(0, words.find('='))) == "url") continue;
    lines.emplace_back(old);
    if (words == "[database]") lines.push_back(line);
    written = written || words == "[database]";
  }
  return join(lines, "\n") + (written ? "" : "\n[database]\n" + line + "\n");
}

Result<Annex> load_annex(const Paths& paths) {
  Result<Annex> annex = Annex::read(TRY(read_toml(paths.annex())));
  if (!annex) return fail(annex.error().fault, annex.error().message, paths.annex());
  return annex;
}

Result<ContactBook> load_contacts(const Paths& paths) {
  Result<ContactBook> book = ContactBook::read(TRY(read_toml(paths.contacts())));
  if (!book) return fail(book.error().fault, book.error().message, paths.contacts() + ", " + book.error().where);
  return book;
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
         "\n[serve]\nlisten = \"127.0.0.1\"\nport = 8480\n"
         "\n# Indexes of known indicators: a case that an officer reads shows what they say, as leads "
         "(docs/index.md).\n"
         "# [index]\n# folder = \"index\"\n# signed_by = \"(the key that signs them, base64)\"\n"
         "\n# How many days what is kept at most: these are the charter's longest (8.3), and a setting can only "
         "shorten "
         "them (docs/keeping.md).\n# [retention]\n# refused_report = 30\n# case_without_act = 90\n# case_with_act = "
         "180\n"
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
  for (const std::string recipient : {"host", "registrar", "csirt", "isp_abuse", "system_owner"}) {
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
