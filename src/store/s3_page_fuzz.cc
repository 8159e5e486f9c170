// A page of a store's list, whatever it holds, is read within its bounds; and one that is written anew from what was
// read reads as the same.
#include <cstdint>

#include "base/text.h"
#include "store/s3_blobs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const Result<S3Page> page = read_s3_page({reinterpret_cast<const char*>(data), size});
  if (!page) return 0;
  CORDON_CHECK(page->keys.size() <= 10'000, "a page has an end");
  const auto escaped = [](std::string text) {
    text = replace_all(std::move(text), "&", "&amp;");
    return replace_all(std::move(text), "<", "&lt;");
  };
  std::string xml = "<ListBucketResult>";
  for (const std::string& key : page->keys) xml += "<Key>" + escaped(key) + "</Key>";
  if (!page->next.empty())
    xml += "<IsTruncated>true</IsTruncated><NextContinuationToken>" + escaped(page->next) + "</NextContinuationToken>";
  const Result<S3Page> again = read_s3_page(xml + "</ListBucketResult>");
  CORDON_CHECK(again && again->keys == page->keys && again->next == page->next, "a page reads as it is written");
  return 0;
}
