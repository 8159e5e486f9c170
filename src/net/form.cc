#include "net/form.h"

#include <optional>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kFieldsMax = 100;
constexpr std::size_t kNameMax = 64;
constexpr std::size_t kPartHeaderMax = 4096;

Result<std::string> url_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(Fault::Malformed, "a '%' without two hex digits in the form");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!valid_utf8(out) || out.find('\0') != std::string::npos) return fail(Fault::Malformed, "the form is not UTF-8");
  return out;
}

Result<Nothing> check_name(const std::string& name) {
  if (name.empty() || name.size() > kNameMax)
    return fail(Fault::Malformed, "a field without a name, or a name too long");
  return Nothing{};
}

// The value of `key` in `form-data; name="a"; filename="b"`; nothing when it is not there.
std::optional<std::string> parameter(std::string_view header, std::string_view key) {
  for (std::size_t at = header.find(';'); at != std::string_view::npos;) {
    std::string_view rest = trim(header.substr(at + 1));
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool found = equal_ignoring_case(trim(rest.substr(0, equals)), key);
    rest = trim(rest.substr(equals + 1));
    std::string value;
    std::size_t end = 0;
    if (rest.starts_with('"')) {
      end = 1;
      while (end < rest.size() && rest[end] != '"') {
        if (rest[end] == '\\' && end + 1 < rest.size()) ++end;
        value += rest[end++];
      }
      if (end == rest.size()) return std::nullopt;
      ++end;
    } else {
      end = rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';');
      value = std::string(trim(rest.substr(0, end)));
    }
    if (found) return value;
    const std::string_view after = rest.substr(end);
    if (after.find(';') == std::string_view::npos) return std::nullopt;
    at = static_cast<std::size_t>(after.data() - header.data()) + after.find(';');
  }
  return std::nullopt;
}

Result<FormField> read_part(std::string_view part) {
  const std::size_t blank = part.substr(0, kPartHeaderMax).find("\r\n\r\n");
  if (blank == std::string_view::npos) return fail(Fault::Malformed, "a part of the form has no end of its header");
  FormField field;
  std::optional<std::string> name;
  for (const std::string_view raw : split(part.substr(0, blank), '\n')) {
    const std::string_view line = trim(raw);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail(Fault::Malformed, "a part of the form has a header without ':'");
    const std::string_view value = trim(line.substr(colon + 1));
    if (equal_ignoring_case(line.substr(0, colon), "content-disposition")) {
      if (!value.starts_with("form-data")) return fail(Fault::Malformed, "a part of the form is no form-data");
      name = parameter(value, "name");
      if (const auto file = parameter(value, "filename")) {
        field.is_file = true;
        field.file_name = *file;
      }
    } else if (equal_ignoring_case(line.substr(0, colon), "content-type")) {
      field.media_type = std::string(value);
    }
  }
  if (!name) return fail(Fault::Malformed, "a part of the form has no name");
  field.name = *std::move(name);
  TRY(check_name(field.name));
  field.value = std::string(part.substr(blank + 4));
  if (!valid_utf8(field.name) || !valid_utf8(field.file_name) || (!field.is_file && !valid_utf8(field.value)))
    return fail(Fault::Malformed, "the form is not UTF-8", printable(field.name));
  if (!field.is_file) field.media_type.clear();
  return field;
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._";
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%' + to_hex(std::string_view(&c, 1));
    }
  }
}

}  // namespace

Result<std::vector<FormField>> read_urlencoded(std::string_view text) {
  std::vector<FormField> fields;
  if (text.empty()) return fields;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;
    if (fields.size() == kFieldsMax) return fail(Fault::Malformed, "the form has more than 100 fields");
    const std::size_t equals = pair.find('=');
    FormField field;
    field.name = TRY(url_decoded(pair.substr(0, equals)));
    TRY(check_name(field.name));
    if (equals != std::string_view::npos) field.value = TRY(url_decoded(pair.substr(equals + 1)));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::vector<FormField>> read_multipart(std::string_view content_type, std::string_view body) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70)
    return fail(Fault::Malformed, "the form has no boundary of 1 to 70 characters (RFC 2046 5.1.1)");
  const std::string first = "--" + *boundary;
  const std::string between = "\r\n" + first;
  if (!body.starts_with(first)) return fail(Fault::Malformed, "the form does not start with its boundary");
  std::vector<FormField> fields;
  for (std::size_t at = first.size();;) {
    const std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return fields;
    if (!rest.starts_with("\r\n"))
      return fail(Fault::Malformed, "a boundary of the form is not at the end of its line");
    if (fields.size() == kFieldsMax) return fail(Fault::Malformed, "the form has more than 100 fields");
    const std::size_t end = body.find(between, at);
    if (end == std::string_view::npos) return fail(Fault::Malformed, "the form ends within a part");
    // An empty part's boundary may share its line break with the header's end: then there is no header.
    if (end < at + 2) return fail(Fault::Malformed, "a part of the form is empty");
    fields.push_back(TRY(read_part(body.substr(at + 2, end - at - 2))));
    at = end + between.size();
  }
}

std::string write_urlencoded(const std::vector<FormField>& fields) {
  std::string out;
  for (const FormField& field : fields) {
    if (!out.empty()) out += '&';
    append_encoded(out, field.name);
    out += '=';
    append_encoded(out, field.value);
  }
  return out;
}

}  // namespace cordon
