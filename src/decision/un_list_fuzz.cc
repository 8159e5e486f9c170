// Laws: a list that reads from XML prints as text that reads as the same, and no reference in it is an individual's.
#include <cstdint>

#include "decision/un_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto list = cordon::UnEntities::read_xml(input);
  if (!list) return 0;
  const auto again = cordon::UnEntities::read(list->text());
  CORDON_CHECK(again && again->text() == list->text(), "the canonical text must read as itself");
  for (const auto& [reference, entity] : list->entities())
    CORDON_CHECK(reference.size() == 7 && reference[2] == 'e', "entities alone");
  return 0;
}
