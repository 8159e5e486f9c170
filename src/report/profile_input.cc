// From the bytes of a batch to rows: what stands between records, and what the members of each are called.
#include <algorithm>

#include "base/ascii.h"
#include "base/csv.h"
#include "base/text.h"
#include "report/framing.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

constexpr std::size_t kMostPieces = 64;
constexpr std::size_t kMostColumns = 1000;
constexpr std::size_t kLongestCarried = 4096;  // bytes of a line that every line after it repeats
constexpr const char* kTooManyRecords = "more than 1000000 records in one file; split it";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_feed_comment(const FeedInput& input, std::string_view line) {
  const std::string_view words = trim(line);
  return std::ranges::any_of(input.comments, [&](const std::string& mark) { return words.starts_with(mark); });
}

// Past the end of the line at `at`, its line end included.
std::size_t after_line(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

// Goes over the lines of a batch and says of each whether it belongs to the header, is a comment or blank, or a record.
template <typename OnHeader, typename OnRecord>
void walk_records(const FeedInput& input, std::string_view bytes, const OnHeader& on_header,
                  const OnRecord& on_record) {
  std::int64_t headers = input.header_lines;
  const bool quoted = input.format == FeedFormat::Csv && input.quotes && input.delimiter != "blank";
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view line = bytes.substr(at, after_line(bytes, at) - at);
    if (trim(line).empty() || is_feed_comment(input, line)) {
      at += line.size();
      continue;
    }
    const std::size_t end =
        quoted ? csv_record_end(bytes, at, input.delimiter.front(), kRecordLimit) : at + line.size();
    const std::string_view record = bytes.substr(at, end - at);
    at = end;
    if (headers > 0) {
      on_header(record);
      --headers;
    } else if (!on_record(record)) {
      return;
    }
  }
}

std::string_view bare(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

// ISO 8859-1 as UTF-8. What calls itself 8859-15 or 1252 differs in eight signs and in none of an identifier.
std::string from_latin1(std::string_view text) {
  if (valid_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

void add_cells(const std::vector<std::string>& columns, const std::vector<std::string>& cells, Json& row) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string name = i < columns.size() ? columns[i] : std::to_string(i + 1);
    const std::string_view text = trim(cells[i]);
    if (!name.empty() && name != "_" && !text.empty()) row.set(name, text);
  }
}

Json pairs_row(const FeedInput& input, std::string_view line) {
  Json row = Json::Object{};
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(input.between, at), line.size());
    const std::string_view pair = trim(line.substr(at, end - at));
    const std::size_t sign = pair.find(input.inside);
    if (sign != std::string_view::npos && sign > 0) {
      std::string_view value = trim(pair.substr(sign + input.inside.size()));
      if (!input.keep_quotes && value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
      if (!value.empty()) row.set(trim(pair.substr(0, sign)), value);
    }
    at = end + input.between.size();
  }
  return row;
}

// What is around a word of a text and no part of it.
std::string_view bare_word(std::string_view word) {
  constexpr std::string_view kAround = "\"'()<>[]{},;:!?";
  while (!word.empty() && kAround.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
  while (!word.empty() && (kAround.find(word.back()) != std::string_view::npos || word.back() == '.'))
    word.remove_suffix(1);
  return word;
}

// The words of a text that are an address, with or without a scheme: each a row with the member "word".
std::vector<Json> word_rows(const FeedInput& input, std::string text) {
  for (const auto& [from, to] : input.replace) text = replace_all(std::move(text), from, to);
  std::vector<Json> rows;
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  for (const std::string_view part : split(text, ' ')) {
    if (rows.size() > kMostEvents) break;
    const std::string word(bare_word(part));
    const bool has_scheme = word.find("://") != std::string::npos;
    // A path makes a word a url that a sentence would not hold; a name alone must be one that can be registered.
    const bool url = has_scheme ? static_cast<bool>(parse_observable(ObservableKind::Url, word))
                                : word.find('.') != std::string::npos && word.find('@') == std::string::npos &&
                                      parse_observable(ObservableKind::Url, "http://" + word) &&
                                      guess_kind(word.substr(0, word.find('/'))).has_value();
    if (!url && !(has_scheme && word.size() > 8)) continue;
    rows.push_back(Json(Json::Object{}).set("word", word));
  }
  return rows;
}

}  // namespace

Result<LinePattern> read_line_pattern(std::string_view text) {
  LinePattern pattern;
  using Is = LinePattern::Piece::Is;
  for (std::size_t at = 0; at < text.size();) {
    if (pattern.pieces.size() == kMostPieces) return fail(Fault::Malformed, "a pattern has at most 64 pieces");
    if (text[at] == '{') {
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos || end == at + 1)
        return fail(Fault::Malformed, "a hole of a pattern is a name between { and }");
      if (!pattern.pieces.empty() && pattern.pieces.back().is == Is::Hole)
        return fail(Fault::Malformed, "two holes of a pattern have something between them");
      pattern.pieces.push_back({Is::Hole, std::string(text.substr(at + 1, end - at - 1))});
      at = end + 1;
    } else if (is_blank(text[at])) {
      while (at < text.size() && is_blank(text[at])) ++at;
      pattern.pieces.push_back({Is::Blank, {}});
    } else {
      std::size_t end = at;
      while (end < text.size() && text[end] != '{' && !is_blank(text[end])) ++end;
      pattern.pieces.push_back({Is::Text, std::string(text.substr(at, end - at))});
      at = end;
    }
  }
  if (pattern.pieces.empty()) return fail(Fault::Malformed, "an empty pattern");
  return pattern;
}

bool match_line(const LinePattern& pattern, std::string_view line, Json& row) {
  using Is = LinePattern::Piece::Is;
  line = trim(line);
  std::vector<std::pair<const std::string*, std::string_view>> found;
  for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
    const LinePattern::Piece& piece = pattern.pieces[i];
    if (piece.is == Is::Blank) {
      if (line.empty() || !is_blank(line.front())) return false;
      while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    } else if (piece.is == Is::Text) {
      if (!line.starts_with(piece.text)) return false;
      line.remove_prefix(piece.text.size());
    } else {
      std::size_t end = line.size();
      if (i + 1 < pattern.pieces.size()) {
        const LinePattern::Piece& next = pattern.pieces[i + 1];
        end = next.is == Is::Blank ? line.find_first_of(" \t") : line.find(next.text);
        if (end == std::string_view::npos) return false;
      }
      if (const std::string_view text = trim(line.substr(0, end)); !text.empty()) found.emplace_back(&piece.text, text);
      line.remove_prefix(end);
    }
  }
  if (!line.empty()) return false;
  for (const auto& [name, text] : found) row.set(*name, text);
  return true;
}

bool reads_whole(const FeedProfile& profile) {
  const FeedProfile::Parts& parts = profile.parts();
  if (parts.attached) return true;
  switch (parts.input.format) {
    case FeedFormat::Csv:
    case FeedFormat::Pairs:
    case FeedFormat::JsonLines:
      return false;
    case FeedFormat::Lines:
      return !parts.input.carried.empty();
    case FeedFormat::Json:
      return !parts.each.empty();  // its list may be most of the document
    default:
      return true;
  }
}

bool reads_words(const FeedProfile& profile) { return profile.parts().input.format == FeedFormat::Words; }

Result<std::vector<std::string_view>> frame_feed(const FeedProfile& profile, std::string_view bytes) {
  const FeedInput& input = profile.parts().input;
  const bool json = input.format == FeedFormat::Json && !profile.parts().attached;
  if (json) {
    const std::size_t start = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
    if (!reads_whole(profile) || bytes.substr(start, 1) == "[") return frame(Format::JsonDocument, bytes);
  }
  std::vector<std::string_view> records;
  if (json) {  // as frame() does it, for longer values
    constexpr std::string_view kSpace = " \t\r\n";
    for (std::size_t at = bytes.find_first_not_of(kSpace); at < bytes.size();
         at = bytes.find_first_not_of(kSpace, at)) {
      if (records.size() == kMostRecords) return fail(Fault::Malformed, kTooManyRecords);
      const std::size_t end = std::min(json_value_end(bytes, at, kDocumentLimit), bytes.size());
      records.push_back(bytes.substr(at, end - at));
      at = end;
    }
    return records;
  }
  if (reads_whole(profile)) {
    if (!trim(bytes).empty()) records.push_back(bytes);
    return records;
  }
  bool too_many = false;
  walk_records(
      input, bytes, [](std::string_view) {},
      [&](std::string_view record) {
        too_many = records.size() == kMostRecords;
        if (!too_many) records.push_back(record);
        return !too_many;
      });
  if (too_many) return fail(Fault::Malformed, kTooManyRecords);
  return records;
}

std::string_view feed_header(const FeedProfile& profile, std::string_view bytes) {
  const FeedInput& input = profile.parts().input;
  std::string_view header;
  if (input.format != FeedFormat::Csv || !input.header || profile.parts().attached) return header;
  walk_records(
      input, bytes, [&](std::string_view line) { header = bare(line); }, [](std::string_view) { return false; });
  return header;
}

std::vector<std::string> feed_cells(const FeedInput& input, std::string_view line, bool& sound) {
  sound = true;
  std::vector<std::string> cells;
  line = bare(line);
  if (input.delimiter == "blank") {
    for (std::size_t at = 0; at < line.size() && cells.size() < kMostColumns;) {
      while (at < line.size() && is_blank(line[at])) ++at;
      const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
      if (end > at) cells.emplace_back(line.substr(at, end - at));
      at = end;
    }
    return cells;
  }
  if (input.quotes) {
    if (auto read = parse_csv_record(line, input.delimiter.front())) return *std::move(read);
    sound = false;
    return cells;
  }
  for (const std::string_view cell : split(line, input.delimiter.front())) {
    if (cells.size() < kMostColumns) cells.emplace_back(cell);
  }
  return cells;
}

std::vector<std::string> feed_columns(const FeedInput& input, std::string_view header) {
  if (!input.columns.empty()) return input.columns;
  bool sound = true;
  std::vector<std::string> columns = feed_cells(input, header, sound);
  for (std::string& name : columns) name = std::string(trim(name));
  return columns;
}

FeedRows feed_rows(const FeedProfile::Parts& parts, const FeedBatch& batch, std::string_view record) {
  const FeedInput& input = parts.input;
  FeedRows out;
  std::string converted;
  if (input.latin1) {
    converted = from_latin1(record);
    record = converted;
  }
  if (!valid_utf8(record)) {
    out.problem = "not UTF-8";
    return out;
  }
  switch (input.format) {
    case FeedFormat::Csv: {
      bool sound = true;
      const std::vector<std::string> cells = feed_cells(input, record, sound);
      if (!sound) {
        out.problem = "a field's quotation marks don't match";
        return out;
      }
      Json row = Json::Object{};
      add_cells(batch.columns, cells, row);
      out.rows.push_back(std::move(row));
      break;
    }
    case FeedFormat::Pairs:
      out.rows.push_back(pairs_row(input, bare(record)));
      break;
    case FeedFormat::Lines: {
      if (input.carried.empty()) {
        Json row = Json::Object{};
        const bool fits = std::ranges::any_of(
            input.patterns, [&](const LinePattern& pattern) { return match_line(pattern, bare(record), row); });
        if (fits)
          out.rows.push_back(std::move(row));
        else
          out.problem = "the line is none that the profile's patterns describe";
        break;
      }
      Json carried = Json::Object{};
      walk_records(
          input, record, [](std::string_view) {},
          [&](std::string_view line) {
            const auto fits = [&](const LinePattern& pattern) { return match_line(pattern, bare(line), carried); };
            if (line.size() <= kLongestCarried && std::ranges::any_of(input.carried, fits)) return true;
            Json row = carried;
            if (std::ranges::any_of(input.patterns,
                                    [&](const LinePattern& pattern) { return match_line(pattern, bare(line), row); }))
              out.rows.push_back(std::move(row));
            else
              out.unread.push_back("'" + printable(bare(line), 60) + "' is no line that the profile describes");
            return out.rows.size() + out.unread.size() <= kMostEvents;
          });
      break;
    }
    case FeedFormat::JsonLines:
    case FeedFormat::Json: {
      auto json = parse_json(record);
      if (!json)
        out.problem = printable(json.error().message, 200);
      else if (json->object() == nullptr && json->array() == nullptr)
        out.problem = "a record is a JSON object";
      else
        out.rows.push_back(*std::move(json));
      break;
    }
    case FeedFormat::Html:
      out.rows = html_rows(input, record, input.columns);
      break;
    case FeedFormat::Xml:
      out.rows = xml_rows(input, record);
      break;
    case FeedFormat::OpenIoc:
      out.rows.push_back(open_ioc_row(record));
      break;
    case FeedFormat::Stix:
      out = stix_rows(record);
      break;
    case FeedFormat::Words:
      out.rows = word_rows(input, std::string(record));
      break;
  }
  if (parts.uses_line) {
    for (Json& row : out.rows) {
      if (row.object() != nullptr) row.set("line", bare(record));
    }
  }
  return out;
}

}  // namespace cordon
