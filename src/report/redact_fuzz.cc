// Redaction is idempotent, gives valid UTF-8, and leaves no card number that spaces or hyphens only hide.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/result.h"
#include "base/text.h"
#include "observable/card_token.h"
#include "report/redact.h"

namespace {

// An oracle of its own: groups of digits first, then every row of them.
bool holds_card(std::string_view text) {
  std::vector<std::string> groups;
  const auto any = [&groups] {
    for (std::size_t first = 0; first < groups.size(); ++first) {
      std::string row;
      for (std::size_t i = first; i < groups.size() && row.size() < 20; ++i) {
        row += groups[i];
        if (row.size() >= 13 && row.size() <= 19 && cordon::luhn(row)) return true;
      }
    }
    return false;
  };
  bool found = false;
  for (std::size_t i = 0; i < text.size();) {
    if (!cordon::digit(text[i])) {
      ++i;
      continue;
    }
    std::string group;
    while (i < text.size() && cordon::digit(text[i])) group += text[i++];
    groups.push_back(group);
    const bool goes_on = i + 1 < text.size() && (text[i] == ' ' || text[i] == '-') && cordon::digit(text[i + 1]);
    if (!goes_on) {
      found = found || any();
      groups.clear();
    }
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto phones : {cordon::Phones::Keep, cordon::Phones::Redact}) {
    const std::string once = cordon::redact(text, {}, phones);
    CORDON_CHECK(cordon::valid_utf8(once), "redacted text is UTF-8");
    CORDON_CHECK(!holds_card(once), "no card number survives");
    CORDON_CHECK(cordon::redact(once, {}, phones) == once, "redacting twice changes nothing");
    const std::string less = cordon::shorten(once, size / 2);
    CORDON_CHECK(cordon::valid_utf8(less) && !holds_card(less), "nor does shortening make one");
  }
  return 0;
}
