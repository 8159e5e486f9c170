// Undoing what authors do to an identifier so that nobody reaches it by a click.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cordon {

// "hxxp[:]//example[.]org/a[.]php" -> "http://example.org/a.php", "bob at example dot org" -> "bob@example.org".
// Knows the spellings of meant_scheme at the start and [ ], ( ), { } around . dot : :// // / @ at, with blanks in and
// around them, with brackets missing or in heaps; " dot ", " at ", " ." and "\." between words, and a blank before the
// path of a URL; full-width stops and signs that have no width. After the first "/" only square brackets count: a path
// may well hold "(.)".
// Linear, and refang(refang(x)) == refang(x).
std::string refang(std::string_view text);

// The scheme that "hxxps", "hXXp", "meow", "fxp" and the like stand for, their plain spellings included: "http",
// "https" or "ftp". Nothing for any other word.
std::optional<std::string_view> meant_scheme(std::string_view written);

// The length of a sign without width at the start of `text` (zero-width spaces and joiners, the soft hyphen), else 0.
std::size_t no_width(std::string_view text);

}  // namespace cordon
