#include "net/http_client.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "net/curl.h"

namespace cordon::http {

namespace {

constexpr long kSecondsToConnect = 10;
constexpr long kSecondsOfSilence = 20;
constexpr std::size_t kMostHeaders = 64u << 10;  // bytes

// What of a talk is still to be sent, and what has come.
struct Talk {
  std::string_view body, rest;
  std::size_t largest = 0, header_bytes = 0;
  bool too_large = false;
  Answer answer;
};

std::size_t give(char* into, std::size_t size, std::size_t count, void* talk) {
  std::string_view& rest = static_cast<Talk*>(talk)->rest;
  const std::size_t take = std::min(rest.size(), size * count);
  std::memcpy(into, rest.data(), take);
  rest.remove_prefix(take);
  return take;
}

// libcurl sends a body again when the connection that it kept turns out to be gone.
int go_back(void* talk, curl_off_t at, int whence) {
  auto* of = static_cast<Talk*>(talk);
  if (whence != SEEK_SET || at < 0 || static_cast<std::size_t>(at) > of->body.size()) return CURL_SEEKFUNC_CANTSEEK;
  of->rest = of->body.substr(static_cast<std::size_t>(at));
  return CURL_SEEKFUNC_OK;
}

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* talk) {
  auto* of = static_cast<Talk*>(talk);
  const std::size_t more = size * count;
  if (more > of->largest - of->answer.body.size()) {
    of->too_large = true;
    return 0;
  }
  of->answer.body.append(bytes, more);
  return more;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* talk) {
  auto* of = static_cast<Talk*>(talk);
  const std::string_view line(bytes, size * count);
  of->header_bytes += line.size();
  if (of->header_bytes > kMostHeaders) {
    of->too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) of->answer.headers.clear();  // 100 Continue came before
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos)
    of->answer.headers.emplace_back(lower_ascii(line.substr(0, colon)), trim(line.substr(colon + 1)));
  return line.size();
}

struct Gate {
  bool (*may_connect)(bool v4, const std::array<std::uint8_t, 16>& address);
  bool refused = false;
};

curl_socket_t open_if_it_may(void* gate, curlsocktype, curl_sockaddr* to) {
  auto* of = static_cast<Gate*>(gate);
  std::array<std::uint8_t, 16> bytes{};
  if (to->family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(&to->addr)->sin_addr, 4);
  } else if (to->family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&to->addr)->sin6_addr, 16);
  }
  if ((to->family != AF_INET && to->family != AF_INET6) || !of->may_connect(to->family == AF_INET, bytes)) {
    of->refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

int go_on(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

}  // namespace

std::string Answer::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

Result<Address> parse_address(const std::string& url) {
  const Error wrong =
      fail(Fault::Usage, "expected https:// or http:// and a host, without a user name", printable(url));
  const CurlOwned<CURLU> read(curl_url());
  if (!read || curl_url_set(read.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return wrong;
  Address address{part_of(read.get(), CURLUPART_SCHEME), part_of(read.get(), CURLUPART_HOST),
                  part_of(read.get(), CURLUPART_PATH)};
  if ((address.scheme != "https" && address.scheme != "http") || !part_of(read.get(), CURLUPART_USER).empty() ||
      !part_of(read.get(), CURLUPART_FRAGMENT).empty())
    return wrong;
  address.loopback = is_loopback(address.host);
  if (const std::string port = part_of(read.get(), CURLUPART_PORT); !port.empty()) address.host += ":" + port;
  return address;
}

Result<std::string> led_to(const std::string& url, const std::string& location) {
  const CurlOwned<CURLU> read(curl_url());
  if (!read || curl_url_set(read.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_set(read.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
    return fail(Fault::Malformed, "it leads to no address", printable(location));
  std::string whole = part_of(read.get(), CURLUPART_URL);
  TRY(parse_address(whole));
  return whole;
}

struct Client::Handle {
  CURL* curl = nullptr;
  Handle() {
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kReady == CURLE_OK) curl = curl_easy_init();
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

Client::Client() : handle_(std::make_unique<Handle>()) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Answer> Client::ask(const Asked& asked) {
  const Address address = TRY(parse_address(asked.url));
  CURL* curl = handle_->curl;
  if (curl == nullptr) return fail(Fault::Unavailable, "libcurl could not start");
  curl_easy_reset(curl);
  const auto set = [&](CURLoption option, auto value) {
    CORDON_CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "libcurl must know its own options");
  };
  Talk talk{asked.body, asked.body, asked.largest, 0, false, {}};
  char reason[CURL_ERROR_SIZE] = "";
  curl_slist* list = nullptr;
  for (const auto& [name, value] : asked.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  list = curl_slist_append(list, "Expect:");  // no round trip before the body
  const CurlOwned<curl_slist> headers(list);

  set(CURLOPT_URL, asked.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PATH_AS_IS, 1L);  // what was signed is what is sent
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kSecondsToConnect);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, std::min(kSecondsOfSilence, asked.seconds));
  set(CURLOPT_TIMEOUT, asked.seconds);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!asked.authorities.empty()) {
    set(CURLOPT_CAINFO, asked.authorities.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&talk));
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&talk));
  set(CURLOPT_ERRORBUFFER, &reason[0]);
  Gate gate{asked.may_connect};
  if (asked.may_connect != nullptr) {
    set(CURLOPT_OPENSOCKETFUNCTION, &open_if_it_may);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&gate));
    set(CURLOPT_FRESH_CONNECT, 1L);  // one that was kept was not asked about
  }
  if (asked.stop != nullptr) {
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &go_on);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(const_cast<std::atomic<bool>*>(asked.stop)));
  }
  if (asked.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (asked.method == "PUT" || asked.method == "POST") {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_CUSTOMREQUEST, asked.method.c_str());
    set(CURLOPT_READFUNCTION, &give);
    set(CURLOPT_READDATA, static_cast<void*>(&talk));
    set(CURLOPT_SEEKFUNCTION, &go_back);
    set(CURLOPT_SEEKDATA, static_cast<void*>(&talk));
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(asked.body.size()));
  } else {
    set(CURLOPT_CUSTOMREQUEST, asked.method.c_str());
  }

  const CURLcode outcome = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (talk.too_large) return fail(Fault::Malformed, "the answer is larger than it may be", address.host);
  if (outcome != CURLE_OK && gate.refused)
    return fail(Fault::Refused, "the name leads to an address that is not asked", address.host);
  if (outcome != CURLE_OK) {
    const std::string why = reason[0] == '\0' ? curl_easy_strerror(outcome) : reason;
    return fail(Fault::Unavailable, printable(why, 300), address.host);
  }
  talk.answer.status = static_cast<int>(status);
  return std::move(talk.answer);
}

}  // namespace cordon::http
