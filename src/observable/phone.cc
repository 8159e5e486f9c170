#include "observable/phone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <exception>

#include "base/text.h"

namespace cordon {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kLongestPhone = 40;  // 15 digits with marks between them

PhoneNumberUtil& library() {
  static PhoneNumberUtil& numbers = []() -> PhoneNumberUtil& {
    PhoneNumberUtil* made = PhoneNumberUtil::GetInstance();
    // It would write to standard output, and a number is personal data. It owns its logger.
    made->SetLogger(new i18n::phonenumbers::NullLogger);
    return *made;
  }();
  return numbers;
}

constexpr std::string_view kLength = "a phone number has 7 to 15 digits with the country's code (E.164)";
bool has_e164_length(std::string_view number) { return number.size() >= 8 && number.size() <= 16; }

// "+" and digits. The library itself is more generous (letters, extensions, every script's digits), and
// some of that is where strangers' text would hide.
Result<std::string> international(std::string_view text) {
  text = trim(text);
  std::string number;
  if (text.starts_with('+')) {
    number = "+";
    text.remove_prefix(1);
  } else if (text.starts_with("00")) {
    number = "+";
    text.remove_prefix(2);
  } else {
    return fail(Fault::Malformed, "a phone number begins with + or 00 and the country's code");
  }
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number += c;
    } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
      return fail(Fault::Malformed, "a phone number has only digits and the marks between them");
    }
  }
  if (!has_e164_length(number)) return fail(Fault::Malformed, std::string(kLength));
  return number;
}

// The library's E.164 of "+" and digits. May throw what the library throws.
Result<std::string> e164(const std::string& number) {
  PhoneNumber parsed;
  if (library().Parse(number, "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
    return fail(Fault::Malformed, "no country has this calling code, or the number is too short or long for it");
  }
  if (!library().IsValidNumber(parsed)) {
    return fail(Fault::Malformed, "the country has not assigned a range that holds this phone number");
  }
  std::string canonical;
  library().Format(parsed, PhoneNumberUtil::E164, &canonical);
  // Without the zero of "+44 (0)…" it is shorter than what was written.
  if (!has_e164_length(canonical)) return fail(Fault::Malformed, std::string(kLength));
  return canonical;
}

}  // namespace

Result<std::string> canonical_phone(std::string_view text) {
  if (text.size() > kLongestPhone) return fail(Fault::Malformed, "too long for a phone number");
  const std::string number = TRY(international(text));
  try {
    const std::string canonical = TRY(e164(number));
    // The library drops one national prefix ("+52 1 …" of Mexico); a second one would go the next time.
    if (TRY(e164(canonical)) != canonical) return fail(Fault::Malformed, "a national prefix is written twice");
    return canonical;
  } catch (const std::exception&) {
    return fail(Fault::Unavailable, "the phone number library failed");
  }
}

}  // namespace cordon
