// Handing a mail to an SMTP server (RFC 5321) through libcurl.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

struct SmtpServer {
  std::string url;   // "smtp://mail.example.net:587" or "smtps://…"
  std::string user;  // empty: no authentication
  std::string password;
};

// One mail to one recipient; gives the server's last line. Unavailable: try again (4xx, no connection, a
// login that was not accepted); Refused: the server said no for good (5xx), its line in the message;
// Malformed: an address is no plain local@domain, or a line of the mail does not end in CRLF; Usage: the
// URL is not one of ours. TLS with a verified certificate is demanded unless the host is loopback.
Result<std::string> send_by_smtp(const SmtpServer& server, const std::string& from, const std::string& to,
                                 std::string_view mail);

}  // namespace cordon
