// A domain name as the network sees it: lower-case A-labels, no trailing dot. Two spellings of one name
// become equal here and nowhere else.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

class Domain {
 public:
  const std::string& text() const { return text_; }
  std::string registrable() const;  // the private section of the suffix list counts: "tenant.github.io"
  bool on_shared_suffix() const;    // the suffix is in the list's private section
  auto operator<=>(const Domain&) const = default;

 private:
  friend Result<Domain> parse_domain(std::string_view text);
  explicit Domain(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// UTS 46 (non-transitional, as browsers do) over a host name in UTF-8. Letters, digits, hyphen and
// underscore only; labels of 1 to 63 bytes, 253 in all; one trailing dot is dropped. Anything that UTS 46
// would flag is Malformed, never repaired: a notice must not name another host. Any number of labels.
Result<std::string> ascii_host(std::string_view text);

// Accepts the spellings people paste ("EXAMPLE[.]org.") and refuses a single label, a public suffix and a
// name that no listed suffix ends: nobody can send a notice to "localhost", and a match on "com" would
// catch half the web.
Result<Domain> parse_domain(std::string_view text);

// A domain as a target: a wildcard, a pattern and a platform's own name are Refused (charter 4.8).
Result<std::string> canonical_domain(std::string_view text);

// Refused for "*", "^…", "(?", "\." and the like: an observable is one thing (charter 4.8).
Result<Nothing> refuse_patterns(std::string_view text);

}  // namespace cordon
