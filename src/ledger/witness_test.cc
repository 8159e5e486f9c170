// The rules of add-checkpoint, one by one. The sequence that others published is in vectors_test.cc, and the whole way
// over HTTP in tests/desk/witness_test.cc.
#include "ledger/witness.h"

#include <gtest/gtest.h>

#include "ledger/cosignature.h"
#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

const std::string kWitness = "witness.example.org";
SecretKey witness_key() { return *SecretKey::from_seed(std::string(32, 'w')); }

class WitnessRules : public testing::Test {
 protected:
  std::string note_of(const TreeHead& head, const std::string& origin = kTestLog) {
    return sign_note(write_checkpoint({origin, head, {"charter sha256:00"}}), origin, test_log_key());
  }
  std::string body(std::size_t old_size, std::size_t size) {
    const bool known = old_size > 0 && old_size < size;
    return write_add_checkpoint(
        {old_size, known ? tree_.subproof(old_size, 0, size) : Proof{}, note_of(tree_.head(size))});
  }
  WitnessAnswer ask(const std::string& bytes) {
    const auto opened = open_request(bytes, logs_);
    if (const auto* answer = std::get_if<WitnessAnswer>(&opened)) return *answer;
    WitnessAnswer answer = *decide_request(std::get<SignedRequest>(opened), kept_, kWitness, witness_key(), ++now_);
    if (answer.status == 200) kept_ = answer.keep;
    return answer;
  }
  int status(const std::string& bytes) { return ask(bytes).status; }

  std::vector<WitnessedLog> logs_{{kTestLog, {test_log_key().public_key()}}};
  NaiveTree tree_{some_leaves(40)};
  NaiveTree other_{some_leaves(40, 1000)};
  std::optional<std::string> kept_;
  std::uint64_t now_ = 1'790'000'000;
};

TEST_F(WitnessRules, a_log_is_followed_as_it_grows_and_each_answer_is_a_cosignature) {
  std::size_t before = 0;
  for (const std::size_t size : {0u, 1u, 2u, 3u, 3u, 7u, 8u, 33u, 40u}) {
    const WitnessAnswer answer = ask(body(before, size));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Note note = *read_note(note_of(tree_.head(size)));
    const auto line = read_signatures(answer.body);
    ASSERT_TRUE(line && line->size() == 1);
    EXPECT_EQ(*read_cosignature(note.text, line->front(), {kWitness, witness_key().public_key()}), now_);
    EXPECT_EQ(answer.keep, write_note(note) + answer.body);
    before = size;
  }
}

// Planted: decide_request answers 200 whatever the old size is. Red.
TEST_F(WitnessRules, an_old_size_that_is_not_the_last_one_gets_the_last_one) {
  ASSERT_EQ(status(body(0, 7)), 200);
  for (const std::size_t old_size : {0u, 3u, 6u}) {
    const WitnessAnswer answer = ask(body(old_size, 20));
    EXPECT_EQ(answer.status, 409) << old_size;
    EXPECT_EQ(answer.body, "7\n");
  }
  EXPECT_EQ(ask(body(3, 6)).body, "7\n") << "a smaller log is told the size, too";
  EXPECT_EQ(status(body(7, 20)), 200);
  EXPECT_EQ(ask(body(7, 20)).body, "20\n");
}

// Planted: the consistency proof is not verified. Red.
TEST_F(WitnessRules, another_history_is_never_cosigned) {
  ASSERT_EQ(status(body(0, 7)), 200);
  const std::string kept = *kept_;
  EXPECT_EQ(status(write_add_checkpoint({7, other_.subproof(7, 0, 20), note_of(other_.head(20))})), 422);
  EXPECT_EQ(status(write_add_checkpoint({7, {}, note_of(tree_.head(20))})), 422);
  Proof longer = tree_.subproof(7, 0, 20);
  longer.push_back(sha256("one more"));
  EXPECT_EQ(status(write_add_checkpoint({7, longer, note_of(tree_.head(20))})), 422);
  const WitnessAnswer same_size = ask(write_add_checkpoint({7, {}, note_of(other_.head(7))}));
  EXPECT_EQ(same_size.status, 422);
  EXPECT_TRUE(same_size.contradiction);
  EXPECT_EQ(status(write_add_checkpoint({7, {sha256("")}, note_of(tree_.head(7))})), 422);
  EXPECT_EQ(*kept_, kept);
}

TEST_F(WitnessRules, two_roots_of_one_size_are_noticed_whatever_old_size_is_said) {
  ASSERT_EQ(status(body(0, 7)), 200);
  const WitnessAnswer answer = ask(write_add_checkpoint({0, {}, note_of(other_.head(7))}));
  EXPECT_EQ(answer.status, 409);
  EXPECT_TRUE(answer.contradiction);
  EXPECT_FALSE(ask(body(0, 7)).contradiction);
}

TEST_F(WitnessRules, the_first_checkpoint_has_no_proof_and_the_empty_log_one_root) {
  EXPECT_EQ(status(write_add_checkpoint({0, {sha256("")}, note_of(tree_.head(7))})), 422);
  EXPECT_EQ(status(write_add_checkpoint({0, {}, note_of({0, sha256("another")})})), 422);
  EXPECT_FALSE(kept_);
}

TEST_F(WitnessRules, a_stranger_is_told_so_and_a_wrong_signature_is_forbidden) {
  EXPECT_EQ(status(write_add_checkpoint({0, {}, note_of(tree_.head(3), "stranger.example.net/log")})), 404);
  const SecretKey other = *SecretKey::from_seed(std::string(32, 'o'));
  const std::string text = write_checkpoint({kTestLog, tree_.head(3), {}});
  const std::string theirs = sign_note(text, kTestLog, other);
  EXPECT_EQ(status(write_add_checkpoint({0, {}, theirs})), 403);
  EXPECT_EQ(status(write_add_checkpoint({0, {}, sign_note(text, "another.example.net", test_log_key())})), 403);
  Note turned = *read_note(sign_note(text, kTestLog, test_log_key()));
  turned.signatures[0].signature[5] ^= 1;
  EXPECT_EQ(status(write_add_checkpoint({0, {}, write_note(turned)})), 403);
  // A wrong line by the log's key beside a right one makes the note malformed; one by others does not matter, and is
  // not kept.
  Note both = *read_note(sign_note(text, kTestLog, test_log_key()));
  both.signatures.push_back(turned.signatures[0]);
  EXPECT_EQ(status(write_add_checkpoint({0, {}, write_note(both)})), 403);
  both.signatures[1] = read_note(theirs)->signatures[0];
  const WitnessAnswer answer = ask(write_add_checkpoint({0, {}, write_note(both)}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.keep, sign_note(text, kTestLog, test_log_key()) + answer.body);
}

TEST_F(WitnessRules, either_key_of_a_log_that_changed_keys_signs_for_it) {
  const SecretKey next = *SecretKey::from_seed(std::string(32, 'n'));
  logs_[0].keys.push_back(next.public_key());
  ASSERT_EQ(status(body(0, 7)), 200);
  const std::string text = write_checkpoint({kTestLog, tree_.head(9), {}});
  EXPECT_EQ(status(write_add_checkpoint({7, tree_.subproof(7, 0, 9), sign_note(text, kTestLog, next)})), 200);
}

TEST_F(WitnessRules, what_is_no_request_is_a_bad_one) {
  const std::string note = note_of(tree_.head(3));
  const std::string hash = to_base64(sha256("").view()) + "\n";
  for (const std::string& bytes : std::vector<std::string>{
           "", "old 0", "old 0\n", "old 0\n\n", "old 0\n" + note, "new 0\n\n" + note, "old  0\n\n" + note,
           "old 00\n\n" + note, "old -1\n\n" + note, "old +1\n\n" + note, "old 01\n\n" + note,
           "old 99999999999999999999\n\n" + note, "old 0\r\n\r\n" + note, "old 0\nabc\n\n" + note,
           "old 0\n" + hash.substr(1) + "\n" + note, "old 0\n\n" + note.substr(0, note.size() - 1),
           "old 0\n\n\n" + note, "old 0\n\nno note\n", "old 4\n\n" + note}) {
    EXPECT_EQ(status(bytes), 400) << bytes;
  }
  std::string proof;
  for (int i = 0; i < 63; ++i) proof += hash;
  EXPECT_EQ(status("old 0\n" + proof + "\n" + note), 422);
  EXPECT_EQ(status("old 0\n" + proof + hash + "\n" + note), 400);
}

TEST_F(WitnessRules, what_is_kept_must_be_the_witnesss_own) {
  ASSERT_EQ(status(body(0, 7)), 200);
  const auto opened = open_request(body(7, 9), logs_);
  const auto& request = std::get<SignedRequest>(opened);
  for (const std::string& kept : {std::string("nothing"), note_of(tree_.head(7)), kept_->substr(0, kept_->size() - 9)})
    EXPECT_EQ(decide_request(request, kept, kWitness, witness_key(), 1).error().fault, Fault::Corrupt) << kept;
}

}  // namespace
}  // namespace cordon
