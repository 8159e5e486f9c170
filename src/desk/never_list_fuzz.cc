// Laws: a list that is read holds each of its own lines, and what lies under a name of it; around() gives a part of the
// line that holds the find.
#include <cstdint>

#include "base/text.h"
#include "desk/scan_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  NeverList list;
  const bool read = list.add(input, "list").operator bool();
  CORDON_CHECK(read == valid_utf8(input) || trim(input).starts_with('{'), "a list is UTF-8, and any UTF-8 is a list");
  scan(input, {}, [&](const Find& find) {
    const auto offset = static_cast<std::size_t>(find.offset), length = static_cast<std::size_t>(find.length);
    const std::string_view near = around(input, offset, length, 7);
    CORDON_CHECK(near.find(find.written) != std::string_view::npos, "a find stands in its own context");
    if (!read) return;
    static_cast<void>(never_listed(list, find));
    const std::string_view line = trim(find.written);
    if (find.kind != FoundKind::Domain || line.find('#') != std::string_view::npos || find.defanged) return;
    NeverList alone;
    if (!alone.add(line, "line")) return;
    CORDON_CHECK(never_listed(alone, find), "a list holds its own line");
    const std::string under = "a." + std::string(find.canonical);
    Find below = find;
    below.canonical = under;
    if (under.size() < 250) CORDON_CHECK(never_listed(alone, below), "and what lies under it");
  });
  return 0;
}
