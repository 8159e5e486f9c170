// The amendments to the charter's first text, one line each; where they differ from it, they win.
#pragma once

#include <span>
#include <string_view>

namespace cordon {

struct Amendment {
  int number;
  std::string_view title, text;
};
std::span<const Amendment> amendments();  // 15, in order

}  // namespace cordon
