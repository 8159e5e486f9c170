// Laws: a canonical domain reads as itself, and its defanged form reads as the same domain.
#include <cstdint>

#include "observable/observable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto kind = cordon::ObservableKind::Domain;
  const auto found = cordon::parse_observable(kind, input);
  if (!found) return 0;
  const auto again = cordon::parse_observable(kind, found->canonical());
  CORDON_CHECK(again && *again == *found, "the canonical text must read as itself");
  const auto defanged = cordon::parse_observable(kind, cordon::defang(*found));
  CORDON_CHECK(defanged && *defanged == *found, "the defanged text must read as the same");
  if (const auto host = cordon::host_of(*found)) CORDON_CHECK(cordon::host_of(*host) == host, "a host is its own host");
  if (const auto owner = cordon::registrable_domain(*found))
    CORDON_CHECK(cordon::registrable_domain(*owner) == owner, "a registrable name lies under itself");
  return 0;
}
