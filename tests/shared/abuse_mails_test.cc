// The 97 abuse mails and the 36 XARF samples, compared with tables made by hand, by reading them, before any reader of
// theirs was written: abuse_mails.tsv and xarf_samples.tsv. Whatever the program finds more, less or otherwise is a
// difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "../charter/json_schema_for_tests.h"
#include "../program.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "law/offences.h"
#include "referral/notice.h"
#include "referral/xarf.h"
#include "report/intake.h"
#include "report/xarf.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

std::string mails_folder() { return shared_data("feeds/abuseio-notifier-samples") + "/"; }
std::string xarf_folder() { return shared_data("feeds/xarf/samples") + "/"; }

using Table = std::map<std::string, std::vector<std::string>>;  // a line's first cell, and the others

Table table_of(const std::string& name) {
  Table table;
  const std::string text = *read_file(source_folder() + "/tests/shared/" + name, 1u << 20);
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> cells;
    for (const std::string_view cell : split(line, '\t')) cells.emplace_back(cell);
    const std::string key = cells.front();
    cells.erase(cells.begin());
    CORDON_CHECK(table.emplace(key, cells).second, "a row for each");
  }
  return table;
}

std::string shown(const Observable& observable) {
  return std::string(name(observable.kind())) + ":" + sha256(observable.canonical()).hex().substr(0, 16);
}

// A record in the words of the table.
std::string in_words(const ReadRecord& record) {
  if (record.outcome != cordon::Outcome::Accepted) return "refused " + record.code;
  std::string text = std::string(record.sighting->matter.number()) + " " + shown(record.sighting->observable);
  for (const Observable& also : record.sighting->also) text += "+" + shown(also);
  if (record.sighting->port) text += " port=" + std::to_string(*record.sighting->port);
  if (record.sighting->seen_at) text += " at=" + replace_all(to_rfc3339(*record.sighting->seen_at), ".000Z", "Z");
  return text;
}

// "….eml#org" is the mail with an ending of names that exists.
std::vector<ReadRecord> read_one(std::string path) {
  const bool put_back = path.ends_with("#org");
  if (put_back) path.resize(path.size() - 4);
  auto bytes = read_file(path, 1u << 20);
  CORDON_CHECK(bytes, "the samples can be read");
  if (put_back) bytes = replace_all(*bytes, ".tld", ".org");
  auto records = read_batch({"samples", fs::path(path).filename(), {}, {}, Instant{1'800'000'000'000}, {}, {}}, *bytes);
  EXPECT_TRUE(records) << path;
  return records ? std::move(*records) : std::vector<ReadRecord>{};
}

// Its planted bugs are those of report/mail_report_test.cc: the first row of an attachment only, what two parts say
// counted twice, the attacked port taken for the attacker's.
TEST(AbuseMails, every_one_of_97_ends_as_a_person_reads_it) {
  if (!is_folder(mails_folder())) GTEST_SKIP() << "no shared data at " << mails_folder();
  const Table table = table_of("abuse_mails.tsv");
  ASSERT_EQ(std::ranges::count_if(table, [](const auto& row) { return row.first.ends_with(".eml"); }), 97);
  std::size_t files = 0, records = 0;
  for (const auto& entry : fs::recursive_directory_iterator(mails_folder()))
    files += entry.path().extension() == ".eml" ? 1 : 0;
  EXPECT_EQ(files, 97u);
  for (const auto& [mail, expected] : table) {
    const std::vector<ReadRecord> read = read_one(mails_folder() + mail);
    std::vector<std::string> found;
    std::size_t position = 0;
    for (const ReadRecord& record : read) {
      found.push_back(in_words(record));
      EXPECT_EQ(record.position, ++position) << mail;
      EXPECT_NE(record.outcome, cordon::Outcome::Quarantined) << mail << ": " << record.reason;
    }
    EXPECT_EQ(found, expected) << mail << ": " << (read.empty() ? "" : read.front().reason);
    records += found.size();
  }
  std::cout << "  " << table.size() << " rows, " << records << " records\n";
}

// What no desk may keep of them: addresses of people, and what attachments held beside their rows.
TEST(AbuseMails, nothing_of_a_person_is_kept_of_any) {
  if (!is_folder(mails_folder())) GTEST_SKIP() << "no shared data at " << mails_folder();
  for (const auto& [mail, expected] : table_of("abuse_mails.tsv")) {
    for (const ReadRecord& record : read_one(mails_folder() + mail)) {
      EXPECT_TRUE(record.outcome == cordon::Outcome::Accepted || record.kept.empty()) << mail;
      for (std::size_t at = record.kept.find('@'); at != std::string::npos; at = record.kept.find('@', at + 1))
        EXPECT_TRUE(record.kept.substr(0, at).ends_with("[redacted:email]")) << mail << ": " << record.kept;
      for (const char* word : {"mac_address", "machine_name", "D4-3D-7E", "original-rcpt-to", "reported-from"})
        EXPECT_EQ(record.kept.find(word), std::string::npos) << mail << ": " << word;
    }
  }
}

TEST(XarfSamples, every_one_of_36_is_read_as_a_person_reads_it) {
  if (!is_folder(xarf_folder())) GTEST_SKIP() << "no shared data at " << xarf_folder();
  const Table table = table_of("xarf_samples.tsv");
  ASSERT_EQ(table.size(), 36u);
  for (const auto& [sample, expected] : table) {
    const std::vector<ReadRecord> read = read_one(xarf_folder() + sample);
    ASSERT_EQ(read.size(), 1u) << sample;
    const ReadRecord& record = read.front();
    std::vector<std::string> found{"refused", record.code, "-", expected.back()};
    if (record.outcome == cordon::Outcome::Accepted) {
      const Observable& about = record.sighting->observable;
      found = {"accepted", std::string(record.sighting->matter.number()),
               std::string(name(about.kind())) + " " + about.canonical(), expected.back()};
    }
    EXPECT_EQ(found, expected) << sample << ": " << record.reason;
  }
}

// ---- out again

std::string schema_file() { return shared_data("feeds/xarf/schemas/v4/xarf-v4-master.json"); }

// What a notice about it would say of itself in XARF, and the faults of that.
std::optional<Json> said_in_xarf(Matter matter, const Observable& target, std::optional<int> port) {
  static const std::string kId = "0196f5a0-7c1e-7abc-8def-0123456789ab";
  Operator sender;
  sender.name = "Desk of Example";
  sender.address = "desk@desk.example.net";
  return xarf_part({kId, matter, target, port, Instant{1'767'225'600'000}, "Seen by two sources.", sender, true});
}

// Planted bug: H03 with "smtp", which demands the sender's address.
TEST(XarfSamples, what_goes_out_about_them_is_valid_and_is_read_back_as_the_same) {
  if (!is_folder(xarf_folder())) GTEST_SKIP() << "no shared data at " << xarf_folder();
  const Json schema = in_one(schema_file());
  int sent = 0;
  for (const auto& [sample, expected] : table_of("xarf_samples.tsv")) {
    const std::string given = *read_file(xarf_folder() + sample, 1u << 20);
    if (sample.starts_with("v4/")) {
      EXPECT_EQ(schema_fault(schema, *parse_json(given)), "") << sample;
    }
    const ReadRecord record = read_one(xarf_folder() + sample).front();
    if (record.outcome != cordon::Outcome::Accepted) {
      EXPECT_EQ(expected.back(), "-") << sample;
      continue;
    }
    const Sighting& seen = *record.sighting;
    const std::optional<Json> report = said_in_xarf(seen.matter, seen.observable, seen.port);
    ASSERT_TRUE(report) << sample;
    ++sent;
    EXPECT_EQ(report->text_or("category") + "/" + report->text_or("type"), expected.back()) << sample;
    EXPECT_EQ(schema_fault(schema, *report), "") << sample << ": " << to_text(*report);
    const Reading back = read_xarf(*report);
    EXPECT_EQ(back.code, "") << sample << ": " << back.reason;
    EXPECT_EQ(back.matter, seen.matter) << sample;
    EXPECT_EQ(back.port, seen.port) << sample;
  }
  EXPECT_EQ(sent, 19);
}

// Each matter with a type, about each kind of thing that a request about it may name.
TEST(XarfSamples, what_goes_out_is_valid_for_every_matter_that_has_a_type) {
  if (!is_folder(xarf_folder())) GTEST_SKIP() << "no shared data at " << xarf_folder();
  const Json schema = in_one(schema_file());
  const std::pair<ObservableKind, const char*> kTargets[] = {
      {ObservableKind::Url, "http://login.example.org:8080/a?b=c"},
      {ObservableKind::Domain, "login.example.org"},
      {ObservableKind::Domain, "пример.example.org"},
      {ObservableKind::Ip, "192.0.2.1"},
      {ObservableKind::Ip, "2001:db8::1"},
      {ObservableKind::Url, "http://[2001:db8::1]/x"},
      {ObservableKind::Email, "a@example.org"}};
  std::set<std::string> matters;
  for (int number = 0; number < 17; ++number) {
    for (const auto& [kind, text] : kTargets) {
      const Observable target = *parse_observable(kind, text);
      for (const Matter matter : {Matter(static_cast<Category>(number)), Matter(static_cast<Exposure>(number % 3))}) {
        if (!may_hold(matter, kind)) continue;
        const std::optional<Json> report = said_in_xarf(matter, target, 8080);
        if (!report) continue;
        matters.insert(std::string(matter.number()));
        EXPECT_EQ(schema_fault(schema, *report), "") << matter.number() << " " << text << ": " << to_text(*report);
        const Reading back = read_xarf(*report);
        EXPECT_EQ(back.matter, matter) << text << ": " << back.reason;
      }
    }
  }
  EXPECT_EQ(matters, (std::set<std::string>{"C01", "C02", "C03", "C05", "C06", "H01", "H02", "H03"}));
}

}  // namespace
}  // namespace cordon::testing_desk
