// Whatever a table holds: it is read or refused, every question ends, and a country is two small letters or nothing.
#include <cstdint>

#include "referral/address_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const Result<AddressTable> table = AddressTable::read(std::string(reinterpret_cast<const char*>(data), size));
  if (!table) {
    CORDON_CHECK(!table.error().message.empty(), "a refusal has its reason");
    return 0;
  }
  for (const char* text : {"0.0.0.0", "11.2.3.4", "198.51.100.7", "255.255.255.255", "::1", "2a00:1::1", "ffff::"}) {
    const AddressPlace place = table->place_of(*parse_ip(text));
    CORDON_CHECK(place.country.empty() || place.country.size() == 2, "two letters");
    for (const char letter : place.country) CORDON_CHECK(letter >= 'a' && letter <= 'z', "small ones");
    CORDON_CHECK(table->place_of(*parse_ip(text)) == place, "the same again");
  }
  return 0;
}
