// Whatever a registry answers: who is named is a mailbox, once; the answer is about what was asked; and the same answer
// written canonically names the same.
#include <cstdint>
#include <set>

#include "base/text.h"
#include "referral/registry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto& [kind, text] :
       {std::pair{ObservableKind::Ip, "198.51.100.7"}, {ObservableKind::Domain, "bad.example.com"}}) {
    const Observable host = *parse_observable(kind, text);
    const Result<RegistryAnswer> answer = read_registry_answer(bytes, host);
    if (!answer) {
      CORDON_CHECK(!answer.error().message.empty(), "a refusal has its reason");
      continue;
    }
    std::set<std::string> seen;
    for (const RegistryContact& contact : answer->contacts) {
      const Result<Observable> mailbox = parse_observable(ObservableKind::Email, contact.address);
      CORDON_CHECK(mailbox && mailbox->canonical() == contact.address, "a mailbox, as an observable has it");
      CORDON_CHECK(seen.insert(contact.address).second, "each once");
      CORDON_CHECK(contact.name.find('\n') == std::string::npos, "a name is one line");
    }
    const Result<RegistryAnswer> again = read_registry_answer(to_text(*parse_json(bytes)), host);
    CORDON_CHECK(again && *again == *answer, "spelling changes nothing");
  }
  return 0;
}
