// Keccak-256 as Ethereum and Monero froze it before the standard, and SHA3-256 (FIPS 202), which differs
// from it in one padding byte. OpenSSL 3.0 has only the second, and addresses need the first.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cordon {

std::array<std::uint8_t, 32> keccak_256(std::string_view bytes);  // padding byte 0x01
std::array<std::uint8_t, 32> sha3_256(std::string_view bytes);    // padding byte 0x06, FIPS 202

}  // namespace cordon
