// Charter 12: the 42 rules, one test each, named by its number. Where a test beside the code proves a rule, that test
// is run here; rules that wait for a part that is not built are listed, and the counts are printed. A rule is green
// only when its test ran and passed.
//
// Planted bugs that turn it red: a name in `proven` that no test has; a number taken out of kWaiting without a test.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "../desk/site_desk.h"
#include "base/clock_for_tests.h"
#include "base/places_for_tests.h"
#include "base/samples_for_tests.h"
#include "decision/reasons.h"
#include "desk/acts.h"
#include "desk/appeals.h"
#include "desk/border.h"
#include "desk/break_glass.h"
#include "desk/entities.h"
#include "desk/guard.h"
#include "desk/numbers.h"
#include "desk/own_list.h"
#include "json_schema_for_tests.h"
#include "law/lists.h"
#include "law/offences.h"
#include "law/retention.h"
#include "ledger/note.h"
#include "net/http_server.h"
#include "referral/dsa.h"

namespace cordon::testing_desk {
namespace {

// ── which rules wait, and for what ──

struct Waiting {
  int rule;
  const char* for_what;
};
constexpr std::array kWaiting{
    Waiting{16, "C11 by hash: the reporter's browser makes the hash, and only that comes here"},
};
constexpr int kRules = 42;

// The rules that tests of this program are named by, rule 1's in hostile_names_test.cc among them, and whether those
// that ran passed.
struct Tested {
  bool ran = false, passed = true;
};
std::map<int, Tested> tested(const testing::UnitTest& all) {
  std::map<int, Tested> rules;
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int k = 0; k < suite.total_test_count(); ++k) {
      const testing::TestInfo& test = *suite.GetTestInfo(k);
      const std::string name = test.name();
      if (!name.starts_with("Rule")) continue;
      Tested& rule = rules[std::stoi(name.substr(4, 2))];
      if (!test.should_run()) continue;
      rule.ran = true;
      rule.passed = rule.passed && test.result()->Passed();
    }
  }
  return rules;
}

// Says at the end how many rules are green. Nothing here may skip.
class Counts : public testing::EmptyTestEventListener {
  void OnTestProgramEnd(const testing::UnitTest& all) override {
    int ran = 0, green = 0;
    for (const auto& [number, rule] : tested(all)) {
      ran += rule.ran ? 1 : 0;
      green += rule.ran && rule.passed ? 1 : 0;
    }
    if (ran == 0) return;
    std::printf("charter 12: of %d rules %d were asked here and %d are green, %zu not yet:\n", kRules, ran, green,
                kWaiting.size());
    for (const Waiting& one : kWaiting) std::printf("  %d waits for %s\n", one.rule, one.for_what);
  }
};
const bool kCounted = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new Counts);
  return true;
}();

std::string build_folder() { return std::filesystem::path(CORDON_BINARY).parent_path(); }

// Runs tests that stand beside the code, and wants at least `at_least` of them to have run and all to have passed.
void proven(const std::string& program, const std::string& filter, int at_least = 1) {
  const std::string path =
      build_folder() + (std::filesystem::exists(build_folder() + "/src/" + program) ? "/src/" : "/tests/") + program;
  const std::string command = "'" + path + "' --gtest_filter='" + filter + "' 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string said;
  char piece[4096];
  for (std::size_t got = 0; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;) said.append(piece, got);
  EXPECT_EQ(::pclose(pipe), 0) << said;
  std::smatch passed;
  ASSERT_TRUE(std::regex_search(said, passed, std::regex(R"(\[  PASSED  \] (\d+) tests?)"))) << said;
  EXPECT_GE(std::stoi(passed[1]), at_least) << program << " " << filter << "\n" << said;
  EXPECT_EQ(said.find("[  SKIPPED ]"), std::string::npos) << said;
}

// ── a desk with officers, and a request that two of them made ──

struct Request {
  CaseId the_case;
  Proposed proposed;
};

class Charter : public testing::Test {
 protected:
  // Made by the first rule that asks for it.
  SiteDesk& desk() {
    if (!desk_) {
      desk_ = std::make_unique<SiteDesk>();
      for (const auto& [login, role] : {std::pair("analyst1", Role::Analyst),
                                        {"approver1", Role::Approver},
                                        {"approver2", Role::Approver},
                                        {"admin1", Role::Admin},
                                        {"custodian1", Role::Custodian}})
        desk_->enrol(login, {role});
    }
    return *desk_;
  }
  // What the guard says of a request of that kind.
  Guarded guard(const CaseId& the_case) {
    return *guard_of(desk().store(), *desk().store().find_case(Sight::of_software(), the_case), wish_.kind,
                     desk().desk().now());
  }
  std::vector<Gate> gates(const CaseId& the_case) {
    return gates_to_answer(*desk().store().find_case(Sight::of_software(), the_case), guard(the_case));
  }
  Wish wish_{ActionKind::Alert, Effect::Inform, Recipient::Host, "", ""};
  Request proposed(bool opened = true) {
    const CaseId the_case = desk().phishing_case();
    const OfficerId analyst = desk().officer("analyst1").id;
    const EvidenceId evidence = desk().attach(the_case, analyst);
    desk().assess(the_case, gates(the_case), evidence, analyst);
    Result<Proposed> made = propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")),
                                            desk().key("analyst1"), the_case, wish_);
    EXPECT_TRUE(made) << made.error().message;
    if (opened) {
      EXPECT_TRUE(
          open_piece(desk().desk(), *permit<Act::OpenEvidence>(desk().officer("approver1")), the_case, evidence));
    }
    return {the_case, *std::move(made)};
  }
  Result<Approved> approve_it(const Proposed& made) {
    return approve_request(desk().desk(), *permit<Act::Approve>(desk().officer("approver1")), desk().key("approver1"),
                           made.id, made.body);
  }
  std::string every_file() {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(desk().paths().desk)) {
      if (entry.is_regular_file()) all += SiteDesk::read(entry.path());
    }
    return all;
  }

 private:
  std::unique_ptr<SiteDesk> desk_;
};

TEST_F(Charter, EachOfTheRulesHasItsTestOrIsNamedWithWhatItWaitsFor) {
  const std::map<int, Tested> rules = tested(*testing::UnitTest::GetInstance());
  std::set<int> waiting;
  for (const Waiting& one : kWaiting) EXPECT_TRUE(waiting.insert(one.rule).second) << "rule " << one.rule;
  for (int rule = 1; rule <= kRules; ++rule) EXPECT_NE(rules.contains(rule), waiting.contains(rule)) << "rule " << rule;
  EXPECT_EQ(rules.size() + waiting.size(), static_cast<std::size_t>(kRules));
}

TEST_F(Charter, Rule02_OneCharacterOfTheTablesChangesTheDigestThatIsPublished) {
  proven("law_test", "LawDigest.one_character*:LawDocuments.the_charter_prints_the_digest_of_this_build", 2);
}

// Planted bug: let only_known() of desk/settings.cc pass over a key that it does not know.
TEST_F(Charter, Rule03_NoSettingLoosensADefault) {
  proven("share_test", "Policy.no_policy_loosens_the_charter");
  proven("tests_desk", "RetentionTable.settings_shorten_and_never_lengthen");
  // Whatever stands in cordon.toml: either the desk does not start, or one officer still decides nothing alone, nothing
  // lives longer and a target outside the list stays outside.
  const Request act = proposed();
  const std::string before = SiteDesk::read(desk().paths().settings());
  const Lives charter;
  // What is no setting, and what would lengthen or switch off, is refused; what narrows is taken.
  int started = 0;
  for (const auto& [more, taken] :
       std::initializer_list<std::pair<const char*, bool>>{{"[decision]\ntwo_people = false\n", false},
                                                           {"[decision]\napprovers = 1\n", false},
                                                           {"[law]\ncategories = [\"extremism\"]\n", false},
                                                           {"[retention]\nrefused_report = 365\n", false},
                                                           {"[retention]\ncase_without_act = 0\n", false},
                                                           {"[retention]\ncase_with_act = -1\n", false},
                                                           {"[intake]\nfold_only = [\"x\"]\nredact = false\n", false},
                                                           {"[log]\npublish = false\n", false},
                                                           {"[care]\nscrub_days = 100000\n", false},
                                                           {"[gates]\nG_BREADTH = false\n", false},
                                                           {"[recipients]\naccess_provider = true\n", false},
                                                           {"force = true\n", false},
                                                           {"[intake]\nfold_only = [\"feed-one\"]\n", true},
                                                           {"[care]\nscrub_days = 1\n", true},
                                                           {"[retention]\ncase_without_act = 10\n", true},
                                                           {"[sources]\n\"feed-a\" = \"Example CERT\"\n", true}}) {
    SiteDesk::write(desk().paths().settings(), before + "\n" + more);
    desk().close();
    const Result<Settings> settings = load_settings(desk().paths());
    EXPECT_EQ(static_cast<bool>(settings), taken) << more;
    if (!settings) continue;
    ++started;
    desk().open();
    const Result<Approved> alone =
        approve(*desk().store().find_case(Sight::of_software(), act.the_case),
                *desk().store().find_proposal(Sight::of_software(), act.proposed.id), guard(act.the_case),
                desk().officer("analyst1"), desk().key("analyst1"), act.proposed.body, "", desk().desk().now());
    EXPECT_EQ(alone.error().fault, Fault::Refused) << more;
    for (const RetentionRow& row : retention_rows()) {
      EXPECT_LE(settings->lives.days(row.kept), charter.days(row.kept)) << more;
    }
    EXPECT_FALSE(parse_matter("extremism")) << more;
  }
  EXPECT_EQ(started, 4);
  SiteDesk::write(desk().paths().settings(), before);
  desk().open();
}

TEST_F(Charter, Rule04_NothingIsProposedWithoutANationalArticle) {
  proven("decision_test", "Decision.nothing_is_proposed_without_a_national_article");
}

// Planted bugs: let check_switched_on() pass over C11; drop the article check in check_wish(). (With .on_by_default of
// C11 set, law/offences.cc does not compile.)
TEST_F(Charter, Rule05_IntimateImagesAreOffWithoutAnArticle) {
  const auto annex = [](const std::string& articles) {
    return *Annex::read(*parse_json(R"({"state":"S","fictitious":true,"redress":"R","articles":)" + articles + "}"));
  };
  EXPECT_FALSE(row(Category::Ncii).on_by_default);
  EXPECT_FALSE(annex(R"({"phishing":"a"})").article(Category::Ncii));
  SeededRandom random(3);
  Officer analyst{OfficerId::make(kNow, random), "a", {Role::Analyst}, {}};
  Case the_case{CaseId::make(kNow, random),
                Category::Ncii,
                *parse_observable(ObservableKind::Url, "https://pictures.example.com/x"),
                {},
                CaseState::Assessing,
                kNow,
                {},
                1,
                {},
                {},
                {},
                {},
                {},
                {}};
  const Wish wish{ActionKind::Notice, Effect::RemoveItem, Recipient::Host, "",
                  "the picture is of a victim who did not agree"};
  const Result<Nothing> wished = check_wish(the_case, wish, annex("{}"), Guarded{}, analyst);
  EXPECT_EQ(wished.error().fault, Fault::Refused);
  EXPECT_NE(wished.error().message.find("names no article"), std::string::npos) << wished.error().message;
  EXPECT_EQ(check_switched_on(Category::Ncii, annex("{}"), {}).error().fault, Fault::Refused);
  EXPECT_TRUE(check_switched_on(Category::Ncii, annex(R"({"ncii":"a"})"), {}));
}

// Planted bug: canonical_perceptual_hash without its test for hex digits.
TEST_F(Charter, Rule06_NoParserTakesASentence) {
  proven("observable_test", "EveryParser.refuses_sentences_in_four_languages");
  // Ten thousand in four languages, for every kind.
  const std::vector<std::vector<std::string>> words{
      {"please", "the site", "took", "my money", "yesterday", "help", "a fake bank", "in the city", "nobody answers",
       "again"},
      {"пожалуйста", "сайт", "украл", "мои деньги", "вчера", "помогите", "поддельный банк", "в городе", "никто",
       "снова"},
      {"өтінемін", "сайт", "алды", "ақшамды", "кеше", "көмектесіңіз", "жалған банк", "қалада", "ешкім", "қайта"},
      {"请", "网站", "骗走了", "我的钱", "昨天", "帮助", "假银行", "在城里", "没有人", "再次"}};
  int asked = 0;
  for (const auto& list : words) {
    for (int n = 0; n < 2500; ++n) {
      const auto word = [&](int k) { return list[static_cast<std::size_t>(k) % list.size()]; };
      const std::string sentence = word(n) + " " + word(n / 10) + ", " + word(n / 100) + " " + word(n / 1000 + 3) + ".";
      ++asked;
      for (const KindRow& kind : observable_kinds()) {
        ASSERT_FALSE(parse_observable(kind.kind, sentence)) << sentence << " as " << name(kind.kind);
      }
    }
  }
  EXPECT_EQ(asked, 10'000);
}

TEST_F(Charter, Rule07_SearchTopicAndTrendPagesAreNoTargets) {
  for (const char* page :  // of the twenty largest platforms
       {"https://www.google.com/search?q=x",
        "https://www.youtube.com/results?search_query=x",
        "https://youtube.com/hashtag/x",
        "https://facebook.com/hashtag/x",
        "https://www.instagram.com/explore/tags/x/",
        "https://x.com/hashtag/x",
        "https://twitter.com/search?q=x",
        "https://www.tiktok.com/tag/x",
        "https://vk.com/search?q=x",
        "https://ok.ru/search?st.query=x",
        "https://t.me/s/channel?q=x",
        "https://www.reddit.com/search?q=x",
        "https://s.weibo.com/weibo?q=x",
        "https://www.douyin.com/search/x",
        "https://www.linkedin.com/feed/hashtag/x",
        "https://www.pinterest.com/search/pins/?q=x",
        "https://www.tumblr.com/tagged/x",
        "https://www.quora.com/topic/x",
        "https://medium.com/tag/x",
        "https://www.zhihu.com/topic/1",
        "https://search.bilibili.com/all?keyword=x",
        "https://www.baidu.com/s?wd=x",
        "https://yandex.ru/search/?text=x",
        "https://www.bing.com/search?q=x",
        "https://www.twitch.tv/directory/game/x"})
    EXPECT_FALSE(parse_observable(ObservableKind::Url, page)) << page;
}

TEST_F(Charter, Rule08_NoPatternWildcardOrRangeIsAnIndicator) {
  for (const char* pattern :
       {"*.example.com", "example.*", "ex?mple.com", "(bad|evil).example.com", "^bad.*$", "bad[0-9].example.com",
        "192.0.2.0/24", "192.0.2.1-192.0.2.9", "192.0.2.*", "2001:db8::/32", "https://bad.example.com/*",
        "https://*.example.com/", "%bank%", "https://bad.example.com/[a-z]+", "any"}) {
    for (const KindRow& kind : observable_kinds()) {
      // "192.0.2.0/24" is a page of one host to the parser of addresses on the web.
      if (kind.kind == ObservableKind::Url && std::string_view(pattern).find('/') != std::string_view::npos &&
          std::string_view(pattern).find('*') == std::string_view::npos)
        continue;
      EXPECT_FALSE(parse_observable(kind.kind, pattern)) << pattern << " as " << name(kind.kind);
    }
  }
  for (const char* kind : {"regex", "wildcard", "range", "cidr", "substring", "keyword", "topic"})
    EXPECT_FALSE(parse_observable_kind(kind)) << kind;
}

// Planted bug: drop CHECK (approver <> proposer) from store/tables.cc.
TEST_F(Charter, Rule09_SqlItselfRefusesAProposerWhoApproves) {
  const Request act = proposed();
  EXPECT_FALSE(desk().tamper("UPDATE proposal SET state = 'approved', approver = proposer, approved = '{}'"));
  EXPECT_FALSE(desk().store().find_proposal(Sight::of_software(), act.proposed.id)->approved);
}

TEST_F(Charter, Rule10_ChangedBytesVoidTheSignatures) {
  proven("decision_test",
         "Decision.changed_bytes_void_the_approval:Decision.the_sender_believes_signatures_and_no_database", 2);
}

TEST_F(Charter, Rule11_NobodyApprovesWhoHasNotOpenedTheEvidence) {
  proven("decision_test", "Decision.an_approver_who_has_not_opened_the_evidence_cannot_approve");
  const Request act = proposed(false);
  EXPECT_EQ(approve_it(act.proposed).error().fault, Fault::Refused);
}

TEST_F(Charter, Rule12_AProposalLapsesAfter72Hours) {
  proven("decision_test", "Decision.a_proposal_lapses_after_72_hours");
  const Request act = proposed();
  desk().clock().advance(kSecondSignatureMs + 1);
  EXPECT_EQ(approve_it(act.proposed).error().fault, Fault::Refused);
  desk().open();
  EXPECT_EQ(desk().store().find_proposal(Sight::of_software(), act.proposed.id)->state, ProposalState::Lapsed);
}

// Planted bug: leave `item.leaf_index >= published` out of send_approved().
TEST_F(Charter, Rule13_NothingIsSentBeforeItsLineIsPublic) {
  const Request act = proposed();
  ASSERT_TRUE(approve_it(act.proposed));
  EXPECT_EQ(*send_approved(desk().desk()), 0) << "its line waits to be published";
  EXPECT_FALSE(desk().store().outbox(Sight::of_software())->front().sent);
  ASSERT_TRUE(publish(desk().desk()));
  EXPECT_EQ(*send_approved(desk().desk()), 1);
  const OutboxItem item = desk().store().outbox(Sight::of_software())->front();
  EXPECT_TRUE(item.sent);
  EXPECT_LT(item.leaf_index, *desk().store().published_size());
}

// A mail server that takes the connection and says nothing: the program is killed while it waits there.
// Planted bug: let OutboxItem's `sent` be told from the approval.
TEST_F(Charter, Rule14_AKillBetweenLineAndSendingLeavesItApprovedAndNotSent) {
  desk().clock().advance(SystemClock().now() - desk().clock().now());
  const Request act = proposed();
  auto silent = *http::Server::listen("127.0.0.1", 0, [](const http::Request&) { return http::Response{}; });
  const std::string before = SiteDesk::read(desk().paths().settings());
  SiteDesk::write(
      desk().paths().settings(),
      replace_all(before, "courier = \"maildir\"",
                  "courier = \"smtp\"\nsmtp_url = \"smtp://127.0.0.1:" + std::to_string(silent->port()) + "\""));
  const std::string record = desk().record();
  desk().folder().file("approver1.password", SiteDesk::password_of("approver1"));
  desk().close();
  const pid_t process = start_cordon(
      {"decide", "approve", act.proposed.id.text(), "--digest", act.proposed.body.hex(), "--as", "approver1",
       "--password-file", desk().folder().path() + "/approver1.password", "--desk", desk().paths().desk},
      desk().folder().path() + "/out");
  // Its line is public once the checkpoint is on record; then it stands before the mail server.
  for (int i = 0; i < 200; ++i) {
    Result<Database> look = Database::open(record, Database::Open::Read);
    if (look && *look->number("SELECT count(*) FROM journal WHERE type = 'checkpoint_published'") > 1) break;
    ::usleep(50'000);
  }
  ::usleep(300'000);
  ::kill(process, SIGKILL);
  EXPECT_EQ(wait_for(process), -SIGKILL) << SiteDesk::read(desk().folder().path() + "/out.err");
  silent.reset();  // nobody listens there any more
  const Outcome listed = cordon({"notice", "list", "--json", "--desk", desk().paths().desk});
  EXPECT_EQ(listed.line().text_or("state"), "approved-not-sent") << listed.err;
  SiteDesk::write(desk().paths().settings(), before);
  desk().open();  // which finishes what was left
  EXPECT_TRUE(desk().store().outbox(Sight::of_software())->front().sent);
}

// Planted bug: let attach_evidence() skip the evidence mode.
TEST_F(Charter, Rule15_OfAbuseOfChildrenNoByteIsKept) {
  proven("casework_test", "Casework.no_byte_of_child_abuse_or_intimate_images_is_attached");
  desk().enrol("child1", {Role::Analyst, Role::ChildProtection});
  const CaseId the_case = desk().solicitation_case();  // C10 keeps words; C09 is no case at all here
  const std::string canary = "canary-of-a-test-6b1d0f";
  const CaseId other =
      desk().make_case(Category::Csam, *parse_observable(ObservableKind::Url, "https://pictures.example.com/x"));
  const SiteDesk::Signed session = desk().sign_in("child1");
  const http::Response refused = desk().ask(
      {"POST", "/api/v1/cases/" + other.text() + "/evidence?description=a+page", canary, "text/plain"}, &session);
  EXPECT_GE(refused.status, 400) << refused.body;
  EXPECT_LT(refused.status, 500) << refused.body;
  EXPECT_EQ(every_file().find(canary), std::string::npos);
  EXPECT_TRUE(desk().store().find_case(Sight::of_software(), other)->evidence.empty());
  EXPECT_TRUE(desk().store().find_case(Sight::of_software(), the_case));
}

// Planted bugs: map harmful-speech to a category in report/mapping.cc; take the words out of write_what_happened(); let
// send_glass() send nothing.
TEST_F(Charter, Rule17_IncitementIsOutOfScopeAndADangerToLifeIsHandedOver) {
  // By the label of a feed, and by the name of a category: refused with the reason, and nothing is opened.
  const http::Response fed = desk().ask_as(
      "analyst1", {"POST", "/api/v1/reports?source=feed",
                   R"({"classification.taxonomy":"abusive-content","classification.type":"harmful-speech",)"
                   R"("source.url":"https://words-17.example.com/post"})"
                   "\n",
                   "application/x-ndjson"});
  EXPECT_NE(fed.body.find("\"outcome\":\"refused\""), std::string::npos) << fed.body;
  EXPECT_NE(fed.body.find("hate_speech"), std::string::npos) << "with the refused list's code; " << fed.body;
  for (const char* name : {"terrorist_incitement", "discord_incitement"}) {
    const http::Response told = desk().ask(
        {"POST", "/api/v1/public/reports",
         R"({"category":")" + std::string(name) +
             R"(","where":"https://words-17.example.com/post","what":"It calls upon people to hate and to strike.",)"
             R"("nonce":"f3b1c2d4e5f60718293a4d"})"});
    EXPECT_EQ(told.status, 403) << told.body;
    EXPECT_NE(told.body.find(name), std::string::npos) << told.body;
  }
  EXPECT_EQ(*desk().store().count_cases(), 0);
  // Who reports a danger is told at the first step to call who can help now; no report is faster than that.
  for (const char* language : {"en", "ru", "kk", "zh"}) {
    const std::string page = desk().ask({"GET", "/report", {}, {}, {{"accept-language", language}}}).body;
    const auto& words = Words::in(*parse_language(language));
    EXPECT_NE(page.find(words("If somebody is in danger now, call the emergency services.")), std::string::npos)
        << language;
  }
  // And an officer who reads of one hands it over alone, at once; its line says so, and the letter is in the outbox.
  const CaseId the_case = desk().phishing_case();
  const Result<Glass> handed = break_glass(
      desk().desk(), *permit<Act::BreakGlass>(desk().officer("analyst1")), desk().key("analyst1"), the_case,
      {GlassUse::Emergency, Recipient::Emergency, "The page counts down to an attack on a school at noon."});
  ASSERT_TRUE(handed) << handed.error().message;
  EXPECT_TRUE(desk().store().waiting_glasses()->empty()) << "it left";
  std::string letters;
  const std::vector<std::string> all = *list_folder(desk().paths().inside("outbox") + "/new");
  for (const std::string& name : all) letters += SiteDesk::read(desk().paths().inside("outbox") + "/new/" + name);
  EXPECT_NE(letters.find("To: " + handed->broken.contact), std::string::npos) << letters.substr(0, 400);
  EXPECT_NE(letters.find("an attack on a school"), std::string::npos);
}

// Planted bugs: let parse_un_reference() pass over the third letter; let load_un_list() end nothing; let
// state_of_indicator() take an early end for a late one.
TEST_F(Charter, Rule18_AnIndividualIsRefusedAnEntityTakenAndADelistedOneEndsInOneRun) {
  proven("decision_test", "UnList.*", 3);
  for (const auto& [login, role] : {std::pair("legal1", Role::LegalReviewer), {"omb1", Role::Ombudsperson}})
    desk().enrol(login, {role});
  SiteDesk::write(desk().paths().annex(), SiteDesk::read(desk().paths().annex()) +
                                              "terrorist-entity = \"Criminal Code of Steppe (fictitious), 256\"\n");
  desk().open();
  const auto load = [&](const std::string& references, const std::string& day) {
    std::string xml = "<CONSOLIDATED_LIST dateGenerated=\"" + day +
                      "\"><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>INVENTED"
                      "</FIRST_NAME><REFERENCE_NUMBER>QDi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS><ENTITIES>";
    for (const std::string_view reference : split(references, ' '))
      xml += "<ENTITY><FIRST_NAME>INVENTED BODY</FIRST_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE><REFERENCE_NUMBER>" +
             std::string(reference) + "</REFERENCE_NUMBER><LISTED_ON>2001-10-06</LISTED_ON></ENTITY>";
    return load_un_list(desk().desk(), xml + "</ENTITIES></CONSOLIDATED_LIST>",
                        *permit<Act::KeepEntityList>(desk().officer("legal1")), desk().officer("approver1"));
  };
  ASSERT_TRUE(load("QDe.004 QDe.005 TAe.001", "2026-11-20"));
  EXPECT_EQ(every_file().find("INVENTED BODY QDi"), std::string::npos);
  // A channel that is operated for QDe.004: every gate by who may answer it.
  const OfficerId analyst = desk().officer("analyst1").id;
  const auto of_entity = [&](const std::string& domain, const std::string& reference) {
    const CaseId the_case =
        desk().make_case(Category::TerroristEntity, *parse_observable(ObservableKind::Domain, domain));
    const EvidenceId evidence = desk().attach(the_case, analyst);
    desk().assess(the_case, {}, evidence, analyst);
    const auto answers = [&](const char* login, Gate gate, const char* answer_, const std::string& basis) {
      return answer(desk().desk(), desk().officer(login), the_case,
                    GateAnswer{gate, answer_, basis, {evidence}, desk().officer(login).id});
    };
    EXPECT_EQ(answers("analyst1", Gate::UnReference, "entity_listed", "By the list it is QDi.001.").error().fault,
              Fault::Refused);
    EXPECT_TRUE(answers("analyst1", Gate::UnReference, "entity_listed", "By the list it is " + reference + "."));
    EXPECT_TRUE(answers("analyst1", Gate::Attribution, "self_claim", "Two of its own pages name it as theirs."));
    EXPECT_TRUE(answers("analyst1", Gate::MediaExemption, "no", "Nothing on it reports or documents."));
    EXPECT_TRUE(answers("legal1", Gate::LegalReview, "signed_off", "The article and the list are both met."));
    EXPECT_TRUE(answers("omb1", Gate::SensitiveTarget, "sensitive_signed_off", "No holder that the guard protects."));
    EXPECT_TRUE(open_piece(desk().desk(), *permit<Act::OpenEvidence>(desk().officer("approver1")), the_case, evidence));
    const Result<Proposed> made =
        propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")), desk().key("analyst1"),
                        the_case, {ActionKind::Notice, Effect::Inform, Recipient::Host, "", ""});
    EXPECT_TRUE(made) << made.error().message;
    EXPECT_TRUE(approve_it(*made));
    EXPECT_TRUE(publish(desk().desk()));
    EXPECT_EQ(*send_approved(desk().desk()), 1);
    return *made;
  };
  const Proposed gone = of_entity("front-18.example.com", "QDe.004"),
                 stays = of_entity("other-18.example.com", "QDe.005");
  EXPECT_EQ(own_indicators(desk().paths())->size(), 2u);
  const Result<UnListLoaded> delisted = load("QDe.005 TAe.001", "2026-11-23");
  ASSERT_TRUE(delisted) << delisted.error().message;
  EXPECT_EQ(delisted->event.delisted, std::vector<std::string>{"QDe.004"});
  EXPECT_EQ(delisted->ended, 1);
  const auto state = [&](const Proposed& act) {
    return desk().store().find_action(Sight::of_software(), act.notice)->state;
  };
  EXPECT_EQ(state(gone), ActionState::Expired);
  EXPECT_EQ(state(stays), ActionState::Delivered);
  const std::vector<OwnIndicator> left = *own_indicators(desk().paths());
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front().observable, stays.target);
  EXPECT_EQ(
      *state_of_indicator(desk().store(), *desk().store().find_case(Sight::of_software(), gone.case_id), gone.notice),
      ObjectState::Revoked);
  // An older list brings nothing back.
  EXPECT_FALSE(load("QDe.004 QDe.005", "2026-11-22"));
  desk().expect_replays();
}

TEST_F(Charter, Rule19_NoAddressIsATargetOfC09ToC17) {
  proven("law_test", "LawAsk.no_address_is_a_target_of_c09_to_c17");
}

TEST_F(Charter, Rule20_ACompromisedDomainIsNeverSuspended) {
  proven("decision_test", "Decision.a_compromised_domain_is_never_suspended");
  proven("law_test", "LawGates.only_a_malicious_registration_may_be_suspended");
}

// Planted bugs: let spared_by_the_guard() spare every alert; let own_indicators() forget the holders; let
// indicator_of() ask `guard.sensitive` alone; drop note_sensitive_target() from propose_request(); let
// SensitiveList::young() say true.
TEST_F(Charter, Rule21_ASensitiveTargetIsStoppedNotFederatedAndHasItsLine) {
  proven("decision_test", "Guard.*", 6);
  proven("decision_test", "Decision.a_notice_needs_two_more_people_while_there_is_no_list_of_sensitive_holders");
  for (const auto& [login, role] :
       {std::pair("legal1", Role::LegalReviewer), {"omb1", Role::Ombudsperson}, {"border1", Role::BorderOfficer}})
    desk().enrol(login, {role});
  desk().befriend("river.example.net/log");
  const auto lines = [&](std::string_view type, std::string_view to) {
    EXPECT_TRUE(publish(desk().desk()));
    std::int64_t count = 0;
    const std::vector<std::string> all = *desk().store().leaves(0, *desk().store().leaf_count());
    for (const std::string& line : all) {
      const Json leaf = *parse_json(line);
      count += leaf.text_or("type") == type && leaf.text_or("state_to") == to ? 1 : 0;
    }
    return count;
  };
  const auto propose = [&](const CaseId& the_case, ActionKind kind) {
    const Wish wish{kind, Effect::Inform, Recipient::Host, "", ""};
    return propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")), desk().key("analyst1"),
                           the_case, wish);
  };
  const auto assessed = [&](const std::string& domain) {
    const CaseId the_case = desk().make_case(Category::Phishing, *parse_observable(ObservableKind::Domain, domain));
    const OfficerId analyst = desk().officer("analyst1").id;
    const EvidenceId evidence = desk().attach(the_case, analyst);
    desk().assess(the_case, {Gate::DomainStatus, Gate::ImpersonatedParty}, evidence, analyst);
    EXPECT_TRUE(open_piece(desk().desk(), *permit<Act::OpenEvidence>(desk().officer("approver1")), the_case, evidence));
    return std::pair(the_case, evidence);
  };

  // On from the start: without a list a notice is stopped, whoever holds the target, and that is in the log.
  const auto [shop, shop_page] = assessed("shop-21.example.com");
  EXPECT_EQ(propose(shop, ActionKind::Notice).error().fault, Fault::Refused);
  EXPECT_EQ(lines("sensitive_target", "stopped"), 1);
  // Two people load one; an entry goes by the ombudsperson alone.
  const std::string list =
      "cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-20\nmedia domain news-21.example.com\n"
      "party domain party-21.example.com\n";
  const auto load = [&](const std::string& text, const char* second) {
    return load_sensitive_list(desk().desk(), text, *permit<Act::KeepSensitiveList>(desk().officer("legal1")),
                               desk().officer(second));
  };
  EXPECT_FALSE(load(list, "legal1"));
  EXPECT_FALSE(load(replace_all(list, "2026-11-20", "2026-01-20"), "approver1")) << "too old";
  ASSERT_TRUE(load(list, "approver1"));
  EXPECT_EQ(
      load("cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-21\nparty domain party-21.example.com\n", "approver1")
          .error()
          .fault,
      Fault::Refused)
      << "that would lose an entry";
  EXPECT_FALSE(permit<Act::RemoveSensitiveEntry>(desk().officer("legal1")));
  ASSERT_TRUE(take_out_sensitive_entry(desk().desk(), *permit<Act::RemoveSensitiveEntry>(desk().officer("omb1")),
                                       "party domain party-21.example.com", "It was dissolved ten years ago."));
  const std::optional<SensitiveListKept> kept = *desk().store().sensitive_list();
  EXPECT_EQ(kept->entries, 1);
  EXPECT_NE(
      SiteDesk::read(desk().paths().checkpoint()).find("sensitive-holders XA 2026-11-20 sha256:" + kept->digest.hex()),
      std::string::npos);
  // The list answers by itself now, and the request says by which.
  const Result<Proposed> of_shop = propose(shop, ActionKind::Notice);
  ASSERT_TRUE(of_shop) << of_shop.error().message;
  EXPECT_NE(desk().store().blobs().get(of_shop->body_blob())->find("G_SENSITIVE_TARGET: not_sensitive"),
            std::string::npos);
  // A paper's site is stopped, in its line; no list talks the two signatures away.
  const auto [paper, page] = assessed("www.news-21.example.com");
  const Result<Proposed> stopped = propose(paper, ActionKind::Notice);
  ASSERT_FALSE(stopped);
  EXPECT_NE(stopped.error().message.find("media"), std::string::npos) << stopped.error().message;
  EXPECT_EQ(lines("sensitive_target", "stopped"), 2);
  const auto signs = [&](const char* login, Gate gate, const char* answer_) {
    return answer(desk().desk(), desk().officer(login), paper,
                  GateAnswer{gate, answer_, "The paper asked for it itself.", {page}, desk().officer(login).id});
  };
  EXPECT_FALSE(signs("omb1", Gate::SensitiveTarget, "not_sensitive")) << "that is the list's to say";
  EXPECT_FALSE(signs("analyst1", Gate::SensitiveTarget, "sensitive_signed_off"));
  ASSERT_TRUE(signs("omb1", Gate::SensitiveTarget, "sensitive_signed_off"));
  EXPECT_FALSE(propose(paper, ActionKind::Notice)) << "the legal reviewer too";
  // A warning to its owner goes, for media get hacked too; what it says never crosses the border.
  const Result<Proposed> warned = propose(paper, ActionKind::Alert);
  ASSERT_TRUE(warned) << warned.error().message;
  ASSERT_TRUE(approve_it(*warned));
  ASSERT_TRUE(publish(desk().desk()));
  ASSERT_EQ(*send_approved(desk().desk()), 1);
  const Result<Exported> bundle =
      export_to(desk().desk(), "river.example.net/log", desk().officer("border1"), desk().officer("approver2"));
  ASSERT_TRUE(bundle) << bundle.error().message;
  EXPECT_EQ(bundle->file.find("news-21"), std::string::npos);
  ASSERT_EQ(bundle->event.withheld.size(), 1u);
  EXPECT_EQ(bundle->event.withheld.front().decision.rule, "B7");
  EXPECT_TRUE(own_indicators(desk().paths())->empty()) << "nor does an index for other tools have it";
  // Half a year later the list is too old, and everything counts as theirs again.
  desk().clock().advance(180 * kDayMs);
  EXPECT_TRUE(guard(shop).sensitive == false) << "a warning of phishing is spared";
  wish_.kind = ActionKind::Notice;
  EXPECT_TRUE(guard(shop).sensitive);
  // A recipient may say so as well: suspended by the software, to the ombudsperson.
  proven("tests_desk", "Acts.a_protected_holders_request_is_suspended_and_only_an_outsider_ends_it");
  desk().expect_replays();
}

TEST_F(Charter, Rule22_NobodyIsKeptFromItForMoreThan84Days) {
  proven("decision_test", "Machines.nobody_is_kept_from_it_for_more_than_84_days");
  proven("tests_desk", "Acts.at_day_84_the_notice_goes_out_by_itself");
}

TEST_F(Charter, Rule23_AnAppealByTheCodeAloneIsHeardByWhoNeverTouchedTheCase) {
  proven("tests_desk",
         "Acts.an_appeal_by_the_code_alone_succeeds_and_a_reviewer_who_touched_the_case_does_not_hear_it");
  proven("decision_test", "Appeals.who_touched_the_case_hears_no_appeal_of_it");
}

// Planted bugs: let own_indicators() ask state_of() of the case alone; let judge() of desk/border.cc offer a revoked
// indicator as an Indicator and not as a Correction; let decide_appeal() append no recall.
TEST_F(Charter, Rule24_AnUpheldAppealRecallsRetiresAndTellsEachPeerThatGotTheIndicator) {
  for (const auto& [login, role] : {std::pair("reviewer1", Role::AppealReviewer), {"border1", Role::BorderOfficer}})
    desk().enrol(login, {role});
  for (const char* peer : {"river.example.net/log", "lake.example.net/log"}) desk().befriend(peer);
  const Request act = proposed();
  ASSERT_TRUE(approve_it(act.proposed));
  ASSERT_TRUE(publish(desk().desk()));
  ASSERT_EQ(*send_approved(desk().desk()), 1);
  const std::string target = act.proposed.target.canonical();
  const auto exported = [&](const std::string& peer) {
    const Result<Exported> made =
        export_to(desk().desk(), peer, desk().officer("border1"), desk().officer("approver1"));
    EXPECT_TRUE(made) << made.error().message;
    return made->file;
  };
  const auto index_has_it = [&] {
    const std::string file = desk().folder().path() + "/fresh.cidx";
    std::filesystem::remove(file);
    const Outcome built = cordon({"index", "build", "--from-desk", "--demo", "--as-of", "2026-11-24", "--key",
                                  file + ".key", "--out", file, "--desk", desk().paths().desk});
    const Outcome got = cordon({"index", "get", file, target, "--as-of", "2026-11-24", "--json"});
    return built.exit_code == 0 && got.out.find("\"standing\":\"active\"") != std::string::npos;
  };
  EXPECT_NE(exported("river.example.net/log").find(target), std::string::npos);
  EXPECT_TRUE(index_has_it());

  const std::string code = party_code(desk().desk(), act.proposed.notice)->letters;
  const Result<LodgedAppeal> lodged = lodge_appeal(desk().desk(), {code,
                                                                   AppellantRole::SiteOwner,
                                                                   {AppealGround::NotIllegal},
                                                                   "This is our own shop and has been for ten years.",
                                                                   "",
                                                                   false,
                                                                   std::string(22, 'n')});
  ASSERT_TRUE(lodged) << lodged.error().message;
  const AppealId appeal = lodged->appeal.lodged.id;
  ASSERT_TRUE(take_appeal(desk().desk(), desk().officer("reviewer1"), appeal));
  const Result<Appeal> upheld = decide_appeal(
      desk().desk(), {desk().officer("reviewer1"), desk().key("reviewer1")}, appeal,
      {Verdict::Upheld,
       "The shop's owner shows the registration and ten years of invoices; the page was never a false bank at all.",
       {Remedy::Recall}});
  ASSERT_TRUE(upheld) << upheld.error().message;

  // Recalled: its recipient has the letter.
  EXPECT_EQ(desk().store().find_action(Sight::of_software(), act.proposed.notice)->state, ActionState::Recalled);
  std::string letters;
  const std::vector<std::string> all = *list_folder(desk().paths().inside("outbox") + "/new");
  for (const std::string& name : all) letters += SiteDesk::read(desk().paths().inside("outbox") + "/new/" + name);
  EXPECT_NE(letters.find("We take this request back."), std::string::npos);
  // Retired: in the record, and in an index that is built now.
  const Case the_case = *desk().store().find_case(Sight::of_software(), act.the_case);
  EXPECT_EQ(*state_of_indicator(desk().store(), the_case, act.proposed.notice), ObjectState::Revoked);
  EXPECT_FALSE(index_has_it());
  // Told: who got it is owed the revocation, and the remedy runs until it has it; who never did hears nothing.
  EXPECT_EQ(upheld->state, AppealState::RemedyRunning);
  const std::string revoked = exported("river.example.net/log");
  EXPECT_NE(revoked.find("\"revoked\":true"), std::string::npos) << revoked;
  EXPECT_EQ(exported("lake.example.net/log").find("\"revoked\":true"), std::string::npos);
  ASSERT_TRUE(keep_promises(desk().desk()));
  EXPECT_EQ(desk().store().find_appeal(Sight::of_software(), appeal)->state, AppealState::Closed);
}

TEST_F(Charter, Rule25_TheEmptyPolicyPassesOnlyCorrectionsAndPublicData) {
  proven("share_test", "Policy.the_empty_policy_passes_only_corrections_and_public_data");
}

TEST_F(Charter, Rule26_TheOrderOfRulesChangesNoDecision) {
  proven("share_test", "Policy.shuffling_the_rules_changes_nothing");
}

// Planted bugs: let see_head() compare sizes alone; let after_look() leave the state; drop `peer.charter` from B1.
TEST_F(Charter, Rule27_APeerWithAnotherDigestAStaleHeadOrASplitViewIsCutBothWays) {
  proven("share_test", "Border.a_peer_that_is_not_trusted_brings_nothing");
  desk().enrol("border1", {Role::BorderOfficer});
  const Request act = proposed();
  ASSERT_TRUE(approve_it(act.proposed));
  ASSERT_TRUE(publish(desk().desk()));
  ASSERT_EQ(*send_approved(desk().desk()), 1);

  // The peer is a desk of its own, whose folder somebody copied: two histories under one key.
  const std::string river = "river.example.net/log";
  const Paths one(desk().folder().path() + "/river"), two(desk().folder().path() + "/river-again");
  SeededRandom random(27);
  const Fresh fresh{"Desk of river", "csirt", "desk@river.example.net", river, true};
  ASSERT_TRUE(Desk::found(one, fresh, desk().clock(), random));
  std::filesystem::copy(one.desk, two.desk, std::filesystem::copy_options::recursive);
  std::filesystem::copy(one.signer(), two.signer(), std::filesystem::copy_options::recursive);
  settle(two);
  const auto goes_on = [&](const Paths& paths, const std::string& object) {
    const auto its = *Desk::open(paths, desk().clock(), random);
    const Leaf leaf{"peer", its->now(), object, "", "", "", "told", {"software"}};
    EXPECT_TRUE(its->store().append({{RecordRead{"queue", "", OfficerId::make(its->now(), random)}, "test",
                                      seal_leaf(leaf, its->leaf_frame(), random)}},
                                    its->now()));
    EXPECT_TRUE(publish(*its));
  };
  Peer peer;
  {
    const auto its = *Desk::open(one, desk().clock(), random);
    const Json card = *introduce(*its);
    peer = {river,
            "XA",
            PeerRole::Member,
            PeerState::Active,
            *parse_public_key(card.text_or("key")),
            charter_digest(),
            {Category::Phishing},
            {Category::Phishing},
            desk().clock().now()};
    peer.log_key = card.text_or("log_key");
  }
  ASSERT_TRUE(add_peer(desk().desk(), peer, desk().officer("border1"), desk().officer("approver1")));
  std::int64_t number = 0;
  const auto decision = [&] {
    return explain(desk().desk(), *permit<Act::ReadBorder>(desk().officer("border1")), act.the_case, river)->rule;
  };
  // A bundle of the peer's, signed by its own key.
  const auto receives = [&] {
    const Parcel parcel{river, desk().desk().settings().operator_.origin, charter_digest(), desk().clock().now(),
                        ++number};
    const auto its = *Desk::open(one, desk().clock(), random);
    return receive_file(desk().desk(), seal_envelope(write_bundle({}, parcel), parcel, *node_key(*its)));
  };
  const auto look = [&](const Paths& paths) { return look_at_peer(desk().desk(), river, paths.log()); };
  const auto two_officers_again = [&] {
    Peer again = desk().store().find_peer(river)->peer;
    again.state = PeerState::Active;
    again.charter = charter_digest();
    again.head_at = desk().clock().now();
    return change_peer(desk().desk(), again, desk().officer("border1"), desk().officer("approver1"));
  };
  EXPECT_EQ(look(one)->state, HeadState::First);
  EXPECT_NE(decision(), "B1");
  EXPECT_TRUE(receives());
  goes_on(one, "first history");
  EXPECT_EQ(look(one)->state, HeadState::Grown);
  EXPECT_EQ(look(one)->state, HeadState::Same);
  // An older head is no contradiction, and shows no life: after 48 hours it is stale, both ways.
  EXPECT_EQ(look(two)->state, HeadState::Older);
  desk().clock().advance(48 * kHourMs + 1);
  EXPECT_EQ(look(two)->state, HeadState::Older);
  EXPECT_EQ(decision(), "B1");
  ASSERT_EQ(look(one)->state, HeadState::Same);
  EXPECT_NE(decision(), "B1");
  // Another charter under its head.
  const PeerHeadSeen other{river, HeadState::Same, *desk().store().find_peer(river)->peer.head,
                           sha256("another charter"), "note"};
  desk().append(other, "software");
  EXPECT_EQ(decision(), "B1");
  EXPECT_EQ(receives().error().fault, Fault::Refused);
  ASSERT_TRUE(two_officers_again());
  EXPECT_NE(decision(), "B1");
  // The same number of lines and another root: a split view.
  goes_on(two, "second history");
  const std::int64_t lines = *desk().store().leaf_count();
  EXPECT_EQ(look(two)->state, HeadState::Split);
  EXPECT_EQ(desk().store().find_peer(river)->peer.state, PeerState::Suspended);
  EXPECT_EQ(decision(), "B1");
  EXPECT_EQ(receives().error().fault, Fault::Refused);
  ASSERT_EQ(*desk().store().leaf_count(), lines + 1);
  EXPECT_NE(desk().store().leaves(lines, 1)->front().find("split_view"), std::string::npos);
  // Nor does a longer history hide that it left the one that was seen.
  ASSERT_TRUE(two_officers_again());
  goes_on(two, "third history");
  EXPECT_EQ(look(two)->state, HeadState::Split);
  desk().expect_replays();
}

// Planted bug: let attach_evidence's ids be taken from references as well; let receive() open a case.
TEST_F(Charter, Rule28_WhatAPeerListsNeverActsAndIsNoFact) {
  desk().befriend("river.example.net/log");
  const std::int64_t cases = *desk().store().count_cases();
  desk().exchange("river.example.net/log", {}, {});
  const std::vector<Reference> references = *desk().store().references(desk().desk().now());
  ASSERT_FALSE(references.empty());
  EXPECT_EQ(*desk().store().count_cases(), cases);
  EXPECT_TRUE(desk().store().proposals(Sight::of_software())->empty());
  EXPECT_TRUE(desk().store().outbox(Sight::of_software())->empty());
  // Alone it is no fact: a fact names evidence of its own case, and a proposal needs a fact.
  const CaseId the_case = desk().phishing_case();
  const std::string id = references.front().indicator.id;
  const SiteDesk::Signed session = desk().sign_in("analyst1");
  const std::string uuid = id.substr(id.find("--") + 2);
  const http::Response fact = desk().ask(
      {"POST", "/api/v1/cases/" + the_case.text() + "/facts",
       R"({"text":"A peer lists this domain as one that copies a bank's sign-in form.","evidence":[")" + uuid + "\"]}"},
      &session);
  EXPECT_GE(fact.status, 400) << fact.body;
  EXPECT_FALSE(propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")), desk().key("analyst1"),
                               the_case, wish_));
}

// Words that only a reporter wrote, followed to everything that leaves: letters, the log, public replies, metrics.
// Planted bug: put the case's sources into the notice in referral/wording.cc, or the report's text.
TEST_F(Charter, Rule29_NothingOfAReporterLeaves) {
  const std::vector<std::string> taints{"taint-7f3e", "reporter.of.a.test@example.org", "77010000001", "Taintova"};
  std::string receipt;
  const http::Response filed = desk().ask(
      {"POST", "/api/v1/public/reports",
       R"({"category":"phishing","where":"https://bad-bank-29.example.com/sign-in","what":"I am Taintova, +77010000001, )"
       R"(reporter.of.a.test@example.org, taint-7f3e: they asked for my code.","nonce":"taint-7f3e-taint-7f3e-x"})"});
  ASSERT_EQ(filed.status, 200) << filed.body;
  receipt = body_of_reply(filed).text_or("receipt");
  ASSERT_EQ(body_of_reply(filed).text_or("outcome"), "accepted") << filed.body;
  CaseFilter filter;
  filter.matter = Category::Phishing;
  const CaseId the_case = desk().store().list_cases(Sight::of_software(), filter)->front().id;
  const OfficerId analyst = desk().officer("analyst1").id;
  const EvidenceId evidence = desk().attach(the_case, analyst);
  desk().assess(the_case, gates(the_case), evidence, analyst);
  const Result<Proposed> made = propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")),
                                                desk().key("analyst1"), the_case, wish_);
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(open_piece(desk().desk(), *permit<Act::OpenEvidence>(desk().officer("approver1")), the_case, evidence));
  ASSERT_TRUE(approve_it(*made));
  ASSERT_TRUE(publish(desk().desk()));
  ASSERT_EQ(*send_approved(desk().desk()), 1);
  std::string left;
  for (const char* folder : {"/outbox", "/log"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(desk().paths().desk + folder)) {
      if (entry.is_regular_file()) left += SiteDesk::read(entry.path());
    }
  }
  // What an attachment's base64 hides, too.
  const std::vector<std::string> letters = *list_folder(desk().paths().inside("outbox") + "/new");
  ASSERT_EQ(letters.size(), 1u);
  for (const std::string& name : letters) {
    std::string letter = SiteDesk::read(desk().paths().inside("outbox") + "/new/" + name);
    const std::size_t at = letter.find("\r\n\r\n", letter.find("notice.tlog-proof"));
    std::string base64 = replace_all(letter.substr(at + 4, letter.find("\r\n\r\n--", at + 4) - at - 4), "\r\n", "");
    base64 = base64.substr(0, base64.find("--"));
    const Result<std::string> proof = from_base64(base64);
    ASSERT_TRUE(proof);
    left += *proof;
    const std::string extra = proof->substr(proof->find("extra ") + 6);
    left += *from_base64(extra.substr(0, extra.find('\n')));
  }
  for (const char* path :
       {"/", "/log", "/log/entry/0", "/numbers", "/charter", "/api/v1/log", "/api/v1/log/entries?from=0&to=9",
        "/api/v1/numbers", "/api/v1/transparency", "/api/v1/transparency.csv", "/api/v1/openapi.json"}) {
    const http::Response reply = desk().ask({"GET", path});
    EXPECT_EQ(reply.status, 200) << path;
    left += reply.body;
  }
  left += desk().ask_as("admin1", {"GET", "/api/v1/metrics"}).body;
  EXPECT_GT(left.size(), 20'000u);
  for (const std::string& taint : taints) EXPECT_EQ(left.find(taint), std::string::npos) << taint;
  EXPECT_EQ(left.find(receipt), std::string::npos);
}

// Planted bug: leave one of the four out of report/redact.cc.
TEST_F(Charter, Rule30_NumbersOfCardsAndPeopleAreCutBeforeTheFirstWrite) {
  proven("report_test",
         "Redact.takes_card_numbers_with_and_without_gaps:Redact.takes_national_ids_by_their_check_digits", 2);
  const std::vector<std::string> numbers{"4111111111111111", "11010519491231002X", "112-233-445 95"};
  std::string what = "They asked for these:";
  for (const std::string& number : numbers) what += " " + number + ",";
  const http::Response filed =
      desk().ask({"POST", "/api/v1/public/reports",
                  R"({"category":"phishing","where":"https://bad-bank-30.example.com/","what":")" + what +
                      R"( and then nothing.","nonce":"f3b1c2d4e5f60718293a4b"})"});
  ASSERT_EQ(filed.status, 200) << filed.body;
  const CaseId the_case = desk().store().list_cases(Sight::of_software(), {})->front().id;
  const std::vector<ReportOfCase> reports = *desk().store().reports_of(Sight::of_software(), the_case);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports.front().text.find("and then nothing"), std::string::npos) << reports.front().text;
  const std::string all = every_file() + reports.front().text;
  for (const std::string& number : numbers) EXPECT_EQ(all.find(number), std::string::npos) << number;
}

TEST_F(Charter, Rule31_NothingOutlivesItsCeiling) {
  proven("tests_desk",
         "RetentionTest.a_case_without_an_act_goes_after_ninety_days_and_its_key_opens_another:RetentionTest.a_case_"
         "with_an_act_"
         "keeps_its_decision_and_its_target:RetentionTest.a_refused_report_is_only_a_count_after_thirty_days",
         3);
}

TEST_F(Charter, Rule32_WithoutItsSaltACommitmentOpensNoMore) {
  proven("tests_desk", "RetentionTest.one_report_goes_and_its_neighbours_stay_byte_for_byte");
  proven("decision_test", "Leaf.only_its_own_opening_opens_it");
}

// Planted bugs: raise kMostSharedPercent to 101; drop check_reasons() from propose_request() or decide_appeal().
TEST_F(Charter, Rule33_EmptyWordsAreNoReasons) {
  proven("decision_test", "Reasons.*", 4);
  // What officers write is looked at before a byte is fixed, and the page says what it lacks.
  const OfficerId analyst = desk().officer("analyst1").id;
  const auto assessed = [&](const std::string& fact) {
    const CaseId the_case = desk().phishing_case();
    const EvidenceId evidence = desk().attach(the_case, analyst);
    desk().append(FactEntered{the_case, Fact{fact, {evidence}}, analyst}, "test");
    for (const Gate gate : {Gate::DomainStatus, Gate::ImpersonatedParty})
      desk().append(
          GateAnswered{
              the_case,
              GateAnswer{gate, std::string(row(gate).answers.begin()->name), "as the page shows", {evidence}, analyst}},
          "test");
    return the_case;
  };
  const auto propose = [&](const CaseId& the_case) {
    return propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")), desk().key("analyst1"),
                           the_case, wish_);
  };
  const auto page = [&](const CaseId& the_case) {
    return desk().ask_as("analyst1", {"GET", "/cases/" + the_case.text()}).body;
  };
  const CaseId empty = assessed("Phishing and credential theft, phishing, phishing, C05.");
  EXPECT_EQ(propose(empty).error().fault, Fault::Refused);
  EXPECT_NE(page(empty).find("Reasons that say more"), std::string::npos);
  const std::string fact =
      "The page at /sign-in shows a bank's form since Tuesday; what is typed goes to a second host, as the capture "
      "shows.";
  const CaseId first = assessed(fact), copied = assessed(fact);
  ASSERT_TRUE(propose(first));
  const Result<Proposed> again = propose(copied);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("90 %"), std::string::npos) << again.error().message;
  EXPECT_NE(page(copied).find("Reasons of its own"), std::string::npos);
}

// Planted bug: write source_identity, or CONTENT_TYPE_PAGE; leave content_type_other out.
TEST_F(Charter, Rule34_TheExportForTheDsaDatabaseKeepsItsRules) {
  const std::string folder = shared_data("interchange/dsa-tdb");
  const auto text = read_file(folder + "/statement.derived.schema.json", 1u << 20);
  if (!text) GTEST_SKIP() << "no shared data: " << folder;
  const Json schema = *parse_json(*text);
  const Json example = *parse_json(*read_file(folder + "/example_statement.json", 1u << 20));
  EXPECT_EQ(schema_fault(schema, example), "");
  Json wrong = example;
  wrong.set("category", "STATEMENT_CATEGORY_OTHER");
  EXPECT_NE(schema_fault(schema, wrong), "");
  wrong = example;
  wrong.object()->erase("puid");
  EXPECT_NE(schema_fault(schema, wrong), "");
  const Request act = proposed();
  const Case the_case = *desk().store().find_case(Sight::of_software(), act.the_case);
  int written = 0;
  for (const OffenceRow& offence : offences()) {
    for (const Effect effect :
         {Effect::RemoveItem, Effect::DisableItem, Effect::ReviewAccount, Effect::ReviewPaymentInstrument,
          Effect::SuspendMaliciousDomain, Effect::Inform, Effect::CleanCompromise, Effect::Preserve}) {
      Proposed asked = act.proposed;
      asked.matter = offence.category;
      asked.wish.effect = effect;
      const Result<Json> statement = dsa_statement(asked, the_case, desk().desk().annex());
      const bool restricts =
          effect != Effect::Inform && effect != Effect::CleanCompromise && effect != Effect::Preserve;
      ASSERT_EQ(static_cast<bool>(statement), restricts);
      if (!statement) continue;
      EXPECT_EQ(schema_fault(schema, *statement), "") << to_text(*statement);
      EXPECT_EQ(statement->find("source_identity"), nullptr);
      EXPECT_EQ(statement->text_or("automated_decision"), "AUTOMATED_DECISION_NOT_AUTOMATED");
      EXPECT_EQ(to_text(*statement).find("INCOMPATIBLE"), std::string::npos);
      ++written;
    }
  }
  EXPECT_EQ(written, 17 * 5);
}

// Planted bug: let public_numbers() count proposals of the tables; let Transparency forget a line at each 4096th.
TEST_F(Charter, Rule35_ThePublishedNumbersEqualARecountOfTheLog) {
  const std::int64_t leaves = samples("CORDON_LEAVES", 5'000, 20'000, 100'000);
  SeededRandom random(35);
  const auto one_of = [&](std::size_t count) {
    return static_cast<std::size_t>(static_cast<unsigned char>(random.bytes(1)[0])) % count;
  };
  // Known in advance, counted here by hand.
  std::map<std::string, std::int64_t> expected;
  std::vector<Change> changes;
  const OfficerId officer = desk().officer("admin1").id;
  for (std::int64_t i = 0; i < leaves; ++i) {
    Leaf leaf;
    leaf.at = desk().desk().now() + i * 60'000;
    if (one_of(3) == 0) {
      const auto accepted = static_cast<std::int64_t>(one_of(200)), refused = static_cast<std::int64_t>(one_of(9));
      leaf.type = "batch";
      leaf.state_to = "received";
      leaf.plain = Json::Object{{"counts", Json::Object{{"accepted", accepted}, {"refused", refused}}}};
      expected["reports accepted"] += accepted;
      expected["reports refused"] += refused;
    } else {
      const std::array types{"decision", "action", "custody", "appeal"};
      const std::array states{"effective", "refused", "sent", "recalled", "disposed"};
      leaf.type = types[one_of(types.size())];
      leaf.state_to = states[one_of(states.size())];
      leaf.matter = offences()[one_of(17)].id;
      leaf.kind = "notice";
      leaf.plain = Json::Object{{"recipient", "host"},
                                {"binding", "voluntary"},
                                {"national_article", "article " + std::to_string(one_of(5))}};
      ++expected[leaf.type + " " + leaf.state_to];
    }
    changes.push_back({RecordRead{"queue", "", officer}, "test", seal_leaf(leaf, desk().desk().leaf_frame(), random)});
    if (changes.size() == 1000 || i + 1 == leaves) {
      ASSERT_TRUE(desk().store().append(changes, desk().desk().now()));
      changes.clear();
    }
  }
  ASSERT_TRUE(publish(desk().desk()));
  const http::Response published = desk().ask({"GET", "/api/v1/transparency"});
  const http::Response csv = desk().ask({"GET", "/api/v1/transparency.csv"});
  ASSERT_EQ(published.status, 200) << published.body;
  const std::string key = desk().store().founded()->log_key;
  const std::string log = desk().folder().path() + "/copy";
  std::filesystem::copy(desk().paths().log(), log, std::filesystem::copy_options::recursive);
  desk().close();
  const auto began = std::chrono::steady_clock::now();
  const Outcome counted = cordon({"log", "recount", log, "--key", key, "--json"});
  const auto took = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(counted.exit_code, 0) << counted.err;
  EXPECT_EQ(counted.out, published.body) << "to the last digit";
  EXPECT_EQ(cordon({"log", "recount", log, "--key", key, "--csv"}).out, csv.body);
  const Json report = *parse_json(published.body);
  EXPECT_EQ(report.find("log")->number_or("size", 0), leaves);
  for (const auto& [what, count] : expected) EXPECT_EQ(report.find("totals")->number_or(what, -1), count) << what;
  // Small cells of C09 to C13 are hidden, and no others.
  for (const Json& row : *report.find("rows")->array()) {
    const std::string category = row.text_or("category");
    const Result<Matter> matter = parse_matter(category);
    const bool guarded = matter && matter->category() && *matter->category() >= Category::Csam &&
                         *matter->category() <= Category::MigrantSmuggling;
    const bool hidden = row.find("count")->string() != nullptr;
    const std::int64_t count = hidden ? 1 : *row.find("count")->integer();
    EXPECT_EQ(hidden, guarded && (hidden || count < 5)) << to_text(row);
  }
  std::printf("charter 12.35: %lld lines counted again by the program in %lld ms\n", static_cast<long long>(leaves),
              static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
}

TEST_F(Charter, Rule36_ProofsVerifyWithVerifiersThatAreNotOurs) {
  proven("tests_desk", "LogVerifiers.read_a_desks_own_log_and_see_one_changed_byte");
}

TEST_F(Charter, Rule37_OneChangedByteOfCustodyIsFoundOffline) {
  proven("tests_desk", "EvidenceExportTest.five_thousand_changes_are_all_found_and_named");
}

TEST_F(Charter, Rule38_ATimeStampOfAnotherQuestionIsRefused) {
  proven("base_test", "TimeStampTest.what_a_real_authority_answers_is_taken_and_says_when_and_who");
}

// Planted bugs: let glasses_due() give nothing; let parse_glass_use() take any word for preserve; drop the comparison
// of officers in decide(Glass).
TEST_F(Charter, Rule39_BreakGlassNeitherRemovesNorSharesAndIsReversedUnconfirmedAfter24Hours) {
  const CaseId the_case = desk().phishing_case();
  const std::string why = "The page counts down to an attack on a school at noon.";
  const auto break_it = [&](GlassUse use, Recipient recipient) {
    return break_glass(desk().desk(), *permit<Act::BreakGlass>(desk().officer("analyst1")), desk().key("analyst1"),
                       the_case, {use, recipient, why});
  };
  const auto letters = [&](std::string_view words) {
    int count = 0;
    const std::vector<std::string> all = *list_folder(desk().paths().inside("outbox") + "/new");
    for (const std::string& name : all)
      count +=
          SiteDesk::read(desk().paths().inside("outbox") + "/new/" + name).find(words) != std::string::npos ? 1 : 0;
    return count;
  };
  const auto lines = [&](std::string_view to) {
    int count = 0;
    const std::vector<std::string> all = *desk().store().leaves(0, *desk().store().leaf_count());
    for (const std::string& line : all)
      count +=
          parse_json(line)->text_or("type") == "break_glass" && parse_json(line)->text_or("state_to") == to ? 1 : 0;
    return count;
  };
  // It has no word for removing or sharing, whoever asks and however.
  for (const char* other :
       {"remove_item", "disable_item", "suspend_malicious_domain", "share", "export", "block", "inform"})
    EXPECT_EQ(parse_glass_use(other).error().fault, Fault::Refused) << other;
  const SiteDesk::Signed analyst = desk().sign_in("analyst1");
  EXPECT_EQ(desk()
                .ask({"POST", "/api/v1/cases/" + the_case.text() + "/break-glass",
                      R"({"use":"remove_item","words":")" + why + "\"}"},
                     &analyst)
                .status,
            403);
  EXPECT_FALSE(break_it(GlassUse::Emergency, Recipient::Host)) << "a host is no emergency service";
  EXPECT_FALSE(permit<Act::BreakGlass>(desk().officer("custodian1")));
  EXPECT_TRUE(desk().store().glasses(Sight::of_software())->empty());

  // Used, in its line before it left.
  const Result<Glass> used = break_it(GlassUse::Emergency, Recipient::Emergency);
  ASSERT_TRUE(used) << used.error().message;
  EXPECT_EQ(lines("used"), 1);
  EXPECT_EQ(letters("A danger to life was reported to us."), 1);
  // Who used it does not confirm it, nor does the database take that.
  desk().enrol("both1", {Role::Analyst, Role::Approver});
  const Result<Glass> own =
      break_glass(desk().desk(), *permit<Act::BreakGlass>(desk().officer("both1")), desk().key("both1"), the_case,
                  {GlassUse::Emergency, Recipient::Emergency, why});
  ASSERT_TRUE(own);
  const auto confirm = [&](const char* login, const NoticeId& id) {
    return confirm_glass(desk().desk(), *permit<Act::ConfirmBreakGlass>(desk().officer(login)), id);
  };
  const Result<Glass> by_oneself = confirm("both1", own->broken.id);
  ASSERT_FALSE(by_oneself);
  EXPECT_NE(by_oneself.error().message.find("who used it"), std::string::npos) << by_oneself.error().message;
  EXPECT_FALSE(desk().tamper("UPDATE break_glass SET state = 'confirmed', confirmed_by = used_by"));
  // To preserve, a list of sensitive holders stands before it as before everything.
  EXPECT_EQ(break_it(GlassUse::Preserve, Recipient::Host).error().fault, Fault::Refused);
  desk().enrol("legal1", {Role::LegalReviewer});
  ASSERT_TRUE(load_sensitive_list(desk().desk(), "cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-20\n",
                                  *permit<Act::KeepSensitiveList>(desk().officer("legal1")),
                                  desk().officer("approver1")));
  const Result<Glass> preserve = break_it(GlassUse::Preserve, Recipient::Host);
  ASSERT_TRUE(preserve) << preserve.error().message;
  EXPECT_EQ(letters("Please preserve the data named here"), 1);
  ASSERT_TRUE(confirm("approver1", used->broken.id));

  // One of the three was confirmed; the others are taken back to the minute, and whom they went to is told.
  desk().clock().advance(24 * kHourMs - 60'000);
  ASSERT_TRUE(keep_promises(desk().desk()));
  EXPECT_EQ(lines("reversed"), 0);
  desk().clock().advance(60'000);
  EXPECT_EQ(confirm("approver1", preserve->broken.id).error().fault, Fault::Conflict) << "too late";
  ASSERT_TRUE(keep_promises(desk().desk()));
  EXPECT_EQ(lines("reversed"), 2);
  EXPECT_EQ(letters("We take this back"), 2);
  ASSERT_TRUE(keep_promises(desk().desk()));
  EXPECT_EQ(letters("We take this back"), 2) << "once";
  const auto state = [&](const Result<Glass>& glass) {
    return desk().store().find_glass(Sight::of_software(), glass->broken.id)->state;
  };
  EXPECT_EQ(state(used), GlassState::Confirmed);
  EXPECT_EQ(state(own), GlassState::Reversed);
  EXPECT_EQ(state(preserve), GlassState::Reversed);
  desk().expect_replays();
}

// Planted bug: give Role::Admin to Act::ReadCase in officer/officer.cc.
TEST_F(Charter, Rule40_AnAdminReadsNoCase) {
  const Request act = proposed();
  const SiteDesk::Signed admin = desk().sign_in("admin1");
  const std::string one = act.the_case.text();
  const EvidenceId evidence = act.proposed.evidence.front();
  for (const std::string& path :
       {std::string("/api/v1/cases"), "/api/v1/cases/" + one, "/api/v1/cases/" + one + "/reports",
        "/api/v1/cases/" + one + "/evidence/" + evidence.text(), std::string("/api/v1/proposals"),
        "/api/v1/proposals/" + act.proposed.id.text(), std::string("/api/v1/notices"), std::string("/queue"),
        "/cases/" + one, std::string("/decide"), "/decide/" + act.proposed.id.text(), std::string("/notices")}) {
    const http::Response reply = desk().ask({"GET", path}, &admin);
    EXPECT_EQ(reply.status, 403) << path << " " << reply.body.substr(0, 200);
    EXPECT_EQ(reply.body.find("bank-"), std::string::npos) << path;
  }
  EXPECT_FALSE(make_roles({Role::Admin, Role::Analyst}));
}

// Planted bugs: let check_not_receive_only() want one; drop it from propose_request(), approve_request() or
// send_approved().
TEST_F(Charter, Rule41_BelowTwoWhoCountersignADeskOnlyReceives) {
  // Somebody else's hand in the record: no officer leaves a desk in any other way.
  const auto becomes = [&](const std::string& login, const std::string& from, const std::string& to) {
    EXPECT_TRUE(desk().tamper("UPDATE officer SET body = replace(body, '\"" + from + "\"', '\"" + to +
                              "\"') WHERE login = '" + login + "'"));
  };
  const Request act = proposed();
  const CaseId another = desk().phishing_case();
  const OfficerId analyst = desk().officer("analyst1").id;
  const EvidenceId evidence = desk().attach(another, analyst);
  desk().assess(another, gates(another), evidence, analyst);
  becomes("countersigner1", "legal_reviewer", "dpo");
  becomes("approver2", "approver", "dpo");
  const auto propose_another = [&] {
    return propose_request(desk().desk(), *permit<Act::Propose>(desk().officer("analyst1")), desk().key("analyst1"),
                           another, wish_);
  };
  const auto refused = [&](const Error& error) {
    EXPECT_EQ(error.fault, Fault::Refused);
    EXPECT_NE(error.message.find("only receives"), std::string::npos) << error.message;
  };
  refused(propose_another().error());
  refused(approve_it(act.proposed).error());
  // A report still comes in, and the queue says how it stands.
  EXPECT_EQ(
      desk()
          .ask({"POST", "/api/v1/public/reports",
                R"({"category":"phishing","where":"https://bad-bank-41.example.com/","what":"They asked me for my )"
                R"(code of the bank.","nonce":"f3b1c2d4e5f60718293a4c"})"})
          .status,
      200);
  EXPECT_NE(desk().ask_as("analyst1", {"GET", "/queue"}).body.find("This desk only receives."), std::string::npos);
  // What was approved while there were two waits.
  becomes("approver2", "dpo", "approver");
  ASSERT_TRUE(approve_it(act.proposed));
  ASSERT_TRUE(publish(desk().desk()));
  becomes("approver2", "approver", "dpo");
  refused(send_approved(desk().desk()).error());
  EXPECT_FALSE(desk().store().outbox(Sight::of_software())->front().sent);
  desk().close();
  const Outcome doctor = cordon({"doctor", "--desk", desk().paths().desk});
  EXPECT_NE(doctor.out.find("this desk only receives"), std::string::npos) << doctor.out;
  desk().open();
  becomes("approver2", "dpo", "approver");
  EXPECT_EQ(*send_approved(desk().desk()), 1);
  EXPECT_TRUE(propose_another());
}

// Planted bug: name a column of store/tables.cc `surname`.
TEST_F(Charter, Rule42_NoTableAndNoColumnIsAboutAPerson) {
  const std::regex person("person|suspect|full_name|surname|face|birth|nationality|ethnic|religion");
  Database& database = desk().other();
  Rows columns =
      *database.query("SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'");
  int seen = 0;
  while (*columns.next()) {
    ++seen;
    for (int i = 0; i < 2; ++i)
      EXPECT_FALSE(std::regex_search(columns.text(i), person)) << columns.text(0) << "." << columns.text(i);
  }
  EXPECT_GT(seen, 50);
}

}  // namespace
}  // namespace cordon::testing_desk
