#include "fault_desk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "desk/commands.h"
#include "desk/log_commands.h"
#include "officer/credential.h"

namespace cordon::testing_desk {

namespace {

namespace fs = std::filesystem;

const Instant kNow = *parse_rfc3339("2026-11-24T08:00:00Z");

std::string notice_of(const std::string& mail) {
  const std::string header = "X-Cordon-Notice: ";
  const std::size_t at = mail.find(header);
  return at == std::string::npos ? std::string() : mail.substr(at + header.size(), 36);
}

// A step makes the same ids and the same file calls whenever it is done, and other steps make others.
std::uint64_t seed_of(const Step& step) {
  const Digest digest = sha256(step.name + to_text(step.arguments) + step.body);
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < 8; ++i) seed = seed << 8 | digest.bytes[i];
  return seed;
}

}  // namespace

std::string in_words(const Error& error) {
  return std::string(name(error.fault)) + ": " + error.message + (error.where.empty() ? "" : " (" + error.where + ")");
}

Result<Nothing> do_step(const Paths& paths, const Step& step, const std::function<void(const Json&)>& line) {
  if (step.command.starts_with("log ") || step.command.starts_with("journal ")) {
    line(TRY(read_only_command(paths, step.command, step.arguments, {})));
    return Nothing{};
  }
  const FixedClock clock(kNow);
  SeededRandom random(seed_of(step));
  const std::unique_ptr<Desk> desk = TRY(Desk::open(paths, clock, random));
  return do_step(*desk, step, line);
}

Result<Nothing> do_step(Desk& desk, const Step& step, const std::function<void(const Json&)>& line) {
  Call call;
  call.command = step.command;
  call.arguments = step.arguments;
  if (!step.login.empty()) call.arguments.set("as", step.login).set("password", FaultDesk::password_of(step.login));
  call.body = step.body;
  call.media_type = "text/plain";
  return run_command(desk, call, line);
}

FaultDesk::FaultDesk() {
  const FixedClock clock(kNow);
  SeededRandom random(1);
  const Fresh fresh{"Test desk", "csirt", "desk@test-desk.example.net", "test-desk.example.net/log", true};
  CORDON_CHECK(Desk::found(paths(), fresh, clock, random), "the test's desk cannot be founded");
  for (const auto& [login, role] : std::vector<std::pair<std::string, Role>>{
           {"analyst1", Role::Analyst}, {"approver1", Role::Approver}, {"legal1", Role::LegalReviewer}}) {
    const Credential credential = *make_credential(password_of(login), random, Cost::Test);
    CORDON_CHECK(write_file(paths().credential(login), to_text(to_json(credential)), 0600), "no credential");
    const std::unique_ptr<Desk> desk = *Desk::open(paths(), clock, random);
    const Officer officer{OfficerId::make(clock.now(), random), login, {role}, credential.key};
    CORDON_CHECK(desk->store().append({{OfficerEnrolled{officer, {}}, "software", {}}}, clock.now()), "no officer");
  }
  reported_case_ = reported("reported-bank.example.com");
  const Assessed waiting = assessed("proposed-bank.example.com");
  Step proposing = propose();
  proposing.arguments.set("case", waiting.id);
  const Json proposal = one(proposing);
  proposal_ = proposal.text_or("proposal");
  digest_ = proposal.text_or("digest");
  one({"open", "case open", "approver1", Json::Object{{"case", waiting.id}, {"evidence", waiting.evidence}}});
  assessed_ = assessed("assessed-bank.example.com");
}

Json FaultDesk::one(const Step& step) {
  std::vector<Json> lines;
  const Result<Nothing> done = do_step(paths(), step, [&](const Json& line) { lines.push_back(line); });
  EXPECT_TRUE(done) << step.name << ": " << in_words(done.error());
  CORDON_CHECK(done && lines.size() == 1, "the test's desk does not do what it is asked");
  return lines.front();
}

std::string FaultDesk::reported(const std::string& domain) { return one(intake(domain)).text_or("case"); }

FaultDesk::Assessed FaultDesk::assessed(const std::string& domain) {
  const std::string id = reported(domain);
  Step attaching = attach();
  attaching.arguments.set("case", id);
  attaching.body += domain;
  const std::string piece = one(attaching).text_or("evidence");
  const Json::Array evidence{piece};
  one({"fact", "case fact", "analyst1",
       Json::Object{{"case", id},
                    {"text", "The page at " + domain + ", captured as " + piece +
                                 ", copies a bank's form and posts what is typed to another host."},
                    {"evidence", evidence}}});
  for (const auto& [gate, answer] : std::vector<std::pair<std::string, std::string>>{
           {"G_DOMAIN_STATUS", "malicious_registration"}, {"G_IMPERSONATED_PARTY", "party_and_capture_shown"}})
    one({"gate", "case gate", "analyst1",
         Json::Object{{"case", id},
                      {"gate", gate},
                      {"answer", answer},
                      {"basis", "seen in the captured page"},
                      {"evidence", evidence}}});
  return {id, piece};
}

Step FaultDesk::intake(const std::string& domain) const {
  return {"intake", "intake", "", Json::Object{{"source", "test"}, {"category", "phishing"}},
          "A false bank asks for passwords at hxxps://" + replace_all(domain, ".", "[.]") + "/sign-in today\n"};
}

Step FaultDesk::attach() const {
  return {"attach", "case attach", "analyst1",
          Json::Object{{"case", reported_case_}, {"description", "text of the page"}, {"media_type", "text/plain"}},
          "Sign in to your bank. This text was written for a test.\n"};
}

Step FaultDesk::fact() const {
  return {"fact", "case fact", "analyst1",
          Json::Object{{"case", assessed_.id},
                       {"text", "The form was filled in with made-up words and sent."},
                       {"evidence", Json::Array{assessed_.evidence}}}};
}

Step FaultDesk::propose() const {
  return {"propose", "decide propose", "analyst1",
          Json::Object{{"case", assessed_.id}, {"kind", "alert"}, {"effect", "inform"}, {"recipient", "host"}}};
}

Step FaultDesk::approve() const {
  return {"approve", "decide approve", "approver1", Json::Object{{"proposal", proposal_}, {"digest", digest_}}};
}

void FaultDesk::copy_to(const std::string& folder) const {
  for (const char* part : {"/desk", "/desk.signer"}) {
    fs::remove_all(folder + part);
    fs::create_directories(folder + part);
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path() + part)) {
      const fs::path to = folder + part + "/" + fs::relative(entry.path(), folder_.path() + part).string();
      if (entry.is_directory()) fs::create_directory(to);
      if (entry.is_regular_file()) fs::copy_file(entry.path(), to);
    }
  }
  settle(Paths(folder + "/desk"));
}

std::string missing(Desk& desk, const Step& step, const Json& line) {
  const Sight sight = Sight::of_software();
  const auto said = [&](const std::string& what) { return what + " of " + step.name + ": " + to_text(line); };
  Store& store = desk.store();
  const Result<CaseId> id = CaseId::parse(line.text_or("case", step.arguments.text_or("case")));
  if (step.command == "intake") {
    const Result<std::optional<Store::KnownReport>> found = store.find_report(*ReportId::parse(line.text_or("report")));
    return found && *found && (**found).case_id == *id ? "" : said("the report");
  }
  if (step.command == "case attach" || step.command == "case fact") {
    const Result<Case> found = store.find_case(sight, *id);
    if (!found) return said("the case");
    if (step.command == "case fact") {
      for (const Fact& fact : found->facts)
        if (fact.text == step.arguments.text_or("text")) return {};
      return said("the fact");
    }
    for (const Evidence& piece : found->evidence) {
      if (piece.id.text() != line.text_or("evidence")) continue;
      const Result<std::string> bytes = store.blobs().get(blob_of(piece));
      return bytes && *bytes == step.body ? "" : said("the bytes");
    }
    return said("the evidence");
  }
  if (step.command == "decide propose" || step.command == "decide approve") {
    const Result<Proposal> found = store.find_proposal(sight, *ProposalId::parse(line.text_or("proposal")));
    if (!found) return said("the proposal");
    if (step.command == "decide propose") return {};
    if (!found->approved) return said("the approval");
    const Json* sent = line.find("sent");
    if (sent == nullptr || to_text(*sent) != "true") return {};
    const Result<std::vector<std::string>> letters = list_folder(desk.paths().desk + "/outbox/new");
    int copies = 0;
    for (const std::string& letter : letters ? *letters : std::vector<std::string>()) {
      const Result<std::string> mail = read_file(desk.paths().desk + "/outbox/new/" + letter, kAnySize);
      if (mail && notice_of(*mail) == found->proposed.notice.text()) ++copies;
    }
    return copies == 1 ? "" : said(std::to_string(copies) + " letters");
  }
  return {};
}

std::string damage(const Paths& paths) {
  std::map<std::string, int> letters;  // by the notice that they bring
  for (const char* box : {"/outbox/new", "/outbox/cur"}) {
    const Result<std::vector<std::string>> names = list_folder(paths.desk + box);
    for (const std::string& letter : names ? *names : std::vector<std::string>()) {
      const Result<std::string> mail = read_file(paths.desk + box + "/" + letter, kAnySize);
      if (mail && ++letters[notice_of(*mail)] > 1) return "two letters of notice " + notice_of(*mail);
    }
  }
  for (const char* command : {"journal verify", "log verify"}) {
    const Result<Json> verdict = read_only_command(paths, command, Json::Object{}, {});
    if (!verdict) return std::string(command) + " says " + in_words(verdict.error());
  }
  return {};
}

}  // namespace cordon::testing_desk
