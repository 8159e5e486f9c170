// Reports in comma-separated values (base/csv.h): which column means what, and what a row says.
#pragma once

#include <string_view>
#include <vector>

#include "base/csv.h"
#include "base/result.h"
#include "report/intake.h"
#include "report/reading.h"

namespace cordon {

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
