// Verifiers that are not ours read our logs: tests/log/verify_log.py (Python's standard library alone) and
// tests/log/verify_log.go (golang.org/x/mod/sumdb as Debian packages it), where Go is. They and ours must agree on a
// desk's own log, on every (line, size) pair to 128, on random proofs over 70,000 lines (CORDON_PROOFS says how many),
// and on what is wrong.
//
// Planted bugs, each seen to turn this red: a leaf's or a node's prefix byte left out of both writer and verifier (our
// own tests of a round trip stay green); a partial tile one hash too narrow.
#include <gtest/gtest.h>

#include <iostream>

#include "../program.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "desk/key_file.h"
#include "ledger/cosignature.h"
#include "ledger/naive_tree_for_tests.h"
#include "ledger/tlog_proof.h"
#include "ledger/verify.h"

namespace cordon::testing_desk {
namespace {

constexpr std::size_t kLines = 70'000, kMutations = 20'000;

std::uint64_t draw(Random& random, std::uint64_t limit) {
  std::uint64_t out = 0;
  for (const char byte : random.bytes(8)) out = out << 8 | static_cast<unsigned char>(byte);
  return out % limit;
}

struct Ran {
  int code;
  std::string out;
};
Ran run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  CORDON_CHECK(pipe != nullptr, "a shell");
  std::string out;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, got);
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}
std::string quoted(const std::string& word) { return "'" + word + "'"; }
std::string python(const std::string& log, const std::string& vkey, const std::string& more = {}) {
  return "python3 " + quoted(source_folder() + "/tests/log/verify_log.py") + " " + quoted(log) + " " + quoted(vkey) +
         " " + more;
}

// Whether Go and its sumdb packages are here; built once.
class GoVerifier {
 public:
  GoVerifier() {
    if (run("command -v go").code != 0 || !exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")) {
      std::cout << "cordon: Go's sumdb is not asked: no golang-go and golang-golang-x-mod-dev here\n";
      return;
    }
    const Ran built = run(
        "cd " + quoted(source_folder() + "/tests/log") +
        " && GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE=" + quoted(source_folder() + "/build/go-cache") +
        " go build -o " + quoted(folder_.path() + "/verify_log") + " verify_log.go");
    EXPECT_EQ(built.code, 0) << built.out;
    is_here_ = built.code == 0;
  }
  bool is_here() const { return is_here_; }
  Ran verify(const std::string& log, const std::string& vkey, const std::string& proofs = {}) const {
    return run(quoted(folder_.path() + "/verify_log") + " " + quoted(log) + " " + quoted(vkey) + " " + proofs);
  }

 private:
  TemporaryFolder folder_;
  bool is_here_ = false;
};

std::string base64_list(const Proof& proof) {
  std::string out = "[";
  for (const Digest& hash : proof) out += (out.size() > 1 ? "," : "") + to_text(Json(to_base64(hash.view())));
  return out + "]";
}
std::string inclusion_line(std::uint64_t index, const TreeHead& head, std::string_view leaf, const Proof& proof,
                           bool right = true) {
  return "{\"index\":" + std::to_string(index) + ",\"size\":" + std::to_string(head.size) + ",\"root\":\"" +
         to_base64(head.root.view()) + "\",\"leaf\":\"" + to_hex(leaf) + "\",\"proof\":" + base64_list(proof) +
         ",\"right\":" + (right ? "true" : "false") + "}\n";
}
std::string consistency_line(const TreeHead& before, const TreeHead& head, const Proof& proof, bool right = true) {
  return "{\"old\":" + std::to_string(before.size) + ",\"old_root\":\"" + to_base64(before.root.view()) +
         "\",\"size\":" + std::to_string(head.size) + ",\"root\":\"" + to_base64(head.root.view()) +
         "\",\"proof\":" + base64_list(proof) + ",\"right\":" + (right ? "true" : "false") + "}\n";
}

class LogVerifiers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    go_ = std::make_unique<GoVerifier>();
    folder_ = std::make_unique<TemporaryFolder>(TemporaryFolder::Where::Memory);
    leaves_ = some_leaves(kLines);
    head_ = *append_leaves(log(), 0, leaves_);
    CORDON_CHECK(static_cast<bool>(write_file(log() + "/checkpoint", sign_note(write_checkpoint({kTestLog, head_, {}}),
                                                                               kTestLog, test_log_key()))),
                 "a test's log");
  }
  static void TearDownTestSuite() {
    folder_.reset();
    go_.reset();
  }
  static std::string log() { return folder_->path() + "/log"; }
  static std::string vkey() { return verifier_key(kTestLog, test_log_key().public_key()); }
  static void all_agree(const std::string& proofs, std::size_t count) {
    const std::string file = folder_->file("proofs", proofs), says = std::to_string(count) + " proofs";
    const Ran by_python = run(python(log(), vkey(), "--proofs " + quoted(file)));
    EXPECT_EQ(by_python.code, 0) << by_python.out;
    EXPECT_NE(by_python.out.find(says), std::string::npos) << by_python.out;
    if (!go_->is_here()) return;
    const Ran by_go = go_->verify(log(), vkey(), file);
    EXPECT_EQ(by_go.code, 0) << by_go.out;
    EXPECT_NE(by_go.out.find(says), std::string::npos) << by_go.out;
  }

  static std::unique_ptr<GoVerifier> go_;
  static std::unique_ptr<TemporaryFolder> folder_;
  static std::vector<std::string> leaves_;
  static TreeHead head_;
};
std::unique_ptr<GoVerifier> LogVerifiers::go_;
std::unique_ptr<TemporaryFolder> LogVerifiers::folder_;
std::vector<std::string> LogVerifiers::leaves_;
TreeHead LogVerifiers::head_;

TEST_F(LogVerifiers, agree_on_each_pair_to_128) {
  std::string proofs;
  std::size_t count = 0;
  std::vector<TreeHead> heads;
  for (std::uint64_t size = 0; size <= 128; ++size) heads.push_back(*head_from_tiles(log(), size));
  for (std::uint64_t size = 1; size <= 128; ++size) {
    for (std::uint64_t at = 0; at < size; ++at) {
      const Proof inclusion = *inclusion_proof(log(), size, at);
      ASSERT_TRUE(verify_inclusion(heads[size], at, leaf_hash(leaves_[at]), inclusion));
      proofs += inclusion_line(at, heads[size], leaves_[at], inclusion);
      const Proof consistency = *consistency_proof(log(), at + 1, size);
      ASSERT_TRUE(verify_consistency(heads[at + 1], heads[size], consistency));
      proofs += consistency_line(heads[at + 1], heads[size], consistency);
      count += 2;
    }
  }
  EXPECT_EQ(count, 128u * 129u);
  all_agree(proofs, count);
}

TEST_F(LogVerifiers, agree_on_random_proofs_and_on_what_is_wrong_with_them) {
  SeededRandom random(20261128);
  std::string proofs;
  std::map<std::uint64_t, TreeHead> heads;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t size = 1 + draw(random, kLines);
    heads.emplace(size, *head_from_tiles(log(), size));
  }
  const std::vector<std::pair<std::uint64_t, TreeHead>> all(heads.begin(), heads.end());
  const auto random_proofs = static_cast<std::size_t>(samples("CORDON_PROOFS", 5'000, 20'000, 100'000));
  std::size_t count = 0, wrong = 0;
  for (; count < random_proofs; ++count) {
    const TreeHead& head = all[draw(random, all.size())].second;
    const bool damaged = draw(random, 10) == 0;
    wrong += damaged ? 1 : 0;
    const auto damage = [&](Proof proof) {
      if (proof.empty()) return Proof{sha256("one too many")};
      Digest& hash = proof[draw(random, proof.size())];
      hash.bytes[draw(random, 32)] ^= static_cast<std::uint8_t>(1u << draw(random, 8));
      return proof;
    };
    if (draw(random, 2) == 0) {
      const std::uint64_t at = draw(random, head.size);
      Proof proof = *inclusion_proof(log(), head.size, at);
      if (damaged) proof = damage(std::move(proof));
      ASSERT_EQ(verify_inclusion(head, at, leaf_hash(leaves_[at]), proof), !damaged);
      proofs += inclusion_line(at, head, leaves_[at], proof, !damaged);
    } else {
      const TreeHead& other = all[draw(random, all.size())].second;
      const TreeHead &before = other.size < head.size ? other : head, &after = other.size < head.size ? head : other;
      Proof proof = *consistency_proof(log(), before.size, after.size);
      if (damaged) proof = damage(std::move(proof));
      ASSERT_EQ(verify_consistency(before, after, proof), !damaged);
      proofs += consistency_line(before, after, proof, !damaged);
    }
  }
  EXPECT_GT(wrong, count / 20);
  all_agree(proofs, count);
}

// Bits, bytes and lines of checkpoints, of notes with a cosignature and of proofs: none is taken any more.
TEST_F(LogVerifiers, of_ours_take_no_mutation) {
  SeededRandom random(7);
  const auto public_key = test_log_key().public_key();
  const SecretKey witness_key = *SecretKey::from_seed(std::string(32, 'w'));
  const std::vector witness{WitnessKey{"witness.example.org", witness_key.public_key()}};
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) {
    const TreeHead head = *head_from_tiles(log(), 1 + draw(random, kLines));
    const std::string text = write_checkpoint({kTestLog, head, {"operator csirt"}});
    const std::uint64_t index = draw(random, head.size);
    const std::string note = sign_note(text, kTestLog, test_log_key()) +
                             write_signatures({cosign(text, 1'790'000'000, witness[0].name, witness_key)});
    texts.push_back(note);
    texts.push_back(write_tlog_proof({leaves_[index], index, *inclusion_proof(log(), head.size, index), note}));
  }
  const auto accepted = [&](const std::string& bytes) {
    std::string note = bytes;
    if (const auto proof = read_tlog_proof(bytes)) {
      const auto checkpoint = open_checkpoint(proof->checkpoint, kTestLog, public_key);
      if (!checkpoint || !verify_inclusion(checkpoint->head, proof->index, leaf_hash(proof->extra), proof->proof))
        return false;
      note = proof->checkpoint;
    }
    const auto read = read_note(note);
    const auto cosigned = read ? cosigned_by(*read, witness) : Result<std::vector<Cosigned>>(read.error());
    return open_checkpoint(note, kTestLog, public_key) && cosigned && cosigned->size() == 1;
  };
  for (const std::string& text : texts) ASSERT_TRUE(accepted(text)) << text;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < kMutations; ++i) {
    const std::string& whole = texts[draw(random, texts.size())];
    std::string changed = whole;
    const std::size_t at = draw(random, changed.size());
    switch (draw(random, 6)) {
      case 0:
        changed[at] = static_cast<char>(changed[at] ^ (1 << draw(random, 8)));
        break;
      case 1:
        changed[at] = static_cast<char>(draw(random, 256));
        break;
      case 2:
        changed.erase(at, 1 + draw(random, 4));
        break;
      case 3:
        changed.insert(at, 1, static_cast<char>(draw(random, 256)));
        break;
      case 4: {  // a line twice, or a line less
        const std::size_t begin = changed.rfind('\n', at) + 1, end = changed.find('\n', at) + 1;
        if (draw(random, 2) == 0)
          changed.insert(end, changed.substr(begin, end - begin));
        else
          changed.erase(begin, end - begin);
        break;
      }
      default: {  // the line of another one
        const std::string& other = texts[draw(random, texts.size())];
        const std::size_t begin = changed.rfind('\n', at) + 1, end = changed.find('\n', at) + 1;
        const std::size_t from = other.rfind('\n', draw(random, other.size())) + 1;
        changed.replace(begin, end - begin, other.substr(from, other.find('\n', from) + 1 - from));
      }
    }
    if (changed == whole) continue;
    if (!accepted(changed)) continue;
    // A right signature said twice, or another one's right line in its place, is the same statement.
    const bool same_statement =
        std::find(texts.begin(), texts.end(), changed) != texts.end() || changed.size() > whole.size();
    if (same_statement && read_note(changed) && read_note(whole) && read_note(changed)->text == read_note(whole)->text)
      continue;
    ++taken;
    ADD_FAILURE() << "taken:\n" << changed << "\ninstead of\n" << whole;
    if (taken > 3) break;
  }
}

TEST_F(LogVerifiers, read_a_desks_own_log_and_see_one_changed_byte) {
  const DeskFolder desk;
  for (int i = 0; i < 3; ++i) desk.phishing_case("bank-" + std::to_string(i) + ".example.com");
  const std::string log = desk.desk() + "/log";
  const std::string vkey =
      verifier_key(read_note(*read_file(log + "/checkpoint", 1u << 20))->signatures.front().name,
                   SecretKey::from_seed(*read_key_file(desk.desk() + "/keys/log.key"))->public_key());
  const Ran by_python = run(python(log, vkey));
  EXPECT_EQ(by_python.code, 0) << by_python.out;
  EXPECT_NE(by_python.out.find("yes: 3 lines"), std::string::npos) << by_python.out;
  if (go_->is_here()) {
    EXPECT_EQ(go_->verify(log, vkey).code, 0) << go_->verify(log, vkey).out;
  }
  const std::string bundle = log + "/tile/entries/000.p/3";
  std::string bytes = *read_file(bundle, 1u << 20);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  ASSERT_TRUE(write_file(bundle, bytes));
  EXPECT_EQ(run(python(log, vkey)).code, 1);
  if (go_->is_here()) {
    EXPECT_EQ(go_->verify(log, vkey).code, 1);
  }
}

// The lines of docs/verify-us.md, with a shell, OpenSSL, jq and Python: tests/log/stranger. What the page shows is what
// is run here. Planted bugs, each seen red: a byte of the letter, of a line, of the signature.
TEST_F(LogVerifiers, let_a_stranger_follow_the_page_with_other_tools) {
  for (const char* tool : {"openssl", "jq", "python3", "awk"})
    ASSERT_EQ(run("command -v " + std::string(tool)).code, 0) << "tools/install --test brings " << tool;
  const DeskFolder desk;
  const std::string case_id = desk.phishing_case();
  const std::string evidence = desk.assess(case_id);
  const Json proposed = desk.propose(case_id);
  ASSERT_EQ(desk.as("approver1", {"case", "open", case_id, evidence, "--out", "-"}).exit_code, 0);
  const Outcome approved =
      desk.as("approver1", {"decide", "approve", proposed.text_or("proposal"), "--digest", proposed.text_or("digest")});
  ASSERT_EQ(approved.exit_code, 0) << approved.err;
  ASSERT_EQ(desk.letters().size(), 1u);
  const std::string log = desk.desk() + "/log", letter = desk.letters().front();
  const std::string vkey =
      verifier_key(read_note(*read_file(log + "/checkpoint", 1u << 20))->signatures.front().name,
                   SecretKey::from_seed(*read_key_file(desk.desk() + "/keys/log.key"))->public_key());
  const auto follow = [&](const std::string& notice) {
    return run("sh " + quoted(source_folder() + "/tests/log/stranger") + " " + quoted(log) + " " + quoted(vkey) + " " +
               quoted(notice));
  };
  const Ran right = follow(letter);
  EXPECT_EQ(right.code, 0) << right.out;
  EXPECT_NE(right.out.find("Signature Verified Successfully"), std::string::npos) << right.out;
  EXPECT_NE(right.out.find("yes: notice "), std::string::npos) << right.out;
  EXPECT_NE(right.out.find("\"decision effective\":1"), std::string::npos) << right.out;
  // Each command of the script stands on the page in the same words.
  const std::string page = *read_file(source_folder() + "/docs/verify-us.md", 1u << 20);
  const std::string script = *read_file(source_folder() + "/tests/log/stranger", 1u << 20);
  for (const char* command : {"openssl pkeyutl -verify", "awk -v name=", "sed '/^$/,$d'", "--lines > lines.jsonl",
                              "--before before", "group_by(.name)"}) {
    EXPECT_NE(page.find(command), std::string::npos) << command;
    EXPECT_NE(script.find(command), std::string::npos) << command;
  }
  std::string bytes = *read_file(letter, 1u << 20);
  const std::size_t at = bytes.find("bank", bytes.find("\r\n\r\n"));  // a header may change on the way
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'h';
  const Ran wrong = follow(desk.folder().file("other.eml", bytes));
  EXPECT_EQ(wrong.code, 1) << wrong.out;
  EXPECT_NE(wrong.out.find("no: "), std::string::npos) << wrong.out;
}

}  // namespace
}  // namespace cordon::testing_desk
