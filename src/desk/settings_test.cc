#include "desk/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"

namespace cordon {
namespace {

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cordon-settings-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    paths_ = Paths(pattern + "/");
  }
  void TearDown() override { std::filesystem::remove_all(paths_.desk); }
  Result<Settings> with(const std::string& toml) {
    EXPECT_TRUE(write_file(paths_.settings(), toml));
    return load_settings(paths_);
  }
  Paths paths_{"."};
  const Fresh fresh_{"CSIRT \"A\"", "csirt", "desk@csirt.example.org", "csirt.example.org/log", false};
};

TEST_F(SettingsTest, a_fresh_desk_reads_back) {
  const auto settings = with(fresh_settings(fresh_));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->operator_.name, "CSIRT \"A\"");
  EXPECT_EQ(settings->courier, "maildir");
  EXPECT_EQ(settings->port, 8480);
  for (const bool demo : {false, true}) {
    ASSERT_TRUE(write_file(paths_.annex(), fresh_annex(demo)));
    ASSERT_TRUE(write_file(paths_.contacts(), fresh_contacts(demo)));
    const auto annex = load_annex(paths_);
    ASSERT_TRUE(annex) << annex.error().message;
    EXPECT_EQ(annex->fictitious(), demo);
    EXPECT_TRUE(load_contacts(paths_));
  }
}

// Planted bug: drop only_known().
TEST_F(SettingsTest, an_unknown_setting_is_refused_by_name) {
  const auto settings = with(fresh_settings(fresh_) + "\n[blocking]\non = true\n");
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find("blocking"), std::string::npos);
  EXPECT_FALSE(with(fresh_settings(fresh_) + "approvers = 1\n"));
}

TEST_F(SettingsTest, an_index_is_used_only_where_one_is_named) {
  EXPECT_EQ(with(fresh_settings(fresh_))->index_folder, "");
  EXPECT_EQ(with(fresh_settings(fresh_) + "\n[index]\n")->index_folder, "index");
  EXPECT_FALSE(with(fresh_settings(fresh_) + "\n[index]\nsigned_by = \"nobody\"\n"));
}

// Planted bug: let with_database() write the new url beside the old one.
TEST_F(SettingsTest, a_record_has_one_place_and_the_rest_of_the_file_stays) {
  const std::string good = fresh_settings(fresh_);
  EXPECT_EQ(record_of(paths_, *with(good)), paths_.desk + "/desk.db");
  EXPECT_EQ(record_of(paths_).error().fault, Fault::NotFound);  // no such file
  EXPECT_FALSE(with(good + "\n[database]\nurl = \"mysql://localhost/desk\"\n"));
  EXPECT_FALSE(with(good + "\n[database]\nurl = \"\"\n"));
  const std::string moved = with_database(good, "postgresql:///one");
  EXPECT_TRUE(moved.starts_with(good));
  EXPECT_EQ(record_of(paths_, *with(moved)), "postgresql:///one");
  const std::string again = with_database(moved + "# the end\n", "other.db");
  EXPECT_EQ(record_of(paths_, *with(again)), paths_.desk + "/other.db");
  EXPECT_EQ(again, replace_all(moved, "postgresql:///one", "other.db") + "# the end\n");
  Fresh at_a_server = fresh_;
  at_a_server.database = "postgresql:///one";
  EXPECT_EQ(record_of(paths_, *with(fresh_settings(at_a_server))), "postgresql:///one");
  EXPECT_EQ(*record_of(paths_), "postgresql:///one");
}

TEST_F(SettingsTest, wrong_values_say_what_was_expected) {
  const std::string good = fresh_settings(fresh_);
  EXPECT_FALSE(with(replace_all(good, "\"csirt\"", "\"police\"")));
  EXPECT_FALSE(with(replace_all(good, "desk@csirt.example.org", "nobody")));
  EXPECT_FALSE(with(replace_all(good, "csirt.example.org/log", "csirt example")));
  EXPECT_FALSE(with(replace_all(good, "courier = \"maildir\"", "courier = \"pigeon\"")));
  EXPECT_FALSE(with(replace_all(good, "courier = \"maildir\"", "courier = \"smtp\"")));
  EXPECT_FALSE(with(replace_all(good, "port = 8480", "port = 84800")));
  EXPECT_FALSE(with("a = " + std::string(5000, '[')));
  EXPECT_EQ(with(good + "\n[care]\nscrub_days = 1\n")->scrub_days, 1);
  EXPECT_FALSE(with(good + "\n[care]\nscrub_days = 8\n"));  // within seven days (research P9)
  EXPECT_FALSE(with(good + "\n[care]\nbackup_hours = 841\n"));
  EXPECT_FALSE(with(good + "\n[care]\nscrub = false\n"));
}

// Planted bug: read_feeds() takes the people's channels.
TEST_F(SettingsTest, a_feed_is_registered_with_its_publisher_and_people_s_channels_are_none) {
  const std::string rest =
      "publisher = \"Example CERT\"\npublisher_kind = \"other_state\"\nmachine = \"m1\"\ncategories = { \"dl\" = "
      "\"malware\" }\n";
  const auto settings = with(fresh_settings(fresh_) + "\n[feeds.urls]\n" + rest);
  ASSERT_TRUE(settings) << settings.error().message;
  ASSERT_EQ(settings->feeds.size(), 1u);
  EXPECT_EQ(settings->feeds[0].name, "urls");
  EXPECT_EQ(settings->feeds[0].publisher_kind, PublisherKind::OtherState);
  EXPECT_EQ(settings->feeds[0].categories.at("dl"), Matter(Category::Malware));
  for (const char* channel : {"public-form", "by-hand"})
    EXPECT_EQ(with(fresh_settings(fresh_) + "\n[feeds." + channel + "]\n" + rest).error().fault, Fault::Refused);
  EXPECT_FALSE(with(fresh_settings(fresh_) + "\n[feeds.\"desk.example.net/log\"]\n" + rest));
  EXPECT_FALSE(with(fresh_settings(fresh_) + "\n[feeds.urls]\nname = \"other\"\n" + rest));
  EXPECT_FALSE(with(fresh_settings(fresh_) + "\n[feeds.urls]\npublisher = \"P\"\n"));
}

}  // namespace
}  // namespace cordon
