#include "net/page_look.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "net/curl.h"

namespace cordon::http {

namespace {

// Names nobody, and no program that somebody runs: the page must not learn who looks.
constexpr const char* kPlainAgent = "Mozilla/5.0";

struct PageTalk {
  PageAsked asked;
  PageSeen seen;
  std::size_t head_bytes = 0;
  bool head_is_whole = false, too_much = false;
};

std::size_t take_page_line(char* bytes, std::size_t size, std::size_t count, void* talk) {
  auto* of = static_cast<PageTalk*>(talk);
  const std::string_view line(bytes, size * count);
  of->head_bytes += line.size();
  of->too_much = of->head_bytes > kLargestPageHead;
  if (of->too_much) return 0;
  if (line.starts_with("HTTP/")) {  // a 1xx came before
    of->seen.location.clear();
    of->head_is_whole = false;
  }
  if (trim(line).empty()) of->head_is_whole = true;
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && lower_ascii(line.substr(0, colon)) == "location")
    of->seen.location = trim(line.substr(colon + 1));
  return line.size();
}

// What is beyond the most is not read: the talk ends there.
std::size_t take_page_bytes(char* bytes, std::size_t size, std::size_t count, void* talk) {
  auto* of = static_cast<PageTalk*>(talk);
  std::string& body = of->seen.body;
  const std::size_t more = size * count, room = kLargestPage - body.size();
  body.append(bytes, std::min(more, room));
  of->too_much = more > room;
  return of->too_much ? 0 : more;
}

// The address that was chosen and no other, whatever libcurl made of the URL.
curl_socket_t open_chosen(void* talk, curlsocktype, curl_sockaddr* to) {
  auto* of = static_cast<PageTalk*>(talk);
  std::array<std::uint8_t, 16> bytes{};
  char text[INET6_ADDRSTRLEN] = "";
  if (to->family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(&to->addr)->sin_addr, 4);
    inet_ntop(AF_INET, bytes.data(), &text[0], sizeof text);
  } else if (to->family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&to->addr)->sin6_addr, 16);
  }
  std::array<std::uint8_t, 16> chosen{};
  const bool v4 = inet_pton(AF_INET, of->asked.address.c_str(), chosen.data()) == 1;
  const bool known = v4 || inet_pton(AF_INET6, of->asked.address.c_str(), chosen.data()) == 1;
  const bool same = known && to->family == (v4 ? AF_INET : AF_INET6) && bytes == chosen;
  if (!same || !of->asked.may_connect(v4, bytes)) {
    of->seen.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

}  // namespace

PageSeen look_at(const PageAsked& asked) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  CORDON_CHECK(kReady == CURLE_OK, "libcurl must start");
  const CurlOwned<CURL> handle(curl_easy_init());
  CORDON_CHECK(handle != nullptr, "libcurl must start");
  CURL* curl = handle.get();
  const auto set = [&](CURLoption option, auto value) {
    CORDON_CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "libcurl must know its own options");
  };
  PageTalk talk{asked, {}};
  const bool v6 = asked.address.find(':') != std::string::npos;
  const CurlOwned<curl_slist> all_go_there(
      curl_slist_append(nullptr, ("::" + (v6 ? "[" + asked.address + "]" : asked.address) + ":").c_str()));

  set(CURLOPT_URL, asked.url.c_str());
  set(CURLOPT_CONNECT_TO, all_go_there.get());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_USERAGENT, kPlainAgent);
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, kLongestPageSeconds);
  set(CURLOPT_CONNECTTIMEOUT, kLongestPageSeconds / 2);
  // Whose certificate it is says nothing of whether the page is there; it is recorded and decides nothing.
  set(CURLOPT_SSL_VERIFYPEER, 0L);
  set(CURLOPT_SSL_VERIFYHOST, 0L);
  set(CURLOPT_HEADERFUNCTION, &take_page_line);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&talk));
  set(CURLOPT_WRITEFUNCTION, &take_page_bytes);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&talk));
  set(CURLOPT_OPENSOCKETFUNCTION, &open_chosen);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&talk));

  const CURLcode outcome = curl_easy_perform(curl);
  long status = 0, verified = 1, why = 0;
  curl_off_t connected = 0, shaken = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verified);
  curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &why);
  curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &shaken);

  PageSeen& seen = talk.seen;
  using Reached = PageSeen::Reached;
  if (talk.head_is_whole && status >= 200) {
    seen.reached = Reached::Answer;
    seen.status = static_cast<int>(status);
    seen.whole = outcome == CURLE_OK;
  } else if (shaken > 0) {
    seen.reached = Reached::Handshake;
  } else if (connected > 0) {
    seen.reached = Reached::Connection;
  } else {
    seen.refused = why == ECONNREFUSED;
  }
  seen.certificate_holds = shaken > 0 && verified == 0;
  if (seen.reached != Reached::Answer) {
    seen.location.clear();
    seen.body.clear();
  }
  return std::move(talk.seen);
}

}  // namespace cordon::http
