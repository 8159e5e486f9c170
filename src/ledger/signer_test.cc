#include "ledger/signer.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

class Signer : public testing::Test {
 protected:
  SignRequest request(std::size_t from, std::size_t to) {
    return {{kTestLog, tree.head(to), {"operator authority"}}, from == 0 ? Proof{} : tree.subproof(from, 0, to)};
  }
  Result<std::string> ask(const std::optional<std::string>& last, const SignRequest& wish) {
    return sign_next(last ? std::optional(LastSigned{*last, kNow}) : std::nullopt, wish, kTestLog, key, kNow + 1);
  }
  std::string signed_at(std::size_t size) {
    return sign_note(write_checkpoint(request(0, size).checkpoint), kTestLog, key);
  }

  NaiveTree tree{some_leaves(40)};
  SecretKey key = test_log_key();
};

TEST_F(Signer, follows_a_log_as_it_grows) {
  std::optional<std::string> last;
  std::size_t before = 0;
  for (const std::size_t size : {0u, 1u, 2u, 7u, 7u, 8u, 40u}) {
    const Result<std::string> note = ask(last, request(before, size));
    ASSERT_TRUE(note) << size << ": " << note.error().message;
    const auto checkpoint = open_checkpoint(*note, kTestLog, key.public_key());
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->head, tree.head(size));
    EXPECT_EQ(checkpoint->extensions.size(), 1u);
    last = *note;
    before = size;
  }
}

TEST_F(Signer, gives_the_same_note_when_asked_again) {
  const std::string note = signed_at(7);
  EXPECT_EQ(*ask(note, {request(0, 7).checkpoint, {}}), note);
}

// Planted: the time that must pass is left out; only a clock that went back is noticed. Each red.
TEST_F(Signer, stops_when_time_does_not_advance) {
  const auto at = [&](std::optional<Instant> before, Instant now, std::size_t size) {
    return sign_next(LastSigned{signed_at(7), before}, {request(7, size).checkpoint, request(7, size).consistency},
                     kTestLog, key, now);
  };
  for (const std::int64_t back : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1000}, kDayMs, 30 * 365 * kDayMs}) {
    const Result<std::string> refused = at(kNow, kNow + -back, 9);
    ASSERT_FALSE(refused) << back;
    EXPECT_EQ(refused.error().fault, Fault::Unavailable);
    EXPECT_NE(refused.error().message.find(to_rfc3339(kNow)), std::string::npos) << refused.error().message;
  }
  EXPECT_TRUE(at(kNow, kNow + 1, 9));
  EXPECT_TRUE(at(std::nullopt, Instant{0}, 9)) << "a memory of before times were kept";
  EXPECT_EQ(*sign_next(LastSigned{signed_at(7), kNow}, {request(0, 7).checkpoint, {}}, kTestLog, key, kNow + -kDayMs),
            signed_at(7))
      << "what was signed already may be asked for again";
}

// Planted: sign_next compares sizes and leaves verify_consistency out. Red.
TEST_F(Signer, refuses_a_fork) {
  NaiveTree other(some_leaves(40, 1));
  const SignRequest fork{{kTestLog, other.head(9), {}}, other.subproof(7, 0, 9)};
  EXPECT_EQ(ask(signed_at(7), fork).error().fault, Fault::Refused);
  const SignRequest same_size{{kTestLog, other.head(7), {}}, {}};
  EXPECT_EQ(ask(signed_at(7), same_size).error().fault, Fault::Refused);
}

TEST_F(Signer, refuses_to_go_back) {
  EXPECT_EQ(ask(signed_at(8), request(0, 7)).error().fault, Fault::Refused);
  EXPECT_EQ(ask(signed_at(8), request(0, 0)).error().fault, Fault::Refused);
}

TEST_F(Signer, refuses_growth_without_its_proof) {
  EXPECT_EQ(ask(signed_at(7), {request(7, 9).checkpoint, {}}).error().fault, Fault::Refused);
  EXPECT_EQ(ask(signed_at(7), {request(7, 9).checkpoint, tree.subproof(6, 0, 9)}).error().fault, Fault::Refused);
  EXPECT_TRUE(ask(signed_at(7), request(7, 9)));
}

TEST_F(Signer, refuses_another_origin) {
  SignRequest wish = request(7, 9);
  wish.checkpoint.origin = "other.example.net/log";
  EXPECT_EQ(ask(signed_at(7), wish).error().fault, Fault::Refused);
  EXPECT_EQ(ask({}, {{"other.example.net/log", {}, {}}, {}}).error().fault, Fault::Refused);
}

TEST_F(Signer, that_remembers_nothing_signs_the_empty_log_only) {
  EXPECT_TRUE(ask({}, request(0, 0)));
  EXPECT_EQ(ask({}, request(0, 1)).error().fault, Fault::Refused);
  EXPECT_EQ(ask({}, {{kTestLog, {0, sha256("not empty")}, {}}, {}}).error().fault, Fault::Refused);
}

TEST_F(Signer, does_not_go_on_from_a_memory_that_is_not_its_own) {
  const std::string by_another =
      sign_note(write_checkpoint(request(0, 7).checkpoint), kTestLog, *SecretKey::from_seed(std::string(32, 'o')));
  EXPECT_EQ(ask(by_another, request(7, 9)).error().fault, Fault::Corrupt);
  EXPECT_EQ(ask("", request(7, 9)).error().fault, Fault::Corrupt);
  std::string torn = signed_at(7);
  torn.resize(torn.size() / 2);
  EXPECT_EQ(ask(torn, request(7, 9)).error().fault, Fault::Corrupt);
}

TEST_F(Signer, never_signs_what_is_no_checkpoint) {
  SignRequest wish = request(7, 9);
  wish.checkpoint.extensions = {"a line\nand another"};
  EXPECT_TRUE(ask(signed_at(7), wish));  // two lines are two extensions
  wish.checkpoint.extensions = {"signature\n\n\u2014 x"};
  EXPECT_EQ(ask(signed_at(7), wish).error().fault, Fault::Malformed);
  wish.checkpoint.extensions = {""};
  EXPECT_EQ(ask(signed_at(7), wish).error().fault, Fault::Malformed);
}

TEST_F(Signer, reads_the_request_that_is_written) {
  const SignRequest wish = request(7, 40);
  const std::string text = write_sign_request(wish);
  const auto back = read_sign_request(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->consistency, wish.consistency);
  EXPECT_EQ(write_sign_request(*back), text);
  EXPECT_FALSE(read_sign_request(""));
  EXPECT_FALSE(read_sign_request("\n"));
  EXPECT_FALSE(read_sign_request(text.substr(1)));
  EXPECT_FALSE(read_sign_request(text + "\n"));
  SignRequest longest = wish;
  longest.consistency.assign(kLongestProof, sha256(""));
  EXPECT_TRUE(read_sign_request(write_sign_request(longest)));
  longest.consistency.push_back(sha256(""));
  EXPECT_FALSE(read_sign_request(write_sign_request(longest)));
}

}  // namespace
}  // namespace cordon
