// The code against vectors and a log that others made.
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/places_for_tests.h"
#include "ledger/naive_tree_for_tests.h"
#include "ledger/signer.h"
#include "ledger/verify.h"

namespace cordon {
namespace {

Result<Json> vectors(const std::string& name) {
  return parse_json(TRY(read_file(shared_data("interchange/" + name), 1u << 24)));
}
std::string bytes_at(const Json& item, const char* key) { return *from_base64(item.text_or(key)); }

Proof hashes(const Json& item) {
  Proof out;
  if (item.find("proof")->array() == nullptr) return out;
  for (const Json& hash : *item.find("proof")->array()) out.push_back(*read_hash(*hash.string()));
  return out;
}
// Some vectors have a root or a hash of another length on purpose: no such thing can be asked here.
bool askable(const Json& item, std::initializer_list<const char*> members) {
  for (const char* key : members) {
    if (!read_hash(item.text_or(key))) return false;
  }
  if (item.find("proof")->array() == nullptr) return true;
  for (const Json& hash : *item.find("proof")->array()) {
    if (hash.string() == nullptr || !read_hash(*hash.string())) return false;
  }
  return true;
}

TEST(MerkleVectors, inclusion) {
  const auto cases = vectors("merkle-rfc6962/inclusion.json");
  if (!cases) GTEST_SKIP() << "no shared data: merkle-rfc6962/inclusion.json";
  int asked = 0;
  for (const Json& item : *cases->array()) {
    const bool wrong = *item.flag("wantErr");
    if (!askable(item, {"root", "leafHash"})) continue;
    const Result<std::int64_t> index = item.number("leafIdx");
    const Result<std::int64_t> size = item.number("treeSize");
    if (!index || !size) continue;  // past what JSON keeps exactly
    const TreeHead head{static_cast<std::uint64_t>(*size), *digest_from_bytes(bytes_at(item, "root"))};
    EXPECT_EQ(verify_inclusion(head, static_cast<std::uint64_t>(*index), *digest_from_bytes(bytes_at(item, "leafHash")),
                               hashes(item)),
              !wrong)
        << item.text_or("_file");
    ++asked;
  }
  EXPECT_GE(asked, 70);
}

TEST(MerkleVectors, consistency) {
  const auto cases = vectors("merkle-rfc6962/consistency.json");
  if (!cases) GTEST_SKIP() << "no shared data: merkle-rfc6962/consistency.json";
  int asked = 0;
  for (const Json& item : *cases->array()) {
    const bool wrong = *item.flag("wantErr");
    if (!askable(item, {"root1", "root2"})) continue;
    const Result<std::int64_t> old_size = item.number("size1");
    const Result<std::int64_t> new_size = item.number("size2");
    if (!old_size || !new_size) continue;  // past what JSON keeps exactly
    const TreeHead before{static_cast<std::uint64_t>(*old_size), *digest_from_bytes(bytes_at(item, "root1"))};
    const TreeHead after{static_cast<std::uint64_t>(*new_size), *digest_from_bytes(bytes_at(item, "root2"))};
    EXPECT_EQ(verify_consistency(before, after, hashes(item)), !wrong) << item.text_or("_file");
    ++asked;
  }
  EXPECT_GE(asked, 70);
}

class SharedLog : public testing::Test {
 protected:
  void SetUp() override {
    const auto read = vectors("tlog/manifest.json");
    if (!read) GTEST_SKIP() << "no shared data: tlog/manifest.json";
    manifest = *read;
    folder = shared_data("interchange/tlog");
  }
  Json manifest;
  std::string folder;
};

TEST_F(SharedLog, verifies_from_its_files) {
  const auto key = parse_verifier_key(manifest.text_or("log_vkey"));
  ASSERT_TRUE(key);
  const auto verdict = verify_log(folder, key->first, key->second);
  ASSERT_TRUE(verdict) << verdict.error().message << verdict.error().where;
  EXPECT_EQ(verdict->checkpoint.head.size, 600u);
}

TEST_F(SharedLog, has_the_bytes_that_we_write) {
  const TestFolder ours;
  std::vector<std::string> leaves;
  for (int i = 0; i < 600; ++i) leaves.push_back("{\"n\":" + std::to_string(i) + R"(,"e":"notice"})");
  for (const auto& [text, root] : *manifest.find("roots")->object()) {
    const auto size = static_cast<std::ptrdiff_t>(*parse_integer(text));
    const auto head = append_leaves(ours.path(), 0, {leaves.begin(), leaves.begin() + size});
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->root.hex(), *root.string()) << size;
  }
  ASSERT_TRUE(append_leaves(ours.path(), 0, leaves));
  int compared = 0;
  for (const auto& [name, bytes] : ours.files()) {
    const auto theirs = read_file(folder + "/" + name, 1u << 24);
    if (!theirs) continue;  // a width at a size for which they made no checkpoint
    EXPECT_EQ(bytes, *theirs) << name;
    ++compared;
  }
  EXPECT_GE(compared, 7);
}

TEST_F(SharedLog, gives_its_proofs) {
  for (const Json& item : *manifest.find("consistency")->array()) {
    const auto from = static_cast<std::uint64_t>(*item.number("from"));
    EXPECT_EQ(*consistency_proof(folder, from, static_cast<std::uint64_t>(*item.number("to"))), hashes(item)) << from;
  }
  for (const Json& item : *manifest.find("inclusion")->array()) {
    const auto index = static_cast<std::uint64_t>(*item.number("index"));
    EXPECT_EQ(*inclusion_proof(folder, static_cast<std::uint64_t>(*item.number("size")), index), hashes(item)) << index;
  }
}

TEST_F(SharedLog, is_signed_as_we_sign) {
  const auto seed = from_hex(manifest.text_or("log_seed_hex"));
  ASSERT_TRUE(seed);
  const SecretKey key = *SecretKey::from_seed(*seed);
  const std::string origin = manifest.text_or("origin");
  EXPECT_EQ(verifier_key(origin, key.public_key()), manifest.text_or("log_vkey"));
  const std::string theirs = *read_file(folder + "/checkpoint", kLongestNote);
  const Note note = *read_note(theirs);
  const std::string ours = sign_note(note.text, origin, key);
  EXPECT_EQ(theirs.substr(0, ours.size()), ours);
  EXPECT_EQ(note.signatures.size(), 2u);
}

// The witness protocol's sequence: the same requests, asked of the rules that our signer keeps.
TEST(WitnessVectors, are_read_and_their_signatures_told_apart) {
  const auto data = vectors("tlog-witness/add-checkpoint-sequence.json");
  if (!data) GTEST_SKIP() << "no shared data: tlog-witness/add-checkpoint-sequence.json";
  const auto key = parse_verifier_key(data->text_or("log_vkey"));
  ASSERT_TRUE(key);
  std::optional<TreeHead> last = TreeHead{};
  int signed_rightly = 0;
  for (const Json& step : *data->find("steps")->array()) {
    const std::string body = step.text_or("body");
    const std::int64_t status = step.number_or("status", 0);
    const std::size_t end = body.find("\n\n");
    if (end == std::string::npos || !body.starts_with("old ")) continue;
    const auto checkpoint = open_checkpoint(body.substr(end + 2), key->first, key->second);
    if (status == 403) {
      EXPECT_FALSE(checkpoint) << body;
    }
    if (!checkpoint) continue;
    ++signed_rightly;
    const std::size_t first = body.find('\n') + 1;
    const auto request = read_sign_request((first > end ? "" : body.substr(first, end + 1 - first)) + "\n" +
                                           write_checkpoint(*checkpoint));
    if (!request) {
      EXPECT_NE(status, 200) << body;
      continue;
    }
    const bool follows = verify_consistency(*last, checkpoint->head, request->consistency);
    if (status == 200) {
      EXPECT_TRUE(follows) << body;
      last = checkpoint->head;
    } else if (status == 422) {
      EXPECT_FALSE(follows) << body;
    }
  }
  EXPECT_GE(signed_rightly, 4);
}

}  // namespace
}  // namespace cordon
