#include "observable/bech32.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace cordon {
namespace {

using Groups = std::vector<std::uint8_t>;  // five bits in each

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kBech32 = 1, kBech32m = 0x2bc830a3;  // BIP 350: what the checksum comes to
constexpr std::string_view kCashPrefix = "bitcoincash";

Result<Groups> groups_of(std::string_view text) {
  Groups groups;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return fail(Fault::Malformed, "a character that bech32 does not have");
    groups.push_back(static_cast<std::uint8_t>(value));
  }
  return groups;
}

// Five-bit groups to bytes; the padding must be shorter than a group and zero.
Result<std::string> bytes_of(const Groups& groups, std::size_t from, std::size_t to) {
  std::string bytes;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (std::size_t i = from; i < to; ++i) {
    held = ((held << 5) | groups[i]) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(static_cast<std::uint8_t>((held >> bits) & 0xff));
  }
  const std::uint32_t padding = held & ((1u << bits) - 1);
  if (bits >= 5 || padding != 0) return fail(Fault::Malformed, "the padding of the address is not zero");
  return bytes;
}

Groups groups_of_bytes(std::string_view bytes) {
  Groups groups;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    held = ((held << 8) | static_cast<std::uint8_t>(c)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) groups.push_back(static_cast<std::uint8_t>((held >> (bits - 5)) & 31));
  }
  if (bits > 0) groups.push_back(static_cast<std::uint8_t>((held << (5 - bits)) & 31));
  return groups;
}

// BIP 173: the remainder of a BCH code over GF(32) that finds any four wrong characters.
std::uint32_t bech32_remainder(std::string_view prefix, const Groups& groups) {
  constexpr std::array<std::uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t remainder = 1;
  const auto add = [&](std::uint32_t value) {
    const std::uint32_t top = remainder >> 25;
    remainder = ((remainder & 0x1ffffff) << 5) ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i) {
      if (((top >> i) & 1) != 0) remainder ^= generator[i];
    }
  };
  for (const char c : prefix) add(static_cast<std::uint32_t>(static_cast<unsigned char>(c)) >> 5);
  add(0);
  for (const char c : prefix) add(static_cast<std::uint32_t>(static_cast<unsigned char>(c)) & 31);
  for (const std::uint8_t group : groups) add(group);
  return remainder;
}

// The cashaddr specification: the same idea with 40 bits. A sound address comes to 0.
std::uint64_t cash_remainder(const Groups& groups) {
  constexpr std::array<std::uint64_t, 5> generator = {0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8,
                                                      0x1e4f43e470};
  std::uint64_t remainder = 1;
  const auto add = [&](std::uint64_t value) {
    const std::uint64_t top = remainder >> 35;
    remainder = ((remainder & 0x07ffffffff) << 5) ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i) {
      if (((top >> i) & 1) != 0) remainder ^= generator[i];
    }
  };
  for (const char c : kCashPrefix) add(static_cast<unsigned char>(c) & 31);
  add(0);
  for (const std::uint8_t group : groups) add(group);
  return remainder ^ 1;
}

// Lower case of a text that is written in one case.
Result<std::string> one_case(std::string_view text) {
  const auto in = [&](char from, char to) {
    return std::any_of(text.begin(), text.end(), [=](char c) { return c >= from && c <= to; });
  };
  if (in('a', 'z') && in('A', 'Z')) return fail(Fault::Malformed, "the address mixes capital and small letters");
  return lower_ascii(text);
}

}  // namespace

Result<std::string> canonical_segwit(std::string_view text, std::string_view prefix) {
  if (text.size() < 8 || text.size() > 90) return fail(Fault::Malformed, "a bech32 address has 8 to 90 characters");
  const std::string lower = TRY(one_case(text));
  if (!lower.starts_with(std::string(prefix) + '1')) {
    return fail(Fault::Malformed, "expected an address that begins with \"" + std::string(prefix) + "1\"");
  }
  const Groups groups = TRY(groups_of(std::string_view(lower).substr(prefix.size() + 1)));
  if (groups.size() < 7) return fail(Fault::Malformed, "the bech32 address is too short");  // version and checksum
  const unsigned version = groups[0];
  if (version > 16) return fail(Fault::Malformed, "a witness version is 0 to 16");
  if (bech32_remainder(prefix, groups) != (version == 0 ? kBech32 : kBech32m)) {
    return fail(Fault::Malformed, "the bech32 checksum is wrong");
  }
  const std::string program = TRY(bytes_of(groups, 1, groups.size() - 6));
  const bool fits =
      version == 0 ? program.size() == 20 || program.size() == 32 : program.size() >= 2 && program.size() <= 40;
  if (!fits) return fail(Fault::Malformed, "the witness program has a length that its version does not allow");
  return lower;
}

Result<CashAddress> parse_cashaddr(std::string_view text) {
  if (text.size() > 128) return fail(Fault::Malformed, "too long for a cashaddr address");
  std::string lower = TRY(one_case(text));
  if (lower.starts_with(std::string(kCashPrefix) + ':')) lower.erase(0, kCashPrefix.size() + 1);
  const Groups groups = TRY(groups_of(lower));
  if (groups.size() < 10) return fail(Fault::Malformed, "the cashaddr address is too short");
  if (cash_remainder(groups) != 0) return fail(Fault::Malformed, "the cashaddr checksum is wrong");
  const std::string bytes = TRY(bytes_of(groups, 0, groups.size() - 8));
  // The first byte: a zero bit, four of kind, three of size (0 is 20 bytes, 3 is 32).
  const unsigned version = bytes.empty() ? 0xff : static_cast<std::uint8_t>(bytes[0]);
  const unsigned kind = version >> 3, size = version & 7;
  if (kind > 3) return fail(Fault::Malformed, "no such kind of cashaddr address");
  const auto paid = kind % 2 == 0 ? CashAddress::Kind::Key : CashAddress::Kind::Script;
  const bool fits =
      (size == 0 && bytes.size() == 21) || (size == 3 && bytes.size() == 33 && paid == CashAddress::Kind::Script);
  if (!fits) return fail(Fault::Malformed, "the cashaddr address has the wrong length");
  return CashAddress{paid, bytes.substr(1)};
}

std::string to_text(const CashAddress& address) {
  const unsigned kind = address.kind == CashAddress::Kind::Script ? 1 : 0;
  const unsigned version = kind * 8 + (address.hash.size() == 32 ? 3u : 0u);
  Groups groups = groups_of_bytes(static_cast<char>(version) + address.hash);
  groups.insert(groups.end(), 8, 0);
  const std::uint64_t remainder = cash_remainder(groups);
  for (std::size_t i = 0; i < 8; ++i) {
    groups[groups.size() - 8 + i] = static_cast<std::uint8_t>((remainder >> (5 * (7 - i))) & 31);
  }
  std::string text;
  for (const std::uint8_t group : groups) text += kAlphabet[group];
  return text;
}

}  // namespace cordon
