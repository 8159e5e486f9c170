// Witnesses as processes, over HTTP: what one answers and remembers; how a desk's log is shown to them while it is
// served; that no receipt waits for them; and how anybody checks and follows a log from elsewhere.
//
// Planted bugs, each seen to turn this red (tests/teeth):
//  1 witness-answers-first    the witness answers before what it cosigned is on disk
//  2 receipt-waits            publishing asks the witnesses itself and waits for their answer
//  3 watch-believes-the-new   `log watch` takes whatever is signed, without comparing it with what it saw
#include "ledger/witness.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/key_file.h"
#include "ledger/cosignature.h"
#include "ledger/naive_tree_for_tests.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

double now() { return Seconds(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// A program that serves, until it is killed.
class Serving {
 public:
  Serving(std::vector<std::string> arguments, const std::string& log) : log_(log) {
    fs::remove(log);
    process_ = start_cordon(arguments, log);
    for (const double until = now() + 20; port_ == 0 && now() < until;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const std::string said = exists(log) ? *read_file(log, 1u << 20) : "";
      const std::size_t at = said.find("http://127.0.0.1:");
      if (at != said.npos && said.find('\n', at) != said.npos) port_ = std::atoi(said.c_str() + at + 17);
    }
    EXPECT_NE(port_, 0) << *read_file(log, 1u << 20);
  }
  ~Serving() { stop(SIGTERM); }
  void stop(int signal) {
    if (process_ < 0) return;
    ::kill(process_, signal);
    wait_for(process_);
    process_ = -1;
  }
  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::string said() const { return *read_file(log_, 1u << 20); }

 private:
  std::string log_;
  pid_t process_ = -1;
  int port_ = 0;
};

http::Answer post(const std::string& url, const std::string& body) {
  http::Client client;
  const auto answer = client.ask({"POST", url, {}, body});
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : http::Answer{};
}
http::Answer get(const std::string& url) {
  http::Client client;
  const auto answer = client.ask({"GET", url});
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : http::Answer{};
}

class WitnessProcess : public testing::Test {
 protected:
  void make_witness(const std::string& log_vkey) {
    const Outcome made =
        cordon({"witness", "init", "--json", "--folder", folder(), "--name", "witness.example.org", "--log", log_vkey});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    key_ = *parse_witness_key(made.lines().front().text_or("key"));
  }
  std::string folder() const { return work_.path() + "/witness"; }
  std::vector<std::string> serve() const { return {"witness", "serve", "--folder", folder(), "--port", "0"}; }
  std::string log() const { return work_.path() + "/witness.log"; }
  std::string note(std::size_t size) {
    return sign_note(write_checkpoint({kTestLog, tree_.head(size), {}}), kTestLog, test_log_key());
  }
  std::string request(std::size_t from, std::size_t to) {
    return write_add_checkpoint({from, from > 0 && from < to ? tree_.subproof(from, 0, to) : Proof{}, note(to)});
  }

  TemporaryFolder work_{TemporaryFolder::Where::Memory};
  NaiveTree tree_{some_leaves(200)};
  WitnessKey key_;
};

TEST_F(WitnessProcess, answers_as_the_protocol_says) {
  make_witness(verifier_key(kTestLog, test_log_key().public_key()));
  const Serving witness(serve(), log());
  const std::string url = witness.url("/add-checkpoint");
  EXPECT_EQ(get(witness.url("/" + sha256(kTestLog).hex() + "/checkpoint")).status, 404) << "never cosigned";
  const http::Answer first = post(url, request(0, 7));
  EXPECT_EQ(first.status, 200);
  EXPECT_TRUE(with_cosignature(note(7), first.body, key_));
  const http::Answer conflict = post(url, request(3, 9));
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.header("content-type"), "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "7\n");
  EXPECT_EQ(post(url, write_add_checkpoint({7, {}, note(9)})).status, 422);
  EXPECT_EQ(post(url, "old 0\n").status, 400);
  const SecretKey other = *SecretKey::from_seed(std::string(32, 'o'));
  EXPECT_EQ(post(url, write_add_checkpoint(
                          {0, {}, sign_note(write_checkpoint({kTestLog, tree_.head(9), {}}), kTestLog, other)}))
                .status,
            403);
  EXPECT_EQ(
      post(url, write_add_checkpoint(
                    {0, {}, sign_note(write_checkpoint({"a.example.net", tree_.head(9), {}}), "a.example.net", other)}))
          .status,
      404);
  EXPECT_EQ(post(url, std::string(70u << 10, 'x')).status, 413);
  EXPECT_EQ(get(url).status, 405);
  EXPECT_EQ(post(url, request(7, 9)).status, 200);
  const http::Answer kept = get(witness.url("/" + sha256(kTestLog).hex() + "/checkpoint"));
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(cosigned_by(*read_note(kept.body), std::vector{key_})->size(), 1u);
  EXPECT_TRUE(open_note(kept.body, kTestLog, test_log_key().public_key()));
}

// Planted bug 1.
TEST_F(WitnessProcess, remembers_what_it_cosigned_though_it_is_killed_at_once) {
  make_witness(verifier_key(kTestLog, test_log_key().public_key()));
  std::size_t before = 0;
  for (std::size_t size = 10; size <= 100; size += 10) {
    Serving witness(serve(), log());
    ASSERT_EQ(post(witness.url("/add-checkpoint"), request(before, size)).status, 200);
    witness.stop(SIGKILL);
    before = size;
  }
  Serving witness(serve(), log());
  EXPECT_EQ(post(witness.url("/add-checkpoint"), request(0, 50)).body, "100\n");
  // One log, one history: two processes are never one witness, and a copy of its folder is none.
  EXPECT_EQ(cordon({"witness", "serve", "--folder", folder(), "--port", "0"}).exit_code, 5);
  fs::copy(folder(), folder() + ".copy", fs::copy_options::recursive);
  EXPECT_EQ(cordon({"witness", "serve", "--folder", folder() + ".copy", "--port", "0"}).exit_code, 4);
}

TEST_F(WitnessProcess, keeps_the_proof_when_a_log_signs_two_histories) {
  make_witness(verifier_key(kTestLog, test_log_key().public_key()));
  const Serving witness(serve(), log());
  ASSERT_EQ(post(witness.url("/add-checkpoint"), request(0, 7)).status, 200);
  NaiveTree other(some_leaves(200, 1000));
  const std::string fork = sign_note(write_checkpoint({kTestLog, other.head(7), {}}), kTestLog, test_log_key());
  EXPECT_EQ(post(witness.url("/add-checkpoint"), write_add_checkpoint({7, {}, fork})).status, 422);
  const std::string kept = *read_file(folder() + "/logs/" + sha256(kTestLog).hex() + "/contradiction-1", 1u << 20);
  EXPECT_NE(kept.find(fork), kept.npos);
  EXPECT_NE(kept.find(note(7)), kept.npos);
  const Outcome shown = cordon({"witness", "show", "--json", "--folder", folder()});
  EXPECT_EQ(shown.lines().at(1).number_or("contradictions", 0), 1);
}

// ── a desk and its witnesses ──

class WitnessedDesk : public testing::Test {
 protected:
  std::string log_vkey() const {
    const Note note = *read_note(*read_file(desk_.desk() + "/log/checkpoint", 1u << 20));
    const SecretKey key = *SecretKey::from_seed(*read_key_file(desk_.desk() + "/keys/log.key"));
    return verifier_key(note.signatures.front().name, key.public_key());
  }
  void name_witnesses(const std::vector<std::pair<std::string, std::string>>& witnesses) {
    std::string toml = *read_file(desk_.desk() + "/cordon.toml", 1u << 20);
    toml = toml.substr(0, toml.find("\n[log]\n"));
    toml += "\n[log]\nwitnesses = [";
    for (const auto& [url, key] : witnesses) toml += "{ url = \"" + url + "\", key = \"" + key + "\" },";
    ASSERT_TRUE(write_file(desk_.desk() + "/cordon.toml", toml + "]\n"));
  }
  std::string make_witness(const std::string& name) {
    const Outcome made = cordon({"witness", "init", "--json", "--folder", work_.path() + "/" + name, "--name",
                                 name + ".example.org", "--log", log_vkey()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.lines().front().text_or("key");
  }
  std::vector<std::string> serve(const std::string& name) const {
    return {"witness", "serve", "--folder", work_.path() + "/" + name, "--port", "0"};
  }
  std::vector<std::string> serve_desk() const { return {"serve", "--desk", desk_.desk(), "--port", "0"}; }
  std::string log(const std::string& name) const { return work_.path() + "/" + name + ".log"; }
  // Whether the published checkpoint gets this witness's cosignature within ten seconds.
  bool is_cosigned_by(const std::string& vkey) const {
    const std::vector witness{*parse_witness_key(vkey)};
    for (const double until = now() + 10; now() < until; std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
      const auto found = cosigned_by(*read_note(*read_file(desk_.desk() + "/log/checkpoint", 1u << 20)), witness);
      if (found && found->size() == 1) return true;
    }
    return false;
  }

  DeskFolder desk_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
};

TEST_F(WitnessedDesk, is_cosigned_as_it_goes_and_anybody_verifies_it_from_elsewhere) {
  const std::string one = make_witness("one"), two = make_witness("two");
  const Serving first(serve("one"), log("one")), second(serve("two"), log("two"));
  name_witnesses({{first.url(), one}, {second.url(), two}});
  const Serving desk(serve_desk(), log("desk"));
  for (const char* name : {"first-bank.example.com", "second-bank.example.com"}) {
    desk_.phishing_case(name);
    EXPECT_TRUE(is_cosigned_by(one));
    EXPECT_TRUE(is_cosigned_by(two));
  }
  // From elsewhere, with nothing of this desk but its key and its witnesses'.
  const std::vector<std::string> verify{"log",       "verify", desk.url("/log"), "--json", "--key", log_vkey(),
                                        "--witness", one,      "--witness",      two};
  const Outcome verified = cordon(verify);
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_EQ(verified.line().find("cosigned")->array()->size(), 2u);
  std::vector<std::string> of_a_stranger = verify;
  of_a_stranger.insert(of_a_stranger.end(),
                       {"--witness", witness_vkey({"three.example.org", test_log_key().public_key()})});
  EXPECT_EQ(cordon(of_a_stranger).exit_code, 1);
  of_a_stranger.insert(of_a_stranger.end(), {"--quorum", "2"});
  EXPECT_EQ(cordon(of_a_stranger).exit_code, 0);
  // A line with its proof, checked without the desk.
  const Outcome proof = desk_.run({"log", "prove", "1"});
  ASSERT_EQ(proof.exit_code, 0) << proof.err;
  const std::string file = desk_.folder().file("line.tlog-proof", proof.line().text_or("proof"));
  const Outcome checked = cordon({"log", "check", file, "--json", "--key", log_vkey(), "--witness", one});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_EQ(checked.line().find("leaf")->text_or("type"), "batch");
  std::string turned = proof.line().text_or("proof");
  turned.replace(turned.find("index 1"), 7, "index 0");
  EXPECT_EQ(cordon({"log", "check", desk_.folder().file("turned", turned), "--key", log_vkey()}).exit_code, 1);
}

// Planted bug 2.
TEST_F(WitnessedDesk, waits_for_no_witness_to_give_a_receipt) {
  std::atomic<bool> over{false};
  const std::unique_ptr<http::Server> slow = *http::Server::listen("127.0.0.1", 0, [&](const http::Request&) {
    for (int i = 0; i < 3000 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return http::Response{503, "text/plain", "", {}};
  });
  name_witnesses({{"http://127.0.0.1:" + std::to_string(slow->port()) + "/",
                   witness_vkey({"slow.example.org", test_log_key().public_key()})},
                  {"http://127.0.0.1:9/",
                   witness_vkey({"dead.example.org", SecretKey::from_seed(std::string(32, 'd'))->public_key()})}});
  {
    const double began = now();
    const Serving desk(serve_desk(), log("desk"));
    EXPECT_LT(now() - began, 8) << "a start waits three seconds for all of them together";
    for (const char* name : {"a-bank.example.com", "b-bank.example.com", "c-bank.example.com"}) {
      const double before = now();
      desk_.phishing_case(name);
      EXPECT_LT(now() - before, 3) << name;
    }
    EXPECT_GE(get(desk.url("/api/v1/log")).status, 200);
    EXPECT_EQ(desk_.run({"log", "verify"}).line().number_or("size", 0), 3);
  }
  over = true;
}

// Planted bugs: the desk signs on; the refusal is forgotten when the witness is away.
TEST_F(WitnessedDesk, that_is_older_than_what_a_witness_saw_signs_nothing_until_it_takes_that_back) {
  const std::string key = make_witness("one");
  std::optional<Serving> witness(std::in_place, serve("one"), log("one"));
  name_witnesses({{witness->url(), key}});
  fs::copy(desk_.desk(), work_.path() + "/older", fs::copy_options::recursive);
  fs::copy(desk_.desk() + ".signer", work_.path() + "/older.signer", fs::copy_options::recursive);
  desk_.phishing_case("first-bank.example.com");
  ASSERT_EQ(desk_.run({"log", "cosign"}).line().text_or("state"), "cosigned");
  // A copy of desk and signer is another place: nothing is signed there, whatever the witness says.
  const Outcome copied = cordon({"notice", "list", "--desk", work_.path() + "/older", "--json"});
  EXPECT_EQ(copied.exit_code, 4);
  EXPECT_NE(copied.err.find("copied here"), copied.err.npos);
  const Outcome refused = cordon({"log", "continue", "--desk", work_.path() + "/older", "--json"});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_NE(refused.err.find("has seen"), refused.err.npos) << refused.err;
  // A copy of the latest state may go on, once the witness confirmed it.
  const std::string moved = work_.path() + "/moved";
  fs::copy(desk_.desk(), moved, fs::copy_options::recursive);
  fs::copy(desk_.desk() + ".signer", moved + ".signer", fs::copy_options::recursive);
  EXPECT_EQ(cordon({"notice", "list", "--desk", moved, "--json"}).exit_code, 4);
  EXPECT_EQ(cordon({"log", "continue", "--desk", moved, "--json"}).exit_code, 0);
  const std::string report =
      desk_.folder().file("report.txt", "A page at second-bank.example.com copies a sign-in form.");
  EXPECT_EQ(cordon({"intake", report, "--category", "phishing", "--desk", moved, "--json"}).exit_code, 0);
  ASSERT_EQ(cordon({"log", "cosign", "--desk", moved, "--json"}).line().text_or("state"), "cosigned");
  // The first place was forgotten and is started: the witness has seen more. It stays so when the witness is away.
  EXPECT_EQ(desk_.run({"notice", "list"}).exit_code, 4);
  witness.reset();
  const Outcome away = desk_.run({"notice", "list"});
  EXPECT_EQ(away.exit_code, 4) << away.out;
  EXPECT_NE(away.err.find("does not answer"), away.err.npos) << away.err;
}

TEST_F(WitnessedDesk, is_a_witness_itself_where_it_has_the_folder) {
  ASSERT_EQ(cordon({"witness", "init", "--desk", desk_.desk(), "--name", "desk.example.org/witness", "--log",
                    verifier_key(kTestLog, test_log_key().public_key())})
                .exit_code,
            0);
  const Serving desk(serve_desk(), log("desk"));
  NaiveTree tree(some_leaves(9));
  const std::string body = write_add_checkpoint(
      {0, {}, sign_note(write_checkpoint({kTestLog, tree.head(9), {}}), kTestLog, test_log_key())});
  EXPECT_EQ(post(desk.url("/witness/add-checkpoint"), body).status, 200);
  EXPECT_EQ(post(desk.url("/witness/add-checkpoint"), body).body, "9\n");
  EXPECT_EQ(get(desk.url("/witness/" + sha256(kTestLog).hex() + "/checkpoint")).status, 200);
  EXPECT_EQ(get(desk.url("/log/checkpoint")).status, 200);
}

TEST_F(WitnessedDesk, settings_that_name_a_witness_wrongly_say_so) {
  const std::string key = witness_vkey({"one.example.org", test_log_key().public_key()});
  const std::string toml = *read_file(desk_.desk() + "/cordon.toml", 1u << 20);
  for (const auto& [list, says] : std::map<std::string, std::string>{
           {R"("https://w.example.org")", "expected a table"},
           {R"({ url = "ftp://w.example.org", key = ")" + key + R"(" })", "https://"},
           {R"({ url = "https://w.example.org", key = ")" + log_vkey() + R"(" })", "a witness's key"},
           {R"({ url = "https://a.example.org", key = ")" + key + R"(" }, { url = "https://b.example.org", key = ")" +
                key + R"(" })",
            "twice"},
           {R"({ url = "https://w.example.org", key = ")" + key + R"(", quorum = 1 })", "no setting"}}) {
    ASSERT_TRUE(write_file(desk_.desk() + "/cordon.toml", toml + "\n[log]\nwitnesses = [ " + list + " ]\n"));
    const Outcome outcome = desk_.run({"notice", "list"});
    EXPECT_EQ(outcome.exit_code, 3) << list;
    EXPECT_NE(outcome.err.find(says), outcome.err.npos) << outcome.err;
  }
}

// ── a watcher of a log that is served as files ──

class Watcher : public testing::Test {
 protected:
  Watcher()
      : server_(*http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) {
          const auto bytes = read_file(served_ + request.path, 1u << 26);
          return bytes ? http::Response{200, "application/octet-stream", *bytes, {}}
                       : http::Response{404, "text/plain", "none\n", {}};
        })) {}
  // A log of these lines in a folder of its own, signed by the test's key.
  std::string make_log(const std::string& name, const std::vector<std::string>& lines) {
    const std::string folder = work_.path() + "/" + name;
    const TreeHead head = *append_leaves(folder, 0, lines);
    EXPECT_TRUE(write_file(folder + "/checkpoint",
                           sign_note(write_checkpoint({kTestLog, head, {}}), kTestLog, test_log_key())));
    return folder;
  }
  static std::vector<std::string> lines(std::size_t count, std::size_t other_from = SIZE_MAX) {
    std::vector<std::string> out = some_leaves(count);
    for (std::size_t i = other_from; i < count; ++i) out[i] = "another line " + std::to_string(i);
    return out;
  }
  Outcome look() {
    return cordon({"log", "watch", "http://127.0.0.1:" + std::to_string(server_->port()), "--key",
                   verifier_key(kTestLog, test_log_key().public_key()), "--state", work_.path() + "/seen", "--once",
                   "--json"});
  }

  TemporaryFolder work_{TemporaryFolder::Where::Memory};
  std::string served_;
  std::unique_ptr<http::Server> server_;
};

// Planted bug 3.
TEST_F(Watcher, follows_a_log_and_keeps_what_contradicts_it) {
  served_ = make_log("a300", lines(300));
  EXPECT_EQ(look().line().text_or("state"), "new");
  EXPECT_EQ(look().line().text_or("state"), "same");
  served_ = make_log("a700", lines(700));
  const Outcome grown = look();
  EXPECT_EQ(grown.line().text_or("state"), "grown") << grown.err;
  EXPECT_EQ(cordon({"log", "verify", work_.path() + "/seen/log", "--key",
                    verifier_key(kTestLog, test_log_key().public_key())})
                .exit_code,
            0)
      << "what it keeps is a mirror";
  served_ = work_.path() + "/a300";
  EXPECT_EQ(look().line().text_or("state"), "older");

  int number = 0;
  for (const auto& [size, other_from] :
       std::vector<std::pair<std::size_t, std::size_t>>{{700, 650}, {400, 100}, {900, 650}, {1200, 3}, {701, 699}}) {
    served_ = make_log("b" + std::to_string(++number), lines(size, other_from));
    const Outcome fork = look();
    EXPECT_EQ(fork.exit_code, 1) << fork.out;
    EXPECT_NE(fork.err.find("contradicts"), fork.err.npos) << fork.err;
    const std::string kept = work_.path() + "/seen/evidence/" + std::to_string(number);
    EXPECT_EQ(*read_file(kept + "/first.note", 1u << 20), *read_file(work_.path() + "/a700/checkpoint", 1u << 20));
    EXPECT_EQ(*read_file(kept + "/second.note", 1u << 20), *read_file(served_ + "/checkpoint", 1u << 20));
    if (size > 700) {
      EXPECT_NE(fork.err.find("from line " + std::to_string(other_from)), fork.err.npos) << fork.err;
    }
  }
  // It still follows the log that it saw.
  served_ = make_log("a900", lines(900));
  const Outcome on = look();
  EXPECT_EQ(on.line().text_or("state"), "grown") << on.err;
  EXPECT_EQ(on.line().number_or("size", 0), 900);
}

TEST_F(Watcher, tells_broken_files_from_another_history) {
  served_ = make_log("a300", lines(300));
  ASSERT_EQ(look().exit_code, 0);
  const std::string broken = make_log("a700", lines(700));
  std::string bundle = *read_file(broken + "/tile/entries/001", 1u << 26);
  bundle[bundle.size() / 2] = static_cast<char>(bundle[bundle.size() / 2] ^ 1);
  ASSERT_TRUE(write_file(broken + "/tile/entries/001", bundle));
  served_ = broken;
  const Outcome outcome = look();
  EXPECT_EQ(outcome.exit_code, 7) << outcome.err;
  EXPECT_NE(outcome.err.find("tile/entries/001"), outcome.err.npos) << outcome.err;
  served_ = make_log("a701", lines(701));
  EXPECT_EQ(look().line().text_or("state"), "grown");
  served_ = work_.path() + "/nowhere";
  EXPECT_NE(look().exit_code, 0);
}

}  // namespace
}  // namespace cordon::testing_desk
