// The items of an alert for machines: a table of all of them, and an XARF v4 report of each. docs/formats/alert.md says
// the columns.
#pragma once

#include <string>
#include <string_view>

#include "decision/alert.h"

namespace cordon {

struct Operator;

// Of the item at this place in the alert, from 0: what a recipient may answer by, and its XARF report's id.
std::string item_id(const Alert& alert, std::size_t place);

// The table goes with an alert that has more items than its text names, and to who wants tables.
inline constexpr std::string_view kItemTable = "items.csv";
inline constexpr std::string_view kItemColumns =
    "item,item_id,observed_at,kind,address,port,value,category,classification_type,classification_identifier,"
    "malware_name,protocol_transport,protocol_application,responsible";
bool has_item_table(const Alert& alert);
std::string item_table(const Alert& alert);  // RFC 4180 with a head; exact values, not defanged

// "xarf.json" for one item, and "xarf.jsonl" with a report a line for several: XARF has no report of several things.
// Empty where none goes with it: to who wants tables, and of a matter or target that XARF has no type for.
std::string_view xarf_file_of(const Alert& alert);
std::string xarf_reports(const Alert& alert, const Operator& sender, bool fictitious);

}  // namespace cordon
