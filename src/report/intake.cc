#include "report/intake.h"

#include <algorithm>
#include <span>

#include "base/confined.h"
#include "base/packed.h"
#include "base/text.h"
#include "report/csv.h"
#include "report/framing.h"
#include "report/reading.h"
#include "report/worker.h"

namespace cordon {
namespace {

// One child at a time takes so much: its answers and ours stay in memory together.
constexpr std::size_t kChunkRecords = 65'536;  // to start a child takes as long as to parse some thousands
constexpr std::size_t kChunkBytes = 32u << 20;
constexpr ConfinedLimits kLimits{.cpu_seconds = 120, .item_seconds = 10};

struct Magic {
  std::string_view bytes, name;
};
constexpr Magic kPacked[] = {
    {std::string_view("\x1f\x8b", 2), "gzip"},
    {std::string_view("PK\x03\x04", 4), "zip"},
    {std::string_view("PK\x05\x06", 4), "zip"},
    {std::string_view("\xfd"
                      "7zXZ",
                      5),
     "xz"},
    {std::string_view("\x28\xb5\x2f\xfd", 4), "zstd"},
    {std::string_view("BZh", 3), "bzip2"},
    {std::string_view("7z\xbc\xaf\x27\x1c", 6), "7z"},
    {std::string_view("Rar!", 4), "rar"},
};

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  return bytes;
}

std::string_view first_line(std::string_view bytes) {
  return bytes.substr(0, std::min({bytes.find('\n'), bytes.size(), kRecordLimit}));
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 76 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// The start of a mail: header lines from the first byte on, one of them a name that every mail has.
bool looks_like_mail(std::string_view bytes) {
  static constexpr std::string_view kUsual[] = {"received",   "from",         "to",          "subject",     "date",
                                                "message-id", "mime-version", "return-path", "delivered-to"};
  if (is_mbox_line(first_line(bytes))) return true;
  bool usual = false;
  int headers = 0;
  for (std::size_t at = 0; at < bytes.size() && headers < 4;) {
    const std::string_view line = first_line(bytes.substr(at));
    at += line.size() + 1;
    if (trim(line).empty()) break;
    if (headers > 0 && (line.front() == ' ' || line.front() == '\t')) continue;
    const std::string_view name = line.substr(0, line.find(':'));
    if (name.size() == line.size() || !is_header_name(name)) return false;
    usual = usual || std::ranges::find(kUsual, lower_ascii(name)) != std::end(kUsual);
    ++headers;
  }
  return usual && headers >= 2;
}

// A line that starts a record ends it too, or the next line starts one: one record a line.
bool is_json_lines(std::string_view name, std::string_view bytes) {
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return true;
  const std::string_view line = trim(first_line(bytes));
  if (!line.starts_with('{')) return false;
  if (json_value_end(line, 0, kRecordLimit) == line.size() && line.ends_with('}')) return true;
  const std::size_t newline = bytes.find('\n');
  return newline != std::string_view::npos && bytes.substr(newline + 1, 1) == "{";
}

bool looks_like_json(std::string_view text) {
  const std::size_t second = text.find_first_not_of(" \t\r\n", 1);
  const char next = second == std::string_view::npos ? '\0' : text[second];
  if (text.starts_with('{')) return next == '"' || next == '}';
  return text.starts_with('[') && (next == '{' || next == ']' || next == '[');  // and not "[URGENT] …"
}

bool looks_like_list(std::string_view bytes) {
  bool any = false;
  const auto skip_blank = [bytes](std::size_t at) {
    return std::min(bytes.find_first_not_of(" \t\r\n", at), bytes.size());
  };
  for (std::size_t at = skip_blank(0); at < bytes.size();) {
    const std::size_t newline = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = trim(bytes.substr(at, newline - at));
    at = skip_blank(newline);
    if (line.empty() || line.front() == '#') continue;
    if (line.find_first_of(" \t") != std::string_view::npos) return false;
    any = true;
  }
  return any;
}

std::size_t record_limit(const ReadingOptions& options) {
  if (options.feed && reads_whole(*options.feed)) return kDocumentLimit;
  return options.format == Format::Mail ? kMailLimit : kRecordLimit;
}

ReadRecord refused(std::size_t position, std::string_view bytes, std::string code, std::string reason) {
  ReadRecord record;
  record.position = position;
  record.code = std::move(code);
  record.reason = std::move(reason);
  record.content = sha256(bytes);
  return record;
}

ReadRecord quarantined(std::size_t position, std::string_view bytes, std::string reason) {
  ReadRecord record = refused(position, bytes, "quarantined", std::move(reason));
  record.outcome = Outcome::Quarantined;
  return record;
}
constexpr const char* kNoAnswer = "its parser gave no readable answer";

ReadRecord record_of(std::size_t position, const Digest& content, Reading reading) {
  ReadRecord record;
  record.position = position;
  record.content = content;
  record.code = std::move(reading.code);
  record.reason = std::move(reading.reason);
  record.token = std::move(reading.token);
  if (!record.code.empty()) return record;
  record.outcome = Outcome::Accepted;
  record.kept = std::move(reading.kept);
  Observable main = std::move(reading.observables.front());
  reading.observables.erase(reading.observables.begin());
  record.sighting =
      Sighting{*reading.matter, std::move(main), std::move(reading.observables), reading.port, reading.seen_at};
  return record;
}

// A worker may have been taken over by what it read, so its answer is parsed like any other outside text.
void accept(std::vector<ReadRecord>& out, std::string_view bytes, const Result<std::string>& answer,
            Instant received_at) {
  if (!answer) return out.push_back(quarantined(out.size() + 1, bytes, printable(answer.error().message, 200)));
  auto readings = read_answers(*answer, received_at);
  if (!readings) return out.push_back(quarantined(out.size() + 1, bytes, kNoAnswer));
  const Digest whole = sha256(bytes);
  for (std::size_t i = 0; i < readings->size(); ++i) {
    // Of one mail with several, each has a name of its own, and the same one when the mail comes again.
    const Digest content = readings->size() == 1 ? whole : sha256(whole.hex() + " " + std::to_string(i));
    out.push_back(record_of(out.size() + 1, content, std::move((*readings)[i])));
    out.back().of_several = readings->size() > 1;
  }
}

// The answers of one record of a feed. What they say of their digests is the worker's word: it can spoil which of its
// own records count as sent twice, and nothing of another source.
void accept_events(std::vector<ReadRecord>& out, std::string_view bytes, const Result<std::string>& answers,
                   Instant received_at) {
  if (!answers) return out.push_back(quarantined(out.size() + 1, bytes, printable(answers.error().message, 200)));
  const std::size_t before = out.size();
  PackedReader reader(*answers);
  const std::uint64_t count = reader.number_below(kMostEvents + 2);
  for (std::uint64_t i = 0; i < count && reader.good(); ++i) {
    const std::string_view digest = reader.text();
    const std::string_view answer = reader.text();
    const bool sound = digest.empty() ? count == 1 : digest.size() == Digest{}.bytes.size();
    Result<Reading> reading = fail(Fault::Malformed, kNoAnswer);
    if (reader.good() && sound) reading = read_answer(answer, received_at);
    if (!reading) break;
    out.push_back(
        record_of(out.size() + 1, digest.empty() ? sha256(bytes) : *digest_from_bytes(digest), *std::move(reading)));
  }
  if (count > 0 && out.size() - before == count && reader.at_end()) return;
  out.resize(before);
  out.push_back(quarantined(before + 1, bytes, kNoAnswer));
}

// What cannot be read without knowing what it is about, record by record or at all.
Result<Nothing> check_matter(const Incoming& incoming, Format format, const std::optional<CsvColumns>& columns) {
  const bool needed = format == Format::List || (format == Format::Csv && !columns->category);
  if (needed && !incoming.matter) {
    return fail(Fault::Usage, "the file does not say what it is about; give --category", incoming.file_name);
  }
  return Nothing{};
}

}  // namespace

bool is_source_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Result<CsvProfile> read_csv_profile(const Json& settings) {
  if (settings.object() == nullptr) return fail(Fault::Malformed, "a CSV profile is a table of names");
  for (const auto& [key, member] : *settings.object()) {
    static constexpr std::string_view kKeys[] = {"kind", "value", "seen_at", "category", "token", "port", "delimiter"};
    if (std::ranges::find(kKeys, key) == std::end(kKeys)) {
      return fail(Fault::Malformed, "a CSV profile has no key '" + printable(key, 40) + "'");
    }
    if (member.string() == nullptr) return fail(Fault::Malformed, "'" + key + "' of a CSV profile is text");
  }
  CsvProfile profile;
  profile.kind = TRY(parse_observable_kind(TRY(settings.text("kind"))));
  profile.value_column = TRY(settings.text("value"));
  profile.seen_at_column = settings.text_or("seen_at");
  profile.category_column = settings.text_or("category");
  profile.token_column = settings.text_or("token");
  profile.port_column = settings.text_or("port");
  const std::string delimiter = settings.text_or("delimiter", ",");
  if (profile.value_column.empty()) return fail(Fault::Malformed, "'value' of a CSV profile names a column");
  if (delimiter != "," && delimiter != ";" && delimiter != "\t" && delimiter != "|") {
    return fail(Fault::Malformed, "'delimiter' of a CSV profile is ',', ';', '|' or a tab");
  }
  profile.delimiter = delimiter.front();
  return profile;
}

Result<Format> recognise(const Incoming& incoming, std::string_view bytes) {
  const std::string& where = incoming.file_name;
  if (incoming.format) return *incoming.format;
  for (const Magic& magic : kPacked) {
    if (bytes.starts_with(magic.bytes)) {
      return fail(Fault::Refused, "a " + std::string(magic.name) + " file; unpack it first", where);
    }
  }
  if (bytes.starts_with("%PDF-")) return fail(Fault::Refused, "a PDF; send its text", where);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return fail(Fault::Malformed, "UTF-16; save it as UTF-8", where);
  }
  bytes = without_mark(bytes);
  if (bytes.substr(0, 4096).find('\0') != std::string_view::npos) {
    return fail(Fault::Malformed, "binary data; text, mail, CSV or JSON was expected", where);
  }
  const std::string name = lower_ascii(incoming.file_name);
  const std::size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return fail(Fault::Malformed, "empty", where);
  if (incoming.feed) return Format::Feed;
  if (incoming.profile) return Format::Csv;
  if (name.ends_with(".eml") || name.ends_with(".mbox") || looks_like_mail(bytes)) return Format::Mail;
  const std::string_view text = bytes.substr(start);
  const bool named_json = name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson");
  if (named_json || looks_like_json(text)) return is_json_lines(name, text) ? Format::JsonLines : Format::JsonDocument;
  if (name.ends_with(".csv")) return Format::Csv;
  return looks_like_list(bytes) ? Format::List : Format::Text;
}

Result<std::vector<ReadRecord>> read_batch(const Incoming& incoming, std::string_view bytes) {
  if (!is_source_name(incoming.source)) {
    return fail(Fault::Usage, "a source's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'", printable(incoming.source));
  }
  if (bytes.size() > kFileLimit) return fail(Fault::Malformed, "over 256 MiB; split it", incoming.file_name);
  ReadingOptions options;
  options.format = TRY(recognise(incoming, bytes));
  options.matter = incoming.matter;
  options.profile = incoming.profile;
  const char* const start = bytes.data();
  bytes = without_mark(bytes);
  std::vector<std::string_view> records;
  if (incoming.feed) {
    options = TRY(feed_options(incoming, bytes));
    records = TRY(frame_feed(*incoming.feed, bytes));
  } else {
    records = TRY(frame(options.format, bytes, incoming.profile ? incoming.profile->delimiter : ','));
  }

  std::optional<CsvColumns> columns;
  if (options.format == Format::Csv) {
    const std::string_view header = records.empty() ? std::string_view() : records.front();
    if (header.size() > kKeptLimit || !valid_utf8(header)) {
      return fail(Fault::Malformed, "the header is longer than 64 KiB or not UTF-8", incoming.file_name);
    }
    options.csv_header = header;
    columns = TRY(read_csv_header(header, incoming.profile));
    if (columns->delimiter != ',' && !incoming.profile) records = TRY(frame(Format::Csv, bytes, columns->delimiter));
    if (!records.empty()) records.erase(records.begin());
  }
  TRY(check_matter(incoming, options.format, columns));

  const std::string told = write_options(options);
  const std::size_t limit = record_limit(options);
  std::vector<ReadRecord> out;
  out.reserve(records.size());
  for (std::size_t next = 0; next < records.size();) {
    // The records of one chunk; those that are too long are answered here and never reach the worker.
    std::vector<std::string_view> chunk;
    std::size_t end = next;
    for (std::size_t size = 0; end < records.size() && chunk.size() < kChunkRecords; ++end) {
      if (records[end].size() > limit) continue;
      if (size > 0 && size + records[end].size() > kChunkBytes) break;
      size += records[end].size();
      chunk.push_back(records[end]);
    }
    std::vector<Result<std::string>> answers;
    if (!chunk.empty()) answers = TRY(run_confined("report", told, chunk, kLimits));
    for (std::size_t i = next, answered = 0; i < end; ++i) {
      const std::size_t from = out.size();
      if (records[i].size() > limit) {
        out.push_back(
            refused(out.size() + 1, records[i], "too_long", "longer than " + std::to_string(limit >> 20) + " MiB"));
      } else if (options.feed) {
        accept_events(out, records[i], answers[answered++], incoming.received_at);
        if (out.size() > kMostRecords)
          return fail(Fault::Malformed, "more than 1000000 records in one file; split it", incoming.file_name);
      } else {
        accept(out, records[i], answers[answered++], incoming.received_at);
      }
      for (std::size_t made = from; made < out.size(); ++made) {
        out[made].offset = static_cast<std::size_t>(records[i].data() - start);
        out[made].length = records[i].size();
      }
    }
    next = end;
  }
  return out;
}

}  // namespace cordon
