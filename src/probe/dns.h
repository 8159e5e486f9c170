// Questions to the domain name system and its answers (RFC 1035, 3596), as far as a probe asks: the addresses of a
// name, and whether a zone says that there is no such name. Pure: bytes in, values out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "observable/ip.h"

namespace cordon {

enum class DnsType : std::uint16_t { A = 1, Soa = 6, Aaaa = 28 };

// Of a name as ascii_host() writes it; the root is "". Malformed where no question can hold it.
Result<std::string> write_dns_question(std::uint16_t id, std::string_view name, DnsType type);

struct DnsAnswer {
  enum class Says : std::uint8_t { Found, NoSuchName, Nothing, Failed };
  // Found: the name is there, with or without addresses of this type. Failed: the resolver could not say.
  Says says = Says::Nothing;
  bool by_zone = false;  // a zone's SOA stands beside a "no" (RFC 2308): the zone says so, not merely the resolver
  bool cut = false;      // more than a datagram held
  std::vector<Ip> addresses;
};

inline constexpr int kLongestDnsChain = 8;  // CNAMEs from the name to its addresses
inline constexpr std::size_t kMostDnsAddresses = 16;

// Malformed for what is no answer to this question: a wrong id, another name or type, a broken record. Addresses count
// only at the end of the chain that begins at the name, so an answer about another name gives none.
Result<DnsAnswer> read_dns_answer(std::string_view bytes, std::uint16_t id, std::string_view name, DnsType type);

}  // namespace cordon
