// How a sealed blob begins; what begins otherwise lies as it came (docs/formats/evidence.md).
#pragma once

#include <string_view>

namespace cordon {

inline constexpr std::string_view kSealedBlob = "CORDONB1";

}  // namespace cordon
