// Whatever stands at a domain's security.txt: who is named is a mailbox, once, and the file has not expired.
#include <cstdint>
#include <set>

#include "observable/observable.h"
#include "referral/security_txt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Instant now{1'790'000'000'000};
  const Result<SecurityTxt> file = read_security_txt(bytes, "https://example.org/.well-known/security.txt", now);
  if (!file) {
    CORDON_CHECK(!file.error().message.empty(), "a refusal has its reason");
    return 0;
  }
  CORDON_CHECK(file->expires > now, "it holds");
  std::set<std::string> seen;
  for (const std::string& address : file->mailboxes) {
    const Result<Observable> mailbox = parse_observable(ObservableKind::Email, address);
    CORDON_CHECK(mailbox && mailbox->canonical() == address && seen.insert(address).second, "a mailbox, once");
  }
  return 0;
}
