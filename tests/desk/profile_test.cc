// Feeds by their profiles, as an operator meets them: the page's examples, a batch by --profile, a source of
// cordon.toml.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"

namespace cordon::testing_desk {
namespace {

constexpr const char* kSensors =
    "about = \"sensors\"\n[input]\nformat = \"csv\"\ndelimiter = \";\"\ncolumns = [\"address\", \"when\"]\n[event]\n"
    "\"classification.type\" = { is = \"brute-force\" }\n\"source.ip\" = \"address\"\n"
    "\"time.source\" = { from = \"when\", time = \"%d.%m.%Y %H:%M\", zone = \"+05:00\" }\n";
constexpr const char* kBatch = "203.0.113.7;01.11.2026 09:14\nnothing;\n";

void add_to_settings(const DeskFolder& desk, const std::string& lines) {
  std::ofstream(desk.desk() + "/cordon.toml", std::ios::app) << lines;
}

TEST(ProfileCommand, the_examples_of_its_page_are_what_it_prints) {
  const std::vector<Example> all = run_examples("docs/feeds.md");
  EXPECT_GE(all.size(), 7u);
  for (const Example& example : all) EXPECT_EQ(example.got, example.output) << example.command;
}

TEST(ProfileCommand, each_profile_that_comes_with_it_is_listed_shown_and_sound) {
  const std::vector<Json> listed = cordon({"profile", "list", "--json"}).lines();
  EXPECT_GE(listed.size(), 50u);
  const TemporaryFolder folder;
  for (const Json& one : listed) {
    const std::string name = one.text_or("profile");
    const Outcome shown = cordon({"profile", "show", name});
    ASSERT_EQ(shown.exit_code, 0) << name;
    const Outcome checked = cordon({"profile", "check", folder.file(name + ".toml", shown.out)});
    EXPECT_EQ(checked.exit_code, 0) << name << checked.err;
  }
  EXPECT_EQ(cordon({"profile", "show", "no-such-feed"}).exit_code, 1);
  EXPECT_EQ(cordon({"profile", "check", folder.file("x.toml", "[input]\nformat = \"csv\"\n")}).exit_code, 3);
}

// Planted bug: intake() does not look into `readings`.
TEST(ProfileCommand, a_source_of_the_settings_is_read_by_its_profile) {
  const DeskFolder desk;
  const std::string by_hand = desk.folder().file("sensors.toml", kSensors);
  const std::vector<Json> once =
      desk.run({"intake", "--source", "tried-once", "--profile", by_hand, "-"}, kBatch).lines();
  ASSERT_EQ(once.size(), 2u);
  EXPECT_EQ(once[0].text_or("outcome"), "accepted");
  EXPECT_EQ(once[1].text_or("code"), "no_observable");

  std::filesystem::create_directory(desk.desk() + "/profiles");
  std::ofstream(desk.desk() + "/profiles/sensors.toml") << kSensors;
  add_to_settings(
      desk,
      "\n[feeds.sensors]\nprofile = \"profiles/sensors.toml\"\ngiven = { \"feed.provider\" = \"Example CERT\" }\n");
  const std::vector<Json> lines = desk.run({"intake", "--source", "sensors", "-"}, kBatch).lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text_or("outcome"), "accepted") << to_text(lines[0]);
  const Outcome kept = desk.as("analyst1", {"case", "reports", lines[0].text_or("case")});
  EXPECT_NE(kept.out.find("Example CERT"), std::string::npos) << kept.out << kept.err;
  EXPECT_NE(kept.out.find("2026-11-01T04:14:00+00:00"), std::string::npos) << kept.out;
}

TEST(ProfileCommand, a_broken_profile_is_one_clear_line) {
  const DeskFolder desk;
  std::ofstream(desk.desk() + "/broken.toml")
      << "[input]\nformat = \"csv\"\ncolumns = [\"a\"]\n[event]\n\"source.ip\" = \"b\"\n";
  add_to_settings(desk, "\n[feeds.sensors]\nprofile = \"broken.toml\"\n");
  const Outcome refused = desk.run({"intake", "--source", "sensors", "-"}, kBatch);
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_NE(refused.err.find("[feeds.sensors]"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("names the column 'b'"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace cordon::testing_desk
