// Undoing what authors do to an identifier so that nobody reaches it by a click.
#pragma once

#include <string>
#include <string_view>

namespace cordon {

// "hxxp[:]//example[.]org/a[.]php" -> "http://example.org/a.php". Knows hxxp, hxtp, htxp and fxp at the
// start and [ ], ( ), { } around . dot : :// // / @ at. After the first "/" only square brackets count: a
// path may well hold "(.)". Linear, and refang(refang(x)) == refang(x).
std::string refang(std::string_view text);

}  // namespace cordon
