// Standing rules at a desk (amendment 1): a feed's items leave as alerts by themselves, and what may not does not. On
// SQLite, and with CORDON_TEST_HOME=postgresql on PostgreSQL. Each promise names the planted bug that turns it red.
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "desk/alerts.h"
#include "desk/answers.h"
#include "desk/contact_files.h"
#include "desk/guard.h"
#include "desk/retention.h"
#include "desk/rules.h"
#include "ledger/proof_file.h"
#include "mail_server.h"
#include "net/mail.h"
#include "referral/wording.h"
#include "sent_requests.h"
#include "store/named_blobs.h"

namespace cordon::testing_desk {
namespace {

constexpr const char* kFeeds = R"(
[intake]
fold_only = ["urls"]
[feeds.urls]
publisher = "Example list"
publisher_kind = "private"
machine = "m1"
categories = { "malware_download" = "malware" }
[feeds.open]
publisher = "Example list"
publisher_kind = "private"
machine = "machine"
categories = { "malware_download" = "malware" }
)";
constexpr const char* kHead = "id,url,ip,domain,seen_at\n";

class Rules : public testing::Test {
 protected:
  Rules() {
    for (const auto& [login, role] :
         std::initializer_list<std::pair<const char*, Role>>{{"analyst1", Role::Analyst},
                                                             {"approver1", Role::Approver},
                                                             {"reviewer1", Role::AppealReviewer},
                                                             {"admin1", Role::Admin},
                                                             {"admin2", Role::Admin}})
      desk_.enrol(login, {role});
    desk_.enrol("both1", {Role::Analyst, Role::Approver});
    SiteDesk::write(desk_.paths().settings(), SiteDesk::read(desk_.paths().settings()) + kFeeds);
    desk_.open();
  }

  RuleWish wish(const std::string& feed = "urls", std::int64_t quota = 100) {
    return {ActionKind::Alert,
            Category::Malware,
            {ObservableKind::Url, ObservableKind::Ip, ObservableKind::Domain},
            Effect::CleanCompromise,
            Recipient::Host,
            feed,
            quota,
            30};
  }
  StandingRule propose(const RuleWish& one) {
    const auto rule =
        propose_rule(desk_.desk(), *permit<Act::Propose>(desk_.officer("analyst1")), desk_.key("analyst1"), one);
    EXPECT_TRUE(rule) << rule.error().message;
    return *rule;
  }
  Result<StandingRule> approve(const StandingRule& rule, const std::string& who = "approver1") {
    return approve_rule(desk_.desk(), *permit<Act::Approve>(desk_.officer(who)), desk_.key(who), rule.terms().id,
                        digest_of(rule.terms()));
  }
  StandingRule stand(const std::string& feed = "urls", std::int64_t quota = 100) {
    const auto rule = approve(propose(wish(feed, quota)));
    EXPECT_TRUE(rule) << rule.error().message;
    return *rule;
  }
  Result<StandingRule> stop(const StandingRule& rule) {
    return stop_rule(desk_.desk(), *permit<Act::StopRule>(desk_.officer("analyst1")), rule.terms().id,
                     "It names the wrong hosts.");
  }

  // Takes rows in as the feed's machine does; the log is published afterwards.
  std::vector<RunItem> take(const std::string& rows, const std::string& source = "urls",
                            const std::string& machine = "m1") {
    Incoming incoming{source, "feed.csv", Category::Malware, {}, desk_.clock().now(), {}};
    incoming.machine = machine;
    Result<std::vector<RunItem>> items = take_in(desk_.desk(), incoming, "feed.csv", kHead + rows, "");
    EXPECT_TRUE(items) << items.error().message;
    EXPECT_TRUE(publish(desk_.desk()));
    return items ? *std::move(items) : std::vector<RunItem>{};
  }
  std::string row(const std::string& id, const std::string& url) {
    return id + "," + url + ",,," + to_rfc3339(desk_.clock().now() + -kHourMs) + "\n";
  }
  std::string rows(int count, const std::string& of = "a") {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += row(of + std::to_string(i), "http://h" + of + std::to_string(i) + ".example.com/x");
    return text;
  }

  // What waits becomes mails, and their line is published; nothing leaves yet.
  void compose(const StandingRule& rule) {
    AlertSender sender(desk_.desk());
    const Result<bool> composed = sender.compose(rule.terms().id);
    ASSERT_TRUE(composed) << composed.error().message;
    EXPECT_TRUE(*composed);
  }
  static bool one_left(AlertSender& sender) {
    for (;;) {
      const Result<AlertSender::Step> one = sender.step();
      EXPECT_TRUE(one) << one.error().message << " " << one.error().where;
      if (!one || *one == AlertSender::Step::Nothing) return false;
      if (*one == AlertSender::Step::Left) return true;
    }
  }
  std::int64_t run() {
    AlertSender sender(desk_.desk());
    std::int64_t left = 0;
    for (;;) {
      const Result<AlertSender::Step> one = sender.step();
      EXPECT_TRUE(one) << one.error().message << " " << one.error().where;
      if (!one || *one == AlertSender::Step::Nothing) return left;
      if (*one == AlertSender::Step::Left) ++left;
    }
  }
  std::vector<std::string> letters() { return letters_in_maildir(desk_); }
  int letters_with(std::string_view words) {
    int count = 0;
    for (const std::string& letter : letters()) count += letter.find(words) != std::string::npos ? 1 : 0;
    return count;
  }
  Store::AlertCounts counts(const StandingRule& rule) { return *desk_.store().count_alerts(rule.terms().id); }
  RuleState state(const StandingRule& rule) { return desk_.store().find_rule(rule.terms().id)->state; }
  std::vector<Store::AlertBatchRow> batches(const StandingRule& rule) {
    return *desk_.store().alert_batches_of(rule.terms().id, 100);
  }
  std::vector<Json> leaves(const std::string& type) {
    std::vector<Json> found;
    const std::int64_t staged = *desk_.store().leaf_count();
    const std::vector<std::string> all = *desk_.store().leaves(0, staged);
    for (const std::string& leaf : all)
      if (Json one = *parse_json(leaf); one.text_or("type") == type) found.push_back(std::move(one));
    return found;
  }
  std::int64_t cases() { return *desk_.store().count_cases(); }

  SiteDesk desk_;
};

// ── it leaves ──

// Planted bugs: the batch has no line in the log; its root is not that of its alerts; the proof's path is another's.
TEST_F(Rules, items_of_a_feed_leave_as_alerts_that_say_who_looked_at_them) {
  const StandingRule rule = stand();
  for (const RunItem& item : take(rows(3))) {
    EXPECT_EQ(item.outcome, ItemOutcome::Accepted);
    EXPECT_FALSE(item.case_id);
  }
  EXPECT_EQ(cases(), 0);
  EXPECT_EQ(counts(rule).waiting, 3);
  EXPECT_TRUE(batches(rule).empty()) << "items that came in are no mails yet";
  EXPECT_EQ(run(), 3);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(counts(rule).sent, 3);
  ASSERT_EQ(batches(rule).size(), 1u);
  const std::vector<Json> lines = leaves("alerts");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text_or("object_id"), batches(rule)[0].id.text());
  EXPECT_EQ(lines[0].find("plain")->text_or("rule"), rule.terms().id.text());
  EXPECT_EQ(lines[0].find("plain")->number_or("alerts", 0), 3);
  EXPECT_EQ(lines[0].find("plain")->number_or("items", 0), 3);
  const Result<Digest> root = parse_digest(lines[0].find("plain")->text_or("root"));
  ASSERT_TRUE(root);
  ASSERT_EQ(letters().size(), 3u);
  for (const std::string& letter : letters()) {
    const Mail mail = *read_mail(letter);
    const std::string& text = mail.parts[0].bytes;
    const std::size_t observed = text.find("Observed at: 2026-11-24T07:00:00"), where = text.find("hxxp://ha");
    EXPECT_NE(observed, std::string::npos) << text;
    EXPECT_LT(observed, where);
    EXPECT_LT(where, text.find("Why you: our contact book names you as hosting provider for"));
    EXPECT_NE(text.find("No officer of this desk has looked at this item."), std::string::npos);
    EXPECT_NE(text.find(rule.terms().id.text()), std::string::npos);
    EXPECT_NE(text.find("published by Example list"), std::string::npos);
    EXPECT_NE(text.find("How to object"), std::string::npos);
    EXPECT_NE(mail.parts[1].bytes.find("Ни один сотрудник этой службы не смотрел этот объект."), std::string::npos);
    // The proof stands by itself: the alert is in its batch, and the batch's line in the log.
    const Json proof = *parse_json(mail.parts.back().bytes);
    const Json& in_batch = *proof.find("batch");
    Proof path;
    const Json::Array hashes = *in_batch.list("path");
    for (const Json& hash : hashes) path.push_back(*parse_digest(*hash.string()));
    EXPECT_TRUE(verify_inclusion({3, *root}, static_cast<std::uint64_t>(in_batch.number_or("index", -1)),
                                 leaf_hash(in_batch.text_or("alert")), path));
    const InclusionProof line = *read_inclusion(to_text(*proof.find("line")));
    EXPECT_EQ(parse_json(line.leaf)->text_or("commitment"), lines[0].text_or("commitment"));
    const Json alert = *parse_json(in_batch.text_or("alert"));
    EXPECT_EQ(alert.text_or("to"), "host-abuse@provider.example.net");
    EXPECT_NE(letter.find(alert.text_or("alert")), std::string::npos);
    const OutgoingPart proof_part{
        "application/json", {}, "alert-proof.json", "proof of its line in the public log", {}};
    const Result<SentMail> sent = read_sent_mail(letter, proof_part);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(alert.text_or("body"), sha256(sent->body_part).hex()) << "the leaf covers the words that left";
  }
  desk_.expect_replays();
  EXPECT_EQ(run(), 0);
}

// Planted bug: send() does not ask whether the batch's line is published.
TEST_F(Rules, nothing_leaves_before_its_line_is_published) {
  const StandingRule rule = stand();
  Incoming incoming{"urls", "feed.csv", Category::Malware, {}, desk_.clock().now(), {}};
  incoming.machine = "m1";
  ASSERT_TRUE(take_in(desk_.desk(), incoming, "feed.csv", kHead + rows(2), ""));
  compose(rule);
  EXPECT_EQ(run(), 0);
  ASSERT_TRUE(publish(desk_.desk()));
  EXPECT_EQ(run(), 2);
}

// ── stopped ──

// Planted bugs: the stop does not withhold what waits, and the sender does not look at the state (each alone leaves the
// other; both have to go before it is red, so each has a test of its own below and in decision/standing_rule_test.cc).
TEST_F(Rules, pulled_between_composing_and_sending_nothing_leaves_and_it_never_comes_back) {
  const StandingRule rule = stand();
  take(rows(5));
  AlertSender sender(desk_.desk());
  ASSERT_TRUE(one_left(sender));
  const Result<StandingRule> stopped = stop(rule);
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_FALSE(one_left(sender));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(letters().size(), 1u);
  EXPECT_EQ(counts(rule).withheld, 4);
  EXPECT_EQ(leaves("rule").back().text_or("state_to"), "stopped");
  EXPECT_EQ(*desk_.store().published_size(), *desk_.store().leaf_count()) << "the stop is public when it returns";
  EXPECT_FALSE(approve(*stopped));
  EXPECT_FALSE(stop(rule));
  // What comes from now on goes as ever: this source only folds.
  EXPECT_FALSE(take(rows(1, "b"))[0].case_id);
  EXPECT_EQ(counts(rule).waiting, 0);
  // A new rule has to be approved, and then speaks for itself.
  const StandingRule next = stand();
  EXPECT_NE(next.terms().id, rule.terms().id);
  take(rows(1, "c"));
  EXPECT_EQ(run(), 1);
  desk_.expect_replays();
}

// Somebody's hand in the database lets what was withheld wait again: the sender reads the rule and refuses.
// Planted bug: make_rule_authority() does not look at the state.
TEST_F(Rules, a_stopped_rule_sends_nothing_whatever_the_tables_say) {
  const StandingRule rule = stand();
  take(rows(3));
  compose(rule);
  ASSERT_TRUE(publish(desk_.desk()));
  take(rows(2, "b"));  // not yet in a mail
  ASSERT_TRUE(stop(rule));
  EXPECT_EQ(counts(rule).withheld, 5);
  ASSERT_TRUE(desk_.tamper("UPDATE alert SET state = 'waiting'"));
  ASSERT_TRUE(desk_.tamper("UPDATE standing_rule SET state = 'in_force'"));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(letters().size(), 0u);
}

TEST_F(Rules, it_lapses_after_thirty_days_and_what_waits_does_not_leave) {
  const StandingRule rule = stand("urls", 1);
  take(rows(3));
  EXPECT_EQ(run(), 1);
  desk_.clock().advance(30 * kDayMs);
  EXPECT_EQ(run(), 0);
  ASSERT_EQ(*lapse_rules(desk_.desk()), 1);
  EXPECT_EQ(state(rule), RuleState::Lapsed);
  EXPECT_EQ(counts(rule).withheld, 2);
  EXPECT_FALSE(approve(rule));
  desk_.expect_replays();
}

// ── two people ──

// Planted bugs: the CHECK of the table; approve_rule() does not compare the people.
TEST_F(Rules, one_person_puts_no_rule_in_force) {
  const auto mine =
      propose_rule(desk_.desk(), *permit<Act::Propose>(desk_.officer("both1")), desk_.key("both1"), wish());
  ASSERT_TRUE(mine);
  EXPECT_EQ(approve(*mine, "both1").error().fault, Fault::Refused);
  EXPECT_FALSE(desk_.tamper("UPDATE standing_rule SET state = 'in_force'"));
  EXPECT_FALSE(desk_.tamper("UPDATE standing_rule SET approver = proposer, approved_seq = 1"));
  take(rows(2));
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(approve(*mine));
  // One rule at a time of a feed and category.
  EXPECT_EQ(approve(propose(wish())).error().fault, Fault::Conflict);
}

// A rule that the record says two signed, whose second signature is the first one's.
// Planted bug: make_rule_authority() does not verify the approver.
TEST_F(Rules, a_rule_signed_by_one_person_sends_nothing) {
  const StandingRule rule = propose(wish());
  RuleMoved event{rule.terms().id, RuleCommand::Approve, desk_.clock().now()};
  event.by = desk_.officer("approver1").id;
  event.signature = desk_.key("analyst1").sign(to_be_signed_by_approver(rule.terms(), *event.by, event.at));
  const Leaf leaf{"rule", event.at, rule.terms().id.text(), "", "", "", "in_force", {}};
  SeededRandom random(3);
  ASSERT_TRUE(desk_.store().append({{event, "approver1", seal_leaf(leaf, desk_.desk().leaf_frame(), random)}},
                                   desk_.clock().now()));
  take(rows(2));
  EXPECT_EQ(counts(rule).waiting, 2);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(letters().size(), 0u);
}

// ── as it was approved ──

// Planted bugs: make_rule_authority() does not compare the template; does not compare the feed.
TEST_F(Rules, another_template_or_another_feed_makes_the_rule_inapplicable) {
  RuleTerms terms = *make_rule(wish(), desk_.desk().settings().feeds, desk_.desk().annex(), sha256("last year's words"),
                               desk_.officer("analyst1"), RuleId::derive(sha256("rule")), desk_.clock().now());
  desk_.append(*propose_rule(terms, desk_.officer("analyst1"), desk_.key("analyst1")), "analyst1");
  const auto rule = approve(*desk_.store().find_rule(terms.id));
  ASSERT_TRUE(rule) << rule.error().message;
  take(rows(2));
  EXPECT_EQ(counts(*rule).waiting, 2);
  EXPECT_EQ(run(), 0);
  AlertSender sender(desk_.desk());
  EXPECT_NE(sender.held_because(terms.id)->find("the template is not the one"), std::string::npos);
  ASSERT_TRUE(stop(*rule));
  const StandingRule next = stand();
  take(rows(2, "b"));
  SiteDesk::write(desk_.paths().settings(),
                  replace_all(SiteDesk::read(desk_.paths().settings()), "Example list", "Somebody else"));
  desk_.open();
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(counts(next).waiting, 2);
  EXPECT_FALSE(take(rows(1, "c"))[0].opens_case);
  EXPECT_EQ(counts(next).waiting, 2);
  EXPECT_EQ(letters().size(), 0u);
}

// Planted bug: make_rule_authority() and step() do not look at the quota.
TEST_F(Rules, what_is_over_the_quota_waits_for_another_day_and_is_not_lost) {
  const StandingRule rule = stand("urls", 2);
  take(rows(5));
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(counts(rule).waiting, 3);
  EXPECT_EQ(show_rule(desk_.desk(), rule)->number_or("waiting", 0), 3);
  desk_.clock().advance(23 * kHourMs);
  EXPECT_EQ(run(), 0);
  desk_.clock().advance(kHourMs);
  EXPECT_EQ(run(), 2);
  desk_.expect_replays();
  EXPECT_EQ(run(), 0);
  desk_.clock().advance(kDayMs);
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(counts(rule).sent, 5);
  // More than can leave before the rule's end is not even composed; the reports wait as others do.
  std::string many;
  for (int i = 0; i < 80; ++i) many += row("m" + std::to_string(i), "http://m" + std::to_string(i) + ".example.com/x");
  for (const RunItem& item : take(many)) EXPECT_FALSE(item.case_id);
  EXPECT_LE(counts(rule).waiting, 60);
  EXPECT_GE(counts(rule).waiting, 50);
}

// ── what no rule speaks of ──

// Planted bugs: begin() does not ask for the machine; does not compare it with the feed's.
TEST_F(Rules, what_a_hand_another_machine_or_another_source_gave_in_sends_nothing) {
  const StandingRule rule = stand();
  take(rows(2, "h"), "urls", "");        // a person's hand, who names the feed
  take(rows(2, "k"), "urls", "m2");      // another machine's key
  take(rows(2, "s"), "somebody", "m1");  // the machine, under a name that is not registered
  take(rows(2, "b"), "by-hand", "m1");
  take(rows(2, "p"), "public-form", "m1");
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(leaves("alerts").empty());
  // A peer's indicators become references, which are no reports at all.
  desk_.befriend("desk.example.net/log");
  desk_.exchange("desk.example.net/log", {}, {});
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(letters().size(), 0u);
}

// Planted bugs: look() asks no never-list; none for sensitive holders; consider() takes an item without a contact.
TEST_F(Rules, a_hit_or_a_gate_without_an_answer_makes_a_case_of_it) {
  const StandingRule rule = stand();
  const std::string seen = to_rfc3339(desk_.clock().now() + -kHourMs);
  const std::vector<RunItem> items =
      take("n1,,8.8.8.8,," + seen + "\nn2,,,wikipedia.org," + seen + "\nb1,,,somebody.github.io," + seen +
           "\nt1,http://notime.example.com/x,,,\n" + row("ok", "http://fine.example.com/x"));
  ASSERT_EQ(items.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) {
    if (items[i].outcome != ItemOutcome::Accepted) continue;
    EXPECT_TRUE(items[i].opens_case) << items[i].position;
  }
  EXPECT_TRUE(items[0].opens_case);
  EXPECT_TRUE(items[3].opens_case);
  EXPECT_FALSE(items[4].case_id);
  EXPECT_EQ(counts(rule).waiting, 1);
  EXPECT_EQ(run(), 1);
  // Nobody to ask.
  SiteDesk::write(desk_.paths().contacts(), "contact = []\n");
  desk_.open();
  EXPECT_TRUE(take(row("nc", "http://nobody.example.com/x"))[0].opens_case);
  EXPECT_EQ(run(), 0);
  desk_.expect_replays();
}

// Planted bug: look() asks the desk's own list of sensitive holders about nothing.
TEST_F(Rules, a_holder_on_the_desks_list_is_a_case_and_an_alert_that_waits_for_one_stays) {
  const StandingRule rule = stand();
  take(row("w", "http://news.example.com/x"));
  EXPECT_EQ(counts(rule).waiting, 1);
  desk_.enrol("legal1", {Role::LegalReviewer});
  ASSERT_TRUE(load_sensitive_list(desk_.desk(),
                                  "cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-20\n"
                                  "media domain news.example.com\n",
                                  *permit<Act::KeepSensitiveList>(desk_.officer("legal1")),
                                  desk_.officer("approver1")));
  EXPECT_EQ(run(), 0) << "its holder is on the list now";
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(counts(rule).left_out, 1);
  EXPECT_TRUE(take(row("w2", "http://news.example.com/x"))[0].opens_case) << "left out is not told: it is judged anew";
  EXPECT_TRUE(take(row("c", "http://news.example.com/another"))[0].opens_case);
  EXPECT_FALSE(take(row("f", "http://fine.example.com/x"))[0].opens_case);
  EXPECT_EQ(run(), 1);
}

// Planted bug: the alert leaves to whom the book named when it was composed, or when its items came in.
TEST_F(Rules, an_alert_goes_to_whom_the_book_names_when_it_leaves) {
  const StandingRule rule = stand();
  take(rows(2));
  compose(rule);
  SiteDesk::write(desk_.paths().contacts(),
                  replace_all(SiteDesk::read(desk_.paths().contacts()), "host-abuse@", "other-abuse@"));
  desk_.open();
  ASSERT_TRUE(publish(desk_.desk()));
  take(rows(2, "b"));
  EXPECT_EQ(run() + run(), 4);
  EXPECT_EQ(letters_with("To: other-abuse@"), 4);
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(counts(rule).sent, 4);
  EXPECT_EQ(leaves("alerts").size(), 3u) << "one line for what was composed to somebody else";
  // What nobody can be asked about any more keeps nothing back.
  SiteDesk::write(desk_.paths().contacts(), SiteDesk::read(desk_.paths().contacts()) +
                                                "[[contact]]\nrecipient = \"host\"\nfor = \"new.example.com\"\naddress "
                                                "= \"new-abuse@provider.example.net\"\nname = \"New\"\n");
  desk_.open();
  std::string many;
  for (int i = 0; i < 30; ++i) many += row("o" + std::to_string(i), "http://o" + std::to_string(i) + ".example.com/x");
  take(many + row("n", "http://new.example.com/x"));
  compose(rule);
  ASSERT_TRUE(publish(desk_.desk()));
  SiteDesk::write(desk_.paths().contacts(),
                  "[[contact]]\nrecipient = \"host\"\nfor = \"new.example.com\"\naddress = "
                  "\"new-abuse@provider.example.net\"\nname = \"New\"\n");
  desk_.open();
  EXPECT_EQ(run() + run(), 1);
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(counts(rule).left_out, 30);
  desk_.expect_replays();
  // What was left out was not told: once there is somebody to ask, the feed's next word of it is.
  SiteDesk::write(desk_.paths().contacts(),
                  replace_all(SiteDesk::read(desk_.paths().contacts()), "new.example.com", "*"));
  desk_.open();
  take(row("again", "http://o3.example.com/x") + row("told", "http://new.example.com/x"));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(letters_with("hxxp://o3[.]example"), 1);
}

// Planted bugs: the same thing is told each time that the feed names it; a case of officers is spoken of.
TEST_F(Rules, a_thing_is_told_once_and_what_officers_have_in_a_case_is_theirs) {
  // A source that does not only fold: without a rule each new thing is a case.
  const std::vector<RunItem> before = take(row("x0", "http://old.example.com/x"), "open", "machine");
  ASSERT_TRUE(before[0].opens_case);
  const StandingRule rule = stand("open");
  const std::vector<RunItem> items =
      take(row("x1", "http://old.example.com/x") + row("x2", "http://new.example.com/x") +
               row("x3", "http://new.example.com/x"),
           "open", "machine");
  EXPECT_EQ(items[0].case_id, before[0].case_id);
  EXPECT_FALSE(items[1].case_id);
  EXPECT_FALSE(items[2].case_id);
  EXPECT_FALSE(take(row("x4", "http://new.example.com/x"), "open", "machine")[0].case_id);
  EXPECT_EQ(counts(rule).waiting, 1);
  EXPECT_EQ(run(), 1);
  desk_.expect_replays();
}

// ── the last week ──

TEST_F(Rules, the_preview_says_what_it_would_have_sent_and_what_would_be_a_case) {
  take(rows(12) + row("again", "http://ha0.example.com/x") + "n1,,8.8.8.8,," + to_rfc3339(desk_.clock().now()) + "\n");
  take(rows(1, "h"), "urls", "");
  desk_.clock().advance(kDayMs);
  const StandingRule rule = propose(wish("urls", 5));
  const auto preview = preview_rule(desk_.desk(), *permit<Act::ReadCase>(desk_.officer("approver1")), rule.terms().id);
  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_EQ(preview->reports, 15);
  EXPECT_EQ(preview->alerts, 13);
  EXPECT_EQ(preview->repeated, 1);
  EXPECT_EQ(preview->by_hand, 1);
  EXPECT_EQ(preview->over_quota, 8);
  EXPECT_EQ(preview->would_send.size(), 10u);
  EXPECT_EQ(preview->cases.at("never_list"), 1);
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(desk_.type_of_last_row(), "record_read");
  desk_.clock().advance(8 * kDayMs);
  EXPECT_EQ(preview_rule(desk_.desk(), *permit<Act::ReadCase>(desk_.officer("approver1")), rule.terms().id)->reports,
            0);
}

// ── a bad batch ──

// Planted bugs: what waits of the batch leaves all the same; the recall has no line; another batch is recalled with it.
TEST_F(Rules, a_bad_batch_is_taken_back_whole_and_nothing_of_it_leaves_any_more) {
  const StandingRule rule = stand("urls", 3);
  take(rows(5));
  EXPECT_EQ(run(), 3);
  take(rows(1, "other"));
  const AlertBatchId bad = batches(rule).back().id;
  const SignedIn reviewer{desk_.officer("reviewer1"), desk_.key("reviewer1")};
  const SignedIn analyst{desk_.officer("analyst1"), desk_.key("analyst1")};
  EXPECT_FALSE(recall_alerts(desk_.desk(), analyst, nullptr, bad, "The list was wrong that day."));
  const auto recalled = recall_alerts(desk_.desk(), reviewer, nullptr, bad, "The list was wrong that day.");
  ASSERT_TRUE(recalled) << recalled.error().message;
  EXPECT_EQ(recalled->number_or("withheld", 0), 2);
  EXPECT_EQ(recalled->number_or("recalling", 0), 3);
  EXPECT_EQ(leaves("alerts").back().text_or("state_to"), "recalled");
  EXPECT_EQ(leaves("alerts").size(), 2u);
  EXPECT_EQ(run(), 3);
  EXPECT_EQ(letters_with("Subject: [DEMONSTRATION] Recalled"), 3);
  EXPECT_EQ(letters_with("The list was wrong that day."), 3);
  desk_.clock().advance(kDayMs);
  EXPECT_EQ(run(), 1);  // the other batch's
  EXPECT_EQ(letters().size(), 7u);
  EXPECT_EQ(recall_alerts(desk_.desk(), reviewer, nullptr, bad, "The list was wrong that day.").error().fault,
            Fault::Conflict);
  const SignedIn approver{desk_.officer("approver1"), desk_.key("approver1")};
  EXPECT_TRUE(recall_alerts(desk_.desk(), analyst, &approver, batches(rule).front().id, "It was wrong as well."));
  EXPECT_EQ(run(), 1);
  desk_.expect_replays();
}

// ── their end ──

// Planted bugs: take_alerts() is not called; alerts_composed names no blob.
TEST_F(Rules, what_was_said_ends_with_the_life_of_an_act) {
  const StandingRule rule = stand();
  take(rows(2));
  EXPECT_EQ(run(), 2);
  const Digest blob = batches(rule)[0].blob;
  // A scrub and a backup look for what the record names.
  const auto named = [&] {
    const auto all = *blobs_of_record(desk_.other());
    const auto one = std::find_if(all.begin(), all.end(), [&](const NamedBlob& each) { return each.address == blob; });
    return one == all.end() ? std::string("by nobody") : one->erased ? "erased" : "there";
  };
  EXPECT_EQ(named(), "there");
  desk_.clock().advance(170 * kDayMs);
  ASSERT_TRUE(run_retention(desk_.desk()));
  EXPECT_TRUE(desk_.store().blobs().get(blob));
  desk_.clock().advance(11 * kDayMs);
  const auto removed = run_retention(desk_.desk());
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(removed->alerts, 2);  // the items as they came in, and the alerts of them
  EXPECT_FALSE(desk_.store().blobs().get(blob));
  EXPECT_EQ(named(), "erased");
  EXPECT_TRUE(batches(rule)[0].disposed);
  const SignedIn reviewer{desk_.officer("reviewer1"), desk_.key("reviewer1")};
  EXPECT_EQ(
      recall_alerts(desk_.desk(), reviewer, nullptr, batches(rule)[0].id, "The list was wrong that day.").error().fault,
      Fault::Conflict);
  desk_.expect_replays();
}

// ── one mail for one recipient ──

class Grouped : public Rules {
 protected:
  Grouped() {
    SiteDesk::write(desk_.paths().contacts(), SiteDesk::read(desk_.paths().contacts()) +
                                                  entry("one.example.com", "one") +
                                                  entry("two.example.com", "two", "language = \"kk\"\n") +
                                                  entry("three.example.com", "three", "format = \"text+csv\"\n"));
    desk_.open();
  }
  static std::string entry(const std::string& of, const std::string& who, const std::string& more = {}) {
    return "[[contact]]\nrecipient = \"host\"\nfor = \"" + of + "\"\naddress = \"" + who +
           "-abuse@provider.example.net\"\nname = \"" + who + "\"\n" + more + "\n";
  }
  StandingRule grouping(std::int64_t items = 500, std::int64_t quota = 100) {
    RuleWish one = wish("urls", quota);
    one.items = items;
    const auto rule = approve(propose(one));
    EXPECT_TRUE(rule) << rule.error().message;
    return *rule;
  }
  std::string rows_at(int count, const std::string& host) {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += row(host + std::to_string(i), "http://h" + std::to_string(i) + "." + host + ".example.com/x");
    return text;
  }
  std::vector<Mail> mails_to(const std::string& who) {
    std::vector<Mail> mails;
    for (const std::string& letter : letters())
      if (letter.find("To: " + who + "-abuse@") != std::string::npos) mails.push_back(*read_mail(letter));
    return mails;
  }
  static std::string part(const Mail& mail, const std::string& file) {
    for (const MailPart& one : mail.parts)
      if (one.file_name == file) return one.bytes;
    return {};
  }
  static int lines_in(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }
};

// Planted bugs: a recipient gets the items of another; the table has only the items that the text names.
TEST_F(Grouped, a_recipient_gets_one_mail_with_all_of_its_items) {
  const StandingRule rule = grouping();
  take(rows_at(25, "one") + rows_at(2, "two") + rows_at(3, "three") + rows_at(1, "four"));
  take(rows_at(1, "five"));  // of another delivery, to the book's "*", as "four"
  EXPECT_EQ(run(), 4);
  EXPECT_EQ(counts(rule).sent, 32);
  EXPECT_EQ(counts(rule).mails_sent, 4);
  EXPECT_EQ(leaves("alerts").size(), 1u);
  EXPECT_EQ(leaves("alerts")[0].find("plain")->number_or("alerts", 0), 4);
  EXPECT_EQ(leaves("alerts")[0].find("plain")->number_or("items", 0), 32);
  ASSERT_EQ(mails_to("one").size(), 1u);
  const Mail one = mails_to("one")[0];
  EXPECT_EQ(one.header("Subject"), "[DEMONSTRATION] Warning: malware, items: 25");
  EXPECT_EQ(one.header("Auto-Submitted"), "auto-generated");
  EXPECT_EQ(one.header("List-Unsubscribe"), "");
  const std::string& text = one.parts[0].bytes;
  EXPECT_NE(text.find("This warning is about 25 items"), std::string::npos) << text;
  EXPECT_NE(text.find("\n20. 2026-"), std::string::npos);
  EXPECT_EQ(text.find("\n21. 2026-"), std::string::npos);
  EXPECT_NE(text.find("The other 5 are in the attached file items.csv."), std::string::npos);
  EXPECT_NE(text.find("No officer of this desk has looked at these items."), std::string::npos);
  EXPECT_EQ(text.find("http://"), std::string::npos) << "a text has nothing that can be clicked";
  EXPECT_EQ(lines_in(part(one, "items.csv")), 26);
  EXPECT_EQ(lines_in(part(one, "xarf.jsonl")), 25);
  std::set<std::string> ids;
  const std::string reports = part(one, "xarf.jsonl");
  for (const std::string_view report : split(trim(reports), '\n')) {
    const Json read = *parse_json(report);
    EXPECT_TRUE(read.text_or("url").ends_with(".one.example.com/x"));
    EXPECT_NE(part(one, "items.csv").find(read.text_or("report_id")), std::string::npos);
    ids.insert(read.text_or("report_id"));
  }
  EXPECT_EQ(ids.size(), 25u);
  ASSERT_EQ(mails_to("two").size(), 1u);
  const Mail two = mails_to("two")[0];
  EXPECT_NE(two.parts[0].bytes.find("бірде-бір қызметкері осы нысандарды қараған жоқ"), std::string::npos);
  EXPECT_NE(two.parts[1].bytes.find("No officer of this desk has looked at these items."), std::string::npos);
  EXPECT_EQ(part(two, "items.csv"), "");
  ASSERT_EQ(mails_to("three").size(), 1u);
  EXPECT_EQ(lines_in(part(mails_to("three")[0], "items.csv")), 4);
  EXPECT_EQ(part(mails_to("three")[0], "xarf.jsonl"), "");
  EXPECT_EQ(mails_to("host").size(), 1u);
  desk_.expect_replays();
  EXPECT_EQ(run(), 0);
}

// Planted bugs: group_items() does not look at the rule's bound; the quota counts items.
TEST_F(Grouped, more_items_than_one_mail_takes_go_in_numbered_mails_and_the_quota_counts_mails) {
  const StandingRule rule = grouping(10, 2);
  take(rows_at(25, "one"));
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(counts(rule).sent, 20);
  EXPECT_EQ(counts(rule).waiting, 5);
  EXPECT_EQ(counts(rule).mails_waiting, 1);
  desk_.clock().advance(kDayMs);
  EXPECT_EQ(run(), 1);
  std::set<std::string> subjects;
  for (const Mail& mail : mails_to("one")) subjects.insert(mail.header("Subject"));
  EXPECT_EQ(subjects, (std::set<std::string>{"[DEMONSTRATION] Warning: malware, items: 10 (1/3)",
                                             "[DEMONSTRATION] Warning: malware, items: 10 (2/3)",
                                             "[DEMONSTRATION] Warning: malware, items: 5 (3/3)"}));
}

// Planted bugs: make_ready() does not look at the items again (teeth/alert-item-not-looked-at-again); what is left out
// stays told; a mail that is taken apart waits for its recipient's time once more.
TEST_F(Grouped, an_item_that_may_not_leave_any_more_is_left_out_and_keeps_no_other_back) {
  const StandingRule rule = grouping();
  SiteDesk::write(desk_.paths().contacts(), replace_all(SiteDesk::read(desk_.paths().contacts()), "name = \"one\"\n",
                                                        "name = \"one\"\nfrequency = \"hourly\"\n"));
  desk_.open();
  take(rows_at(3, "one"));
  compose(rule);
  ASSERT_TRUE(publish(desk_.desk()));
  desk_.clock().advance(60'000);
  desk_.enrol("legal1", {Role::LegalReviewer});
  ASSERT_TRUE(load_sensitive_list(desk_.desk(),
                                  "cordon-sensitive-holders 1\ncountry XA\ndated 2026-11-20\n"
                                  "media domain h1.one.example.com\n",
                                  *permit<Act::KeepSensitiveList>(desk_.officer("legal1")),
                                  desk_.officer("approver1")));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(counts(rule).waiting, 3);
  EXPECT_EQ(run(), 1);
  ASSERT_EQ(letters().size(), 1u);
  EXPECT_EQ(letters()[0].find("h1[.]one"), std::string::npos);
  EXPECT_EQ(mails_to("one")[0].header("Subject"), "[DEMONSTRATION] Warning: malware, items: 2");
  EXPECT_EQ(counts(rule).sent, 2);
  EXPECT_EQ(counts(rule).left_out, 1);
  EXPECT_EQ(counts(rule).waiting, 0);
  EXPECT_EQ(leaves("alerts").size(), 2u);
  EXPECT_TRUE(take(row("again", "http://h1.one.example.com/x"))[0].opens_case);
  desk_.expect_replays();
}

// Whoever writes the desk's own record: a batch with a line in the log and a root that fits, and a mail in it that no
// template wrote, that goes to somebody else, or that has more than it says.
// Planted bugs: make_rule_authority() does not compare the bytes; does not compare the contact of each item; does not
// count the items.
TEST_F(Grouped, forged_mails_with_a_line_of_their_own_do_not_leave) {
  const StandingRule rule = grouping(5);
  take(rows_at(4, "one"));
  compose(rule);
  ASSERT_TRUE(publish(desk_.desk()));
  const Alert sound = *KeptAlerts::read(*desk_.store().blobs().get(batches(rule)[0].blob))->alert(0);
  ASSERT_EQ(sound.items.size(), 4u);
  const auto forged = [&](Alert alert, bool written_again) {
    if (written_again)
      alert.body =
          sha256(compose_alert({rule.terms(), alert, desk_.desk().annex(), desk_.desk().settings().operator_}));
    const std::string bytes = write_alerts({alert});
    AlertsComposed event{AlertBatchId::make(desk_.clock().now(), desk_.desk().random()),
                         rule.terms().id,
                         desk_.clock().now(),
                         *desk_.store().blobs().put(bytes),
                         leaf_hash(leaf_of(alert)),
                         {{recipient_key(desk_.desk(), alert.to), static_cast<std::int64_t>(alert.items.size())}}};
    const Leaf leaf{"alerts", desk_.clock().now(), event.batch.text(), "malware", "alert",
                    "",       "composed",          {"software"}};
    const SealedLeaf sealed = seal_leaf(leaf, desk_.desk().leaf_frame(), desk_.desk().random());
    ASSERT_TRUE(desk_.store().append({{event, "software", sealed}}, desk_.clock().now()));
    ASSERT_TRUE(publish(desk_.desk()));
  };
  Alert one = sound;
  one.body = sha256("other words");
  forged(one, false);
  one = sound;
  one.items.pop_back();
  forged(one, false);
  one = sound;
  for (const char* more : {"a", "b"}) {
    one.items.push_back(one.items[0]);
    one.items.back().target =
        *parse_observable(ObservableKind::Url, std::string("http://") + more + ".one.example.com/");
  }
  forged(one, true);  // six items, and the rule lets one mail have five
  one = sound;
  one.gates.clear();
  forged(one, true);
  EXPECT_EQ(run(), 1) << "the sound one";
  EXPECT_EQ(letters().size(), 1u);
  EXPECT_EQ(counts(rule).mails_waiting, 4);
  // Moved to somebody else: it is composed anew, and goes to whom the book names.
  one = sound;
  one.to = "two-abuse@provider.example.net";
  forged(one, true);
  one = sound;
  one.items[2].target = *parse_observable(ObservableKind::Url, "http://x.two.example.com/");
  forged(one, true);
  EXPECT_EQ(run() + run(), 3);
  EXPECT_EQ(mails_to("one").size(), 3u);
  ASSERT_EQ(mails_to("two").size(), 1u);
  EXPECT_EQ(mails_to("two")[0].parts[0].bytes.find("one[.]example"), std::string::npos);
}

// Planted bug: recalls_waiting() has the items and not the mails.
TEST_F(Grouped, a_stop_comes_between_two_mails_and_a_recall_is_told_each_recipient_once) {
  const StandingRule rule = grouping();
  take(rows_at(3, "one") + rows_at(2, "two") + rows_at(4, "three"));
  AlertSender sender(desk_.desk());
  ASSERT_TRUE(one_left(sender));
  ASSERT_TRUE(one_left(sender));
  ASSERT_TRUE(stop(rule));
  EXPECT_FALSE(one_left(sender));
  EXPECT_EQ(letters().size(), 2u);
  EXPECT_EQ(counts(rule).sent + counts(rule).withheld, 9);
  EXPECT_EQ(counts(rule).mails_sent, 2);
  const SignedIn reviewer{desk_.officer("reviewer1"), desk_.key("reviewer1")};
  ASSERT_TRUE(recall_alerts(desk_.desk(), reviewer, nullptr, batches(rule)[0].id, "The list was wrong that day."));
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(run(), 0);
  ASSERT_EQ(letters().size(), 4u);
  EXPECT_EQ(letters_with("The list was wrong that day."), 2);
  for (const std::string& letter : letters()) {
    const Mail mail = *read_mail(letter);
    if (mail.header("In-Reply-To").empty()) continue;
    EXPECT_EQ(letters_with("Message-ID: " + mail.header("In-Reply-To")), 1) << "it follows the mail that it takes back";
  }
  desk_.expect_replays();
}

// Planted bug: what is composed is published by nobody after a crash; a mail has another Message-ID the second time.
TEST_F(Grouped, a_crash_between_composing_and_leaving_loses_no_mail_and_sends_none_twice) {
  const StandingRule rule = grouping();
  take(rows_at(3, "one") + rows_at(2, "two"));
  compose(rule);
  desk_.open();  // its line was staged and not published
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(letters().size(), 2u);
  // The courier had them, and the record does not know.
  ASSERT_TRUE(desk_.tamper("UPDATE alert SET state = 'waiting', sent_at = NULL"));
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(letters().size(), 2u) << "the same Message-ID";
  EXPECT_EQ(leaves("alerts").size(), 1u);
}

// Planted bugs: compose() does not ask when it is due; send() does not ask for the channel; not for the rate;
// taken_by_hand() leaves it waiting.
TEST_F(Grouped, a_recipient_says_when_how_often_and_by_whom) {
  const StandingRule rule = grouping();
  SiteDesk::write(desk_.paths().contacts(),
                  SiteDesk::read(desk_.paths().contacts()) +
                      entry("daily.example.com", "daily", "frequency = \"daily\"\nat = \"06:30\"\n") +
                      entry("hourly.example.com", "hourly", "frequency = \"hourly\"\n") +
                      entry("portal.example.com", "portal", "channel = \"by_hand\"\n") +
                      entry("few.example.com", "few", "most_a_day = 1\n"));
  desk_.open();
  desk_.clock().advance(10 * 60'000);
  take(rows_at(2, "daily") + rows_at(2, "hourly") + rows_at(2, "portal") + rows_at(1, "few"));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(mails_to("few").size(), 1u);
  take(row("again", "http://again.few.example.com/x") + row("h", "http://h.hourly.example.com/x"));
  EXPECT_EQ(run(), 0);
  desk_.clock().advance(50 * 60'000);
  EXPECT_EQ(run(), 1);
  ASSERT_EQ(mails_to("hourly").size(), 1u);
  EXPECT_EQ(mails_to("hourly")[0].header("Subject"), "[DEMONSTRATION] Warning: malware, items: 3");
  desk_.clock().advance(22 * kHourMs);
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(mails_to("daily").size(), 1u);
  desk_.clock().advance(2 * kHourMs);
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(mails_to("few").size(), 2u);
  EXPECT_TRUE(mails_to("portal").empty());
  EXPECT_EQ(counts(rule).mails_waiting, 1);
  AlertSender sender(desk_.desk());
  const auto waiting = sender.waiting_by_hand();
  ASSERT_TRUE(waiting) << waiting.error().message;
  ASSERT_EQ(waiting->size(), 1u);
  const AlertSender::ByHand& one = waiting->front();
  EXPECT_EQ(one.alert.items.size(), 2u);
  const auto letter = sender.letter(one.batch, one.position);
  ASSERT_TRUE(letter) << letter.error().message;
  EXPECT_NE(letter->mail.find("alert-proof.json"), std::string::npos);
  EXPECT_EQ(counts(rule).mails_waiting, 1) << "looking is not taking";
  for (const char* ticket : {"", " ", "two\nlines"})
    EXPECT_FALSE(sender.taken_by_hand(one.batch, one.position, ticket));
  EXPECT_TRUE(sender.taken_by_hand(one.batch, one.position, "Case 4711"));
  EXPECT_EQ(counts(rule).mails_waiting, 0);
  EXPECT_EQ(sender.taken_by_hand(one.batch, one.position, "Case 4711").error().fault, Fault::NotFound);
  EXPECT_TRUE(mails_to("portal").empty());
  desk_.expect_replays();
}

// Planted bugs: AlertSender::mail() gives back the error of one recipient's server, and no other is told; it tries
// again before the time; what was refused for good is in nobody's hand; an address that does not exist is asked again.
TEST_F(Grouped, a_recipient_whose_server_takes_no_mail_keeps_no_other_back) {
  MailServer server;
  const StandingRule rule = grouping();
  SiteDesk::write(desk_.paths().contacts(),
                  SiteDesk::read(desk_.paths().contacts()) + entry("four.example.com", "four"));
  SiteDesk::write(desk_.paths().settings(),
                  replace_all(SiteDesk::read(desk_.paths().settings()), "courier = \"maildir\"",
                              "courier = \"smtp\"\nsmtp_url = \"" + server.url() + "\"\n"));
  desk_.open();
  server.say("one-abuse@provider.example.net", "451 4.7.1 come back later");
  server.say("two-abuse@provider.example.net", "550 5.7.1 no such mail here");
  server.say("four-abuse@provider.example.net", "550 5.1.1 there is nobody of this name");
  take(rows_at(2, "one") + rows_at(2, "two") + rows_at(2, "three") + rows_at(2, "four"));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(server.mails(), 1) << "three's";
  EXPECT_EQ(counts(rule).mails_waiting, 3);
  server.say("one-abuse@provider.example.net", "");
  server.say("two-abuse@provider.example.net", "");
  EXPECT_EQ(run() + run(), 1) << "four's things, to whom the book names behind it";
  desk_.clock().advance(2 * 60'000);
  EXPECT_EQ(run(), 1) << "one's, at its time";
  EXPECT_EQ(server.mails(), 3);

  // What was refused for good waits for a hand; of an address that does not exist nothing waits.
  AlertSender sender(desk_.desk());
  const auto waiting = sender.waiting_by_hand();
  ASSERT_TRUE(waiting) << waiting.error().message;
  ASSERT_EQ(waiting->size(), 1u);
  EXPECT_EQ(waiting->front().alert.to, "two-abuse@provider.example.net");
  EXPECT_EQ(counts(rule).mails_waiting, 1);
  EXPECT_TRUE(sender.taken_by_hand(waiting->front().batch, waiting->front().position, "Case 12"));
  EXPECT_EQ(counts(rule).waiting, 0);
  const auto passed_over = bounced_contacts(desk_.paths());
  ASSERT_TRUE(passed_over) << passed_over.error().message;
  EXPECT_EQ(passed_over->size(), 1u);
  EXPECT_TRUE(passed_over->contains("four-abuse@provider.example.net"));
  desk_.expect_replays();
}

// Planted bugs: a failure notice of an alert is taken at its word whoever it is about; each one that comes is put down.
TEST_F(Grouped, what_comes_back_to_an_alert_is_told_apart) {
  grouping();
  take(rows_at(2, "one") + rows_at(2, "two"));
  EXPECT_EQ(run(), 2);
  const auto id_of = [&](const std::string& who) { return mails_to(who).at(0).header("Message-ID"); };
  const auto reply = [&](const std::string& who, const std::string& head, const std::string& text) {
    const std::string mail = "From: " + who + "-abuse@provider.example.net\r\nTo: desk@test-desk.example.net\r\n" +
                             head + "In-Reply-To: " + id_of(who) + "\r\nMessage-ID: <" + sha256(head + text).hex() +
                             "@provider.example.net>\r\n\r\n" + text;
    const auto taken = take_answers(desk_.desk(), {mail});
    EXPECT_TRUE(taken && taken->size() == 1);
    return taken->front();
  };
  const auto failure = [&](const std::string& who, const std::string& failed_for) {
    const std::string mail =
        "From: <>\r\nTo: desk@test-desk.example.net\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
        "It could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.provider.example.net\r\n\r\nFinal-Recipient: rfc822; " +
        failed_for +
        "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: " +
        id_of(who) + "\r\nSubject: Warning\r\n\r\nx\r\n--b--\r\n";
    const auto taken = take_answers(desk_.desk(), {mail});
    EXPECT_TRUE(taken && taken->size() == 1);
    return taken->front();
  };
  EXPECT_EQ(reply("one", "Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n", "I am away.\r\n").outcome,
            AnswerOutcome::Alert);
  EXPECT_EQ(reply("one", "Subject: Re: Warning\r\n", "Which of them is it?\r\n").outcome, AnswerOutcome::ForAnEye);
  const TakenAnswer other = failure("one", "stranger@provider.example.net");
  EXPECT_EQ(other.outcome, AnswerOutcome::Alert);
  EXPECT_FALSE(other.bounced);
  EXPECT_TRUE(bounced_contacts(desk_.paths())->empty());
  EXPECT_TRUE(failure("two", "two-abuse@provider.example.net").bounced);
  EXPECT_TRUE(bounced_contacts(desk_.paths())->contains("two-abuse@provider.example.net"));
  EXPECT_EQ(failure("two", "two-abuse@provider.example.net").outcome, AnswerOutcome::Again);
  EXPECT_EQ(bounced_contacts(desk_.paths())->size(), 1u);
  take(row("next", "http://next.two.example.com/x"));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(mails_to("two").size(), 1u) << "the next goes to whom the book names behind it";
  desk_.expect_replays();
}

// ── served ──

// Planted bug: send_alerts() keeps the desk for itself until nothing waits.
TEST_F(Rules, a_served_desk_sends_by_itself_and_a_stop_comes_in_between) {
  const StandingRule rule = stand("urls", kMostAlertsADay);
  take(rows(400));
  std::mutex in_use;
  std::optional<DailyJob> job(std::in_place, desk_.desk(), in_use);
  const auto sent = [&] {
    const std::lock_guard lock(in_use);
    return counts(rule).sent;
  };
  for (int i = 0; i < 2'000 && sent() < 5; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  {
    const std::lock_guard lock(in_use);
    ASSERT_TRUE(stop(rule));
  }
  const std::size_t left = letters().size();
  EXPECT_GE(left, 5u);
  EXPECT_LT(left, 400u) << "the stop waited for all of them";
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(letters().size(), left);
  job.reset();
  EXPECT_EQ(counts(rule).sent, static_cast<std::int64_t>(left));
  EXPECT_EQ(counts(rule).withheld, 400 - static_cast<std::int64_t>(left));
}

// ── over the API ──

TEST_F(Rules, a_machine_feeds_it_and_everybody_reads_the_rule) {
  const StandingRule rule = stand("open");
  const std::string key = desk_.machine_key(KeyScope::Intake, desk_.clock().now(), desk_.clock().now() + 30 * kDayMs);
  const http::Response taken = desk_.ask({"POST",
                                          "/api/v1/reports?source=open&category=malware",
                                          kHead + rows(2),
                                          "text/csv",
                                          {{"authorization", "Bearer " + key}}});
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(counts(rule).waiting, 2);
  EXPECT_EQ(run(), 2);
  const http::Response shown = desk_.ask({"GET", "/api/v1/public/rules/" + rule.terms().id.text()});
  ASSERT_EQ(shown.status, 200) << shown.body;
  const Json body = body_of_reply(shown);
  EXPECT_EQ(body.text_or("state"), "in_force");
  EXPECT_EQ(body.find("feed")->text_or("publisher"), "Example list");
  EXPECT_EQ(body.number_or("sent", 0), 2);
  EXPECT_EQ(shown.body.find(desk_.officer("analyst1").id.text()), std::string::npos) << "no officer's id is public";
  EXPECT_EQ(shown.body.find("ha0.example.com"), std::string::npos) << "no target is public";
  EXPECT_EQ(desk_.ask({"GET", "/api/v1/public/rules"}).status, 200);
  EXPECT_EQ(desk_
                .ask_as("reviewer1", {"POST", "/api/v1/rules/" + rule.terms().id.text() + "/stop",
                                      R"({"reason":"It names the wrong hosts."})"})
                .status,
            200);
  EXPECT_EQ(state(rule), RuleState::Stopped);
}

}  // namespace
}  // namespace cordon::testing_desk
