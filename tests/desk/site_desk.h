// A desk in a folder of its own and its site, in the test's process: a request passes sessions, CSRF, decoding and
// permits as over a socket, and a thousand of them take a second.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/flow.h"
#include "desk/site.h"
#include "law/charter_digest.h"
#include "law/gates.h"
#include "officer/api_key.h"
#include "officer/credential.h"
#include "store/database.h"
#include "store/postgres.h"
#include "store/postgres_for_tests.h"

namespace cordon::testing_desk {

struct Ask {
  std::string method, path;
  std::string body = {};
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
};

class SiteDesk {
 public:
  SiteDesk() : clock_(*parse_rfc3339("2026-11-24T08:00:00Z")), random_(7), paths_(folder_.path() + "/desk") {
    const Fresh fresh{"Test desk", "csirt",         "desk@test-desk.example.net", "test-desk.example.net/log",
                      true,        home_for_tests()};
    EXPECT_TRUE(Desk::found(paths_, fresh, clock_, random_));
    // So that a case out of most officers' sight can be proposed as well.
    write(paths_.annex(),
          read(paths_.annex()) + "child-solicitation = \"Criminal Code of Steppe (fictitious), 124\"\n");
    write(paths_.contacts(), read(paths_.contacts()) +
                                 "[[contact]]\nrecipient = \"platform_child_safety\"\nfor = \"*\"\naddress = "
                                 "\"child-safety@platform.example.net\"\nname = \"Demonstration platform\"\n");
    open();
    enrol("countersigner1", {Role::LegalReviewer});  // beside a test's approver, so that it may act (amendment 13)
  }

  // As after a restart.
  void open() {
    site_.reset();
    desk_.reset();
    Result<std::unique_ptr<Desk>> desk = Desk::open(paths_, clock_, random_);
    CORDON_CHECK(static_cast<bool>(desk), "the test's desk cannot be opened");
    desk_ = *std::move(desk);
    site_ = std::make_unique<Site>(*desk_, in_use_);
  }

  // Nobody owns the record until open().
  void close() {
    site_.reset();
    desk_.reset();
  }

  Desk& desk() { return *desk_; }
  Store& store() { return desk_->store(); }
  Site& site() { return *site_; }
  FixedClock& clock() { return clock_; }
  const Paths& paths() const { return paths_; }
  const TemporaryFolder& folder() const { return folder_; }

  // Desk::enrol with a password that is cheap to check.
  const Officer& enrol(const std::string& login, const std::set<Role>& roles) {
    Credential credential = *make_credential(password_of(login), random_, Cost::Test);
    Officer officer{OfficerId::make(clock_.now(), random_), login, roles, credential.key};
    EXPECT_TRUE(write_file(paths_.credential(login), to_text(to_json(credential)), 0600));
    append(OfficerEnrolled{officer, {}}, "software");
    seeds_.emplace(login, unlock(credential, password_of(login), std::nullopt, clock_.now())->seed());
    return officers_.emplace(login, std::move(officer)).first->second;
  }
  static std::string password_of(const std::string& login) { return "the password of " + login; }
  const Officer& officer(const std::string& login) const { return officers_.at(login); }
  SecretKey key(const std::string& login) const { return *SecretKey::from_seed(seeds_.at(login)); }

  struct Signed {
    std::string token, csrf;
  };
  Signed sign_in(const std::string& login) {
    const std::string token = desk_->sessions().open(SignedIn{officers_.at(login), key(login)});
    return {token, (*desk_->sessions().find(token))->csrf};
  }

  http::Response ask(const Ask& asked, const Signed* session = nullptr) {
    http::Request request{asked.method, asked.path, asked.path.substr(0, asked.path.find('?')), asked.headers,
                          asked.body};
    request.headers.emplace_back("host", "127.0.0.1:8480");
    if (!asked.body.empty()) request.headers.emplace_back("content-type", asked.type);
    if (session != nullptr) {
      request.headers.emplace_back("cookie", "__Host-cordon=" + session->token);
      if (request.header("x-csrf-token").empty()) request.headers.emplace_back("x-csrf-token", session->csrf);
    }
    return site_->answer(request);
  }
  http::Response ask_as(const std::string& login, const Ask& asked) {
    const Signed session = sign_in(login);
    return ask(asked, &session);
  }

  void append(const Event& event, const std::string& actor) {
    const Result<Nothing> done = store().append({{event, actor, {}}}, clock_.now());
    EXPECT_TRUE(done) << done.error().message;
  }

  // A case of one report, straight into the record.
  CaseId make_case(Matter matter, Observable target) {
    RunItem item;
    item.position = 1;
    item.outcome = ItemOutcome::Accepted;
    item.report = ReportId::derive(sha256(target.canonical()));
    const CaseId id = CaseId::make(clock_.now(), random_);
    item.case_id = id;
    item.opens_case = true;
    item.sighting = Sighting{matter, std::move(target), {}, {}, {}};
    const std::string run = write_run({item});
    const Digest blob = *store().blobs().put(run);
    append(describe_run(BatchId::make(clock_.now(), random_), "test", "test", {item}, blob, run.size()), "software");
    return id;
  }
  // Another report of it.
  ReportId report_again(const CaseId& id) {
    const Case the_case = *store().find_case(Sight::of_software(), id);
    RunItem item;
    item.position = 1;
    item.outcome = ItemOutcome::Accepted;
    item.report = ReportId::derive(sha256(random_.bytes(16)));
    item.case_id = id;
    item.sighting = Sighting{the_case.matter, the_case.target, {}, {}, {}};
    const std::string run = write_run({item});
    const Digest blob = *store().blobs().put(run);
    append(describe_run(BatchId::make(clock_.now(), random_), "test", "test", {item}, blob, run.size()), "software");
    return *item.report;
  }
  CaseId phishing_case() {
    const std::string name = "bank-" + std::to_string(++made_) + ".example.com";
    return make_case(Category::Phishing, *parse_observable(ObservableKind::Domain, name));
  }
  CaseId solicitation_case() {
    const std::string name = "telegram:@example_handle" + std::to_string(++made_);
    return make_case(Category::ChildSolicitation, *parse_observable(ObservableKind::Handle, name));
  }

  EvidenceId attach(const CaseId& the_case, const OfficerId& by) {
    const std::string bytes = "text of a page, written for a test " + the_case.text() + by.text();
    Evidence evidence{EvidenceId::make(clock_.now(), random_), sha256(bytes), "text/plain",
                      static_cast<std::int64_t>(bytes.size()), "text of the page"};
    evidence.blob = *store().blobs().put(bytes, write_label(evidence));
    append(EvidenceAttached{the_case, evidence, by}, "test");
    return evidence.id;
  }
  // Everything that a proposal needs, by `by`.
  void assess(const CaseId& the_case, const std::vector<Gate>& gates, const EvidenceId& evidence, const OfficerId& by) {
    append(FactEntered{the_case,
                       Fact{"Capture " + evidence.text() + " shows how the page of case " + the_case.text() +
                                " copies a sign-in form and posts what is typed elsewhere.",
                            {evidence}},
                       by},
           "test");
    for (const Gate gate : gates) {
      // That nobody protected holds a target is for the list to say; people sign for one.
      const std::string_view answer =
          gate == Gate::SensitiveTarget ? "sensitive_signed_off" : row(gate).answers.begin()->name;
      append(GateAnswered{the_case, GateAnswer{gate, std::string(answer), "seen in the captured page", {evidence}, by}},
             "test");
    }
  }

  // A peer, as if two officers had entered it.
  void befriend(const std::string& name) {
    Peer peer;
    peer.desk = name;
    peer.country = "XA";
    peer.role = PeerRole::Member;
    peer.key = SecretKey::generate(random_).public_key();
    peer.charter = charter_digest();
    peer.agreed = peer.annex = {Category::Phishing};
    peer.head_at = clock_.now();
    append(PeerAdded{peer, {OfficerId::make(clock_.now(), random_), OfficerId::make(clock_.now(), random_)}}, "test");
  }
  // A bundle in which one case's indicator went and another's was held back, and one of the peer's that came.
  void exchange(const std::string& peer, const std::vector<CaseId>& given, const std::vector<CaseId>& withheld) {
    const Instant now = clock_.now();
    std::vector<OfferedItem> items;
    for (const CaseId& id : given) items.push_back({id, "indicator--" + id.text(), false, "phishing to members"});
    std::vector<WithheldItem> held;
    for (const CaseId& id : withheld) held.push_back({id, {Answer::Deny, DenyCode::Role, {}, "B14", {}}});
    append(BundleOffered{peer,
                         1,
                         now,
                         *store().blobs().put("a bundle"),
                         sha256("policy"),
                         std::move(items),
                         {OfficerId::make(now, random_), OfficerId::make(now, random_)},
                         std::move(held)},
           "test");
    References references;
    const auto add = [&](Category category, ObservableKind kind, std::string_view value) {
      const Observable observable = *parse_observable(kind, value);
      references.taken.push_back({stix_indicator_id("key", category, observable),
                                  now,
                                  now + 90 * kDayMs,
                                  category,
                                  observable,
                                  Tlp::Clear,
                                  Pap::Green,
                                  {Duty::DeleteOnRecall}});
    };
    add(Category::Phishing, ObservableKind::Domain, "bank-of-a-peer.example.com");
    add(Category::ChildSolicitation, ObservableKind::Handle, "telegram:@example_handle_of_a_peer");
    append(ReferencesReceived{peer, 1, now, *store().blobs().put(write_references(references)), 2, 0, {{"label", 1}}},
           "test");
  }

  // A machine's key, straight into the record; gives its id.
  std::string issue_key(const std::string& one_admin, const std::string& another) {
    const PresentedKey key = make_api_key(clock_.now(), random_);
    append(ApiKeyIssued{key.id,
                        "machine",
                        {KeyScope::Intake},
                        sha256(key.secret),
                        clock_.now(),
                        clock_.now() + 30 * kDayMs,
                        {officer(one_admin).id, officer(another).id}},
           "software");
    return key.id.text();
  }

  // What a machine presents: a key for one thing, of two admins, that ends (or ended) then.
  std::string machine_key(KeyScope scope, Instant begins_at, Instant ends_at, bool ended = false) {
    const PresentedKey key = make_api_key(clock_.now(), random_);
    std::vector<OfficerId> admins;
    for (const auto& [login, one] : officers_)
      if (one.roles.contains(Role::Admin)) admins.push_back(one.id);
    append(
        ApiKeyIssued{key.id, "machine", {scope}, sha256(key.secret), begins_at, ends_at, {admins.at(0), admins.at(1)}},
        "software");
    if (ended) append(ApiKeyEnded{key.id, clock_.now(), admins.at(0)}, "software");
    return to_text(key);
  }

  // Rows of the journal by a connection of its own.
  std::int64_t rows() { return *other().number("SELECT max(seq) FROM journal"); }
  std::string type_of_last_row() {
    Rows last = *other().query("SELECT type FROM journal ORDER BY seq DESC LIMIT 1");
    EXPECT_TRUE(*last.next());
    return last.text(0);
  }
  Database& other() {
    if (!other_) other_ = std::make_unique<Database>(*Database::open(record(), Database::Open::Read));
    return *other_;
  }
  std::string record() const { return *record_of(paths_); }
  // Somebody else's hand in the database.
  bool tamper(const std::string& sql) const {
    if (is_postgres(record())) return !PostgresServer::shared()->sql(sql, record()).starts_with("ERROR");
    return static_cast<bool>(Database::open(record(), Database::Open::Write)->execute(sql));
  }
  // From here on the journal takes no row of this type, or none at all; take_rows() ends that.
  bool refuse_rows(const std::string& type = {}) const {
    const std::string of = type.empty() ? "" : " WHEN (NEW.type = '" + type + "')";
    if (!is_postgres(record()))
      return tamper("CREATE TRIGGER full BEFORE INSERT ON journal" + of + " BEGIN SELECT RAISE(ABORT, 'no room'); END");
    return tamper(
        "CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; "
        "END $$; CREATE TRIGGER no_room BEFORE INSERT ON journal FOR EACH ROW" +
        of + " EXECUTE FUNCTION no_room()");
  }
  bool take_rows() const {
    return tamper(is_postgres(record()) ? "DROP TRIGGER no_room ON journal" : "DROP TRIGGER full");
  }

  void expect_sound() const {
    const auto sound = verify_journal(record(), *open_blobs(paths_, Blobs::Mode::Read));
    ASSERT_TRUE(sound) << sound.error().message << " " << sound.error().where;
    EXPECT_EQ(sound->find("erasures_unfinished"), nullptr);
  }
  // The tables that are folded again are those that grew, and every blob that is named is there.
  void expect_replays() {
    expect_sound();
    close();
    EXPECT_TRUE(replay_journal(record(), *open_blobs(paths_, Blobs::Mode::Read)));
    open();
    expect_sound();
  }

  static std::string read(const std::string& path) { return *read_file(path, std::size_t{1} << 28); }
  static void write(const std::string& path, const std::string& text) { EXPECT_TRUE(write_file(path, text, 0600)); }

 private:
  TemporaryFolder folder_{TemporaryFolder::Where::Memory};
  FixedClock clock_;
  SeededRandom random_;
  Paths paths_;
  std::mutex in_use_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<Database> other_;
  std::map<std::string, Officer> officers_;
  std::map<std::string, std::string> seeds_;
  int made_ = 0;
};

inline Json body_of_reply(const http::Response& response) {
  const Result<Json> body = parse_json(response.body);
  EXPECT_TRUE(body) << response.body.substr(0, 300);
  return body ? *body : Json();
}

}  // namespace cordon::testing_desk
