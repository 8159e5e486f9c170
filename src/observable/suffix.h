// The Public Suffix List (publicsuffix.org): where the part of a name begins that somebody registered.
// Names here are lower-case A-labels without a trailing dot.
#pragma once

#include <optional>
#include <string_view>

namespace cordon {

struct Suffix {
  std::string_view text;  // "co.uk", "github.io": a tail of the name that was asked about
  bool is_private;        // tenants of one owner share it: the list's private section
};

// The longest suffix on the list that `name` ends in, or is. Nothing where the list does not know the
// top-level name: the list's own default rule "*" would make every file name a domain. The names that
// RFC 6761 keeps for tests and documents (.test, .example, .invalid, .localhost) count as known.
std::optional<Suffix> public_suffix(std::string_view name);

// The suffix and one label more; nothing for a suffix itself or an unknown one.
std::optional<std::string_view> registrable_part(std::string_view name);

}  // namespace cordon
