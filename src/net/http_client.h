// Asking an HTTP server (RFC 9110) through libcurl: one request, one answer. Nothing is followed, nothing of the
// environment reroutes it, and TLS is with a verified certificate or not at all.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon::http {

struct Asked {
  std::string method;  // GET, HEAD, PUT, POST or DELETE
  std::string url;     // http:// or https://, without a user name
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string_view body = {};               // of PUT and POST
  std::size_t largest = 1u << 20;           // of the answer's body
  long seconds = 30;                        // for the whole talk
  const std::atomic<bool>* stop = nullptr;  // becomes true when nobody waits for the answer any more
  std::string authorities = {};             // a PEM file of whom TLS trusts instead of the system's authorities
  // Asked of each address that the name leads to, before a connection: false refuses it. The bytes are the network's,
  // of v4 the first four.
  bool (*may_connect)(bool v4, const std::array<std::uint8_t, 16>& address) = nullptr;
};

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string header(std::string_view lower_case_name) const;  // the first of that name; empty if there is none
};

// Keeps its connection for the next request. One thread at a time.
class Client {
 public:
  Client();
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  // Any status is an answer. Unavailable: there was none, or it was cut; Malformed: it is larger than `largest`; Usage:
  // the address is none of ours; Refused: by may_connect.
  Result<Answer> ask(const Asked& asked);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

// Usage unless it is an address that Client asks. `host` has the port where one is written ("s3.example.net:9000").
struct Address {
  std::string scheme, host, path;
  bool loopback = false;  // 127.0.0.0/8, ::1 or localhost
};
Result<Address> parse_address(const std::string& url);
// Where a Location leads from `url` (RFC 9110 section 10.2.2), as an address that Client asks.
Result<std::string> led_to(const std::string& url, const std::string& location);

}  // namespace cordon::http
