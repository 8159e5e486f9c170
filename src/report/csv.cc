#include "report/csv.h"

#include <algorithm>

#include "base/text.h"
#include "report/redact.h"
#include "report/text.h"

namespace cordon {
namespace {

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
  for (const auto& value : columns.values) {
    if (const std::string_view text = field(value.column); !text.empty())
      candidates.push_back({value.kind, std::string(text)});
  }
  Reading reading = answer(choose(*matter, candidates, read_port(field(columns.port))));
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(field(columns.seen_at));
  reading.kept = shorten(redact(without_line_end(record), reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

}  // namespace cordon
