#include "ledger/proof_file.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

class ProofFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto head = append_leaves(folder.path(), 0, some_leaves(300));
    ASSERT_TRUE(head);
    publish_for_test(folder, *head);
  }
  Result<Nothing> verify(const InclusionProof& proof) { return verify_inclusion_file(proof, kTestLog, key); }

  TestFolder folder;
  PublicKey key = test_log_key().public_key();
  std::string vkey = verifier_key(kTestLog, key);
};

TEST_F(ProofFile, shows_any_line_to_whoever_has_the_key) {
  for (const std::uint64_t index : {0u, 1u, 255u, 256u, 299u}) {
    const auto proof = prove_leaf(folder.path(), index, vkey);
    ASSERT_TRUE(proof) << proof.error().message;
    const auto back = read_inclusion(write_inclusion(*proof));
    ASSERT_TRUE(back) << back.error().message << back.error().where;
    EXPECT_EQ(write_inclusion(*back), write_inclusion(*proof));
    EXPECT_EQ(back->leaf, "leaf " + std::to_string(index));
    EXPECT_TRUE(verify(*back));
  }
}

// Planted: verify_inclusion_file checks the note and not the path. Red.
TEST_F(ProofFile, with_any_one_bit_turned_is_refused) {
  const std::string text = write_inclusion(*prove_leaf(folder.path(), 77, vkey));
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string turned = text;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (1 << (bit % 8)));
    const auto proof = read_inclusion(turned);
    EXPECT_FALSE(proof && verify(*proof)) << turned;
  }
}

TEST_F(ProofFile, about_another_line_place_or_log_is_refused) {
  const InclusionProof right = *prove_leaf(folder.path(), 77, vkey);
  InclusionProof wrong = right;
  wrong.index = 78;
  EXPECT_EQ(verify(wrong).error().fault, Fault::Corrupt);
  wrong = right;
  wrong.leaf += " ";
  EXPECT_EQ(verify(wrong).error().fault, Fault::Corrupt);
  wrong = right;
  wrong.proof.pop_back();
  EXPECT_EQ(verify(wrong).error().fault, Fault::Corrupt);
  EXPECT_EQ(verify_inclusion_file(right, "other.example.net/log", key).error().fault, Fault::Corrupt);
  wrong = right;
  wrong.checkpoint = sign_note(right.checkpoint.substr(0, right.checkpoint.find("\n\n") + 1), kTestLog,
                               *SecretKey::from_seed(std::string(32, 'o')));
  EXPECT_EQ(verify(wrong).error().fault, Fault::NotFound);
}

TEST_F(ProofFile, is_read_strictly) {
  const Json right = *parse_json(write_inclusion(*prove_leaf(folder.path(), 77, vkey)));
  ASSERT_TRUE(read_inclusion(to_text(right)));
  const auto with = [&](const char* member, Json value) {
    Json other = right;
    other.set(member, std::move(value));
    return read_inclusion(to_text(other));
  };
  EXPECT_FALSE(with("format", "cordon-inclusion/2"));
  EXPECT_FALSE(with("index", -1));
  EXPECT_FALSE(with("index", "77"));
  EXPECT_FALSE(with("index", 77.5));
  EXPECT_FALSE(with("leaf", "bGVhZg"));
  EXPECT_FALSE(with("leaf", to_base64(std::string(65536, 'x'))));
  EXPECT_FALSE(with("proof", Json::Array(65, right.find("proof")->array()->front())));
  EXPECT_FALSE(with("proof", Json::Array{77}));
  EXPECT_FALSE(with("proof", Json::Array{"bGVhZg=="}));
  EXPECT_FALSE(with("checkpoint", "no note"));
  EXPECT_FALSE(with("log_key", "no key"));
  EXPECT_FALSE(with("more", "unknown"));
  for (const auto& [member, value] : *right.object()) {
    Json::Object fewer = *right.object();
    fewer.erase(member);
    EXPECT_FALSE(read_inclusion(to_text(fewer))) << member;
  }
  EXPECT_FALSE(read_inclusion("[]"));
  EXPECT_FALSE(read_inclusion(""));
}

TEST_F(ProofFile, is_not_made_from_a_folder_that_does_not_bear_it_out) {
  EXPECT_FALSE(prove_leaf(folder.path(), 300, vkey));
  std::string bytes = folder.files()["tile/0/000"];
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  folder.put("tile/0/000", bytes);
  EXPECT_EQ(prove_leaf(folder.path(), 1, vkey).error().fault, Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
