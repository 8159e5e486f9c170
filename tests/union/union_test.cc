// Several desks at once, as their officers drive them: one indicator crosses a border, and everything that must stop it
// does, each with its exit code.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <mutex>

#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/key_file.h"
#include "desk/site.h"
#include "share/stix.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

// A desk with an approver and a border officer, and an analyst and a legal reviewer where it acts itself.
class UnionDesk {
 public:
  explicit UnionDesk(std::string word, bool acts = false) : word_(std::move(word)) {
    EXPECT_EQ(run({"init", "--demo", "--name", word_, "--kind", "csirt", "--address", "desk@" + word_ + ".example.net",
                   "--origin", name()})
                  .exit_code,
              0);
    std::vector<std::pair<std::string, std::string>> officers{{"approver1", "approver"}, {"border1", "border_officer"}};
    if (acts) officers.insert(officers.end(), {{"analyst1", "analyst"}, {"legal1", "legal_reviewer"}});
    for (const auto& [login, role] : officers) {
      folder_.file(login + ".password", "password of " + login);
      EXPECT_EQ(run({"officer", "add", login, "--role", role, "--password-file", password(login)}).exit_code, 0);
    }
  }
  std::string name() const { return word_ + ".example.net/log"; }
  std::string desk() const { return folder_.path() + "/desk"; }
  const TemporaryFolder& folder() const { return folder_; }
  std::string password(const std::string& login) const { return folder_.path() + "/" + login + ".password"; }

  Outcome run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--json", "--desk", desk()});
    return cordon(arguments);
  }
  Outcome as(const std::string& login, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--as", login, "--password-file", password(login)});
    return run(std::move(arguments));
  }
  Outcome by_two(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--by", "approver1", "--by-password-file", password("approver1")});
    return as("border1", std::move(arguments));
  }

  // As officers do: what the other desk shows of itself is typed in by two people.
  void befriend(const UnionDesk& other, const std::string& role) const {
    const Json card = other.run({"border", "show"}).line();
    const Outcome added = by_two({"peer", "add", other.name(), "--country", "XA", "--role", role, "--key",
                                  card.text_or("key"), "--charter", card.text_or("charter"), "--category", "phishing"});
    EXPECT_EQ(added.exit_code, 0) << added.err;
  }

  // A report with the reporter's own words around it, an act about it, approved and sent.
  std::string acted_case(const std::string& report) const {
    const std::string file = folder_.file("report.txt", report);
    const Outcome taken = run({"intake", "--source", "test", "--category", "phishing", file});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    const std::string the_case = taken.line().text_or("case");
    const std::string page = folder_.file("page.txt", "Sign in to your bank. This text was written for a test.\n");
    const std::string evidence =
        as("analyst1", {"case", "attach", the_case, page, "--description", "the page"}).line().text_or("evidence");
    for (const std::vector<std::string>& step : std::vector<std::vector<std::string>>{
             {"case", "fact", the_case, "--text", "The page copies a bank's sign-in form and posts what is typed away.",
              "--evidence", evidence},
             {"case", "gate", the_case, "G_DOMAIN_STATUS", "malicious_registration", "--basis",
              "registered the day before", "--evidence", evidence},
             {"case", "gate", the_case, "G_IMPERSONATED_PARTY", "party_and_capture_shown", "--basis",
              "a bank; the form posts away from it", "--evidence", evidence}})
      EXPECT_EQ(as("analyst1", step).exit_code, 0);
    const Json proposal =
        as("analyst1", {"decide", "propose", the_case, "--kind", "alert", "--effect", "inform", "--recipient", "host"})
            .line();
    EXPECT_EQ(as("approver1", {"case", "open", the_case, evidence, "--out", "/dev/null"}).exit_code, 0);
    const Outcome approved =
        as("approver1", {"decide", "approve", proposal.text_or("proposal"), "--digest", proposal.text_or("digest")});
    EXPECT_EQ(approved.exit_code, 0) << approved.err;
    return the_case;
  }

  std::string export_to(const UnionDesk& to) const {
    const std::string file = folder_.path() + "/bundle.json";
    const Outcome written = by_two({"export", "--to", to.name(), "--out", file});
    EXPECT_EQ(written.exit_code, 0) << written.err;
    return *read_file(file, 1u << 20);
  }
  Outcome receive(const std::string& bytes) const {
    return run({"peer", "receive", folder_.file("received.json", bytes)});
  }
  SecretKey node_key() const { return *SecretKey::from_seed(*read_key_file(desk() + "/keys/node.key")); }

 private:
  TemporaryFolder folder_;
  std::string word_;
};

void expect_refused(const Outcome& outcome, int exit_code, std::string_view words) {
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.out << outcome.err;
  EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.err;
}

// One act of one desk serves all: making it takes most of the time.
class Union : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto steppe = std::make_unique<UnionDesk>("steppe", true);
    case_ = std::make_unique<std::string>(
        steppe->acted_case("I am canary-7f3a@mail.example.org and saw hxxps://bad-bank-login[.]example[.]com/sign-in "
                           "canary-words-91c2\n"));
    steppe_ = std::move(steppe);
  }
  static void TearDownTestSuite() {
    steppe_.reset();
    case_.reset();
  }
  static std::unique_ptr<const UnionDesk> steppe_;
  static std::unique_ptr<const std::string> case_;
};
std::unique_ptr<const UnionDesk> Union::steppe_;
std::unique_ptr<const std::string> Union::case_;

// Planted bugs: let check_envelope() skip verify(), the addressee or
// the sequence; let distrust() say "".
TEST_F(Union, an_indicator_crosses_between_two_members_and_stops_everywhere_else) {
  const UnionDesk& steppe = *steppe_;
  const std::string& the_case = *case_;
  const UnionDesk river("river");
  steppe.befriend(river, "member");
  river.befriend(steppe, "member");

  const Json explained = steppe.as("border1", {"border", "explain", the_case, "--to", river.name()}).line();
  EXPECT_EQ(explained.text_or("decision"), "allow");
  EXPECT_EQ(explained.text_or("rule"), "phishing and fraud to members");

  const std::string bundle = steppe.export_to(river);
  EXPECT_NE(bundle.find("bad-bank-login.example.com"), std::string::npos);
  // Charter 12.29: nothing of the report or of the case but the identifier.
  for (const std::string& canary :
       {std::string("canary-7f3a"), std::string("canary-words"), the_case, std::string("analyst1"),
        std::string("approver1"), std::string("border1"), std::string("the page"), std::string("copies a bank")})
    EXPECT_EQ(bundle.find(canary), std::string::npos) << canary;

  // What was changed, sent to another, or never signed by the peer.
  expect_refused(river.receive(replace_all(bundle, "bad-bank-login", "own-bank-login")), 1, "signature");
  expect_refused(river.receive("{}\n"), 3, "nine members");
  expect_refused(river.receive("not JSON"), 3, "line feed");
  expect_refused(steppe.receive(bundle), 4, "is no peer");  // from itself

  const Outcome received = river.receive(bundle);
  ASSERT_EQ(received.exit_code, 0) << received.err;
  EXPECT_EQ(received.line().number_or("references", 0), 1);
  const Json reference = river.as("border1", {"peer", "references"}).line();
  EXPECT_EQ(reference.text_or("category"), "phishing");
  EXPECT_EQ(reference.text_or("peer"), steppe.name());
  EXPECT_TRUE(river.run({"case", "list"}).out.empty());  // a reference opens no case, and no fact rests on it
  expect_refused(river.receive(bundle), 5, "taken in before");

  // Another charter digest: the peer's key is known, its law is not.
  const Parcel parcel{steppe.name(), river.name(), sha256("another charter"), SystemClock().now(), 2};
  expect_refused(river.receive(seal_envelope(write_bundle({}, parcel), parcel, steppe.node_key())), 4, "charter");

  // Suspension stops both directions, and one officer is enough for it.
  ASSERT_EQ(
      river.as("border1", {"peer", "suspend", steppe.name(), "--reason", "its log shows two histories"}).exit_code, 0);
  expect_refused(river.receive(steppe.export_to(river)), 4, "suspended");
  // All but a recall (B13).
  const std::string id = reference.text_or("id");
  const Json recalled = Json::Object{{"type", "indicator"}, {"id", id}, {"revoked", true}};
  const Parcel last{steppe.name(), river.name(), parcel.charter, SystemClock().now(), 9};
  Json recall = write_bundle({}, last);
  recall.object()->find("objects")->second.array()->push_back(recalled);
  const Outcome ended = river.receive(seal_envelope(recall, last, steppe.node_key()));
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.line().number_or("recalled", 0), 1);
  EXPECT_TRUE(river.as("border1", {"peer", "references"}).out.empty());

  for (const UnionDesk* desk : {&steppe, &river}) {
    for (const char* what : {"journal", "log"}) EXPECT_EQ(desk->run({what, "verify"}).exit_code, 0) << what;
    EXPECT_EQ(desk->run({"journal", "replay"}).exit_code, 0);
    EXPECT_EQ(desk->run({"journal", "verify"}).exit_code, 0);
  }
  // Planted bug: leave the table out of folded_tables(); then verify says yes.
  Database database = *Database::open(river.desk() + "/desk.db", Database::Open::Write);
  ASSERT_TRUE(database.run("UPDATE peer SET state = 'active'"));
  expect_refused(river.run({"journal", "verify"}), 7, "table peer");
}

// Planted bug: let ceiling() say Yes to guests.
TEST_F(Union, a_guest_is_refused_it_with_the_reason) {
  const UnionDesk& steppe = *steppe_;
  const std::string& the_case = *case_;
  const UnionDesk island("island");
  steppe.befriend(island, "guest");
  const Json explained = steppe.as("border1", {"border", "explain", the_case, "--to", island.name()}).line();
  EXPECT_EQ(explained.text_or("decision"), "deny");
  EXPECT_EQ(explained.text_or("code"), "role");
  EXPECT_EQ(explained.text_or("rule"), "B14");
  EXPECT_NE(explained.text_or("why").find("Guest"), std::string::npos);
  EXPECT_EQ(steppe.export_to(island).find("bad-bank-login"), std::string::npos);

  // One person alone shares nothing, and a rule outside the language keeps the border shut.
  expect_refused(steppe.as("border1", {"export", "--to", island.name(), "--out", steppe.folder().path() + "/x"}), 2,
                 "--by");
  ASSERT_TRUE(
      write_file(steppe.desk() + "/border.toml", "version = 1\n[[allow]]\nname = \"all\"\nkeyword = [\"x\"]\n"));
  expect_refused(steppe.as("border1", {"border", "explain", the_case, "--to", island.name()}), 3, "keyword");
  ASSERT_TRUE(write_file(steppe.desk() + "/border.toml", "version = 1\n"));
  EXPECT_EQ(steppe.by_two({"peer", "change", island.name(), "--role", "member"}).exit_code, 0);
  EXPECT_EQ(steppe.as("border1", {"border", "explain", the_case, "--to", island.name()}).line().text_or("rule"), "B15");
  EXPECT_EQ(steppe.as("border1", {"border", "explain", the_case, "--to", "nobody.example.net/log"}).exit_code, 1);
}

TEST(UnionDemo, the_demonstration_tells_the_same_story) {
  const Outcome played = cordon({"union", "demo", "--once", "--json"});
  ASSERT_EQ(played.exit_code, 0) << played.err;
  std::vector<std::string> decisions;
  for (const Json& line : played.lines()) {
    for (const char* key : {"from", "to", "object", "decision", "rule"}) EXPECT_FALSE(line.text_or(key).empty()) << key;
    decisions.push_back(line.text_or("decision"));
  }
  EXPECT_EQ(decisions, (std::vector<std::string>{"allow", "sent", "reference", "refused(conflict)", "deny(role)",
                                                 "sent", "refused(refused)"}));
}

// The border's page of a desk of the demonstration, as its border officer sees it; and the lines of its journal that
// say that it was looked at.
struct Shown {
  std::string page;
  std::int64_t readings = 0;
};
Shown border_of(const std::string& folder, const std::string& query = {}) {
  static const SystemClock clock;
  static SystemRandom random;
  const Result<std::unique_ptr<Desk>> desk = Desk::open(Paths(folder), clock, random);
  EXPECT_TRUE(desk) << folder;
  if (!desk) return {};
  Result<SignedIn> who = (*desk)->sign_in("border_officer1", "demonstration of border_officer1", {});
  EXPECT_TRUE(who);
  const std::string token = (*desk)->sessions().open(*std::move(who));
  std::mutex in_use;
  Site site(**desk, in_use);
  const http::Response reply =
      site.answer({"GET", "/border" + query, "/border", {{"cookie", "__Host-cordon=" + token}}, ""});
  EXPECT_EQ(reply.status, 200) << reply.body;
  Database record = *Database::open((*desk)->paths().database(), Database::Open::Read);
  return {reply.body, *record.number("SELECT count(*) FROM journal WHERE type = 'record_read' AND body LIKE "
                                     "'%border%'")};
}
// The page's section under this heading.
std::string section_of(const std::string& page, const std::string& heading) {
  const std::size_t at = page.find("<h2>" + heading + "</h2>");
  EXPECT_NE(at, std::string::npos) << heading;
  return at == std::string::npos ? std::string() : page.substr(at, page.find("</section>", at) - at);
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Planted bugs: leave `withheld` out of to_json(BundleOffered); leave record_reading() out of read_border() or
// explain(); let crossings() read 'in' alone.
TEST(UnionDemo, each_desks_page_shows_what_crossed_and_what_was_refused) {
  const Outcome played = cordon({"union", "demo", "--json"});
  ASSERT_EQ(played.exit_code, 0) << played.err;
  const std::size_t at = played.err.find("stay in ") + 8;
  const std::string folder = played.err.substr(at, played.err.find('\n', at) - at);
  ASSERT_TRUE(std::filesystem::is_directory(folder)) << played.err;
  const std::string indicator = "bad-bank-login[.]example[.]com";

  const Shown steppe = border_of(folder + "/steppe");
  EXPECT_EQ(steppe.readings, 3);  // the demonstration asked twice
  const std::string given = section_of(steppe.page, "Given out"), held = section_of(steppe.page, "Held back");
  for (const std::string& part :
       {indicator, std::string("river.example.net/log"), std::string("phishing and fraud to members"),
        std::string("Web address"), std::string("border_officer1 and approver1")})
    EXPECT_TRUE(has(given, part)) << part << "\n" << given;
  EXPECT_FALSE(has(given, "island")) << given;
  for (const std::string& part : {indicator, std::string("island.example.net/log"), std::string("B14"),
                                  std::string("The role “Guest” is never offered this (charter 9.4).")})
    EXPECT_TRUE(has(held, part)) << part << "\n" << held;
  EXPECT_FALSE(has(held, "river")) << held;
  const std::string policy = section_of(steppe.page, "The policy in force"), peers = section_of(steppe.page, "Peers");
  EXPECT_TRUE(has(policy, "phishing and fraud to members") && has(policy, "10000 different objects")) << policy;
  EXPECT_TRUE(has(peers, "Member") && has(peers, "Guest") && has(peers, "Since")) << peers;

  // The question on the page is answered as the command answers it.
  const std::string hint = "<p class=\"hint\"><code translate=\"no\">";
  const std::string the_case = given.substr(given.find(hint) + hint.size(), 36);
  const Shown asked = border_of(folder + "/steppe", "?case=" + the_case + "&to=island.example.net/log");
  EXPECT_EQ(asked.readings, 5);
  const std::string answer = section_of(asked.page, "Ask the border");
  const std::string password = folder + "/password";
  ASSERT_TRUE(write_file(password, "demonstration of border_officer1"));
  const Json said = cordon({"border", "explain", the_case, "--to", "island.example.net/log", "--as", "border_officer1",
                            "--password-file", password, "--json", "--desk", folder + "/steppe"})
                        .line();
  EXPECT_FALSE(said.text_or("rule").empty());
  for (const char* member : {"rule", "code", "why"}) EXPECT_TRUE(has(answer, said.text_or(member))) << member << answer;
  EXPECT_TRUE(has(section_of(border_of(folder + "/steppe", "?case=x&to=y").page, "Ask the border"),
                  "There is no such case, or no such peer."));

  const Shown river = border_of(folder + "/river");
  const std::string taken = section_of(river.page, "Taken in");
  EXPECT_TRUE(has(taken, indicator) && has(taken, "steppe.example.net/log") && has(taken, "1 reference")) << taken;
  EXPECT_TRUE(has(taken, "It never acts")) << taken;
  EXPECT_FALSE(has(border_of(folder + "/island").page, indicator));
  for (const char* desk : {"steppe", "river"}) {
    EXPECT_EQ(cordon({"journal", "verify", "--desk", folder + "/" + desk}).exit_code, 0);
    EXPECT_EQ(cordon({"journal", "replay", "--desk", folder + "/" + desk}).exit_code, 0);
  }
  EXPECT_TRUE(has(section_of(border_of(folder + "/steppe").page, "Held back"), "B14"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cordon::testing_desk
