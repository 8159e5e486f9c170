// Laws of preferred_language: nothing but the first 1,000 bytes counts; letters' case and the space around commas
// don't; a language that was wished for first, with q=1, is had; one that was refused first is not.
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "words/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cordon::Language;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const Language answer = cordon::preferred_language(input);
  CORDON_CHECK(cordon::parse_language(cordon::name(answer)) == answer, "the answer is one of ours");
  CORDON_CHECK(cordon::preferred_language(cordon::lower_ascii(input)) == answer, "case does not count");
  if (input.size() >= 1000) {
    CORDON_CHECK(cordon::preferred_language(input + ",zh;q=0.5,kk") == answer, "what is past the bound does not count");
  } else if (input.size() < 300) {
    const std::string spaced = cordon::replace_all(input, ",", " ,\t");
    CORDON_CHECK(cordon::preferred_language(spaced) == answer, "space around commas does not count");
  }
  for (const Language language : cordon::languages()) {
    const std::string tag(cordon::name(language));
    CORDON_CHECK(cordon::preferred_language(tag + "," + input) == language, "the first wish is had");
    const Language otherwise = cordon::preferred_language(tag + ";q=0," + input);
    CORDON_CHECK(otherwise != language || language == Language::En, "a refused language is not given");
  }
  return 0;
}
