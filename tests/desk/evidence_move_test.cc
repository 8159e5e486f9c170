// A desk whose evidence lies in an S3-compatible store, as its users see it: it goes there and comes back, and whatever
// the store does, its key and its words are in no line of ours.
//
// Planted bugs, each seen to turn this red:
//  1 desk/evidence_move.cc  a blob that lies in plain is moved as well
//  2 desk/settings.cc       a key that others can read is taken
//  3 store/store.cc         a store that is away keeps a desk shut that has erased something
#include "desk/evidence_move.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "../program.h"
#include "store/s3_for_tests.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class EvidenceMoveTest : public testing::Test {
 protected:
  EvidenceMoveTest() : case_(desk_.phishing_case()) {
    write(desk_.desk() + "/keys/s3.toml",
          "access_key_id = \"TESTKEYOFNOBODY\"\nsecret_access_key = \"a secret of nobody\"\n", 0600);
    write(desk_.desk() + "/cordon.toml",
          *read_file(desk_.desk() + "/cordon.toml", 1u << 20) + "\n[evidence]\ns3_endpoint = \"" +
              s3_.place().endpoint + "\"\ns3_region = \"xx-test-1\"\ns3_credentials = \"keys/s3.toml\"\n",
          0644);
    attach("one");
  }
  static void write(const std::string& path, const std::string& bytes, mode_t mode) {
    EXPECT_TRUE(write_file(path, bytes, mode));
  }
  std::string attach(const std::string& text) {
    const Outcome done = desk_.as("analyst1", {"case", "attach", case_, desk_.folder().file("page.txt", text),
                                               "--description", "what the page shows"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.line().text_or("evidence");
  }
  Outcome move(const std::string& to) { return desk_.run({"evidence", "move", "--to", to}); }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(desk_.desk() + "/evidence"))
      count += entry.is_regular_file() && entry.path().filename().string().size() == 64;
    return count;
  }

  DeskFolder desk_;
  FakeS3 s3_;
  std::string case_;
};

TEST_F(EvidenceMoveTest, it_goes_to_a_store_and_back_and_nothing_is_lost) {
  const std::size_t before = files();
  ASSERT_GT(before, 1u);
  s3_.fault = [](const http::Request&, std::size_t number) -> std::optional<http::Response> {
    if (number > 4) return FakeS3::error(403, "AccessDenied");
    return {};
  };
  const Outcome halfway = move("s3://evidence-bucket/desk-one");
  EXPECT_EQ(halfway.exit_code, 6) << halfway.err;
  EXPECT_NE(halfway.err.find("403 AccessDenied"), std::string::npos) << halfway.err;
  EXPECT_EQ(halfway.err.find("secret of nobody"), std::string::npos);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);  // still where it was
  s3_.fault = nullptr;
  const Outcome moved = move("s3://evidence-bucket/desk-one");
  ASSERT_EQ(moved.exit_code, 0) << moved.err;
  EXPECT_EQ(moved.line().number_or("blobs", 0), static_cast<std::int64_t>(before));
  EXPECT_EQ(s3_.objects.size(), before);
  fs::remove_all(desk_.desk() + "/evidence");
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
  const std::string second = attach("two");
  EXPECT_EQ(s3_.objects.size(), before + 1);
  EXPECT_EQ(files(), 0u);
  const Outcome opened = desk_.as("approver1", {"case", "open", case_, second});
  EXPECT_EQ(opened.exit_code, 0) << opened.err;
  EXPECT_EQ(move("s3://evidence-bucket/desk-one").exit_code, 2);
  const Outcome back = move("files");
  ASSERT_EQ(back.exit_code, 0) << back.err;
  EXPECT_EQ(files(), before + 1);
  EXPECT_EQ(desk_.run({"journal", "verify"}).exit_code, 0);
}

TEST_F(EvidenceMoveTest, a_key_that_others_read_is_none_and_its_words_are_in_no_line) {
  const std::string key = desk_.desk() + "/keys/s3.toml";
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  const Outcome open = move("s3://evidence-bucket/desk-one");
  EXPECT_EQ(open.exit_code, 2) << open.err;
  EXPECT_NE(open.err.find("0600"), std::string::npos) << open.err;
  write(key, "access_key_id = \"TESTKEYOFNOBODY\"\nsecret_access_key = a secret of nobody\n", 0600);
  const Outcome broken = move("s3://evidence-bucket/desk-one");
  EXPECT_EQ(broken.exit_code, 2) << broken.err;
  EXPECT_EQ(broken.err.find("nobody"), std::string::npos) << broken.err;
  EXPECT_TRUE(s3_.heard.empty());
}

TEST_F(EvidenceMoveTest, what_lies_in_plain_does_not_leave) {
  const std::string bytes = "plain bytes of a desk of before";
  const std::string place = desk_.desk() + "/evidence/" + blob_name(sha256(bytes));
  fs::create_directories(fs::path(place).parent_path());
  write(place, bytes, 0600);
  const Outcome moved = move("s3://evidence-bucket/desk-one");
  EXPECT_EQ(moved.exit_code, 4) << moved.err;
  for (const auto& [name, object] : s3_.objects) EXPECT_EQ(object.find("plain bytes"), std::string::npos);
}

TEST_F(EvidenceMoveTest, a_store_that_is_away_keeps_no_desk_shut) {
  ASSERT_EQ(move("s3://evidence-bucket/desk-one").exit_code, 0);
  for (const auto& [login, role] : {std::pair{"custodian7", "custodian"}, std::pair{"dpo7", "dpo"}}) {
    const std::string password =
        desk_.folder().file(std::string(login) + ".password", "a long password of " + std::string(login));
    ASSERT_EQ(desk_.run({"officer", "add", login, "--role", role, "--password-file", password}).exit_code, 0);
  }
  const std::string piece = attach("to be erased");
  const std::string folder = desk_.folder().path();
  const Outcome erased =
      desk_.run({"evidence", "erase", case_, piece, "--ground", "excessive", "--as", "custodian7", "--password-file",
                 folder + "/custodian7.password", "--by", "dpo7", "--by-password-file", folder + "/dpo7.password"});
  ASSERT_EQ(erased.exit_code, 0) << erased.err;
  s3_.fault = [](const http::Request&, std::size_t) { return std::optional(FakeS3::error(503, "SlowDown")); };
  EXPECT_EQ(desk_.run({"status"}).exit_code, 0);
  const Outcome shown = desk_.as("analyst1", {"case", "show", case_});
  EXPECT_EQ(shown.exit_code, 6) << shown.err;
  EXPECT_NE(shown.err.find("503 SlowDown"), std::string::npos) << shown.err;
  s3_.fault = nullptr;
  EXPECT_EQ(desk_.as("analyst1", {"case", "show", case_}).exit_code, 0);
}

}  // namespace
}  // namespace cordon::testing_desk
