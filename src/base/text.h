// Small questions about text that every module asks. ASCII only where a name says so; nothing here
// knows a locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts
std::string_view trim(std::string_view text);                                // ASCII white space, both ends
std::string lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII
std::string join(const std::vector<std::string>& parts, std::string_view between);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
bool valid_utf8(std::string_view text);  // no overlong form, no surrogate, nothing past U+10FFFF

// Decimal digits with an optional minus and nothing else.
Result<std::int64_t> parse_integer(std::string_view text);

// Outside text made safe to show in one line of a terminal or a log: control bytes and broken UTF-8
// become '?', and what is longer than `limit` bytes ends in "…".
std::string printable(std::string_view text, std::size_t limit = 120);

std::string to_hex(std::string_view bytes);              // lower case
Result<std::string> from_hex(std::string_view text);     // either case
std::string to_base64(std::string_view bytes);           // RFC 4648 section 4, padded
Result<std::string> from_base64(std::string_view text);  // strict: padded, no white space
// RFC 4648 sections 5 and 6 without padding, for texts that stand in an address or are typed by hand. Strict too: no
// two texts read as the same bytes, except that base 32 takes either case. Their errors never repeat the text, which
// is often a secret.
std::string to_base64url(std::string_view bytes);
Result<std::string> from_base64url(std::string_view text);
std::string to_base32(std::string_view bytes);  // upper case
Result<std::string> from_base32(std::string_view text);

}  // namespace cordon
