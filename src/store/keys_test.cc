#include "store/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cordon {
namespace {

class KeyStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cordon-keys-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string items() const { return folder_ + "/items"; }
  Result<KeyStore> open(KeyStore::Mode mode = KeyStore::Mode::Write) const { return KeyStore::open(folder_, mode); }
  std::string bytes() const { return *read_file(items(), 1u << 24); }
  void put(const std::string& bytes) const { std::ofstream(items(), std::ios::binary) << bytes; }

  std::string folder_;
};

TEST_F(KeyStoreTest, a_key_comes_back_with_what_it_is_of) {
  EXPECT_EQ(open(KeyStore::Mode::Read).error().fault, Fault::NotFound);
  std::string key;
  {
    auto keys = open();
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->take(sha256("one"), 3)->number, 1u);
    const auto two = keys->take(sha256("two"), 7);
    EXPECT_EQ(two->number, 2u);
    key = two->key.view();
    const auto reader = open(KeyStore::Mode::Read);
    EXPECT_EQ(keys->take(sha256("three"), 9)->number, 3u);
    EXPECT_EQ(reader->read(3)->size, 9u);  // taken since the reader opened it
  }
  const auto again = open();
  EXPECT_EQ(again->taken(), 3u);
  EXPECT_EQ(again->read(2)->key.view(), key);
  EXPECT_EQ(again->read(2)->content, sha256("two"));
  EXPECT_EQ(again->read(2)->size, 7u);
  EXPECT_EQ(again->read(4).error().fault, Fault::Corrupt);
  EXPECT_EQ(again->read(0).error().fault, Fault::Corrupt);
  for (const char* name : {"items", "items.key"}) {
    struct stat about{};
    ASSERT_EQ(::stat((folder_ + "/" + name).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u) << name;
  }
}

// Planted bug: let erase() write the state alone and leave the rest of the slot as it is.
TEST_F(KeyStoreTest, an_erased_slot_has_nothing_of_the_key_and_is_never_given_again) {
  auto keys = open();
  ASSERT_TRUE(keys->take(sha256("one"), 3));
  ASSERT_TRUE(keys->take(sha256("two"), 3));
  const std::string before = bytes();
  ASSERT_TRUE(keys->erase(1));
  ASSERT_TRUE(keys->erase(1));
  EXPECT_EQ(keys->read(1).error().fault, Fault::NotFound);
  EXPECT_TRUE(*keys->erased(1));
  EXPECT_FALSE(*keys->erased(2));
  const std::string after = bytes();
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(after.substr(128 + 8, 112), std::string(112, '\0'));
  EXPECT_EQ(after.substr(256), before.substr(256));
  EXPECT_EQ(keys->take(sha256("three"), 3)->number, 3u);
  EXPECT_EQ(open()->take(sha256("four"), 3)->number, 4u);
}

// Planted bug: drop has_sum() from check_all().
TEST_F(KeyStoreTest, any_changed_byte_is_found_on_opening_with_its_slot) {
  {
    auto keys = open();
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(keys->take(sha256("item"), 4));
    ASSERT_TRUE(keys->erase(3));
  }
  const std::string good = bytes();
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    put(changed);
    const auto opened = open();
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().fault, Fault::Corrupt);
    if (at >= 128) {
      EXPECT_NE(opened.error().where.find("slot " + std::to_string(at / 128)), std::string::npos)
          << opened.error().where;
    }
  }
  put(good.substr(0, 128) + std::string(128, '\0') + good.substr(256));  // a slot that is gone
  EXPECT_EQ(open().error().fault, Fault::Corrupt);
  put(good.substr(0, 128) + good.substr(256, 128) + good.substr(128, 128) + good.substr(384));  // two that were swapped
  EXPECT_EQ(open().error().fault, Fault::Corrupt);
}

// A power cut in the middle of take(): the slot is not there, or only a part of it, or zeros that the file grew by.
// Planted bug: count a slot of zeros as taken.
TEST_F(KeyStoreTest, what_a_power_cut_left_of_a_slot_is_written_again) {
  ASSERT_TRUE(open()->take(sha256("one"), 3));
  const std::string good = bytes();
  for (const std::string& tail :
       {std::string(), std::string(50, 'K'), std::string(128, '\0'), std::string(300, '\0')}) {
    put(good + tail);
    auto keys = open();
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->take(sha256("two"), 3)->number, 2u);
    EXPECT_EQ(keys->read(2)->content, sha256("two"));
    EXPECT_TRUE(open());
  }
}

// Planted bug: leave the proof in the first slot unread.
TEST_F(KeyStoreTest, another_desks_key_is_told_from_this_ones) {
  ASSERT_TRUE(open()->take(sha256("one"), 3));
  ASSERT_TRUE(write_file(folder_ + "/items.key", std::string(64, '1'), 0600));
  const auto opened = open();
  EXPECT_EQ(opened.error().fault, Fault::Corrupt);
  EXPECT_NE(opened.error().where.find("items.key"), std::string::npos);
  ASSERT_TRUE(write_file(folder_ + "/items.key", "short", 0600));
  EXPECT_EQ(open().error().fault, Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
