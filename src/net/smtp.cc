#include "net/smtp.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "net/curl.h"
#include "net/mail.h"

namespace cordon {
namespace {

constexpr long kSeconds = 30;

// Bare CR or LF could end the mail early at some servers and start another in our name (SMTP smuggling).
bool lines_end_in_crlf(std::string_view mail) {
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail[i] == '\r' && (i + 1 == mail.size() || mail[i + 1] != '\n')) return false;
    if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) return false;
  }
  return mail.ends_with("\r\n");
}

std::size_t give(char* into, std::size_t size, std::size_t count, void* rest) {
  std::string_view& mail = *static_cast<std::string_view*>(rest);
  const std::size_t take = std::min(mail.size(), size * count);
  std::memcpy(into, mail.data(), take);
  mail.remove_prefix(take);
  return take;
}

// How far a talk came: what an answer is about hangs on it.
enum class Reached { Nothing, Recipient, Mail };

struct Heard {
  Reached reached = Reached::Nothing;
  std::string last;  // the last line that speaks of the mail; "221" only says goodbye
};

// libcurl tells each command and each answer here, as they cross the line.
int hear(CURL*, curl_infotype kind, char* text, std::size_t size, void* into) {
  Heard& heard = *static_cast<Heard*>(into);
  const std::string_view line(text, size);
  if (kind == CURLINFO_HEADER_IN && !line.starts_with("221")) heard.last = printable(trim(line), 300);
  if (kind != CURLINFO_HEADER_OUT) return 0;
  if (line.starts_with("MAIL ")) heard.reached = Reached::Nothing;
  if (line.starts_with("RCPT ")) heard.reached = Reached::Recipient;
  if (line.starts_with("DATA")) heard.reached = Reached::Mail;
  return 0;
}

}  // namespace

struct SmtpTalk::Handle {
  SmtpServer server;
  Heard heard;  // outlives the handle, whose end still says QUIT
  CurlOwned<CURL> curl;
};

SmtpTalk::SmtpTalk(SmtpServer server) : handle_(std::make_unique<Handle>()) { handle_->server = std::move(server); }
SmtpTalk::~SmtpTalk() = default;
SmtpTalk::SmtpTalk(SmtpTalk&&) noexcept = default;
SmtpTalk& SmtpTalk::operator=(SmtpTalk&&) noexcept = default;

Result<SmtpAnswer> SmtpTalk::send(const std::string& from, const std::string& to, std::string_view mail) {
  if (!is_plain_address(from)) return fail(Fault::Malformed, "the sender is no plain local@domain");
  if (!is_plain_address(to)) return fail(Fault::Malformed, "the recipient is no plain local@domain");
  if (!lines_end_in_crlf(mail)) return fail(Fault::Malformed, "every line of a mail to be sent must end in CRLF");
  const SmtpServer& server = handle_->server;
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  const CurlOwned<CURLU> url(curl_url());
  if (!handle_->curl && kReady == CURLE_OK) handle_->curl.reset(curl_easy_init());
  CURL* curl = handle_->curl.get();
  if (!url || curl == nullptr) return fail(Fault::Unavailable, "libcurl could not start");
  if (curl_url_set(url.get(), CURLUPART_URL, server.url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return fail(Fault::Usage, "expected an SMTP server such as smtp://mail.example.net:587", printable(server.url));
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME), host = part_of(url.get(), CURLUPART_HOST);
  if ((scheme != "smtp" && scheme != "smtps") || !part_of(url.get(), CURLUPART_USER).empty()) {
    return fail(Fault::Usage, "expected smtp:// or smtps:// and a host, without a user name", printable(host));
  }
  const CurlOwned<curl_slist> recipients(curl_slist_append(nullptr, to.c_str()));
  if (!recipients) return fail(Fault::Unavailable, "libcurl has no memory");

  curl_easy_reset(curl);  // its connection stays
  const auto set = [&](CURLoption option, auto value) {
    CORDON_CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "libcurl must know its own options");
  };
  char reason[CURL_ERROR_SIZE] = "";
  std::string_view rest = mail;
  Heard& heard = handle_->heard;
  heard = {};
  const bool in_plain = is_loopback(host) && server.authorities.empty();
  set(CURLOPT_CURLU, url.get());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");  // nothing in the environment may reroute mail
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kSeconds);
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kSeconds);
  set(CURLOPT_TIMEOUT, 4 * kSeconds);  // the whole talk, however slowly its bytes drip
  set(CURLOPT_USE_SSL, static_cast<long>(in_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!server.authorities.empty()) set(CURLOPT_CAINFO, server.authorities.c_str());
  if (!server.user.empty()) {
    set(CURLOPT_USERNAME, server.user.c_str());
    set(CURLOPT_PASSWORD, server.password.c_str());
  }
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &give);
  set(CURLOPT_READDATA, static_cast<void*>(&rest));
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size()));
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, &hear);
  set(CURLOPT_DEBUGDATA, static_cast<void*>(&heard));
  set(CURLOPT_ERRORBUFFER, &reason[0]);

  const CURLcode outcome = curl_easy_perform(curl);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));  // QUIT comes when this frame is gone
  const std::string answer = heard.last;
  if (outcome == CURLE_OK) return SmtpAnswer{SmtpOutcome::Taken, answer};
  // What was heard may be of the mail before, over the same connection, where this talk heard nothing.
  long code = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  const std::string why = printable(reason[0] == '\0' ? curl_easy_strerror(outcome) : reason, 300);
  handle_->curl.reset();  // whatever state it is in, the next talk begins anew
  if (outcome == CURLE_LOGIN_DENIED) return fail(Fault::Unavailable, "the login was not accepted: " + answer, host);
  const bool about_this_mail = heard.reached != Reached::Nothing && code != 421;  // 421: the server goes away
  if (about_this_mail && code >= 500 && code < 600) return SmtpAnswer{SmtpOutcome::Never, answer};
  if (about_this_mail && code >= 400 && code < 500) return SmtpAnswer{SmtpOutcome::Later, answer};
  if (heard.reached == Reached::Mail && code == 354 && rest.empty()) return SmtpAnswer{SmtpOutcome::Unknown, why};
  return fail(Fault::Unavailable, why + (code >= 400 ? ": " + answer : ""), host);
}

Result<std::string> send_by_smtp(const SmtpServer& server, const std::string& from, const std::string& to,
                                 std::string_view mail) {
  SmtpAnswer answer = TRY(SmtpTalk(server).send(from, to, mail));
  switch (answer.outcome) {
    case SmtpOutcome::Taken:
      return std::move(answer.line);
    case SmtpOutcome::Never:
      return fail(Fault::Refused, std::move(answer.line));
    case SmtpOutcome::Later:
    case SmtpOutcome::Unknown:
      break;
  }
  return fail(Fault::Unavailable, std::move(answer.line));
}

}  // namespace cordon
