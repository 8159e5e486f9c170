#include "base/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::int64_t kLargestExact = (std::int64_t{1} << 53) - 1;  // I-JSON, RFC 7493 section 2.2
constexpr int kDeepest = 64;

// Builds our value from Boost's events, so that a name given twice is seen and refused.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Code = boost::system::error_code;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return open(Json::Object{}); }
  bool on_object_end(std::size_t, Code&) { return close(); }
  bool on_array_begin(Code&) { return open(Json::Array{}); }
  bool on_array_end(std::size_t, Code&) { return close(); }
  bool on_key_part(boost::json::string_view part, std::size_t, Code&) { return extend(part); }
  bool on_key(boost::json::string_view part, std::size_t, Code& code) {
    extend(part);
    if (stack_.back().value.object()->contains(text_)) {
      twice = printable(text_, 60);
      code = boost::json::error::syntax;
      return false;
    }
    stack_.back().key = std::exchange(text_, {});
    return true;
  }
  bool on_string_part(boost::json::string_view part, std::size_t, Code&) { return extend(part); }
  bool on_string(boost::json::string_view part, std::size_t, Code&) {
    extend(part);
    return put(Json(std::exchange(text_, {})));
  }
  bool on_number_part(boost::json::string_view part, Code&) { return extend(part); }
  bool on_int64(std::int64_t value, boost::json::string_view part, Code& code) {
    if (value > kLargestExact || value < -kLargestExact) return on_double(0, part, code);
    text_.clear();
    return put(Json(value));
  }
  bool on_uint64(std::uint64_t, boost::json::string_view part, Code& code) { return on_double(0, part, code); }
  // Boost 1.81 rounds some long fractions wrongly, so the digits are read again.
  bool on_double(double, boost::json::string_view part, Code& code) {
    extend(part);
    const std::string digits = std::exchange(text_, {});
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range &&
        (digits.find("e-") != std::string::npos || digits.find("E-") != std::string::npos)) {
      return put(Json(0));  // too small to tell from zero
    }
    if (error != std::errc() || end != digits.data() + digits.size()) {
      code = boost::json::error::not_number;
      return false;
    }
    return put(Json(value));
  }
  bool on_bool(bool value, Code&) { return put(Json(value)); }
  bool on_null(Code&) { return put(Json()); }
  bool on_comment_part(boost::json::string_view, Code&) { return true; }
  bool on_comment(boost::json::string_view, Code&) { return true; }

  Json result;
  std::string twice;  // the name that an object holds two times

 private:
  struct Open {
    Json value;
    std::string key;  // of the member being read, in an object
  };
  bool extend(boost::json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool open(Json empty) {
    stack_.push_back({std::move(empty), {}});
    return true;
  }
  bool close() {
    Json done = std::move(stack_.back().value);
    stack_.pop_back();
    return put(std::move(done));
  }
  bool put(Json value) {
    if (stack_.empty()) {
      result = std::move(value);
    } else if (Json::Array* array = stack_.back().value.array()) {
      array->push_back(std::move(value));
    } else {
      stack_.back().value.object()->emplace(std::move(stack_.back().key), std::move(value));
    }
    return true;
  }
  std::vector<Open> stack_;
  std::string text_;
};

// The number format of ECMAScript (RFC 8785 section 3.2.2.3): the shortest digits that read back the
// same, plain between 1e-6 and 1e21.
void write_double(std::string& out, double value) {
  if (value == 0) {
    out += '0';
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the decimal point
  if (value < 0) out += '-';
  if (count <= point && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.insert(static_cast<std::size_t>(point), ".");
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    if (count > 1) digits.insert(1, ".");
    out += digits + (point > 0 ? "e+" : "e-") + std::to_string(std::abs(point - 1));
  }
}

void write(std::string& out, const Json& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    if (*integer > kLargestExact || *integer < -kLargestExact) {
      write_double(out, static_cast<double>(*integer));
    } else {
      out += std::to_string(*integer);
    }
  } else if (const double* real = value.real()) {
    write_double(out, *real);
  } else if (const std::string* text = value.string()) {
    append_json_string(out, *text);
  } else if (const Json::Array* array = value.array()) {
    out += '[';
    for (const Json& item : *array) {
      if (&item != &array->front()) out += ',';
      write(out, item);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : *value.object()) {
      if (!std::exchange(first, false)) out += ',';
      append_json_string(out, key);
      out += ':';
      write(out, member);
    }
    out += '}';
  }
}

Error missing(std::string_view key, std::string_view expected) {
  return fail(Fault::Malformed, "expected " + std::string(expected) + " in \"" + std::string(key) + "\"");
}

}  // namespace

bool Utf16Less::operator()(std::string_view a, std::string_view b) const {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  // UTF-8 leads of U+E000 and above (0xEE, 0xEF) sort after those of the supplementary planes (0xF0 to 0xF4).
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : static_cast<int>(byte);
  };
  return rank(*x) < rank(*y);
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto it = members->find(key);
  return it == members->end() ? nullptr : &it->second;
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  object()->insert_or_assign(std::string(key), std::move(value));
  return *this;
}

Result<std::string> Json::text(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->string() == nullptr) return missing(key, "text");
  return *member->string();
}

Result<std::int64_t> Json::number(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->integer() == nullptr) return missing(key, "a whole number");
  return *member->integer();
}

Result<bool> Json::flag(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->boolean() == nullptr) return missing(key, "true or false");
  return *member->boolean();
}

Result<Json::Array> Json::list(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->array() == nullptr) return missing(key, "a list");
  return *member->array();
}

std::string Json::text_or(std::string_view key, std::string_view otherwise) const {
  const Json* member = find(key);
  return member != nullptr && member->string() != nullptr ? *member->string() : std::string(otherwise);
}

std::int64_t Json::number_or(std::string_view key, std::int64_t otherwise) const {
  const Json* member = find(key);
  return member != nullptr && member->integer() != nullptr ? *member->integer() : otherwise;
}

Result<Json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::json::basic_parser<Builder> parser(options);
  boost::system::error_code code;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
  const std::string where = "byte " + std::to_string(read);
  if (!parser.handler().twice.empty()) {
    return fail(Fault::Malformed, "the name \"" + parser.handler().twice + "\" stands twice in one object", where);
  }
  if (code) return fail(Fault::Malformed, "not JSON: " + code.message(), where);
  if (!trim(text.substr(read)).empty()) return fail(Fault::Malformed, "not JSON: text after the end", where);
  return std::move(parser.handler().result);
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  out += '"';
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t end = at;
    while (end < text.size() && plain(text[end])) ++end;
    out += text.substr(at, end - at);
    at = end;
    if (at == text.size()) break;
    switch (const char c = text[at]) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kDigits[static_cast<std::size_t>(c >> 4)];
        out += kDigits[static_cast<std::size_t>(c & 15)];
    }
  }
  out += '"';
}

std::string to_text(const Json& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace cordon
