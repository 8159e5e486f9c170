// A JSON value, read strictly and written canonically (RFC 8785), so that equal values have equal bytes
// and a digest over them means something.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace cordon {

// RFC 8785 section 3.2.3 sorts names by UTF-16 code units. That is the order of the UTF-8 bytes, except
// that U+E000 to U+FFFF come after the supplementary planes.
struct Utf16Less {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, Utf16Less>;

  Json() = default;  // null
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* real() const { return std::get_if<double>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  Array* array() { return std::get_if<Array>(&value_); }
  Object* object() { return std::get_if<Object>(&value_); }

  // The member of an object; nullptr where there is none or this is no object.
  const Json* find(std::string_view key) const;
  // Sets a member; a null value becomes an object first.
  Json& set(std::string_view key, Json value);

  // Members that must be there, in their type: Malformed names the key otherwise.
  Result<std::string> text(std::string_view key) const;
  Result<std::int64_t> number(std::string_view key) const;
  Result<bool> flag(std::string_view key) const;
  Result<Array> list(std::string_view key) const;
  // A member that may be missing.
  std::string text_or(std::string_view key, std::string_view otherwise = {}) const;
  std::int64_t number_or(std::string_view key, std::int64_t otherwise) const;

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Reads one JSON text (RFC 8259, I-JSON): UTF-8, at most 64 levels, no name twice in an object. Whole
// numbers within ±(2^53 - 1) become integers.
Result<Json> parse_json(std::string_view text);

// RFC 8785: names sorted, no white space, shortest numbers.
std::string to_text(const Json& value);

// `text` (UTF-8) as to_text() writes a string, with its quotation marks: for output that is too much for a value each.
void append_json_string(std::string& out, std::string_view text);

}  // namespace cordon
