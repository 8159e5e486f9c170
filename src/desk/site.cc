#include "desk/site.h"

#include <algorithm>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/exit_code.h"
#include "desk/html.h"
#include "desk/routes.h"
#include "desk/shapes.h"
#include "net/form.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestLogFile = 17u << 20;  // a full bundle: 256 leaves of at most 64 KiB
constexpr std::string_view kSessionCookie = "__Host-cordon";
constexpr std::string_view kLanguageCookie = "cordon-language";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

// ── the log's files, as any web server can serve them (DESIGN 6) ──

// "checkpoint", "tile/…" of digits, 'x', 'p', '.', '/' and the word "entries", and nothing else.
bool is_log_file(std::string_view path) {
  if (path == "checkpoint") return true;
  if (!path.starts_with("tile/")) return false;
  path.remove_prefix(5);
  if (path.starts_with("entries/")) path.remove_prefix(8);
  return !path.empty() && path.find_first_not_of("0123456789xp./") == std::string_view::npos &&
         path.find("..") == std::string_view::npos;
}

http::Response log_file(const Paths& paths, std::string_view path) {
  http::Response none{404, "text/plain; charset=utf-8", "there is no such file in the log\n", {}};
  if (!is_log_file(path)) return none;
  Result<std::string> bytes = read_file(paths.log() + "/" + std::string(path), kLargestLogFile);
  if (!bytes) return none;
  const bool text = path == "checkpoint";
  return {200,
          text ? "text/plain; charset=utf-8" : "application/octet-stream",
          *std::move(bytes),
          {{"Cache-Control", text ? "no-cache" : "public, max-age=31536000, immutable"}}};
}

// ── who asks ──

std::string cookie(const http::Request& request, std::string_view name) {
  const std::string cookies = request.header("cookie");
  for (const std::string_view pair : split(cookies, ';')) {
    const std::string_view trimmed = trim(pair);
    const std::size_t equals = trimmed.find('=');
    if (equals != std::string_view::npos && trimmed.substr(0, equals) == name)
      return std::string(trimmed.substr(equals + 1));
  }
  return {};
}

// A request that changes something comes from our own pages, or from a program that is no browser (OWASP's CSRF rules:
// the browser's own word first, then the token; SameSite=Strict stands behind both).
Result<Nothing> check_origin(const http::Request& request) {
  const Error foreign = fail(Fault::Refused, "this request comes from another site", "Origin");
  const std::string site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return foreign;
  const std::string origin = request.header("origin");
  if (origin.empty()) return Nothing{};
  const std::string host = request.header("host");
  if (origin != "http://" + host && origin != "https://" + host) return foreign;
  return Nothing{};
}

// ── what is asked: names of the path, the query, and the body, as members of one object ──

Result<Json> member(const Field& field, const std::string& text) {
  switch (field.kind) {
    case FieldKind::Number:
      return Json(TRY(parse_integer(text)));
    case FieldKind::Flag:
      return Json(text == "on" || text == "true" || text == "1");
    case FieldKind::Words:
      return Json(Json::Array{text});
    default:
      return Json(text);
  }
}

Error no_member(const std::string& name) {
  return fail(Fault::Malformed, "'" + printable(name, 60) + "' is no member of this request", printable(name, 60));
}

Result<Nothing> add(Json::Object& members, const Route& route, const std::string& name, const std::string& text) {
  const auto field = std::find_if(route.fields.begin(), route.fields.end(),
                                  [&](const Field& candidate) { return candidate.name == name; });
  if (field == route.fields.end() || field->need == Need::Local) return no_member(name);
  if (text.empty() && field->need == Need::May) return Nothing{};  // a form's field that was left empty
  const auto there = members.find(name);
  if (there == members.end()) {
    members.emplace(name, TRY(member(*field, text)));
  } else if (field->kind == FieldKind::Words) {
    there->second.array()->emplace_back(text);
  } else {
    return fail(Fault::Malformed, "given twice", name);
  }
  return Nothing{};
}

bool is_type(std::string_view header, std::string_view type) {
  return equal_ignoring_case(trim(header.substr(0, header.find(';'))), type);
}

struct Decoded {
  Json::Object members;
  std::string body, media_type;
  std::string csrf;
  std::string idempotency_key = {};
};

// Of a page's form; its file becomes the body.
Result<Nothing> decode_form(Decoded& decoded, const Route& route, const http::Request& request) {
  const std::string type = request.header("content-type");
  std::vector<FormField> fields;
  if (is_type(type, "multipart/form-data")) {
    fields = TRY(read_multipart(type, request.body));
  } else if (is_type(type, "application/x-www-form-urlencoded")) {
    fields = TRY(read_urlencoded(request.body));
  } else if (!request.body.empty()) {
    return fail(Fault::Malformed, "expected a form", "Content-Type");
  }
  for (FormField& field : fields) {
    if (field.name == "csrf") {
      decoded.csrf = field.value;
    } else if (field.is_file) {
      decoded.body = std::move(field.value);
      decoded.media_type = field.media_type;
    } else {
      // A browser writes a text area's line breaks as CR LF.
      TRY(add(decoded.members, route, field.name, replace_all(std::move(field.value), "\r\n", "\n")));
    }
  }
  return Nothing{};
}

// A header that goes into the record. Its bytes come past every reader of JSON and forms, and a record that is not
// UTF-8 could not be read again.
Result<std::string> kept_header(const http::Request& request, std::string_view name) {
  std::string value = request.header(name);
  if (value.size() > 500 || !valid_utf8(value))
    return fail(Fault::Malformed, "expected at most 500 bytes of UTF-8", std::string(name));
  return value;
}

Result<Nothing> decode_json(Decoded& decoded, const http::Request& request) {
  if (request.body.empty()) return Nothing{};
  if (!is_type(request.header("content-type"), "application/json"))
    return fail(Fault::Malformed, "expected application/json", "Content-Type");
  const Json body = TRY(parse_json(request.body));
  if (body.object() == nullptr) return fail(Fault::Malformed, "expected an object", "body");
  for (const auto& [name, value] : *body.object()) {
    if (!decoded.members.emplace(name, value).second) return fail(Fault::Malformed, "given twice", name);
  }
  return Nothing{};
}

Result<Decoded> decode(const Route& route, const http::Request& request, Json::Object names) {
  Decoded decoded{std::move(names), {}, {}, request.header("x-csrf-token")};
  for (const FormField& field : TRY(read_urlencoded(request.query())))
    TRY(add(decoded.members, route, field.name, field.value));
  if (route.method == "GET" || route.body == 0) return decoded;
  decoded.idempotency_key = TRY(kept_header(request, "idempotency-key"));
  if (!decoded.idempotency_key.empty() && !takes_idempotency_key(route))
    return fail(Fault::Malformed, "this request takes no Idempotency-Key", "Idempotency-Key");
  if (route.reply == Reply::Page) {
    TRY(decode_form(decoded, route, request));
  } else if (route.body_type == "application/json") {
    TRY(decode_json(decoded, request));
  } else {
    decoded.body = request.body;
    decoded.media_type = TRY(kept_header(request, "content-type"));
  }
  return decoded;
}

// ── what is answered ──

http::Response problem(const Error& error, int status, std::string_view path) {
  const Json body = Json::Object{{"type", "about:blank"},   {"title", name(error.fault)}, {"status", status},
                                 {"detail", error.message}, {"instance", path},           {"fault", name(error.fault)},
                                 {"where", error.where}};
  return {status, "application/problem+json", to_text(body) + "\n", {{"Cache-Control", "no-store"}}};
}

// "/cases/{case}" with what the names stand for: in the request's path, else in what was made.
std::string filled(std::string_view path, const Json& names, const Json::Array& made) {
  std::string out;
  for (const std::string_view part : split(path.substr(1), '/')) {
    out += '/';
    if (!part.starts_with('{')) {
      out += part;
      continue;
    }
    const std::string_view name = part.substr(1, part.size() - 2);
    out += names.find(name) != nullptr || made.empty() ? names.text_or(name) : made.front().text_or(name);
  }
  return out;
}

std::string kept_language(Language language) {
  return std::string(kLanguageCookie) + "=" + std::string(name(language)) +
         "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax";
}

// A 401 says how one may show who one is (RFC 9110 section 15.5.2): the one way that HTTP has a name for is a machine's
// key (RFC 6750 section 3).
http::Response not_known(http::Response response, std::string_view error) {
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"cordon\"" + std::string(error));
  return response;
}

// The cursor of a list that can be gone on with: its last item, or null where that was all.
Json next_of(const Route& route, const Json& arguments, const Json::Array& lines) {
  if (route.operation != "case list" || lines.empty()) return {};
  const bool full = static_cast<std::int64_t>(lines.size()) >= arguments.number_or("limit", kCasesOfOnePage);
  return full ? Json(lines.back().text_or("case")) : Json();
}

http::Response json_reply(const Route& route, const http::Request& request, const Json& arguments, Json::Array lines) {
  Json body;
  if (route.reply == Reply::Many) {
    const Json next = next_of(route, arguments, lines);
    body = Json::Object{{"items", std::move(lines)}, {"next", next}};
  } else if (!lines.empty()) {
    body = std::move(lines.front());
  }
  http::Response response{200, "application/json", to_text(body) + "\n", {{"Cache-Control", "no-store"}}};
  if (request.method == "GET" || request.method == "HEAD") {
    const std::string tag = "\"" + sha256(response.body).hex().substr(0, 32) + "\"";
    response.headers = {{"Cache-Control", "private, no-cache"}, {"ETag", tag}};
    if (request.header("if-none-match") == tag) response.status = 304;
  }
  return response;
}

// What a page may load and run: our own style, and a script on the one page that says so.
std::string policy(std::string_view more) {
  return "default-src 'none'; " + std::string(more) +
         "style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
         "require-trusted-types-for 'script'";
}

http::Response bytes_reply(const Call& call) {
  if (call.command == "metrics") return {200, call.media_type, call.body, {{"Cache-Control", "no-store"}}};
  return {
      200,
      "application/octet-stream",
      call.body,
      {{"Cache-Control", "no-store"}, {"Content-Disposition", "attachment"}, {"Content-Security-Policy", "sandbox"}}};
}

// ── what is sent again (draft-ietf-httpapi-idempotency-key-header) ──

std::string asker_of(const Call& call) {
  return call.key != nullptr ? "key " + call.key->issued.id.text() : "officer " + call.who->officer.id.text();
}

RequestTaken name_of(const Desk& desk, const Route& row, const Call& call, const std::string& key) {
  const auto keyed = [&](const Json& what) { return hmac_sha256(desk.report_key(), "request " + to_text(what)); };
  return {keyed(Json::Array{asker_of(call), key}),
          keyed(Json::Array{row.operation, call.arguments, sha256(call.body).hex(), call.media_type})};
}

bool has_field(const Route& row, std::string_view name) {
  return std::any_of(row.fields.begin(), row.fields.end(), [&](const Field& field) { return field.name == name; });
}

// The first answer where there is one; nothing where it is still to be done.
Result<std::optional<std::string>> first_answer(Desk& desk, const Route& row, const Call& call,
                                                const RequestTaken& asked) {
  const std::optional<Store::KnownRequest> known = TRY(desk.store().known_request(asked.id));
  if (!known) {
    desk.store().begin_request(asked);
    return std::optional<std::string>();
  }
  TRY(may_still(row, call));  // who lost the role or the scope since then is not answered either
  if (known->request != asked.request)
    return fail(Fault::Malformed, "this key stood for another request before", "Idempotency-Key");
  if (known->answer) return known->answer;
  if (has_field(row, "token")) return std::optional<std::string>();  // done once by its own token; answered from there
  return fail(Fault::Conflict, "this was done, but the desk stopped before it could answer; look at the thing itself",
              "Idempotency-Key");
}

Result<Nothing> keep_answer(Desk& desk, const RequestTaken& asked, const std::string& body) {
  const Digest answer = TRY(desk.store().blobs().put(body));
  return desk.store().append({{RequestAnswered{asked.id, answer}, "software", {}}}, desk.now());
}

}  // namespace

std::size_t Site::body_of(std::string_view method, std::string_view path) {
  const Routed found = find_route(method, path);
  return found.route == nullptr ? 0 : found.route->body;
}

http::Response Site::too_large(std::string_view path) {
  const std::string words = "the body has more bytes than this path takes";
  if (path.starts_with("/api/")) return problem(fail(Fault::Malformed, words, "body"), 413, path);
  return {413, "text/plain; charset=utf-8", words + "\n", {{"Cache-Control", "no-store"}}};
}

http::Response Site::answer(const http::Request& request) {
  http::Response response = route(request);
  const auto has = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return header.first == name; });
  };
  response.headers.insert(response.headers.end(), {{"X-Content-Type-Options", "nosniff"},
                                                   {"Referrer-Policy", "same-origin"},
                                                   {"Cross-Origin-Opener-Policy", "same-origin"},
                                                   {"Cross-Origin-Resource-Policy", "same-origin"}});
  if (!has("Content-Security-Policy")) {
    response.headers.emplace_back("Content-Security-Policy", policy(""));
  }
  return response;
}

http::Response Site::route(const http::Request& request) {
  if (request.path.starts_with("/log/") && is_log_file(std::string_view(request.path).substr(5))) {
    if (request.method != "GET" && request.method != "HEAD")
      return {405, "text/plain; charset=utf-8", "only GET and HEAD\n", {{"Allow", "GET, HEAD"}}};
    return log_file(desk_.paths(), std::string_view(request.path).substr(5));
  }
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  const Routed found = find_route(method, request.path);
  const bool for_people =
      found.route != nullptr ? found.route->reply == Reply::Page : !request.path.starts_with("/api/");

  Call call{found.route != nullptr ? std::string(found.route->operation) : std::string()};
  call.language =
      parse_language(cookie(request, kLanguageCookie)).value_or(preferred_language(request.header("accept-language")));
  std::vector<std::pair<std::string, std::string>> headers;

  const std::lock_guard in_use(desk_in_use_);
  const auto answer_error = [&](const Error& error, int status) {
    if (!for_people) return problem(error, status, request.path);
    write_problem(call, desk_, error);
    return http::Response{status, std::string(kHtml), call.body, {{"Cache-Control", "no-store"}}};
  };
  if (found.route == nullptr && found.other_methods.empty())
    return answer_error(fail(Fault::NotFound, "there is no such page", printable(request.path, 200)), 404);
  if (found.route == nullptr) {
    http::Response response =
        answer_error(fail(Fault::Usage, "this path takes " + found.other_methods, printable(request.path, 200)), 405);
    response.headers.emplace_back("Allow", found.other_methods);
    return response;
  }
  const Route& row = *found.route;

  // A page in another language is the same page; the choice is kept, and nothing else about the reader.
  if (for_people && method == "GET" && request.query().starts_with("lang=")) {
    if (const auto language = parse_language(request.query().substr(5))) {
      return {303, std::string(kHtml), "", {{"Location", request.path}, {"Set-Cookie", kept_language(*language)}}};
    }
  }

  // A machine shows its key and has no cookie; what it is for is the row's to say.
  std::optional<ApiKey> key;
  if (const std::string shown = request.header("authorization"); !shown.empty()) {
    const bool bearer = shown.size() > 7 && equal_ignoring_case(std::string_view(shown).substr(0, 7), "bearer ");
    Result<ApiKey> admitted = bearer ? desk_.admit(trim(std::string_view(shown).substr(7)))
                                     : Result<ApiKey>(fail(Fault::Refused, "expected a Bearer key", "Authorization"));
    if (!admitted) return not_known(answer_error(admitted.error(), 401), ", error=\"invalid_token\"");
    key = *std::move(admitted);
    call.key = &*key;
  }
  const std::string token = key ? std::string() : cookie(request, kSessionCookie);
  const Session* session = nullptr;
  if (!token.empty()) {
    if (const Result<const Session*> found_session = desk_.sessions().find(token)) session = *found_session;
  }
  if (session != nullptr) {
    call.who = &session->who;
    call.csrf = session->csrf;
    call.session = token;
  }
  Result<Nothing> sound = method == "GET" ? Nothing{} : check_origin(request);
  if (!sound) return answer_error(sound.error(), outward(sound.error().fault).http_status);
  // Before the body is looked at: what nobody signed is not worth a parser.
  if (row.doing.who != Who::Anybody && session == nullptr && !key) {
    if (!for_people)
      return not_known(
          answer_error(fail(Fault::Refused, "sign in first, at POST /api/v1/session", std::string(row.operation)), 401),
          "");
    return {303, std::string(kHtml), "", {{"Location", "/sign-in"}, {"Cache-Control", "no-store"}}};
  }
  Result<Decoded> decoded = decode(row, request, found.names);
  if (!decoded) return answer_error(decoded.error(), outward(decoded.error().fault).http_status);
  if (method != "GET" && session != nullptr && !session->takes(decoded->csrf))
    return answer_error(fail(Fault::Refused, "the form is not of this session; open the page again", "csrf"), 403);

  const Json names = found.names;
  call.arguments = std::move(decoded->members);
  call.body = std::move(decoded->body);
  call.media_type = std::move(decoded->media_type);
  std::optional<RequestTaken> sent_again;
  if (const std::string& idempotency_key = decoded->idempotency_key; !idempotency_key.empty()) {
    sent_again = name_of(desk_, row, call, idempotency_key);
    const Result<std::optional<std::string>> first = first_answer(desk_, row, call, *sent_again);
    if (!first) return answer_error(first.error(), outward(first.error().fault).http_status);
    if (*first) return {200, "application/json", **first, {{"Cache-Control", "no-store"}}};
    if (has_field(row, "token") && call.arguments.find("token") == nullptr)
      call.arguments.set("token", asker_of(call) + " " + idempotency_key);
  }
  Json::Array lines;
  const Result<Nothing> done = run_route(desk_, row, call, [&](const Json& line) { lines.push_back(line); });
  const bool taken = sent_again && desk_.store().end_request();
  if (!call.set_session.empty() || call.end_session) {
    const std::string value = call.end_session ? "; Max-Age=0" : "";
    headers.emplace_back("Set-Cookie", std::string(kSessionCookie) + "=" + call.set_session +
                                           "; Path=/; Secure; HttpOnly; SameSite=Strict" + value);
  }
  if (call.set_language) headers.emplace_back("Set-Cookie", kept_language(*call.set_language));
  http::Response response;
  if (!done) {
    response = answer_error(done.error(), outward(done.error().fault).http_status);
  } else if (row.reply == Reply::Bytes) {
    response = bytes_reply(call);
  } else if (row.reply != Reply::Page) {
    response = json_reply(row, request, call.arguments, std::move(lines));
    if (taken) {
      const Result<Nothing> kept = keep_answer(desk_, *sent_again, response.body);
      if (!kept) response = answer_error(kept.error(), outward(kept.error().fault).http_status);
    }
  } else if (!call.go_to.empty() || !row.then.empty()) {
    const std::string next = call.go_to.empty() ? filled(row.then, names, lines) : call.go_to;
    response = {303, std::string(kHtml), "", {{"Location", next}}};
  } else {
    response = {200, call.media_type, call.body, {{"Cache-Control", "no-store"}}};
    if (call.scripted) response.headers.emplace_back("Content-Security-Policy", policy("script-src 'self'; "));
  }
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  return response;
}

}  // namespace cordon
