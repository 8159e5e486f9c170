// Laws: a canonical text reads as itself, and one wrong character never gives the same wallet; where the
// checksum is sure to find it (bech32, cashaddr, ton) it gives no wallet at all.
#include <cstdint>
#include <string>

#include "observable/base58.h"
#include "observable/bech32.h"
#include "observable/wallet.h"

// A first byte 1 or 2 makes an address of the other bytes; otherwise the input is the text.
static std::string address(std::string_view input) {
  if (input.starts_with('\1')) return cordon::base58check_encode(input.substr(1, 64));
  if (input.starts_with('\2') && input.size() >= 21) {
    return cordon::to_text(cordon::CashAddress{cordon::CashAddress::Kind::Key, std::string(input.substr(1, 20))});
  }
  return std::string(input);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto wallet = cordon::canonical_wallet(address(input));
  if (!wallet) return 0;
  const auto again = cordon::canonical_wallet(*wallet);
  CORDON_CHECK(again && *again == *wallet, "the canonical text of a wallet must read as itself");

  const bool sure = wallet->starts_with("btc:bc1") || wallet->starts_with("ltc:ltc1") || wallet->starts_with("bch:") ||
                    wallet->starts_with("ton:");
  for (std::size_t at = wallet->find(':') + 1; at < wallet->size(); ++at) {
    std::string wrong = *wallet;
    const char other = "023456789acdefghjklmnpqrstuvwxyzQZ"[(at * 7 + size) % 34];
    if (lower(other) == lower(wrong[at])) continue;
    wrong[at] = other;
    const auto read = cordon::canonical_wallet(wrong);
    CORDON_CHECK(!read || *read != *wallet, "another character must give another wallet");
    CORDON_CHECK(!read || !sure, "this checksum finds every single wrong character");
  }
  return 0;
}
