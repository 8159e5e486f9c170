// Handing mails to an SMTP server (RFC 5321) through libcurl.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

struct SmtpServer {
  std::string url;   // "smtp://mail.example.net:587" or "smtps://…"
  std::string user;  // empty: no authentication
  std::string password;
  std::string authorities = {};  // a PEM file of whom TLS trusts instead of the system's authorities
};

// What a server made of one mail. A 5xx is an answer about this recipient or this mail only after it was named: one
// before that is about us, and says nothing of anybody's address.
enum class SmtpOutcome {
  Taken,    // 250 behind the mail
  Later,    // 4xx at this recipient or this mail
  Never,    // 5xx at this recipient or this mail
  Unknown,  // the mail was sent whole, and no answer came: it may have been taken
};
struct SmtpAnswer {
  SmtpOutcome outcome;
  std::string line;  // the server's last one, printable, at most 300 bytes; of Unknown, why none came
};

// Keeps its connection for the next mail. One thread at a time.
class SmtpTalk {
 public:
  explicit SmtpTalk(SmtpServer server);
  ~SmtpTalk();
  SmtpTalk(SmtpTalk&&) noexcept;
  SmtpTalk& operator=(SmtpTalk&&) noexcept;

  // One mail to one recipient; `from` is the envelope's sender, to which failures come back. Unavailable: the server
  // was not reached, or takes nothing from us now, so the next mail need not be tried; Malformed: an address is no
  // plain local@domain, or a line of the mail does not end in CRLF; Usage: the URL is not one of ours. TLS with a
  // verified certificate is demanded unless the host is loopback and no authorities are named.
  Result<SmtpAnswer> send(const std::string& from, const std::string& to, std::string_view mail);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

// One mail, one talk; gives the server's last line. Unavailable: try again; Refused: the server said no for good, its
// line in the message.
Result<std::string> send_by_smtp(const SmtpServer& server, const std::string& from, const std::string& to,
                                 std::string_view mail);

}  // namespace cordon
