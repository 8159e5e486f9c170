// The one place that reads TOML.
#include <toml++/toml.h>

#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "desk/settings.h"

namespace cordon {

namespace {

Result<Json> to_json(const toml::node& node, int depth) {
  if (depth > 16) return fail(Fault::Malformed, "tables go too deep");
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* number = node.as_integer()) return Json(number->get());
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  if (const auto* array = node.as_array()) {
    Json::Array list;
    for (const toml::node& item : *array) list.push_back(TRY(to_json(item, depth + 1)));
    return Json(std::move(list));
  }
  if (const auto* table = node.as_table()) {
    Json::Object object;
    for (const auto& [key, value] : *table) object.emplace(std::string(key.str()), TRY(to_json(value, depth + 1)));
    return Json(std::move(object));
  }
  return fail(Fault::Malformed, "only texts, whole numbers, true, false, lists and tables are used");
}

}  // namespace

Result<Json> parse_toml(std::string_view text, const std::string& where) {
  try {
    Result<Json> value = to_json(toml::parse(text, where), 0);
    if (!value) return fail(value.error().fault, value.error().message, where);
    return value;
  } catch (const toml::parse_error& error) {
    return fail(Fault::Malformed, "not TOML: " + printable(error.description()),
                where + ", line " + std::to_string(error.source().begin.line));
  }
}

Result<Json> read_toml(const std::string& path) {
  const std::string text = TRY(read_file(path, 4u << 20));
  return parse_toml(text, path);
}

}  // namespace cordon
