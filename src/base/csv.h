// Comma-separated values (RFC 4180), read strictly: a quotation mark in the middle of a field is an error
// of that record.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

// Where the record that starts at `at` ends, its line end included. A record whose quotation marks don't
// match, or that is longer than `limit`, ends with its first line, so that it can't swallow its neighbours.
std::size_t csv_record_end(std::string_view text, std::size_t at, char delimiter, std::size_t limit);

// The fields of one record, a line end after it left out. At most 1000.
Result<std::vector<std::string>> parse_csv_record(std::string_view record, char delimiter);
std::string write_csv_record(const std::vector<std::string>& fields, char delimiter);  // with "\r\n"

// A cell that no spreadsheet takes for a formula: what begins with = + - @ or a tab gets a ' in front (OWASP, "CSV
// Injection").
std::string formula_safe(std::string_view cell);

}  // namespace cordon
