#include "desk/union_demo.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "desk/border.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "law/charter_digest.h"

namespace cordon {

namespace {

constexpr std::string_view kDemoCase = "phishing domain bad-bank-login.example.com";

// One desk of the union with the officers that the demonstration needs.
class DemoDesk {
 public:
  static Result<DemoDesk> found(const std::string& folder, const std::string& word, std::string country,
                                PeerRole role) {
    static const SystemClock clock;
    static SystemRandom random;
    const Paths paths(folder + "/" + word);
    const std::string host = word + ".example.net";
    TRY(Desk::found(paths, Fresh{"Desk of " + word + " (fictitious)", "csirt", "desk@" + host, host + "/log", true},
                    clock, random));
    DemoDesk made(TRY(Desk::open(paths, clock, random)), std::move(country), role);
    return made;
  }

  Desk& desk() { return *desk_; }
  const std::string& name() const { return desk_->settings().operator_.origin; }
  // Enrolled when first needed, and signed in from then on.
  Result<const SignedIn*> officer(Role role) {
    const auto here = officers_.find(role);
    if (here != officers_.end()) return &here->second;
    const std::string login = std::string(cordon::name(role)) + "1";
    TRY(desk_->enrol(login, {role}, "demonstration of " + login, {}));
    return &officers_.emplace(role, TRY(desk_->sign_in(login, "demonstration of " + login, {}))).first->second;
  }

  // Enters `other` as its officers would, from what it says of itself.
  Result<Nothing> befriend(DemoDesk& other) {
    const Json card = TRY(introduce(other.desk()));
    const PublicKey key = TRY(parse_public_key(TRY(card.text("key"))));
    const std::set<Category> both{Category::Phishing, Category::Fraud};
    const Peer peer{other.name(),     other.country_, other.role_, PeerState::Active, key,
                    charter_digest(), both,           both,        desk_->now()};
    const Officer border_officer = TRY(officer(Role::BorderOfficer))->officer;
    return add_peer(*desk_, peer, border_officer, TRY(officer(Role::Approver))->officer);
  }

 private:
  DemoDesk(std::unique_ptr<Desk> desk, std::string country, PeerRole role)
      : desk_(std::move(desk)), country_(std::move(country)), role_(role) {}
  std::unique_ptr<Desk> desk_;
  std::string country_;
  PeerRole role_;
  std::map<Role, SignedIn> officers_;
};

// A report comes in, is assessed, and two officers send the host an alert.
Result<CaseId> play_case(DemoDesk& of) {
  Desk& desk = of.desk();
  Incoming incoming{"demonstration", {}, {}, {}, desk.now()};
  incoming.matter = Category::Phishing;
  const std::vector<RunItem> items =
      TRY(take_in(desk, incoming, "demonstration", "A false bank at hxxps://bad-bank-login[.]example[.]com/\n", ""));
  if (items.size() != 1 || !items.front().case_id) return fail(Fault::Corrupt, "the report opened no case");
  const CaseId the_case = *items.front().case_id;
  const SignedIn& analyst = *TRY(of.officer(Role::Analyst));
  const SignedIn& approver = *TRY(of.officer(Role::Approver));
  TRY(of.officer(Role::LegalReviewer));  // below two able to countersign a desk only receives (amendment 13)
  const EvidenceId page = TRY(attach(desk, TRY(permit<Act::AttachEvidence>(analyst.officer)), the_case,
                                     "Sign in to your bank. (Demonstration.)", "text/plain", "the page"));
  TRY(note_fact(desk, TRY(permit<Act::EnterFact>(analyst.officer)), the_case,
                {"The page copies a bank's sign-in form and posts what is typed to another host.", {page}}));
  TRY(answer(desk, analyst.officer, the_case,
             {Gate::DomainStatus, "malicious_registration", "registered the day before", {page}, analyst.officer.id}));
  TRY(answer(desk, analyst.officer, the_case,
             {Gate::ImpersonatedParty,
              "party_and_capture_shown",
              "a bank; the form posts away from it",
              {page},
              analyst.officer.id}));
  const Proposed proposed = TRY(propose_request(desk, TRY(permit<Act::Propose>(analyst.officer)), analyst.key, the_case,
                                                Wish{ActionKind::Alert, Effect::Inform, Recipient::Host, {}, {}}));
  TRY(open_piece(desk, TRY(permit<Act::OpenEvidence>(approver.officer)), the_case, page));
  TRY(approve_request(desk, TRY(permit<Act::Approve>(approver.officer)), approver.key, proposed.id, proposed.body));
  TRY(publish(desk));
  TRY(send_approved(desk));
  return the_case;
}

std::string answer_of(const Decision& decision) {
  return std::string(name(decision.answer)) + (decision.code ? "(" + std::string(name(*decision.code)) + ")" : "");
}

Result<Nothing> play(const std::string& folder, const Emit& emit) {
  DemoDesk steppe = TRY(DemoDesk::found(folder, "steppe", "XA", PeerRole::Member));
  DemoDesk river = TRY(DemoDesk::found(folder, "river", "XB", PeerRole::Member));
  DemoDesk island = TRY(DemoDesk::found(folder, "island", "XC", PeerRole::Guest));
  std::int64_t step = 0;
  const auto say = [&](const DemoDesk& from, const DemoDesk& to, std::string_view object, const std::string& decision,
                       const std::string& rule, const std::string& why) {
    emit(Json::Object{{"step", ++step},
                      {"from", from.name()},
                      {"to", to.name()},
                      {"object", object},
                      {"decision", decision},
                      {"rule", rule},
                      {"why", why}});
  };
  const auto say_refused = [&](const DemoDesk& from, const DemoDesk& to, std::string_view object,
                               const Result<Taken>& refused) -> Result<Nothing> {
    if (refused) return fail(Fault::Corrupt, "it should have been refused: " + std::string(object));
    say(from, to, object, "refused(" + std::string(name(refused.error().fault)) + ")", "6.10", refused.error().message);
    return Nothing{};
  };
  TRY(steppe.befriend(river));
  TRY(steppe.befriend(island));
  TRY(river.befriend(steppe));
  TRY(island.befriend(steppe));
  const CaseId the_case = TRY(play_case(steppe));

  // Between two members it goes, and arrives as a reference.
  const Officer border_officer = TRY(steppe.officer(Role::BorderOfficer))->officer;
  const Permit<Act::ReadBorder> reader = TRY(permit<Act::ReadBorder>(border_officer));
  const auto why = [&](const Decision& decision, const DemoDesk& to) -> Result<std::string> {
    return in_words(Words::in(Language::En), decision, TRY(steppe.desk().store().find_peer(to.name())).peer);
  };
  const Decision to_member = TRY(explain(steppe.desk(), reader, the_case, river.name()));
  say(steppe, river, kDemoCase, answer_of(to_member), to_member.rule, TRY(why(to_member, river)));
  const Officer approver = TRY(steppe.officer(Role::Approver))->officer;
  const Exported bundle = TRY(export_to(steppe.desk(), river.name(), border_officer, approver));
  TRY(write_file(folder + "/bundle.json", bundle.file, 0600));
  say(steppe, river, "bundle 1: " + std::to_string(bundle.event.items.size()) + " indicator", "sent", "6.10",
      "a border officer and an approver released it, and it is in the log");
  const Taken taken = TRY(receive_file(river.desk(), bundle.file));
  if (taken.event.references != 1) return fail(Fault::Corrupt, "the indicator did not arrive");
  say(steppe, river, kDemoCase, "reference", "6.10",
      "signature and charter digest hold; a reference never acts by itself");
  TRY(say_refused(steppe, river, "bundle 1 again", receive_file(river.desk(), bundle.file)));

  // A guest is not offered it, and cannot take what was meant for another.
  const Decision to_guest = TRY(explain(steppe.desk(), reader, the_case, island.name()));
  say(steppe, island, kDemoCase, answer_of(to_guest), to_guest.rule, TRY(why(to_guest, island)));
  const Exported empty = TRY(export_to(steppe.desk(), island.name(), border_officer, approver));
  say(steppe, island, "bundle 1: " + std::to_string(empty.event.items.size()) + " indicators", "sent", "6.10",
      "what the border holds back leaves no trace in it");
  TRY(say_refused(steppe, island, "the bundle for " + river.name(), receive_file(island.desk(), bundle.file)));
  for (DemoDesk* one : {&steppe, &river, &island}) TRY(publish(one->desk()));
  return Nothing{};
}

}  // namespace

Result<Nothing> union_demo(bool keep, const Emit& emit) {
  std::error_code none;
  std::string folder = std::filesystem::temp_directory_path(none) / "cordon-union-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return system_error("cannot make a folder for the demonstration", errno);
  const Result<Nothing> played = play(folder, emit);
  if (keep && played) {
    std::fprintf(stderr,
                 "cordon: the three desks stay in %s\n"
                 "cordon: to look at one: cordon serve --desk %s/steppe, sign in at /sign-in as border_officer1 with "
                 "'demonstration of border_officer1', and open /border\n",
                 folder.c_str(), folder.c_str());
  } else {
    std::filesystem::remove_all(folder, none);
  }
  return played;
}

}  // namespace cordon
