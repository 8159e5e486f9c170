// Which offence or exposure a foreign name means, if any. A name that is not in these tables is refused
// by name, never mapped to something near it (charter 4.6, 4.7 and amendment 8).
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "law/matter.h"

namespace cordon {

// A name of the refused list or a code of ours ("out_of_scope", "csam"), and one line for the sender.
struct NotOurs {
  std::string_view code;
  std::string_view reason;
};
using Meaning = std::variant<Matter, NotOurs>;

// Whether it is a hotline's to assess: whoever reads such a name reads nothing else of its record.
bool means_child_abuse(const std::optional<Meaning>& meaning);

// XARF 4 `category` and `type`, case and '-' for '_' ignored. Nothing for a pair that is in no table.
std::optional<Meaning> xarf_meaning(std::string_view category, std::string_view type);

// IntelMQ `classification.type` (RSIT version 1003 and the older names). Nothing for a name in no table.
std::optional<Meaning> intelmq_meaning(std::string_view type);

// ARF `Feedback-Type` (RFC 5965 section 7.3, RFC 6650). Nothing for a name in no table.
std::optional<Meaning> arf_meaning(std::string_view feedback_type);

// X-ARF before version 4: `Report-Type` of 0.1 and 0.2, `ReportType` of the JSON versions; case, '-', '_' and blanks
// are not counted. Nothing for a name in no table.
std::optional<Meaning> legacy_xarf_meaning(std::string_view type);

// What reporters' programs call a finding: "Shadowserver Botnet Drone", "VENDOR.MALWARE.URL.GEN". The whole of it, else
// its first word that says what was found. Nothing where none does.
std::optional<Meaning> finding_meaning(std::string_view finding);

// A Shadowserver report by its name, "scan_ntp" of "2026-01-01-scan_ntp-example-asn.csv": what answers strangers is
// exposed, what can be made to flood others or has a known hole is vulnerable. Nothing for a name in no table.
std::optional<Meaning> shadowserver_meaning(std::string_view report);

// The lists of Google's notices to networks (`list type`): sites that were broken into, that phish, that spread
// malware.
std::optional<Meaning> safe_browsing_meaning(std::string_view list);

}  // namespace cordon
