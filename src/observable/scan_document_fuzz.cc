// Laws: each find lies in the document, its bytes are those at its place, and finds come in order without overlap,
// but for those inside of a url. What a page shows is text where the page is, and in proportion to it.
#include <cstdint>

#include "base/result.h"
#include "base/text.h"
#include "observable/scan_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  for (const auto form : {cordon::DocumentForm::Html, cordon::DocumentForm::Mail, cordon::document_form(input)}) {
    std::uint64_t free_from = 0;
    cordon::scan_document(input, form, {}, [&](const cordon::Find& find) {
      CORDON_CHECK(find.length > 0 && find.offset + find.length <= input.size(), "a find must lie in the document");
      CORDON_CHECK(find.written == input.substr(find.offset, find.length), "a find must be the bytes at its place");
      if (find.has(cordon::FindFlag::InsideUrl)) return;
      CORDON_CHECK(find.offset >= free_from, "finds must not overlap");
      free_from = find.offset + find.length;
    });
  }
  const std::string shown = cordon::page_text(input);
  CORDON_CHECK(shown.size() <= 4 * input.size() + 64, "a page shows no more than it holds");
  CORDON_CHECK(!cordon::valid_utf8(input) || cordon::valid_utf8(shown), "a page of text shows text");
  return 0;
}
