// The two ways a written mail leaves: into a Maildir on this machine, or to an SMTP server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Delivers into `maildir`/new (cur, new and tmp are made if missing), fsynced before it returns. The file's
// name is derived from message_id alone, so a second delivery of the same mail finds the first in new/ or
// cur/ (whatever flags a reader put after ":2,") and changes nothing.
enum class Delivered { Now, Already };
Result<Delivered> deliver_to_maildir(const std::string& maildir, std::string_view message_id, std::string_view mail);

// Hands one mail to an SMTP server through libcurl. Unavailable: try again; Refused: the server said no for
// good (5xx), its text in the message. TLS is demanded unless the host is loopback.
struct SmtpServer {
  std::string url;       // "smtp://mail.example.net:587" or "smtps://…"
  std::string user;      // empty: no authentication
  std::string password;
};
Result<std::string> send_by_smtp(const SmtpServer& server, const std::string& from, const std::string& to,
                                 std::string_view mail);  // the server's last line

}  // namespace cordon
