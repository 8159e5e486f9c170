// Laws: a canonical text reads as itself, and one digit for another, or one letter for another, is always found.
#include <cstdint>
#include <string>

#include "observable/iban.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto iban = cordon::canonical_iban({reinterpret_cast<const char*>(data), size});
  if (!iban) return 0;
  const auto again = cordon::canonical_iban(*iban);
  CORDON_CHECK(again && *again == *iban, "the canonical text of an IBAN must read as itself");
  for (std::size_t at = 0; at < iban->size(); ++at) {
    const bool digit = (*iban)[at] <= '9';
    for (char other = digit ? '0' : 'A'; other <= (digit ? '9' : 'Z'); ++other) {
      if (other == (*iban)[at]) continue;
      std::string wrong = *iban;
      wrong[at] = other;
      CORDON_CHECK(!cordon::canonical_iban(wrong), "a wrong character in an IBAN must be found");
    }
  }
  return 0;
}
