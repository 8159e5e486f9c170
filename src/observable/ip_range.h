// A block of addresses, v4 or v6: what a public list tells an officer, what an operator's book or a registry speaks of.
// Context, and never a target (amendment 3).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "observable/ip.h"

namespace cordon {

class IpRange {
 public:
  bool is_v4() const { return v4_; }
  int bits() const { return bits_; }                                    // 0 to 32, or to 128
  const std::array<std::uint8_t, 16>& start() const { return start_; }  // v4 in the first four
  bool covers(const IpRange& other) const;                              // also itself
  bool covers(const Ip& address) const;
  std::string text() const;  // "192.0.2.0/24", "2001:db8::/32"
  auto operator<=>(const IpRange&) const = default;

 private:
  friend Result<IpRange> parse_ip_range(std::string_view text);
  friend Result<IpRange> make_ip_range(bool v4, const std::array<std::uint8_t, 16>& start, int bits);
  IpRange(bool v4, const std::array<std::uint8_t, 16>& start, int bits) : v4_(v4), start_(start), bits_(bits) {}
  bool v4_;
  std::array<std::uint8_t, 16> start_;
  int bits_;
};

// An address as parse_ip() takes it, "/" and a decimal length. Bits behind the length must be zero: whoever wrote
// "192.0.2.7/24" may have meant the address. A v4-mapped range of v6 is Malformed, as two spellings of one thing.
Result<IpRange> parse_ip_range(std::string_view text);
Result<IpRange> make_ip_range(bool v4, const std::array<std::uint8_t, 16>& start, int bits);

}  // namespace cordon
