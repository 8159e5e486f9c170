// What a parser gave, as one text: the canonical text, or "!" and the fault.
#pragma once

#include <string>

#include "base/result.h"

namespace cordon {

inline const std::string kMalformed = "! malformed";

inline std::string text_or_fault(const Result<std::string>& canonical) {
  return canonical ? *canonical : "! " + std::string(name(canonical.error().fault));
}

}  // namespace cordon
