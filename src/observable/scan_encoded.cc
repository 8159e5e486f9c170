// Addresses in base64 and hex: what scripts, mail filters and trackers carry. A word of such digits is looked at only
// where it holds the digits of "http", at one of the three places that four letters can have in groups of three bytes:
//
//   "http…"    aHR0c…      "?http…"   ??h0dH…      "??http…"  ???odHRw…
//
// so no word is decoded without need, and where the run of digits began does not matter.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "observable/refang.h"
#include "observable/scan_reading.h"

namespace cordon {
namespace {

constexpr Pos kMost = 2400;  // digits of one run; a verifier may not look further than Reading::kReach
constexpr std::uint8_t kNoDigit = 64;

constexpr auto kSixBits = [] {  // RFC 4648, both alphabets
  std::array<std::uint8_t, 256> table{};
  table.fill(kNoDigit);
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < digits.size(); ++i)
    table[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  table[static_cast<unsigned char>('-')] = 62, table[static_cast<unsigned char>('_')] = 63;
  return table;
}();
std::uint8_t six_bits(char c) { return kSixBits[static_cast<unsigned char>(c)]; }

char as_byte(unsigned value) { return static_cast<char>(static_cast<unsigned char>(value)); }

// Bytes of a URL; the first other one ends it.
bool goes_on(char c) {
  return c > 0x20 && c < 0x7f && std::string_view("\"'<>`\\^{|}").find(c) == std::string_view::npos;
}

// The URL at the start of `bytes`.
std::string_view address_in(std::string_view bytes) {
  if (!bytes.starts_with("http://") && !bytes.starts_with("https://")) return {};
  std::size_t end = 0;
  while (end < bytes.size() && goes_on(bytes[end])) ++end;
  while (end > 0 && std::string_view(".,;:!?)]").find(bytes[end - 1]) != std::string_view::npos) --end;
  return bytes.substr(0, end);
}

// How many bytes of the first group stand before "http"; 3 where it does not begin in this group.
std::size_t bytes_before(std::string_view digits) {
  if (digits.starts_with("aHR0c")) return 0;
  if (digits.substr(0, 6).ends_with("h0dH") && digits.size() > 5) return 1;
  return digits.size() > 7 && digits.substr(3, 5) == "odHRw" ? 2 : 3;
}

DecodedAddress from_base64_digits(std::string_view digits, std::size_t before) {
  std::string bytes;
  std::size_t at = 0;
  // Whole groups; a last one that is cut counts as far as an encoder could have written it.
  for (; at < digits.size(); at += 4) {
    const std::size_t left = std::min<std::size_t>(digits.size() - at, 4);
    std::array<std::uint8_t, 4> group{};
    std::size_t count = 0;
    while (count < left && (group[count] = six_bits(digits[at + count])) != kNoDigit) ++count;
    if (count < 4) std::fill(group.begin() + static_cast<std::ptrdiff_t>(count), group.end(), std::uint8_t{0});
    const bool odd = count == 1 || (count == 2 && (group[1] & 15) != 0) || (count == 3 && (group[2] & 3) != 0);
    const std::size_t whole = count == 0 || odd ? 0 : count - 1;
    const unsigned all = static_cast<unsigned>(group[0]) << 18 | static_cast<unsigned>(group[1]) << 12 |
                         static_cast<unsigned>(group[2]) << 6 | group[3];
    for (std::size_t i = 0; i < whole; ++i) bytes += as_byte(all >> (16 - 8 * i));
    if (count < 4) {
      at += count;
      break;
    }
    if (bytes.size() > before && !goes_on(bytes.back())) {
      at += 4;
      break;
    }
  }
  const std::string_view found = address_in(std::string_view(bytes).substr(std::min(before, bytes.size())));
  DecodedAddress address{std::string(found), std::min(at, digits.size())};
  if (!found.empty()) address.length = std::min((before + found.size() + 2) / 3 * 4, address.length);
  return address;
}

DecodedAddress from_hex_digits(std::string_view digits) {
  std::string bytes;
  std::size_t at = 0;
  for (; at + 1 < digits.size(); at += 2) {
    const int high = hex_value(digits[at]), low = hex_value(digits[at + 1]);
    if (high < 0 || low < 0) break;
    bytes += as_byte(static_cast<unsigned>(high) << 4 | static_cast<unsigned>(low));
    if (!goes_on(bytes.back())) break;
  }
  const std::string_view found = address_in(bytes);
  return {std::string(found), found.empty() ? at : 2 * found.size()};
}

bool give(Reading& r, Pos begin, const DecodedAddress& address) {
  if (address.text.empty()) return false;
  Pos end = begin + address.length;
  for (int marks = 0; marks < 2 && r.at(end) == '='; ++marks) ++end;
  return give_decoded(r, begin, end, refang(address.text), refang(address.text) != address.text);
}

}  // namespace

DecodedAddress decoded_address(std::string_view digits) {
  if (digits.starts_with("68747470")) return from_hex_digits(digits);
  const std::size_t before = bytes_before(digits);
  return before == 3 ? DecodedAddress{} : from_base64_digits(digits, before);
}

bool read_encoded(Reading& r, Pos begin, Pos end) {
  bool given = false;
  const std::string_view word = r.slice(begin, end);
  if (r.not_hex(begin, end) == end) {
    for (std::size_t at = word.find("68747470"); at != std::string_view::npos; at = word.find("68747470", at)) {
      const DecodedAddress address = decoded_address(word.substr(at));
      given = (at % 2 == 0 && give(r, begin + at, address)) || given;
      at += at % 2 == 0 ? std::max<std::size_t>(address.length, 2) : 1;
    }
    return given;
  }
  const std::size_t size = word.size();
  std::size_t mark = word.find('H');
  if (mark == std::string_view::npos) return false;
  const Pos limit = std::min(begin + kMost, r.end());
  while (end < limit && six_bits(r.at(end)) != kNoDigit) ++end;
  const std::string_view digits = r.slice(begin, end);
  // "H" is the second digit of a group that begins with "http", and the sixth of the others. What stands behind the
  // word has its own anchor.
  for (; mark < size; mark = digits.find('H', mark)) {
    std::size_t next = mark + 1;
    for (const std::size_t back : {std::size_t{1}, std::size_t{5}}) {
      if (mark < back) continue;
      const DecodedAddress address = decoded_address(digits.substr(mark - back));
      if (address.length == 0) continue;
      given = give(r, begin + mark - back, address) || given;
      next = std::max(next, mark - back + address.length);
      break;
    }
    mark = next;
  }
  return given;
}

}  // namespace cordon
