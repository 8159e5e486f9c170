#include "words/words.h"

#include <gmock/gmock.h>

#include <limits>
#include <set>
#include <string>

#include "base/text.h"

namespace cordon {

namespace {

const Words& in(Language language) { return Words::in(language); }

// Red when the plural rule of po/ru.po is English's (plural=(n != 1)), or when count() looks up without n.
TEST(Words, Russian_counts_in_three_forms) {
  const Words& words = in(Language::Ru);
  const auto cases = [&](std::int64_t n) { return words.count("{1} case", "{1} cases", n); };
  EXPECT_EQ(cases(0), "0 дел");
  EXPECT_EQ(cases(1), "1 дело");
  EXPECT_EQ(cases(2), "2 дела");
  EXPECT_EQ(cases(4), "4 дела");
  EXPECT_EQ(cases(5), "5 дел");
  EXPECT_EQ(cases(11), "11 дел");
  EXPECT_EQ(cases(12), "12 дел");
  EXPECT_EQ(cases(21), "21 дело");
  EXPECT_EQ(cases(102), "102 дела");
  EXPECT_EQ(cases(111), "111 дел");
  EXPECT_EQ(cases(-1), "-1 дело");
}

// Red when n goes to the library as an int by a plain cast: 2^32 + 5 would count as 5, 2^32 * 10 + 1 as 11.
TEST(Words, numbers_past_the_librarys_int_keep_their_form) {
  const Words& words = in(Language::Ru);
  EXPECT_EQ(words.count("{1} case", "{1} cases", 4'294'967'301), "4294967301 дело");
  EXPECT_EQ(words.count("{1} case", "{1} cases", 10'000'000'002), "10000000002 дела");
  EXPECT_EQ(words.count("{1} case", "{1} cases", 9'223'372'036'854'775'807), "9223372036854775807 дел");
  EXPECT_EQ(words.count("{1} case", "{1} cases", std::numeric_limits<std::int64_t>::min()), "-9223372036854775808 дел");
}

TEST(Words, English_counts_without_a_catalogue_and_Kazakh_and_Chinese_in_one_form) {
  EXPECT_EQ(in(Language::En).count("{1} case", "{1} cases", 1), "1 case");
  EXPECT_EQ(in(Language::En).count("{1} case", "{1} cases", 0), "0 cases");
  EXPECT_EQ(in(Language::Kk).count("{1} case", "{1} cases", 5), "5 іс");
  EXPECT_EQ(in(Language::Zh).count("{1} case", "{1} cases", 1), "1 个案件");
}

// Red when placeholders are taken in their order of appearance instead of by number.
TEST(Words, a_language_may_turn_placeholders_round) {
  const auto page = [](const Words& words) { return words("Page {1} of {2}", {"3", "7"}); };
  EXPECT_EQ(page(in(Language::En)), "Page 3 of 7");
  EXPECT_EQ(page(in(Language::Ru)), "Страница 3 из 7");
  EXPECT_EQ(page(in(Language::Kk)), "7 беттің 3-беті");
  EXPECT_EQ(page(in(Language::Zh)), "第 3 页，共 7 页");
}

// Red when values are put in one after another with replace_all: the first value's "{2}" would become "B".
TEST(Words, what_a_value_says_is_never_expanded) {
  const Words& words = in(Language::Ru);
  EXPECT_EQ(words("Page {1} of {2}", {"{2}", "{1}{1}"}), "Страница {2} из {1}{1}");
  EXPECT_EQ(words("Page {1} of {2}", {"{", "}"}), "Страница { из }");
  EXPECT_EQ(words("Page {1} of {2}", {"<b>&\"", std::string_view("\0", 1)}), std::string("Страница <b>&\" из ") + '\0');
}

TEST(Words, a_placeholder_without_a_value_stays_as_it_stands) {
  EXPECT_EQ(in(Language::Ru)("Page {1} of {2}", {"3"}), "Страница 3 из {2}");
  EXPECT_EQ(in(Language::Ru)("Page {1} of {2}"), "Страница {1} из {2}");
  for (const std::string_view text : {"{", "}", "{}", "{0}", "{2}", "{-1}", "{99999999999999999999}", "{1", "{x}"}) {
    EXPECT_EQ(in(Language::En)(text, {"value"}), text);
  }
  const std::string_view nested = "{{1}}";
  EXPECT_EQ(in(Language::En)(nested, {"value"}), "{value}");
}

// Red when an empty text is looked up: the header of the catalogue would be shown.
TEST(Words, what_no_catalogue_has_comes_back_in_English) {
  const std::string_view unknown = "nobody translated this", many = "nobody translated these", none;
  for (const Language language : languages()) {
    EXPECT_EQ(in(language)(unknown), unknown);
    EXPECT_EQ(in(language)(none), "");
    EXPECT_EQ(in(language).count(unknown, many, 2), many);
    EXPECT_EQ(in(language).language(), language);
  }
}

// Red when a date is put together from a month's name in the nominative ("24 ноябрь").
TEST(Words, a_date_is_written_as_its_language_writes_it_with_its_zone) {
  const Instant at = *parse_rfc3339("2026-11-24T01:02:03Z");
  EXPECT_EQ(in(Language::En).date(at), "24 November 2026, 01:02 UTC");
  EXPECT_EQ(in(Language::Ru).date(at), "24 ноября 2026 г., 01:02 UTC");
  EXPECT_EQ(in(Language::Kk).date(at), "2026 ж. 24 қараша, 01:02 UTC");
  EXPECT_EQ(in(Language::Zh).date(at), "2026年11月24日 01:02 UTC");
  EXPECT_EQ(in(Language::En).day(*parse_rfc3339("2027-01-01T00:30:00+05:00")), "31 December 2026");
  EXPECT_EQ(in(Language::Ru).day(Instant{-1}), "31 декабря 1969 г.");
}

TEST(Words, every_month_is_its_own_in_every_language) {
  for (const Language language : languages()) {
    std::set<std::string> days;
    for (int month = 1; month <= 12; ++month) {
      const std::string text = std::string("2026-") + (month < 10 ? "0" : "") + std::to_string(month) + "-15T12:00:00Z";
      const std::string day = in(language).day(*parse_rfc3339(text));
      EXPECT_THAT(day, testing::AllOf(testing::HasSubstr("15"), testing::HasSubstr("2026")));
      if (language == Language::Zh) {
        EXPECT_EQ(day, "2026年" + std::to_string(month) + "月15日");
      }
      days.insert(day);
    }
    EXPECT_EQ(days.size(), 12U);
  }
}

TEST(Words, a_language_tag_is_read_by_its_first_part) {
  for (const Language language : languages()) EXPECT_EQ(parse_language(name(language)), language);
  EXPECT_EQ(parse_language("ru-KZ"), Language::Ru);
  EXPECT_EQ(parse_language("ZH-Hans-CN"), Language::Zh);
  EXPECT_EQ(parse_language("kk_KZ"), Language::Kk);
  for (const std::string_view none : {"", "de", "rus", "r", "*", "-ru", " ru", "english"}) {
    EXPECT_EQ(parse_language(none), std::nullopt) << none;
  }
}

struct Wish {
  std::string_view header;
  Language language;
};

// Red when ranges are taken in their order, when q=0 counts as a wish, or when "*" beats a named language.
TEST(Words, the_preferred_language_is_the_one_of_the_highest_q) {
  constexpr Wish kWishes[] = {
      {"", Language::En},
      {"ru", Language::Ru},
      {"ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Language::Ru},
      {"de-DE, de;q=0.9, kk;q=0.5, en;q=0.3", Language::Kk},
      {"en;q=0.5, zh-CN;q=0.501", Language::Zh},
      {"en;q=0.5, ru;q=0.5", Language::En},  // a tie: the earlier
      {"ru;q=0.5, en;q=0.5", Language::Ru},
      {"RU ; Q=1.000 , en;q=0.999", Language::Ru},
      {"ru;q=0, kk;q=0.1", Language::Kk},
      {"ru;q=0, ru-KZ", Language::En},        // no Russian, whatever comes after
      {"ru-KZ;q=0, ru;q=0.8", Language::Ru},  // only Kazakhstan's
      {"*", Language::En},
      {"en;q=0, *", Language::Ru},
      {"zh;q=0.9, *;q=0.1", Language::Zh},
      {"*;q=1, zh;q=0.9", Language::En},
      {"*, en;q=0.1", Language::Ru},  // English is named, so "*" is the next
      {"fr, *;q=0", Language::En},
      {"en;q=0, ru;q=0, kk;q=0, zh;q=0, *;q=0", Language::En},  // nothing is left: English all the same
  };
  for (const auto& [header, language] : kWishes) EXPECT_EQ(preferred_language(header), language) << header;
}

TEST(Words, a_malformed_range_is_skipped_and_spoils_nothing_else) {
  for (const std::string_view broken :
       {"ru;q=2", "ru;q=1.001", "ru;q=0.1234", "ru;q=-1", "ru;q=", "ru;q", "ru;level=1", "ru;q=1;q=1", "ru;q=.5",
        "ru_RU", "ру", "r u", "\x01", ";q=1", "ru;q=nan", "ru\r\nSet-Cookie: a=b"}) {
    EXPECT_EQ(preferred_language(std::string(broken) + ", kk;q=0.1"), Language::Kk) << broken;
  }
  EXPECT_EQ(preferred_language(",, ,\t, zh ,,"), Language::Zh);
}

// Red without the bounds: the wish behind them would count.
TEST(Words, a_long_header_is_read_up_to_its_bounds) {
  std::string many;
  for (int i = 0; i < 32; ++i) many += "de;q=0.5,";
  EXPECT_EQ(preferred_language(many + "ru"), Language::En);
  EXPECT_EQ(preferred_language("zh;q=0.1," + many), Language::Zh);
  EXPECT_EQ(preferred_language(std::string(1000, ' ') + ",ru"), Language::En);
  EXPECT_EQ(preferred_language(std::string(1'000'000, ',') + "ru"), Language::En);
  EXPECT_EQ(preferred_language("ru" + std::string(1000, ' ')), Language::En);
  // Cut at a comma: the half of "ru;q=0.9" that lies within would say "never Russian".
  const std::string cut = "ru-RU;q=0.5, " + std::string(980, 'x') + ",ru;q=0.9";
  EXPECT_EQ(cut.substr(993, 7), ",ru;q=0");
  EXPECT_EQ(preferred_language(cut), Language::Ru);
}

}  // namespace

}  // namespace cordon
