#include "base/xml.h"

#include <array>
#include <cstdint>

namespace cordon {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> kPredeclared{
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

// "39" or "x2f", without the sign before it.
std::optional<std::uint32_t> character_number(std::string_view word) {
  const bool hex = word.starts_with('x');
  const std::string_view digits = word.substr(hex ? 1 : 0);
  if (digits.empty() || digits.size() > 7) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0) return std::nullopt;
    number = number * (hex ? 16u : 10u) + static_cast<std::uint32_t>(digit);
  }
  const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  if (number == 0 || surrogate || number > 0x10FFFF) return std::nullopt;
  return number;
}

void add_utf8(std::uint32_t number, std::string& out) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (number < 0x80) {
    byte(number);
  } else if (number < 0x800) {
    byte(0xC0 | number >> 6);
    byte(0x80 | (number & 0x3F));
  } else if (number < 0x10000) {
    byte(0xE0 | number >> 12);
    byte(0x80 | (number >> 6 & 0x3F));
    byte(0x80 | (number & 0x3F));
  } else {
    byte(0xF0 | number >> 18);
    byte(0x80 | (number >> 12 & 0x3F));
    byte(0x80 | (number >> 6 & 0x3F));
    byte(0x80 | (number & 0x3F));
  }
}

}  // namespace

std::optional<std::string> xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '&') {
      out += text[i];
      continue;
    }
    const std::size_t end = text.find(';', i);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view word = text.substr(i + 1, end - i - 1);
    i = end;
    if (word.starts_with('#')) {
      const std::optional<std::uint32_t> number = character_number(word.substr(1));
      if (!number) return std::nullopt;
      add_utf8(*number, out);
      continue;
    }
    char meant = 0;
    for (const auto& [name, character] : kPredeclared)
      if (name == word) meant = character;
    if (meant == 0) return std::nullopt;
    out += meant;
  }
  return out;
}

}  // namespace cordon
