// The guard over sensitive holders: what its list holds, and what it says. Every name here is invented.
#include "decision/guard.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

const Instant kGuardToday = *parse_rfc3339("2026-11-28T12:00:00Z");

constexpr std::string_view kGuarded =
    "# written for a test\n"
    "cordon-sensitive-holders 1\n"
    "country XA\n"
    "dated 2026-11-20\n"
    "\n"
    "media domain News.example.org\n"
    "university network 192.0.2.0/28\n"
    "ngo network 2001:db8:7::/48\n"
    "party handle telegram:@example_party\n"
    "lawyer page https://pages.example.net/Office-One/\n";

SensitiveList guarded() { return *SensitiveList::read(kGuarded); }
std::optional<Holder> holder(ObservableKind kind, std::string_view target) {
  return guarded().holder_of(*parse_observable(kind, target));
}

// Planted bug: let holder_of() look at the whole name alone.
TEST(Guard, a_name_guards_all_below_it_and_nothing_beside_it) {
  for (const char* below : {"news.example.org", "m.news.example.org", "a.b.news.example.org"})
    EXPECT_EQ(holder(ObservableKind::Domain, below), Holder::Media) << below;
  EXPECT_EQ(holder(ObservableKind::Url, "https://news.example.org/2026/story?x=1"), Holder::Media);
  EXPECT_EQ(holder(ObservableKind::Email, "desk@news.example.org"), Holder::Media);
  for (const char* beside : {"example.org", "bad-news.example.org", "news.example.org.example.com"})
    EXPECT_EQ(holder(ObservableKind::Domain, beside), std::nullopt) << beside;
}

// Planted bug: compare whole bytes alone in same_bits().
TEST(Guard, a_network_guards_its_addresses_to_the_bit) {
  EXPECT_EQ(holder(ObservableKind::Ip, "192.0.2.0"), Holder::University);
  EXPECT_EQ(holder(ObservableKind::Ip, "192.0.2.15"), Holder::University);
  EXPECT_EQ(holder(ObservableKind::Ip, "192.0.2.16"), std::nullopt);
  EXPECT_EQ(holder(ObservableKind::Url, "http://192.0.2.7:8080/x"), Holder::University);
  EXPECT_EQ(holder(ObservableKind::Ip, "2001:db8:7:1::5"), Holder::Ngo);
  EXPECT_EQ(holder(ObservableKind::Ip, "2001:db8:8::5"), std::nullopt);
}

// Planted bug: let account_of() give nothing.
TEST(Guard, an_account_guards_its_pages_and_a_page_what_lies_below) {
  EXPECT_EQ(holder(ObservableKind::Handle, "telegram:@example_party"), Holder::Party);
  for (const char* page :
       {"https://t.me/example_party", "https://t.me/Example_Party/12", "https://t.me/s/example_party/9"})
    EXPECT_EQ(holder(ObservableKind::Url, page), Holder::Party) << page;
  EXPECT_EQ(holder(ObservableKind::Url, "https://t.me/another_channel"), std::nullopt);
  EXPECT_EQ(holder(ObservableKind::Handle, "x:@example_party"), std::nullopt);
  EXPECT_EQ(holder(ObservableKind::Url, "http://pages.example.net/office-one/contact"), Holder::Lawyer);
  EXPECT_EQ(holder(ObservableKind::Url, "https://pages.example.net/office-one-and-two"), std::nullopt);
}

TEST(Guard, a_list_is_its_canonical_text_and_nothing_else_counts) {
  const SensitiveList list = guarded();
  EXPECT_EQ(list.country(), "XA");
  EXPECT_EQ(list.size(), 5u);
  const SensitiveList again = *SensitiveList::read(list.text());
  EXPECT_EQ(again.text(), list.text());
  EXPECT_EQ(again.digest(), list.digest());
  EXPECT_EQ(list.text().find('#'), std::string::npos);
  const SensitiveList less = *list.without(" media domain news.example.org ");
  EXPECT_EQ(less.size(), 4u);
  EXPECT_EQ(list.missing_from(less), "media domain news.example.org");
  EXPECT_EQ(less.missing_from(list), std::nullopt);
  for (const char* none :
       {"media domain other.example.org", "party domain news.example.org", "country XA", "", "media"})
    EXPECT_EQ(list.without(none).error().fault, Fault::NotFound) << none;
}

TEST(Guard, what_is_no_list_is_refused_with_its_line) {
  const std::string head = "cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-20\n";
  for (const std::string& text : {std::string(), std::string("cordon-sensitive-holders 2\n"),
                                  std::string("cordon-sensitive-holders 1\ncountry xa\n"),
                                  std::string("cordon-sensitive-holders 1\ncountry XA\n"), head + "media domain\n",
                                  head + "other domain a.example.org\n", head + "media word freedom\n",
                                  head + "media domain org\n", head + "media domain *.example.org\n",
                                  head + "media network 192.0.2.1/28\n", head + "media network 192.0.2.0/33\n",
                                  head + "media handle someone\n", head + "media page https://pages.example.net/\n",
                                  head + "media domain a.example.org\nngo domain a.example.org\n"})
    EXPECT_FALSE(SensitiveList::read(text)) << text;
  const auto refused = SensitiveList::read(head + "media word freedom\n");
  EXPECT_EQ(refused.error().where, "line 4");
}

// Planted bugs: let spared_by_the_guard() spare notices; let young() say true.
TEST(Guard, without_a_young_list_everything_but_warnings_counts_as_theirs) {
  const Observable shop = *parse_observable(ObservableKind::Domain, "shop.example.com");
  const Observable paper = *parse_observable(ObservableKind::Domain, "news.example.org");
  const SensitiveList list = guarded();
  const auto says = [&](const SensitiveList* of, const Observable& target, Matter matter, ActionKind kind, Instant at) {
    return sensitive_target(of, target, matter, kind, at);
  };
  for (int category = 0; category <= static_cast<int>(Category::TerroristFinancing); ++category) {
    const Matter matter(static_cast<Category>(category));
    const bool spared = matter == Matter(Category::Malware) || matter == Matter(Category::IllegalAccess) ||
                        matter == Matter(Category::ServiceAttack) || matter == Matter(Category::Phishing);
    EXPECT_EQ(says(nullptr, shop, matter, ActionKind::Alert, kGuardToday).sensitive, !spared) << matter.id();
    EXPECT_TRUE(says(nullptr, shop, matter, ActionKind::Notice, kGuardToday).sensitive) << matter.id();
    EXPECT_FALSE(says(&list, shop, matter, ActionKind::Notice, kGuardToday).sensitive) << matter.id();
    EXPECT_TRUE(says(&list, paper, matter, ActionKind::Notice, kGuardToday).sensitive) << matter.id();
    // A warning may go to its owner, and says whose it is all the same.
    EXPECT_EQ(says(&list, paper, matter, ActionKind::Alert, kGuardToday).sensitive, !spared) << matter.id();
    EXPECT_EQ(says(&list, paper, matter, ActionKind::Alert, kGuardToday).holder, Holder::Media);
  }
  EXPECT_FALSE(says(nullptr, shop, Exposure::ExposedService, ActionKind::Alert, kGuardToday).sensitive);
  const Instant last = list.dated() + kOldestSensitiveListMs;
  EXPECT_FALSE(says(&list, shop, Category::Fraud, ActionKind::Notice, last + -1).sensitive);
  EXPECT_TRUE(says(&list, shop, Category::Fraud, ActionKind::Notice, last).sensitive);
  EXPECT_TRUE(says(&list, shop, Category::Fraud, ActionKind::Notice, list.dated() + -2 * kDayMs).sensitive);
  const Guarded of_paper = says(&list, paper, Category::Fraud, ActionKind::Notice, kGuardToday);
  EXPECT_EQ(of_paper.answer(), "sensitive");
  EXPECT_EQ(of_paper.list, list.digest());
  EXPECT_NE(of_paper.basis.find(list.digest().hex()), std::string::npos);
  EXPECT_EQ(says(&list, shop, Category::Fraud, ActionKind::Notice, kGuardToday).answer(), "not_sensitive");
}

}  // namespace
}  // namespace cordon
