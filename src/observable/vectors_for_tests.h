// Published test vectors in JSON, read although some of them are no strict JSON.
#pragma once

#include <string>

#include "base/files.h"
#include "base/json.h"

namespace cordon {

// Our reader takes no lone surrogate, which some vectors hold on purpose; here each becomes U+FFFD, as it
// does in a browser.
inline std::string without_lone_surrogates(std::string text) {
  const auto is_escape = [&text](std::size_t at, std::string_view third_digits) {
    return text.compare(at, 2, "\\u") == 0 && at + 6 <= text.size() && (text[at + 2] | 0x20) == 'd' &&
           third_digits.find(text[at + 3]) != std::string_view::npos;
  };
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos;) {
    const bool high = is_escape(at, "89aAbB");
    if (high && at + 12 <= text.size() && is_escape(at + 6, "cCdDeEfF")) {
      at += 12;
    } else if (high || is_escape(at, "cCdDeEfF")) {
      text.replace(at, 6, "\\uFFFD");
      at += 6;
    } else {
      at += 2;
    }
  }
  return text;
}

inline Result<Json> read_vectors(const std::string& path) {
  return parse_json(without_lone_surrogates(TRY(read_file(path, 1 << 22))));
}

}  // namespace cordon
