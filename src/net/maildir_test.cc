#include "net/maildir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/digest.h"
#include "base/files.h"

namespace cordon {
namespace {

class Maildir : public testing::Test {
 public:
  Maildir() {
    std::string name = testing::TempDir() + "/maildir_XXXXXX";
    folder_ = mkdtemp(name.data());
    box_ = folder_ + "/box";
  }
  ~Maildir() override { std::filesystem::remove_all(folder_); }

 protected:
  Delivered deliver(std::string_view id, std::string_view mail) {
    const Result<Delivered> outcome = deliver_to_maildir(box_, id, mail);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *outcome : Delivered::Already;
  }
  std::vector<std::string> in(const std::string& folder) { return *list_folder(box_ + "/" + folder); }

  std::string folder_, box_;
};

mode_t mode_of(const std::string& path) {
  struct stat now{};
  EXPECT_EQ(::stat(path.c_str(), &now), 0);
  return now.st_mode & 0777;
}

TEST_F(Maildir, a_mail_arrives_in_new_under_a_name_made_of_its_id) {
  EXPECT_EQ(deliver("1@example.org", "a\r\n.b\r\n"), Delivered::Now);
  const std::string name = sha256("1@example.org").hex();
  EXPECT_EQ(in("new"), std::vector<std::string>{name});
  EXPECT_TRUE(in("tmp").empty());
  EXPECT_EQ(*read_file(box_ + "/new/" + name, 100), "a\r\n.b\r\n");
  EXPECT_EQ(mode_of(box_ + "/new/" + name), 0600u);
  for (const char* folder : {"", "/new", "/cur", "/tmp"}) EXPECT_EQ(mode_of(box_ + folder), 0700u);
}

// Planted bug: without stands_in_cur() the read mail is delivered again.
TEST_F(Maildir, a_second_delivery_changes_nothing_wherever_the_first_went) {
  EXPECT_EQ(deliver("1@example.org", "first"), Delivered::Now);
  EXPECT_EQ(deliver("1@example.org", "second"), Delivered::Already);
  const std::string name = sha256("1@example.org").hex();
  EXPECT_EQ(*read_file(box_ + "/new/" + name, 100), "first");
  for (const std::string& read : {name, name + ":2,", name + ":2,RS"}) {
    const std::string old = in("new").empty() ? box_ + "/cur/" + in("cur")[0] : box_ + "/new/" + name;
    std::filesystem::rename(old, box_ + "/cur/" + read);
    EXPECT_EQ(deliver("1@example.org", "second"), Delivered::Already) << read;
    EXPECT_TRUE(in("new").empty());
  }
  EXPECT_EQ(deliver("2@example.org", "other"), Delivered::Now);
}

TEST_F(Maildir, an_unfinished_delivery_is_not_in_the_way) {
  deliver("1@example.org", "first");
  const std::string name = sha256("2@example.org").hex();
  ASSERT_TRUE(write_file(box_ + "/tmp/" + name, "ha"));
  EXPECT_EQ(deliver("2@example.org", "half"), Delivered::Now);
  EXPECT_EQ(*read_file(box_ + "/new/" + name, 100), "half");
}

TEST_F(Maildir, a_file_where_the_folder_should_be_is_an_error) {
  ASSERT_TRUE(write_file(box_, "x"));
  EXPECT_FALSE(deliver_to_maildir(box_, "1@example.org", "x"));
}

}  // namespace
}  // namespace cordon
