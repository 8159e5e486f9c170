// The desk over HTTP: finds a request's row in desk/routes.cc, knows its sender by session or key, decodes it, does it,
// and writes the reply as JSON, as a page, or as a problem (RFC 9457). What a row may do is not decided here.
#pragma once

#include <mutex>

#include "desk/desk.h"
#include "net/http_server.h"

namespace cordon {

class Site {
 public:
  // `desk_in_use` is held while a row runs: the desk has one user at a time, this or its socket.
  Site(Desk& desk, std::mutex& desk_in_use) : desk_(desk), desk_in_use_(desk_in_use) {}

  http::Response answer(const http::Request& request);
  // How large the body of a request to this path may be.
  static std::size_t body_of(std::string_view method, std::string_view path);
  static http::Response too_large(std::string_view path);

 private:
  http::Response route(const http::Request& request);

  Desk& desk_;
  std::mutex& desk_in_use_;
};

}  // namespace cordon
