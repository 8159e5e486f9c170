#include "report/framing.h"

#include <algorithm>

#include "base/text.h"
#include "report/csv.h"

namespace cordon {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kLongestMboxLine = 1000;

// Past the end of the line at `at`, its line end included.
std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

// Past the bytes of `blank` at `at`. A plain loop: a file may be nothing but 200 million line ends.
std::size_t skip(std::string_view text, std::size_t at, std::string_view blank) {
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  while (at < size && blank.find(bytes[at]) != std::string_view::npos) {
    const char same = bytes[at];
    while (at < size && bytes[at] == same) ++at;
  }
  return at;
}

class Records {
 public:
  Result<Nothing> add(std::string_view record) {
    if (records_.size() == kMostRecords) {
      return fail(Fault::Malformed, "more than 1000000 records in one file; split it");
    }
    records_.push_back(record);
    return Nothing{};
  }
  std::vector<std::string_view> take() { return std::move(records_); }

 private:
  std::vector<std::string_view> records_;
};

Result<std::vector<std::string_view>> frame_lines(std::string_view bytes, bool comments) {
  Records records;
  for (std::size_t at = skip(bytes, 0, kBlank); at < bytes.size();) {
    const std::size_t next = next_line(bytes, at);
    const std::string_view line = trim(bytes.substr(at, next - at));
    at = skip(bytes, next, kBlank);
    if (!line.empty() && !(comments && line.front() == '#')) TRY(records.add(line));
  }
  return records.take();
}

Result<std::vector<std::string_view>> frame_csv(std::string_view bytes, char delimiter) {
  Records records;
  for (std::size_t at = skip(bytes, 0, "\r\n"); at < bytes.size();) {
    const bool comment = bytes[at] == '#';
    const std::size_t next = comment ? next_line(bytes, at) : csv_record_end(bytes, at, delimiter, kRecordLimit);
    const std::string_view record = bytes.substr(at, next - at);
    at = skip(bytes, next, "\r\n");
    if (!comment && !trim(record).empty()) TRY(records.add(record));
  }
  return records.take();
}

// The elements of a top-level array, each up to the comma at its depth. Brackets that close too much end
// the array; whatever follows it is a record of its own, for the worker to refuse.
Result<std::vector<std::string_view>> frame_array(std::string_view bytes, std::size_t at) {
  Records records;
  int depth = 0;
  bool inside_text = false;
  std::size_t start = ++at;
  bool closed = false;
  for (; at < bytes.size() && !closed; ++at) {
    const char c = bytes[at];
    if (inside_text) {
      if (c == '\\') ++at;
      if (c == '"') inside_text = false;
    } else if (c == '"') {
      inside_text = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      closed = c == ']' && depth == 0;
      depth = std::max(depth - 1, 0);
    }
    if (closed || (c == ',' && depth == 0 && !inside_text)) {
      const std::string_view element = trim(bytes.substr(start, at - start));
      if (!element.empty()) TRY(records.add(element));
      start = at + 1;
    }
  }
  start = std::min(start, bytes.size());
  if (const std::string_view rest = trim(bytes.substr(start)); !rest.empty()) TRY(records.add(rest));
  return records.take();
}

// One value, or values one after the other. After one that does not end, the rest is one broken record.
Result<std::vector<std::string_view>> frame_documents(std::string_view bytes) {
  Records records;
  for (std::size_t at = bytes.find_first_not_of(kBlank); at < bytes.size(); at = bytes.find_first_not_of(kBlank, at)) {
    const std::size_t end = std::min(json_value_end(bytes, at, kRecordLimit), bytes.size());
    TRY(records.add(bytes.substr(at, end - at)));
    at = end;
  }
  return records.take();
}

Result<std::vector<std::string_view>> frame_mails(std::string_view bytes) {
  Records records;
  std::size_t start = 0;
  for (std::size_t at = bytes.find("From "); at < bytes.size(); at = bytes.find("From ", at + 1)) {
    const std::string_view before = bytes.substr(0, at);
    const bool after_blank = at == 0 || before.ends_with("\n\n") || before.ends_with("\n\r\n");
    const std::size_t next = next_line(bytes.substr(0, std::min(bytes.size(), at + kLongestMboxLine)), at);
    if (!after_blank || !is_mbox_line(bytes.substr(at, next - at))) continue;
    if (at > start) TRY(records.add(bytes.substr(start, at - start)));
    start = next;  // the line is not part of the mail
  }
  if (start < bytes.size()) TRY(records.add(bytes.substr(start)));
  return records.take();
}

}  // namespace

std::size_t json_value_end(std::string_view text, std::size_t at, std::size_t limit) {
  const std::size_t stop = at + std::min(limit, text.size() - at);
  std::size_t depth = 0;
  bool inside_text = false;
  for (; at < stop; ++at) {
    const char c = text[at];
    if (inside_text) {
      if (c == '\\') ++at;
      if (c != '"') continue;
      inside_text = false;
      if (depth == 0) return std::min(at + 1, stop);
    } else if (c == '"') {
      inside_text = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth <= 1) return at + 1;
      --depth;
    } else if (depth == 0 && kBlank.find(c) != std::string_view::npos) {
      return at;
    }
  }
  return depth == 0 && !inside_text && stop == text.size() ? stop : std::string_view::npos;
}

bool is_mbox_line(std::string_view line) {
  static constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (!line.starts_with("From ") || line.size() >= kLongestMboxLine) return false;
  const auto words = split(line.substr(5), ' ');
  return words.size() >= 5 && std::ranges::find(kDays, words[1]) != std::end(kDays);
}

Result<std::vector<std::string_view>> frame(Format format, std::string_view bytes, char csv_delimiter) {
  switch (format) {
    case Format::Csv:
      return frame_csv(bytes, csv_delimiter);
    case Format::JsonLines:
      return frame_lines(bytes, false);
    case Format::List:
      return frame_lines(bytes, true);
    case Format::Mail:
      return frame_mails(bytes);
    case Format::JsonDocument: {
      const std::size_t at = bytes.find_first_not_of(kBlank);
      if (at != std::string_view::npos && bytes[at] == '[') return frame_array(bytes, at);
      return frame_documents(bytes);
    }
    case Format::Form:
      return std::vector<std::string_view>{bytes};
    case Format::Text:
    case Format::Feed:  // frame_feed() does it
      break;
  }
  if (trim(bytes).empty()) return std::vector<std::string_view>{};
  return std::vector<std::string_view>{bytes};
}

}  // namespace cordon
