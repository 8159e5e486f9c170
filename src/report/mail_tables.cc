#include "report/mail_tables.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/csv.h"
#include "base/text.h"
#include "base/xml.h"
#include "report/csv.h"
#include "report/fields.h"
#include "report/framing.h"
#include "report/mapping.h"
#include "report/redact.h"

namespace cordon {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kMostAboutTime = 16u << 10;  // of a mail's words, looked through for each row
constexpr std::size_t kMostDrawn = 64;             // columns

// What a row is about, or the refusal that answers for it.
Reading read_finding(std::string_view what, std::string_view name, const Meaning& meaning,
                     const std::vector<Candidate>& candidates, std::optional<int> port) {
  if (const NotOurs* no = std::get_if<NotOurs>(&meaning)) return refuse_not_ours(what, name, *no);
  return choose(std::get<Matter>(meaning), candidates, port);
}

std::optional<std::size_t> column_of(const Cells& header, std::string_view name) {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

// The names and values of a row as the desk may store them.
std::string keep_cells(const Cells& header, const Cells& cells, const std::vector<Observable>& keep) {
  Json row = Json::Object{};
  for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) {
    if (!header[i].empty() && !cells[i].empty()) row.set(header[i], cells[i]);
  }
  return keep_record(row, keep);
}

// "scan_ntp" of "2015-01-01-scan_ntp-sample-asn.csv"; empty where the name is made in another way.
std::string report_name(std::string_view file) {
  const bool dated = file.size() > 11 && all_digits(file.substr(0, 4)) && file[4] == '-' &&
                     all_digits(file.substr(5, 2)) && file[7] == '-' && all_digits(file.substr(8, 2)) &&
                     file[10] == '-';
  if (!dated) return {};
  file.remove_prefix(11);
  return lower_ascii(file.substr(0, file.find_first_of("-.")));
}

// The time in the zone in which the mail's own words give it: "event time 2015-03-02 01:45:59 +01:00".
std::optional<Instant> time_of_row(const std::string& time, std::string_view words) {
  words = words.substr(0, kMostAboutTime);
  if (time.size() == 19) {
    for (std::size_t at = words.find(time); at != std::string_view::npos; at = words.find(time, at + time.size())) {
      const std::string_view after = trim(words.substr(at + time.size(), 7));
      const bool zone = !after.empty() && (after.front() == '+' || after.front() == '-');
      if (const auto known = zone ? lenient_time(time + std::string(after.substr(0, 6))) : std::nullopt) return known;
    }
  }
  return lenient_time(time);
}

// A table of events: who sends one names its columns so.
class Events {
 public:
  static std::optional<Events> in(const Cells& header) {
    Events events;
    events.ip_ = column_of(header, "ip");
    events.date_ = column_of(header, "timestamp");
    if (!events.ip_ || !events.date_) {  // AbuseHUB
      events.ip_ = column_of(header, "src_ip");
      events.date_ = column_of(header, "event_date");
      events.clock_ = column_of(header, "event_time");
    }
    if (!events.ip_ || !events.date_) return std::nullopt;
    events.port_ = column_of(header, "port");
    if (!events.port_) events.port_ = column_of(header, "src_port");
    for (const std::string_view name : {"report_type", "infection", "tag"}) {
      if (const auto column = column_of(header, name)) events.findings_.emplace_back(name, *column);
    }
    return events;
  }

  Reading read(const Cells& cells, std::optional<Matter> matter, const std::optional<Meaning>& report,
               std::string_view report_name, std::string_view words) const {
    const auto cell = [&](std::optional<std::size_t> column) {
      return column && *column < cells.size() ? std::string(trim(cells[*column])) : std::string();
    };
    std::optional<Meaning> meaning = report;
    std::string name(report_name);
    for (const auto& [what, column] : findings_) {
      if (meaning || cell(column).empty()) continue;
      name = cell(column);
      // A machine with the name of an infection is a bot, whatever the infection is called.
      meaning = what == "infection" ? Meaning(Matter(Category::ServiceAttack)) : finding_meaning(name);
    }
    if (!meaning && matter) meaning = *matter;
    if (!meaning) return refuse("no_category", "its report is of no kind that is known here; say what it is about");
    Reading reading = read_finding("report", name, *meaning, {{ObservableKind::Ip, cell(ip_)}}, read_port(cell(port_)));
    if (!reading.code.empty()) return reading;
    reading.seen_at = time_of_row(clock_ ? cell(date_) + " " + cell(clock_) : cell(date_), words);
    return reading;
  }

 private:
  std::optional<std::size_t> ip_, date_, clock_, port_;
  std::vector<std::pair<std::string_view, std::size_t>> findings_;
};

std::string_view value_of_attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    const std::size_t quote = at + name.size() + 1;
    const bool alone = at > 0 && (tag[at - 1] == ' ' || tag[at - 1] == '\t' || tag[at - 1] == '\n');
    if (!alone || quote >= tag.size() || tag[quote - 1] != '=' || tag[quote] != '"') continue;
    const std::size_t end = tag.find('"', quote + 1);
    return end == std::string_view::npos ? std::string_view() : tag.substr(quote + 1, end - quote - 1);
  }
  return {};
}

Cells drawn_cells(std::string_view line) {
  Cells cells;
  line = trim(line);
  if (!line.starts_with('|')) return cells;
  line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  if (std::ranges::count(line, '|') >= static_cast<std::ptrdiff_t>(kMostDrawn)) return cells;
  for (const std::string_view cell : split(line, '|')) cells.emplace_back(trim(cell));
  return cells;
}

// "192.168.1.21 (S)" as "192.168.1.21"; nothing for a line that is no address.
std::optional<std::string> address_line(std::string_view line) {
  if (line.empty() || line.front() == ' ') return std::nullopt;
  const std::string_view word = line.substr(0, line.find(' '));
  if (!parse_observable(ObservableKind::Ip, word)) return std::nullopt;
  return std::string(word);
}

}  // namespace

std::vector<Reading> read_csv_attachment(std::optional<Matter> matter, std::string_view name, std::string_view csv,
                                         std::string_view words) {
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  const auto rows = frame(Format::Csv, csv, ',');
  if (!rows || rows->size() < 2 || rows->size() > kMostReadings + 1) {
    if (rows && rows->size() > kMostReadings + 1)
      return {refuse("too_many", "an attachment of more rows than one mail may carry; send it as a file")};
    return {};
  }
  std::vector<Reading> readings;
  auto header = parse_csv_record(rows->front(), ',');
  if (header && valid_utf8(rows->front())) {
    for (std::string& column : *header) column = lower_ascii(trim(column));
    if (const auto events = Events::in(*header)) {
      const std::string report = report_name(name);
      const auto meaning = report.empty() ? std::nullopt : shadowserver_meaning(report);
      for (std::size_t i = 1; i < rows->size(); ++i) {
        const std::string_view row = (*rows)[i];
        const auto cells =
            valid_utf8(row) ? parse_csv_record(row, ',') : Result<Cells>(fail(Fault::Malformed, "not UTF-8"));
        if (!cells) {
          readings.push_back(refuse("malformed", cells.error().message));
          continue;
        }
        Reading reading = events->read(*cells, matter, meaning, report, words);
        if (reading.code.empty()) reading.kept = keep_cells(*header, *cells, reading.observables);
        readings.push_back(std::move(reading));
      }
      return readings;
    }
  }
  // Any other table is read as a file of its kind would be, and is none where its columns say nothing.
  const auto columns = valid_utf8(rows->front()) ? read_csv_header(rows->front(), std::nullopt)
                                                 : Result<CsvColumns>(fail(Fault::Malformed, "not UTF-8"));
  if (!columns || (!columns->category && !matter)) return {};
  const auto parted = frame(Format::Csv, csv, columns->delimiter);
  for (std::size_t i = 1; parted && i < parted->size(); ++i)
    readings.push_back(read_csv_row(*columns, matter, (*parted)[i]));
  return readings;
}

std::vector<Reading> read_drawn_table(std::string_view text) {
  std::vector<Reading> readings;
  Cells header;
  for (const std::string_view line : split(text, '\n')) {
    const Cells cells = drawn_cells(line);
    if (cells.size() < 3) {
      const std::string_view rest = trim(line);
      if (rest.find_first_not_of("+-=") != std::string_view::npos) header.clear();  // no rule of the drawing
      continue;
    }
    Cells names = cells;
    for (std::string& one : names) one = lower_ascii(one);
    if (column_of(names, "url") && column_of(names, "virusname")) {
      header = std::move(names);
      continue;
    }
    if (header.empty() || readings.size() > kMostReadings) continue;
    const auto cell = [&](std::string_view name) {
      const auto column = column_of(header, name);
      return column && *column < cells.size() ? cells[*column] : std::string();
    };
    // What has the name of a virus is malware, whatever the virus is called.
    Reading reading = choose(Category::Malware,
                             {{ObservableKind::Url, cell("url")},
                              {ObservableKind::Domain, cell("domain")},
                              {ObservableKind::Ip, cell("ip")}},
                             std::nullopt);
    if (reading.code.empty()) {
      reading.seen_at = lenient_time(cell("date"));
      reading.kept = keep_cells(header, cells, reading.observables);
    }
    readings.push_back(std::move(reading));
  }
  return readings;
}

std::vector<Reading> read_url_list(std::string_view text) {
  std::vector<Reading> readings;
  const std::size_t start = text.find("<notification_message");
  if (start == std::string_view::npos) return readings;
  std::string list;
  std::optional<Instant> day;
  for (std::size_t at = start; at < text.size() && readings.size() <= kMostReadings;) {
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view tag = text.substr(at, end - at);
    if (tag.starts_with("<notification_message")) day = lenient_time(value_of_attribute(tag, "date"));
    if (tag.starts_with("<list")) list = value_of_attribute(tag, "type");
    if (tag.starts_with("<url_info")) {
      const std::string url = xml_text(value_of_attribute(tag, "url")).value_or("");
      const std::string ip = xml_text(value_of_attribute(tag, "ip")).value_or("");
      const auto meaning = safe_browsing_meaning(list);
      Reading reading = meaning ? read_finding("list", list, *meaning,
                                               {{ObservableKind::Url, url}, {ObservableKind::Ip, ip}}, std::nullopt)
                                : refuse_name(list, "list");
      if (reading.code.empty()) {
        reading.seen_at = day;
        reading.kept = keep_cells({"list", "url", "ip"}, {list, url, ip}, reading.observables);
      }
      readings.push_back(std::move(reading));
    }
    at = std::min(text.find('<', end), text.size());
  }
  return readings;
}

std::vector<Reading> read_address_lists(std::string_view text) {
  static constexpr std::string_view kOf = "IPs Engaged In ", kOther = "Other Potentially Suspicious IPs ",
                                    kWhere = "On Your Network:";
  std::vector<Reading> readings;
  std::string finding;
  bool inside = false, dated = false;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with(kWhere) && (line.starts_with(kOf) || line.starts_with(kOther))) {
      inside = true;
      const bool named = line.starts_with(kOf);
      finding = named ? trim(line.substr(kOf.size(), line.size() - kOf.size() - kWhere.size())) : std::string_view();
      continue;
    }
    if (line.starts_with("---")) inside = false;
    if (!inside || readings.size() > kMostReadings) continue;
    if (const auto address = address_line(line)) {
      const auto meaning = legacy_xarf_meaning(finding);
      Reading reading = meaning
                            ? read_finding("list", finding, *meaning, {{ObservableKind::Ip, *address}}, std::nullopt)
                            : refuse_name(finding, "list");
      if (reading.code.empty()) reading.kept = keep_cells({"list", "ip"}, {finding, *address}, reading.observables);
      readings.push_back(std::move(reading));
      dated = false;
      continue;
    }
    // "  - Mon, 21 Sep 2015 11:00AM PDT": the newest comes first.
    if (readings.empty() || dated || !line.starts_with("  - ")) continue;
    readings.back().seen_at = lenient_time(line.substr(4));
    dated = true;
  }
  return readings;
}

std::vector<Reading> read_finding_fields(std::string_view text) {
  static constexpr std::pair<std::string_view, ObservableKind> kPlaces[] = {
      {"url", ObservableKind::Url},         {"uri", ObservableKind::Url},
      {"domain", ObservableKind::Domain},   {"fqdn", ObservableKind::Domain},
      {"ip", ObservableKind::Ip},           {"ip address", ObservableKind::Ip},
      {"offending ip", ObservableKind::Ip}, {"offending/source ip", ObservableKind::Ip},
      {"source ip", ObservableKind::Ip},    {"source-ip", ObservableKind::Ip},
      {"attacker ip", ObservableKind::Ip},  {"file_sha256", ObservableKind::FileHash},
      {"sha256", ObservableKind::FileHash},
  };
  static constexpr std::string_view kFindings[] = {"signature", "result", "report type", "type", "category", "threat"};
  static constexpr std::string_view kTimes[] = {"first_seen", "tested on", "time", "timestamp", "date"};
  std::vector<Reading> readings;
  for (const Fields& fields : read_field_blocks(text)) {
    std::vector<Candidate> candidates;
    for (const auto& [name, kind] : kPlaces) {
      const std::string value(first_field(fields, name));
      if (!value.empty() && parse_observable(kind, value)) candidates.push_back({kind, value});
    }
    if (candidates.empty()) continue;
    std::optional<Meaning> meaning;
    std::string finding;
    for (const std::string_view name : kFindings) {
      if (meaning) continue;
      finding = first_field(fields, name);
      meaning = finding_meaning(finding);
    }
    // Whoever names what an address asked of somebody's web server reports an attack on it.
    const bool of_the_web = !first_field(fields, "targeted url").empty();
    if (!meaning && of_the_web) {
      finding = "web-attack";
      meaning = legacy_xarf_meaning(finding);
    }
    if (!meaning) continue;
    Reading reading = read_finding("finding", finding, *meaning, candidates, std::nullopt);
    if (reading.code.empty()) {
      for (const std::string_view name : kTimes) {
        if (!reading.seen_at) reading.seen_at = lenient_time(first_field(fields, name));
      }
      std::string kept;
      for (const auto& [name, value] : fields) {
        if (!is_personal_field(name)) kept += name + ": " + value + "\n";
      }
      reading.kept = shorten(redact(kept, reading.observables, Phones::Redact), kKeptLimit);
    }
    readings.push_back(std::move(reading));
    if (readings.size() > kMostReadings) break;
  }
  return readings;
}

}  // namespace cordon
