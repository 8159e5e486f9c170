// What one character of ASCII is. Nothing here knows a locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace cordon {

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool letter(char c) { return upper(c) || small(c); }
constexpr bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), digit); }  // so is ""

constexpr int hex_value(char c) {  // either case; -1 for what is no hex digit
  if (digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace cordon
