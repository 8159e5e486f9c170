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
    if (*exposure == Exposure::SpamSource) return XarfType{"messaging", "spam", "protocol", "smtp"};
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

std::optional<Json> xarf_part(const NoticeFacts& facts) {
  const Case& the_case = facts.the_case;
  const std::optional<XarfType> type = xarf_type(the_case.matter);
  const std::optional<Observable> host = host_of(the_case.target);
  if (!type || !host) return std::nullopt;
  const std::string& address = facts.sender.address;
  const Json who =
      Json::Object{{"org", facts.sender.name}, {"contact", address}, {"domain", address.substr(address.find('@') + 1)}};
  Json report = Json::Object{{"xarf_version", "4.2.0"},
                             {"report_id", facts.notice.text()},
                             {"timestamp", to_rfc3339(the_case.last_seen_at.value_or(facts.now))},
                             {"reporter", who},
                             {"sender", who},
                             {"source_identifier", host->canonical()},
                             {"category", type->category},
                             {"type", type->type}};
  if (the_case.port) report.set("source_port", *the_case.port);
  if (!type->extra_key.empty()) report.set(type->extra_key, type->extra_value);
  if (type->category == "content") {  // its schema demands a URL; a bare host stands for its root
    const bool is_url = the_case.target.kind() == ObservableKind::Url;
    report.set("url", is_url ? the_case.target.canonical() : "http://" + host->canonical() + "/");
  }
  if (!the_case.facts.empty()) report.set("description", printable(the_case.facts.front().text, 900));
  if (facts.annex.fictitious()) report.set("tags", Json::Array{"cordon:demonstration"});
  return report;
}

}  // namespace cordon
