#include "share/receive.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "base/text.h"
#include "law/lists.h"
#include "law/offences.h"

namespace cordon {
namespace {

const std::string kFrom = "steppe.example.net/log";
const std::string kTo = "river.example.net/log";

class Border : public testing::Test {
 protected:
  Border() {
    for (const OffenceRow& row : offences()) self_.enabled.insert(row.category);
    sender_.desk = kFrom;
    sender_.country = "XA";
    sender_.role = PeerRole::Member;
    sender_.key = key_.public_key();
    sender_.charter = self_.charter;
    sender_.agreed = sender_.annex = self_.enabled;
    sender_.head_at = kNow;
  }

  Indicator indicator(ObservableKind kind = ObservableKind::Domain, const std::string& value = "bad.example.com",
                      Category category = Category::Phishing) const {
    Observable observable = *parse_observable(kind, value);
    std::string id = stix_indicator_id("key", category, observable);
    return {std::move(id),
            category,
            std::move(observable),
            "article 190",
            least_tlp(category, {kind}),
            least_pap(category),
            kNow,
            kNow,
            kNow + -kHourMs,
            kNow + 30 * kDayMs,
            kFrom};
  }

  // As the sender's policy decides: everything technical to members.
  std::optional<Exportable> let_through(const Indicator& indicator, ObjectKind as = ObjectKind::Indicator) const {
    Json::Array categories;
    for (const OffenceRow& row : offences()) categories.emplace_back(row.id);
    const Json rule = Json::Object{{"name", "all"},
                                   {"objects", Json::Array{"indicator"}},
                                   {"categories", categories},
                                   {"kinds", Json::Array{"technical"}},
                                   {"roles", Json::Array{"member"}},
                                   {"max_tlp", "AMBER+STRICT"}};
    const Policy policy = *Policy::read(Json::Object{{"version", 1}, {"allow", Json::Array{rule}}});
    Peer to = sender_;
    to.desk = kTo;
    return judge(policy, indicator, as, to, {kFrom, self_.charter, self_.enabled, 0}, kNow).exportable;
  }

  Parcel parcel() const { return {kFrom, kTo, self_.charter, kNow, 1}; }
  std::string file_of(const Indicator& indicator, ObjectKind as = ObjectKind::Indicator) const {
    return seal_envelope(write_bundle({*let_through(indicator, as)}, parcel()), parcel(), key_);
  }

  // A file whose one indicator was changed before it was signed: what a hostile peer could send.
  template <typename Change>
  std::string forged(Change change) const {
    Json bundle = write_bundle({*let_through(indicator())}, parcel());
    for (Json& object : *bundle.object()->find("objects")->second.array()) {
      if (object.text_or("type") == "indicator") change(object);
    }
    return seal_envelope(std::move(bundle), parcel(), key_);
  }
  static Json& own(Json& object) {
    return object.object()->find("extensions")->second.object()->find(stix_extension())->second;
  }

  Result<Reception> take(const std::string& file) const {
    const Envelope envelope = TRY(read_envelope(file));
    TRY(check_envelope(envelope, file, &sender_, self_, 0));
    return receive(envelope, sender_, self_, kNow);
  }
  void expect_refused(const std::string& file, std::string_view code, std::string_view reason = {}) const {
    const auto reception = take(file);
    ASSERT_TRUE(reception) << reception.error().message;
    EXPECT_TRUE(reception->references.taken.empty());
    ASSERT_EQ(reception->refused.size(), 1u);
    EXPECT_EQ(reception->refused.front().code, code) << reception->refused.front().reason;
    EXPECT_NE(reception->refused.front().reason.find(reason), std::string::npos) << reception->refused.front().reason;
  }

  SeededRandom random_{11};
  SecretKey key_ = SecretKey::generate(random_);
  Self self_{kTo, sha256("charter"), {}, 0};
  Peer sender_;
};

// ── STIX ──

TEST_F(Border, every_kind_that_stix_can_say_comes_back_from_its_pattern) {
  const std::vector<std::pair<ObservableKind, std::string>> kValues{
      {ObservableKind::Url, "https://bad.example.com/it's?a=\\b"},
      {ObservableKind::Domain, "bad.example.com"},
      {ObservableKind::Ip, "203.0.113.7"},
      {ObservableKind::Ip, "2001:db8::7"},
      {ObservableKind::Onion, "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"},
      {ObservableKind::FileHash, std::string(32, 'a')},
      {ObservableKind::FileHash, std::string(40, 'b')},
      {ObservableKind::FileHash, std::string(64, 'c')},
      {ObservableKind::TlsCert, std::string(64, 'd')},
  };
  for (const auto& [kind, value] : kValues) {
    const auto observable = parse_observable(kind, value);
    ASSERT_TRUE(observable) << value << observable.error().message;
    const auto pattern = stix_pattern(*observable);
    ASSERT_TRUE(pattern) << pattern.error().message;
    const auto back = read_stix_pattern(kind, *pattern);
    ASSERT_TRUE(back) << *pattern << back.error().message;
    EXPECT_EQ(*back, *observable);
  }
  for (const KindRow& row : observable_kinds()) {
    if (!row.personal) continue;
    EXPECT_FALSE(read_stix_pattern(row.kind, "[url:value = 'https://a.example.com/']"));
  }
}

// Planted bug: write the literal without escaping.
TEST_F(Border, a_quote_does_not_end_a_pattern) {
  const auto url = *parse_observable(ObservableKind::Url, "https://bad.example.com/'%5d=\\'x'");
  const std::string pattern = *stix_pattern(url);
  EXPECT_EQ(*read_stix_pattern(ObservableKind::Url, pattern), url);
  for (const char* other :
       {"[domain-name:value = 'a.example.com' OR domain-name:value = 'b.example.com']",
        "[domain-name:value LIKE '%bank%']", "[domain-name:value = 'a.example.com'] REPEATS 5 TIMES",
        "[domain-name:value = 'a.example.com", "[domain-name:value = 'A.example.com']", "[domain-name:value = 'com']",
        "[domain-name:value MATCHES 'a']", "", "["}) {
    EXPECT_FALSE(read_stix_pattern(ObservableKind::Domain, other)) << other;
  }
}

// DESIGN 2.4 and interchange rule 1. Planted bug: format the id with version 7.
TEST_F(Border, ids_are_of_version_5_stable_and_say_nothing_without_the_key) {
  const Indicator one = indicator();
  EXPECT_EQ(one.id[std::string("indicator--").size() + 14], '5');
  EXPECT_EQ(one.id, indicator().id);
  EXPECT_NE(stix_indicator_id("key", Category::Phishing, one.observable),
            stix_indicator_id("another key", Category::Phishing, one.observable));
  EXPECT_NE(stix_indicator_id("key", Category::Phishing, one.observable),
            stix_indicator_id("key", Category::Fraud, one.observable));
  EXPECT_EQ(make_uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");  // RFC 9562, A.4
}

// Charter 9.2 and T10: a bundle holds the fields of the allow-list and not one more.
// Planted bug: add {"description", …} to indicator_json().
TEST_F(Border, a_bundle_has_only_the_fields_of_the_list) {
  const Json bundle = write_bundle({*let_through(indicator())}, parcel());
  const std::set<std::string> kFields{"type",           "spec_version",    "id",
                                      "created_by_ref", "created",         "modified",
                                      "name",           "pattern",         "pattern_type",
                                      "valid_from",     "valid_until",     "extensions",
                                      "identity_class", "indicator_types", "object_marking_refs"};
  const std::set<std::string> kOwn{"extension_type",   "category", "number",  "kind",
                                   "national_article", "pap",      "charter", "duties"};
  const Json::Array objects = *bundle.list("objects");
  for (const Json& object : objects) {
    for (const auto& [key, value] : *object.object()) EXPECT_TRUE(kFields.contains(key)) << key;
    for (const char* time : {"created", "modified", "valid_from", "valid_until"}) {
      const std::string text = object.text_or(time, "2026-01-01T00:00:00.000Z");
      EXPECT_EQ(text.size(), 24u) << text;  // exactly three digits and Z
    }
    if (object.text_or("type") != "indicator") continue;
    for (const auto& [key, value] : *object.find("extensions")->find(stix_extension())->object())
      EXPECT_TRUE(kOwn.contains(key)) << key;
  }
}

TEST_F(Border, what_was_decided_for_one_peer_is_not_written_for_another) {
  const Exportable object = *let_through(indicator());
  Parcel other = parcel();
  other.to = "island.example.net/log";
  EXPECT_DEATH(static_cast<void>(write_bundle({object}, other)), "decided for one peer");
}

// ── what arrives ──

TEST_F(Border, an_indicator_arrives_as_it_was_sent) {
  const auto reception = take(file_of(indicator()));
  ASSERT_TRUE(reception) << reception.error().message;
  ASSERT_EQ(reception->references.taken.size(), 1u);
  const ReceivedIndicator& taken = reception->references.taken.front();
  EXPECT_EQ(taken.id, indicator().id);
  EXPECT_EQ(taken.observable, indicator().observable);
  EXPECT_EQ(taken.category, Category::Phishing);
  EXPECT_EQ(taken.tlp, Tlp::Clear);
  EXPECT_TRUE(taken.duties.contains(Duty::ActOnlyWithNewFact));
  EXPECT_TRUE(reception->refused.empty());
  const auto again = read_references(write_references(reception->references));
  ASSERT_TRUE(again);
  EXPECT_EQ(write_references(*again), write_references(reception->references));
}

// Planted bug: skip verify() in check_envelope().
TEST_F(Border, one_changed_byte_breaks_the_signature) {
  const std::string file = file_of(indicator());
  int broken = 0;
  for (std::size_t i = 0; i < file.size(); i += 7) {
    std::string changed = file;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    if (changed == file) continue;
    const auto reception = take(changed);
    EXPECT_FALSE(reception) << "byte " << i;
    ++broken;
  }
  EXPECT_GT(broken, 100);
  SeededRandom random(12);
  const SecretKey other = SecretKey::generate(random);
  const auto foreign = take(seal_envelope(write_bundle({}, parcel()), parcel(), other));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::NotFound);
}

TEST_F(Border, an_envelope_is_for_one_desk_once_and_from_a_peer) {
  const std::string file = file_of(indicator());
  const Envelope envelope = *read_envelope(file);
  EXPECT_EQ(check_envelope(envelope, file, nullptr, self_, 0).error().fault, Fault::Refused);
  EXPECT_EQ(check_envelope(envelope, file, &sender_, {"island.example.net/log", {}, {}, 0}, 0).error().fault,
            Fault::Refused);
  EXPECT_EQ(check_envelope(envelope, file, &sender_, self_, 1).error().fault, Fault::Conflict);
  EXPECT_TRUE(check_envelope(envelope, file, &sender_, self_, 0));
}

// B1 on the way in. Planted bug: let distrust() answer "" always.
TEST_F(Border, a_peer_that_is_not_trusted_brings_nothing) {
  const Envelope envelope = *read_envelope(file_of(indicator()));
  Peer peer = sender_;
  peer.state = PeerState::Suspended;
  EXPECT_EQ(receive(envelope, peer, self_, kNow).error().fault, Fault::Refused);
  EXPECT_EQ(receive(envelope, sender_, {kTo, sha256("another"), {}, 0}, kNow).error().fault, Fault::Refused);
  EXPECT_EQ(receive(envelope, sender_, self_, kNow + 49 * kHourMs).error().fault, Fault::Refused);
  EXPECT_EQ(receive(envelope, sender_, self_, kNow + -kHourMs).error().fault, Fault::Refused);
  EXPECT_TRUE(receive(envelope, sender_, self_, kNow + kHourMs));
}

// B13. Planted bug: drop `envelope.recalled.empty()` from receive().
TEST_F(Border, a_recall_passes_even_from_a_suspended_peer) {
  Indicator recalled = indicator();
  recalled.state = ObjectState::Revoked;
  recalled.received_before = true;
  const Envelope envelope = *read_envelope(file_of(recalled, ObjectKind::Correction));
  EXPECT_EQ(envelope.recalled, std::vector{recalled.id});
  Peer peer = sender_;
  peer.state = PeerState::Suspended;
  const auto reception = receive(envelope, peer, self_, kNow);
  ASSERT_TRUE(reception);
  EXPECT_EQ(reception->references.recalled, std::vector{recalled.id});
  EXPECT_TRUE(reception->references.taken.empty());
}

// The earlier of both ends (charter 8.3). Planted bug: keep the peer's own end.
TEST_F(Border, a_peer_cannot_make_a_thing_live_longer_than_our_own_would) {
  const auto reception = take(forged([](Json& object) { object.set("valid_until", "2099-01-01T00:00:00.000Z"); }));
  ASSERT_TRUE(reception);
  ASSERT_EQ(reception->references.taken.size(), 1u);
  EXPECT_EQ(reception->references.taken.front().valid_until,
            kNow + life_days(Category::Phishing, ObservableKind::Domain) * kDayMs);
}

// Each with its own reason. Planted bug: let read_indicator() skip refused_word().
TEST_F(Border, what_the_charter_keeps_out_is_refused_by_name) {
  expect_refused(forged([](Json& o) { own(o).set("category", "separatism"); }), "refused_name", "refused list");
  expect_refused(forged([](Json& o) { own(o).set("category", "экстремизм"); }), "refused_name", "refused list");
  expect_refused(forged([](Json& o) { o.set("labels", Json::Array{"disinformation"}); }), "refused_name",
                 "on the refused list");
  expect_refused(forged([](Json& o) { own(o).set("category", "unheard-of"); }), "outside_the_list");
  expect_refused(forged([](Json& o) { own(o).set("category", "spam_source"); }), "outside_the_list", "never crosses");
  expect_refused(forged([](Json& o) { o.set("extensions", Json::Object{}); }), "no_category");
  expect_refused(forged([](Json& o) { own(o).set("kind", "regex"); }), "kind");
  expect_refused(forged([](Json& o) { own(o).set("kind", "phone"); }), "protected_data", "B9");
  expect_refused(forged([](Json& o) { own(o).set("category", "laundering"); }), "kind", "holds no domain");
  expect_refused(forged([](Json& o) { o.set("pattern", "[domain-name:value MATCHES 'bank']"); }), "observable");
  expect_refused(forged([](Json& o) { o.set("pattern", "[domain-name:value = 'youtube.com']"); }), "observable");
  expect_refused(forged([](Json& o) { o.set("object_marking_refs", Json::Array{stix_marking(Tlp::Red)}); }), "label",
                 "RED");
  expect_refused(forged([](Json& o) { o.set("object_marking_refs", Json::Array{}); }), "label");
  expect_refused(forged([](Json& o) { o.set("created_by_ref", stix_identity("island.example.net/log")); }), "label",
                 "onward");
  expect_refused(forged([](Json& o) { o.set("valid_until", "2020-01-01T00:00:00.000Z"); }), "contested");
  expect_refused(forged([](Json& o) { o.object()->erase(o.object()->find("valid_until")); }), "no_end");
  expect_refused(forged([](Json& o) { o.set("id", "indicator--0190a1b2-c3d4-7000-8000-000000000000"); }), "malformed");
  expect_refused(forged([](Json& o) { o.set("type", "threat-actor"); }), "object", "threat-actor");
  const auto person = forged([](Json& o) { own(o).set("category", "terrorist-entity"); });
  expect_refused(person, "held", "B8");
}

TEST_F(Border, guests_and_candidates_send_no_indicators) {
  sender_.role = PeerRole::Guest;
  const Envelope envelope = *read_envelope([&] {
    Peer member = sender_;
    std::swap(member.role, sender_.role);
    sender_.role = PeerRole::Member;
    std::string file = file_of(indicator());
    sender_.role = PeerRole::Guest;
    return file;
  }());
  const auto reception = receive(envelope, sender_, self_, kNow);
  ASSERT_TRUE(reception);
  ASSERT_EQ(reception->refused.size(), 1u);
  EXPECT_EQ(reception->refused.front().code, "role");
}

TEST_F(Border, the_confined_worker_reads_the_same_as_the_parser) {
  const std::string file = file_of(indicator());
  const auto confined = read_envelope_confined(file);
  ASSERT_TRUE(confined) << confined.error().message;
  EXPECT_EQ(to_text(to_json(*confined)), to_text(to_json(*read_envelope(file))));
  EXPECT_EQ(read_envelope_confined("{}\n").error().fault, Fault::Malformed);
  EXPECT_EQ(read_envelope_confined(std::string(kLargestEnvelope + 1, ' ')).error().fault, Fault::Malformed);
}

// ── peers ──

Officer officer(Role role, std::uint64_t seed) {
  SeededRandom random(seed);
  return {
      OfficerId::make(kNow, random), std::string(name(role)) + "1", {role}, SecretKey::generate(random).public_key()};
}

// Planted bug: drop the comparison of the two ids in signed_by_two().
TEST_F(Border, a_peer_takes_two_people_with_two_roles) {
  const Officer border_officer = officer(Role::BorderOfficer, 1);
  const Officer approver = officer(Role::Approver, 2);
  Officer both = border_officer;
  both.roles = {Role::BorderOfficer, Role::Approver};
  EXPECT_TRUE(add_peer(sender_, kTo, border_officer, approver));
  EXPECT_FALSE(add_peer(sender_, kTo, officer(Role::Approver, 4), officer(Role::BorderOfficer, 5)));
  EXPECT_FALSE(add_peer(sender_, kTo, both, both));
  EXPECT_FALSE(add_peer(sender_, kFrom, border_officer, approver));  // of itself
  EXPECT_TRUE(suspend_peer(sender_, approver, "its log shows two histories"));
  EXPECT_FALSE(suspend_peer(sender_, officer(Role::Analyst, 3), "its log shows two histories"));
  const PeerAdded event = *add_peer(sender_, kTo, border_officer, approver);
  const auto again = read_peer_added(to_json(event));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->peer, event.peer);
  Json one_person = to_json(event);
  one_person.set("by", Json::Object{{"border_officer", approver.id.text()}, {"approver", approver.id.text()}});
  EXPECT_FALSE(read_peer_added(one_person));
}

TEST_F(Border, partner_is_the_narrower_role) {
  EXPECT_EQ(*parse_peer_role("partner"), PeerRole::DialoguePartner);
  EXPECT_FALSE(parse_peer_role("ally"));
  EXPECT_FALSE(parse_desk_origin("nodots"));
  EXPECT_FALSE(parse_desk_origin("two words.example.net"));
  EXPECT_FALSE(parse_country("xa"));
}

}  // namespace
}  // namespace cordon
