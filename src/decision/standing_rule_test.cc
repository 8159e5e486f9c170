// Standing rules (amendment 1): what may be made a rule, who puts it in force, how it ends, and that no alert leaves by
// any other than a sound one. Each promise names the planted bug that turns it red.
#include "decision/standing_rule.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "base/clock_for_tests.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "decision/authority.h"
#include "decision/proposal.h"
#include "law/charter_digest.h"

namespace cordon {
namespace {

constexpr Role kEveryRole[] = {Role::Analyst,         Role::Approver,      Role::LegalReviewer,  Role::Custodian,
                               Role::ChildProtection, Role::BorderOfficer, Role::AppealReviewer, Role::Dpo,
                               Role::Ombudsperson,    Role::Auditor,       Role::Admin};
const std::set<Role> kMayStop{Role::Analyst,        Role::Approver, Role::LegalReviewer, Role::Custodian,
                              Role::AppealReviewer, Role::Dpo,      Role::Ombudsperson};

class StandingRules : public testing::Test {
 protected:
  StandingRules() {
    for (const Role role : kEveryRole) {
      keys_.push_back(SecretKey::generate(random_));
      officers_.push_back({OfficerId::make(kNow, random_), std::string(name(role)), {role}, keys_.back().public_key()});
    }
  }
  static std::size_t at(Role role) {
    return static_cast<std::size_t>(std::find(std::begin(kEveryRole), std::end(kEveryRole), role) -
                                    std::begin(kEveryRole));
  }
  const Officer& officer(Role role) const { return officers_[at(role)]; }
  const SecretKey& key(Role role) const { return keys_[at(role)]; }

  std::vector<Mover> movers() const {
    std::vector<Mover> all{Mover::software(), Mover::outside()};
    for (const Officer& one : officers_) {
      all.push_back(Mover::officer(one));
      for (const Officer& other : officers_) all.push_back(Mover::two(one, other));
    }
    return all;
  }

  RuleWish wish() const {
    return {ActionKind::Alert,
            Category::Malware,
            {ObservableKind::Url, ObservableKind::Ip},
            Effect::CleanCompromise,
            Recipient::Host,
            "urls",
            100,
            30,
            2};
  }
  Result<RuleTerms> make(const RuleWish& one) {
    return make_rule(one, feeds_, annex_, words_, officer(Role::Analyst), RuleId::make(kNow, random_), kNow);
  }
  StandingRule proposed() {
    Result<RuleTerms> terms = make(wish());
    EXPECT_TRUE(terms) << terms.error().message;
    return {*propose_rule(*terms, officer(Role::Analyst), key(Role::Analyst))};
  }
  Result<RuleMoved> approved_by(const StandingRule& rule, Role role, Instant when = kNow + kHourMs) {
    return approve_rule(rule, officer(role), key(role), digest_of(rule.terms()), when);
  }
  StandingRule standing() {
    StandingRule rule = proposed();
    return *apply(rule, *approved_by(rule, Role::Approver));
  }
  static AlertItem item_at(const char* url) {
    return {ReportId::derive(sha256(url)), *parse_observable(ObservableKind::Url, url), {}, kNow, "bad-host.com", {},
            std::string(32, 'a')};
  }
  Alert alert_of(const StandingRule& rule) {
    const Instant at = kNow + 2 * kHourMs;
    return {AlertId::make(at, random_),
            rule.terms().id,
            Category::Malware,
            "abuse@host.example.net",
            {"en"},
            AlertFormat::Xarf,
            1,
            1,
            {{Gate::DomainStatus, "unknown"}, {Gate::SensitiveTarget, "not_sensitive"}, {Gate::Breadth, "narrowest"}},
            at,
            at + 24 * kHourMs,
            at + 30 * kDayMs,
            sha256(body_),
            {item_at("http://files.bad-host.com/a.exe"), item_at("http://files.bad-host.com/b.exe")}};
  }
  RuleMoment moment() const {
    const RuleMoment::OfItem fine{"abuse@host.example.net", {}};
    return {kNow + 3 * kHourMs, 0, &feeds_[0], words_, charter_digest(), annex_.digest(), {fine, fine}};
  }
  Result<Authority> sends(const StandingRule& rule, const Alert& alert, const RuleMoment& when,
                          std::string_view body) const {
    return make_rule_authority(rule, officer(Role::Analyst), officer(Role::Approver), alert, when, body);
  }

  static Feed feed(const char* text) { return *read_feed(*parse_json(text)); }
  std::vector<Feed> feeds_{
      feed(R"({"name":"urls","publisher":"Example list","publisher_kind":"private","machine":"m1",)"
           R"("categories":{"malware_download":"malware","phish":"phishing","proxy":"exposed_service"}})"),
      feed(R"({"name":"sensor","publisher":"This desk","publisher_kind":"operator","own_sensor":true,"machine":"m2",)"
           R"("categories":{"attack":"service-attack","phish":"phishing","open":"exposed_service"}})"),
      feed(R"({"name":"own-list","publisher":"This desk","publisher_kind":"operator","machine":"m3",)"
           R"("categories":{"m":"malware"}})"),
      feed(R"({"name":"ministry","publisher":"Ministry of Steppe","publisher_kind":"own_state","machine":"m4",)"
           R"("categories":{"m":"malware"}})"),
      feed(R"({"name":"neighbour","publisher":"CERT of a neighbour","publisher_kind":"other_state","machine":"m5",)"
           R"("categories":{"m":"malware","f":"fraud"}})")};
  Annex annex_ = *Annex::read(
      *parse_json(R"({"state":"Steppe","fictitious":true,"redress":"Write to us.","articles":{"malware":"article 210",)"
                  R"("phishing":"article 190","service-attack":"article 207","fraud":"article 190"}})"));
  SeededRandom random_{11};
  std::vector<SecretKey> keys_;
  std::vector<Officer> officers_;
  Digest words_ = sha256("template");
  std::string body_ = "Content-Type: text/plain\r\n\r\nplease look\r\n";
};

// ── what may be a rule ──

// Planted bugs: each line of check_terms() and make_rule() left out.
TEST_F(StandingRules, what_the_amendment_forbids_is_refused_by_name) {
  ASSERT_TRUE(make(wish()));
  const auto refused = [&](const char* says, const std::function<void(RuleWish&)>& change) {
    RuleWish one = wish();
    change(one);
    const Result<RuleTerms> made = make(one);
    ASSERT_FALSE(made) << says;
    EXPECT_EQ(made.error().fault, Fault::Refused) << says;
    EXPECT_NE(made.error().message.find(says), std::string::npos) << made.error().message;
  };
  refused("sends alerts, and no notice", [](RuleWish& one) { one.kind = ActionKind::Notice; });
  refused("not for fraud", [](RuleWish& one) {
    one.matter = Category::Fraud;
    one.source = "neighbour";
  });
  refused("not for csam", [](RuleWish& one) { one.matter = Category::Csam; });
  refused("not to platform", [](RuleWish& one) { one.recipient = Recipient::Platform; });
  refused("not to police", [](RuleWish& one) { one.recipient = Recipient::Police; });
  refused("not for tls_cert", [](RuleWish& one) { one.kinds = {ObservableKind::Url, ObservableKind::TlsCert}; });
  refused("not for email", [](RuleWish& one) { one.kinds = {ObservableKind::Email}; });
  refused("names no kind", [](RuleWish& one) { one.kinds = {}; });
  for (const Effect effect : {Effect::Preserve, Effect::RemoveItem, Effect::DisableItem, Effect::ReviewAccount,
                              Effect::ReviewPaymentInstrument, Effect::SuspendMaliciousDomain})
    refused("clean_compromise at most", [&](RuleWish& one) { one.effect = effect; });
  for (const std::int64_t quota : {std::int64_t{-1}, std::int64_t{0}, kMostAlertsADay + 1})
    refused("its quota is", [&](RuleWish& one) { one.quota = quota; });
  for (const std::int64_t days : {std::int64_t{-1}, std::int64_t{0}, kLongestRuleDays + 1, std::int64_t{1} << 60})
    refused("it lives 1 to 30", [&](RuleWish& one) { one.days = days; });
  for (const std::int64_t items : {0, 501})
    refused("an alert of it has 1 to 500 items", [&](RuleWish& one) { one.items = items; });
  for (const char* source : {"public-form", "by-hand", "desk.example.net/log", "nobody", ""})
    refused("is no registered feed", [&](RuleWish& one) { one.source = source; });
  refused("published by the operator", [](RuleWish& one) { one.source = "own-list"; });
  refused("a body of the operator's state", [](RuleWish& one) { one.source = "ministry"; });
  refused("is not registered for malware", [](RuleWish& one) { one.source = "sensor"; });
  refused("C01 to C03 only", [](RuleWish& one) {
    one.source = "sensor";
    one.matter = Category::Phishing;
    one.kinds = {ObservableKind::Url};
    one.effect = Effect::Inform;
  });
  refused("C01 to C03 only", [](RuleWish& one) {
    one.source = "sensor";
    one.matter = Exposure::ExposedService;
    one.kinds = {ObservableKind::Ip};
    one.effect = Effect::Inform;
  });
  // An exposure is told, and nothing else is asked (amendment 8).
  refused("", [](RuleWish& one) {
    one.matter = Exposure::ExposedService;
    one.kinds = {ObservableKind::Ip};
  });
  RuleWish sensor = wish();
  sensor.source = "sensor";
  sensor.matter = Category::ServiceAttack;
  sensor.kinds = {ObservableKind::Ip};
  EXPECT_TRUE(make(sensor));
  RuleWish neighbour = wish();
  neighbour.source = "neighbour";
  EXPECT_TRUE(make(neighbour));
  annex_ = *Annex::read(*parse_json(
      R"({"state":"Steppe","fictitious":true,"redress":"Write to us.","articles":{"phishing":"article 190"}})"));
  refused("no article of national law", [](RuleWish&) {});
  for (const Role role : kEveryRole)
    EXPECT_EQ(static_cast<bool>(make_rule(
                  wish(), feeds_,
                  *Annex::read(*parse_json(
                      R"({"state":"S","fictitious":true,"redress":"W.","articles":{"malware":"article 210"}})")),
                  words_, officer(role), RuleId::make(kNow, random_), kNow)),
              role == Role::Analyst);
}

TEST_F(StandingRules, a_feed_is_registered_in_full_or_not_at_all) {
  const std::string sound =
      R"({"name":"f","publisher":"P","publisher_kind":"private","machine":"m","categories":{"x":"phishing"})";
  EXPECT_TRUE(read_feed(*parse_json(sound + "}")));
  EXPECT_TRUE(read_feed(*parse_json(sound + R"(,"fields":{"G_IMPERSONATED_PARTY":["target"]}})")));
  for (const char* wrong :
       {R"(,"own_sensor":true})", R"(,"fields":{"G_SENSITIVE_TARGET":["x"]}})", R"(,"fields":{"G_BREADTH":["x"]}})",
        R"(,"fields":{"G_LEGAL_REVIEW":["x"]}})", R"(,"fields":{"G_IMPERSONATED_PARTY":[]}})", R"(,"more":1})"})
    EXPECT_FALSE(read_feed(*parse_json(sound + wrong))) << wrong;
  EXPECT_FALSE(read_feed(*parse_json(R"({"name":"f","publisher":"P","publisher_kind":"private","machine":"m"})")));
  EXPECT_FALSE(read_feed(*parse_json(
      R"({"name":"f","publisher":"P","publisher_kind":"friend","machine":"m","categories":{"x":"phishing"}})")));
  for (const Feed& one : feeds_) EXPECT_EQ(*read_feed(to_json(one)), one);
}

// ── what becomes of an item ──

// Planted bugs: judge() does not look at the never-list, at the sensitive holders, at the breadth, at the category's
// gates, at the time, each.
TEST_F(StandingRules, an_item_that_a_look_stops_is_a_case) {
  RuleTerms terms = *make(wish());
  Sighting item{
      Category::Malware, *parse_observable(ObservableKind::Url, "http://files.bad-host.com/a.exe"), {}, {}, kNow};
  const auto why = [&](const Sighting& one, const Looked& looked = {}, std::string_view record = "{}",
                       Instant when = kNow + kHourMs) {
    const Judged judged = judge(terms, one, record, looked, when);
    return std::string(judged.lane == Lane::Alert  ? "alert"
                       : judged.lane == Lane::Case ? "case "
                                                   : "as ever ") +
           judged.why;
  };
  EXPECT_EQ(why(item), "alert");
  EXPECT_EQ(why(item, {"bad-host.com", {}}), "case never_list");
  EXPECT_EQ(why(item, {{}, "bad-host.com"}), "case sensitive");
  Sighting timeless = item;
  timeless.seen_at.reset();
  EXPECT_EQ(why(timeless), "case no_time");
  EXPECT_EQ(why(item, {}, "{}", kNow + 400 * kDayMs), "as ever too_old");
  Sighting of_another = item;
  of_another.matter = Category::Phishing;
  EXPECT_EQ(why(of_another), "as ever other_category");
  Sighting of_kind = item;
  of_kind.observable = *parse_observable(ObservableKind::Domain, "bad-host.com");
  EXPECT_EQ(why(of_kind), "as ever other_kind");
  // Phishing asks for who is impersonated; a feed whose fields say it answers, and no other.
  terms.matter = Category::Phishing;
  terms.kinds = {ObservableKind::Url, ObservableKind::Domain, ObservableKind::Ip};
  item.matter = Category::Phishing;
  EXPECT_EQ(why(item), "case G_IMPERSONATED_PARTY");
  terms.feed.fields[Gate::ImpersonatedParty] = {"target", "capture"};
  EXPECT_EQ(why(item, {}, R"({"target":"Steppe Bank"})"), "case G_IMPERSONATED_PARTY");
  EXPECT_EQ(why(item, {}, R"({"target":"Steppe Bank","capture":" "})"), "case G_IMPERSONATED_PARTY");
  EXPECT_EQ(why(item, {}, "target,capture"), "case G_IMPERSONATED_PARTY");
  const std::string full = R"({"target":"Steppe Bank","capture":"form with card number"})";
  EXPECT_EQ(why(item, {}, full), "alert");
  item.observable = *parse_observable(ObservableKind::Domain, "somebody.github.io");
  EXPECT_EQ(why(item, {}, full), "case breadth");
  item.observable = *parse_observable(ObservableKind::Ip, "203.0.113.9");
  EXPECT_EQ(why(item, {}, full), "case breadth");
}

// ── who puts it in force, and how it ends ──

// All states × commands × movers, until nothing new is found; what must come out is written here and not asked of the
// table. Planted bugs: a row `stopped → in_force`; let an auditor stop it; let an analyst approve; `lapse` by an
// officer.
TEST_F(StandingRules, nothing_leads_to_in_force_but_an_approval_and_nothing_back) {
  std::set<RuleState> seen{RuleState::Proposed};
  std::vector<StandingRule> open{proposed()};
  const std::vector<Mover> all = movers();
  for (std::size_t i = 0; i < open.size(); ++i) {
    const StandingRule from = open[i];
    const auto found = [&](const RuleMoved& event) {
      const Result<StandingRule> next = apply(from, event);
      ASSERT_TRUE(next);
      if (seen.insert(next->state).second) open.push_back(*next);
    };
    for (int c = 0; c <= static_cast<int>(kLastRuleCommand); ++c) {
      const auto command = static_cast<RuleCommand>(c);
      for (const Mover& mover : all) {
        const Result<RuleMoved> event = decide(from, command, mover, "It names the wrong hosts.", kNow + 31 * kDayMs);
        if (!event) continue;
        ASSERT_NE(apply(from, *event)->state, RuleState::InForce) << name(command);
        const Officer *one = mover.first(), *other = mover.second();
        ASSERT_EQ(other, nullptr);
        if (command == RuleCommand::Lapse) {
          EXPECT_EQ(one, nullptr);
        } else {
          ASSERT_NE(one, nullptr) << name(command);
          const Role role = *one->roles.begin();
          if (command == RuleCommand::Stop) {
            EXPECT_TRUE(kMayStop.contains(role) && from.state == RuleState::InForce) << one->login;
          }
          if (command == RuleCommand::Return) {
            EXPECT_EQ(role, Role::Approver);
          }
          if (command == RuleCommand::Refuse) {
            EXPECT_TRUE(role == Role::Approver || role == Role::LegalReviewer || role == Role::Ombudsperson);
          }
        }
        found(*event);
      }
    }
    for (const Role role : kEveryRole) {
      const Result<RuleMoved> event = approved_by(from, role);
      EXPECT_EQ(static_cast<bool>(event), from.state == RuleState::Proposed && role == Role::Approver)
          << name(from.state) << " by " << name(role);
      if (event) found(*event);
    }
    EXPECT_EQ(in_force(from, kNow + 2 * kHourMs), from.state == RuleState::InForce);
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kLastRuleState) + 1);
  for (const Role role : kMayStop)
    EXPECT_TRUE(decide(standing(), RuleCommand::Stop, Mover::officer(officer(role)), "It names the wrong hosts.", kNow))
        << name(role);
  EXPECT_FALSE(decide(standing(), RuleCommand::Stop, Mover::officer(officer(Role::Analyst)), "no", kNow));
}

// Random walks of commands, approvals among them, under a clock that jumps: what is in force has two valid signatures
// of two different people with the two roles over its terms, and is not past its end. Planted bugs: approve_rule() does
// not compare the people; does not look at the 72 hours; in_force() not at the end.
TEST_F(StandingRules, what_is_in_force_was_signed_by_two_and_ends_within_30_days) {
  const std::int64_t walks = samples("CORDON_RULE_WALKS", 500, 5'000, 50'000);
  // One person with both roles, who may not use both on one rule.
  officers_[at(Role::Analyst)].roles = {Role::Analyst, Role::Approver};
  std::uint64_t bits = 77;
  const auto any = [&](std::uint64_t below) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((bits >> 33) % below);
  };
  std::int64_t were_in_force = 0;
  const std::vector<Mover> all = movers();
  for (std::int64_t walk = 0; walk < walks; ++walk) {
    StandingRule rule = proposed();
    Instant now = kNow;
    bool was_over = false;
    for (int step = 0; step < 12; ++step) {
      now = now + static_cast<std::int64_t>(any(40)) * (any(4) == 0 ? kDayMs : kHourMs);
      Result<RuleMoved> event = fail(Fault::Conflict, "nothing");
      if (any(2) == 0) {
        const Role role = any(2) == 0 ? Role::Approver : kEveryRole[any(std::size(kEveryRole))];
        const Digest read = any(6) == 0 ? sha256("other terms") : digest_of(rule.terms());
        event = approve_rule(rule, officer(role), key(role), read, now);
      } else {
        event = decide(rule, static_cast<RuleCommand>(any(5)), all[any(all.size())], "It names the wrong hosts.", now);
      }
      if (event) rule = *apply(rule, *event);
      const Result<StandingRule> again = read_standing_rule(to_json(rule));
      ASSERT_TRUE(again);
      ASSERT_EQ(to_text(to_json(*again)), to_text(to_json(rule)));
      ASSERT_FALSE(was_over && rule.state == RuleState::InForce);
      was_over = was_over || (rule.state != RuleState::Proposed && rule.state != RuleState::InForce);
      if (!in_force(rule, now)) continue;
      ++were_in_force;
      ASSERT_LE(now - rule.terms().at, kLongestRuleDays * kDayMs);
      ASSERT_TRUE(rule.approved && rule.approved->by && rule.approved->signature);
      ASSERT_NE(*rule.approved->by, rule.terms().proposer);
      ASSERT_LE(rule.approved->at - rule.terms().at, kSecondSignatureMs);
      ASSERT_EQ(*rule.approved->by, officer(Role::Approver).id);
      ASSERT_TRUE(verify(officer(Role::Analyst).key, to_be_signed_by_proposer(rule.terms()), rule.proposed.signature));
      ASSERT_TRUE(verify(officer(Role::Approver).key,
                         to_be_signed_by_approver(rule.terms(), officer(Role::Approver).id, rule.approved->at),
                         *rule.approved->signature));
    }
  }
  EXPECT_GT(were_in_force, walks / 2);
}

TEST_F(StandingRules, it_lapses_by_itself_at_its_end_and_not_before) {
  StandingRule rule = standing();
  const Instant end = kNow + 30 * kDayMs;
  EXPECT_EQ(lapses_at(rule), end);
  EXPECT_TRUE(in_force(rule, end + -1));
  EXPECT_FALSE(in_force(rule, end));
  EXPECT_FALSE(decide(rule, RuleCommand::Lapse, Mover::software(), {}, end + -1));
  rule = *apply(rule, *decide(rule, RuleCommand::Lapse, Mover::software(), {}, end));
  EXPECT_EQ(rule.state, RuleState::Lapsed);
  EXPECT_FALSE(lapses_at(rule));
  StandingRule waiting = proposed();
  EXPECT_FALSE(decide(waiting, RuleCommand::Lapse, Mover::software(), {}, kNow + kSecondSignatureMs));
  EXPECT_TRUE(decide(waiting, RuleCommand::Lapse, Mover::software(), {}, kNow + kSecondSignatureMs + 1));
  EXPECT_FALSE(approved_by(waiting, Role::Approver, kNow + kSecondSignatureMs + 1));
}

// ── forged ──

// 5,000 attempts to have an alert sent that no rule covers; none is an Authority. Planted bugs: in
// make_rule_authority() verify() left out for either signer; the people not compared; the state, the end, the template,
// the feed, the quota, the contact, the lists, a gate, the category, the kind, or the bytes not looked at, each.
TEST_F(StandingRules, five_thousand_forged_alerts_get_no_authority) {
  std::map<std::string, int> tried;
  const auto refused = [&](const std::string& kind, const Result<Authority>& authority) {
    ++tried[kind];
    ASSERT_FALSE(authority) << kind;
    ASSERT_EQ(authority.error().fault, Fault::Refused) << kind;
  };
  const Officer &analyst = officer(Role::Analyst), &approver = officer(Role::Approver);
  const StandingRule sound = standing();
  const Alert alert = alert_of(sound);
  ASSERT_TRUE(sends(sound, alert, moment(), body_)) << sends(sound, alert, moment(), body_).error().message;
  const auto signed_by_both = [&](StandingRule rule) {
    rule.proposed.signature = key(Role::Analyst).sign(to_be_signed_by_proposer(rule.terms()));
    rule.approved->signature =
        key(Role::Approver).sign(to_be_signed_by_approver(rule.terms(), approver.id, rule.approved->at));
    return rule;
  };
  for (int round = 0; round < 160; ++round) {
    SeededRandom random(static_cast<std::uint64_t>(2000 + round));
    const SecretKey stranger = SecretKey::generate(random);
    const std::string noise = to_hex(random.bytes(8));
    // The rule itself.
    StandingRule one = sound;
    one.approved.reset();
    refused("signed by one", sends(one, alert, moment(), body_));
    one = sound;
    one.approved->by = analyst.id;
    one.approved->signature =
        key(Role::Analyst).sign(to_be_signed_by_approver(one.terms(), analyst.id, one.approved->at));
    refused("the same person twice", make_rule_authority(one, analyst, analyst, alert, moment(), body_));
    Officer twin = analyst;
    twin.id = OfficerId::make(kNow, random);
    twin.roles = {Role::Approver};
    one.approved->by = twin.id;
    one.approved->signature = key(Role::Analyst).sign(to_be_signed_by_approver(one.terms(), twin.id, one.approved->at));
    refused("one key, two accounts", make_rule_authority(one, analyst, twin, alert, moment(), body_));
    for (const Role role : {Role::Custodian, Role::Admin, Role::Auditor, Role::LegalReviewer}) {
      one = sound;
      one.approved->by = officer(role).id;
      one.approved->signature =
          key(role).sign(to_be_signed_by_approver(one.terms(), officer(role).id, one.approved->at));
      refused("approver of another role", make_rule_authority(one, analyst, officer(role), alert, moment(), body_));
    }
    one = sound;
    one.approved->signature = stranger.sign(to_be_signed_by_approver(one.terms(), approver.id, one.approved->at));
    refused("signed by nobody's key", sends(one, alert, moment(), body_));
    one = sound;
    one.proposed.signature = stranger.sign(to_be_signed_by_proposer(one.terms()));
    refused("proposed by nobody's key", sends(one, alert, moment(), body_));
    one = sound;
    one.approved->at = one.approved->at + 1 + round;
    refused("another time than was signed", sends(one, alert, moment(), body_));
    one = sound;
    one.approved->at = kNow + kSecondSignatureMs + 1 + round;
    refused("after 72 hours", sends(signed_by_both(one), alert, moment(), body_));
    // Its terms, changed after the signatures.
    const auto changed = [&](const std::function<void(RuleTerms&)>& change) {
      StandingRule other = sound;
      change(other.proposed.terms);
      return other;
    };
    refused("a larger quota", sends(changed([&](RuleTerms& t) { t.quota += 1 + round; }), alert, moment(), body_));
    refused("a longer life",
            sends(changed([&](RuleTerms& t) { t.ends_at = t.ends_at + kDayMs; }), alert, moment(), body_));
    refused("another recipient",
            sends(changed([](RuleTerms& t) { t.recipient = Recipient::Csirt; }), alert, moment(), body_));
    refused("another effect", sends(changed([](RuleTerms& t) { t.effect = Effect::Inform; }), alert, moment(), body_));
    // Terms that both signed and that no rule may have.
    refused("too strong", sends(signed_by_both(changed([](RuleTerms& t) { t.effect = Effect::RemoveItem; })), alert,
                                moment(), body_));
    refused("too long", sends(signed_by_both(changed(
                                  [&](RuleTerms& t) { t.ends_at = t.at + (kLongestRuleDays + 1 + round) * kDayMs; })),
                              alert, moment(), body_));
    refused("of a state's feed",
            sends(signed_by_both(changed([&](RuleTerms& t) { t.feed = feeds_[3]; })), alert, moment(), body_));
    // A rule that is not in force, or speaks of another moment.
    one = sound;
    one.state = round % 2 == 0 ? RuleState::Stopped : RuleState::Lapsed;
    refused("stopped", sends(one, alert, moment(), body_));
    RuleMoment when = moment();
    when.now = sound.terms().ends_at + round;
    refused("past its end", sends(sound, alert, when, body_));
    when = moment();
    when.sent_today = sound.terms().quota + round;
    refused("over the quota", sends(sound, alert, when, body_));
    when = moment();
    when.words = sha256(noise);
    refused("template changed", sends(sound, alert, when, body_));
    when = moment();
    when.annex = sha256(noise);
    refused("annex changed", sends(sound, alert, when, body_));
    when = moment();
    when.feed = round % 2 == 0 ? nullptr : &feeds_[4];
    refused("feed not registered so", sends(sound, alert, when, body_));
    when = moment();
    when.items[static_cast<std::size_t>(round % 2)].contact = round % 3 == 0 ? "" : noise + "@example.net";
    refused("not the book's contact", sends(sound, alert, when, body_));
    when = moment();
    Looked& looked = when.items[static_cast<std::size_t>(round / 2 % 2)].looked;
    (round % 2 == 0 ? looked.never : looked.sensitive) = "bad-host.com";
    refused("on a list", sends(sound, alert, when, body_));
    when = moment();
    when.items.pop_back();
    refused("an item not looked at", sends(sound, alert, when, body_));
    // The alert.
    Alert other = alert;
    other.to = noise + "@example.net";
    refused("to somebody else", sends(sound, other, moment(), body_));
    other = alert;
    other.rule = RuleId::make(kNow, random);
    refused("of another rule", sends(sound, other, moment(), body_));
    other = alert;
    other.matter = Category::Phishing;
    refused("of another category", sends(sound, other, moment(), body_));
    other = alert;
    other.items[1].target = *parse_observable(ObservableKind::Domain, "bad-host.com");
    refused("of another kind", sends(sound, other, moment(), body_));
    other = alert;
    other.items[1].observed_at = alert.at + (kDayMs + 1 + round);
    refused("not yet observed", sends(sound, other, moment(), body_));
    other = alert;
    other.items.clear();
    when = moment();
    when.items.clear();
    refused("about nothing", sends(sound, other, when, body_));
    other = alert;
    when = moment();
    other.items.push_back(item_at("http://files.bad-host.com/c.exe"));
    when.items.push_back(when.items[0]);
    refused("more items than the rule lets one have", sends(sound, other, when, body_));
    const std::string long_body(kMostBytesOfAlert + 1, 'x');
    other = alert;
    other.body = sha256(round == 0 ? long_body : body_);
    if (round == 0) refused("too long", sends(sound, other, moment(), long_body));
    other = alert;
    other.gates.erase(other.gates.begin() + round % 3);
    refused("a gate not answered", sends(sound, other, moment(), body_));
    other = alert;
    other.gates[1].answer = "sensitive";
    refused("a gate that stops", sends(sound, other, moment(), body_));
    other = alert;
    other.at = sound.terms().ends_at + round;
    refused("written after the end", sends(sound, other, moment(), body_));
    refused("other bytes", sends(sound, alert, moment(), body_ + noise));
    other = alert;
    other.body = sha256(noise);
    refused("another digest", sends(sound, other, moment(), body_));
    // Taking a batch back.
    AlertsRecalled recall{AlertBatchId::make(kNow, random), "The list was wrong that day.", kNow + kDayMs};
    const AlertBatchId batch = recall.batch;
    refused("recall of nobody", make_recall_authority(recall, batch, alert, {}, noise));
    for (const std::vector<Role>& roles : {std::vector{Role::Analyst}, std::vector{Role::Approver},
                                           std::vector{Role::Analyst, Role::Analyst}, std::vector{Role::Auditor}}) {
      recall.signed_by.clear();
      std::vector<Officer> signers;
      for (const Role role : roles) {
        recall.signed_by.push_back({officer(role).id, key(role).sign(to_be_signed_for_recall(recall))});
        signers.push_back(officer(role));
      }
      refused("recall of who may not", make_recall_authority(recall, batch, alert, signers, noise));
    }
    const std::vector<Officer> reviewer{officer(Role::AppealReviewer)};
    recall.signed_by = {{reviewer[0].id, key(Role::AppealReviewer).sign(to_be_signed_for_recall(recall))}};
    ASSERT_TRUE(make_recall_authority(recall, batch, alert, reviewer, noise));
    refused("recall of another batch",
            make_recall_authority(recall, AlertBatchId::make(kNow, random), alert, reviewer, noise));
    recall.reason += noise;
    refused("recall in other words", make_recall_authority(recall, batch, alert, reviewer, noise));
  }
  int all = 0;
  for (const auto& [kind, times] : tried) all += times;
  EXPECT_GE(all, 5000);
  EXPECT_TRUE(sends(sound, alert, moment(), body_));
}

TEST_F(StandingRules, alerts_and_their_events_read_back_as_they_were_written) {
  const StandingRule rule = standing();
  const Alert alert = alert_of(rule);
  const std::string text = write_alerts({alert, alert});
  const Result<KeptAlerts> kept = KeptAlerts::read(text);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->alerts(), 2u);
  EXPECT_EQ(kept->items(), 4u);
  EXPECT_EQ(kept->first_item(1), 2u);
  EXPECT_EQ(kept->leaf(0), leaf_of(alert));
  EXPECT_EQ(write_alerts({*kept->alert(0), *kept->alert(1)}), text);
  EXPECT_FALSE(kept->alert(2));
  const std::string recipient(32, 'b'), key(32, 'a');
  const AlertsComposed composed{
      AlertBatchId::make(kNow, random_), rule.terms().id, kNow, sha256("b"), sha256("r"), {{recipient, 2}}, {}};
  EXPECT_EQ(to_text(to_json(*read_alerts_composed(to_json(composed)))), to_text(to_json(composed)));
  AlertsComposed empty = composed;
  empty.alerts.clear();
  EXPECT_FALSE(read_alerts_composed(to_json(empty)));
  const AlertItemsKept items{composed.batch, rule.terms().id, kNow, sha256("i"), {{recipient, 2}}, {key, key}};
  EXPECT_EQ(to_text(to_json(*read_alert_items_kept(to_json(items)))), to_text(to_json(items)));
  AlertItemsKept fewer = items;
  fewer.keys.pop_back();
  EXPECT_FALSE(read_alert_items_kept(to_json(fewer))) << "a key for each item";
  const AlertItemsTakenUp taken{rule.terms().id, kNow, {{recipient, 7}}, {{"never_list", 1}}, {key}};
  EXPECT_EQ(to_text(to_json(*read_alert_items_taken_up(to_json(taken)))), to_text(to_json(taken)));
  const AlertTakenApart apart{composed.batch, 1, 2, kNow, "sensitive"};
  EXPECT_EQ(to_text(to_json(*read_alert_taken_apart(to_json(apart)))), to_text(to_json(apart)));
  const AlertLeft left{composed.batch, 3, true, kNow, "maildir", "new/1", "a@b"};
  EXPECT_EQ(to_text(to_json(*read_alert_left(to_json(left)))), to_text(to_json(left)));
}

// An item added to a batch's blob, taken out of it, moved to another alert or changed.
// Planted bug: KeptAlerts::alert() does not compare the items with its leaf's digest of them.
TEST_F(StandingRules, a_batch_whose_items_were_touched_is_corrupt) {
  const StandingRule rule = standing();
  const Alert one = alert_of(rule);
  Alert other = alert_of(rule);
  other.items = {item_at("http://files.bad-host.com/c.exe")};
  const std::string sound = write_alerts({one, other});
  const auto lines = [&] { return split(sound, '\n'); };
  const auto reads = [](const std::vector<std::string_view>& of) {
    std::string text;
    for (const std::string_view line : of) text += line.empty() ? "" : std::string(line) + "\n";
    const Result<KeptAlerts> kept = KeptAlerts::read(text);
    return kept && kept->alert(0) && kept->alert(1);
  };
  ASSERT_TRUE(reads(lines()));
  std::vector<std::string_view> touched = lines();
  touched.insert(touched.begin() + 1, touched[1]);
  EXPECT_FALSE(reads(touched)) << "added";
  touched = lines();
  touched.erase(touched.begin() + 2);
  EXPECT_FALSE(reads(touched)) << "taken out";
  touched = lines();
  std::swap(touched[2], touched[3]);
  EXPECT_FALSE(reads(touched)) << "moved to another recipient";
  touched = lines();
  std::swap(touched[1], touched[2]);
  EXPECT_FALSE(reads(touched)) << "in another order";
  const std::string changed = replace_all(std::string(lines()[1]), "bad-host.com/a", "good-host.com/a");
  touched = lines();
  touched[1] = changed;
  EXPECT_FALSE(reads(touched)) << "changed";
}

// A batch as a desk of before wrote it: an array of alerts with one item each, whose leaf is all of it.
TEST_F(StandingRules, a_batch_of_a_desk_of_before_is_read) {
  const std::string old =
      R"([{"alert":"019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a36","at":"2026-11-24T08:00:00.000Z","body":")" +
      sha256("b").hex() +
      R"(","gates":[{"answer":"unknown","gate":"G_DOMAIN_STATUS"}],"matter":"malware","observed_at":)"
      R"("2026-11-24T07:00:00.000Z","port":8080,"reply_by":"2026-11-25T08:00:00.000Z","report":)"
      R"("019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a37","responsible":"*","rule":"019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a38",)"
      R"("sunset_at":"2026-12-24T08:00:00.000Z","target":{"kind":"ip","value":"198.51.100.7"},)"
      R"("to":"abuse@host.example.net"}])";
  const Result<KeptAlerts> kept = KeptAlerts::read(old);
  ASSERT_TRUE(kept) << kept.error().message;
  ASSERT_EQ(kept->alerts(), 1u);
  EXPECT_EQ("[" + std::string(kept->leaf(0)) + "]", old);
  const Result<Alert> alert = kept->alert(0);
  ASSERT_TRUE(alert) << alert.error().message;
  ASSERT_EQ(alert->items.size(), 1u);
  EXPECT_EQ(alert->items[0].target.canonical(), "198.51.100.7");
  EXPECT_EQ(alert->items[0].port, 8080);
  EXPECT_EQ(alert->languages, (std::vector<std::string>{"en", "ru"}));
}

// A rule whose terms say nothing of items is one of before, which sent one in each: its signatures still fit.
TEST_F(StandingRules, terms_without_items_are_those_of_before) {
  RuleWish one = wish();
  one.items = 1;
  const RuleTerms terms = *make(one);
  EXPECT_EQ(public_terms(terms).find("items"), nullptr);
  const auto proposed = propose_rule(terms, officer(Role::Analyst), key(Role::Analyst));
  EXPECT_EQ(read_rule_proposed(to_json(*proposed))->terms.items, 1);
  EXPECT_EQ(public_terms(*make(wish())).number_or("items", 0), 2);
}

TEST_F(StandingRules, only_words_of_protocols_and_malware_are_passed_on_as_evidence) {
  const auto of = [](const char* record) { return evidence_of(record); };
  const auto found = of(R"({"malware.name":"mirai","protocol.transport":"tcp","event_description.text":"Ann Smith",)"
                        R"("classification.identifier":"http://evil.example.com/","protocol.application":7})");
  EXPECT_EQ(found, (std::array<std::string, 5>{"", "", "mirai", "tcp", ""}));
  EXPECT_EQ(of("id,url\n1,x"), (std::array<std::string, 5>{}));
  EXPECT_EQ(of("{broken"), (std::array<std::string, 5>{}));
}

}  // namespace
}  // namespace cordon
