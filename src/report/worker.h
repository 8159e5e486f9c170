// The confined worker "report": bytes of one record in, an answer out, packed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "report/intake.h"
#include "report/profile.h"

namespace cordon {

// What a worker is told about the batch: the same for each record of it.
struct ReadingOptions {
  Format format = Format::Text;
  std::optional<Matter> matter;
  std::optional<CsvProfile> profile;
  std::string csv_header;
  std::optional<FeedProfile> feed = {};  // then: what all events say, the batch's first bytes, and csv_header
  Json given = Json::Object{};
  std::string head = {};
};
// Of a batch with a feed's profile. Malformed: what the operator gives of all events, or a header that is too long.
Result<ReadingOptions> feed_options(const Incoming& incoming, std::string_view bytes);
std::string write_options(const ReadingOptions& options);
Result<ReadingOptions> read_options(std::string_view text);

// The worker's parse function: write_answers(), or with a feed's profile what write_feed_answers() wrote. Pure; never
// fails: what it can't read is refused in its answer.
std::string parse_record(std::string_view options, std::string_view record);

// Opens what the libraries behind every reader read on first use: behind the walls no file can be opened.
void prepare_reading();

}  // namespace cordon
