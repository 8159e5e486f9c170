// As much of JSON Schema (draft 2020-12) as the schemas of our tests use. What is wrong, in words; empty if nothing is.
#pragma once

#include <algorithm>
#include <regex>
#include <string>

#include "base/json.h"

namespace cordon::testing_desk {

inline std::string schema_fault(const Json& schema, const Json& value, const std::string& at = "$");

namespace schema_parts {

inline bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.object() != nullptr;
  if (type == "array") return value.array() != nullptr;
  if (type == "string") return value.string() != nullptr;
  if (type == "integer") return value.integer() != nullptr;
  if (type == "boolean") return value.boolean() != nullptr;
  return type == "null" && value.is_null();
}

inline std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

inline std::string text_fault(const std::string& key, const Json& rule, const std::string& text) {
  if (key == "maxLength" && characters(text) > static_cast<std::size_t>(*rule.integer())) return "too long";
  if (key == "minLength" && characters(text) < static_cast<std::size_t>(*rule.integer())) return "too short";
  if (key == "pattern" && !std::regex_search(text, std::regex(*rule.string(), std::regex::ECMAScript)))
    return "not of its pattern";
  return "";
}

inline std::string list_fault(const std::string& key, const Json& rule, const Json::Array& list,
                              const std::string& at) {
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
  const auto holds = [&](const Json& rule) { return schema_fault(rule, value, at).empty(); };
  for (const auto& [key, rule] : *schema.object()) {
    std::string fault;
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
    if (fault.empty() && value.array() != nullptr) fault = list_fault(key, rule, *value.array(), at);
    if (fault.empty() && value.object() != nullptr) fault = object_fault(key, rule, value, at);
    if (!fault.empty()) return fault.starts_with('$') ? fault : at + " is " + fault;
  }
  return "";
}

}  // namespace cordon::testing_desk
