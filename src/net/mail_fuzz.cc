// Laws: whatever comes, the reader answers within its bounds and its text is UTF-8; and what the writer
// writes, the reader gives back.
#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "net/mail.h"

namespace {

using cordon::Mail;

void check_bounds(std::string_view input, const Mail& mail) {
  CORDON_CHECK(mail.parts.size() <= 100, "at most 100 parts");
  CORDON_CHECK(mail.headers.size() <= 1000, "at most 1000 headers");
  CORDON_CHECK(mail.enclosed_headers.size() <= 200, "no more enclosed mails than containers");
  std::size_t bytes = 0;
  for (const auto& [name, value] : mail.headers) {
    CORDON_CHECK(cordon::valid_utf8(name) && cordon::valid_utf8(value), "headers are UTF-8");
  }
  for (const cordon::MailPart& part : mail.parts) {
    CORDON_CHECK(part.enclosed >= 0 && part.enclosed <= 20, "at most 20 levels");
    CORDON_CHECK(cordon::valid_utf8(part.type) && cordon::valid_utf8(part.file_name), "names are UTF-8");
    const bool is_text = part.type.starts_with("text/");
    CORDON_CHECK(!is_text || cordon::valid_utf8(part.bytes), "text is UTF-8");
    bytes += part.bytes.size();
  }
  CORDON_CHECK(bytes <= 8 * input.size() + 64, "what comes out is bounded by what went in");
}

// The line ends that quoted-printable writes.
std::string with_crlf(std::string_view text) {
  return cordon::replace_all(cordon::replace_all(std::string(text), "\r\n", "\n"), "\n", "\r\n");
}

void check_round_trip(std::string_view subject, std::string_view text, std::string_view bytes) {
  const cordon::MailHeaders headers = {"desk@example.org",
                                       "abuse@example.net",
                                       "",
                                       std::string(subject),
                                       "1@example.org",
                                       "Tue, 24 Nov 2026 01:02:03 +0000",
                                       {{"X-More", std::string(subject)}}};
  const std::string body = cordon::write_body_part({{"text/plain; charset=utf-8", "en", "", "", std::string(text)},
                                                    {"application/json", "", "a b.json", "", std::string(bytes)}});
  const auto written = cordon::write_mail(headers, body, {{"text/csv; charset=utf-8", "", "", "", std::string(text)}});
  if (!written) return;
  CORDON_CHECK(written->find(body) != std::string::npos, "the body part stands inside byte for byte");
  const auto back = cordon::read_mail(*written);
  CORDON_CHECK(back && back->parts.size() == 3, "three parts were written");
  CORDON_CHECK(back->header("Subject") == subject && back->header("X-More") == subject, "headers come back");
  CORDON_CHECK(back->parts[1].bytes == bytes && back->parts[1].file_name == "a b.json", "bytes come back");
  if (!cordon::valid_utf8(text)) return;
  CORDON_CHECK(back->parts[0].bytes == with_crlf(text) && back->parts[2].bytes == with_crlf(text), "text comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto mail = cordon::read_mail(input)) check_bounds(input, *mail);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view rest = input.substr(std::min(line + 1, input.size()));
  check_round_trip(input.substr(0, line), rest, input);
  return 0;
}
