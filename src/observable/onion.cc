#include "observable/onion.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "observable/keccak.h"
#include "observable/refang.h"

namespace cordon {

Result<std::string> canonical_onion(std::string_view text) {
  std::string name = lower_ascii(refang(trim(text)));
  if (name.ends_with('.')) name.pop_back();
  const auto labels = split(name, '.');
  if (labels.size() < 2 || labels.back() != "onion" || name.size() > 253)
    return fail(Fault::Malformed, "an onion name ends in .onion: " + printable(text));
  const std::string_view service = labels[labels.size() - 2];
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  for (const std::string_view label : labels)
    if (label.empty() || !std::all_of(label.begin(), label.end(), letter))
      return fail(Fault::Malformed, "an onion name has letters and digits only: " + printable(text));
  const auto decoded = from_base32(service);
  if (service.size() == 16 && decoded)
    return fail(Fault::Refused, "version 2 onion names ended in 2021; nothing answers there: " + printable(text));
  // 56 characters of 5 bits are exactly 35 bytes: key (32), checksum (2), version (1).
  const std::string bytes = decoded ? *decoded : std::string();
  if (bytes.size() != 35 || bytes[34] != 3)
    return fail(Fault::Malformed, "a version 3 onion name has 56 base-32 characters: " + printable(text));
  const auto digest = sha3_256(".onion checksum" + bytes.substr(0, 32) + bytes[34]);
  if (static_cast<std::uint8_t>(bytes[32]) != digest[0] || static_cast<std::uint8_t>(bytes[33]) != digest[1])
    return fail(Fault::Malformed, "the checksum of this onion name is wrong (a typing error?): " + printable(text));
  return std::string(service) + ".onion";
}

}  // namespace cordon
