// Laws: a list that is read holds each of its own lines, and what lies under a name of it; around() gives a part of the
// line that holds the find.
#include <cstdint>

#include "base/text.h"
#include "desk/scan_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto list = NeverList::read(input, "list");
  CORDON_CHECK(list.operator bool() == valid_utf8(input), "a list is UTF-8, and any UTF-8 is a list");
  scan(input, {}, [&](const Find& find) {
    const auto offset = static_cast<std::size_t>(find.offset), length = static_cast<std::size_t>(find.length);
    const std::string_view near = around(input, offset, length, 7);
    CORDON_CHECK(near.find(find.written) != std::string_view::npos, "a find stands in its own context");
    if (!list) return;
    const std::string_view line = trim(find.written);
    const auto alone = NeverList::read(line, "line");
    if (find.kind != FoundKind::Domain || !alone || line.find('#') != std::string_view::npos || find.defanged) return;
    CORDON_CHECK(alone->holds(find), "a list holds its own line");
    const std::string under = "a." + std::string(find.canonical);
    Find below = find;
    below.canonical = under;
    if (under.size() < 250) CORDON_CHECK(alone->holds(below), "and what lies under it");
  });
  return 0;
}
