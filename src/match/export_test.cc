#include "match/export.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "match/folder_for_tests.h"
#include "match/index_builder.h"
#include "match/sources.h"

namespace cordon {
namespace {

const Instant kExportedAt{std::int64_t{kListDay.number()} * kDayMs};

class ExportTest : public testing::Test {
 protected:
  ExportTest() : folder_(make_folder_()) {}
  ~ExportTest() override { std::filesystem::remove_all(folder_); }

  ListedIndicator indicator(ObservableKind kind, const std::string& text, Category category,
                            Standing standing = Standing::Active) {
    return {.what = *parse_observable(kind, text),
            .standing = standing,
            .category = category,
            .source = "list, \"a\"",
            .tlp = Tlp::Green,
            .pap = Pap::Green,
            .added = kListDay.plus(-3),
            .valid_until = kListDay.plus(7),
            .id = "case-1"};
  }
  std::shared_ptr<const Generation> index_of(const std::vector<ListedIndicator>& indicators) {
    SystemRandom random;
    IndexBuilder builder({.made = kExportedAt}, random);
    for (const ListedIndicator& one : indicators) EXPECT_TRUE(builder.add(one));
    const auto written = builder.write(folder_ + "/a.cidx", SecretKey::generate(random));
    CORDON_CHECK(written, "the index was not written");
    return *Generation::open(folder_ + "/a.cidx");
  }
  std::map<std::string, std::string> exported(const Generation& index, ExportFormat format) {
    std::map<std::string, std::string> files;
    const auto done = export_index(index, format, kListDay, kExportedAt,
                                   [&](std::string_view file, std::string_view bytes) -> Result<Nothing> {
                                     files[std::string(file)] += bytes;
                                     return Nothing{};
                                   });
    EXPECT_TRUE(done);
    counts_ = *done;
    return files;
  }
  std::string file(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(write_file(folder_ + "/" + name, bytes));
    return folder_ + "/" + name;
  }

  std::string folder_;
  ExportCounts counts_;

 private:
  static std::string make_folder_() {
    std::string shape = testing::TempDir() + "cordon-export-XXXXXX";
    CORDON_CHECK(::mkdtemp(shape.data()) != nullptr, "no temporary folder");
    return shape;
  }
};

// Everything that must stay, beside one that may go. Planted bug, one for each: leave out a line of withheld().
TEST_F(ExportTest, only_active_unexpired_ones_of_four_categories_leave) {
  std::vector<ListedIndicator> all{indicator(ObservableKind::Domain, "goes.harmful.net", Category::Phishing)};
  all.push_back(indicator(ObservableKind::Domain, "reference.harmful.net", Category::Phishing, Standing::Reference));
  all.push_back(indicator(ObservableKind::Domain, "expired.harmful.net", Category::Malware));
  all.back().valid_until = kListDay.plus(-1);
  for (const Category category :
       {Category::CrimeTools, Category::Fraud, Category::Extortion, Category::Drugs, Category::TerroristEntity})
    all.push_back(indicator(ObservableKind::Domain, "stays.harmful.net", category));
  all.push_back(indicator(ObservableKind::Domain, "red.harmful.net", Category::Malware));
  all.back().tlp = Tlp::Red;
  all.push_back(indicator(ObservableKind::Domain, "pap-red.harmful.net", Category::Malware));
  all.back().pap = Pap::Red;
  ListedIndicator range = indicator(ObservableKind::Domain, "x.harmful.net", Category::Malware, Standing::Reference);
  range.what = *parse_ip_range("45.9.20.0/24");
  all.push_back(range);
  const auto index = index_of(all);
  for (const ExportFormat format :
       {ExportFormat::Csv, ExportFormat::Misp, ExportFormat::Stix, ExportFormat::Zeek, ExportFormat::Suricata}) {
    std::string whole;
    for (const auto& [file, text] : exported(*index, format)) whole += text;
    EXPECT_NE(whole.find("goes.harmful.net"), std::string::npos) << name(format);
    for (const char* kept : {"reference.harmful", "expired.harmful", "stays.harmful", "red.harmful", "45.9.20"})
      EXPECT_EQ(whole.find(kept), std::string::npos) << name(format) << ": " << kept;
    EXPECT_EQ(counts_.written, 1u) << name(format);
    EXPECT_EQ(counts_.withheld[Withheld::Category], 5u);
    EXPECT_EQ(counts_.withheld[Withheld::Red], 2u);
  }
}

// Planted bug: note() without the day.
TEST_F(ExportTest, each_line_has_its_expiry_and_its_case) {
  const auto index = index_of({indicator(ObservableKind::Domain, "a.harmful.net", Category::Phishing),
                               indicator(ObservableKind::Ip, "45.9.20.1", Category::Malware),
                               indicator(ObservableKind::Url, "http://b.harmful.net/x", Category::Malware)});
  for (const ExportFormat format :
       {ExportFormat::Csv, ExportFormat::Misp, ExportFormat::Stix, ExportFormat::Zeek, ExportFormat::Suricata}) {
    for (const auto& [file, text] : exported(*index, format)) {
      for (const std::string_view line : split(text, '\n')) {
        if (line.find("harmful.net") == std::string_view::npos && line.find("45.9.20.1") == std::string_view::npos)
          continue;
        EXPECT_NE(line.find("case-1"), std::string_view::npos) << file << ": " << line;
        EXPECT_NE(line.find("2026-12-01"), std::string_view::npos) << file << ": " << line;
      }
    }
    EXPECT_EQ(counts_.written, format == ExportFormat::Suricata ? 2u : 3u);
  }
}

TEST_F(ExportTest, rules_for_suricata_only_log) {
  const auto index = index_of({indicator(ObservableKind::Domain, "a.harmful.net", Category::Phishing),
                               indicator(ObservableKind::Ip, "45.9.20.1", Category::Malware)});
  const std::string rules = exported(*index, ExportFormat::Suricata).at("cordon.rules");
  std::size_t count = 0;
  for (const std::string_view line : split(rules, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    EXPECT_TRUE(line.starts_with("alert ")) << line;
    ++count;
  }
  EXPECT_EQ(count, 5u);
}

// What was written reads back as the same things, by our own readers.
TEST_F(ExportTest, our_readers_take_back_what_was_written) {
  std::vector<ListedIndicator> all{indicator(ObservableKind::Domain, "a.harmful.net", Category::Phishing),
                                   indicator(ObservableKind::Ip, "45.9.20.1", Category::Malware),
                                   indicator(ObservableKind::Url, "http://b.harmful.net/x?a=',\"b", Category::Malware),
                                   indicator(ObservableKind::FileHash, std::string(64, 'a'), Category::Malware),
                                   indicator(ObservableKind::FileHash, std::string(32, 'b'), Category::Malware),
                                   indicator(ObservableKind::TlsCert, std::string(64, 'c'), Category::Malware)};
  all[0].source = "=a formula";
  std::set<std::string> expected;
  for (const ListedIndicator& one : all) expected.insert(std::get<Observable>(one.what).canonical());
  const auto index = index_of(all);
  for (const auto& [format, source] :
       {std::pair(ExportFormat::Csv, SourceFormat::Csv), std::pair(ExportFormat::Misp, SourceFormat::Misp),
        std::pair(ExportFormat::Stix, SourceFormat::Stix)}) {
    const auto files = exported(*index, format);
    ASSERT_EQ(files.size(), 1u);
    const std::string path = file(files.begin()->first, files.begin()->second);
    EXPECT_EQ(name(guess_source_format(path, files.begin()->second.substr(0, 4096))), name(source));
    std::set<std::string> read;
    const SourceTerms terms{.source = "again", .category = Category::Malware, .today = kListDay, .id = "case-2"};
    const auto done = read_source(source, path, [&](const Offer& offer) -> Result<Nothing> {
      const Admission answer = admit(offer, terms, NeverList::bundled(), nullptr);
      if (const auto* taken = std::get_if<ListedIndicator>(&answer)) {
        read.insert(std::get<Observable>(taken->what).canonical());
        if (source == SourceFormat::Csv) {
          EXPECT_EQ(taken->id, "case-1");
          EXPECT_EQ(taken->valid_until, kListDay.plus(7));
        }
        EXPECT_EQ(taken->source.find('\''), std::string::npos) << taken->source;  // what was put before a formula
      }
      return Nothing{};
    });
    EXPECT_TRUE(done);
    EXPECT_EQ(read, expected) << name(format);
  }
  EXPECT_NE(exported(*index, ExportFormat::Csv).begin()->second.find(",'=a formula,"), std::string::npos);
}

}  // namespace
}  // namespace cordon
