#include "observable/ip_range.h"

#include <algorithm>

#include "base/text.h"

namespace cordon {
namespace {

// The first `bits` bits of both are the same.
bool same_start(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const auto differ = static_cast<unsigned>(a[i] ^ b[i]);
    if (bits >= 8 ? differ != 0 : differ >> (8 - bits) != 0) return false;
  }
  return true;
}

bool zero_behind(const std::array<std::uint8_t, 16>& start, int bits) {
  for (int bit = bits; bit < 128; ++bit)
    if ((start[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

}  // namespace

bool IpRange::covers(const IpRange& other) const {
  return v4_ == other.v4_ && bits_ <= other.bits_ && same_start(start_, other.start_, bits_);
}

bool IpRange::covers(const Ip& address) const {
  return v4_ == address.is_v4() && same_start(start_, address.bytes(), bits_);
}

std::string IpRange::text() const {
  const std::uint32_t word = static_cast<std::uint32_t>(start_[0]) << 24 | static_cast<std::uint32_t>(start_[1]) << 16 |
                             static_cast<std::uint32_t>(start_[2]) << 8 | start_[3];
  return (v4_ ? ipv4_text(word) : ipv6_text(start_)) + "/" + std::to_string(bits_);
}

Result<IpRange> make_ip_range(bool v4, const std::array<std::uint8_t, 16>& start, int bits) {
  if (bits < 0 || bits > (v4 ? 32 : 128))
    return fail(Fault::Malformed, "a range of " + std::string(v4 ? "IPv4 ends at /32" : "IPv6 ends at /128"));
  if (!zero_behind(start, bits))
    return fail(Fault::Malformed, "the address has bits behind the range's length /" + std::to_string(bits));
  return IpRange(v4, start, bits);
}

Result<IpRange> parse_ip_range(std::string_view text) {
  text = trim(text);
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos || text.size() - slash > 4)
    return fail(Fault::Malformed, "not a range of addresses (192.0.2.0/24, 2001:db8::/32): " + printable(text));
  const auto bits = parse_integer(text.substr(slash + 1));
  if (!bits || *bits < 0) return fail(Fault::Malformed, "a range's length is a number of bits: " + printable(text));
  const Ip address = TRY(parse_ip(text.substr(0, slash)));
  const bool written_v6 = text.substr(0, slash).find(':') != std::string_view::npos;
  if (address.is_v4() && written_v6) return fail(Fault::Malformed, "write a range of IPv4 as IPv4: " + printable(text));
  return make_ip_range(address.is_v4(), address.bytes(), static_cast<int>(*bits));
}

}  // namespace cordon
