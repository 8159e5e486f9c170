#include "report/csv.h"

#include <algorithm>

#include "base/text.h"
#include "report/redact.h"
#include "report/text.h"

namespace cordon {
namespace {

constexpr std::size_t kMostFields = 1000;

// One past the last byte of the field at `at`: its delimiter, its line end, or the end of the text. Nothing
// if its quotation marks break RFC 4180, or if it runs past `limit`.
std::optional<std::size_t> field_end(std::string_view text, std::size_t at, char delimiter, std::size_t limit) {
  const std::size_t stop = std::min(limit, text.size());
  const auto ends = [&](std::size_t i) {
    return i >= text.size() || text[i] == delimiter || text[i] == '\n' ||
           (text[i] == '\r' && (i + 1 >= text.size() || text[i + 1] == '\n'));
  };
  if (at < stop && text[at] == '"') {
    for (std::size_t i = at + 1; i < stop; ++i) {
      i = text.substr(0, stop).find('"', i);
      if (i == std::string_view::npos) return std::nullopt;
      if (i + 1 < text.size() && text[i + 1] == '"') {
        ++i;
      } else if (ends(i + 1)) {
        return i + 1;
      } else {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }
  for (std::size_t i = at; i < stop; ++i) {
    if (ends(i)) return i;
    if (text[i] == '"') return std::nullopt;
  }
  if (stop == text.size()) return stop;
  return std::nullopt;
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::string_view without_line_end(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

struct KnownColumn {
  std::string_view name;
  ObservableKind kind;
};
constexpr KnownColumn kKnownColumns[] = {
    {"url", ObservableKind::Url},         {"uri", ObservableKind::Url},
    {"link", ObservableKind::Url},        {"domain", ObservableKind::Domain},
    {"host", ObservableKind::Domain},     {"hostname", ObservableKind::Domain},
    {"fqdn", ObservableKind::Domain},     {"ip", ObservableKind::Ip},
    {"ip_address", ObservableKind::Ip},   {"src_ip", ObservableKind::Ip},
    {"source_ip", ObservableKind::Ip},    {"onion", ObservableKind::Onion},
    {"sha256", ObservableKind::FileHash}, {"sha256_hash", ObservableKind::FileHash},
    {"sha1", ObservableKind::FileHash},   {"sha1_hash", ObservableKind::FileHash},
    {"md5", ObservableKind::FileHash},    {"md5_hash", ObservableKind::FileHash},
    {"hash", ObservableKind::FileHash},   {"file_hash", ObservableKind::FileHash},
    {"email", ObservableKind::Email},     {"phone", ObservableKind::Phone},
    {"iban", ObservableKind::Iban},       {"wallet", ObservableKind::Wallet},
};

std::string column_name(std::string_view text) {
  std::string name = lower_ascii(trim(text));
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

}  // namespace

std::size_t csv_record_end(std::string_view text, std::size_t at, char delimiter, std::size_t limit) {
  const std::size_t stop = at + std::min(limit, text.size() - at);
  for (std::size_t i = at;; ++i) {
    const auto end = field_end(text, i, delimiter, stop);
    if (!end) return line_end(text, at);
    i = *end;
    if (i >= text.size()) return text.size();
    if (text[i] == delimiter) continue;
    return line_end(text, i);
  }
}

Result<std::vector<std::string>> parse_csv_record(std::string_view record, char delimiter) {
  record = without_line_end(record);
  std::vector<std::string> fields;
  for (std::size_t i = 0;; ++i) {
    const auto end = field_end(record, i, delimiter, record.size() + 1);
    if (!end || (*end < record.size() && record[*end] != delimiter)) {
      return fail(Fault::Malformed, "a quotation mark in a field is not doubled or not closed (RFC 4180)");
    }
    if (fields.size() == kMostFields) return fail(Fault::Malformed, "more than 1000 fields");
    const std::string_view field = record.substr(i, *end - i);
    const bool quoted = field.starts_with('"');
    fields.push_back(quoted ? replace_all(std::string(field.substr(1, field.size() - 2)), "\"\"", "\"")
                            : std::string(field));
    i = *end;
    if (i >= record.size()) return fields;
  }
}

std::string write_csv_record(const std::vector<std::string>& fields, char delimiter) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += delimiter;
    const bool quote =
        fields[i].find_first_of("\"\r\n") != std::string::npos || fields[i].find(delimiter) != std::string::npos;
    out += quote ? "\"" + replace_all(fields[i], "\"", "\"\"") + "\"" : fields[i];
  }
  return out + "\r\n";
}

Result<CsvColumns> read_csv_header(std::string_view header, const std::optional<CsvProfile>& profile) {
  CsvColumns columns;
  header = without_line_end(header);
  if (profile) {
    columns.delimiter = profile->delimiter;
  } else if (header.find(',') == std::string_view::npos) {
    columns.delimiter = header.find(';') != std::string_view::npos    ? ';'
                        : header.find('\t') != std::string_view::npos ? '\t'
                                                                      : ',';
  }
  const auto fields = TRY(parse_csv_record(header, columns.delimiter));
  const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (column_name(fields[i]) == column_name(name)) return i;
    }
    return std::nullopt;
  };
  const auto find_any = [&](std::initializer_list<std::string_view> names) {
    std::optional<std::size_t> found;
    for (const std::string_view name : names) found = found ? found : find(name);
    return found;
  };
  if (!profile) {
    for (const KnownColumn& known : kKnownColumns) {
      if (const auto column = find(known.name)) columns.values.push_back({*column, known.kind});
    }
    if (columns.values.empty()) {
      return fail(Fault::Malformed,
                  "no column is called url, domain, ip, hash or the like; name a profile for this file");
    }
    columns.seen_at = find_any({"seen_at", "last_seen", "first_seen", "timestamp", "time", "date", "dateadded"});
    columns.category = find_any({"category", "matter", "type"});
    columns.token = find_any({"id", "token", "report_id"});
    columns.port = find_any({"port", "source_port", "src_port"});
    return columns;
  }
  const auto need = [&](std::string_view name) -> Result<std::optional<std::size_t>> {
    if (name.empty()) return std::optional<std::size_t>();
    const auto column = find(name);
    if (!column)
      return fail(Fault::Malformed, "the header has no column '" + printable(name, 60) + "', which the profile names");
    return column;
  };
  const auto value = TRY(need(profile->value_column));
  if (!value) return fail(Fault::Malformed, "the profile names no column for the value");
  columns.values.push_back({*value, profile->kind});
  columns.seen_at = TRY(need(profile->seen_at_column));
  columns.category = TRY(need(profile->category_column));
  columns.token = TRY(need(profile->token_column));
  columns.port = TRY(need(profile->port_column));
  return columns;
}

Reading read_csv_row(const CsvColumns& columns, std::optional<Matter> matter, std::string_view record) {
  if (!valid_utf8(record)) return refuse("encoding", "not UTF-8");
  const auto fields = parse_csv_record(record, columns.delimiter);
  if (!fields) return refuse("malformed", fields.error().message);
  const auto field = [&](std::optional<std::size_t> column) -> std::string_view {
    return column && *column < fields->size() ? trim((*fields)[*column]) : std::string_view();
  };
  const auto answer = [&](Reading reading) {
    reading.token = printable(field(columns.token), 128);
    return reading;
  };
  if (const auto named = field(columns.category); !named.empty()) {
    const auto meant = parse_matter(named);
    if (!meant) return answer(refuse_name(named, "category"));
    matter = *meant;
  }
  if (!matter) return answer(no_category());
  std::vector<Candidate> candidates;
  for (const auto& value : columns.values) candidates.push_back({value.kind, std::string(field(value.column))});
  Json port;
  port.set("port", field(columns.port));
  Reading reading = answer(choose(*matter, candidates, port_member(port, "port")));
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(field(columns.seen_at));
  reading.kept = shorten(redact(without_line_end(record), reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

}  // namespace cordon
