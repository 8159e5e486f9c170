// What reporters' programs put into a mail as rows: CSV in attachments, tables drawn in the text, lists of urls or of
// addresses. A row is a report of its own.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "law/matter.h"
#include "report/reading.h"

namespace cordon {

// A CSV of events (`timestamp`, `ip`, `port` …) as Shadowserver and AbuseHUB attach them, or of any columns that a CSV
// file may have. `name` is the attachment's: a Shadowserver report is called by it. A time without a zone is in the one
// that `words`, the mail's text, give it, else in UTC. Nothing where it is no such table.
std::vector<Reading> read_csv_attachment(std::optional<Matter> matter, std::string_view name, std::string_view csv,
                                         std::string_view words);

// "|date|virusname|ip|domain|Url|" and the rows below it.
std::vector<Reading> read_drawn_table(std::string_view text);

// <list type="1"><url_info url="…" ip="…"/></list> in a <notification_message date="…">: Google's notices to networks.
std::vector<Reading> read_url_list(std::string_view text);

// "IPs Engaged In Comment Spamming On Your Network:" and the addresses below it: Project Honey Pot.
std::vector<Reading> read_address_lists(std::string_view text);

// "URL: …", "IP: …", "Result: …" that stand together, with a name for what was found among them.
std::vector<Reading> read_finding_fields(std::string_view text);

}  // namespace cordon
