// One address of one host, v4 or v6. Ranges have no type here (charter 4.8).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

class Ip {
 public:
  bool is_v4() const { return v4_; }
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }  // v4 in the first four, the others 0
  // RFC 5952 for v6, four decimal numbers for v4.
  std::string text() const;
  // RFC 6890 and its registry: private, loopback, documentation, multicast and other addresses that name
  // no host on the public network.
  bool is_special() const;

 private:
  friend Result<Ip> parse_ip(std::string_view text);
  Ip(bool v4, std::array<std::uint8_t, 16> bytes) : v4_(v4), bytes_(bytes) {}
  bool v4_;
  std::array<std::uint8_t, 16> bytes_;
};

// Strict: "192.0.2.1" with no leading zeros, "2001:db8::1" with or without brackets, defanged spellings.
// A v4-mapped v6 address is the v4 address. Ranges and wildcards are Refused; ports and zones Malformed.
Result<Ip> parse_ip(std::string_view text);
Result<std::string> canonical_ip(std::string_view text);

// For url.cc, whose v4 rules are the URL standard's.
std::optional<std::array<std::uint8_t, 16>> read_ipv6(std::string_view text);
std::string ipv6_text(const std::array<std::uint8_t, 16>& bytes);
std::string ipv4_text(std::uint32_t address);  // host byte order
bool is_special_ipv4(std::uint32_t address);   // Ip::is_special of it
bool is_special_ipv6(const std::array<std::uint8_t, 16>& bytes);
// Of the public network: asked before anything connects to an address that others named, so that no answer of theirs
// makes this machine talk to one beside it. The bytes are the network's, of v4 the first four.
bool is_outside(bool v4, const std::array<std::uint8_t, 16>& bytes);

}  // namespace cordon
