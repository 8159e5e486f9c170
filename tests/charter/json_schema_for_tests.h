// As much of JSON Schema (draft 2020-12) as the schemas of our tests use. What is wrong, in words; empty if nothing is.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "base/files.h"
#include "base/json.h"

namespace cordon::testing_desk {

inline std::string schema_fault(const Json& schema, const Json& value, const std::string& at = "$");

namespace schema_parts {

inline bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.object() != nullptr;
  if (type == "array") return value.array() != nullptr;
  if (type == "string") return value.string() != nullptr;
  if (type == "integer") return value.integer() != nullptr;
  if (type == "number") return value.integer() != nullptr || value.real() != nullptr;
  if (type == "boolean") return value.boolean() != nullptr;
  return type == "null" && value.is_null();
}

inline std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// What no value can break: words for readers, and what is looked up elsewhere ($ref is put in by in_one()).
inline bool is_known(const std::string& key) {
  static const std::set<std::string> kKnown{"$schema",
                                            "$id",
                                            "$defs",
                                            "$comment",
                                            "title",
                                            "description",
                                            "examples",
                                            "default",
                                            "x-recommended",
                                            "contentEncoding",
                                            "type",
                                            "enum",
                                            "const",
                                            "not",
                                            "anyOf",
                                            "allOf",
                                            "if",
                                            "then",
                                            "else",
                                            "maxLength",
                                            "minLength",
                                            "pattern",
                                            "format",
                                            "minItems",
                                            "maxItems",
                                            "items",
                                            "uniqueItems",
                                            "contains",
                                            "required",
                                            "properties",
                                            "additionalProperties",
                                            "minimum",
                                            "maximum",
                                            "definitions"};
  return kKnown.contains(key);
}

// As much of the formats as an independent look can say without a library; one that is not here is a fault.
inline bool is_of_format(const std::string& format, const std::string& text) {
  static const std::map<std::string, std::string> kFormats{
      {"uuid", "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
      {"date-time", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"},
      {"date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
      {"email", "^[^@\\s]+@[^@\\s]+$"},
      {"uri", "^[a-z][a-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]*$"},
      {"hostname", "^[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*$"},
      {"ipv4", "^[0-9]{1,3}(\\.[0-9]{1,3}){3}$"},
      {"ipv6", "^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$"}};
  const auto found = kFormats.find(format);
  return found != kFormats.end() && std::regex_match(text, std::regex(found->second, std::regex::ECMAScript));
}

inline std::string text_fault(const std::string& key, const Json& rule, const std::string& text) {
  if (key == "maxLength" && characters(text) > static_cast<std::size_t>(*rule.integer())) return "too long";
  if (key == "minLength" && characters(text) < static_cast<std::size_t>(*rule.integer())) return "too short";
  if (key == "pattern" && !std::regex_search(text, std::regex(*rule.string(), std::regex::ECMAScript)))
    return "not of its pattern";
  if (key == "format" && !is_of_format(*rule.string(), text)) return "no " + *rule.string();
  return "";
}

inline std::string number_fault(const std::string& key, const Json& rule, const Json& value) {
  const auto as_real = [](const Json& one) {
    return one.integer() != nullptr ? static_cast<double>(*one.integer()) : one.real() != nullptr ? *one.real() : 0.0;
  };
  if (key == "minimum" && as_real(value) < as_real(rule)) return "too little";
  if (key == "maximum" && as_real(value) > as_real(rule)) return "too much";
  return "";
}

inline std::string list_fault(const std::string& key, const Json& rule, const Json::Array& list,
                              const std::string& at) {
  if (key == "maxItems" && list.size() > static_cast<std::size_t>(*rule.integer())) return "too many";
  if (key == "uniqueItems" && rule.boolean() != nullptr && *rule.boolean()) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (std::find(list.begin() + static_cast<std::ptrdiff_t>(i) + 1, list.end(), list[i]) != list.end())
        return "a list with one thing twice";
    }
  }
  if (key == "minItems" && list.size() < static_cast<std::size_t>(*rule.integer())) return "too few";
  if (key == "items") {
    for (const Json& item : list) {
      if (const std::string fault = schema_fault(rule, item, at + "[]"); !fault.empty()) return fault;
    }
  }
  if (key != "contains") return "";
  const bool has =
      std::any_of(list.begin(), list.end(), [&](const Json& item) { return schema_fault(rule, item).empty(); });
  return has ? "" : "lacks an item";
}

inline std::string object_fault(const std::string& key, const Json& rule, const Json& value, const std::string& at) {
  if (key == "required") {
    for (const Json& member : *rule.array()) {
      if (value.find(*member.string()) == nullptr) return "lacks " + *member.string();
    }
  }
  if (key == "properties") {
    for (const auto& [member, its] : *rule.object()) {
      const Json* there = value.find(member);
      if (there == nullptr) continue;
      if (const std::string fault = schema_fault(its, *there, at + "." + member); !fault.empty()) return fault;
    }
  }
  return "";
}

}  // namespace schema_parts

inline std::string schema_fault(const Json& schema, const Json& value, const std::string& at) {
  using namespace schema_parts;
  if (schema.object() == nullptr) return "";  // true
  if (const Json* more = schema.find("additionalProperties");
      more != nullptr && more->boolean() != nullptr && !*more->boolean() && value.object() != nullptr) {
    for (const auto& [member, its] : *value.object()) {
      const Json* known = schema.find("properties");
      if (known == nullptr || known->find(member) == nullptr) return at + " may not have " + member;
    }
  }
  const auto holds = [&](const Json& rule) { return schema_fault(rule, value, at).empty(); };
  for (const auto& [key, rule] : *schema.object()) {
    std::string fault;
    if (!is_known(key)) fault = "held to '" + key + "', which this cannot check";
    if (key == "type" && rule.string() != nullptr && !is_of_type(value, *rule.string())) fault = "of another type";
    if (key == "type" && rule.array() != nullptr &&
        std::none_of(rule.array()->begin(), rule.array()->end(),
                     [&](const Json& one) { return is_of_type(value, *one.string()); }))
      fault = "of another type";
    if (key == "enum" && std::find(rule.array()->begin(), rule.array()->end(), value) == rule.array()->end())
      fault = "not in the list";
    if (key == "const" && !(rule == value)) fault = "another value";
    if (key == "not" && holds(rule)) fault = "what it may not be";
    if (key == "anyOf" && std::none_of(rule.array()->begin(), rule.array()->end(), holds))
      fault = "none of the alternatives";
    if (key == "allOf") {
      for (const Json& one : *rule.array())
        if (fault.empty()) fault = schema_fault(one, value, at);
    }
    if (key == "if") {
      const Json* then = schema.find(holds(rule) ? "then" : "else");
      if (then != nullptr) fault = schema_fault(*then, value, at);
    }
    if (fault.empty() && value.string() != nullptr) fault = text_fault(key, rule, *value.string());
    if (fault.empty() && (value.integer() != nullptr || value.real() != nullptr))
      fault = number_fault(key, rule, value);
    if (fault.empty() && value.array() != nullptr) fault = list_fault(key, rule, *value.array(), at);
    if (fault.empty() && value.object() != nullptr) fault = object_fault(key, rule, value, at);
    if (!fault.empty()) return fault.starts_with('$') ? fault : at + " is " + fault;
  }
  return "";
}

// The schema in `file` with what its "$ref"s name, in files beside it or under its own "$defs", in their place. Schemas
// that name themselves have no end here.
inline Json in_one(const std::filesystem::path& file);

namespace schema_parts {

inline Json put_in(const Json& part, const Json& root, const std::filesystem::path& file) {
  if (const Json::Array* list = part.array()) {
    Json::Array all;
    for (const Json& one : *list) all.push_back(put_in(one, root, file));
    return all;
  }
  if (part.object() == nullptr) return part;
  Json whole = Json::Object{};
  for (const auto& [key, rule] : *part.object()) {
    const std::string* to = key == "$ref" ? rule.string() : nullptr;
    if (key == "$defs") continue;
    if (to == nullptr) {
      whole.set(key, put_in(rule, root, file));
    } else if (to->starts_with("#/$defs/")) {
      whole.set("allOf", Json::Array{put_in(*root.find("$defs")->find(to->substr(8)), root, file)});
    } else {
      whole.set("allOf", Json::Array{in_one((file.parent_path() / *to).lexically_normal())});
    }
  }
  return whole;
}

}  // namespace schema_parts

inline Json in_one(const std::filesystem::path& file) {
  const auto text = read_file(file, 1u << 20);
  CORDON_CHECK(text, "a schema can be read");
  const auto schema = parse_json(*text);
  CORDON_CHECK(schema, "a schema is JSON");
  return schema_parts::put_in(*schema, *schema, file);
}

}  // namespace cordon::testing_desk
