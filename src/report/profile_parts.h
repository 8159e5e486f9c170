// What a profile is made of, for the files that read and follow it. See report/profile.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/event_names.h"
#include "report/profile.h"

namespace cordon {

// "{address} # {day} {clock}": text as it stands, any number of blanks for a blank, and holes, each up to what follows
// it. Not a regular expression: a line is looked at once, from left to right.
struct LinePattern {
  struct Piece {
    enum class Is { Text, Blank, Hole } is;
    std::string text;  // the text, or the hole's name
  };
  std::vector<Piece> pieces;
};
Result<LinePattern> read_line_pattern(std::string_view text);
// Sets a member of `row` for each hole that is not empty; false, and `row` untouched, when the line is another.
bool match_line(const LinePattern& pattern, std::string_view line, Json& row);

enum class FeedFormat { Csv, Lines, Pairs, JsonLines, Json, Html, Xml, OpenIoc, Stix, Words };

struct FeedInput {
  FeedFormat format = FeedFormat::Csv;
  bool latin1 = false;
  std::vector<std::string> comments;  // what a line begins with that is no record, after blanks
  // csv
  std::string delimiter = ",";  // one character, or "blank" for any number of blanks
  bool quotes = true;
  std::int64_t header_lines = 0;     // lines before the records that are none
  bool header = false;               // the last of them names the columns
  std::vector<std::string> columns;  // "" and "_" for one that says nothing
  // lines
  std::vector<LinePattern> patterns, carried;
  // pairs
  std::string between = " ", inside = "=";
  bool keep_quotes = false;
  // html
  std::string table_attribute, table_value;
  std::int64_t skip_rows = 0;
  // xml
  std::string element;
  // words
  std::vector<std::pair<std::string, std::string>> replace;
};

// What must hold of a row: a member's text, one of several, that it has it or has none, or what it begins with or
// holds.
struct FeedCondition {
  std::string field;
  enum class Is { OneOf, Present, Absent, Has, Starts } is = Is::OneOf;
  bool negated = false;
  std::vector<std::string> texts;
};

// Where a value comes from and what is done to it, in the order of the members.
struct FeedRule {
  std::vector<FeedCondition> when;
  std::vector<std::string> from;  // the first that is there and says something
  std::optional<Json> is;
  std::string pattern;            // "{host}:{port}", of other members
  std::vector<std::string> none;  // texts that stand for nothing
  std::string after, before;      // of the first such text; `after` takes nothing where it is missing
  std::string after_last;         // all of it where it is missing
  bool lower = false, upper = false, unpad = false;
  std::optional<std::map<std::string, Json>> map;  // by lower-case text
  std::optional<Json> otherwise;                   // what no row of the map says
  std::string scheme;                              // put before an address that has none
  std::vector<std::string> times;
  int zone = 0;
  std::string split;    // a list of what stands between
  bool number = false;  // a whole number, which a text of digits is not by itself
  bool list = false;    // a list also where there is one alone
  // for [fields] only: what the text is read as
  bool base64 = false, json = false;
  std::vector<LinePattern> patterns;
  std::optional<std::pair<std::string, std::string>> pairs;
};
using FeedRules = std::map<std::string, std::vector<FeedRule>>;  // of several the first that gives a value

struct FeedLookup {
  std::string field;
  std::map<std::string, FeedRules> rows;  // by lower-case text; "*" for any other
};

struct FeedProfile::Parts {
  FeedInput input;
  std::map<std::string, std::pair<std::string, std::string>> header;  // a name: after, before
  FeedRules fields, event;
  std::vector<FeedLookup> lookups;
  std::vector<std::vector<FeedCondition>> left_out, also_when;
  std::vector<FeedRules> also;  // a second event of the same row, and a third
  std::vector<std::string> each;
  std::string each_separator;
  std::string rest;   // where what no rule names goes; empty: nowhere
  std::string as_is;  // the member whose members have the names of events already; "." the row itself
  std::vector<std::string> drop;
  std::vector<std::string> used;  // the members that a rule names
  // Where a batch is a mail: how the attachments whose names end so are read.
  std::string attachment;
  std::shared_ptr<const FeedProfile> attached;
  bool uses_line = false, uses_given = false;
};

// "a.b.c": members inside members, a name with dots before one without, numbers for the items of a list from 0 on.
const Json* feed_member(const Json& row, std::string_view path);

// The rows of one record; `problem` says why there are none, or why a line is not one.
struct FeedRows {
  std::vector<Json> rows;
  std::vector<std::string> unread;  // why a line of a whole document is no row
  std::string problem;
};
FeedRows feed_rows(const FeedProfile::Parts& parts, const FeedBatch& batch, std::string_view record);

// Tables and elements (report/profile_markup.cc).
std::vector<Json> html_rows(const FeedInput& input, std::string_view text, const std::vector<std::string>& columns);
std::vector<Json> xml_rows(const FeedInput& input, std::string_view text);
Json open_ioc_row(std::string_view text);
// The indicators of a STIX bundle (report/profile_stix.cc).
FeedRows stix_rows(std::string_view text);

// The columns of a CSV, from the profile or from the line that names them.
std::vector<std::string> feed_columns(const FeedInput& input, std::string_view header);
std::vector<std::string> feed_cells(const FeedInput& input, std::string_view line, bool& sound);

}  // namespace cordon
