#include "observable/base58.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/digest.h"

namespace cordon {
namespace {

constexpr std::size_t kLongestBase58 = 128;  // the work grows with the square of the length
constexpr std::string_view kBitcoin = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kRipple = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

std::string_view characters(Base58 alphabet) { return alphabet == Base58::Bitcoin ? kBitcoin : kRipple; }

std::string checksum(std::string_view payload) {
  return std::string(sha256(sha256(payload).view()).view().substr(0, 4));
}

// How many bytes a Monero block of so many characters holds; -1 where no block has that length.
constexpr std::array<int, 12> kBytesOfBlock = {0, -1, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8};
constexpr std::size_t kBlock = 11;

}  // namespace

Result<std::string> base58_decode(std::string_view text, Base58 alphabet) {
  if (text.size() > kLongestBase58) return fail(Fault::Malformed, "too long for base58: at most 128 characters");
  const std::string_view known = characters(alphabet);
  std::vector<std::uint8_t> reversed;  // base 256, lowest byte first
  for (const char c : text) {
    const std::size_t digit = known.find(c);
    if (digit == std::string_view::npos) return fail(Fault::Malformed, "a character that base58 does not have");
    auto carry = static_cast<std::uint32_t>(digit);
    for (auto& byte : reversed) {
      carry += 58u * byte;
      byte = static_cast<std::uint8_t>(carry & 0xff);
      carry >>= 8;
    }
    if (carry != 0) reversed.push_back(static_cast<std::uint8_t>(carry));
  }
  const std::size_t zeros = std::min(text.find_first_not_of(known[0]), text.size());
  std::string bytes(zeros, '\0');
  bytes.append(reversed.rbegin(), reversed.rend());
  return bytes;
}

std::string base58_encode(std::string_view bytes, Base58 alphabet) {
  const std::string_view known = characters(alphabet);
  std::vector<std::uint8_t> reversed;  // base 58, lowest digit first
  for (const char c : bytes) {
    std::uint32_t carry = static_cast<std::uint8_t>(c);
    for (auto& digit : reversed) {
      carry += 256u * digit;
      digit = static_cast<std::uint8_t>(carry % 58);
      carry /= 58;
    }
    for (; carry != 0; carry /= 58) reversed.push_back(static_cast<std::uint8_t>(carry % 58));
  }
  std::string text(std::min(bytes.find_first_not_of('\0'), bytes.size()), known[0]);
  std::for_each(reversed.rbegin(), reversed.rend(), [&](std::uint8_t digit) { text += known[digit]; });
  return text;
}

Result<std::string> base58check_decode(std::string_view text, Base58 alphabet) {
  std::string bytes = TRY(base58_decode(text, alphabet));
  if (bytes.size() < 5) return fail(Fault::Malformed, "too short for base58 with a checksum");
  const std::string given = bytes.substr(bytes.size() - 4);
  bytes.resize(bytes.size() - 4);
  if (checksum(bytes) != given) return fail(Fault::Malformed, "the base58 checksum is wrong");
  return bytes;
}

std::string base58check_encode(std::string_view payload, Base58 alphabet) {
  return base58_encode(std::string(payload) + checksum(payload), alphabet);
}

Result<std::string> monero_base58_decode(std::string_view text) {
  if (text.size() > kLongestBase58) return fail(Fault::Malformed, "too long for a Monero address");
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const std::string_view block = text.substr(at, kBlock);
    const int length = kBytesOfBlock[block.size()];
    if (length < 0) return fail(Fault::Malformed, "no Monero address has this length");
    std::uint64_t value = 0;
    bool fits = true;  // 58^11 is a little more than 2^64
    for (const char c : block) {
      const std::size_t digit = kBitcoin.find(c);
      if (digit == std::string_view::npos) return fail(Fault::Malformed, "a character that base58 does not have");
      fits = fits && value <= (UINT64_MAX - digit) / 58;
      value = value * 58 + digit;
    }
    if (!fits || (length < 8 && (value >> (8 * length)) != 0)) {
      return fail(Fault::Malformed, "a Monero block holds too large a number");
    }
    for (int i = length - 1; i >= 0; --i) {
      bytes += static_cast<char>(static_cast<std::uint8_t>((value >> (8 * i)) & 0xff));
    }
  }
  return bytes;
}

}  // namespace cordon
