// 10,000 malformed inputs for each reader of mail (CORDON_HOSTILE), each seed cut at every byte, and what is made to be
// large; the laws are those of the fuzz target, which these call.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/confined.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "base/walls.h"
#include "report/reading.h"
#include "report/redact.h"
#include "report/worker.h"

namespace cordon {
namespace {

constexpr Instant kThen{1'800'000'000'000};

// What the fuzz target demands of an answer, asked of the worker's parse function itself.
void expect_lawful(std::string_view options, std::string_view bytes) {
  const std::string answer = parse_record(options, bytes);
  const auto readings = read_answers(answer, kThen);
  ASSERT_TRUE(readings) << printable(bytes, 400);
  for (const Reading& reading : *readings) {
    if (reading.code == "csam") {
      EXPECT_EQ(reading.token, "");
    } else if (reading.code.empty()) {
      EXPECT_EQ(redact(reading.kept, reading.observables, Phones::Keep), reading.kept) << printable(bytes, 400);
    }
  }
}

const std::string& options_of(Format format) {
  static const std::array<std::string, 2> kOptions{
      write_options({Format::Mail, Matter(Category::Phishing), {}, {}}),
      write_options({Format::JsonDocument, {}, {}, {}}),
  };
  return kOptions[format == Format::Mail ? 0 : 1];
}

// One mail, or one record of JSON, for each reader there is.
struct Seed {
  std::string name;
  Format format;
  std::string bytes;
};

std::string mail_with(const std::string& type, const std::string& name, const std::string& part) {
  return "From: alerts@reporter.example\nMessage-ID: <1@reporter.example>\nSubject: report\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee it, says "
         "you@example.org.\n\n"
         "http://login.example.org/also [192.0.2.9]\n--b\nContent-Type: " +
         type + "; name=\"" + name + "\"\n\n" + part + "\n--b--\n";
}

std::string mail_of(const std::string& type, const std::string& words) {
  return "From: me@example.com\nTo: desk@desk.example.net\nSubject: look\nContent-Type: " + type + "\n\n" + words;
}

std::vector<Seed> seeds() {
  const std::string inner = "Your account: http://login.example.org/a, card 4111 1111 1111 1111, +77015123456\n";
  return {
      {"feedback", Format::Mail,
       mail_with("message/feedback-report", "f",
                 "Feedback-Type: fraud\nVersion: 1\nSource-IP: 192.0.2.1\n"
                 "Reported-URI: http://login.example.org/a\nSource-Port: 25\n"
                 "Arrival-Date: Fri, 2 Jan 2026 03:04:05 -0500 (EST)\n")},
      {"xarf 4 in a mail", Format::Mail,
       mail_with("application/json", "xarf.json",
                 R"({"xarf_version":"4.2.0","category":"content","type":"phishing","source_identifier":"192.0.2.1",)"
                 R"("url":"http://login.example.org/a","timestamp":"2026-01-02T03:04:05Z","tags":["a:b"]})")},
      {"xarf 4", Format::JsonDocument,
       R"({"xarf_version":"4.2.0","report_id":"1","category":"infrastructure","type":"botnet","tags":["role:c2"],)"
       R"("source_identifier":"192.0.2.1","source_port":443,"timestamp":"2026-01-02T03:04:05Z","file_hash":["x"]})"},
      {"xarf 1 to 3", Format::JsonDocument,
       R"({"Version":"3","ReporterInfo":{"ReporterOrgEmail":"a@example.org"},"Report":{"ReportType":"Phishing",)"
       R"("Date":"2026-01-02T03:04:05Z","Source":{"IP":"192.0.2.1","Port":80,"URL":"http://a.example.org/"}}})"},
      {"xarf lines", Format::Mail,
       mail_with("text/plain", "report.txt",
                 "---\nReported-From: a@reporter.example\nReport-Type: phishing\nReport-ID: 7\nDomain: a.example.org\n"
                 "Source: http://login.example.org/a\nPort: 80\nDate: '2026-01-02T03:04:05+00:00'\n")},
      {"rows", Format::Mail,
       mail_with("text/csv", "2026-01-02-scan_redis-example.csv",
                 "\"timestamp\",\"ip\",\"port\",\"tag\",\"mac_address\"\n"
                 "\"2026-01-02 03:04:05\",\"192.0.2.1\",6379,\"redis\",\"00-11-22-33-44-55\"\n"
                 "\"2026-01-02 03:04:06\",\"192.0.2.2\",6380,\"a \"\"b\"\" c\",\n")},
      {"any rows", Format::Mail,
       mail_with("text/csv", "x.csv", "url,category,seen_at\nhttp://a.example.org/,phishing,2026-01-02\n")},
      {"drawn table", Format::Mail,
       mail_of("text/plain",
               "|date|id|virusname|ip|domain|Url|\n+----+\n|2026-01-02 03:04:05 CEST|1|JS/x|192.0.2.1|"
               "a.example.org|http://a.example.org/|\n+----+\n")},
      {"url list", Format::Mail,
       mail_of("text/plain",
               "<notification_message asn=\"1\" date=\"2026-01-01\"><list type=\"0\"><url_info "
               "url=\"http://a.example.org/?a&amp;b\" ip=\"192.0.2.1\" /></list></notification_message>")},
      {"address lists", Format::Mail,
       mail_of("text/plain",
               "IPs Engaged In Email Spamming On Your Network:\n\n192.0.2.2 (S)\n"
               "  - Mon, 21 Sep 2015 11:00AM PDT\n    - From: \"X\"<x@example.org>\n")},
      {"findings", Format::Mail,
       mail_of("text/plain",
               "IP:  192.0.2.1\nURL: http://a.example.org/\nTested on: 2026-01-02 03:04:05 +0200\n"
               "Result: VENDOR.MALWARE.URL.GEN\n")},
      {"passed on", Format::Mail,
       mail_of("text/plain",
               "Hi\n\n-------- Пересылаемое сообщение --------\nОт: Банк <a@example.net>\n"
               "Кому: me@example.com\nДата: Fri, 2 Jan 2026 03:04:05 +0000\nТема: x\n\n" +
                   inner)},
      {"page", Format::Mail,
       mail_of("text/html",
               "<html><style>a{}</style><p>see <a href=\"http://login.example.org/a?x=1&amp;y\">https://"
               "bank.example.net</a><img src=\"https://p.example.net/t.gif\"><!-- x --></p></html>")},
      {"mail in a mail", Format::Mail,
       mail_with("message/rfc822", "m.eml", "Subject: Locked\nDate: Fri, 2 Jan 2026 03:04:05 +0000\n\n" + inner)},
  };
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string operator()(std::string text) {
    for (std::uint64_t times = 1 + below(4); times > 0; --times) once(text);
    return text;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void once(std::string& text) {
    static constexpr std::array<std::string_view, 24> kPieces{"\n",
                                                              "\r\n",
                                                              "\n\n",
                                                              "--b\n",
                                                              "--b--\n",
                                                              ": ",
                                                              "\"",
                                                              "|",
                                                              "<",
                                                              ">",
                                                              "&#x0;",
                                                              "&amp;",
                                                              "\0\1\2",
                                                              "\xff\xfe",
                                                              "%00",
                                                              "http://",
                                                              "[::1]",
                                                              "192.0.2.0/8",
                                                              "=?utf-8",
                                                              "Content-Type: multipart/mixed; boundary=\"",
                                                              "99999999999999999999",
                                                              "a@b.org",
                                                              "\xD1",
                                                              "> > > "};
    const std::size_t at = below(text.size() + 1), end = at + below(std::min<std::uint64_t>(64, text.size() - at) + 1);
    const std::string piece = text.substr(at, end - at);
    switch (below(7)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.erase(at, end - at);
        break;
      case 2:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 3:
        for (std::uint64_t times = below(40); times > 0 && text.size() < 65'536; --times) text.insert(at, piece);
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 5:
        text.insert(below(text.size() + 1), piece);
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ static_cast<char>(1u << below(7)));
        break;
    }
  }

  std::mt19937_64 random_;
};

TEST(HostileMail, malformed_inputs_of_every_kind_have_an_answer) {
  const std::int64_t each = samples("CORDON_HOSTILE", 100, 1000, 10'000);
  std::uint64_t number = 0;
  for (const Seed& seed : seeds()) {
    for (std::int64_t i = 0; i < each && !HasFatalFailure(); ++i)
      expect_lawful(options_of(seed.format), Mutator(++number)(seed.bytes));
  }
  std::cout << "  " << number << " malformed inputs\n";
}

TEST(HostileMail, every_kind_may_end_at_any_byte) {
  for (const Seed& seed : seeds()) {
    for (std::size_t cut = 0; cut <= seed.bytes.size() && !HasFatalFailure(); ++cut)
      expect_lawful(options_of(seed.format), seed.bytes.substr(0, cut));
  }
}

// The seeds are what they are called: each is a report as it stands, so that what was cut and changed was near one.
TEST(HostileMail, every_seed_is_a_report) {
  for (const Seed& seed : seeds()) {
    const auto readings = read_answers(parse_record(options_of(seed.format), seed.bytes), kThen);
    ASSERT_TRUE(readings) << seed.name;
    EXPECT_EQ(readings->front().code, "") << seed.name << ": " << readings->front().reason;
  }
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

// Mails made to cost: what each does is bounded by the reader, and one worker child has 2 seconds and 256 MiB for the
// worst.
std::vector<std::pair<std::string, std::string>> costly_mails() {
  constexpr std::size_t kLarge = 20u << 20;
  std::string nested;
  for (int level = 0; level < 2'000; ++level)
    nested +=
        "Content-Type: multipart/mixed; boundary=b" + std::to_string(level) + "\n\n--b" + std::to_string(level) + "\n";
  std::string rows = "timestamp,ip,port\n";
  for (int i = 0; i < 19'000; ++i)
    rows += "2026-01-02 03:04:05,192.0." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ",123\n";
  const std::string table = "|date|id|virusname|ip|domain|Url|\n";
  return {
      {"nothing", ""},
      {"one byte", "\n"},
      {"100,000 parts", mail_with("text/plain", "x", repeated("--b\nContent-Type: text/plain\n\nx\n", 3u << 20))},
      {"2,000 levels", "From: a@example.org\nTo: b@example.org\n" + nested},
      {"one header of 20 MiB", "From: a@example.org\nX: " + repeated("a", kLarge) + "\n\nx\n"},
      {"headers without end", "From: a@example.org\n" + repeated("X: a\n", kLarge)},
      {"20 MiB of quotes", mail_of("text/plain", repeated("> ", kLarge))},
      {"20 MiB of header lines", mail_of("text/plain", repeated("From: a\n", kLarge))},
      {"20 MiB of line ends", mail_of("text/plain", repeated("\n", kLarge))},
      {"20 MiB of markers", mail_of("text/plain", repeated("-- -- forwarded message of\n", kLarge))},
      {"20 MiB of bars", mail_of("text/plain", table + repeated("|", kLarge))},
      {"20 MiB of rows",
       mail_of("text/plain", table + repeated("|a|b|c|192.0.2.1|d|http://a.example.org/|\n", kLarge))},
      {"20 MiB of open tags", mail_of("text/html", repeated("<a href='", kLarge))},
      {"20 MiB of links", mail_of("text/html", repeated("<a href='http://a.example.org/'>", kLarge))},
      {"20 MiB of styles", mail_of("text/html", repeated("<style></stile", kLarge))},
      {"20 MiB of lists", mail_of("text/plain", "<notification_message " + repeated("<url_info url=", kLarge))},
      {"20 MiB of fields", mail_of("text/plain", repeated("IP: 192.0.2.1\nResult: malware\nnot a field\n", kLarge))},
      {"19,000 rows", mail_with("text/csv", "2026-01-02-scan_ntp-example.csv", rows)},
      {"19,000 rows below long words",
       replace_all(mail_with("text/csv", "2026-01-02-scan_ntp-example.csv", rows), "See it, says you@example.org.",
                   repeated("2026-01-02 03:04:04\n", 2u << 20))},
      {"20 MiB of CSV", mail_with("text/csv", "x.csv", repeated("\"", kLarge))},
      {"1,000,000 rows",
       mail_with("text/csv", "x.csv", "timestamp,ip,port\n" + repeated("2026-01-02,192.0.2.1,1\n", kLarge))},
      {"20 MiB of addresses", mail_of("text/plain", repeated("http://a.example.org/x ", kLarge))},
  };
}

// Planted bugs: no bound on a table's columns; the words of a mail read whole; the mail's words looked through for each
// row.
TEST(HostileMail, what_is_made_to_cost_costs_little) {
  // Of address space, so of memory too. A sanitizer takes some times the time, and says what else is wrong.
  constexpr ConfinedLimits kWorst{
      .cpu_seconds = kMemoryIsLimited ? 2 : 60, .item_seconds = kMemoryIsLimited ? 5 : 120, .memory = 256u << 20};
  for (const auto& [name, mail] : costly_mails()) {
    const std::vector<std::string_view> items{mail};
    const auto answers = run_confined("report", options_of(Format::Mail), items, kWorst);
    ASSERT_TRUE(answers) << name << ": " << answers.error().message;
    ASSERT_TRUE(answers->front()) << name << ": " << answers->front().error().message;
    const auto readings = read_answers(*answers->front(), kThen);
    ASSERT_TRUE(readings) << name;
    if (name.starts_with("19,000 rows")) {
      EXPECT_EQ(readings->size(), 19'000u);
    } else {
      EXPECT_EQ(readings->size(), 1u) << name;
    }
  }
}

}  // namespace
}  // namespace cordon
