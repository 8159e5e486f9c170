// The confined worker "report": bytes of one record in, an answer out, packed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "report/intake.h"

namespace cordon {

// What a worker is told about the batch: the same for each record of it.
struct ReadingOptions {
  Format format = Format::Text;
  std::optional<Matter> matter;
  std::optional<CsvProfile> profile;
  std::string csv_header;
};
std::string write_options(const ReadingOptions& options);
Result<ReadingOptions> read_options(std::string_view text);

// The worker's parse function: write_answers(). Pure; never fails: what it can't read is refused in its answer.
std::string parse_record(std::string_view options, std::string_view record);

}  // namespace cordon
