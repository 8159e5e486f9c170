// The fence around a look: a network namespace of its own, and in it a firewall of the kernel that lets nothing through
// to an address inside. docs/recheck.md says how an operator prepares the namespace.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "observable/ip.h"

namespace cordon {

// Destinations that name no host of the public network (RFC 6890 and its registries), as the firewall has them; those
// of v6 are what lies outside 2000::/3, and these within it.
std::span<const std::string_view> inside_v4();
std::span<const std::string_view> inside_v6();

// The rules as nft reads them: all of this table is replaced at once. TCP to the public network, questions to the
// resolver, and what IPv6 needs to find its neighbours; all else is dropped and counted.
std::string firewall_rules(const Ip& resolver);

// Enters /run/netns/NAME, puts the firewall up, sees that it stands, and gives up every power by which it could be
// taken down. Usage, with one line of what is missing, if any of it cannot be had: then nothing may be contacted.
Result<Nothing> raise_fence(const std::string& name_of_namespace, const Ip& resolver);

}  // namespace cordon
