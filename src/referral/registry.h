// Whom the registries name: RDAP's answers about a network or a domain (RFC 9083), and which registry to ask (RFC
// 9224). Pure: bytes in, contacts out. What a registry says is outside text like any other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/ip_range.h"
#include "observable/observable.h"

namespace cordon {

// IANA's files of which registry answers for what.
class RegistryMap {
 public:
  // Their texts: dns.json, ipv4.json, ipv6.json. Malformed names the file and what was expected there. A registry that
  // is reached over http:// alone is left out.
  static Result<RegistryMap> read(std::string_view dns, std::string_view ipv4, std::string_view ipv6);
  // Where to ask about this host: "https://rdap.example.net/ip/192.0.2.7", ".../domain/example.org" for all names below
  // example.org. NotFound where no registry of the files answers for it; Usage for another kind than domain and ip.
  Result<std::string> question(const Observable& host) const;

 private:
  struct Block {
    IpRange range;
    std::string base;
  };
  Result<Nothing> add_blocks(const Json& services, const std::string& file);
  std::map<std::string, std::string, std::less<>> names_;  // an ending of names, with its registry's address
  std::vector<Block> blocks_;                              // the narrowest first
};

// A mailbox that takes complaints, as the registry says, and for what it can act.
struct RegistryContact {
  enum class From { Role, Remark };  // an entity with the role "abuse", or the words of a remark
  std::string address;               // as an email observable has it
  std::string name;                  // of its entity; may be empty
  From from = From::Role;
  Recipient acts = Recipient::Host;  // `host` for a network, `registrar` for a domain
  bool operator==(const RegistryContact&) const = default;
};

struct RegistryAnswer {
  std::string handle;                     // the registry's own name of the network or domain
  std::string about;                      // "198.51.100.0 - 198.51.100.255", "example.org"
  std::string country;                    // of a network: two letters in lower case, or empty
  std::vector<RegistryContact> contacts;  // the best first; may be empty
  bool operator==(const RegistryAnswer&) const = default;
};

inline constexpr std::size_t kLargestRegistryAnswer = 1u << 20;

// NotFound or Unavailable as the registry itself says (RFC 9083 section 6); Malformed for what is no answer, or one
// about something else than `host` (ip or domain): nobody is written to because of another's entry. A mailbox that is
// none is left out, and so is whoever registered the domain: a request never goes to the one that it is about.
Result<RegistryAnswer> read_registry_answer(std::string_view bytes, const Observable& host);

// As it is kept: nothing of the registry's own text, which names people, but what is above.
Json to_json(const RegistryAnswer& answer);
Result<RegistryAnswer> read_kept_answer(const Json& kept);

}  // namespace cordon
