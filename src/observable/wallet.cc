#include "observable/wallet.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "observable/base58.h"
#include "observable/bech32.h"
#include "observable/keccak.h"

namespace cordon {
namespace {

constexpr std::size_t kLongestWallet = 160;  // a chain's name and the longest address, Monero's 106 characters

// Version bytes in front of a 20-byte hash, in base58 with a checksum. The first row of a version owns its
// bare form. `written` is the version that the canonical text carries: Litecoin took Bitcoin's 5 before it
// had its own. DigiByte and Verge share 0x1e with Dogecoin; without a row of their own they are not known here.
struct Version {
  std::string_view chain;
  std::size_t bytes;
  unsigned version;
  unsigned written;
};
constexpr std::array<Version, 12> kVersions = {{
    {"btc", 1, 0x00, 0x00},
    {"btc", 1, 0x05, 0x05},
    {"ltc", 1, 0x30, 0x30},
    {"ltc", 1, 0x32, 0x32},
    {"ltc", 1, 0x05, 0x32},
    {"doge", 1, 0x1e, 0x1e},
    {"doge", 1, 0x16, 0x16},
    {"dash", 1, 0x4c, 0x4c},
    {"dash", 1, 0x10, 0x10},
    {"zec", 2, 0x1cb8, 0x1cb8},
    {"zec", 2, 0x1cbd, 0x1cbd},
    {"trx", 1, 0x41, 0x41},
}};

std::string_view as_text(const std::array<std::uint8_t, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

unsigned version_of(std::string_view payload, std::size_t bytes) {
  unsigned version = 0;
  for (std::size_t i = 0; i < bytes; ++i) version = version * 256 + static_cast<std::uint8_t>(payload[i]);
  return version;
}

// `chain` empty: whichever the version tells.
Result<std::string> base58_wallet(std::string_view chain, std::string_view text) {
  const std::string payload = TRY(base58check_decode(text));
  for (const Version& row : kVersions) {
    if (!chain.empty() && chain != row.chain) continue;
    if (payload.size() != row.bytes + 20 || version_of(payload, row.bytes) != row.version) continue;
    if (row.written == row.version) return std::string(row.chain) + ':' + std::string(text);
    const std::string written = static_cast<char>(static_cast<std::uint8_t>(row.written)) + payload.substr(1);
    return std::string(row.chain) + ':' + base58check_encode(written);
  }
  return fail(Fault::Malformed, chain.empty() ? "no chain that is known here has this address version"
                                              : "the address version is not one of " + std::string(chain));
}

// Bitcoin Cash began with Bitcoin's own addresses, so one key has two texts; bare, the old one is Bitcoin's.
Result<std::string> cash_wallet(std::string_view text) {
  auto address = parse_cashaddr(text);
  if (address) return "bch:" + to_text(*address);
  const auto payload = base58check_decode(text);
  if (!payload || payload->size() != 21) return std::move(address).error();
  const unsigned version = version_of(*payload, 1);
  if (version != 0 && version != 5) return fail(Fault::Malformed, "the address version is not one of bch");
  return "bch:" +
         to_text(CashAddress{version == 0 ? CashAddress::Kind::Key : CashAddress::Kind::Script, payload->substr(1)});
}

// EIP-55: a letter is a capital where the hash of the lower-case digits has its nibble at 8 or more.
Result<std::string> eth_wallet(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x"))
    return fail(Fault::Malformed, "an eth address is 0x and 40 hex digits");
  const std::string_view digits = text.substr(2);
  const std::string lower = to_hex(TRY(from_hex(digits)));
  std::string upper, canonical;
  const auto hash = keccak_256(lower);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    const char capital = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    upper += capital;
    const unsigned nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15u;
    canonical += nibble >= 8 ? capital : c;
  }
  if (digits != lower && digits != upper && digits != canonical) {
    return fail(Fault::Malformed, "the capitals of the eth address are not its checksum (EIP-55)");
  }
  return "eth:0x" + canonical;
}

// One byte of network and kind, two public keys, in an integrated address an 8-byte payment id, and the first four
// bytes of the Keccak-256 of all that.
Result<std::string> monero_wallet(std::string_view text) {
  const std::string bytes = TRY(monero_base58_decode(text));
  if (bytes.size() != 69 && bytes.size() != 77)
    return fail(Fault::Malformed, "an xmr address has 95 or 106 characters");
  const std::string_view payload = std::string_view(bytes).substr(0, bytes.size() - 4);
  if (as_text(keccak_256(payload)).substr(0, 4) != std::string_view(bytes).substr(payload.size())) {
    return fail(Fault::Malformed, "the checksum of the xmr address is wrong");
  }
  const unsigned kind = version_of(bytes, 1);  // 18 standard, 42 subaddress, 19 integrated
  if (bytes.size() == 69 ? kind != 18 && kind != 42 : kind != 19) {
    return fail(Fault::Malformed, "not an address of Monero's main network");
  }
  return "xmr:" + std::string(text);
}

Result<std::string> ripple_wallet(std::string_view text) {
  const std::string payload = TRY(base58check_decode(text, Base58::Ripple));
  if (payload.size() != 21 || payload[0] != '\0') return fail(Fault::Malformed, "not an xrp account address");
  return "xrp:" + std::string(text);
}

Result<std::string> solana_wallet(std::string_view text) {
  if (TRY(base58_decode(text)).size() != 32) return fail(Fault::Malformed, "a sol address is the base58 of 32 bytes");
  return "sol:" + std::string(text);
}

// XMODEM: polynomial 0x1021, from zero.
std::uint16_t crc16(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned>(static_cast<std::uint8_t>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021u : 0u)) & 0xffff;
  }
  return static_cast<std::uint16_t>(crc);
}

// TON's user-friendly form (TEP 2): base64 of flags, workchain, a 32-byte account id and a CRC. Flag 0x11 asks for a
// bounce and 0x51 for none, which is the sender's wish and not another account; 0x80 marks the test network.
Result<std::string> ton_wallet(std::string_view text) {
  if (text.size() != 48) return fail(Fault::Malformed, "a ton address has 48 characters");
  const bool url_safe = text.find_first_of("-_") != std::string_view::npos;
  if (url_safe && text.find_first_of("+/") != std::string_view::npos) {
    return fail(Fault::Malformed, "the ton address mixes two alphabets of base64");
  }
  std::string bytes = TRY(from_base64(replace_all(replace_all(std::string(text), "-", "+"), "_", "/")));
  if (bytes.size() != 36) return fail(Fault::Malformed, "a ton address has 36 bytes");
  if (crc16(std::string_view(bytes).substr(0, 34)) != version_of(bytes.substr(34), 2)) {
    return fail(Fault::Malformed, "the checksum of the ton address is wrong");
  }
  const unsigned flags = version_of(bytes, 1), workchain = version_of(bytes.substr(1), 1);
  if (flags != 0x11 && flags != 0x51) return fail(Fault::Malformed, "not an address of TON's main network");
  if (workchain != 0 && workchain != 0xff) return fail(Fault::Malformed, "no such workchain of TON");
  bytes[0] = 0x11;
  const std::uint16_t crc = crc16(std::string_view(bytes).substr(0, 34));
  bytes[34] = static_cast<char>(static_cast<std::uint8_t>(crc >> 8));
  bytes[35] = static_cast<char>(static_cast<std::uint8_t>(crc & 0xff));
  return "ton:" + replace_all(replace_all(to_base64(bytes), "+", "-"), "/", "_");
}

bool starts_ignoring_case(std::string_view text, std::string_view start) {
  return equal_ignoring_case(text.substr(0, start.size()), start);
}

Result<std::string> bitcoin_wallet(std::string_view text) {
  if (starts_ignoring_case(text, "bc1")) return "btc:" + TRY(canonical_segwit(text, "bc"));
  return base58_wallet("btc", text);
}
Result<std::string> litecoin_wallet(std::string_view text) {
  if (starts_ignoring_case(text, "ltc1")) return "ltc:" + TRY(canonical_segwit(text, "ltc"));
  return base58_wallet("ltc", text);
}
Result<std::string> doge_wallet(std::string_view text) { return base58_wallet("doge", text); }
Result<std::string> dash_wallet(std::string_view text) { return base58_wallet("dash", text); }
Result<std::string> zcash_wallet(std::string_view text) { return base58_wallet("zec", text); }
Result<std::string> tron_wallet(std::string_view text) { return base58_wallet("trx", text); }

struct Blockchain {
  std::string_view name;
  std::string_view long_name;  // what BIP 21 and its kin put before the colon
  Result<std::string> (*canonical)(std::string_view);
};
constexpr std::array<Blockchain, 12> kChains = {{
    {"btc", "bitcoin", bitcoin_wallet},
    {"ltc", "litecoin", litecoin_wallet},
    {"doge", "dogecoin", doge_wallet},
    {"dash", "dash", dash_wallet},
    {"zec", "zcash", zcash_wallet},
    {"bch", "bitcoincash", cash_wallet},
    {"eth", "ethereum", eth_wallet},
    {"trx", "tron", tron_wallet},
    {"xmr", "monero", monero_wallet},
    {"xrp", "ripple", ripple_wallet},
    {"sol", "solana", solana_wallet},
    {"ton", "ton", ton_wallet},
}};

// An address that stands alone: its first characters and its length leave one way to read it, or a few whose
// checksums cannot all be right.
Result<std::string> bare_wallet(std::string_view text) {
  if (starts_ignoring_case(text, "bc1")) return bitcoin_wallet(text);
  if (starts_ignoring_case(text, "ltc1")) return litecoin_wallet(text);
  if (text.starts_with("0x")) return eth_wallet(text);
  if (text.size() == 95 || text.size() == 106) return monero_wallet(text);
  if (text.size() == 48) return ton_wallet(text);
  if (text.size() == 42 || text.size() == 61) return cash_wallet(text);
  if (text.starts_with('r')) return ripple_wallet(text);
  return base58_wallet({}, text);
}

}  // namespace

Result<std::string> canonical_wallet(std::string_view text) {
  if (text.size() > kLongestWallet) return fail(Fault::Malformed, "too long for a wallet address");
  text = trim(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bare_wallet(text);
  const std::string_view scope = text.substr(0, colon), address = text.substr(colon + 1);
  const auto chain = std::find_if(kChains.begin(), kChains.end(), [&](const Blockchain& row) {
    return equal_ignoring_case(scope, row.name) || equal_ignoring_case(scope, row.long_name);
  });
  if (chain == kChains.end()) return fail(Fault::Malformed, "no such chain: expected btc, eth, xmr, trx, …");
  return chain->canonical(address);
}

}  // namespace cordon
