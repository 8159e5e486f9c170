// Cuts a file into records without reading them: simple scanners in constant memory, linear time. What a
// record means is the confined worker's business.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/intake.h"

namespace cordon {

inline constexpr std::size_t kRecordLimit = 1u << 20;  // bytes of one record that is no mail
inline constexpr std::size_t kMailLimit = 25u << 20;
inline constexpr std::size_t kFileLimit = 256u << 20;
inline constexpr std::size_t kMostRecords = 1'000'000;

// The records in their order, as slices of `bytes`; what lies between them is separators only: line ends,
// blanks, comment lines of a list, commas and brackets of a JSON array. Blank lines are no records. A record
// may be longer than its limit; it is then the caller's to refuse. `csv_delimiter` is for CSV, whose header
// comes first. Malformed when there are more than kMostRecords.
Result<std::vector<std::string_view>> frame(Format format, std::string_view bytes, char csv_delimiter = ',');

// The end of the JSON value at `at` by its brackets and quotation marks alone; npos when it does not end
// within `limit` bytes.
std::size_t json_value_end(std::string_view text, std::size_t at, std::size_t limit);

// True for the line that an mbox puts before each mail: "From a@example.org Tue Jan 19 19:32:49 2016".
bool is_mbox_line(std::string_view line);

}  // namespace cordon
