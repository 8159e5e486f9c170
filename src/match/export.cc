#include "match/export.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "law/matter.h"
#include "observable/stix_terms.h"

namespace cordon {
namespace {

constexpr std::array<std::string_view, 5> kExportFormats{"csv", "misp", "stix", "zeek", "suricata"};
constexpr std::array<std::string_view, 6> kWithheld{"reference", "expired", "withdrawn", "category", "red", "range"};
constexpr std::array<std::string_view, 12> kColumns{"value", "kind", "reach",      "standing", "category",    "source",
                                                    "tlp",   "pap",  "confidence", "added",    "valid_until", "id"};

// "C05 phishing; case 4711; valid until 2026-12-01; source list-a": on each line, whatever the format is.
std::string note(const Entry& entry) {
  return std::string(Matter(*entry.category).number()) + " " + std::string(name(*entry.category)) + "; case " +
         entry.id + "; valid until " + entry.valid_until.text() + "; source " + entry.source;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

Instant instant(Day day) { return {std::int64_t{day.number()} * kDayMs}; }

// Writes one format. `line` is false where the format has no word for the entry.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;
  virtual Result<Nothing> begin() { return Nothing{}; }
  virtual Result<bool> line(const Entry& entry) = 0;
  virtual Result<Nothing> end() { return Nothing{}; }
};

class CsvWriter final : public Writer {
 public:
  explicit CsvWriter(const WriteTo& write) : write_(write) {}
  Result<Nothing> begin() override {
    return write_("indicators.csv", write_csv_record({kColumns.begin(), kColumns.end()}, ','));
  }
  Result<bool> line(const Entry& entry) override {
    std::vector<std::string> cells{formula_safe(entry.canonical),      std::string(name(*entry.kind)),
                                   std::string(name(entry.reach)),     std::string(name(entry.standing)),
                                   std::string(name(*entry.category)), formula_safe(entry.source),
                                   std::string(name(entry.tlp)),       std::string(name(entry.pap)),
                                   std::to_string(entry.confidence),   entry.added.text(),
                                   entry.valid_until.text(),           formula_safe(entry.id)};
    TRY(write_("indicators.csv", write_csv_record(cells, ',')));
    return true;
  }

 private:
  const WriteTo& write_;
};

std::string_view misp_type(const Entry& entry) {
  switch (*entry.kind) {
    case ObservableKind::Url:
      return "url";
    case ObservableKind::Domain:
      return "domain";
    case ObservableKind::Ip:
      return "ip-dst";
    case ObservableKind::Onion:
      return "onion-address";
    case ObservableKind::Email:
      return "email-src";
    case ObservableKind::Phone:
      return "phone-number";
    case ObservableKind::TlsCert:
      return "x509-fingerprint-sha256";
    case ObservableKind::FileHash:
      return std::string_view(entry.canonical).substr(0, entry.canonical.find(':')) == "md5"    ? "md5"
             : std::string_view(entry.canonical).substr(0, entry.canonical.find(':')) == "sha1" ? "sha1"
                                                                                                : "sha256";
    default:
      return {};
  }
}

// What stands behind the algorithm of a hash; else the whole.
std::string bare(const Entry& entry) {
  const bool hash = entry.kind == ObservableKind::FileHash || entry.kind == ObservableKind::TlsCert;
  return hash ? entry.canonical.substr(entry.canonical.find(':') + 1) : entry.canonical;
}

// What tells two entries apart, for ids.
std::string key_of(const Entry& entry) {
  return to_text(Json::Array{name(*entry.kind), entry.canonical, name(entry.reach), name(*entry.category), entry.source,
                             entry.id});
}

class MispWriter final : public Writer {
 public:
  MispWriter(const WriteTo& write, const IndexInfo& info, Instant made) : write_(write), info_(info), made_(made) {}
  Result<Nothing> begin() override {
    const std::string seconds = std::to_string(made_.ms / 1000);
    const Json org = Json::Object{{"name", "Cordon"}, {"uuid", make_uuid5(kCordonNamespace, "misp organisation")}};
    Json event = Json::Object{{"uuid", make_uuid5(kCordonNamespace, "misp event\n" + info_.set.hex())},
                              {"info", "Cordon index, generation " + std::to_string(info_.generation)},
                              {"date", to_rfc3339(made_).substr(0, 10)},
                              {"timestamp", seconds},
                              {"publish_timestamp", seconds},
                              {"published", true},
                              {"analysis", "2"},
                              {"threat_level_id", "2"},
                              {"Orgc", org}};
    std::string head = to_text(event);
    head.pop_back();
    return write_("event.json", "{\"Event\":" + head + ",\"Attribute\":[");
  }
  Result<bool> line(const Entry& entry) override {
    const std::string_view type = misp_type(entry);
    if (type.empty()) return false;
    const Json attribute =
        Json::Object{{"uuid", make_uuid5(kCordonNamespace, "misp attribute\n" + key_of(entry))},
                     {"type", type},
                     {"category", entry.kind == ObservableKind::FileHash ? "Payload delivery" : "Network activity"},
                     {"value", bare(entry)},
                     {"to_ids", true},
                     {"comment", note(entry)},
                     {"timestamp", std::to_string(instant(entry.added).ms / 1000)},
                     {"Tag", Json::Array{Json::Object{{"name", "tlp:" + lower_ascii(name(entry.tlp))}}}}};
    TRY(write_("event.json", (first_ ? "\n" : ",\n") + to_text(attribute)));
    first_ = false;
    return true;
  }
  Result<Nothing> end() override { return write_("event.json", "]}}\n"); }

 private:
  const WriteTo& write_;
  const IndexInfo& info_;
  Instant made_;
  bool first_ = true;
};

class StixWriter final : public Writer {
 public:
  StixWriter(const WriteTo& write, const IndexInfo& info, Instant made) : write_(write), info_(info), made_(made) {}
  Result<Nothing> begin() override {
    return write_("bundle.json",
                  R"({"id":")" + stix_id("bundle", info_.set.hex()) + R"(","type":"bundle","objects":[)");
  }
  Result<bool> line(const Entry& entry) override {
    const auto observable = parse_observable(*entry.kind, entry.canonical);
    const auto pattern = observable ? stix_pattern(*observable) : Result<std::string>(observable.error());
    if (!pattern) return false;
    if (labels_.insert(entry.tlp).second) TRY(object(stix_tlp(entry.tlp)));
    const Json reference = Json::Object{{"source_name", "case"}, {"external_id", entry.id}};
    TRY(object(Json::Object{{"type", "indicator"},
                            {"spec_version", "2.1"},
                            {"id", stix_id("indicator", info_.set.hex() + key_of(entry))},
                            {"created", to_rfc3339(made_)},
                            {"modified", to_rfc3339(made_)},
                            {"name", note(entry)},
                            {"indicator_types", Json::Array{"malicious-activity"}},
                            {"pattern", *pattern},
                            {"pattern_type", "stix"},
                            {"valid_from", to_rfc3339(instant(entry.added))},
                            {"valid_until", to_rfc3339(instant(entry.valid_until.plus(1)))},
                            {"confidence", entry.confidence},
                            {"external_references", Json::Array{reference}},
                            {"object_marking_refs", Json::Array{stix_marking(entry.tlp)}}}));
    return true;
  }
  Result<Nothing> end() override { return write_("bundle.json", "]}\n"); }

 private:
  Result<Nothing> object(const Json& json) {
    const std::string before = first_ ? "\n" : ",\n";
    first_ = false;
    return write_("bundle.json", before + to_text(json));
  }
  const WriteTo& write_;
  const IndexInfo& info_;
  Instant made_;
  std::set<Tlp> labels_;
  bool first_ = true;
};

class ZeekWriter final : public Writer {
 public:
  explicit ZeekWriter(const WriteTo& write) : write_(write) {}
  Result<Nothing> begin() override {
    return write_("cordon.intel", "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice\n");
  }
  Result<bool> line(const Entry& entry) override {
    std::string value = bare(entry);
    std::string_view type;
    switch (*entry.kind) {
      case ObservableKind::Ip:
        type = "Intel::ADDR";
        break;
      case ObservableKind::Domain:
        type = "Intel::DOMAIN";
        break;
      case ObservableKind::Email:
        type = "Intel::EMAIL";
        break;
      case ObservableKind::FileHash:
        type = "Intel::FILE_HASH";
        break;
      case ObservableKind::Url:  // without its scheme, as Zeek writes them
        if (entry.reach == Reach::Prefix) return false;
        type = "Intel::URL";
        value = value.substr(value.find("://") + 3);
        break;
      default:
        return false;
    }
    TRY(write_("cordon.intel",
               one_line(value) + "\t" + std::string(type) + "\tcordon\t" + one_line(note(entry)) + "\tF\n"));
    return true;
  }

 private:
  const WriteTo& write_;
};

// Sets of one JSON object a line, which Suricata 8 attaches to the alert, and rules that do nothing but say so.
class SuricataWriter final : public Writer {
 public:
  explicit SuricataWriter(const WriteTo& write) : write_(write) {}
  Result<bool> line(const Entry& entry) override {
    const bool domain = entry.kind == ObservableKind::Domain;
    if (!domain && entry.kind != ObservableKind::Ip) return false;  // no buffer holds a whole url or a file's hash
    const Json json = Json::Object{{"value", entry.canonical}, {"category", name(*entry.category)},
                                   {"case", entry.id},         {"valid_until", entry.valid_until.text()},
                                   {"source", entry.source},   {"tlp", name(entry.tlp)}};
    (domain ? domains_ : addresses_) = true;
    TRY(write_(domain ? "cordon-domain.ndjson" : "cordon-ip.ndjson", to_text(json) + "\n"));
    return true;
  }
  Result<Nothing> end() override {
    std::string rules =
        "# These rules log and nothing else. An alert is a lead for an officer, never a fact by itself.\n";
    constexpr std::string_view kHow =
        ", format ndjson, value_key value, context_key cordon; classtype:misc-activity; sid:";
    const auto rule = [&](std::string_view protocol, std::string_view buffer, std::string_view set,
                          std::string_view type, int sid) {
      rules += "alert " + std::string(protocol) + " any any -> any any (msg:\"Cordon: " + std::string(buffer) +
               " is listed\"; " + std::string(buffer) + "; dataset:isset," + std::string(set) + ", type " +
               std::string(type) + ", load " + std::string(set) + ".ndjson" + std::string(kHow) + std::to_string(sid) +
               "; rev:1;)\n";
    };
    if (domains_) {
      rule("dns", "dns.query", "cordon-domain", "string", 7700001);
      rule("tls", "tls.sni", "cordon-domain", "string", 7700002);
      rule("http", "http.host", "cordon-domain", "string", 7700003);
    }
    if (addresses_) {
      rule("ip", "ip.dst", "cordon-ip", "ip", 7700004);
      rule("ip", "ip.src", "cordon-ip", "ip", 7700005);
    }
    return write_("cordon.rules", rules);
  }

 private:
  const WriteTo& write_;
  bool domains_ = false, addresses_ = false;
};

std::unique_ptr<Writer> make_writer(ExportFormat format, const WriteTo& write, const IndexInfo& info, Instant made) {
  switch (format) {
    case ExportFormat::Csv:
      return std::make_unique<CsvWriter>(write);
    case ExportFormat::Misp:
      return std::make_unique<MispWriter>(write, info, made);
    case ExportFormat::Stix:
      return std::make_unique<StixWriter>(write, info, made);
    case ExportFormat::Zeek:
      return std::make_unique<ZeekWriter>(write);
    case ExportFormat::Suricata:
      return std::make_unique<SuricataWriter>(write);
  }
  CORDON_CHECK(false, "an export format without a writer");
}

}  // namespace

std::string_view name(ExportFormat format) { return kExportFormats[static_cast<std::size_t>(format)]; }

Result<ExportFormat> parse_export_format(std::string_view text) {
  const auto at = std::find(kExportFormats.begin(), kExportFormats.end(), text);
  if (at != kExportFormats.end()) return static_cast<ExportFormat>(at - kExportFormats.begin());
  return fail(Fault::Usage, "an export is one of " + join({kExportFormats.begin(), kExportFormats.end()}, ", ") +
                                ", and not '" + printable(text, 40) + "'");
}

std::string_view name(Withheld why) { return kWithheld[static_cast<std::size_t>(why)]; }

std::optional<Withheld> withheld(const Entry& entry, Day today) {
  if (entry.withdrawn) return Withheld::Withdrawn;
  if (!entry.kind) return Withheld::Range;
  if (entry.standing != Standing::Active) return Withheld::Reference;
  const bool exported = entry.category == Category::Malware || entry.category == Category::IllegalAccess ||
                        entry.category == Category::ServiceAttack || entry.category == Category::Phishing;
  if (!exported) return Withheld::Category;
  if (entry.tlp == Tlp::Red || entry.pap == Pap::Red) return Withheld::Red;
  if (entry.valid_until < today) return Withheld::Expired;
  return std::nullopt;
}

Json entry_json(const Entry& entry) {
  Json json = Json::Object{{"value", entry.canonical},    {"kind", entry.kind ? name(*entry.kind) : "cidr"},
                           {"reach", name(entry.reach)},  {"standing", name(entry.standing)},
                           {"source", entry.source},      {"tlp", name(entry.tlp)},
                           {"pap", name(entry.pap)},      {"confidence", entry.confidence},
                           {"added", entry.added.text()}, {"valid_until", entry.valid_until.text()}};
  if (entry.category) json.set("category", name(*entry.category));
  if (!entry.id.empty()) json.set("id", entry.id);
  if (entry.withdrawn) json.set("withdrawn", true);
  return json;
}

Result<ExportCounts> export_index(const Generation& index, ExportFormat format, Day today, Instant made,
                                  const WriteTo& write) {
  ExportCounts exported;
  const auto writer = make_writer(format, write, index.newest().info(), made);
  TRY(writer->begin());
  TRY(index.for_each([&](const Entry& entry) -> Result<Nothing> {
    if (const auto why = withheld(entry, today)) {
      ++exported.withheld[*why];
      return Nothing{};
    }
    const bool written = TRY(writer->line(entry));
    ++(written ? exported.written : exported.left_out);
    return Nothing{};
  }));
  TRY(writer->end());
  return exported;
}

}  // namespace cordon
