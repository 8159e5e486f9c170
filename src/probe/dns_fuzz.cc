// Whatever a resolver answers: it is read or refused, a bounded number of addresses comes of it, and only where the
// answer is to the question that was asked.
#include <cstdint>

#include "probe/dns.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const DnsType type : {DnsType::A, DnsType::Aaaa, DnsType::Soa}) {
    const Result<DnsAnswer> answer = read_dns_answer(bytes, 77, "bad.example.org", type);
    if (!answer) {
      CORDON_CHECK(!answer.error().message.empty(), "a refusal has its reason");
      continue;
    }
    const std::string question = *write_dns_question(77, "bad.example.org", type);
    CORDON_CHECK(bytes.size() >= question.size() && bytes.substr(0, 2) == question.substr(0, 2), "its own id");
    CORDON_CHECK(answer->addresses.size() <= kMostDnsAddresses, "a bounded number");
    const bool names = answer->says == DnsAnswer::Says::Found || answer->says == DnsAnswer::Says::NoSuchName;
    CORDON_CHECK(answer->addresses.empty() || names, "addresses are of a name that is there");
    for (const Ip& address : answer->addresses) CORDON_CHECK(parse_ip(address.text()), "an address is one");
  }
  return 0;
}
