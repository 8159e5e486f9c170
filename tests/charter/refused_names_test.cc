// Charter 12.1: a name of the refused list is refused by the command line, by imports and by SQL itself, in any
// language.
#include <gtest/gtest.h>

#include "../program.h"
#include "base/text.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

// Twenty names of charter 4.6, each as it may be typed.
const std::vector<std::string> kNames{
    "extremism",  "экстремизм",    "экстремистік",      "极端主义",      "separatism",
    "сепаратизм", "分裂主义",      "hate_speech",       "дезинформация", "жалған ақпарат",
    "谣言",       "foreign_agent", "иностранный агент", "cyberbullying", "vpn",
    "邪教",       "клевета",       "disinformation",    "other",         "несанкционированный митинг"};

// Planted bug: let parse_matter() skip find_refused(): the names are still refused, but not by name.
TEST(RefusedNames, the_command_line_refuses_them_by_name) {
  const DeskFolder desk;
  for (const std::string& name : kNames) {
    const Outcome outcome = desk.run({"intake", "--category", name, "-"}, "see hxxps://bad[.]example[.]com/x\n");
    EXPECT_EQ(outcome.exit_code, 4) << name << outcome.out << outcome.err;
    EXPECT_NE(outcome.err.find("refused list"), std::string::npos) << name << ": " << outcome.err;
    EXPECT_TRUE(outcome.out.empty()) << outcome.out;
  }
}

// Planted bug: let refuse_name() in report/reading.cc skip find_refused().
TEST(RefusedNames, an_import_refuses_and_counts_them_and_keeps_nothing) {
  const DeskFolder desk;
  const std::string profile =
      desk.folder().file("profile.toml", "kind = \"domain\"\nvalue = \"name\"\ncategory = \"about\"\n");
  std::string csv = "name,about\n";
  for (std::size_t i = 0; i < kNames.size(); ++i)
    csv += "site" + std::to_string(i) + ".example.com,\"" + kNames[i] + "\"\n";
  const Outcome outcome = desk.run({"intake", "--profile", profile, desk.folder().file("list.csv", csv)});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::vector<Json> lines = outcome.lines();
  ASSERT_EQ(lines.size(), kNames.size());
  for (const Json& line : lines) {
    EXPECT_EQ(line.text_or("outcome"), "refused");
    EXPECT_NE(line.text_or("reason").find("refused list"), std::string::npos) << line.text_or("reason");
  }
  const Json counts = desk.run({"status"}).line();
  EXPECT_EQ(counts.number_or("cases", -1), 0);
  EXPECT_EQ(counts.find("outcomes")->number_or("refused", -1), static_cast<std::int64_t>(kNames.size()));
}

TEST(RefusedNames, an_intelmq_event_of_harmful_speech_is_refused_by_name) {
  const DeskFolder desk;
  const Outcome outcome =
      desk.run({"intake", "-"},
               R"({"classification.type":"harmful-speech","source.url":"http://blog.example.org/post","feed.name":"x"})"
               "\n");
  EXPECT_EQ(outcome.line().text_or("outcome"), "refused") << outcome.out << outcome.err;
  EXPECT_NE(outcome.line().text_or("code"), "");
}

// Planted bug: drop CHECK (matter IN …) from either table in store/tables.cc.
TEST(RefusedNames, sql_itself_refuses_them) {
  const DeskFolder desk;
  Result<Database> database = Database::open(desk.desk() + "/desk.db", Database::Open::Write);
  ASSERT_TRUE(database);
  for (const std::string& name : kNames) {
    const Result<Nothing> inserted = database->run(
        "INSERT INTO cases VALUES ('x', $1, 'domain', 'a.example', $2, NULL, 'open', 0, NULL, 1, 1, 0, NULL, NULL, 1, "
        "1, NULL, NULL, NULL, NULL)",
        {name, name + " domain a.example"});
    ASSERT_FALSE(inserted) << name;
    EXPECT_NE(inserted.error().message.find("CHECK"), std::string::npos) << inserted.error().message;
    const Result<Nothing> proposed = database->run(
        "INSERT INTO proposal VALUES ('p', 'x', $1, 'proposed', 1, 'officer', NULL, '{}', NULL, NULL)", {name});
    ASSERT_FALSE(proposed) << name;
    EXPECT_NE(proposed.error().message.find("CHECK"), std::string::npos) << proposed.error().message;
  }
  EXPECT_TRUE(database->run(
      "INSERT INTO cases VALUES ('x', 'phishing', 'domain', 'a.example', 'k', NULL, 'open', 0, NULL, 1, 1, 0, NULL, "
      "NULL, 1, 1, NULL, NULL, NULL, NULL)"));
}

TEST(RefusedNames, the_annex_takes_no_article_for_them) {
  const DeskFolder desk;
  const std::string path = desk.desk() + "/annex.toml";
  for (const std::string& name : {std::string("extremism"), std::string("экстремизм"), std::string("谣言")}) {
    desk.folder().file("desk/annex.toml", "state = \"S\"\nfictitious = true\nredress = \"R\"\n[articles]\n\"" + name +
                                              "\" = \"article 1\"\n");
    const Outcome outcome = desk.run({"status"});
    EXPECT_EQ(outcome.exit_code, 4) << outcome.out << outcome.err;
  }
}

}  // namespace
}  // namespace cordon::testing_desk
