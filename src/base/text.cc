#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/ascii.h"

namespace cordon {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Length of the valid UTF-8 sequence at the start of `text`; 0 if there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  const unsigned char second = at(1);
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return 0;
  }
  return length;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<signed char, 256> reverse_table() {
  std::array<signed char, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    table[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
  }
  return table;
}
constexpr std::array<signed char, 256> kFromBase64 = reverse_table();

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += between;
    out += part;
  }
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  CORDON_CHECK(!from.empty(), "replace_all needs something to look for");
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

namespace {

// How many bytes at the start of `text` are ASCII, to the eight.
std::size_t ascii_ahead(std::string_view text) {
  std::size_t count = 0;
  for (std::uint64_t word = 0; count + sizeof word <= text.size(); count += sizeof word) {
    std::memcpy(&word, text.data() + count, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return count;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  text.remove_prefix(ascii_ahead(text));
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no whole number");
  }
  return value;
}

std::string printable(std::string_view text, std::size_t limit) {
  if (text.size() <= limit && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }))
    return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const bool control = length == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f);
    // U+0080 to U+009F are controls too, and U+202A to U+2069 turn a line around (bidirectional overrides).
    const bool hidden = (length == 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0) ||
                        (length == 3 && text[0] == '\xE2' &&
                         ((text[1] == '\x80' && static_cast<unsigned char>(text[2]) >= 0xA8 &&
                           static_cast<unsigned char>(text[2]) <= 0xAE) ||
                          (text[1] == '\x81' && static_cast<unsigned char>(text[2]) >= 0xA6 &&
                           static_cast<unsigned char>(text[2]) <= 0xA9)));
    const std::string_view piece = length == 0 || control || hidden ? "?" : text.substr(0, length);
    if (out.size() + piece.size() > limit) return out + "…";
    out += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Fault::Malformed, "hex digits come in pairs");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is not hex");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= group.size() ? kBase64[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  const Error broken = fail(Fault::Malformed, "'" + printable(text, 40) + "' is not padded base64");
  if (text.size() % 4 != 0) return broken;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t digits = last ? 4 - padding : 4;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = k < digits ? kFromBase64[static_cast<unsigned char>(text[i + k])] : 0;
      if (value < 0) return broken;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    // The bits that the padding leaves over must be zero, or two texts would mean the same bytes.
    if ((digits == 2 && (bits & 0xFFFF) != 0) || (digits == 3 && (bits & 0xFF) != 0)) return broken;
    for (std::size_t k = 0; k + 1 < digits; ++k) out += static_cast<char>(bits >> (16 - 8 * k) & 0xFF);
  }
  return out;
}

namespace {

// Texts without padding in an alphabet of 2^bits letters.
std::string to_letters(std::string_view bytes, std::string_view alphabet, unsigned bits) {
  std::string out;
  std::uint32_t held = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= bits; count -= bits) out += alphabet[held >> (count - bits) & (alphabet.size() - 1)];
  }
  if (count > 0) out += alphabet[held << (bits - count) & (alphabet.size() - 1)];
  return out;
}

Result<std::string> from_letters(std::string_view text, std::string_view alphabet, unsigned bits,
                                 std::string_view what) {
  const auto broken = [what] { return fail(Fault::Malformed, "not " + std::string(what) + " without padding"); };
  std::array<std::uint8_t, 256> values{};  // one more than the value; 0: no letter
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i + 1);
  std::string out;
  out.reserve(text.size() * bits / 8);
  std::uint32_t held = 0;
  unsigned count = 0;
  for (const char c : text) {
    const unsigned value = values[static_cast<unsigned char>(c)];
    if (value == 0) return broken();
    held = held << bits | (value - 1);
    count += bits;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(held >> count & 0xFF);
  }
  // What is left over is less than a letter, and zero.
  if (count >= bits || (held & ((1u << count) - 1)) != 0) return broken();
  return out;
}

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

std::string to_base64url(std::string_view bytes) { return to_letters(bytes, kBase64Url, 6); }
Result<std::string> from_base64url(std::string_view text) { return from_letters(text, kBase64Url, 6, "base64url"); }
std::string to_base32(std::string_view bytes) { return to_letters(bytes, kBase32, 5); }
Result<std::string> from_base32(std::string_view text) {
  return from_letters(upper_ascii(text), kBase32, 5, "base 32");
}

}  // namespace cordon
