// `cordon scan` as a shell sees it: what it prints, in which order, what it costs, how it ends. And docs/scan.md: each
// example there is run, and must say what the page says.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "../program.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "report/csv.h"

namespace cordon::testing_desk {
namespace {

const std::string kReport =
    "The mail came from bob[at]example[.]net and led to hxxps://login[.]example[.]org/a?b=1,\n"
    "described at https://csirt.example.com/2026/1.\nDrop: 203.0.113.7, "
    "44d88612fea8a8f36de82e1278abb02f44d88612fea8a8f36de82e1278abb02f\n";

std::vector<std::string> members(const Outcome& outcome, const std::string& member) {
  std::vector<std::string> all;
  for (const Json& line : outcome.lines()) all.push_back(line.text_or(member));
  return all;
}

TEST(Scan, offsets_point_at_the_bytes_that_are_named) {
  const TemporaryFolder folder;
  const std::string file = folder.file("report.txt", kReport);
  const Outcome outcome = cordon({"scan", "--json", file});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  ASSERT_EQ(outcome.lines().size(), 5u) << outcome.out;
  for (const Json& line : outcome.lines()) {
    EXPECT_EQ(line.text_or("file"), file);
    const auto offset = static_cast<std::size_t>(line.number_or("offset", 0));
    EXPECT_EQ(kReport.substr(offset, static_cast<std::size_t>(line.number_or("length", 0))), line.text_or("value"));
    const std::string before = kReport.substr(0, offset);
    EXPECT_EQ(line.number_or("line", 0), 1 + std::count(before.begin(), before.end(), '\n'));
    EXPECT_EQ(line.number_or("column", 0), static_cast<std::int64_t>(offset - (before.rfind('\n') + 1) + 1));
  }
  EXPECT_EQ(members(outcome, "canonical")[1], "https://login.example.org/a?b=1");
}

TEST(Scan, exit_codes_are_those_of_grep) {
  const TemporaryFolder folder;
  const std::string none = folder.file("none.txt", "nothing at all\n"), some = folder.file("some.txt", kReport);
  EXPECT_EQ(cordon({"scan", some}).exit_code, 0);
  EXPECT_EQ(cordon({"scan", none}).exit_code, 1);
  EXPECT_EQ(cordon({"scan", none}).out + cordon({"scan", none}).err, "");
  EXPECT_EQ(cordon({"scan", "--kind", "wallet", some}).exit_code, 1);
  const Outcome missing = cordon({"scan", folder.path() + "/missing", some});
  EXPECT_EQ(missing.exit_code, 2);  // planted bug: give 0 where anything was found
  EXPECT_NE(missing.err.find(folder.path() + "/missing"), std::string::npos);
  EXPECT_EQ(std::count(missing.err.begin(), missing.err.end(), '\n'), 1);
  EXPECT_FALSE(missing.out.empty());  // the other file was read all the same
  EXPECT_EQ(cordon({"scan", "--kind", "person", some}).exit_code, 2);
  EXPECT_EQ(cordon({"scan", "--context", "-1", some}).exit_code, 2);
  const Outcome quiet = cordon({"scan", "--quiet", some});
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_EQ(quiet.out, "");
}

TEST(Scan, standard_input_is_a_file_named_by_a_dash) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"scan", "--json"}, std::vector<std::string>{"scan", "--json", "-"}}) {
    const Outcome outcome = cordon(words, kReport);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(members(outcome, "file"), std::vector<std::string>(5, "-"));
  }
}

// A POSIX tar of one member.
std::string tar_of(const std::string& name, const std::string& bytes) {
  std::string head(512, '\0');
  head.replace(0, name.size(), name);
  const auto octal = [&head](std::size_t at, std::size_t digits, std::size_t number) {
    for (std::size_t i = digits; i-- > 0; number /= 8) head[at + i] = static_cast<char>('0' + number % 8);
  };
  octal(100, 7, 0644), octal(108, 7, 0), octal(116, 7, 0), octal(124, 11, bytes.size()), octal(136, 11, 0);
  head.replace(148, 8, "        ");
  head[156] = '0';
  head.replace(257, 8, std::string("ustar\0", 6) + "00");
  std::size_t sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  octal(148, 6, sum);
  head[154] = '\0';
  return head + bytes + std::string((512 - bytes.size() % 512) % 512 + 1024, '\0');
}

// Planted bug: scan the archive's own bytes. Its limits, and what is encrypted or hostile: base/archive_test.cc.
TEST(Scan, members_of_an_archive_are_files_of_their_own) {
  const TemporaryFolder folder;
  const std::string file = folder.file("r.tar", tar_of("a/report.txt", kReport));
  const Outcome outcome = cordon({"scan", "--json", file});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(members(outcome, "file"), std::vector<std::string>(5, file + "!a/report.txt"));
  EXPECT_EQ(outcome.lines().front().number_or("offset", 0), 19);
  EXPECT_EQ(cordon({"scan", "--raw", "--json", file}).lines().front().number_or("offset", 0), 512 + 19);
  const std::string broken = folder.file("b.zip", "PK\3\4 and then nothing of an archive");
  const Outcome refused = cordon({"scan", broken, file});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
  EXPECT_NE(refused.err.find(broken), std::string::npos) << refused.err;
  EXPECT_NE(refused.out.find("!a/report.txt:1:20"), std::string::npos);
}

// Planted bug: let the file that ends first print first.
TEST(Scan, files_are_read_side_by_side_and_printed_in_order) {
  const TemporaryFolder folder;
  std::vector<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    const std::string name = std::string("f") + static_cast<char>('0' + i / 10) + static_cast<char>('0' + i % 10);
    std::string text;  // the first files are the longest, so that later ones end before them
    for (int line = 0; line < (40 - i) * 50; ++line)
      text += "host" + std::to_string(line) + "." + name + ".example.org and more words around it\n";
    const std::string path = folder.file(name, text);
    for (int line = 0; line < (40 - i) * 50; ++line) expected.push_back(path);
  }
  const Outcome one = cordon({"scan", "--json", "--threads", "1", folder.path()});
  const Outcome eight = cordon({"scan", "--json", "--threads", "8", folder.path()});
  EXPECT_EQ(members(one, "file"), expected);
  EXPECT_EQ(one.out, eight.out);
}

TEST(Scan, unique_shows_each_value_once_and_count_counts) {
  const TemporaryFolder folder;
  folder.file("a", "a.example.org b.example.org A[.]example.org\n");
  folder.file("b", "b.example.org c.example.org 203.0.113.9\n");
  for (const char* threads : {"1", "4"}) {
    const Outcome unique = cordon({"scan", "--json", "--unique", "--threads", threads, folder.path()});
    EXPECT_EQ(members(unique, "canonical"),
              (std::vector<std::string>{"a.example.org", "b.example.org", "c.example.org", "203.0.113.9"}));
    EXPECT_EQ(cordon({"scan", "--count", "--threads", threads, folder.path()}).out, "domain\t5\nip\t1\n");
    EXPECT_EQ(cordon({"scan", "--count", "--unique", "--threads", threads, folder.path()}).out, "domain\t3\nip\t1\n");
  }
}

TEST(Scan, only_defanged_keeps_what_the_author_broke) {
  const Outcome outcome = cordon({"scan", "--json", "--only-defanged"}, kReport);
  EXPECT_EQ(members(outcome, "canonical"),
            (std::vector<std::string>{"bob@example.net", "https://login.example.org/a?b=1"}));
}

TEST(Scan, what_is_on_the_never_list_is_marked) {
  const TemporaryFolder folder;
  const std::string list = folder.file("never.txt", "example.com\n");
  for (const Json& line : cordon({"scan", "--json", "--never-list", list}, kReport).lines()) {
    const bool listed = to_text(*line.find("flags")).find("never_list") != std::string::npos;
    EXPECT_EQ(listed, line.text_or("canonical").find("csirt.example.com") != std::string::npos) << to_text(line);
  }
  EXPECT_EQ(cordon({"scan", "--never-list", folder.path() + "/none"}, kReport).exit_code, 2);
}

TEST(Scan, both_filters_leave_the_text_around_as_it_is) {
  const Outcome broken = cordon({"scan", "--defang"}, kReport);
  EXPECT_NE(broken.out.find("described at hxxps://csirt[.]example[.]com/2026/1.\n"), std::string::npos) << broken.out;
  EXPECT_NE(broken.out.find("The mail came from bob[at]example[.]net and led"), std::string::npos) << broken.out;
  const Outcome whole = cordon({"scan", "--refang"}, broken.out);
  EXPECT_NE(whole.out.find("The mail came from bob@example.net and led to https://login.example.org/a?b=1,"),
            std::string::npos)
      << whole.out;
  const auto found = [](const std::string& text) { return members(cordon({"scan", "--json"}, text), "canonical"); };
  EXPECT_EQ(found(kReport), found(broken.out));
  EXPECT_EQ(found(kReport), found(whole.out));
  EXPECT_TRUE(members(cordon({"scan", "--json", "--only-defanged"}, whole.out), "canonical").empty());
}

// Planted bug: scan() for every form.
TEST(Scan, a_mail_is_read_as_its_reader_sees_it_whatever_its_length) {
  const std::string head =
      "From: a@example.net\r\nTo: b@example.net\r\nSubject: bill\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
  std::string filler;
  while (filler.size() < (std::size_t{2} << 20)) filler += "words and words and words and words\r\n";
  const std::string tail = "pay at http://pay.exam=\r\nple.org/a=3Fb=3D1 now\r\n";
  for (const std::string& mail : {head + tail, head + filler + tail}) {
    const Outcome outcome = cordon({"scan", "--json", "--kind", "url"}, mail);
    ASSERT_EQ(outcome.lines().size(), 1u) << outcome.err;
    EXPECT_EQ(outcome.line().text_or("canonical"), "http://pay.example.org/a?b=1");
    const auto offset = static_cast<std::size_t>(outcome.line().number_or("offset", 0));
    EXPECT_EQ(mail.substr(offset, 15), "http://pay.exam");
    EXPECT_NE(outcome.out.find("decoded"), std::string::npos);
    EXPECT_EQ(cordon({"scan", "--json", "--raw", "--kind", "url"}, mail).out.find("a?b=1"), std::string::npos);
  }
  const Outcome long_one = cordon({"scan", "--count"}, head + filler + filler + filler + "a.example.org\r\n");
  EXPECT_NE(long_one.out.find("domain\t1\n"), std::string::npos) << long_one.out;  // as text, to its end
}

TEST(Scan, csv_reads_back) {
  const Outcome outcome = cordon({"scan", "--csv"}, kReport);
  std::size_t rows = 0;
  for (std::size_t at = 0, end = 0; at < outcome.out.size(); at = end, ++rows) {
    end = csv_record_end(outcome.out, at, ',', 1u << 20);
    const auto cells = parse_csv_record(std::string_view(outcome.out).substr(at, end - at), ',');
    ASSERT_TRUE(cells);
    EXPECT_EQ(cells->size(), 10u);
  }
  EXPECT_EQ(rows, 6u);
}

// ── docs/scan.md ──

// Planted bug: leave an option out of add_options().
TEST(ScanPage, the_manual_page_has_every_word_of_the_help) {
  const std::string help = cordon({"scan", "--help"}).out,
                    page = replace_all(cordon({"docs", "man", "scan"}).out, "\\-", "-");
  std::size_t options = 0;
  for (const std::string_view line : split(help, '\n')) {
    const std::string_view first = trim(line).substr(0, trim(line).find_first_of(" ,"));
    if (!first.starts_with("--")) continue;
    ++options;
    EXPECT_NE(page.find(first), std::string::npos) << first;
  }
  EXPECT_GE(options, 11u);
  EXPECT_NE(page.find("as grep's: 0 something was found"), std::string::npos);
  EXPECT_EQ(cordon({"docs", "man", "nothing"}).exit_code, 2);
}

TEST(ScanPage, every_example_says_what_it_says) {
  const std::vector<Example> all = run_examples("docs/scan.md");
  EXPECT_GE(all.size(), 8u);
  for (const Example& example : all) EXPECT_EQ(example.got, example.output) << example.command;
}

}  // namespace
}  // namespace cordon::testing_desk
