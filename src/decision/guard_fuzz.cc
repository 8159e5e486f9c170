// Laws: a list that reads, prints as a list that reads as the same; without one of its entries it is one shorter.
#include <cstdint>

#include "base/text.h"
#include "decision/guard.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto list = cordon::SensitiveList::read(input);
  if (!list) return 0;
  const auto again = cordon::SensitiveList::read(list->text());
  CORDON_CHECK(again && again->text() == list->text(), "the canonical text must read as itself");
  if (list->size() == 0) return 0;
  const std::string text = list->text();
  const std::string_view last = cordon::split(std::string_view(text).substr(0, text.size() - 1), '\n').back();
  const auto less = list->without(last);
  CORDON_CHECK(less && less->size() + 1 == list->size(), "an entry that is there can be taken out");
  CORDON_CHECK(list->missing_from(*less) == last, "and is missed then");
  return 0;
}
