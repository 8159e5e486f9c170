#include "report/worker.h"

#include <clocale>

#include "base/confined.h"
#include "base/text.h"
#include "net/mail.h"
#include "report/csv.h"
#include "report/framing.h"
#include "report/intelmq.h"
#include "report/mail_report.h"
#include "report/text.h"
#include "report/xarf.h"

namespace cordon {
namespace {

Reading read_json(std::string_view record) {
  if (!valid_utf8(record)) return refuse("encoding", "not UTF-8");
  const auto json = parse_json(record);
  if (!json) return refuse("malformed", printable(json.error().message, 200));
  if (json->object() == nullptr) return refuse("malformed", "a record is a JSON object");
  if (is_xarf(*json)) return read_xarf(*json);
  if (is_intelmq(*json)) return read_intelmq(*json);
  return refuse("malformed", "neither XARF 4 nor an IntelMQ event");
}

std::vector<Reading> read_mail_record(std::optional<Matter> matter, std::string_view record) {
  const auto mail = read_mail(record);
  if (!mail) return {refuse("malformed", printable(mail.error().message, 200))};
  return read_mail_report(matter, *mail);
}

// A batch gives the same options and header a million times over.
struct Known {
  std::string text;
  std::optional<ReadingOptions> options;
  std::optional<CsvColumns> columns;
  FeedBatch batch;
};

const Known& know(std::string_view text) {
  static thread_local Known known;
  if (known.options && known.text == text) return known;
  known = Known{std::string(text), std::nullopt, std::nullopt, {}};
  if (auto options = read_options(text)) known.options = std::move(*options);
  if (known.options && known.options->feed) {
    known.batch =
        feed_batch(*known.options->feed, known.options->given, known.options->head, known.options->csv_header);
    known.batch.matter = known.options->matter;
  }
  if (known.options && known.options->format == Format::Csv) {
    if (auto columns = read_csv_header(known.options->csv_header, known.options->profile))
      known.columns = std::move(*columns);
  }
  return known;
}

Reading read_record(const Known& known, std::string_view record) {
  if (!known.options) return refuse("malformed", "the batch's options are not readable");
  const std::optional<Matter> matter = known.options->matter;
  switch (known.options->format) {
    case Format::JsonLines:
    case Format::JsonDocument:
      return read_json(record);
    case Format::Mail:
      break;  // parse_record() has it: a mail may carry several
    case Format::List:
      return read_word(matter, record);
    case Format::Text:
      return read_text(matter, record);
    case Format::Form:
      return read_form(matter, record);
    case Format::Feed:
    case Format::Csv:
      break;
  }
  if (!known.columns) return refuse("malformed", "the header does not say what the columns hold");
  return read_csv_row(*known.columns, matter, record);
}

const RegisterWorker kReportWorker{{"report", prepare_reading, parse_record}};

constexpr std::string_view kFormats[] = {"csv", "json_lines", "json_document", "mail", "list", "text", "form", "feed"};

}  // namespace

void prepare_reading() {
  static_cast<void>(std::setlocale(LC_CTYPE, "C.UTF-8"));  // names inside of packed attachments are read by it
  prepare_mail_reader();
  for (const std::string_view text : {"https://xn--e1afmkfd.example.org/a", "пример.example.org", "+77010000000"}) {
    static_cast<void>(scan_text(text));
    static_cast<void>(guess_kind(text));
  }
  static_cast<void>(parse_observable(ObservableKind::Phone, "+7 701 000 00 00"));
  if (const auto url = parse_observable(ObservableKind::Url, "https://a.example.org/")) {
    static_cast<void>(registrable_domain(*url));
    static_cast<void>(on_shared_host(*url));
  }
}

Result<ReadingOptions> feed_options(const Incoming& incoming, std::string_view bytes) {
  ReadingOptions options;
  options.format = Format::Feed;
  options.feed = incoming.feed;
  options.matter = incoming.matter;
  TRY(check_given(incoming.given));
  options.given = incoming.given;
  options.given.set("feed.name", incoming.source);
  options.given.set("time.observation", to_rfc3339(incoming.received_at));
  for (const std::string_view line : split(bytes.substr(0, kHeadLimit), '\n')) {
    if (valid_utf8(line)) options.head += std::string(line) + "\n";
  }
  options.csv_header = feed_header(*incoming.feed, bytes);
  if (options.csv_header.size() > kKeptLimit || !valid_utf8(options.csv_header))
    return fail(Fault::Malformed, "the header is longer than 64 KiB or not UTF-8", incoming.file_name);
  if (const MissingColumns missing = missing_columns(*incoming.feed, options.csv_header); missing.all)
    return fail(Fault::Malformed,
                "the header has none of the columns that the profile names, like '" +
                    printable(missing.names.front(), 40) + "'; did the feed change?",
                incoming.file_name);
  return options;
}

std::string write_options(const ReadingOptions& options) {
  Json json;
  json.set("format", kFormats[static_cast<std::size_t>(options.format)]);
  if (options.matter) json.set("matter", options.matter->id());
  if (options.format == Format::Csv) json.set("header", options.csv_header);
  if (const auto& profile = options.profile) {
    Json columns;
    columns.set("kind", name(profile->kind));
    columns.set("value", profile->value_column);
    columns.set("seen_at", profile->seen_at_column);
    columns.set("category", profile->category_column);
    columns.set("token", profile->token_column);
    columns.set("port", profile->port_column);
    columns.set("delimiter", std::string(1, profile->delimiter));
    json.set("profile", std::move(columns));
  }
  if (options.feed) {
    json.set("feed", options.feed->json());
    json.set("given", options.given);
    json.set("head", options.head);
    json.set("header", options.csv_header);
  }
  return to_text(json);
}

Result<ReadingOptions> read_options(std::string_view text) {
  const Json json = TRY(parse_json(text));
  ReadingOptions options;
  const std::string format = TRY(json.text("format"));
  std::size_t index = 0;
  while (index < std::size(kFormats) && kFormats[index] != format) ++index;
  if (index == std::size(kFormats)) return fail(Fault::Malformed, "no format '" + printable(format, 40) + "'");
  options.format = static_cast<Format>(index);
  if (json.find("matter") != nullptr) options.matter = TRY(parse_matter(TRY(json.text("matter"))));
  if (const Json* profile = json.find("profile")) options.profile = TRY(read_csv_profile(*profile));
  options.csv_header = json.text_or("header");
  if (const Json* feed = json.find("feed")) {
    options.feed = TRY(FeedProfile::read(*feed));
    if (const Json* given = json.find("given")) options.given = *given;
    options.head = json.text_or("head");
  }
  return options;
}

std::string parse_record(std::string_view options, std::string_view record) {
  const Known& known = know(options);
  if (known.options && known.options->feed) return write_feed_answers(*known.options->feed, known.batch, record);
  const bool mail = known.options && known.options->format == Format::Mail;
  return write_answers(mail ? read_mail_record(known.options->matter, record)
                            : std::vector<Reading>{read_record(known, record)});
}

}  // namespace cordon
