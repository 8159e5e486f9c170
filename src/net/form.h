// What a browser's form sends: names and values, read from a query, a urlencoded body (WHATWG URL, 5.1) or a
// multipart/form-data body (RFC 7578). Bounded, and strict where a lenient reader would guess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

struct FormField {
  std::string name;   // UTF-8, at most 64 bytes
  std::string value;  // UTF-8, but for a file's bytes
  bool is_file = false;
  std::string file_name, media_type;  // as the sender says; of a file only
  bool operator==(const FormField&) const = default;
};

// At most 100 fields. Malformed names what is wrong.
Result<std::vector<FormField>> read_urlencoded(std::string_view text);
Result<std::vector<FormField>> read_multipart(std::string_view content_type, std::string_view body);

std::string write_urlencoded(const std::vector<FormField>& fields);  // of fields that are no files

}  // namespace cordon
