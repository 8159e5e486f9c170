#include "desk/openapi.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "desk/routes.h"
#include "desk/shapes.h"

namespace cordon {

namespace {

bool in_api(const Route& route) { return route.path.starts_with("/api/"); }

// A list's cursor, and what a request may say about itself, stand beside the rows.
struct Status {
  std::string_view code, name, about;
};
constexpr std::array kProblems{
    Status{"400", "BadRequest", "The request says what cannot be (an unreadable number, a limit out of its range)."},
    Status{"401", "NotSignedIn", "This takes an officer who is signed in, or a machine's key that is in force."},
    Status{"403", "Refused", "The charter, a role, the CSRF token or the Origin says no; `detail` says which."},
    Status{"404", "NotFound", "It is not there, or out of this officer's sight; the two are answered alike."},
    Status{"405", "MethodNotAllowed", "The path is known and the method is not; `Allow` names those that are."},
    Status{"409", "Conflict", "Its state does not allow this now."},
    Status{"413", "TooLarge", "The body has more bytes than this path takes."},
    Status{"422", "Malformed", "A member is missing, unknown, or of another form; `where` names it."},
    Status{"503", "Unavailable", "Try again later."},
    Status{"507", "Full", "The desk's disk has no room. Nothing of this was taken in; try again when there is some."},
};

Json reference(std::string_view kind, std::string_view name) {
  return Json::Object{{"$ref", "#/components/" + std::string(kind) + "/" + std::string(name)}};
}

// ── what a request may hold ──

Json schema_of(const Field& field) {
  switch (field.kind) {
    case FieldKind::Id:
      return Json::Object{{"type", "string"}, {"format", "uuid"}};
    case FieldKind::Word:
      return Json::Object{{"type", "string"}, {"maxLength", 500}, {"pattern", "^[^\\n]*$"}};
    case FieldKind::Text:
      return Json::Object{{"type", "string"}};
    case FieldKind::Digest:
      return Json::Object{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
    case FieldKind::Number:
      return Json::Object{{"type", "integer"}};
    case FieldKind::Flag:
      return Json::Object{{"type", "boolean"}};
    case FieldKind::Words:
      return Json::Object{{"type", "array"}, {"items", Json::Object{{"type", "string"}}}};
    case FieldKind::Object:
      return Json::Object{{"type", Json::Array{"object", "array"}}};
  }
  return {};
}

Json example_of(const Field& field) {
  const std::string text(field.example);
  if (field.kind == FieldKind::Number) return *parse_integer(text);
  if (field.kind == FieldKind::Words) return Json::Array{text};
  return text;
}

bool in_path(const Route& route, const Field& field) {
  return route.path.find("{" + std::string(field.name) + "}") != std::string_view::npos;
}
bool in_json_body(const Route& route) { return route.body > 0 && route.body_type == "application/json"; }

Json parameters(const Route& route) {
  Json::Array list;
  for (const Field& field : route.fields) {
    const bool path = in_path(route, field);
    if (field.need == Need::Local || (!path && in_json_body(route))) continue;
    Json parameter = Json::Object{{"name", field.name},
                                  {"in", path ? "path" : "query"},
                                  {"required", field.need == Need::Must},
                                  {"description", field.about},
                                  {"schema", schema_of(field)}};
    if (!field.example.empty()) parameter.set("example", example_of(field));
    list.push_back(std::move(parameter));
  }
  if (takes_idempotency_key(route)) list.push_back(reference("parameters", "IdempotencyKey"));
  if (route.method == "GET" && route.reply != Reply::Bytes) list.push_back(reference("parameters", "IfNoneMatch"));
  return list;
}

Json request_body(const Route& route) {
  if (!in_json_body(route)) {
    const Json bytes = Json::Object{{"type", "string"}, {"maxLength", route.body}};
    return Json::Object{{"required", true},
                        {"content", Json::Object{{std::string(route.body_type), Json::Object{{"schema", bytes}}}}}};
  }
  Json::Object members, example;
  Json::Array required;
  for (const Field& field : route.fields) {
    if (field.need == Need::Local || in_path(route, field)) continue;
    members.emplace(field.name, schema_of(field).set("description", field.about));
    if (field.need == Need::Must) required.emplace_back(field.name);
    if (!field.example.empty()) example.emplace(field.name, example_of(field));
  }
  const bool some = !required.empty();
  Json schema = Json::Object{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(members)}};
  if (some) schema.set("required", std::move(required));
  return Json::Object{{"required", some},
                      {"description", "At most " + std::to_string(route.body) + " bytes."},
                      {"content", Json::Object{{"application/json",
                                                Json::Object{{"schema", schema}, {"example", std::move(example)}}}}}};
}

// ── what comes back ──

Json schema_of_type(std::string_view type) {
  if (type.starts_with('['))
    return Json::Object{{"type", "array"}, {"items", schema_of_type(type.substr(1, type.size() - 2))}};
  if (type.ends_with('?')) {
    Json schema = schema_of_type(type.substr(0, type.size() - 1));
    const std::string one = schema.text_or("type");
    return schema.set("type", Json::Array{one, "null"});
  }
  if (type == "text") return Json::Object{{"type", "string"}};
  if (type == "line") return Json::Object{{"type", "string"}, {"pattern", "^[^\\n]*$"}};
  if (type == "id") return Json::Object{{"type", "string"}, {"format", "uuid"}};
  if (type == "digest") return Json::Object{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
  if (type == "time") return Json::Object{{"type", "string"}, {"format", "date-time"}};
  if (type == "whole") return Json::Object{{"type", "integer"}};
  if (type == "flag") return Json::Object{{"type", "boolean"}};
  if (type == "object" || type == "Object") return Json::Object{{"type", "object"}};
  if (type == "counts")
    return Json::Object{{"type", "object"}, {"additionalProperties", Json::Object{{"type", "integer"}}}};
  return reference("schemas", type);
}

const Shape& find_shape(std::string_view name) {
  const auto known = shapes();
  const auto shape = std::find_if(known.begin(), known.end(), [&](const Shape& one) { return one.name == name; });
  CORDON_CHECK(shape != known.end(), "a row of desk/routes.cc names a shape that desk/shapes.cc does not have");
  return *shape;
}

void add_members(const Shape& shape, Json::Object& members, Json::Array& required) {
  if (!shape.like.empty()) add_members(find_shape(shape.like), members, required);
  for (const Member& member : shape.members) {
    members.emplace(member.name, schema_of_type(member.type));
    if (member.always) required.emplace_back(member.name);
  }
}

Json schema_of_shape(const Shape& shape) {
  Json::Object members;
  Json::Array required;
  add_members(shape, members, required);
  return Json::Object{{"type", "object"},
                      {"additionalProperties", false},
                      {"properties", std::move(members)},
                      {"required", std::move(required)}};
}

void collect(std::string_view name, std::set<std::string_view>& used) {
  if (name == "Object" || !used.insert(name).second) return;
  const Shape* shape = &find_shape(name);
  for (;;) {
    for (const Member& member : shape->members) {
      std::string_view type = member.type;
      if (type.starts_with('[')) type = type.substr(1, type.size() - 2);
      if (type.front() >= 'A' && type.front() <= 'Z') collect(type, used);
    }
    if (shape->like.empty()) return;
    shape = &find_shape(shape->like);
  }
}

Json responses(const Route& route) {
  Json content;
  if (route.reply == Reply::Bytes) {
    const char* type = route.operation == "metrics" ? "text/plain" : "application/octet-stream";
    content = Json::Object{{type, Json::Object{{"schema", Json::Object{{"type", "string"}}}}}};
  } else {
    Json schema = schema_of_type(route.shape);
    if (route.reply == Reply::Many) {
      const Json list = Json::Object{{"type", "array"}, {"items", std::move(schema)}};
      const Json next = Json::Object{{"type", Json::Array{"string", "null"}},
                                     {"description", "the cursor of what comes after; null: that was all"}};
      schema = Json::Object{{"type", "object"},
                            {"additionalProperties", false},
                            {"properties", Json::Object{{"items", list}, {"next", next}}},
                            {"required", Json::Array{"items", "next"}}};
    }
    content = Json::Object{{"application/json", Json::Object{{"schema", std::move(schema)}}}};
  }
  Json::Object all{{"200", Json::Object{{"description", route.about}, {"content", std::move(content)}}}};
  const bool changes = route.method != "GET", named = route.path.find('{') != std::string_view::npos;
  const bool officer = route.doing.who != Who::Anybody;
  const bool takes_key = route.doing.key.has_value();
  for (const Status& status : kProblems) {
    if (status.code == "401" && !officer && !takes_key) continue;
    if (status.code == "403" && !officer && !changes && !takes_key) continue;
    if (status.code == "404" && !named && route.operation != "report follow") continue;
    if (status.code == "409" && !changes) continue;
    if (status.code == "413" && route.body == 0) continue;
    all.emplace(status.code, reference("responses", status.name));
  }
  if (route.method == "GET" && route.reply != Reply::Bytes)
    all.emplace("304", Json::Object{{"description", "What `If-None-Match` named is still so."}});
  return all;
}

// ── who may ──

std::vector<std::string> roles_of(const Route& route) {
  std::vector<std::string> names;
  for (const Act act : route.doing.acts) {
    for (const Role role : roles_for(act)) {
      if (std::find(names.begin(), names.end(), name(role)) == names.end()) names.emplace_back(name(role));
    }
  }
  return names;
}

std::string who_may(const Route& route) {
  if (route.doing.who == Who::Anybody) return "anybody";
  const std::vector<std::string> roles = roles_of(route);
  if (roles.empty()) return "any officer";
  return join(roles, ", ") + (route.doing.acts.size() > 1 ? " (which of them, the request says)" : "") +
         (route.doing.key ? "; or a machine's key for `" + std::string(name(*route.doing.key)) + "`" : "");
}

Json security(const Route& route) {
  if (route.doing.who == Who::Anybody) return Json::Array{};
  Json needed = Json::Object{{"session", Json::Array{}}};
  if (route.method != "GET") needed.set("csrf", Json::Array{});
  Json::Array either{std::move(needed)};
  if (route.doing.key) either.push_back(Json::Object{{"key", Json::Array{}}});
  return either;
}

// The path's first word is what it is about.
std::string tag_of(const Route& route) {
  std::string_view rest = route.path.substr(std::string_view("/api/v1/").size());
  rest = rest.substr(0, rest.find('/'));
  return std::string(rest.substr(0, rest.find('.')));
}

Json operation(const Route& route) {
  const std::vector<std::string> roles = roles_of(route);
  Json described = Json::Object{{"operationId", replace_all(std::string(route.operation), " ", "_")},
                                {"summary", route.about},
                                {"description", "Who may: " + who_may(route) + "."},
                                {"x-cordon-roles", Json::Array(roles.begin(), roles.end())},
                                {"tags", Json::Array{tag_of(route)}},
                                {"security", security(route)},
                                {"parameters", parameters(route)},
                                {"responses", responses(route)}};
  if (route.body > 0) described.set("requestBody", request_body(route));
  return described;
}

Json components(const std::set<std::string_view>& used) {
  Json::Object schemas, problems;
  for (const std::string_view name : used) schemas.emplace(name, schema_of_shape(find_shape(name)));
  for (const Status& status : kProblems) {
    const Json content =
        Json::Object{{"application/problem+json", Json::Object{{"schema", reference("schemas", "Problem")}}}};
    Json problem = Json::Object{{"description", status.about}, {"content", content}};
    if (status.code == "401") {
      problem.set("headers", Json::Object{{"WWW-Authenticate",
                                           Json::Object{{"description", "`Bearer`; with `error` where a key was shown"},
                                                        {"schema", Json::Object{{"type", "string"}}}}}});
    }
    problems.emplace(status.name, std::move(problem));
  }
  const auto header = [](std::string_view header_name, std::string_view about) -> Json {
    return Json::Object{{"name", header_name},
                        {"in", "header"},
                        {"required", false},
                        {"description", about},
                        {"schema", Json::Object{{"type", "string"}, {"maxLength", 500}}}};
  };
  return Json::Object{
      {"schemas", std::move(schemas)},
      {"responses", std::move(problems)},
      {"parameters",
       Json::Object{
           {"IdempotencyKey", header("Idempotency-Key",
                                     "your name for this request: sent twice it is done once, and answered alike; with "
                                     "another request under the same key it is 422")},
           {"IfNoneMatch", header("If-None-Match", "the `ETag` of what you have; 304 where it is still so")}}},
      {"securitySchemes",
       Json::Object{{"session", Json::Object{{"type", "apiKey"},
                                             {"in", "cookie"},
                                             {"name", "__Host-cordon"},
                                             {"description", "as POST /api/v1/session sets it"}}},
                    {"csrf", Json::Object{{"type", "apiKey"},
                                          {"in", "header"},
                                          {"name", "X-CSRF-Token"},
                                          {"description", "`csrf` of the session; goes with each change"}}},
                    {"key", Json::Object{{"type", "http"},
                                         {"scheme", "bearer"},
                                         {"bearerFormat", "cordon_<id>_<secret>"},
                                         {"description",
                                          "a machine's key, as `cordon key add` gives it; which scope it "
                                          "takes, each request says"}}}}}};
}

}  // namespace

Json openapi_document() {
  Json::Object paths;
  std::set<std::string_view> used{"Problem"};
  std::set<std::string> tags;
  for (const Route& route : routes()) {
    if (!in_api(route)) continue;
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    Json& path = paths.emplace(route.path, Json::Object{}).first->second;
    path.set(method, operation(route));
    tags.insert(tag_of(route));
    if (route.reply != Reply::Bytes) collect(route.shape, used);
  }
  Json::Array tag_list;
  for (const std::string& tag : tags)
    tag_list.push_back(Json::Object{{"name", tag}, {"description", "All under /api/v1/" + tag + "."}});
  return Json::Object{
      {"openapi", "3.1.0"},
      {"info",
       Json::Object{{"title", "Cordon"},
                    {"version", "0.1.0"},
                    {"summary", "An open cyber-police desk."},
                    {"description",
                     "Everything that the commands and the pages of a desk do. Requests are closed: a member that is "
                     "not named here is refused. What an officer may not see is answered as if it were not there, and "
                     "every reading of a case is on record before its bytes leave."},
                    {"license", Json::Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", Json::Array{Json::Object{{"url", "/"}, {"description", "the desk that served this document"}}}},
      {"tags", std::move(tag_list)},
      {"paths", std::move(paths)},
      {"components", components(used)}};
}

namespace {

// A cell of a table, or a line.
std::string cell(std::string_view text) { return replace_all(std::string(text), "|", "\\|"); }

std::string kind_words(FieldKind kind) {
  switch (kind) {
    case FieldKind::Id:
      return "id";
    case FieldKind::Word:
      return "line";
    case FieldKind::Text:
      return "text";
    case FieldKind::Digest:
      return "SHA-256";
    case FieldKind::Number:
      return "number";
    case FieldKind::Flag:
      return "true or false";
    case FieldKind::Words:
      return "list";
    case FieldKind::Object:
      return "object";
  }
  return "";
}

}  // namespace

std::string api_markdown() {
  std::string out =
      "# The API\n\nWritten by `cordon docs api` from `src/desk/routes.cc`; `cordon docs api --json` prints the "
      "OpenAPI "
      "3.1 document,\nwhich a desk serves at `/api/v1/openapi.json`. [docs/api.md](../api.md) shows how to begin.\n\n"
      "| request | what it does | who may |\n| --- | --- | --- |\n";
  for (const Route& route : routes()) {
    if (!in_api(route)) continue;
    out += "| [`" + std::string(route.method) + " " + std::string(route.path) + "`](#" +
           replace_all(std::string(route.operation), " ", "-") + ") | " + cell(route.about) + " | " +
           cell(who_may(route)) + " |\n";
  }
  for (const Route& route : routes()) {
    if (!in_api(route)) continue;
    out += "\n## " + std::string(route.operation) + "\n\n`" + std::string(route.method) + " " +
           std::string(route.path) + "`: " + std::string(route.about) + ".\n\nWho may: " + who_may(route) + ".\n";
    bool first = true;
    for (const Field& field : route.fields) {
      if (field.need == Need::Local) continue;
      if (first) out += "\n| member | in | kind | | example |\n| --- | --- | --- | --- | --- |\n";
      first = false;
      const std::string_view in = in_path(route, field) ? "path" : in_json_body(route) ? "body" : "query";
      out += "| `" + std::string(field.name) + "`" + (field.need == Need::May ? " (optional)" : "") + " | " +
             std::string(in) + " | " + kind_words(field.kind) + " | " + cell(field.about) + " | " +
             (field.example.empty() ? std::string() : "`" + cell(field.example) + "`") + " |\n";
    }
    if (takes_idempotency_key(route)) out += "\nTakes an `Idempotency-Key`.\n";
    if (route.body > 0)
      out +=
          "\nThe body is `" + std::string(route.body_type) + "`, at most " + std::to_string(route.body) + " bytes.\n";
    if (route.reply == Reply::Bytes) {
      out += "\nGives the bytes.\n";
      continue;
    }
    if (route.shape == "Object") {
      out += "\nGives an object.\n";
      continue;
    }
    out += std::string("\nGives ") + (route.reply == Reply::Many ? "`{\"items\": […], \"next\": …}`, each item" : "") +
           (route.reply == Reply::Many ? " " : "") + "`" + std::string(route.shape) + "`: ";
    std::vector<std::string> members;
    const Shape* shape = &find_shape(route.shape);
    for (;;) {
      std::vector<std::string> own;
      for (const Member& member : shape->members) own.push_back("`" + std::string(member.name) + "`");
      members.insert(members.begin(), own.begin(), own.end());
      if (shape->like.empty()) break;
      shape = &find_shape(shape->like);
    }
    out += join(members, ", ") + ".\n";
  }
  return out;
}

}  // namespace cordon
