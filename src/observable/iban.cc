#include "observable/iban.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace cordon {
namespace {

struct Country {
  std::string_view code;  // ISO 3166-1 alpha-2, and XK
  std::size_t length;     // of the whole number
};
// Every country of the IBAN registry (ISO 13616-2). Kyrgyzstan, Uzbekistan and China are not in it; overseas
// France writes FR, and the numbers that some West African banks print are not registered.
constexpr std::array<Country, 89> kCountries = {{
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28},
    {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23},
    {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
}};

constexpr std::size_t kLongestIban = 80;  // 34 characters with spaces between them

// ISO 7064: the first four characters go to the end, A is 10 and Z is 35, and the number is taken mod 97.
unsigned remainder_97(std::string_view compact) {
  unsigned remainder = 0;
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[(i + 4) % compact.size()];
    remainder = digit(c) ? remainder * 10 + static_cast<unsigned>(c - '0')
                         : remainder * 100 + static_cast<unsigned>(c - 'A' + 10);
    remainder %= 97;
  }
  return remainder;
}

}  // namespace

Result<std::string> canonical_iban(std::string_view text) {
  if (text.size() > kLongestIban) return fail(Fault::Malformed, "too long for an IBAN");
  std::string compact;
  for (const char c : text) {
    if (c == ' ') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!digit(upper) && !(upper >= 'A' && upper <= 'Z')) {
      return fail(Fault::Malformed, "an IBAN has only letters, digits and spaces");
    }
    compact += upper;
  }
  if (compact.size() < 5 || !digit(compact[2]) || !digit(compact[3])) {
    return fail(Fault::Malformed, "an IBAN begins with a country's two letters and two check digits");
  }
  const auto country = std::find_if(kCountries.begin(), kCountries.end(),
                                    [&](const Country& row) { return compact.starts_with(row.code); });
  if (country == kCountries.end()) return fail(Fault::Malformed, "no such country in the IBAN registry");
  if (compact.size() != country->length) {
    return fail(Fault::Malformed,
                "an IBAN of " + std::string(country->code) + " has " + std::to_string(country->length) + " characters");
  }
  // 00, 01 and 99 satisfy the remainder as 97, 98 and 02 do, but no bank computes them.
  const std::string_view check = std::string_view(compact).substr(2, 2);
  if (check == "00" || check == "01" || check == "99" || remainder_97(compact) != 1) {
    return fail(Fault::Malformed, "the check digits of the IBAN are wrong");
  }
  return compact;
}

}  // namespace cordon
