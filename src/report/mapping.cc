#include "report/mapping.h"

#include <algorithm>
#include <span>
#include <string>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {
namespace {

struct Row {
  std::string_view name;  // lower case, words joined by '-'
  Meaning meaning;
};

constexpr NotOurs kChildAbuse{"csam", "a hotline's to assess"};  // refuse_child_abuse() has the words for the sender
constexpr NotOurs kCopyright{"copyright", "copyright has civil remedies; a police desk does not act on it"};
constexpr NotOurs kTrademark{"trademark", "trade marks have civil remedies; a police desk does not act on them"};
constexpr NotOurs kLeak{"leak",
                        "leaked data is for courts only; say it is an exposed service, with its port, if it is one"};
constexpr NotOurs kNoOffence{"out_of_scope", "no listed offence"};
constexpr NotOurs kListOnly{"out_of_scope", "an entry on somebody's list is not a report of an offence"};
constexpr NotOurs kTor{"tor", "anonymity networks are not offences"};
constexpr NotOurs kSpeech{"hate_speech", "speech is for courts, not for a desk that matches identifiers"};
constexpr NotOurs kOther{"other", "there is no category \"other\""};
constexpr NotOurs kUnspecified{"unspecified", "the report does not say what it is about"};
constexpr NotOurs kNotAbuse{"out_of_scope", "this feedback is not about abuse"};

std::string normal(std::string_view name) {
  std::string text = lower_ascii(trim(name));
  for (char& c : text) {
    if (c == '_' || c == ' ') c = '-';
  }
  return text;
}

// "Login-Attack", "login_attack" and "LoginAttack" are one name.
std::string squeezed(std::string_view name) {
  std::string text;
  for (const char c : lower_ascii(name)) {
    if (letter(c) || digit(c)) text += c;
  }
  return text;
}

std::optional<Meaning> look_up(std::span<const Row> rows, std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return row.meaning;
  }
  return std::nullopt;
}

}  // namespace

bool means_child_abuse(const std::optional<Meaning>& meaning) {
  const NotOurs* no = meaning ? std::get_if<NotOurs>(&*meaning) : nullptr;
  return no != nullptr && no->code == kChildAbuse.code;
}

std::optional<Meaning> xarf_meaning(std::string_view category, std::string_view type) {
  // The schema's own names, xarf.org/schemas/v4. What charter 4.7 pairs with no category stays out.
  static const Row kRows[] = {
      {"content/phishing", Matter(Category::Phishing)},
      {"content/malware", Matter(Category::Malware)},
      {"content/fraud", Matter(Category::Fraud)},
      {"content/csam", kChildAbuse},
      {"content/csem", kChildAbuse},
      {"content/remote-compromise", Matter(Category::IllegalAccess)},
      {"content/brand-infringement", kTrademark},
      {"content/suspicious-registration", kNoOffence},
      {"content/exposed-data", kLeak},  // xarf.cc lets an exposed service with its port through as H01
      {"connection/ddos", Matter(Category::ServiceAttack)},
      {"connection/infected-host", Matter(Category::ServiceAttack)},
      {"connection/login-attack", Matter(Category::IllegalAccess)},
      {"connection/auth-failure", Matter(Category::IllegalAccess)},
      {"connection/sql-injection", Matter(Category::IllegalAccess)},
      {"connection/port-scan", kNoOffence},
      {"connection/reconnaissance", kNoOffence},
      {"connection/vulnerability-scan", kNoOffence},
      {"connection/scraping", kNoOffence},
      {"infrastructure/botnet", Matter(Category::ServiceAttack)},  // xarf.cc: C01 where it is the controller
      {"infrastructure/compromised-server", Matter(Category::IllegalAccess)},
      {"messaging/spam", Matter(Exposure::SpamSource)},
      {"messaging/bulk-messaging", Matter(Exposure::SpamSource)},
      {"vulnerability/open-service", Matter(Exposure::ExposedService)},
      {"vulnerability/misconfiguration", Matter(Exposure::ExposedService)},
      {"vulnerability/cve", Matter(Exposure::VulnerableService)},
  };
  const std::string group = normal(category);
  const std::string kind = normal(type);
  // Whoever sends this under any group gets the same answer, and none of it is looked at further.
  if (kind == "csam" || kind == "csem") return kChildAbuse;
  if (group == "copyright") return kCopyright;
  if (group == "reputation") return kListOnly;
  return look_up(kRows, group + "/" + kind);
}

std::optional<Meaning> intelmq_meaning(std::string_view type) {
  static const Row kRows[] = {
      {"infected-system", Matter(Category::ServiceAttack)},
      {"malware-distribution", Matter(Category::Malware)},
      {"c2-server", Matter(Category::Malware)},
      {"c2server", Matter(Category::Malware)},
      {"c&c", Matter(Category::Malware)},
      {"malware-configuration", Matter(Category::Malware)},
      {"dga-domain", Matter(Category::Malware)},
      {"malware", Matter(Category::Malware)},
      {"phishing", Matter(Category::Phishing)},
      {"masquerade", Matter(Category::Phishing)},
      {"unauthorised-use-of-resources", Matter(Category::Fraud)},
      {"brute-force", Matter(Category::IllegalAccess)},
      {"ids-alert", Matter(Category::IllegalAccess)},
      {"exploit", Matter(Category::IllegalAccess)},
      {"system-compromise", Matter(Category::IllegalAccess)},
      {"compromise", Matter(Category::IllegalAccess)},
      {"privileged-account-compromise", Matter(Category::IllegalAccess)},
      {"unprivileged-account-compromise", Matter(Category::IllegalAccess)},
      {"application-compromise", Matter(Category::IllegalAccess)},
      {"unauthorised-information-access", Matter(Category::IllegalAccess)},
      {"unauthorised-information-modification", Matter(Category::Extortion)},  // charter 4.7, row C07
      {"ddos", Matter(Category::ServiceAttack)},
      {"dos", Matter(Category::ServiceAttack)},
      {"ddos-amplifier", Matter(Exposure::VulnerableService)},
      {"vulnerable-system", Matter(Exposure::VulnerableService)},
      {"weak-crypto", Matter(Exposure::VulnerableService)},
      {"potentially-unwanted-accessible", Matter(Exposure::ExposedService)},
      {"misconfiguration", Matter(Exposure::ExposedService)},  // intelmq.cc: only where a port is named
      {"spam", Matter(Exposure::SpamSource)},                  // amendment 8 goes before charter 4.7
      {"burglary", kNoOffence},
      {"sabotage", kNoOffence},
      {"outage", kNoOffence},
      {"scanner", kNoOffence},
      {"proxy", kNoOffence},
      {"test", kNoOffence},
      {"violence", kNoOffence},
      {"blacklist", kListOnly},
      {"tor", kTor},
      {"copyright", kCopyright},
      {"harmful-speech", kSpeech},
      {"other", kOther},
      {"undetermined", kUnspecified},
      {"", kUnspecified},
  };
  return look_up(kRows, normal(type));
}

std::optional<Meaning> arf_meaning(std::string_view feedback_type) {
  static const Row kRows[] = {
      {"abuse", Matter(Exposure::SpamSource)},
      {"fraud", Matter(Category::Phishing)},  // arf.cc: C06 where no address or domain is named
      {"virus", Matter(Category::Malware)},
      {"not-spam", kNotAbuse},
      {"auth-failure", kNotAbuse},
      {"opt-out", kNotAbuse},
      {"opt-out-list", kNotAbuse},
      {"other", kOther},
      {"", kUnspecified},
  };
  return look_up(kRows, normal(feedback_type));
}

std::optional<Meaning> legacy_xarf_meaning(std::string_view type) {
  static const Row kRows[] = {
      {"phishing", Matter(Category::Phishing)},
      {"malware", Matter(Category::Malware)},
      {"malwareattack", Matter(Category::Malware)},
      {"virus", Matter(Category::Malware)},
      {"trojan", Matter(Category::Malware)},
      {"fraud", Matter(Category::Fraud)},
      {"loginattack", Matter(Category::IllegalAccess)},
      {"bruteforce", Matter(Category::IllegalAccess)},
      {"webattack", Matter(Category::IllegalAccess)},
      {"sqlinjection", Matter(Category::IllegalAccess)},
      {"exploit", Matter(Category::IllegalAccess)},
      {"hacking", Matter(Category::IllegalAccess)},
      {"ddos", Matter(Category::ServiceAttack)},
      {"ddosattack", Matter(Category::ServiceAttack)},
      {"bot", Matter(Category::ServiceAttack)},
      {"botnet", Matter(Category::ServiceAttack)},
      {"botnetdrone", Matter(Category::ServiceAttack)},
      {"infectedhost", Matter(Category::ServiceAttack)},
      {"openservice", Matter(Exposure::ExposedService)},
      {"spam", Matter(Exposure::SpamSource)},
      {"emailspamming", Matter(Exposure::SpamSource)},
      {"dictionaryattacks", Matter(Exposure::SpamSource)},  // mail to made-up addresses
      {"commentspamming", Matter(Exposure::SpamSource)},
      {"regbot", Matter(Exposure::SpamSource)},  // registers at forums in order to post there
      {"badbot", Matter(Exposure::SpamSource)},
      {"harvesting", kNoOffence},
      {"portscan", kNoOffence},
      {"webcrawler", kNoOffence},
      {"spamvertised", kNoOffence},
      {"rpz", kListOnly},
      {"copyright", kCopyright},
      {"trademark", kTrademark},
      {"childabuse", kChildAbuse},
      {"csam", kChildAbuse},
      {"csem", kChildAbuse},
      {"info", kUnspecified},
      {"", kUnspecified},
  };
  return look_up(kRows, squeezed(type));
}

std::optional<Meaning> finding_meaning(std::string_view finding) {
  if (squeezed(finding).empty()) return std::nullopt;
  if (const auto whole = legacy_xarf_meaning(finding)) return whole;
  for (std::size_t at = 0; at < finding.size();) {
    std::size_t end = at;
    while (end < finding.size() && letter(finding[end])) ++end;
    const std::string_view word = finding.substr(at, end - at);
    at = std::max(end, at + 1);
    if (word.size() < 3 || equal_ignoring_case(word, "info") || equal_ignoring_case(word, "exploit")) continue;
    if (const auto meaning = legacy_xarf_meaning(word)) return meaning;
  }
  return std::nullopt;
}

std::optional<Meaning> shadowserver_meaning(std::string_view report) {
  static const Row kRows[] = {
      {"dns-openresolver", Matter(Exposure::VulnerableService)},
      {"scan-dns", Matter(Exposure::VulnerableService)},
      {"scan-ntp", Matter(Exposure::VulnerableService)},
      {"scan-ntpmonitor", Matter(Exposure::VulnerableService)},
      {"scan-snmp", Matter(Exposure::VulnerableService)},
      {"scan-ssdp", Matter(Exposure::VulnerableService)},
      {"scan-nat-pmp", Matter(Exposure::VulnerableService)},
      {"scan-netbios", Matter(Exposure::VulnerableService)},
      {"scan-mssql", Matter(Exposure::VulnerableService)},
      {"scan-portmapper", Matter(Exposure::VulnerableService)},
      {"scan-chargen", Matter(Exposure::VulnerableService)},
      {"scan-qotd", Matter(Exposure::VulnerableService)},
      {"scan-mdns", Matter(Exposure::VulnerableService)},
      {"scan-ldap-udp", Matter(Exposure::VulnerableService)},
      {"scan-coap", Matter(Exposure::VulnerableService)},
      {"scan-ubiquiti", Matter(Exposure::VulnerableService)},
      {"scan-ssl-freak", Matter(Exposure::VulnerableService)},
      {"scan-ssl-poodle", Matter(Exposure::VulnerableService)},
      {"cisco-smart-install", Matter(Exposure::VulnerableService)},
      {"botnet-drone", Matter(Category::ServiceAttack)},
      {"sinkhole-http-drone", Matter(Category::ServiceAttack)},
      {"sinkhole6-http", Matter(Category::ServiceAttack)},
      {"event4-sinkhole", Matter(Category::ServiceAttack)},
      {"event4-sinkhole-http", Matter(Category::ServiceAttack)},
      {"drone-brute-force", Matter(Category::IllegalAccess)},
      {"event4-honeypot-brute-force", Matter(Category::IllegalAccess)},
      {"compromised-website", Matter(Category::IllegalAccess)},
      {"spam-url", kNoOffence},
      {"blocklist", kListOnly},
  };
  const std::string name = normal(report);
  if (const auto known = look_up(kRows, name)) return known;
  // All its other scans look for what should not answer the whole world.
  if (name.starts_with("scan-") || name.starts_with("scan6-")) return Matter(Exposure::ExposedService);
  return std::nullopt;
}

std::optional<Meaning> safe_browsing_meaning(std::string_view list) {
  static const Row kRows[] = {
      {"0", Matter(Category::Malware)},  // broken into, and harming whoever looks at it
      {"1", Matter(Category::Phishing)},
      {"2", Matter(Category::Malware)},
  };
  return look_up(kRows, trim(list));
}

}  // namespace cordon
