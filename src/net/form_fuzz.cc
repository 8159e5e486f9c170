// Law: whatever a form's reader takes, writing it as urlencoded and reading that gives the same fields again.
#include <cstdint>

#include "net/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (auto read : {read_urlencoded(text), read_multipart("multipart/form-data; boundary=XyZ", text)}) {
    if (!read) continue;
    std::erase_if(*read, [](const FormField& field) {
      return field.is_file || field.value.find('\0') != field.value.npos || field.name.find('\0') != field.name.npos;
    });
    const auto again = read_urlencoded(write_urlencoded(*read));
    CORDON_CHECK(again && *again == *read, "a form was not read as it was written");
  }
  return 0;
}
