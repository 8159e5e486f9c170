// Laws: what parse_matter takes is exactly an id, or a number in either case, and reads back as itself; nothing that
// the refused list knows is ever taken; an answer is one line.
#include <cstdint>

#include "base/text.h"
#include "law/matter.h"
#include "law/refused.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto matter = cordon::parse_matter(input);
  const cordon::RefusedName* refused = cordon::find_refused(input);
  if (!matter) {
    CORDON_CHECK(matter.error().fault == cordon::Fault::Refused, "a name is taken or refused");
    CORDON_CHECK(matter.error().message.find('\n') == std::string::npos, "a refusal is one line");
    if (refused != nullptr) {
      CORDON_CHECK(matter.error().message.find(refused->reason) != std::string::npos, "a known name hears its reason");
    }
    return 0;
  }
  CORDON_CHECK(refused == nullptr, "a refused name is never a matter");
  CORDON_CHECK(input == matter->id() || cordon::equal_ignoring_case(input, matter->number()), "only the exact name");
  const auto by_id = cordon::parse_matter(matter->id());
  const auto by_number = cordon::parse_matter(matter->number());
  CORDON_CHECK(by_id && *by_id == *matter && by_number && *by_number == *matter, "both names mean the same matter");
  return 0;
}
