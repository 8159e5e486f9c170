// What people read, in their language: catalogues, plurals, dates. English is written in the sources and is
// the key; the other languages stand in po/*.po and are compiled into the program, so that no locale of the
// machine matters. Knows no domain word but the messages themselves.
//
// How a page writes (tools/words finds these spellings and no others, so keep to them):
//
//     const Words& words = Words::in(language);
//     words("Sign in")
//     words("Step {1} of {2}", {"1", "4"})          // {n} by number, so that a language may turn them round
//     words.count("{1} case", "{1} cases", n)       // {1} is the number
//     words_later("Out of scope")                   // a constant for a table; words(title) translates it then
//
// The object must be called `words`, and the message must be a literal (adjacent literals are one; of a choice
// c ? "a" : "b" inside the call the second would be missed, so --check refuses it). Which pages must be complete
// in Kazakh and Chinese too, tools/words decides by the file's name: desk/page_public*.cc. A message
// is a whole sentence or label, never a part to be glued: word order differs. What comes back is plain text,
// for the page to escape; a value may hold anything, "{1}" included, and is never expanded again.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace cordon {

enum class Language { En, Ru, Kk, Zh };

std::span<const Language> languages();
std::string_view name(Language language);      // "en", "ru", "kk", "zh": also what lang="" and a URL say
std::string_view own_name(Language language);  // "English", "Русский", "Қазақша", "中文"

// A BCP 47 tag whose first part is one of ours, in any case: "ru", "ru-KZ", "zh_Hans". Nothing for others.
std::optional<Language> parse_language(std::string_view tag);

// What RFC 9110, 12.5.4 asks for: the language of the highest q that we have, the earlier on a tie, and never
// one with q=0. English when none fits. Reads the first 1,000 bytes and 32 ranges; what is malformed is skipped.
Language preferred_language(std::string_view accept_language);

// One language's catalogue. It lives as long as the program, is immutable and may be read by all threads.
class Words {
 public:
  static const Words& in(Language language);
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  Language language() const { return language_; }

  // The translation, or the English itself where the catalogue has none.
  std::string operator()(std::string_view english) const;
  // With {1}, {2}, … replaced by the values. A number without a value stays as it stands.
  std::string operator()(std::string_view english, std::initializer_list<std::string_view> values) const;
  // The form that this language uses with n; {1} is n in digits.
  std::string count(std::string_view one, std::string_view many, std::int64_t n) const;

  std::string date(Instant at) const;  // "24 November 2026, 01:02 UTC"
  std::string day(Instant at) const;   // "24 November 2026", the day in UTC

 private:
  class Messages;
  explicit Words(Language language);
  ~Words();

  Language language_;
  std::unique_ptr<const Messages> messages_;  // none for English
};

// Marks a constant for the catalogues and gives it back unchanged.
constexpr std::string_view words_later(std::string_view english) { return english; }

}  // namespace cordon
