#include "report/xarf.h"

#include <algorithm>

#include "base/text.h"
#include "report/mapping.h"
#include "report/redact.h"

namespace cordon {
namespace {

// "c2", "c2_server", "command-and-control", …: a role that makes a botnet's machine its controller.
bool says_controller(std::string_view text) {
  const std::string word = replace_all(lower_ascii(text), "-", "_");
  return word == "c2" || word == "c2_server" || word == "c2server" || word == "c&c" || word == "cnc" ||
         word == "command_and_control" || word == "controller";
}

// The reported machine is the controller, not a bot that talks to one.
bool is_controller(const Json& record, std::string_view source) {
  for (const std::string_view key : {"role", "node_type", "server_type", "bot_type", "threat_type"}) {
    if (says_controller(record.text_or(key))) return true;
  }
  if (!source.empty() && record.text_or("c2_server") == source) return true;
  const Json* tags = record.find("tags");
  if (tags == nullptr || tags->array() == nullptr) return false;
  return std::ranges::any_of(*tags->array(), [](const Json& tag) {
    const std::string* text = tag.string();
    return text != nullptr && says_controller(std::string_view(*text).substr(text->find(':') + 1));
  });
}

// A database or folder that answers strangers is the owner's mistake; a leak is somebody's publication.
bool is_exposed_service(const Json& record, std::optional<int> port) {
  const std::string how = record.text_or("exposure_method");
  return port && (how == "misconfigured_server" || how == "database_exposure" || how == "open_directory");
}

std::optional<int> service_port(const Json& record, bool of_a_service) {
  if (const auto port = port_member(record, "source_port")) return port;
  if (!of_a_service) return std::nullopt;
  if (const auto port = port_member(record, "service_port")) return port;
  return port_member(record, "port");
}

void add(std::vector<Candidate>& candidates, ObservableKind kind, const Json* member) {
  if (member == nullptr) return;
  if (const std::string* text = member->string()) candidates.push_back({kind, *text});
  if (const Json::Array* list = member->array()) {
    for (const Json& one : *list) {
      if (const std::string* text = one.string()) candidates.push_back({kind, *text});
    }
  }
  if (const Json::Object* members = member->object()) {  // {"md5": …, "sha256": …}
    for (const std::string_view key : {"sha256", "sha1", "md5"}) {
      if (const auto found = members->find(key); found != members->end()) add(candidates, kind, &found->second);
    }
  }
}

// What a desk of ours says of an exposure for which XARF has one type only: referral/xarf.cc.
bool says_vulnerable(const Json& record) {
  const Json* tags = record.find("tags");
  if (tags == nullptr || tags->array() == nullptr) return false;
  return std::ranges::any_of(*tags->array(), [](const Json& tag) {
    return tag.string() != nullptr && *tag.string() == "cordon:vulnerable_service";
  });
}

// Versions 1 to 3. Of the reporter and the samples nothing is kept.
Reading read_legacy(const Json& record) {
  const Json* report = record.find("Report");
  if (report == nullptr || report->object() == nullptr) return refuse("malformed", "an XARF report without its Report");
  const std::string type = report->text_or("ReportType");
  const auto meaning = legacy_xarf_meaning(type);
  if (means_child_abuse(meaning)) return refuse_child_abuse();
  if (!meaning) return refuse_name(type, "ReportType");
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning)) return refuse_not_ours("ReportType", type, *no);
  std::vector<Candidate> candidates;
  const Json* source = report->find("Source");
  const auto from = [&](const Json* of, ObservableKind kind, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      if (of != nullptr && of->object() != nullptr && !of->text_or(key).empty())
        candidates.push_back({kind, of->text_or(key)});
    }
  };
  from(source, ObservableKind::Url, {"URL", "Url"});
  from(report, ObservableKind::Url, {"SourceUrl", "Url"});
  from(report, ObservableKind::Domain, {"SourceDomain", "Domain"});
  from(source, ObservableKind::Ip, {"IP", "Ip"});
  from(report, ObservableKind::Ip, {"SourceIp"});
  auto port = port_member(*report, "SourcePort");
  if (!port && source != nullptr && source->object() != nullptr) port = port_member(*source, "Port");
  Reading reading = choose(std::get<Matter>(*meaning), candidates, port);
  reading.token = printable(report->text_or("ReportID", record.text_or("ReportID")), 128);
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(report->text_or("Date"));
  Json told = *report;
  for (const char* key : {"Samples", "Attachment"}) told.object()->erase(key);
  reading.kept = keep_record(told, reading.observables);
  return reading;
}

}  // namespace

bool is_xarf(const Json& record) {
  return record.find("xarf_version") != nullptr || record.find("ReporterInfo") != nullptr ||
         (record.find("Version") != nullptr && record.find("Report") != nullptr);
}

Reading read_xarf(const Json& record) {
  const std::string category = record.text_or("category", record.text_or("class"));
  const std::string type = record.text_or("type");
  auto meaning = xarf_meaning(category, type);
  if (means_child_abuse(meaning)) return refuse_child_abuse();
  const std::string version = text_member(record, "xarf_version");
  if (version.empty() && record.find("Report") != nullptr) return read_legacy(record);
  if (version != "4" && !version.starts_with("4.")) {
    return refuse("legacy_format", "no version of XARF that is read; send version 4");
  }
  const std::string token = printable(record.text_or("report_id"), 128);
  const std::string source = record.text_or("source_identifier");
  const bool service = category == "vulnerability" || category == "content";
  const auto port = service_port(record, service);
  const auto answer = [&](Reading reading) {
    reading.token = token;
    return reading;
  };

  if (!meaning) return answer(refuse_name(category + "/" + type, "type"));
  if (category == "content" && is_exposed_service(record, port) && replace_all(type, "-", "_") == "exposed_data") {
    meaning = Matter(Exposure::ExposedService);
  }
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning))
    return answer(refuse_not_ours("type", category + "/" + type, *no));
  Matter matter = std::get<Matter>(*meaning);
  if (matter == Matter(Exposure::ExposedService) && says_vulnerable(record)) matter = Exposure::VulnerableService;
  if (category == "infrastructure" && type == "botnet" && is_controller(record, source)) matter = Category::Malware;

  // Elsewhere `url` and `domain` name what was attacked.
  std::vector<Candidate> candidates;
  if (category == "content" || category == "infrastructure") {
    add(candidates, ObservableKind::Url, record.find("url"));
    add(candidates, ObservableKind::Url, record.find("urls"));
    add(candidates, ObservableKind::Domain, record.find("domain"));
    for (const std::string_view key : {"file_hash", "file_hashes", "hash_values"}) {
      add(candidates, ObservableKind::FileHash, record.find(key));
    }
  }
  if (!source.empty()) {
    // What is nothing known goes to the parser of domains, to say what is wrong with it.
    const ObservableKind kind = guess_kind(source).value_or(ObservableKind::Domain);
    const auto place =
        std::ranges::upper_bound(candidates, rank(kind), {}, [](const Candidate& one) { return rank(one.kind); });
    candidates.insert(place, {kind, source});
  }

  Reading reading = answer(choose(matter, candidates, port));
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(record.text_or("timestamp"));
  reading.kept = keep_record(record, reading.observables);
  return reading;
}

bool is_xarf_lines(const Fields& fields) {
  const auto has = [&](std::string_view name) { return !first_field(fields, name).empty(); };
  return has("report-type") && has("source") && (has("reported-from") || has("schema-url") || has("report-id"));
}

Reading read_xarf_lines(const Fields& fields, const std::vector<Observable>& places) {
  // A YAML writer may have put its quotation marks around a value.
  const auto value = [&](std::string_view name) {
    std::string_view text = first_field(fields, name);
    if (text.size() >= 2 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"'))
      text = text.substr(1, text.size() - 2);
    return std::string(text);
  };
  const std::string type = value("report-type");
  const auto meaning = legacy_xarf_meaning(type);
  if (means_child_abuse(meaning)) return refuse_child_abuse();
  const std::string token = printable(value("report-id"), 128);
  const auto answer = [&](Reading reading) {
    reading.token = token;
    return reading;
  };
  if (!meaning) return answer(refuse_name(type, "Report-Type"));
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning)) return answer(refuse_not_ours("Report-Type", type, *no));

  std::vector<Candidate> candidates;
  const auto add_place = [&](ObservableKind kind, std::string_view name) {
    if (std::string text = value(name); !text.empty()) candidates.push_back({kind, std::move(text)});
  };
  const std::string source = value("source");
  const ObservableKind kind = guess_kind(source).value_or(ObservableKind::Domain);
  if (kind == ObservableKind::Url) candidates.push_back({kind, source});
  add_place(ObservableKind::Url, "download-link");
  if (kind != ObservableKind::Url) candidates.push_back({kind, source});
  add_place(ObservableKind::Domain, "domain");
  const bool of_a_place = candidates.front().kind == ObservableKind::Url;
  auto port = read_port(value("source-port"));
  for (const char* name : {"port", "download-port"}) {
    if (!port && of_a_place) port = read_port(value(name));
  }
  for (const Observable& place : places) {
    if (of_a_place) candidates.push_back({place.kind(), place.canonical()});
  }
  Reading reading = answer(choose(std::get<Matter>(*meaning), candidates, port));
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(value("date"));
  std::string kept;
  for (const auto& [name, text] : fields) {
    if (!is_personal_field(name)) kept += name + ": " + text + "\n";
  }
  reading.kept = shorten(redact(kept, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

}  // namespace cordon
