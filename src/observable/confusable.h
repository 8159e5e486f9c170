// Unicode Technical Standard 39: names that a reader would take for other names.
#pragma once

#include <string_view>

namespace cordon {

// True if a label of the host (in A-labels) mixes scripts as no writing system does ("highly restrictive", section
// 5.2), or is all of another script and yet looks like plain ASCII letters (section 4).
bool looks_like_another(std::string_view host);

}  // namespace cordon
