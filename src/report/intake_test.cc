#include "report/intake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "report/framing.h"

namespace cordon {
namespace {

Incoming incoming(std::string file_name = {}, std::optional<Matter> matter = std::nullopt) {
  return {"test", std::move(file_name), matter, std::nullopt, Instant{1'767'225'600'000}};
}

std::vector<ReadRecord> read(const Incoming& how, std::string_view bytes) {
  auto records = read_batch(how, bytes);
  EXPECT_TRUE(records) << records.error().message;
  return records ? std::move(*records) : std::vector<ReadRecord>{};
}

// "accepted" or the code of each.
std::vector<std::string> outcomes(const std::vector<ReadRecord>& records) {
  std::vector<std::string> out;
  for (const ReadRecord& record : records) {
    EXPECT_EQ(record.sighting.has_value(), record.outcome == Outcome::Accepted);
    EXPECT_EQ(record.code.empty(), record.outcome == Outcome::Accepted);
    EXPECT_EQ(record.position, out.size() + 1);
    out.push_back(record.code.empty() ? "accepted" : record.code);
  }
  return out;
}

using Codes = std::vector<std::string>;

TEST(Recognise, knows_formats_by_their_first_bytes) {
  const auto is = [](std::string_view bytes, std::string name = {}) {
    return *recognise(incoming(std::move(name)), bytes);
  };
  EXPECT_EQ(is("From a@example.org Tue Jan 19 19:32:49 2016\nTo: x\n"), Format::Mail);
  EXPECT_EQ(is("Received: from x\n by y\nTo: z\n\nbody"), Format::Mail);
  EXPECT_EQ(is("\xEF\xBB\xBF{\"a\":1}\n{\"b\":2}\n"), Format::JsonLines);
  EXPECT_EQ(is("{\n  \"a\": 1\n}\n"), Format::JsonDocument);
  EXPECT_EQ(is("[{\"a\":1},{\"b\":2}]"), Format::JsonDocument);
  EXPECT_EQ(is("{\"a\":\n{\"b\":2}\n"), Format::JsonLines);
  EXPECT_EQ(is("url,time\n", "feed.CSV"), Format::Csv);
  EXPECT_EQ(is("# bad\nexample.org\n\n192.0.2.1\n"), Format::List);
  EXPECT_EQ(is("[URGENT] look at example.org"), Format::Text);
  EXPECT_EQ(is("Note: this\nis a text"), Format::Text);
}

// Planted bug: kPacked checked after the text formats.
TEST(Recognise, says_what_to_do_with_files_that_it_does_not_take) {
  for (const std::string_view bytes :
       {"\x1f\x8b\x08", "PK\x03\x04", "BZh9", "Rar!\x1a", "%PDF-1.7", "\x28\xb5\x2f\xfd"}) {
    EXPECT_EQ(recognise(incoming("a.csv"), bytes).error().fault, Fault::Refused);
  }
  EXPECT_FALSE(recognise(incoming(), std::string_view("\xFF\xFE"
                                                      "a\0",
                                                      4)));
  EXPECT_FALSE(recognise(incoming(), std::string_view("a\0b", 3)));
  EXPECT_FALSE(recognise(incoming(), " \n"));
}

TEST(Intake, a_broken_record_leaves_its_neighbours) {
  const auto records = read(incoming(),
                            "{\"classification.type\":\"phishing\",\"source.url\":\"http://example.org/a\"}\n"
                            "{\"classification.type\":\n"
                            "{\"classification.type\":\"phishing\",\"source.url\":\"http://example.org/\xFF\"}\n"
                            "{\"classification.type\":\"ddos\",\"source.ip\":\"192.0.2.7\"}\n");
  EXPECT_EQ(outcomes(records), (Codes{"accepted", "malformed", "encoding", "accepted"}));
  EXPECT_EQ(records.at(3).sighting->observable.canonical(), "192.0.2.7");
}

TEST(Intake, reads_a_list_of_identifiers) {
  const auto records =
      read(incoming({}, Category::Phishing), "# list\nhxxp://example[.]org/a\n192.0.2.0/24\nnothing\nexample.net\n");
  EXPECT_EQ(outcomes(records), (Codes{"accepted", "range", "no_observable", "accepted"}));
  EXPECT_FALSE(read_batch(incoming(), "example.org\n"));  // of what?
}

TEST(Intake, reads_csv_with_and_without_a_profile) {
  const std::string_view text =
      "host;seen;id\nexample.org;2025-12-31;1\n\"bad;2025-12-31;2\nexample.net;2030-01-01;3\n";
  const auto guessed = read(incoming("feed.csv", Category::Malware), text);
  EXPECT_EQ(outcomes(guessed), (Codes{"accepted", "malformed", "accepted"}));
  Incoming how = incoming("feed", Category::Malware);
  how.profile = CsvProfile{ObservableKind::Domain, "host", "seen", {}, "id", {}, ';'};
  const auto records = read(how, text);
  EXPECT_EQ(outcomes(records), (Codes{"accepted", "malformed", "future"}));
  EXPECT_EQ(records.at(0).token, "1");
}

TEST(Intake, reads_a_feedback_report_as_it_comes) {
  const auto records =
      read(incoming("a.eml"),
           "From a@example.org Tue Jan 19 19:32:49 2016\r\nFrom: fbl@example.org\r\nMessage-ID: <m@example.org>\r\n"
           "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
           "--b\r\nContent-Type: text/plain\r\n\r\nreport\r\n"
           "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nSource-IP: 192.0.2.1\r\n"
           "Received-Date: Tue, 19 Jan 2016 14:32:40 -0500 (EST)\r\n\r\n"
           "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: spam\r\n\r\nbuy\r\n--b--\r\n");
  EXPECT_EQ(outcomes(records), (Codes{"accepted"}));
  EXPECT_EQ(records.at(0).token, "m@example.org");
  EXPECT_EQ(records.at(0).sighting->observable.canonical(), "192.0.2.1");
}

TEST(Intake, reads_a_text_of_one_record) {
  EXPECT_EQ(outcomes(read(incoming({}, Category::Fraud), "I paid on hxxps://shop.example[.]org/ and lost it")),
            (Codes{"accepted"}));
  EXPECT_EQ(outcomes(read(incoming(), "I paid on hxxps://shop.example[.]org/ and lost it")), (Codes{"no_category"}));
}

// Planted bug: kind_for() that gives what guess_kind() gives.
TEST(Intake, a_form_names_its_place_in_the_first_line) {
  const auto form = [](Category category, std::string_view place) {
    Incoming how = incoming({}, category);
    how.format = Format::Form;
    return read(how,
                std::string(place) + "\n\nThey called me and asked for a code. See hxxps://other[.]example[.]org/\n");
  };
  const auto target = [&](std::string_view place) {
    const std::vector<ReadRecord> records = form(Category::Fraud, place);
    return records.at(0).sighting ? records.at(0).sighting->observable.canonical() : records.at(0).code;
  };
  EXPECT_EQ(target("+7 701 512 34 56"), "+77015123456");
  EXPECT_EQ(target("telegram:@Example_Shop"), "telegram:@example_shop");
  EXPECT_EQ(target(" shop.example[.]org "), "shop.example.org");
  EXPECT_EQ(target("DE89 3704 0044 0532 0130 00"), "DE89370400440532013000");
  EXPECT_EQ(target("They were at shop.example.com I think"), "https://other.example.org/") << "defanged goes first";
  EXPECT_EQ(target("192.0.2.0/24"), "range") << "never narrowed to something else that the report names";
  EXPECT_EQ(target("From a@b Tue Jan 19 19:32:49 2016"), "https://other.example.org/") << "a form is never a mail";
  EXPECT_EQ(outcomes(form(Category::Fraud, "{")), (Codes{"accepted"}));
  EXPECT_EQ(outcomes(form(Category::Csam, "https://a.example.org/")), (Codes{"csam"}));
  const std::vector<ReadRecord> phone = form(Category::Fraud, "+7 701 512 34 56");
  EXPECT_NE(phone.at(0).kept.find("+7 701 512 34 56"), std::string::npos) << "what the report is about stays";
  Incoming how = incoming({}, Category::Fraud);
  how.format = Format::Form;
  EXPECT_EQ(outcomes(read(how, " \n\n \n")), (Codes{"no_observable"})) << "one form is one record";
  EXPECT_EQ(outcomes(read(how, std::string("a\0b", 3))), (Codes{"encoding"}));
}

TEST(Intake, a_source_has_a_plain_name) {
  Incoming how = incoming();
  how.source = "../x";
  EXPECT_FALSE(read_batch(how, "{}"));
}

// Planted bug: too_long records handed to the worker all the same. The times are printed for the report.
TEST(Intake, batch_bombs_are_refused_fast) {
  const std::string line = "{\"a\":\"" + std::string(200'000'000, 'x') + "\"}";
  const std::string after = "\n{\"classification.type\":\"ddos\",\"source.ip\":\"192.0.2.7\"}\n";
  for (const std::string& bytes :
       {line + after, "[" + line + "]", std::string(200'000'000, '['), "\"" + std::string(200'000'000, '\n')}) {
    Incoming how = incoming(bytes.starts_with('"') ? "x.csv" : "x.jsonl", Category::Malware);
    const auto start = std::chrono::steady_clock::now();
    const auto records = read_batch(how, bytes);
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
    std::cout << "200 MB in " << ms << " ms\n";
    if (!records || records->empty()) continue;  // a header too long, nothing in it
    EXPECT_EQ(records->at(0).code, "too_long");
  }
}

TEST(Intake, deep_nesting_is_malformed) {
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(outcomes(read(incoming("x.jsonl"), deep + "\n{}\n")), (Codes{"malformed", "malformed"}));
}

TEST(Intake, nothing_of_a_child_abuse_report_comes_back) {
  const auto records =
      read(incoming(), R"({"xarf_version":"4.0.0","report_id":"r-9","category":"content","type":"csem"})");
  ASSERT_EQ(outcomes(records), (Codes{"csam"}));
  EXPECT_EQ(records[0].token, "");
  EXPECT_EQ(records[0].kept, "");
  EXPECT_EQ(records[0].reason, "child-abuse material goes to a hotline; nothing of this report was stored");
}

// Planted bug: drop either question for Category::Csam in choose(), choose_parsed() or read_word().
TEST(Intake, a_batch_said_to_be_c09_is_refused_whatever_its_format) {
  Incoming how = incoming("x.txt");
  how.matter = Matter(Category::Csam);
  for (const std::string bytes : {"a text with hxxps://bad[.]example[.]com/x in it\n", "bad.example.com\n???\n"}) {
    for (const ReadRecord& record : read(how, bytes)) {
      EXPECT_EQ(record.code, "csam");
      EXPECT_EQ(record.reason.find("bad"), std::string::npos);
      EXPECT_EQ(record.kept, "");
    }
  }
}

}  // namespace
}  // namespace cordon
