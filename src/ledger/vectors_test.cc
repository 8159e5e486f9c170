// The code against vectors and a log that others made: all of data/interchange's merkle-rfc6962 (whose 518 probes are
// those of data/transparency/merkle-proof-probes, merged), tlog and tlog-witness, and of data/transparency's Go
// vectors, Tessera log and C2SP texts. RFC 8785's are in base/json_test.cc.
//
// What of these texts no line here runs, and why:
//   tlog-cosignature.md, 0x06   ML-DSA-44 needs OpenSSL 3.5 or a library that Debian 12 does not have. The texts hold
//   no
//                               key and no whole signature of it; our readers pass such lines over, which is tested.
//   tlog-witness.md, 200 to 274 sign-subtree, which answers with ML-DSA-44 lines alone.
//   tlog-policy.md              this program reads no policy file: --witness and --quorum are its policy.
//   static-ct-api.md            logs of certificates: other entries, other tiles.
//   Go's tile/8/-1/…            Go's own name for what C2SP calls entries; Go's invalid paths: no path is read here.
#include <gtest/gtest.h>

#include <bit>

#include "base/json.h"
#include "base/places_for_tests.h"
#include "base/random.h"
#include "ledger/cosignature.h"
#include "ledger/naive_tree_for_tests.h"
#include "ledger/tile_files.h"
#include "ledger/tlog_proof.h"
#include "ledger/verify.h"
#include "ledger/witness.h"

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

TEST_F(SharedLog, is_cosigned_as_we_cosign_and_as_we_check) {
  const WitnessKey witness = *parse_witness_key(manifest.text_or("witness_vkey"));
  const SecretKey key = *SecretKey::from_seed(*from_hex(manifest.text_or("witness_seed_hex")));
  EXPECT_EQ(witness, (WitnessKey{manifest.text_or("witness_name"), key.public_key()}));
  int checked = 0;
  const std::vector<std::string> names = *list_folder(folder + "/checkpoints");
  for (const std::string& name : names) {
    const std::string bytes = *read_file(folder + "/checkpoints/" + name, kLongestNote);
    const Note note = *read_note(bytes);
    const auto found = cosigned_by(note, std::vector{witness});
    ASSERT_TRUE(found) << name;
    if (found->empty()) continue;
    const Note ours{note.text, {note.signatures[0], cosign(note.text, found->front().seconds, witness.name, key)}};
    EXPECT_EQ(write_note(ours), bytes) << name;
    ++checked;
  }
  EXPECT_GE(checked, 1);
}

TEST_F(SharedLog, has_a_proof_that_we_read_check_and_write) {
  const std::string text = *read_file(folder + "/entry300.tlog-proof", 1u << 20);
  const auto proof = read_tlog_proof(text);
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(write_tlog_proof(*proof), text);
  const auto key = *parse_verifier_key(manifest.text_or("log_vkey"));
  const auto checkpoint = open_checkpoint(proof->checkpoint, key.first, key.second);
  ASSERT_TRUE(checkpoint);
  const std::string leaf = R"({"n":300,"e":"notice"})";
  EXPECT_TRUE(verify_inclusion(checkpoint->head, proof->index, leaf_hash(leaf), proof->proof));
  EXPECT_FALSE(verify_inclusion(checkpoint->head, proof->index + 1, leaf_hash(leaf), proof->proof));
}

// The witness protocol's sequence of another implementation, in order, against one fresh witness. Its third step is of
// before tlog-witness v1.0.0, which has 404 for a log that is not followed.
TEST(WitnessVectors, the_sequence_gets_its_statuses) {
  const auto data = vectors("tlog-witness/add-checkpoint-sequence.json");
  if (!data) GTEST_SKIP() << "no shared data: tlog-witness/add-checkpoint-sequence.json";
  const auto log = *parse_verifier_key(data->text_or("log_vkey"));
  const std::vector<WitnessedLog> logs{{log.first, {log.second}}};
  const SecretKey key = *SecretKey::from_seed(std::string(32, 'w'));
  const std::vector self{WitnessKey{"example.com/witness", key.public_key()}};
  std::optional<std::string> kept;
  int number = 0;
  for (const Json& step : *data->find("steps")->array()) {
    ++number;
    const std::string body = step.text_or("body"), assertion = step.text_or("assert");
    const auto opened = open_request(body, logs);
    const auto* refused = std::get_if<WitnessAnswer>(&opened);
    const WitnessAnswer answer =
        refused != nullptr ? *refused
                           : *decide_request(std::get<SignedRequest>(opened), kept, self[0].name, key, 1'790'000'000);
    EXPECT_EQ(answer.status, number == 3 ? 404 : step.number_or("status", 0)) << number << answer.body;
    if (assertion.starts_with("body == ")) {
      EXPECT_EQ(to_text(Json(answer.body)), assertion.substr(8)) << number;
    }
    if (answer.status != 200) continue;
    kept = answer.keep;
    EXPECT_EQ(cosigned_by(*read_note(body.substr(body.find("\n\n") + 2) + answer.body), self)->size(), 1u) << number;
  }
  EXPECT_EQ(number, 9);
}

// A subtree [start, end) is a tree of its own to whoever proves a leaf of it (draft-ietf-plants-merkle-tree-certs-03,
// 4.3), and a part of a larger one (4.4).
TEST(MerkleVectors, inclusion_in_a_subtree) {
  const auto cases = vectors("merkle-rfc6962/subtreeinclusion.json");
  if (!cases) GTEST_SKIP() << "no shared data: merkle-rfc6962/subtreeinclusion.json";
  int asked = 0;
  for (const Json& item : *cases->array()) {
    if (!askable(item, {"root", "leafHash"})) continue;
    const auto index = item.number("leafIdx"), start = item.number("start"), end = item.number("end");
    if (!index || !start || !end) continue;
    const bool subtree = *start < *end && *start <= *index &&
                         is_subtree(static_cast<std::uint64_t>(*start), static_cast<std::uint64_t>(*end));
    const TreeHead head{static_cast<std::uint64_t>(*end - *start), *digest_from_bytes(bytes_at(item, "root"))};
    const bool right = subtree && verify_inclusion(head, static_cast<std::uint64_t>(*index - *start),
                                                   *digest_from_bytes(bytes_at(item, "leafHash")), hashes(item));
    EXPECT_EQ(right, !*item.flag("wantErr")) << item.text_or("_file");
    ++asked;
  }
  EXPECT_GE(asked, 140);
}

TEST(MerkleVectors, consistency_of_a_subtree) {
  const auto cases = vectors("merkle-rfc6962/subtreeconsistency.json");
  if (!cases) GTEST_SKIP() << "no shared data: merkle-rfc6962/subtreeconsistency.json";
  int asked = 0;
  for (const Json& item : *cases->array()) {
    const auto start = item.number("start"), end = item.number("end"), size = item.number("size");
    if (!start || !end || !size || !askable(item, {"root1", "root2"})) continue;
    const auto first = static_cast<std::uint64_t>(*start), last = static_cast<std::uint64_t>(*end);
    const TreeHead subtree{last - first, *digest_from_bytes(bytes_at(item, "root1"))};
    const TreeHead head{static_cast<std::uint64_t>(*size), *digest_from_bytes(bytes_at(item, "root2"))};
    EXPECT_EQ(first <= last && verify_subtree_consistency(first, subtree, head, hashes(item)), !*item.flag("wantErr"))
        << item.text_or("_file");
    ++asked;
  }
  EXPECT_GE(asked, 80);
}

// What Go's sumdb tests its notes, tiles and checkpoints with. Its paths of tiles have the height, ours is 8 always.
TEST(GoVectors, notes_texts_and_places_are_understood_alike) {
  const auto data = vectors("../transparency/go-sumdb-vectors/vectors.json");
  if (!data) GTEST_SKIP() << "no shared data: transparency/go-sumdb-vectors";
  const Json& notes = *data->find("signed_note");
  int keys = 0;
  for (const Json& text : *notes.find("verifier_keys")->array()) {
    const auto key = *parse_verifier_key(*text.string());
    EXPECT_EQ(*open_note(notes.text_or("note_both"), key.first, key.second), notes.text_or("text"));
    EXPECT_EQ(static_cast<bool>(open_note(notes.text_or("note_peter"), key.first, key.second)),
              key.first == "PeterNeumann");
    ++keys;
  }
  EXPECT_EQ(keys, 2);
  const Json& tree = *data->find("tree");
  const auto good = read_checkpoint(tree.text_or("good"));
  ASSERT_TRUE(good);
  EXPECT_EQ(good->head.size, 123456789012u);
  EXPECT_EQ(good->head.root, leaf_hash(tree.text_or("record_hash_of")));
  int wrong = 0;
  for (const Json& text : *tree.find("bad")->array()) {
    const auto read = read_checkpoint(*text.string());
    wrong += !read || read->origin != "go.sum database tree" ? 1 : 0;
  }
  EXPECT_EQ(wrong, 3);
  int places = 0;
  for (const Json& item : *data->find("tile_paths")->array()) {
    const Json::Array* tile = item.find("tile")->array();
    if (tile == nullptr) continue;
    const std::string path = item.text_or("path");
    const std::int64_t height = *(*tile)[0].integer(), level = *(*tile)[1].integer();
    const auto width = static_cast<std::uint64_t>(*(*tile)[3].integer());
    if (level < 0) continue;  // Go's own name for what C2SP calls entries
    const TilePlace place{static_cast<int>(level), static_cast<std::uint64_t>(*(*tile)[2].integer()),
                          width == std::uint64_t{1} << height ? kTileWidth : width};
    EXPECT_EQ(place.path(), "tile" + path.substr(path.find('/', 5)));
    ++places;
  }
  EXPECT_EQ(places, 5);
}

// A log that Tessera wrote, with a checkpoint at each size to 15.
TEST(TesseraLog, each_checkpoint_is_that_of_its_lines) {
  const std::string folder = shared_data("transparency/tessera-log");
  if (!exists(folder)) GTEST_SKIP() << "no shared data: transparency/tessera-log";
  const auto key =
      *parse_verifier_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
  const std::vector<std::string> leaves = read_entries(folder, {kBundles, 0, 15})->items;
  NaiveTree tree(leaves);
  for (std::size_t size = 0; size <= 15; ++size) {
    const auto note = read_file(folder + "/checkpoint." + std::to_string(size), kLongestNote);
    ASSERT_TRUE(note) << size;
    const auto checkpoint = open_checkpoint(*note, key.first, key.second);
    ASSERT_TRUE(checkpoint) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->head, tree.head(size));
    const TestFolder ours;
    EXPECT_EQ(append_leaves(ours.path(), 0, {leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)})->root,
              checkpoint->head.root);
    for (const auto& [name, bytes] : ours.files()) EXPECT_EQ(bytes, *read_file(folder + "/" + name, 1u << 20)) << name;
  }
  EXPECT_TRUE(verify_log(folder, key.first, key.second));
}

// The examples that stand in the specifications.
TEST(C2spExamples, are_read) {
  const std::string folder = shared_data("transparency/c2sp-specs");
  if (!exists(folder)) GTEST_SKIP() << "no shared data: transparency/c2sp-specs";
  const auto key = parse_verifier_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  ASSERT_TRUE(key);
  EXPECT_TRUE(
      open_note("This is an example message.\n\n\u2014 example.com/foo "
                "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
                key->first, key->second));
  // The indented example of a request, and that of an answer: three cosignatures of 76 bytes.
  const std::string spec = *read_file(folder + "/tlog-witness.md", 1u << 20);
  const auto example = [&](const std::string& begins) {
    std::string out;
    for (std::size_t at = spec.find("    " + begins); spec.compare(at, 4, "    ") == 0 || spec[at] == '\n';) {
      const std::size_t end = spec.find('\n', at);
      out += spec[at] == '\n' ? "\n" : spec.substr(at + 4, end - at - 3);
      at = end + 1;
    }
    return out.substr(0, out.find_last_not_of('\n') + 2);
  };
  const auto request = read_add_checkpoint(example("old 20852014"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->proof.size(), 4u);
  EXPECT_EQ(read_checkpoint(read_note(request->note)->text)->head.size, 20852163u);
  const auto lines = read_signatures(example("\u2014 witness.example/w1 CMp+"));
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ(lines->size(), 3u);
  // The fenced examples of a checkpoint, alone and cosigned.
  for (const auto& [name, lines_below] : {std::pair("tlog-checkpoint.md", 1u), std::pair("tlog-cosignature.md", 2u)}) {
    const std::string text = *read_file(folder + "/" + name, 1u << 20);
    const std::size_t begins = text.find("```\nexample.com/behind-the-sofa\n") + 4;
    const auto note = read_note(text.substr(begins, text.find("```", begins) - begins));
    ASSERT_TRUE(note) << name << note.error().message;
    EXPECT_EQ(note->signatures.size(), lines_below) << name;
    EXPECT_EQ(read_checkpoint(note->text)->head.size, 20852163u) << name;
  }
}

// A line of a kind that we do not know, by the very name of a witness or of the log, with the size that ML-DSA-44 has:
// read, kept, passed over, and in nobody's way (signed-note.md: unknown keys, "even if they share a name or ID").
// Planted bugs, each seen red: take any line of the witness's name for its own; bound a signature to 200 bytes.
TEST(C2spExamples, lines_of_ml_dsa_are_passed_over) {
  SeededRandom random(44);
  const SecretKey log = SecretKey::generate(random), witness = SecretKey::generate(random);
  const std::vector self{WitnessKey{"witness.example/w1", witness.public_key()}};
  const std::string text = write_checkpoint({"desk.example.net/log", {5, leaf_hash("five")}, {}});
  Note note = *read_note(sign_note(text, "desk.example.net/log", log));
  note.signatures.push_back(cosign(text, 1'790'000'000, self[0].name, witness));
  const std::string plain = write_note(note);
  for (const std::string name : {"witness.example/w1", "desk.example.net/log", "somebody.example/else"})
    note.signatures.push_back({name, random.bytes(4), std::string(8, '\0') + random.bytes(2420)});
  const std::string bytes = write_note(note);
  EXPECT_EQ(open_checkpoint(bytes, "desk.example.net/log", log.public_key())->head.size, 5u);
  const auto found = cosigned_by(*read_note(bytes), self);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1u);
  // A witness that answers with both kinds: its Ed25519 line is taken and the other is left.
  const std::string answer = bytes.substr(bytes.find("\n\n") + 2);
  const auto taken =
      with_cosignature(sign_note(text, "desk.example.net/log", log), answer.substr(answer.find('\n') + 1), self[0]);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(*taken, plain);
  // As a key to be trusted such a one is refused: nobody here could check it.
  const std::string key = "\x06" + random.bytes(1312);
  const std::string id = std::string(sha256("witness.example/w1\n" + key).view().substr(0, 4));
  EXPECT_EQ(parse_witness_key("witness.example/w1+" + to_hex(id) + "+" + to_base64(key)).error().fault,
            Fault::Malformed);
}

}  // namespace
}  // namespace cordon
