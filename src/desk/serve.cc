#include "desk/serve.h"

#include <signal.h>

#include <cstdio>
#include <mutex>

#include "base/files.h"
#include "base/text.h"
#include "desk/client.h"
#include "desk/desk.h"
#include "net/http_server.h"
#include "net/owner_socket.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestLogFile = 17u << 20;  // a full bundle: 256 leaves of at most 64 KiB

// The log's files and nothing else: "checkpoint", "tile/…" of digits, 'x', 'p', '.', '/' and the word "entries".
bool is_log_file(std::string_view path) {
  if (path == "checkpoint") return true;
  if (!path.starts_with("tile/")) return false;
  path.remove_prefix(5);
  if (path.starts_with("entries/")) path.remove_prefix(8);
  return !path.empty() && path.find_first_not_of("0123456789xp./") == std::string_view::npos &&
         path.find("..") == std::string_view::npos;
}

http::Response log_file(const Paths& paths, std::string_view path) {
  if (!is_log_file(path)) return {404, "text/plain; charset=utf-8", "there is no such file in the log\n", {}};
  Result<std::string> bytes = read_file(paths.log() + "/" + std::string(path), kLargestLogFile);
  if (!bytes) return {404, "text/plain; charset=utf-8", "there is no such file in the log\n", {}};
  const bool text = path == "checkpoint";
  return {200,
          text ? "text/plain; charset=utf-8" : "application/octet-stream",
          *std::move(bytes),
          {{"Cache-Control", text ? "no-cache" : "public, max-age=31536000, immutable"}}};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string status_page(const Settings& settings, const Json& counts) {
  std::string rows;
  for (const auto& [what, count] : *counts.object()) {
    if (count.integer() == nullptr) continue;
    rows += "<tr><th scope=\"row\">" + escaped(replace_all(what, "_", " ")) + "</th><td>" +
            std::to_string(*count.integer()) + "</td></tr>\n";
  }
  return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width\">"
         "<title>" +
         escaped(settings.operator_.name) +
         "</title>\n<link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body><main>\n<h1>" +
         escaped(settings.operator_.name) +
         "</h1>\n<p>A Cordon desk. It asks whoever is responsible to stop a listed crime; it never blocks, filters or "
         "monitors.</p>\n<table>\n" +
         rows +
         "</table>\n<p>The public log: <a href=\"/log/checkpoint\">checkpoint</a>. The desk's health: <a "
         "href=\"/api/v1/health\">/api/v1/health</a>.</p>\n</main></body>\n</html>\n";
}

constexpr std::string_view kStyle =
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}main{max-width:40rem;margin:2rem "
    "auto;padding:0 1rem}"
    "th{text-align:left;font-weight:normal;padding-right:2rem}td{text-align:right;font-variant-numeric:tabular-nums}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}a{color:#9cc4ff}}\n";

// What anybody may see. It reads through a connection of its own, so a long command never blocks it.
class PublicSite {
 public:
  PublicSite(const Paths& paths, const Settings& settings, Store store)
      : paths_(paths), settings_(settings), store_(std::move(store)) {}

  http::Response answer(const http::Request& request) {
    http::Response response = route(request);
    response.headers.insert(
        response.headers.end(),
        {{"X-Content-Type-Options", "nosniff"},
         {"Referrer-Policy", "no-referrer"},
         {"Content-Security-Policy",
          "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"}});
    return response;
  }

 private:
  http::Response route(const http::Request& request) {
    if (request.method != "GET" && request.method != "HEAD")
      return {405, "text/plain; charset=utf-8", "only GET and HEAD\n", {{"Allow", "GET, HEAD"}}};
    if (request.path == "/style.css") return {200, "text/css; charset=utf-8", std::string(kStyle), {}};
    if (request.path.starts_with("/log/")) return log_file(paths_, std::string_view(request.path).substr(5));
    if (request.path != "/" && request.path != "/api/v1/health")
      return {404, "text/plain; charset=utf-8", "there is no such page\n", {}};
    const Result<Json> counts = store_.counts();
    if (request.path == "/api/v1/health") {
      const bool well = static_cast<bool>(counts);
      const Json health = Json::Object{{"status", well ? "ok" : "unavailable"}, {"version", "0.1.0"}};
      return {well ? 200 : 503, "application/json", to_text(health) + "\n", {{"Cache-Control", "no-store"}}};
    }
    if (!counts) return {503, "text/plain; charset=utf-8", "the desk's record cannot be read now\n", {}};
    return {200, "text/html; charset=utf-8", status_page(settings_, *counts), {{"Cache-Control", "no-store"}}};
  }

  Paths paths_;
  Settings settings_;
  Store store_;
};

}  // namespace

Result<Nothing> serve(const Paths& paths, std::optional<int> port) {
  // Blocked before any thread starts, so that only the wait below takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  PublicSite site(paths, desk->settings(),
                  TRY(Store::open(paths.database(), Blobs(paths.evidence()), Store::Mode::Read)));
  const std::unique_ptr<http::Server> server =
      TRY(http::Server::listen(desk->settings().listen, port.value_or(desk->settings().port),
                               [&](const http::Request& request) { return site.answer(request); }));
  const std::unique_ptr<OwnerListener> owner =
      TRY(OwnerListener::listen(paths.socket(), [&](OwnerChannel& channel) { answer_call(*desk, channel); }));
  std::printf("cordon: serving %s on http://%s:%d (Ctrl-C stops)\n", paths.desk.c_str(),
              desk->settings().listen.c_str(), server->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  std::printf("cordon: stopping\n");
  return Nothing{};
}

}  // namespace cordon
