#include "referral/xarf.h"

#include "base/text.h"
#include "referral/notice.h"

namespace cordon {

namespace {

struct XarfType {
  std::string_view category, type;
  std::string_view extra_key, extra_value;  // the member that this type demands beyond the core
};

std::optional<XarfType> xarf_type(Matter matter) {
  if (const Exposure* exposure = matter.exposure()) {
    // With "smtp" the schema demands the sender's address, which is somebody's and which no desk keeps.
    if (*exposure == Exposure::SpamSource) return XarfType{"messaging", "spam", "protocol", "other"};
    return XarfType{"vulnerability", "open_service", "service", "unknown"};
  }
  switch (*matter.category()) {
    case Category::Malware:
      return XarfType{"content", "malware", {}, {}};
    case Category::IllegalAccess:
      return XarfType{"infrastructure", "compromised_server", "compromise_method", "unknown"};
    case Category::ServiceAttack:
      return XarfType{"infrastructure", "botnet", "compromise_evidence", "see description"};
    case Category::Phishing:
      return XarfType{"content", "phishing", {}, {}};
    case Category::Fraud:
      return XarfType{"content", "fraud", "fraud_type", "other"};
    default:
      return std::nullopt;
  }
}

}  // namespace

bool has_xarf_type(Matter matter) { return xarf_type(matter).has_value(); }

std::optional<Json> xarf_part(const XarfFacts& facts) {
  const std::optional<XarfType> type = xarf_type(facts.matter);
  const std::optional<Observable> host = host_of(facts.target);
  if (!type || !host) return std::nullopt;
  const std::string& address = facts.sender.address;
  const Json who =
      Json::Object{{"org", facts.sender.name}, {"contact", address}, {"domain", address.substr(address.find('@') + 1)}};
  Json report = Json::Object{{"xarf_version", "4.2.0"},
                             {"report_id", facts.id},
                             {"timestamp", to_rfc3339(facts.seen_at)},
                             {"reporter", who},
                             {"sender", who},
                             {"source_identifier", host->canonical()},
                             {"category", type->category},
                             {"type", type->type}};
  if (facts.port) report.set("source_port", *facts.port);
  if (!type->extra_key.empty()) report.set(type->extra_key, type->extra_value);
  if (type->category == "content") {  // its schema demands a URL; a bare host stands for its root
    const bool is_url = facts.target.kind() == ObservableKind::Url;
    report.set("url", is_url ? facts.target.canonical() : "http://" + host->canonical() + "/");
  }
  if (!facts.description.empty()) report.set("description", printable(facts.description, 900));
  Json::Array tags;
  if (facts.fictitious) tags.push_back("cordon:demonstration");
  // The type of a hole demands a CVE number, which no report of an open resolver has: the type of an open service, and
  // the exposure's own name beside it (report/xarf.cc reads it).
  if (facts.matter == Matter(Exposure::VulnerableService)) tags.push_back("cordon:vulnerable_service");
  if (!tags.empty()) report.set("tags", std::move(tags));
  return report;
}

}  // namespace cordon
