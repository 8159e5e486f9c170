// What may not be written down even once (charter 4.8, 5.1 and amendment 9): card numbers, national ids,
// other people's mail addresses and phone numbers are cut out before the first write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "observable/observable.h"

namespace cordon {

enum class Phones { Keep, Redact };

// Cuts out, leaving "[redacted:card]", "[redacted:id]", "[redacted:email]", "[redacted:phone]" in their place:
// card numbers (13 to 19 digits in groups, right check digit), Kazakh IIN, Russian SNILS and, on a line that
// says so, passport numbers, Chinese resident ids, the local part of mail addresses, and with
// Phones::Redact numbers of '+' and 10 to 15 digits. Addresses and numbers among `keep` stay. The result is
// valid UTF-8, and redacting it again changes nothing.
std::string redact(std::string_view text, const std::vector<Observable>& keep, Phones phones);
// The same, without the look that passes over most texts: for the test that holds them against each other.
std::string redact_by_passes(std::string_view text, const std::vector<Observable>& keep, Phones phones);

// Every name and value inside, so that the result is still JSON; a number that reads as one of the above
// becomes its mark.
Json redact_json(const Json& value, const std::vector<Observable>& keep, Phones phones);

// A JSON record as the desk may store it: without raw bytes, evidence payloads (their size stays), accounts
// and people's names, redacted, in canonical form and at most 64 KiB (the largest members go first).
std::string keep_record(const Json& record, const std::vector<Observable>& keep);

// At most `limit` bytes, cut between characters and never inside a number (which could make a card number
// of a longer one); ends in "…" where something was cut.
std::string shorten(std::string text, std::size_t limit);

}  // namespace cordon
