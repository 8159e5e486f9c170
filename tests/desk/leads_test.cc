// What the indexes of a desk know of a case, where its officers read it and nowhere else.
#include "desk/leads.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

constexpr const char* kSentence = "A lead is a hint. It proves nothing";

class LeadsTest : public testing::Test {
 protected:
  LeadsTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    case_ = desk_.make_case(Category::Phishing, *parse_observable(ObservableKind::Domain, "login.bad-bank.com"));
  }
  std::string folder() const { return desk_.paths().desk + "/index"; }
  void configure(const std::string& more = "") {
    desk_.write(desk_.paths().settings(), desk_.read(desk_.paths().settings()) + "\n[index]\n" + more);
    desk_.open();
  }
  static SecretKey key() { return *SecretKey::from_seed(std::string(32, 'k')); }
  Day today() { return Day::of(desk_.clock().now()); }
  ListedIndicator listed(std::string_view domain, std::string source = "list-a") {
    return {.what = *parse_observable(ObservableKind::Domain, domain),
            .category = Category::Phishing,
            .source = std::move(source),
            .added = today().plus(-12),
            .valid_until = today().plus(10)};
  }
  IndexPublisher publish(const std::vector<ListedIndicator>& indicators) {
    EXPECT_TRUE(make_folder(folder(), 0700));
    auto publisher = std::move(*IndexPublisher::open(folder(), key(), random_, desk_.clock()));
    IndexBuilder builder({.made = desk_.clock().now()}, random_);
    for (const ListedIndicator& one : indicators) EXPECT_TRUE(builder.add(one));
    EXPECT_TRUE(publisher.replace(std::move(builder)));
    return publisher;
  }
  std::string page(const CaseId& id) { return desk_.ask_as("analyst1", {"GET", "/cases/" + id.text()}).body; }
  Json object(const CaseId& id) {
    return body_of_reply(desk_.ask_as("analyst1", {"GET", "/api/v1/cases/" + id.text()}));
  }
  Json::Array leads(const CaseId& id) {
    const Json shown = object(id);
    const Json* list = shown.find("leads");
    return list != nullptr && list->array() != nullptr ? *list->array() : Json::Array{};
  }
  CaseId other_case(std::string_view domain) {
    return desk_.make_case(Category::Phishing, *parse_observable(ObservableKind::Domain, domain));
  }

  CaseId url_case(Category category) {
    return desk_.make_case(category, *parse_observable(ObservableKind::Url, "http://login.bad-bank.com/a/b"));
  }

  SiteDesk desk_;
  SeededRandom random_{3};
  CaseId case_ = CaseId::make({}, random_);
};

// Planted bug: look into "index" where the settings name none.
TEST_F(LeadsTest, a_desk_without_an_index_shows_none_of_it) {
  publish({listed("login.bad-bank.com")});
  EXPECT_EQ(page(case_).find(kSentence), std::string::npos);
  EXPECT_EQ(object(case_).find("leads"), nullptr);
  EXPECT_EQ(object(case_).find("index"), nullptr);
}

// Planted bug: ask nothing for the host of a url.
TEST_F(LeadsTest, a_lead_says_who_lists_it_why_and_since_when) {
  auto below = listed("worse-bank.com", "list-b");
  below.reach = Reach::Below;
  auto old = listed("late-bank.com");
  old.valid_until = today().plus(-1);
  publish({listed("login.bad-bank.com"), listed("login.bad-bank.com", "list-c"), below, old});
  configure("signed_by = \"" + to_base64(key().public_key()) + "\"\n");

  const Json::Array exact = leads(case_);
  ASSERT_EQ(exact.size(), 1u);
  EXPECT_EQ(exact[0].text_or("match"), "exact");
  EXPECT_EQ(exact[0].text_or("standing"), "reference");
  EXPECT_EQ(exact[0].text_or("category"), "phishing");
  EXPECT_EQ(exact[0].number_or("age_days", 0), 12);
  EXPECT_EQ(exact[0].number_or("others", 0), 1);
  EXPECT_EQ(exact[0].number_or("generation", 0), 1);
  EXPECT_EQ(exact[0].text_or("tlp"), "AMBER");
  const std::string shown = page(case_);
  EXPECT_NE(shown.find(kSentence), std::string::npos);
  for (const char* text : {"list-", "12 days", "TLP:", "AMBER", "1 more entry", "login[.]bad-bank[.]com"})
    EXPECT_NE(shown.find(text), std::string::npos) << text;

  const Json::Array under = leads(other_case("www.worse-bank.com"));
  ASSERT_EQ(under.size(), 1u);
  EXPECT_EQ(under[0].text_or("match"), "below");
  EXPECT_EQ(under[0].text_or("defanged"), "worse-bank[.]com");
  const Json::Array of_host = leads(url_case(Category::Phishing));
  ASSERT_EQ(of_host.size(), 1u) << "of a url its host is asked too";
  EXPECT_EQ(of_host[0].text_or("asked"), "login.bad-bank.com");

  EXPECT_TRUE(leads(other_case("late-bank.com")).empty()) << "expired";
  const CaseId unlisted = other_case("unlisted-bank.com");
  EXPECT_TRUE(leads(unlisted).empty());
  EXPECT_NE(page(unlisted).find("The index says nothing about this case."), std::string::npos);
}

// Planted bug: is_lead() without the line that compares the ids.
TEST_F(LeadsTest, a_case_is_no_lead_about_itself) {
  auto own = listed("login.bad-bank.com", "test-desk.example.net/log");
  own.standing = Standing::Active;
  own.id = case_.text();
  publish({own});
  configure();
  EXPECT_TRUE(leads(case_).empty());
  EXPECT_EQ(leads(url_case(Category::Fraud)).size(), 1u) << "of another case it is one";
}

// Planted bug: may_be_asked() that answers true.
TEST_F(LeadsTest, a_case_asks_within_its_category) {
  auto fraud = listed("login.bad-bank.com");
  fraud.category = Category::Fraud;
  publish({fraud});
  configure();
  EXPECT_TRUE(leads(case_).empty());
  EXPECT_EQ(leads(url_case(Category::Fraud)).size(), 1u);
}

// Planted bug: hold the first generation that was read.
TEST_F(LeadsTest, what_is_withdrawn_is_gone_within_a_second) {
  auto publisher = publish({listed("login.bad-bank.com")});
  configure();
  ASSERT_EQ(leads(case_).size(), 1u);
  auto gone = listed("login.bad-bank.com");
  gone.withdrawn = true;
  ASSERT_TRUE(publisher.change(std::vector{gone}));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  bool shown = true;
  while (shown && std::chrono::steady_clock::now() < until) {
    shown = !leads(case_).empty();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(shown);
}

// Planted bug: an index that does not open ends the request with its error.
TEST_F(LeadsTest, an_index_that_cannot_be_read_stops_nothing) {
  configure();
  EXPECT_EQ(object(case_).text_or("index"), "not_readable");
  EXPECT_NE(page(case_).find("The index is not readable."), std::string::npos);
  EXPECT_NE(page(case_).find("What was reported"), std::string::npos);
  auto publisher = publish({listed("login.bad-bank.com")});
  EXPECT_EQ(leads(case_).size(), 1u) << "made later, it is read without a restart";
  desk_.write(folder() + "/current", "nothing of the kind\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(object(case_).text_or("index"), "behind");
  EXPECT_EQ(leads(case_).size(), 1u) << "the last good one goes on";
}

// Planted bug: open the folder without the key of the settings.
TEST_F(LeadsTest, another_key_than_the_one_that_is_set_is_not_believed) {
  publish({listed("login.bad-bank.com")});
  configure("signed_by = \"" + to_base64(SecretKey::from_seed(std::string(32, 'x'))->public_key()) + "\"\n");
  EXPECT_EQ(object(case_).text_or("index"), "not_readable");
  EXPECT_EQ(object(case_).find("leads"), nullptr);
}

// Planted bug: as in pages_test.cc, Html::text() that gives its text back as it came.
TEST_F(LeadsTest, the_name_of_a_source_is_no_markup) {
  auto hostile = listed("login.bad-bank.com", "<script>alert(1)</script>");
  hostile.id = "<img src=x>";
  publish({hostile});
  configure();
  const std::string shown = page(case_);
  EXPECT_NE(shown.find("&lt;script&gt;alert(1)"), std::string::npos);
  EXPECT_EQ(shown.find("<script"), std::string::npos);
  EXPECT_EQ(shown.find("<img"), std::string::npos);
}

// Planted bug: report_file() that tells how many leads there are.
TEST_F(LeadsTest, a_reporter_is_told_the_same_of_what_is_listed_and_of_what_is_not) {
  publish({listed("login.bad-bank.com", "a-secret-list")});
  configure();
  std::vector<std::string> answers;
  for (const char* where : {"https://login.bad-bank.com/", "https://login.good-bank.com/"}) {
    const std::string nonce = std::string(21, '7') + std::to_string(answers.size());
    const Json report = Json::Object{{"category", "phishing"},
                                     {"where", where},
                                     {"what", "They asked me for my code on this page."},
                                     {"nonce", nonce}};
    const auto filed = desk_.ask({"POST", "/api/v1/public/reports", to_text(report)});
    EXPECT_EQ(filed.status, 200) << filed.body;
    const Json asked = Json::Object{{"receipt", body_of_reply(filed).text_or("receipt")}};
    const auto followed = desk_.ask({"POST", "/api/v1/public/reports/follow", to_text(asked)});
    EXPECT_EQ(followed.status, 200);
    answers.push_back(to_text(body_of_reply(filed).set("receipt", "")) + followed.body);
    EXPECT_EQ(answers.back().find("lead"), std::string::npos);
    EXPECT_EQ(answers.back().find("list"), std::string::npos);
  }
  EXPECT_EQ(answers[0], answers[1]);
}

// Planted bug: show(the_case) itself that adds the leads, so that the record of a reading or a bundle could hold them.
TEST_F(LeadsTest, looking_at_leads_writes_a_reading_and_nothing_else) {
  publish({listed("login.bad-bank.com")});
  configure();
  const std::int64_t before = desk_.rows();
  ASSERT_EQ(leads(case_).size(), 1u);
  EXPECT_EQ(desk_.rows(), before + 1);
  EXPECT_EQ(desk_.type_of_last_row(), "record_read");
  EXPECT_EQ(object(case_).text_or("state"), "open");
  ASSERT_NE(object(case_).find("facts"), nullptr);
  EXPECT_TRUE(object(case_).find("facts")->array()->empty());
}

}  // namespace
}  // namespace cordon::testing_desk
