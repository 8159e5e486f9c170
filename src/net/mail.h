// Mail: read by GMime inside a confined worker, written by our own hand because officers approve the
// digest of the exact bytes (RFC 5322, 2045 to 2049).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon {

// One leaf part of a mail, depth first, transfer encoding removed. Text parts are UTF-8 (charset
// converted; what cannot be converted becomes U+FFFD); other parts are bytes as they were.
struct MailPart {
  std::string type;       // lower case, "text/plain", "message/feedback-report"
  std::string file_name;  // may be empty
  std::string bytes;
  int enclosed = 0;  // 0: the mail itself; 1: inside a message/rfc822 part of it; …
};

struct Mail {
  std::vector<std::pair<std::string, std::string>> headers;  // decoded to UTF-8, in order, outermost mail
  // Of each message/rfc822 or text/rfc822-headers part, in the order they come.
  std::vector<std::vector<std::pair<std::string, std::string>>> enclosed_headers;
  std::vector<MailPart> parts;
  std::string header(std::string_view name) const;  // first, ASCII case ignored; empty if none
};

// Bounded: 25 MiB, 100 parts, 20 levels, 1000 headers in one block; more is Malformed, and nothing else is:
// without a header all of it is one text part. Call prepare_mail_reader() once before the walls of a
// confined worker go up; it loads the tables of character sets that mail uses.
void prepare_mail_reader();
Result<Mail> read_mail(std::string_view bytes);

// A body part to be written. Text parts become quoted-printable with CRLF line ends; others stay 7bit when
// their bytes are short ASCII lines that no mail server touches, and become base64 otherwise.
struct OutgoingPart {
  std::string type;         // "text/plain; charset=utf-8", "application/json; …"
  std::string language;     // Content-Language, may be empty
  std::string file_name;    // Content-Disposition: attachment when set; ASCII, at most 60, no quotes
  std::string description;  // Content-Description, ASCII, may be empty
  std::string bytes;
};

// The bytes of one multipart/mixed body part with its own Content-Type header: what officers approve and
// what the log commits to. CRLF line ends, lines ≤ 76, boundary derived from the content's digest, so equal
// parts give equal bytes. `parts` comes from our own code: none, or a field that breaks a header, ends the process.
std::string write_body_part(const std::vector<OutgoingPart>& parts);

// The whole mail: envelope headers, then multipart/mixed of exactly `body_part` (byte for byte) and the
// attachments that came after approval (the inclusion proof). Malformed when a header holds a control
// byte or broken UTF-8, stands twice, or an address is no plain local@domain, or when body_part is not
// short 7bit lines that end in CRLF.
struct MailHeaders {
  std::string from, to, reply_to, subject, message_id, date;  // message_id without <>; date RFC 5322
  std::vector<std::pair<std::string, std::string>> more;      // "Auto-Submitted", "List-Id", …
};
Result<std::string> write_mail(const MailHeaders& headers, std::string_view body_part,
                               const std::vector<OutgoingPart>& attachments);

// A mail of write_mail() after its journey: what carriers may do to it is undone, and nothing else is forgiven.
//   May have changed: any header but Content-Type; line ends (LF for CR LF); blank lines at the very end.
// Malformed says what else is not as write_mail() writes it. At most 8 MiB.
struct SentMail {
  std::vector<std::pair<std::string, std::string>> headers;    // unfolded, names in lower case, in order
  std::string body_part;                                       // byte for byte what write_mail() was given
  std::string attachment;                                      // the bytes of the one attachment
  std::string header(std::string_view lower_case_name) const;  // the first of that name; empty if there is none
};
Result<SentMail> read_sent_mail(std::string_view bytes, const OutgoingPart& attachment);  // its bytes are not looked at

// "abuse@example.net": a dot-atom, '@' and ASCII labels (RFC 5321 4.1.2); no quotes, no address literal.
bool is_plain_address(std::string_view text);

std::string rfc5322_date(std::int64_t ms_since_1970);  // UTC, "Tue, 24 Nov 2026 01:02:03 +0000"

}  // namespace cordon
