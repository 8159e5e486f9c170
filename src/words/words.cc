#include "words/words.h"

#include <array>

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::array kLanguages = {Language::En, Language::Ru, Language::Kk, Language::Zh};

}  // namespace

std::span<const Language> languages() { return kLanguages; }

std::string_view name(Language language) {
  switch (language) {
    case Language::En:
      return "en";
    case Language::Ru:
      return "ru";
    case Language::Kk:
      return "kk";
    case Language::Zh:
      return "zh";
  }
  return "en";
}

std::string_view own_name(Language language) {
  switch (language) {
    case Language::En:
      return "English";
    case Language::Ru:
      return "Русский";
    case Language::Kk:
      return "Қазақша";
    case Language::Zh:
      return "中文";
  }
  return "English";
}

std::optional<Language> parse_language(std::string_view tag) {
  const std::string_view first = tag.substr(0, tag.find_first_of("-_"));
  for (const Language language : kLanguages) {
    if (equal_ignoring_case(first, name(language))) return language;
  }
  return std::nullopt;
}

Language preferred_language(std::string_view accept_language) {
  return parse_language(accept_language.substr(0, 2)).value_or(Language::En);
}

Words::Words(Language language) : language_(language) {}

const Words& Words::in(Language language) {
  static const Words en(Language::En), ru(Language::Ru), kk(Language::Kk), zh(Language::Zh);
  switch (language) {
    case Language::En:
      return en;
    case Language::Ru:
      return ru;
    case Language::Kk:
      return kk;
    case Language::Zh:
      return zh;
  }
  return en;
}

std::string Words::operator()(std::string_view english) const { return std::string(english); }

std::string Words::operator()(std::string_view english, std::initializer_list<std::string_view> values) const {
  std::string text = (*this)(english);
  std::size_t number = 1;
  for (const std::string_view value : values) {
    text = replace_all(std::move(text), "{" + std::to_string(number++) + "}", value);
  }
  return text;
}

std::string Words::count(std::string_view one, std::string_view many, std::int64_t n) const {
  return (*this)(n == 1 ? one : many, {std::to_string(n)});
}

std::string Words::date(Instant at) const { return to_rfc3339(at); }
std::string Words::day(Instant at) const { return to_rfc3339(at).substr(0, 10); }

}  // namespace cordon
