// Mail: read by GMime inside a confined worker, written by our own hand because officers approve the
// digest of the exact bytes (RFC 5322, 2045 to 2049).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon {

// One leaf part of a mail, depth first, transfer encoding removed. Text parts are UTF-8 (charset
// converted; what cannot be converted becomes U+FFFD); other parts are bytes as they were.
struct MailPart {
  std::string type;                 // lower case, "text/plain", "message/feedback-report"
  std::string file_name;            // may be empty
  std::string bytes;
  int enclosed = 0;                 // 0: the mail itself; 1: inside a message/rfc822 part of it; …
};

struct Mail {
  std::vector<std::pair<std::string, std::string>> headers;  // decoded to UTF-8, in order, outermost mail
  std::vector<std::vector<std::pair<std::string, std::string>>> enclosed_headers;  // of each message/rfc822 or text/rfc822-headers part
  std::vector<MailPart> parts;
  std::string header(std::string_view name) const;           // first, ASCII case ignored; empty if none
};

// Bounded: 25 MiB, 100 parts, 20 levels, 1000 headers; more is Malformed. Call prepare_mail_reader()
// once before the walls of a confined worker go up; it loads character set tables.
void prepare_mail_reader();
Result<Mail> read_mail(std::string_view bytes);

// A body part to be written: text parts are quoted-printable UTF-8, others base64 or 7bit JSON.
struct OutgoingPart {
  std::string type;         // "text/plain; charset=utf-8", "application/json; …"
  std::string language;     // Content-Language, may be empty
  std::string file_name;    // Content-Disposition: attachment when set
  std::string description;  // Content-Description, ASCII, may be empty
  std::string bytes;
};

// The bytes of one multipart/mixed body part with its own Content-Type header: what officers approve and
// what the log commits to. CRLF line ends, lines ≤ 76, boundary derived from the content's digest, so equal
// parts give equal bytes.
std::string write_body_part(const std::vector<OutgoingPart>& parts);

// The whole mail: envelope headers, then multipart/mixed of exactly `body_part` (byte for byte) and the
// attachments that came after approval (the inclusion proof). Malformed when a header holds a control
// byte or an address is no plain local@domain.
struct MailHeaders {
  std::string from, to, reply_to, subject, message_id, date;  // message_id without <>; date RFC 5322
  std::vector<std::pair<std::string, std::string>> more;      // "Auto-Submitted", "List-Id", …
};
Result<std::string> write_mail(const MailHeaders& headers, std::string_view body_part,
                               const std::vector<OutgoingPart>& attachments);

std::string rfc5322_date(std::int64_t ms_since_1970);  // UTC, "Tue, 24 Nov 2026 01:02:03 +0000"

}  // namespace cordon
