// A small HTTP/1.1 server (RFC 9112) behind our own types; Boost.Beast stays in one translation unit.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cordon::http {

struct Request {
  std::string method;  // "GET", "HEAD", …
  std::string target;  // as sent, at most 2 KiB
  std::string path;    // percent-decoded once, always starts with '/', no "..", no NUL
  std::vector<std::pair<std::string, std::string>> headers;    // names in lower case, in the order sent
  std::string body;                                            // at most as many bytes as its path may have
  std::string query() const;                                   // of the target, still encoded; may be empty
  std::string header(std::string_view lower_case_name) const;  // the first of that name; empty if there is none
};

struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct Limits {
  std::size_t body = 64u << 10;  // unless `body_of` says otherwise
  // How large a body may be that is sent to this path; asked before a byte of it is read.
  std::function<std::size_t(std::string_view method, std::string_view path)> body_of = {};
  // What is said to a body that is too large (413); a short text unless given.
  std::function<Response(std::string_view path)> too_large = {};
  std::size_t header = 16u << 10;
  int seconds_idle = 15;
  int connections = 256;  // one more is answered 503
};

// Serves from a thread of its own until it is destroyed. The handler runs on that thread, one request at a
// time, and never sees a malformed one (answered 400, 413, 414, 431, 501 by the server).
class Server {
 public:
  using Handler = std::function<Response(const Request&)>;
  // Conflict when the port is taken. Port 0 takes any; port() tells which.
  static Result<std::unique_ptr<Server>> listen(const std::string& address, int port, Handler handler,
                                                const Limits& limits = {});
  virtual ~Server() = default;
  virtual int port() const = 0;
};

}  // namespace cordon::http
