#include "base/csv.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

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

std::string formula_safe(std::string_view cell) {
  const bool formula = !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
  return (formula ? "'" : "") + std::string(cell);
}

}  // namespace cordon
