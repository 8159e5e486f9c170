#include "observable/card_token.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kIssuerDigits = 6;  // the least that names an issuer
constexpr std::size_t kLeastKey = 32;

// The digits of a card number as people write it; empty where `text` is not one.
std::string card_number(std::string_view text) {
  if (text.size() > 64) return {};
  std::string digits;
  for (const char c : trim(text)) {
    if (c != ' ' && c != '-') digits += c;
  }
  return digits.size() >= 13 && digits.size() <= 19 && luhn(digits) ? digits : std::string();
}

}  // namespace

bool luhn(std::string_view digits) {
  if (digits.empty() || !all_digits(digits)) return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    const unsigned twice = digit * 2;
    sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 == 0;
}

Result<std::string> canonical_card_token(std::string_view text) {
  if (text.size() > 128) return fail(Fault::Malformed, "too long for a card token");
  text = trim(text);
  const std::size_t colon = text.find(':');
  const std::string_view issuer = text.substr(0, colon);
  if (!card_number(text).empty() || !card_number(issuer).empty()) {
    return fail(Fault::Refused, "a card number is never stored");
  }
  if (colon == std::string_view::npos || issuer.size() < 6 || issuer.size() > 8 || !all_digits(issuer)) {
    return fail(Fault::Malformed, "a card token is six to eight digits of issuer, a colon and 64 hex digits");
  }
  const Digest code = TRY(parse_digest(text.substr(colon + 1)));
  return std::string(issuer) + ':' + code.hex();
}

Result<std::string> make_card_token(std::string_view digits, std::string_view key) {
  if (key.size() < kLeastKey) return fail(Fault::Usage, "the key of card tokens has at least 32 bytes");
  const std::string number = card_number(digits);
  if (number.empty()) return fail(Fault::Malformed, "not a card number: 13 to 19 digits, the last one checked");
  return number.substr(0, kIssuerDigits) + ':' + hmac_sha256(key, number).hex();
}

}  // namespace cordon
