// An index for other people's tools. Only what they may act on by themselves to the extent of a log line: active,
// unexpired, of C01, C02, C03 or C05 (amendment 10), neither RED nor a range, each with its expiry and case.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "match/generation.h"

namespace cordon {

enum class ExportFormat : std::uint8_t {
  Csv,
  Misp,      // an event of MISP's feed format
  Stix,      // a STIX 2.1 bundle
  Zeek,      // an intelligence file for Zeek's framework
  Suricata,  // data sets with rules that only log
};
std::string_view name(ExportFormat format);  // "csv", "misp", …
Result<ExportFormat> parse_export_format(std::string_view text);

// Why an entry stays; nothing where it may go.
enum class Withheld : std::uint8_t { Reference, Expired, Withdrawn, Category, Red, Range };
std::string_view name(Withheld why);  // "reference", "expired", …
std::optional<Withheld> withheld(const Entry& entry, Day today);

// An entry as `cordon index` shows it and CSV has it.
Json entry_json(const Entry& entry);

struct ExportCounts {
  std::uint64_t written = 0;
  std::uint64_t left_out = 0;  // the format has no word for such a thing, or none that hits no more than it
  std::map<Withheld, std::uint64_t> withheld;
};
// Files by name, in pieces: one file of the format's name for most, a file for each kind and the rules for Suricata.
using WriteTo = std::function<Result<Nothing>(std::string_view file, std::string_view bytes)>;

// The same indexes, day and `made` give the same bytes.
Result<ExportCounts> export_index(const Generation& index, ExportFormat format, Day today, Instant made,
                                  const WriteTo& write);

}  // namespace cordon
