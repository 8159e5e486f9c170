// What a mail, or a part of one, is made of. Laws: there is an answer, and the desk believes it as it was given; what
// is kept is redacted already; a hotline's matter leaves nothing. The first byte says which reader gets the rest.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "net/mail.h"
#include "report/forwarded.h"
#include "report/mail_report.h"
#include "report/mail_tables.h"
#include "report/redact.h"
#include "report/xarf.h"

namespace {

using cordon::Reading;

void check(const std::vector<Reading>& readings) {
  for (const Reading& reading : readings) {
    if (reading.code == "csam") {
      CORDON_CHECK(reading.token.empty() && reading.kept.empty(), "nothing is left of a hotline's matter");
    } else if (!reading.code.empty()) {
      CORDON_CHECK(!reading.reason.empty() && reading.kept.empty(), "a refusal has its reason and keeps nothing");
    } else {
      CORDON_CHECK(reading.matter && !reading.observables.empty(), "a report is about something");
      CORDON_CHECK(reading.kept.size() <= cordon::kKeptLimit, "what is kept is bounded");
      const std::string again = cordon::redact(reading.kept, reading.observables, cordon::Phones::Keep);
      CORDON_CHECK(again == reading.kept, "what is kept is redacted");
    }
  }
  if (readings.empty()) return;
  constexpr cordon::Instant kFar{253'402'300'700'000};
  const auto believed = cordon::read_answers(cordon::write_answers(readings), kFar);
  CORDON_CHECK(believed && believed->size() == readings.size(), "what was read is believed");
  for (std::size_t i = 0; i < readings.size(); ++i) {
    CORDON_CHECK((*believed)[i].code == readings[i].code && (*believed)[i].observables == readings[i].observables &&
                     (*believed)[i].kept == readings[i].kept,
                 "and says the same");
  }
}

std::vector<Reading> one(Reading reading) {
  std::vector<Reading> readings;
  readings.push_back(std::move(reading));
  return readings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::optional<Matter> matter = data[0] >= 0x80 ? std::optional<Matter>(Category::Phishing) : std::nullopt;
  switch (data[0] & 7) {
    case 0:
      if (const auto mail = read_mail(text)) {
        const auto readings = read_mail_report(matter, *mail);
        CORDON_CHECK(!readings.empty(), "a mail has an answer");
        check(readings);
      }
      break;
    case 1:
      check(read_csv_attachment(matter, "2026-01-02-scan_ntp-example.csv", text, text));
      break;
    case 2:
      check(read_drawn_table(text));
      break;
    case 3:
      check(read_url_list(text));
      break;
    case 4:
      check(read_address_lists(text));
      break;
    case 5:
      check(read_finding_fields(text));
      break;
    case 6:
      if (const Fields fields = read_fields(text); is_xarf_lines(fields)) check(one(read_xarf_lines(fields, {})));
      break;
    default:
      if (const auto inside = passed_on_inline(text))
        CORDON_CHECK(inside->text.size() <= text.size() + 1 + 9 * 64, "a mail inside is no larger than the one around");
      if (const auto record = parse_json(text); record && record->object() != nullptr && is_xarf(*record))
        check(one(read_xarf(*record)));
      break;
  }
  return 0;
}
