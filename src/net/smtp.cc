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

// Keeps the last line that speaks of the mail; "221" only says goodbye.
std::size_t note_line(char* text, std::size_t size, std::size_t count, void* last) {
  const std::string_view line(text, size * count);
  if (!line.starts_with("221")) *static_cast<std::string*>(last) = printable(trim(line), 300);
  return size * count;
}

}  // namespace

Result<std::string> send_by_smtp(const SmtpServer& server, const std::string& from, const std::string& to,
                                 std::string_view mail) {
  if (!is_plain_address(from)) return fail(Fault::Malformed, "the sender is no plain local@domain");
  if (!is_plain_address(to)) return fail(Fault::Malformed, "the recipient is no plain local@domain");
  if (!lines_end_in_crlf(mail)) return fail(Fault::Malformed, "every line of a mail to be sent must end in CRLF");
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  const CurlOwned<CURLU> url(curl_url());
  std::string last;  // outlives the handle, whose end still says QUIT
  const CurlOwned<CURL> curl(kReady == CURLE_OK ? curl_easy_init() : nullptr);
  if (!url || !curl) return fail(Fault::Unavailable, "libcurl could not start");
  if (curl_url_set(url.get(), CURLUPART_URL, server.url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return fail(Fault::Usage, "expected an SMTP server such as smtp://mail.example.net:587", printable(server.url));
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME), host = part_of(url.get(), CURLUPART_HOST);
  if ((scheme != "smtp" && scheme != "smtps") || !part_of(url.get(), CURLUPART_USER).empty()) {
    return fail(Fault::Usage, "expected smtp:// or smtps:// and a host, without a user name", printable(host));
  }
  const CurlOwned<curl_slist> recipients(curl_slist_append(nullptr, to.c_str()));
  if (!recipients) return fail(Fault::Unavailable, "libcurl has no memory");

  const auto set = [&](CURLoption option, auto value) {
    CORDON_CHECK(curl_easy_setopt(curl.get(), option, value) == CURLE_OK, "libcurl must know its own options");
  };
  char reason[CURL_ERROR_SIZE] = "";
  std::string_view rest = mail;
  set(CURLOPT_CURLU, url.get());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");  // nothing in the environment may reroute mail
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kSeconds);
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kSeconds);
  set(CURLOPT_TIMEOUT, 4 * kSeconds);  // the whole talk, however slowly its bytes drip
  set(CURLOPT_USE_SSL, static_cast<long>(is_loopback(host) ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
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
  set(CURLOPT_HEADERFUNCTION, &note_line);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&last));
  set(CURLOPT_ERRORBUFFER, &reason[0]);

  const CURLcode outcome = curl_easy_perform(curl.get());
  const std::string answer = last;
  if (outcome == CURLE_OK) return answer;
  long code = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
  if (outcome == CURLE_LOGIN_DENIED) return fail(Fault::Unavailable, "the login was not accepted: " + answer, host);
  if (code >= 500 && code < 600) return fail(Fault::Refused, answer, host);
  const std::string why = reason[0] == '\0' ? curl_easy_strerror(outcome) : reason;
  return fail(Fault::Unavailable, printable(why, 300) + (code >= 400 ? ": " + answer : ""), host);
}

}  // namespace cordon
