// How sealed blobs begin; what begins otherwise lies as it came (docs/formats/evidence.md).
#pragma once

#include <string_view>

namespace cordon {

inline constexpr std::string_view kSealedBlob = "CORDONB2";
inline constexpr std::string_view kSealedStream = "CORDONB1";  // of desks of before: to be read from its beginning only

inline bool begins_sealed(std::string_view bytes) {
  return bytes.starts_with(kSealedBlob) || bytes.starts_with(kSealedStream);
}

}  // namespace cordon
