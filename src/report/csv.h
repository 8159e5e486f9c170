// Comma-separated values (RFC 4180), read strictly: a quotation mark in the middle of a field is an error
// of that record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/intake.h"
#include "report/reading.h"

namespace cordon {

// Where the record that starts at `at` ends, its line end included. A record whose quotation marks don't
// match, or that is longer than `limit`, ends with its first line, so that it can't swallow its neighbours.
std::size_t csv_record_end(std::string_view text, std::size_t at, char delimiter, std::size_t limit);

// The fields of one record, a line end after it left out. At most 1000.
Result<std::vector<std::string>> parse_csv_record(std::string_view record, char delimiter);
std::string write_csv_record(const std::vector<std::string>& fields, char delimiter);  // with "\r\n"

// What the columns of a file mean: from the operator's profile, or guessed from the header's own names
// ("url", "host", "sha256", "first_seen", …).
struct CsvColumns {
  struct Value {
    std::size_t column;
    ObservableKind kind;
  };
  std::vector<Value> values;  // the most specific first
  std::optional<std::size_t> seen_at, category, token, port;
  char delimiter = ',';
};
// Malformed when no column holds an identifier, or one that the profile names is missing.
Result<CsvColumns> read_csv_header(std::string_view header, const std::optional<CsvProfile>& profile);

Reading read_csv_row(const CsvColumns& columns, std::optional<Matter> matter, std::string_view record);

}  // namespace cordon
