#include "observable/ip.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"
#include "observable/refang.h"

namespace cordon {
namespace {

// "255.255.255.255" with three digits at most in each part, no leading zero (RFC 6943 3.1.1: the loose
// forms mean different hosts to different programs).
std::optional<std::uint32_t> read_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (const std::string_view part : parts) {
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (value > 255) return std::nullopt;
    address = address << 8 | value;
  }
  return address;
}

std::array<std::uint8_t, 16> v4_bytes(std::uint32_t address) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
  return bytes;
}

struct Block {
  std::array<std::uint8_t, 4> start;
  unsigned bits;
};

// IANA IPv4 Special-Purpose Address Registry (RFC 6890), with multicast and the class E block.
constexpr Block kSpecialV4[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10}, {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},  {{192, 0, 0, 0}, 24},  {{192, 0, 2, 0}, 24},
    {{192, 88, 99, 0}, 24}, {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15}, {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 3},
};
// The same for v6, within 2000::/3; all outside of it is special anyway.
constexpr Block kSpecialV6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // IETF protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation, RFC 3849
    {{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation, RFC 9637
};

std::uint32_t first_word(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

bool inside(const std::array<std::uint8_t, 16>& bytes, const Block& block) {
  return (first_word(bytes.data()) ^ first_word(block.start.data())) >> (32 - block.bits) == 0;
}

bool looks_like_range(std::string_view text) {
  // Only where an address stands before the "/" or "-", so that prose stays merely malformed.
  const std::size_t cut = text.find_first_of("/-*");
  return cut != std::string_view::npos && cut > 1 &&
         text.substr(0, cut).find_first_not_of("0123456789abcdefABCDEF.: ") == std::string_view::npos &&
         text.find_first_of(".:") < cut;
}

}  // namespace

std::optional<std::array<std::uint8_t, 16>> read_ipv6(std::string_view text) {
  if (text.size() < 2 || text.size() > INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN + 1> terminated{};
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, terminated.data(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::string ipv4_text(std::uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += std::to_string(address >> shift & 255) + (shift ? "." : "");
  return text;
}

// RFC 5952 section 4: lower case, no leading zeros, "::" for the first longest run of two or more zeros.
std::string ipv6_text(const std::array<std::uint8_t, 16>& bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  std::size_t run_at = 8, run = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > run) run_at = i, run = end - i;
    i = end + 1;
  }
  std::string text;
  text.reserve(INET6_ADDRSTRLEN);
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_at) {
      text += "::";
      i += run - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    for (int shift = groups[i] > 0xfff ? 12 : groups[i] > 0xff ? 8 : groups[i] > 0xf ? 4 : 0; shift >= 0; shift -= 4)
      text += "0123456789abcdef"[groups[i] >> shift & 15];
  }
  return text;
}

std::string Ip::text() const { return v4_ ? ipv4_text(first_word(bytes_.data())) : ipv6_text(bytes_); }

bool is_special_ipv4(std::uint32_t address) {
  static constexpr auto first_octets = [] {  // those of the blocks
    std::array<bool, 256> table{};
    for (const Block& block : kSpecialV4)
      for (unsigned octet = block.start[0]; octet < block.start[0] + (block.bits < 8 ? 1u << (8 - block.bits) : 1u);
           ++octet)
        table[octet] = true;
    return table;
  }();
  return first_octets[address >> 24] &&
         std::any_of(std::begin(kSpecialV4), std::end(kSpecialV4), [&](const Block& block) {
           return (address ^ first_word(block.start.data())) >> (32 - block.bits) == 0;
         });
}

bool is_special_ipv6(const std::array<std::uint8_t, 16>& bytes) {
  return bytes[0] >> 5 != 1 || std::any_of(std::begin(kSpecialV6), std::end(kSpecialV6),
                                           [&](const Block& block) { return inside(bytes, block); });
}

bool is_outside(bool v4, const std::array<std::uint8_t, 16>& bytes) {
  return v4 ? !is_special_ipv4(first_word(bytes.data())) : !is_special_ipv6(bytes);
}

bool Ip::is_special() const { return !is_outside(v4_, bytes_); }

Result<Ip> parse_ip(std::string_view text) {
  const std::string written = refang(trim(text));
  std::string_view address = written;
  if (looks_like_range(address))
    return fail(Fault::Refused, "a range is never a target; name one address: " + printable(address));
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (const auto v4 = read_ipv4(address)) return Ip(true, v4_bytes(*v4));
  const auto v6 = read_ipv6(address);
  if (!v6)
    return fail(Fault::Malformed, "not an IP address (192.0.2.1 or 2001:db8::1, no port, no zone): " + printable(text));
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped.begin(), mapped.end(), v6->begin())) return Ip(true, v4_bytes(first_word(v6->data() + 12)));
  return Ip(false, *v6);
}

Result<std::string> canonical_ip(std::string_view text) { return TRY(parse_ip(text)).text(); }

}  // namespace cordon
