// Laws: what is found reads back from its own slice, from its canonical text and from its defanged form;
// finds stand left to right and never overlap.
#include <cstdint>

#include "observable/observable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  std::size_t free_from = 0;
  for (const cordon::Found& found : cordon::scan_text(input)) {
    CORDON_CHECK(found.offset >= free_from && found.length > 0, "finds must not overlap");
    free_from = found.offset + found.length;
    CORDON_CHECK(free_from <= input.size(), "a find must lie in the text");
    const cordon::Observable& one = found.observable;
    for (const std::string& text :
         {std::string(input.substr(found.offset, found.length)), one.canonical(), cordon::defang(one)}) {
      const auto again = cordon::parse_observable(one.kind(), text);
      CORDON_CHECK(again && *again == one, "a find must read back");
    }
  }
  return 0;
}
