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
};

const Known& know(std::string_view text) {
  static thread_local Known known;
  if (known.options && known.text == text) return known;
  known = Known{std::string(text), std::nullopt, std::nullopt};
  if (auto options = read_options(text)) known.options = std::move(*options);
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
    case Format::Csv:
      break;
  }
  if (!known.columns) return refuse("malformed", "the header does not say what the columns hold");
  return read_csv_row(*known.columns, matter, record);
}

// Opens now what the libraries read on first use: no file can be opened behind the walls.
void prepare() {
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

const RegisterWorker kReportWorker{{"report", prepare, parse_record}};

constexpr std::string_view kFormats[] = {"csv", "json_lines", "json_document", "mail", "list", "text", "form"};

}  // namespace

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
  return options;
}

std::string parse_record(std::string_view options, std::string_view record) {
  const Known& known = know(options);
  const bool mail = known.options && known.options->format == Format::Mail;
  return write_answers(mail ? read_mail_record(known.options->matter, record)
                            : std::vector<Reading>{read_record(known, record)});
}

}  // namespace cordon
