// One mail for one recipient: what is in which, and the words of it in four languages. tests/golden/alerts holds whole
// texts; CORDON_ACCEPT=1 rewrites them.
#include "referral/grouping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/clock_for_tests.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "net/mail.h"
#include "referral/alert_items.h"
#include "referral/notice.h"

namespace cordon {
namespace {

class GroupedAlerts : public testing::Test {
 protected:
  static RuleTerms terms(std::int64_t items) {
    const Feed feed =
        *read_feed(*parse_json(R"({"name":"urls","publisher":"Example list","publisher_kind":"private","machine":"m1",)"
                               R"("categories":{"malware_download":"malware"}})"));
    return {RuleId::derive(sha256("rule")),
            Category::Malware,
            {ObservableKind::Url, ObservableKind::Ip, ObservableKind::Domain},
            Effect::CleanCompromise,
            Recipient::Host,
            feed,
            sha256("template"),
            100,
            "article 210",
            sha256("charter"),
            sha256("annex"),
            kNow,
            kNow + 30 * kDayMs,
            OfficerId::derive(sha256("analyst")),
            items};
  }
  static AlertItem item(ObservableKind kind, const std::string& value, Instant at, std::optional<int> port = {}) {
    AlertItem one{ReportId::derive(sha256(value)), *parse_observable(kind, value), port, at, "*"};
    one.key = sha256(value).hex().substr(0, 32);
    return one;
  }
  std::vector<Alert> group(std::int64_t most, std::vector<ToTell> items, const Preferences& preferences = {},
                           std::uint64_t seed = 1) {
    SeededRandom random(seed);
    return group_items(terms(most), std::move(items), preferences, annex_, sender_, kNow, random);
  }
  std::string text(const Alert& alert, NoticeLanguage language) {
    const RuleTerms rule = terms(500);
    return alert_part({rule, alert, annex_, sender_}, language);
  }

  Operator sender_{"Test desk", "csirt", "desk@test-desk.example.net", "test-desk.example.net/log"};
  Annex annex_ = *Annex::read(
      *parse_json(R"({"state":"Steppe","fictitious":true,"redress":"The court of Steppe, within 30 days.",)"
                  R"("articles":{"malware":"article 210"}})"));
};

// Any items of any recipients in any order. Planted bugs: the last item of a mail that is full is dropped; two
// recipients share one; the bound is counted over all recipients; the order is that of arrival.
TEST_F(GroupedAlerts, every_item_is_in_just_one_alert_of_its_recipient_and_none_is_over_its_bounds) {
  const std::int64_t rounds = samples("CORDON_GROUPS", 60, 500, 4000);
  for (std::int64_t round = 0; round < rounds; ++round) {
    SeededRandom random(static_cast<std::uint64_t>(round) + 1);
    const auto below = [&](std::size_t n) {
      const std::string two = random.bytes(2);
      return (static_cast<std::size_t>(static_cast<unsigned char>(two[0])) * 256 + static_cast<unsigned char>(two[1])) %
             n;
    };
    const std::size_t count = below(120), recipients = 1 + below(7);
    const auto most = static_cast<std::int64_t>(1 + below(20));
    std::vector<ToTell> items;
    std::map<std::string, std::string> to_of;  // by value
    for (std::size_t i = 0; i < count; ++i) {
      std::string value = "http://h" + std::to_string(i) + ".example.com/";
      if (below(40) == 0) value += std::string(2000, 'x');
      const std::string to = "r" + std::to_string(below(recipients)) + "@example.net";
      items.push_back({to, item(ObservableKind::Url, value, kNow + -static_cast<std::int64_t>(below(50)) * 1000)});
      to_of[items.back().item.target.canonical()] = to;
    }
    const std::vector<Alert> alerts = group(most, items);
    std::set<std::string> seen;
    std::map<std::string, std::int64_t> of;
    for (const Alert& alert : alerts) {
      ASSERT_FALSE(alert.items.empty());
      ASSERT_LE(static_cast<std::int64_t>(alert.items.size()), most);
      ASSERT_EQ(alert.number, ++of[alert.to]);
      for (const AlertItem& one : alert.items) {
        ASSERT_EQ(to_of.at(one.target.canonical()), alert.to);
        ASSERT_TRUE(seen.insert(one.target.canonical()).second) << "in two alerts";
      }
    }
    ASSERT_EQ(seen.size(), count) << "an item is in no alert";
    for (const Alert& alert : alerts) ASSERT_EQ(alert.of, of[alert.to]);
    std::reverse(items.begin(), items.end());
    const std::vector<Alert> again = group(most, items);
    ASSERT_EQ(write_alerts(again), write_alerts(alerts)) << "it depends on the order in which they came";
  }
}

// The longest that can be: as many items as the amendment lets one act cover, each with a URL as long as one may be.
// Planted bug: group_items() does not count bytes.
TEST_F(GroupedAlerts, the_longest_mail_stays_below_its_bound) {
  std::vector<ToTell> items;
  for (int i = 0; i < kMostItemsOfAlert; ++i)
    items.push_back(
        {"a@example.net",
         item(ObservableKind::Url, "http://h" + std::to_string(i) + ".example.com/" + std::string(1900, 'y'), kNow)});
  const std::vector<Alert> alerts = group(kMostItemsOfAlert, items);
  EXPECT_GT(alerts.size(), 1u);
  std::size_t all = 0;
  for (const Alert& alert : alerts) {
    const RuleTerms rule = terms(kMostItemsOfAlert);
    EXPECT_LT(compose_alert({rule, alert, annex_, sender_}).size(), kMostBytesOfAlert);
    all += alert.items.size();
  }
  EXPECT_EQ(all, items.size());
}

TEST_F(GroupedAlerts, the_table_has_exact_values_in_the_columns_that_are_written_down) {
  AlertItem one = item(ObservableKind::Ip, "198.51.100.7", kNow, 8080);
  one.evidence = {"infected-system", "", "mirai", "tcp", ""};
  const Alert alert = group(500, {{"a@example.net", one}})[0];
  EXPECT_EQ(item_table(alert), std::string(kItemColumns) + "\r\n1," + item_id(alert, 0) + "," + to_rfc3339(kNow) +
                                   ",ip,198.51.100.7,8080,198.51.100.7,malware,infected-system,,mirai,tcp,,*\r\n");
  const std::string written = *read_file(source_folder() + "/docs/formats/alert.md", 1u << 20);
  for (const std::string_view column : split(kItemColumns, ','))
    EXPECT_NE(written.find("`" + std::string(column) + "`"), std::string::npos) << column;
}

// ── four languages ──

std::multiset<std::string> members_named(std::string_view words) {
  std::multiset<std::string> members;
  for (std::size_t open = words.find('{'); open != std::string_view::npos; open = words.find('{', open + 1))
    members.insert(std::string(words.substr(open, words.find('}', open) - open + 1)));
  return members;
}

// What a translation may not do. Planted bugs: a line of one language is missing; a member is misspelled in one; a text
// has no Kazakh; one language's "no officer has looked at it" is left out.
TEST_F(GroupedAlerts, each_language_says_as_much_as_english_does) {
  const std::vector<std::string_view> english = alert_texts(NoticeLanguage::English);
  for (const NoticeLanguage language : kNoticeLanguages) {
    const std::vector<std::string_view> texts = alert_texts(language);
    ASSERT_EQ(texts.size(), english.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string_view text = texts[i];
      ASSERT_FALSE(trim(text).empty()) << name(language) << ": " << english[i];
      EXPECT_TRUE(valid_utf8(text));
      EXPECT_EQ(members_named(text), members_named(english[i])) << name(language) << ": " << text;
      const std::vector<std::string_view> lines = split(text, '\n'), theirs = split(english[i], '\n');
      ASSERT_EQ(lines.size(), theirs.size()) << name(language) << ": " << text;
      for (std::size_t line = 0; line < lines.size(); ++line) {
        EXPECT_EQ(lines[line].empty(), theirs[line].empty()) << name(language) << ": " << lines[line];
        EXPECT_EQ(members_named(lines[line]), members_named(theirs[line])) << name(language) << ": " << lines[line];
      }
      if (language != NoticeLanguage::English && english[i].size() > 12) {
        EXPECT_NE(text, english[i]) << "not translated";
      }
    }
  }
}

bool accepts() { return std::getenv("CORDON_ACCEPT") != nullptr; }

TEST_F(GroupedAlerts, whole_texts_are_those_that_people_read_before) {
  AlertItem one = item(ObservableKind::Ip, "198.51.100.7", kNow + -kHourMs, 8080);
  one.evidence = {"infected-system", "", "mirai", "tcp", ""};
  std::vector<ToTell> many;
  for (int i = 0; i < 22; ++i)
    many.push_back(
        {"abuse@host.example.net", item(ObservableKind::Url, "http://h" + std::to_string(i) + ".example.com/load.exe",
                                        kNow + -(i + 1) * kHourMs)});
  const Alert single = group(500, {{"abuse@host.example.net", one}})[0];
  const Alert several = group(500, many)[0];
  const RuleTerms rule = terms(500);
  for (const NoticeLanguage language : kNoticeLanguages) {
    std::string whole;
    for (const Alert* alert : {&single, &several}) {
      const AlertFacts facts{rule, *alert, annex_, sender_};
      whole += "Subject: " + alert_subject(*alert, true, false, language) + "\n\n" + alert_part(facts, language) +
               "\n──\n" + alert_legal_part(facts, language) +
               "\n──\nSubject: " + alert_subject(*alert, true, true, language) + "\n\n" +
               alert_recall_part(facts, "The list of that day was wrong.", language) + "\n════\n";
      // Nothing that a reader could click, and nothing that was not filled in.
      EXPECT_EQ(whole.find("http://"), std::string::npos);
      EXPECT_EQ(whole.find('{'), std::string::npos);
    }
    const std::string path = source_folder() + "/tests/golden/alerts/" + std::string(name(language)) + ".txt";
    if (accepts()) {
      ASSERT_TRUE(write_file(path, whole));
    }
    const Result<std::string> before = read_file(path, 1u << 20);
    ASSERT_TRUE(before) << "CORDON_ACCEPT=1 writes it";
    EXPECT_EQ(whole, *before) << "CORDON_ACCEPT=1 rewrites it";
  }
}

// It leads with the time, the address and the port (amendment 14), in each language.
TEST_F(GroupedAlerts, it_leads_with_when_where_and_on_which_port) {
  const Alert alert = group(500, {{"a@example.net", item(ObservableKind::Ip, "198.51.100.7", kNow, 8080)},
                                  {"a@example.net", item(ObservableKind::Ip, "198.51.100.8", kNow + 1000, 8081)}})[0];
  for (const NoticeLanguage language : kNoticeLanguages) {
    const std::string words = text(alert, language);
    const std::size_t when = words.find("1. " + to_rfc3339(kNow)), where = words.find("198[.]51[.]100[.]7"),
                      port = words.find("8080"), rule = words.find(alert.rule.text());
    ASSERT_NE(when, std::string::npos) << words;
    EXPECT_LT(when, where);
    EXPECT_LT(where, port);
    EXPECT_LT(port, rule);
  }
}

}  // namespace
}  // namespace cordon
