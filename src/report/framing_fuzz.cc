// Records are slices in their order, and what lies between them is separators only: no byte of a file is
// read twice or lost. CSV fields that are written are read back as they were.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "report/csv.h"
#include "report/framing.h"

using cordon::Format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Format format :
       {Format::Csv, Format::JsonLines, Format::JsonDocument, Format::List, Format::Mail, Format::Text}) {
    const auto records = cordon::frame(format, text);
    CORDON_CHECK(records, "a small file has no million records");
    std::size_t end = 0;
    const auto between = [&](std::size_t start) {
      for (const std::string_view line : cordon::split(text.substr(end, start - end), '\n')) {
        const std::string_view rest = cordon::trim(line);
        const bool comment = rest.starts_with('#') && (format == Format::List || format == Format::Csv);
        const bool brackets =
            format == Format::JsonDocument && rest.find_first_not_of("[], \t\r\v\f") == std::string_view::npos;
        const bool from = format == Format::Mail && cordon::is_mbox_line(line);
        CORDON_CHECK(rest.empty() || comment || brackets || from, "only separators lie between records");
      }
    };
    for (const std::string_view record : *records) {
      CORDON_CHECK(!record.empty(), "no record is empty");
      const auto start = static_cast<std::size_t>(record.data() - text.data());
      CORDON_CHECK(start >= end && start + record.size() <= size, "records come in their order");
      between(start);
      end = start + record.size();
    }
    between(size);
  }
  if (const auto fields = cordon::parse_csv_record(text, ',')) {
    const auto again = cordon::parse_csv_record(cordon::write_csv_record(*fields, ','), ',');
    CORDON_CHECK(again && *again == *fields, "written fields are read back");
  }
  return 0;
}
