// One io_context on one thread. A connection is read, answered and read again, so a handler never runs
// twice at a time; everything that waits for a client has a deadline and a bound.
#include "net/http_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <thread>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/text.h"
#include "net/mail.h"

namespace cordon::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Message = beast::http::response<beast::http::string_body>;

constexpr std::size_t kTargetMax = 2048;
constexpr std::size_t kDrainMax = 1u << 20;  // what we still swallow of a client that was refused
constexpr int kDrainSeconds = 2;
constexpr std::int64_t kSlowestBytesPerSecond = 16 << 10;  // a reader below this is cut off
constexpr int kRefusals = 64;  // connections being told 503 at one time; more are just closed

// The path of an origin-form target (RFC 9112 3.2.1), percent-decoded once; nothing when it is not one that
// a handler may see.
std::optional<std::string> path_of(std::string_view target) {
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return std::nullopt;
  const std::string_view raw = target.substr(0, target.find('?'));
  std::string path;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      path += raw[i];
      continue;
    }
    const int high = i + 2 < raw.size() ? hex_value(raw[i + 1]) : -1;
    const int low = i + 2 < raw.size() ? hex_value(raw[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  const bool control = std::any_of(path.begin(), path.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  if (control || !valid_utf8(path)) return std::nullopt;
  for (const std::string_view segment : split(path, '/')) {
    if (segment == "..") return std::nullopt;
  }
  return path;
}

int status_for(const error_code& error) {
  if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow) return 431;
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

Response plain(int status) {
  const std::string_view reason =
      beast::http::obsolete_reason(beast::http::int_to_status(static_cast<unsigned>(status)));
  return {status, "text/plain; charset=utf-8", std::to_string(status) + " " + std::string(reason) + "\n", {}};
}

bool has_line_break(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

// A header that a handler built from outside text must not become two (response splitting).
bool is_sound(const Response& response) {
  if (response.status < 200 || response.status > 599 || has_line_break(response.type)) return false;
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || name.find_first_of(" :") != name.npos || has_line_break(name) || has_line_break(value))
      return false;
  }
  return true;
}

struct Shared {
  Server::Handler handler;
  Limits limits;
  int connections = 0;
  int refusals = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Shared& shared, bool refused)
      : stream_(std::move(socket)), buffer_(shared.limits.header + kDrainStep), shared_(shared), refused_(refused) {
    ++(refused_ ? shared_.refusals : shared_.connections);
  }
  ~Connection() { --(refused_ ? shared_.refusals : shared_.connections); }

  void start() {
    if (!refused_) return read_header();
    write(plain(503), false, true);
  }

 private:
  static constexpr std::size_t kDrainStep = 4096;

  void read_header() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.limits.header));
    parser_->body_limit(boost::none);  // read_body() sets it, once the path is known
    // One deadline for the whole header, so that a client who sends it byte by byte gains nothing.
    stream_.expires_after(std::chrono::seconds(shared_.limits.seconds_idle));
    beast::http::async_read_header(stream_, buffer_, *parser_,
                                   [self = shared_from_this()](error_code error, std::size_t) {
                                     if (self->gave_up(error)) return;
                                     self->read_body();
                                   });
  }

  // Whether the request ended here: with the client's leave, its silence, or our refusal.
  bool gave_up(const error_code& error) {
    if (!error) return false;
    const bool said_something =
        error.category() == beast::http::make_error_code(beast::http::error::bad_value).category();
    if (said_something && error != beast::http::error::end_of_stream && error != beast::http::error::partial_message) {
      const int status = status_for(error);
      write(status == 413 ? too_large() : plain(status), false, true);
    }
    return true;
  }

  void read_body() {
    const auto& request = parser_->get();
    if (const int refusal = refusal_of(request)) return write(plain(refusal), false, true);
    const std::size_t limit = body_limit(request);
    if (parser_->content_length() && *parser_->content_length() > limit) return write(too_large(), false, true);
    parser_->body_limit(limit);
    stream_.expires_after(std::chrono::seconds(shared_.limits.seconds_idle));
    if (!beast::iequals(request[beast::http::field::expect], "100-continue")) return read_rest();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->read_rest();
    });
  }

  Response too_large() const {
    if (!shared_.limits.too_large) return plain(413);
    const auto& request = parser_->get();
    return shared_.limits.too_large(
        path_of(std::string_view(request.target().data(), request.target().size())).value_or("/"));
  }
  template <typename Fields>
  std::size_t body_limit(const Fields& request) const {
    if (!shared_.limits.body_of) return shared_.limits.body;
    const std::string_view target(request.target().data(), request.target().size());
    const std::string_view method(request.method_string().data(), request.method_string().size());
    return shared_.limits.body_of(method, path_of(target).value_or("/"));
  }

  void read_rest() {
    beast::http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!self->gave_up(error)) self->answer();
    });
  }

  template <typename Fields>
  static int refusal_of(const Fields& request) {
    using beast::http::field;
    using beast::http::verb;
    constexpr std::array kKnown = {verb::get,     verb::head,    verb::post, verb::put,
                                   verb::delete_, verb::options, verb::patch};
    if (request.target().size() > kTargetMax) return 414;
    if (std::find(kKnown.begin(), kKnown.end(), request.method()) == kKnown.end()) return 501;
    // RFC 9112 3.2: exactly one Host. 6.1: a length beside a transfer coding is an attempt at smuggling.
    const auto hosts = request.count(field::host);
    if (hosts > 1 || (hosts == 0 && request.version() >= 11)) return 400;
    if (request.count(field::transfer_encoding) != 0) {
      if (request.count(field::content_length) != 0) return 400;
      if (!beast::iequals(request[field::transfer_encoding], "chunked")) return 501;
    }
    return path_of(std::string_view(request.target().data(), request.target().size())) ? 0 : 400;
  }

  void answer() {
    auto message = parser_->release();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.path = path_of(request.target).value_or("/");
    for (const auto& field : message)
      request.headers.emplace_back(lower_ascii(std::string_view(field.name_string())), std::string(field.value()));
    request.body = std::move(message.body());
    Response response;
    try {
      response = shared_.handler(request);
    } catch (const std::exception&) {
      response = plain(500);
    }
    write(std::move(response), request.method == "HEAD", !message.keep_alive());
  }

  void write(Response response, bool head, bool close) {
    if (!is_sound(response)) response = plain(500);
    namespace http = beast::http;
    const bool bodiless = response.status == 204 || response.status == 304;
    message_ = Message(http::int_to_status(static_cast<unsigned>(response.status)), 11);
    std::string date = rfc5322_date(SystemClock().now().ms);
    message_.set(http::field::date, date.replace(date.size() - 5, 5, "GMT"));
    for (const auto& [name, value] : response.headers) message_.insert(name, value);
    if (!bodiless) message_.set(http::field::content_type, response.type);
    message_.keep_alive(!close);
    const std::size_t length = bodiless ? 0 : response.body.size();
    if (!head && !bodiless) message_.body() = std::move(response.body);
    if (!bodiless) message_.content_length(length);
    const auto seconds = shared_.limits.seconds_idle + static_cast<std::int64_t>(length) / kSlowestBytesPerSecond;
    stream_.expires_after(std::chrono::seconds(seconds));
    const auto done = [self = shared_from_this(), close](error_code error, std::size_t) {
      if (error) return;
      if (close) return self->finish();
      self->read_header();
    };
    serializer_.emplace(message_);
    if (head) {
      http::async_write_header(stream_, *serializer_, done);
    } else {
      http::async_write(stream_, *serializer_, done);
    }
  }

  // Closing at once would reset the connection under a client that still sends, and it would never read
  // our answer; so we swallow a little first (RFC 9112 9.6).
  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(std::chrono::seconds(kDrainSeconds));
    drain(0);
  }

  void drain(std::size_t swallowed) {
    if (swallowed > kDrainMax) return;
    stream_.async_read_some(asio::buffer(swallow_),
                            [self = shared_from_this(), swallowed](error_code error, std::size_t n) {
                              if (!error) self->drain(swallowed + n);
                            });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Shared& shared_;
  const bool refused_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  Message message_;
  std::optional<beast::http::response_serializer<beast::http::string_body>> serializer_;
  std::array<char, kDrainStep> swallow_{};
};

class BeastServer final : public Server {
 public:
  BeastServer(Handler handler, const Limits& limits)
      : shared_{std::move(handler), limits}, acceptor_(context_), pause_(context_) {}

  ~BeastServer() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<Nothing> open(const std::string& address, int port) {
    const std::string where = address + ":" + std::to_string(port);
    error_code error;
    const auto host = asio::ip::make_address(address, error);
    if (error || port < 0 || port > 65535)
      return fail(Fault::Usage, "expected an IP address and a port to listen on", where);
    const tcp::endpoint endpoint(host, static_cast<std::uint16_t>(port));
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) acceptor_.non_blocking(true, error);
    if (error == asio::error::address_in_use)
      return fail(Fault::Conflict, "another process listens on this port", where);
    if (error) return system_error("listening for HTTP", error.value(), where);
    port_ = acceptor_.local_endpoint(error).port();
    accept();
    thread_ = std::thread([this] { context_.run(); });
    return Nothing{};
  }

  int port() const override { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {  // no file descriptor left: let some connections end first
        pause_.expires_after(std::chrono::milliseconds(100));
        pause_.async_wait([this](error_code) { accept(); });
        return;
      }
      const bool full = shared_.connections >= shared_.limits.connections;
      if (!full || shared_.refusals < kRefusals)
        std::make_shared<Connection>(std::move(socket), shared_, full)->start();
      accept();
    });
  }

  Shared shared_;  // before the context, whose end destroys the last connections
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace

std::string Request::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string() : target.substr(mark + 1);
}

std::string Request::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

Result<std::unique_ptr<Server>> Server::listen(const std::string& address, int port, Handler handler,
                                               const Limits& limits) {
  auto server = std::make_unique<BeastServer>(std::move(handler), limits);
  TRY(server->open(address, port));
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace cordon::http
