// Time stamps over the record, by a real authority of OpenSSL's behind a small server: what it hears, what is kept,
// what an unreachable or a lying one does, and what an exported archive shows of it.
//
// Planted bugs, each seen to turn this red:
//  1 desk/stamping.cc          the answer is kept unchecked (finish_stamp() without read_stamp_answer())
//  2 desk/stamping.cc          one that waits is fetched by hand alone
//  3 desk/stamping.cc          the nonce is always 0 (a recorded answer is as good as a new one)
//  4 store/stamps.cc           rows of stamps themselves count: a desk at rest asks for ever
//  5 desk/evidence_verify.py   what the token is over is not compared; the way of a row to the root is not walked
//  6 desk/stamping.cc          the path of a row has its hashes from the top
#include "desk/stamping.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <thread>

#include "base/places_for_tests.h"
#include "base/tsa_for_tests.h"
#include "desk/evidence_export.h"
#include "net/http_server.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

class StampingTest : public testing::Test {
 protected:
  StampingTest() : tsa_(desk_.folder().path() + "/tsa") {
    server_ = *http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) { return answer(request); });
    desk_.clock().advance(SystemClock().now() - desk_.clock().now());  // the authority's clock is the machine's
    desk_.write(desk_.paths().inside("tsa.pem"), tsa_.read("ca.pem"));
    configure("");
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("approver1", {Role::Approver});
    case_ = desk_.phishing_case();
    attach_piece();
  }
  void configure(const std::string& more) {
    desk_.write(desk_.paths().settings(),
                before_ + "\n[evidence]\ntimestamps = \"http://127.0.0.1:" + std::to_string(server_->port()) +
                    "/tsa\"\ntimestamps_certificates = \"tsa.pem\"\n" + more);
    desk_.open();
  }
  void attach_piece() {
    EXPECT_TRUE(attach(desk_.desk(), *permit<Act::AttachEvidence>(desk_.officer("analyst1")), *case_,
                       "a page of the canary 5e1f", "text/plain", "what the page of the canary 5e1f shows"));
  }
  http::Response answer(const http::Request& request) {
    heard_.push_back(request);
    http::Response response{200, "application/timestamp-reply", {}, {}};
    if (says_) {
      response = says_(request);
    } else {
      response.body = tsa_.answer(request.body);
    }
    return response;
  }
  Result<StampKept> stamp(Due due = Due::Now) {
    const std::optional<StampErrand> errand = TRY(due_stamp(desk_.desk(), due));
    if (!errand) return fail(Fault::NotFound, "none is due");
    return finish_stamp(desk_.desk(), *errand, fetch_stamp(*errand));
  }
  std::int64_t rows() { return desk_.store().unstamped()->last; }
  bool sound() {
    const auto said = verify_journal(desk_.record(), *open_blobs(desk_.paths(), Blobs::Mode::Read));
    if (!said) std::fputs((said.error().message + " " + said.error().where + "\n").c_str(), stderr);
    return static_cast<bool>(said);
  }
  static std::pair<int, std::string> shell(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string said;
    for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said};
  }

  SiteDesk desk_;
  const std::string before_ = SiteDesk::read(desk_.paths().settings());
  TestTsa tsa_;
  std::vector<http::Request> heard_;
  std::function<http::Response(const http::Request&)> says_;
  std::unique_ptr<http::Server> server_;
  std::optional<CaseId> case_;
};

TEST_F(StampingTest, the_authority_hears_a_digest_and_a_nonce_and_the_record_keeps_its_token) {
  const auto kept = stamp();
  ASSERT_TRUE(kept) << kept.error().message;
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].method, "POST");
  EXPECT_EQ(heard_[0].header("content-type"), "application/timestamp-query");
  // Version, SHA-256's name, 32 bytes, 8 bytes of nonce, certReq; in DER a nonce whose first bit is set has one more.
  EXPECT_TRUE(heard_[0].body.size() == 69 || heard_[0].body.size() == 70) << heard_[0].body.size();
  const std::vector<Store::Stamp> stamps = *desk_.store().stamps();
  ASSERT_EQ(stamps.size(), 1u);
  EXPECT_EQ(stamps[0].asked.first, 1);
  const std::string token = *desk_.store().blobs().get(kept->token);
  EXPECT_TRUE(check_stamp(token, query_of("test-desk.example.net/log", stamps[0].asked),
                          *StampTrust::read(tsa_.read("ca.pem"))));
  EXPECT_EQ(kept->authority, "CN=Stamps of the test,O=Test");
  const Case seen = *desk_.store().find_case(Sight::of_software(), *case_);
  ASSERT_TRUE(seen.evidence[0].stamped_at);
  EXPECT_EQ(*seen.evidence[0].stamped_at, kept->stamped_at);
  EXPECT_TRUE(sound());
  for (std::int64_t seq = stamps[0].asked.first; seq <= stamps[0].asked.last; ++seq) {
    const auto proof = prove_rows(desk_.store(), stamps[0].asked, {seq});
    ASSERT_TRUE(proof);
    const Digest row = (*desk_.store().row_digests(seq, seq))[0];
    EXPECT_TRUE(verify_inclusion({static_cast<std::uint64_t>(stamps[0].asked.last), stamps[0].asked.root},
                                 static_cast<std::uint64_t>(seq - 1), leaf_hash(row.view()), proof->front()))
        << seq;
  }
}

TEST_F(StampingTest, one_a_period_at_once_after_an_export_and_none_at_rest) {
  ASSERT_TRUE(stamp(Due::ByTime));
  EXPECT_EQ(stamp().error().fault, Fault::NotFound);  // only the stamp's own rows came since
  attach_piece();
  EXPECT_EQ(stamp(Due::ByTime).error().fault, Fault::NotFound);
  desk_.clock().advance(23 * kHourMs);
  EXPECT_EQ(stamp(Due::ByTime).error().fault, Fault::NotFound);
  EXPECT_EQ(heard_.size(), 1u);
  desk_.clock().advance(-23 * kHourMs);
  const Fd fd = *open_file(desk_.folder().path() + "/e.tar", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ASSERT_TRUE(export_evidence(desk_.desk(), *permit<Act::ExportEvidence>(desk_.officer("custodian1")),
                              desk_.officer("approver1"), *case_, ExportPurpose::Court, fd.get()));
  const std::int64_t last = rows();
  EXPECT_TRUE(stamp(Due::ByTime));
  const std::vector<Store::Stamp> both = *desk_.store().stamps();
  EXPECT_EQ(both[1].asked.first, last + 1);
  EXPECT_NE(both[0].asked.nonce, both[1].asked.nonce);
  desk_.clock().advance(365 * kDayMs);
  EXPECT_EQ(stamp(Due::ByTime).error().fault, Fault::NotFound);
  EXPECT_TRUE(sound());
}

TEST_F(StampingTest, an_authority_that_is_not_there_is_a_state_with_an_age_and_nothing_is_lost) {
  says_ = [](const http::Request&) { return http::Response{503, "text/plain", "later", {}}; };
  EXPECT_EQ(stamp().error().fault, Fault::Unavailable);
  attach_piece();  // intake and casework go on
  desk_.clock().advance(90 * 60'000);
  const auto again = stamp(Due::ByTime);
  ASSERT_FALSE(again);
  const Json line = show((*desk_.store().stamps())[0], desk_.desk().stamp_trouble(), desk_.desk().now());
  EXPECT_EQ(line.text_or("state"), "waiting");
  EXPECT_EQ(line.number_or("waiting_minutes", -1), 90);
  EXPECT_NE(line.text_or("why").find("503"), std::string::npos);
  ASSERT_EQ(heard_.size(), 2u);
  EXPECT_EQ(heard_[0].body, heard_[1].body);  // the same one, and not another
  desk_.clock().advance(-90 * 60'000);
  desk_.open();  // and after a restart
  says_ = nullptr;
  ASSERT_TRUE(stamp(Due::ByTime));
  EXPECT_EQ(heard_[0].body, heard_[2].body);
  EXPECT_FALSE(desk_.desk().stamp_trouble());
  ASSERT_TRUE(stamp());  // what came meanwhile
  EXPECT_EQ(desk_.store().stamps()->size(), 2u);
  EXPECT_TRUE(sound());
}

TEST_F(StampingTest, what_an_authority_should_not_answer_is_not_kept) {
  const std::string elsewhere = tsa_.answer(write_stamp_query({sha256("something else"), 7}));
  const TestTsa other(desk_.folder().path() + "/other");
  const std::vector<std::function<std::string(const std::string&)>> lies{
      [&](const std::string&) { return elsewhere; },
      [&](const std::string& query) { return other.answer(query); },
      [&](const std::string& query) { return tsa_.answer(query).substr(0, 400); },
      [&](const std::string& query) { return tsa_.answer(query) + "x"; },
      [&](const std::string&) { return std::string(1u << 20, '0'); },
      [&](const std::string&) { return std::string(); },
  };
  for (const auto& lie : lies) {
    says_ = [&](const http::Request& request) {
      return http::Response{200, "application/timestamp-reply", lie(request.body), {}};
    };
    EXPECT_FALSE(stamp());
    EXPECT_FALSE((*desk_.store().stamps())[0].kept);
  }
  // One that was right once is not right for the next.
  std::string first;
  says_ = [&](const http::Request& request) {
    if (first.empty()) first = tsa_.answer(request.body);
    return http::Response{200, "application/timestamp-reply", first, {}};
  };
  ASSERT_TRUE(stamp());
  attach_piece();
  EXPECT_FALSE(stamp());
  // Nor is one from a machine that is a day off.
  says_ = nullptr;
  desk_.clock().advance(kDayMs);
  EXPECT_NE(stamp().error().message.find("from this machine's"), std::string::npos);
  desk_.clock().advance(-kDayMs);
  EXPECT_TRUE(stamp());
  EXPECT_TRUE(sound());
}

TEST_F(StampingTest, a_clerk_fetches_them_while_the_desk_is_served) {
  std::mutex in_use;
  const StampClerk clerk(desk_.desk(), in_use);
  const auto state = [&] {
    const std::lock_guard lock(in_use);
    const auto stamps = *desk_.store().stamps();
    return !stamps.empty() && stamps.back().kept.has_value();
  };
  {
    const std::lock_guard lock(in_use);
    const auto asked = stamp_now(desk_.desk());
    ASSERT_TRUE(asked) << asked.error().message;
    EXPECT_EQ(asked->text_or("state"), "waiting");
  }
  for (int i = 0; i < 200 && !state(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(state());
}

TEST_F(StampingTest, an_archive_shows_its_tokens_and_openssl_agrees) {
  ASSERT_TRUE(stamp());
  EXPECT_TRUE(open_piece(desk_.desk(), *permit<Act::OpenEvidence>(desk_.officer("approver1")), *case_,
                         desk_.store().find_case(Sight::of_software(), *case_)->evidence[0].id));  // after the stamp
  const std::string path = desk_.folder().path() + "/evidence.tar";
  {
    const Fd fd = *open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ASSERT_TRUE(export_evidence(desk_.desk(), *permit<Act::ExportEvidence>(desk_.officer("custodian1")),
                                desk_.officer("approver1"), *case_, ExportPurpose::Court, fd.get()));
  }
  const auto [code, said] = shell("python3 " + source_folder() + "/src/desk/evidence_verify.py " + path);
  EXPECT_EQ(code, 0) << said;
  EXPECT_NE(said.find("by CN=Stamps of the test,O=Test"), std::string::npos) << said;
  EXPECT_NE(said.find("rows of the journal under a time stamp: 1 of 2"), std::string::npos) << said;
  const std::size_t at = said.find("openssl ts -verify");
  ASSERT_NE(at, std::string::npos);
  const std::string command = said.substr(at, said.find('\n', at) - at);
  const auto [verified, told] = shell("cd " + desk_.folder().path() + " && tar -xf evidence.tar && " + command);
  EXPECT_EQ(verified, 0) << told;
  EXPECT_NE(told.find("Verification: OK"), std::string::npos) << told;
  const auto [tampered, named] = shell("python3 " + source_folder() + "/tests/desk/tamper_evidence " + path + " 500 2");
  EXPECT_EQ(tampered, 0) << named;
}

// Somebody who may write the archive anew, manifest, log and all, still cannot have a token over other rows.
TEST_F(StampingTest, a_token_over_something_else_is_found_by_the_script) {
  ASSERT_TRUE(stamp());
  attach_piece();
  const std::string check = "import importlib.util as u\ns=u.spec_from_file_location('v','" + source_folder() +
                            "/src/desk/evidence_verify.py'); v=u.module_from_spec(s); s.loader.exec_module(v)\n";
  const Store::Stamp kept = (*desk_.store().stamps())[0];
  const std::string token = to_hex(*desk_.store().blobs().get(kept.kept->token));
  const std::string row = (*desk_.store().row_digests(2, 2))[0].hex();
  Json::Array path;
  const auto proof = prove_rows(desk_.store(), kept.asked, {2});
  for (const Digest& hash : proof->front()) path.emplace_back(hash.hex());
  const Json rows = Json::Array{Json::Object{{"seq", 2}, {"proof", path}}};
  const auto run = [&](StampAsked asked, const std::string& digest) {
    Json statement = *parse_json(stamp_statement("test-desk.example.net/log", asked));
    const std::string stamp =
        to_text(to_json(*kept.kept).set("statement", statement).set("rows", rows).set("token_file", "t"));
    const std::string script = desk_.folder().path() + "/check.py";
    desk_.write(script, check + "print(v.checked_stamp('i',{'i':b'''" + stamp + "''','t':bytes.fromhex('" + token +
                            "')},{2:{'digest':'" + digest + "'}})[1])\n");
    return shell("python3 " + script);
  };
  EXPECT_EQ(run(kept.asked, row).first, 0) << run(kept.asked, row).second;
  EXPECT_NE(run(kept.asked, Digest{}.hex()).second.find("not under it"), std::string::npos);
  StampAsked longer = kept.asked;
  ++longer.last;
  EXPECT_NE(run(longer, row).second.find("over something else"), std::string::npos);
}

TEST_F(StampingTest, settings_say_what_is_wrong_with_them) {
  const auto why = [&](const std::string& lines) {
    desk_.write(desk_.folder().path() + "/t.toml", before_ + "\n[evidence]\n" + lines);
    const auto toml = read_toml(desk_.folder().path() + "/t.toml");
    const auto settings = read_settings(*toml);
    return settings ? std::string() : settings.error().message + settings.error().where;
  };
  EXPECT_EQ(why("timestamps = \"https://tsa.example.net/\"\ntimestamps_certificates = \"tsa.pem\"\n"), "");
  EXPECT_NE(why("timestamps = \"ftp://tsa.example.net/\"\n"), "");
  EXPECT_NE(why("timestamps = \"https://tsa.example.net/\"\n"), "");
  EXPECT_NE(why("timestamps = \"https://tsa.example.net/\"\ntimestamps_certificates = \"tsa.pem\"\n"
                "timestamps_policy = \"x\"\n"),
            "");
  EXPECT_NE(why("time_stamps = \"https://tsa.example.net/\"\n"), "");
}

}  // namespace
}  // namespace cordon::testing_desk
