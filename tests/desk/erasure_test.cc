// What was erased is nowhere (charter 7.2, 8.4): a thousand pieces of evidence with a word in them that stands nowhere
// else are attached and erased, and then every byte of the desk is searched for that word, for the SHA-256 of the piece
// and for what an officer said that it shows, as they are, in hex and in base64.
//
// Planted bugs, each seen to turn this red:
//  1 casework/case.cc   to_json(EvidenceAttached) names the content's digest, or the description
//  2 store/keys.cc      erase() leaves the bytes of the slot as they are
//  3 desk/flow.cc       erase_piece() does not call finish_erasures()
//  4 store/store.cc     Store::open() does not call it after a crash
//  5 store/journal.cc   verify does not leave out what was erased, or leaves out what was not
//  6 decision/evidence.cc one person is enough; a role is not asked for; a case with an open proposal
//  7 store/tables.cc    CHECK (custodian <> dpo) is dropped
#include <filesystem>
#include <unordered_map>

#include "decision/evidence.h"
#include "ledger/proof_file.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

// Finds many words in a file at once: at each byte it asks whether one of them can begin here.
class Searched {
 public:
  // A word in every form that bytes take in texts; in base64 it may begin at any of three bits.
  void add(const std::string& word) {
    add_form(word);
    add_form(to_hex(word));
    std::string upper = to_hex(word);
    for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    add_form(upper);
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string text = to_base64(std::string(before, 'x') + word);
      const std::size_t from = before == 0 ? 0 : 4;
      add_form(text.substr(from, text.size() - from - 4));
    }
  }
  // How many of them stand in files below the folder.
  std::size_t hits(const std::string& folder) const {
    std::size_t found = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      const std::string bytes = *read_file(entry.path(), std::size_t{1} << 30);
      for (std::size_t at = 0; at + kBegin <= bytes.size(); ++at) {
        const auto [from, to] = forms_.equal_range(key(bytes, at));
        for (auto form = from; form != to; ++form)
          found += bytes.compare(at, form->second.size(), form->second) == 0 ? 1 : 0;
      }
    }
    return found;
  }

 private:
  static constexpr std::size_t kBegin = 8;
  static std::uint64_t key(std::string_view bytes, std::size_t at) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < kBegin; ++i) key = key << 8 | static_cast<unsigned char>(bytes[at + i]);
    return key;
  }
  void add_form(std::string form) {
    const std::uint64_t begin = key(form, 0);
    forms_.emplace(begin, std::move(form));
  }
  std::unordered_multimap<std::uint64_t, std::string> forms_;
};

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() {
    desk_.enrol("analyst1", {Role::Analyst});
    desk_.enrol("custodian1", {Role::Custodian});
    desk_.enrol("dpo1", {Role::Dpo});
  }
  EvidenceId attach(const CaseId& the_case, const std::string& bytes, const std::string& description) {
    const auto attached = cordon::attach(desk_.desk(), *permit<Act::AttachEvidence>(desk_.officer("analyst1")),
                                         the_case, bytes, "text/plain", description);
    EXPECT_TRUE(attached) << attached.error().message;
    return *attached;
  }
  Result<EvidenceErased> erase(const CaseId& the_case, const EvidenceId& piece) {
    return erase_piece(desk_.desk(), *permit<Act::EraseEvidence>(desk_.officer("custodian1")), desk_.officer("dpo1"),
                       the_case, piece, ErasureGround::Retention);
  }
  Result<Json> verify() {
    return verify_journal(desk_.paths().database(), *open_blobs(desk_.paths(), Blobs::Mode::Read));
  }
  std::size_t blobs() const {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(desk_.paths().evidence()))
      files += entry.is_regular_file();
    return files;
  }

  SiteDesk desk_;
};

TEST_F(ErasureTest, a_thousand_pieces_are_erased_and_no_byte_of_them_is_left) {
  constexpr int kPieces = 1000, kOfOneCase = 25;
  SeededRandom random(99);
  const auto word = [&] { return "word" + to_hex(random.bytes(12)); };
  Searched searched;
  std::vector<std::pair<CaseId, EvidenceId>> pieces;
  std::vector<CaseId> cases;
  for (int i = 0; i < kPieces; ++i) {
    if (i % kOfOneCase == 0) cases.push_back(desk_.phishing_case());
    const std::string canary = word(), of_description = word();
    const std::string bytes = "a page that holds " + canary + " and more\n" + std::string(200, 'x');
    searched.add(canary);
    searched.add(of_description);
    searched.add(std::string(sha256(bytes).view()));
    searched.add(sha256(bytes).hex());
    pieces.emplace_back(cases.back(), attach(cases.back(), bytes, "a page with " + of_description));
  }
  EXPECT_EQ(searched.hits(desk_.paths().desk), 0u);  // encrypted, nothing of them is to be read even before
  Searched control;                                  // and the search does find what is there
  control.add(pieces.front().second.text());
  EXPECT_GT(control.hits(desk_.paths().desk), 0u);

  const std::size_t before = blobs();
  ASSERT_TRUE(publish(desk_.desk()));
  for (const auto& [of, piece] : pieces) {
    const auto erased = erase(of, piece);
    ASSERT_TRUE(erased) << erased.error().message;
  }
  ASSERT_TRUE(publish(desk_.desk()));
  EXPECT_EQ(searched.hits(desk_.paths().desk), 0u);
  EXPECT_EQ(blobs(), before - kPieces);
  const auto keys = KeyStore::open(desk_.paths().keys(), KeyStore::Mode::Read);
  ASSERT_TRUE(keys);
  int gone = 0;
  for (KeyStore::Number number = 1; number <= keys->taken(); ++number) gone += *keys->erased(number) ? 1 : 0;
  EXPECT_EQ(gone, kPieces);

  const auto sound = verify();
  ASSERT_TRUE(sound) << sound.error().message << " " << sound.error().where;
  EXPECT_EQ(sound->number_or("erased", 0), kPieces);
  EXPECT_EQ(sound->find("erasures_unfinished"), nullptr);
  const DeskFounded founded = *desk_.store().founded();
  const auto log_key = parse_verifier_key(founded.log_key);
  const auto log = verify_log(desk_.paths().log(), log_key->first, log_key->second);
  ASSERT_TRUE(log) << log.error().message;
  for (std::uint64_t index = 0; index < log->checkpoint.head.size; index += 97) {
    const auto proof = prove_leaf(desk_.paths().log(), index, founded.log_key);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(verify_inclusion_file(*proof, log_key->first, log_key->second)) << index;
  }

  desk_.open();
  ASSERT_TRUE(replay_journal(desk_.paths().database(), *open_blobs(desk_.paths(), Blobs::Mode::Read)));
  EXPECT_TRUE(verify());
  const auto left = desk_.store().find_case(Sight::of_software(), cases.front());
  ASSERT_TRUE(left) << left.error().message;
  ASSERT_EQ(left->evidence.size(), static_cast<std::size_t>(kOfOneCase));
  for (const Evidence& piece : left->evidence) {
    ASSERT_TRUE(piece.erased);
    EXPECT_EQ(piece.erased->ground, ErasureGround::Retention);
    EXPECT_TRUE(piece.description.empty());
  }
}

TEST_F(ErasureTest, an_erased_piece_cannot_be_opened_and_its_case_still_reads) {
  desk_.enrol("approver1", {Role::Approver});
  const CaseId the_case = desk_.phishing_case();
  const EvidenceId one = attach(the_case, "one page", "a page"), two = attach(the_case, "two pages", "two pages");
  ASSERT_TRUE(erase(the_case, one));
  const auto opener = *permit<Act::OpenEvidence>(desk_.officer("approver1"));
  EXPECT_EQ(open_piece(desk_.desk(), opener, the_case, one).error().fault, Fault::NotFound);
  EXPECT_EQ(*open_piece(desk_.desk(), opener, the_case, two), "two pages");
  EXPECT_EQ(erase(the_case, one).error().fault, Fault::Conflict);
  EXPECT_EQ(note_fact(desk_.desk(), *permit<Act::EnterFact>(desk_.officer("analyst1")), the_case,
                      Fact{"A sentence of more than forty characters about it.", {one}})
                .error()
                .fault,
            Fault::NotFound);
  const http::Response page = desk_.ask_as("analyst1", {"GET", "/cases/" + the_case.text()});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Erased"), std::string::npos);
  const Json shown = body_of_reply(desk_.ask_as("analyst1", {"GET", "/api/v1/cases/" + the_case.text()}));
  const Json piece = shown.find("evidence")->array()->front();
  EXPECT_EQ(piece.text_or("erased"), "retention");
  EXPECT_EQ(piece.find("sha256"), nullptr);
  EXPECT_EQ(desk_.ask_as("analyst1", {"GET", "/cases/" + the_case.text() + "/evidence/" + one.text()}).status, 404);
}

TEST_F(ErasureTest, after_a_crash_behind_the_commit_the_next_opening_destroys_the_key) {
  const CaseId the_case = desk_.phishing_case();
  const EvidenceId piece = attach(the_case, "one page", "a page");
  const Case found = *desk_.store().find_case(Sight::of_software(), the_case);
  const Digest blob = *found.evidence.front().blob;
  const std::int64_t key = *desk_.store().blobs().look(blob)->key;
  desk_.append(EvidenceErased{the_case, piece, blob, key, ErasureGround::Request, desk_.officer("custodian1").id,
                              desk_.officer("dpo1").id, desk_.clock().now()},
               "custodian1");
  EXPECT_TRUE(desk_.store().blobs().get(blob));  // here the machine stops
  const auto halfway = verify();
  ASSERT_TRUE(halfway);
  EXPECT_EQ(halfway->number_or("erasures_unfinished", 0), 1);
  desk_.open();
  EXPECT_FALSE(desk_.store().blobs().get(blob));
  EXPECT_TRUE(*desk_.store().blobs().erased(blob, key));
  EXPECT_EQ(verify()->find("erasures_unfinished"), nullptr);
  desk_.open();
  EXPECT_TRUE(verify());
}

// A key that is gone without a word about it is a loss and no erasure.
TEST_F(ErasureTest, a_destroyed_key_that_nobody_erased_is_found) {
  const CaseId the_case = desk_.phishing_case();
  const EvidenceId erased = attach(the_case, "one page", "a page");
  attach(the_case, "two pages", "two pages");
  ASSERT_TRUE(erase(the_case, erased));
  EXPECT_TRUE(verify());
  const Case found = *desk_.store().find_case(Sight::of_software(), the_case);
  auto keys = KeyStore::open(desk_.paths().keys(), KeyStore::Mode::Write);
  ASSERT_TRUE(keys->erase(*desk_.store().blobs().look(*found.evidence.back().blob)->key));
  EXPECT_EQ(verify().error().fault, Fault::Corrupt);
}

TEST_F(ErasureTest, it_takes_a_custodian_and_a_data_protection_officer) {
  desk_.enrol("both1", {Role::Custodian, Role::Dpo});
  const CaseId id = desk_.phishing_case();
  const EvidenceId piece = attach(id, "one page", "a page");
  Case the_case = *desk_.store().find_case(Sight::of_software(), id);
  const auto by = [&](const std::string& one, const std::string& two) {
    return erase_evidence(the_case, piece, {}, ErasureGround::Unlawful, desk_.officer(one), desk_.officer(two),
                          desk_.clock().now());
  };
  EXPECT_TRUE(by("custodian1", "dpo1"));
  EXPECT_TRUE(by("both1", "dpo1"));
  for (const auto& [one, two] : std::vector<std::pair<std::string, std::string>>{
           {"both1", "both1"}, {"dpo1", "custodian1"}, {"custodian1", "custodian1"}, {"analyst1", "dpo1"}}) {
    ASSERT_FALSE(by(one, two)) << one << two;
    EXPECT_EQ(by(one, two).error().fault, Fault::Refused);
  }
  for (const CaseState state : {CaseState::Proposed, CaseState::DecidedAct, CaseState::Acting}) {
    the_case.state = state;
    EXPECT_EQ(by("custodian1", "dpo1").error().fault, Fault::Conflict);
  }
  EXPECT_EQ(parse_erasure_ground("embarrassing").error().fault, Fault::Refused);
  const std::string same = "INSERT INTO erasure VALUES ('" + piece.text() + "', '" + desk_.officer("both1").id.text() +
                           "', '" + desk_.officer("both1").id.text() + "', '{}')";
  EXPECT_FALSE(desk_.tamper(same));
}

// A piece of a desk of before: it lies in plain, and the journal names its digest. Its bytes go all the same; equal
// bytes of two pieces lie there once and go with the last of them.
TEST_F(ErasureTest, a_piece_of_a_desk_of_before_goes_too) {
  const CaseId the_case = desk_.phishing_case();
  const std::string bytes = "word7c1e09f2ab35 of a page of before, in plain";
  const std::string path =
      desk_.paths().evidence() + "/" + sha256(bytes).hex().substr(0, 2) + "/" + sha256(bytes).hex();
  ASSERT_TRUE(make_folder(path.substr(0, path.rfind('/')), 0700));
  SiteDesk::write(path, bytes);
  SeededRandom random(3);
  std::vector<EvidenceId> pieces;
  for (int i = 0; i < 2; ++i) {
    pieces.push_back(EvidenceId::make(desk_.clock().now(), random));
    desk_.append(EvidenceAttached{the_case,
                                  {pieces.back(), sha256(bytes), "text/plain", std::int64_t{46}, "an old page"},
                                  desk_.officer("analyst1").id},
                 "analyst1");
  }
  const Case found = *desk_.store().find_case(Sight::of_software(), the_case);
  EXPECT_EQ(found.evidence.front().description, "an old page");
  EXPECT_EQ(found.evidence.front().content, sha256(bytes));
  EXPECT_TRUE(verify());
  Searched searched;
  searched.add("word7c1e09f2ab35");
  EXPECT_EQ(searched.hits(desk_.paths().desk), 1u);
  ASSERT_TRUE(erase(the_case, pieces.front()));
  EXPECT_EQ(searched.hits(desk_.paths().desk), 1u);
  EXPECT_TRUE(verify());
  ASSERT_TRUE(erase(the_case, pieces.back()));
  EXPECT_EQ(searched.hits(desk_.paths().desk), 0u);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(verify());
}

}  // namespace
}  // namespace cordon::testing_desk
