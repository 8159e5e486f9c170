#include "net/mail.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/confined.h"
#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"

namespace cordon {
namespace {

Mail read(std::string_view bytes) {
  Result<Mail> mail = read_mail(bytes);
  EXPECT_TRUE(mail) << mail.error().message;
  return mail ? *std::move(mail) : Mail{};
}

std::string text_mail(std::string_view charset, std::string_view body) {
  return "Subject: x\r\nContent-Type: text/plain; charset=" + std::string(charset) + "\r\n\r\n" + std::string(body);
}

TEST(MailReader, parts_come_depth_first_with_their_transfer_encoding_removed) {
  const Mail mail = read(
      "From: reporter@example.org\n"
      "Subject: =?utf-8?B?w6TDtsO8?=\n"
      "Content-Type: multipart/mixed; boundary=b\n"
      "X-Last: one\n two\n"
      "\n--b\nContent-Type: text/plain\n\nhello\n"
      "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
      "--b\nContent-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\nAAEC\n"
      "--b--\n");
  ASSERT_EQ(mail.parts.size(), 3u);
  EXPECT_EQ(mail.parts[0].bytes, "hello");
  EXPECT_EQ(mail.parts[1].type, "message/feedback-report");
  EXPECT_EQ(mail.parts[1].bytes, "Feedback-Type: abuse");
  EXPECT_EQ(mail.parts[2].bytes, std::string("\0\1\2", 3));
  EXPECT_EQ(mail.parts[2].file_name, "a.bin");
  EXPECT_EQ(mail.header("SUBJECT"), "äöü");
  EXPECT_EQ(mail.header("x-last"), "one two");
  EXPECT_EQ(mail.header("x-none"), "");
  std::vector<std::string> names;
  for (const auto& [name, value] : mail.headers) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"From", "Subject", "Content-Type", "X-Last"}));
}

// Planted bug: without the count of `enclosed` in message() the depths are all 0.
TEST(MailReader, an_enclosed_mail_is_read_and_its_headers_are_kept) {
  const std::string inner = "Received: from a.example.net\r\nSubject: inner\r\n\r\nspam text\r\n";
  const std::string outer =
      "Subject: outer\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n";
  const Mail plain = read(outer + "--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n--b--\r\n");
  const Mail coded = read(outer + "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                          to_base64(inner) + "\r\n--b--\r\n");
  for (const Mail& mail : {plain, coded}) {
    ASSERT_EQ(mail.enclosed_headers.size(), 1u);
    EXPECT_EQ(mail.enclosed_headers[0][0].second, "from a.example.net");
    ASSERT_EQ(mail.parts.size(), 2u);
    EXPECT_EQ(mail.parts[0].enclosed, 0);
    EXPECT_EQ(mail.parts[1].enclosed, 1);
    EXPECT_EQ(trim(mail.parts[1].bytes), "spam text");
    EXPECT_EQ(mail.header("Subject"), "outer");
  }
}

TEST(MailReader, a_part_of_headers_only_is_kept_as_headers_and_as_text) {
  const Mail mail = read(
      "Content-Type: multipart/report; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nReceived: from a.example.net\r\nSubject: inner\r\n--b--\r\n");
  ASSERT_EQ(mail.enclosed_headers.size(), 1u);
  ASSERT_EQ(mail.enclosed_headers[0].size(), 2u);
  EXPECT_EQ(mail.enclosed_headers[0][1].second, "inner");
  ASSERT_EQ(mail.parts.size(), 1u);
  EXPECT_EQ(mail.parts[0].type, "text/rfc822-headers");
}

TEST(MailReader, text_becomes_utf8_whatever_it_was_written_in) {
  EXPECT_EQ(read(text_mail("iso-8859-1", "caf\xE9")).parts[0].bytes, "café");
  EXPECT_EQ(read(text_mail("koi8-r", "\xD0\xD2\xC9")).parts[0].bytes, "при");
  EXPECT_EQ(read(text_mail("iso-2022-jp", "\x1B$B4A\x1B(B")).parts[0].bytes, "漢");
  EXPECT_EQ(read(text_mail("utf-8", "a\xFF\xC3(b\xE4")).parts[0].bytes, "a\xEF\xBF\xBD\xEF\xBF\xBD(b\xEF\xBF\xBD");
  EXPECT_EQ(read(text_mail("us-ascii", "caf\xE9 \x81")).parts[0].bytes, "café \xEF\xBF\xBD");
  EXPECT_EQ(read(text_mail("no-such-set//TRANSLIT", "caf\xE9")).parts[0].bytes, "café");
  EXPECT_EQ(read(text_mail("big5-hkscs", "\x88\x66")).parts[0].bytes, "\xC3\x8A");  // held back until flushed
}

// Planted bug: GMime's own decoder, which stops at the padding of the first word.
TEST(MailReader, encoded_words_of_a_header_are_all_decoded) {
  const auto subject = [](std::string_view value) {
    return read("Subject: " + std::string(value) + "\n\nx").header("Subject");
  };
  EXPECT_EQ(subject("=?utf-8?B?YWI=?=\n =?UTF-8?b?Y2Q=?= ef =?utf-8*en?Q?g_=68?="), "abcd ef g h");
  EXPECT_EQ(subject("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?="), "ä");  // a character cut in two
  EXPECT_EQ(subject("a =?koi8-r?B?0NLJ?= =?utf-8?Q?=C3=A4?="), "a приä");
  EXPECT_EQ(subject("=?utf-8?X?a?= =?utf-8?B =? caf\xE9"), "=?utf-8?X?a?= =?utf-8?B =? café");
}

TEST(MailReader, broken_mail_is_read_as_far_as_it_goes) {
  EXPECT_EQ(read("no header at all\nhttp://example.org/\n").parts[0].bytes, "no header at all\nhttp://example.org/\n");
  EXPECT_TRUE(read("").headers.empty());
  EXPECT_EQ(read("\n\nSubject: late\n\nbody").header("Subject"), "late");
  EXPECT_EQ(read("From a@example.org Tue Nov 24\nSubject: mbox\n\nbody").header("Subject"), "mbox");
  const Mail unclosed = read("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\n\nsecond");
  ASSERT_EQ(unclosed.parts.size(), 2u);
  EXPECT_EQ(unclosed.parts[1].bytes, "second");
  const Mail missing = read("Content-Type: multipart/mixed; boundary=b\n\nhttp://example.org/ is bad\n");
  ASSERT_EQ(missing.parts.size(), 1u);
  EXPECT_NE(missing.parts[0].bytes.find("example.org"), std::string::npos);
  const Mail unnamed = read("Content-Type: multipart/mixed\n\nhttp://example.org/ is bad\n");
  ASSERT_EQ(unnamed.parts.size(), 1u);
  EXPECT_NE(unnamed.parts[0].bytes.find("example.org"), std::string::npos);
  EXPECT_EQ(read("Content-Transfer-Encoding: base64\n\naGVs*bG8=\n").parts[0].bytes, "hello");
  EXPECT_EQ(read(std::string("Subject: a\0b\n\nx\0y", 17)).parts[0].bytes, std::string("x\0y", 3));
}

// Planted bugs: each limit raised by one.
TEST(MailReader, limits_hold) {
  const auto with_parts = [](int count) {
    std::string mail = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < count; ++i) mail += "--b\n\nx\n";
    return mail + "--b--\n";
  };
  EXPECT_EQ(read(with_parts(100)).parts.size(), 100u);
  EXPECT_EQ(read_mail(with_parts(101)).error().fault, Fault::Malformed);
  const auto nested = [](int levels) {
    std::string mail;
    for (int i = 0; i < levels; ++i) {
      const std::string b = "b" + std::to_string(i) + "z";
      mail += "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n";
    }
    return mail + "\nx\n";
  };
  EXPECT_EQ(read(nested(20)).parts.size(), 1u);
  EXPECT_EQ(read_mail(nested(21)).error().fault, Fault::Malformed);
  const auto with_headers = [](int count) {
    std::string mail;
    for (int i = 0; i < count; ++i) mail += "X: y\n";
    return mail + "\nx\n";
  };
  EXPECT_EQ(read(with_headers(1000)).headers.size(), 1000u);
  EXPECT_EQ(read_mail(with_headers(1001)).error().fault, Fault::Malformed);
  EXPECT_TRUE(read_mail("X: y\n\n" + std::string((25u << 20) - 6, 'x')));
  EXPECT_EQ(read_mail("X: y\n\n" + std::string((25u << 20) - 5, 'x')).error().fault, Fault::Malformed);
  std::string boundaries = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 200'000; ++i) boundaries += "--b\n";
  EXPECT_EQ(read_mail(boundaries).error().fault, Fault::Malformed);
}

std::string first_part(std::string_view, std::string_view item) {
  const Result<Mail> mail = read_mail(item);
  if (!mail || mail->parts.empty()) return "nothing";
  return mail->header("Subject") + "|" + mail->parts[0].bytes;
}
const RegisterWorker kMailWorker{{"net_test_mail", prepare_mail_reader, first_part}};

// Planted bug: an empty kCharsets; inside the walls no table can be loaded any more.
TEST(MailReader, character_sets_convert_inside_a_confined_worker) {
  const std::vector<std::string> mails = {
      text_mail("windows-1251", "\xEF\xF0\xE8"),
      text_mail("gb18030", "\xBA\xBA"),
      text_mail("shift_jis", "\x8A\xBF"),
      text_mail("euc-kr", "\xC7\xD1"),
      text_mail("big5", "\xBA\x7E"),
      text_mail("no-such-set", "caf\xE9"),
      "Subject: =?iso-8859-2?Q?=B1?=\n\nx",
      "Subject: =?ibm-1399?Q?=B1?=\nContent-Type: text/plain; charset=ebcdic-us\n\nx",
  };
  const std::vector<std::string_view> items(mails.begin(), mails.end());
  const auto answers = run_confined("net_test_mail", "", items);
  ASSERT_TRUE(answers) << answers.error().message;
  std::vector<std::string> texts;
  for (const Result<std::string>& answer : *answers) texts.push_back(answer ? *answer : answer.error().message);
  ASSERT_EQ(texts.size(), mails.size());
  EXPECT_EQ(texts[0], "x|при");
  EXPECT_EQ(texts[1], "x|汉");
  EXPECT_EQ(texts[2], "x|漢");
  EXPECT_EQ(texts[3], "x|한");
  EXPECT_EQ(texts[4], "x|漢");
  EXPECT_EQ(texts[5], "x|café");
  EXPECT_EQ(texts[6], "ą|x");
  EXPECT_TRUE((*answers)[7]) << texts[7];  // a set that was not loaded is no reason to die
}

TEST(MailReader, every_sample_of_real_abuse_mail_reads) {
  const std::string samples = shared_data("feeds/abuseio-notifier-samples");
  if (!std::filesystem::is_directory(samples)) GTEST_SKIP() << "shared/data is not here";
  int mails = 0, parts = 0, enclosed = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(samples)) {
    if (entry.path().extension() != ".eml") continue;
    const Result<std::string> bytes = read_file(entry.path().string(), 25u << 20);
    ASSERT_TRUE(bytes);
    const Result<Mail> mail = read_mail(*bytes);
    ASSERT_TRUE(mail) << entry.path() << mail.error().message;
    EXPECT_FALSE(mail->parts.empty()) << entry.path();
    EXPECT_FALSE(mail->header("From").empty()) << entry.path();
    for (const MailPart& part : mail->parts) {
      EXPECT_TRUE(!part.type.starts_with("text/") || valid_utf8(part.bytes)) << entry.path();
      EXPECT_NE(part.type, "message/rfc822") << entry.path();
    }
    ++mails;
    parts += static_cast<int>(mail->parts.size());
    enclosed += static_cast<int>(mail->enclosed_headers.size());
  }
  EXPECT_GE(mails, 97);
  std::printf("%d mails, %d parts, %d enclosed header blocks\n", mails, parts, enclosed);
}

MailHeaders some_headers() {
  return {"desk@example.org",
          "abuse@example.net",
          "answers@example.org",
          "Phishing at 192.0.2.7",
          "n1.1@example.org",
          rfc5322_date(1'795'482'123'000),
          {{"Auto-Submitted", "auto-generated"}}};
}

// The exact bytes: what officers approve may not move under them.
TEST(MailWriter, a_body_part_has_these_bytes) {
  const std::string part = write_body_part({{"text/plain; charset=utf-8", "de", "", "", "Grüße\n.\nFrom here \n"},
                                            {"application/json", "", "facts.json", "The facts", "{\"a\":1}"},
                                            {"application/octet-stream", "", "", "", std::string("\0\xFF", 2)}});
  const std::size_t at = part.find("=_");
  const std::string boundary = part.substr(at, 42);
  EXPECT_EQ(replace_all(part, boundary, "B"),
            "Content-Type: multipart/mixed;\r\n boundary=\"B\"\r\n\r\n"
            "--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Language: de\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n=2E\r\n=46rom here=20\r\n\r\n"
            "--B\r\nContent-Type: application/json\r\nContent-Description: The facts\r\n"
            "Content-Disposition: attachment;\r\n filename=\"facts.json\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
            "{\"a\":1}\r\n"
            "--B\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAP8=\r\n\r\n"
            "--B--\r\n");
  EXPECT_EQ(boundary, "=_3292f32ca7974ac65b5526250760f0231f5e1bc1");
}

// Planted bug: a soft break at column 77.
TEST(MailWriter, no_line_of_a_body_part_is_longer_than_76) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::string(static_cast<std::size_t>(i), i % 3 == 0 ? '.' : 'x') + " From ä\n";
  const std::string part = write_body_part({{"text/plain; charset=utf-8", "", "", "", text},
                                            {"application/json", "", "", "", "\"" + std::string(500, 'j') + "\""}});
  for (const std::string_view line : split(part, '\n')) {
    EXPECT_LE(line.size(), 77u);  // with its CR
    EXPECT_FALSE(line.starts_with(".")) << line;
    EXPECT_FALSE(line.starts_with("From ")) << line;
    EXPECT_FALSE(line.ends_with(" \r")) << line;
  }
}

TEST(MailWriter, what_it_writes_the_reader_reads_and_the_body_part_is_inside_byte_for_byte) {
  const std::string body = write_body_part({{"text/plain; charset=utf-8", "en", "", "", "Hello\r\n\r\nworld =3D \t"},
                                            {"application/json", "", "facts.json", "", "[1,2]"}});
  MailHeaders headers = some_headers();
  headers.subject = "Выманивание паролей на узле example.org, замечено 24 ноября, просим проверить и ответить";
  const Result<std::string> mail = write_mail(headers, body, {{"application/json", "", "proof.json", "", "{}"}});
  ASSERT_TRUE(mail) << mail.error().message;
  EXPECT_EQ(*write_mail(headers, body, {{"application/json", "", "proof.json", "", "{}"}}), *mail);
  EXPECT_NE(mail->find(body), std::string::npos);
  for (const std::string_view line : split(*mail, '\n')) EXPECT_LE(line.size(), 77u) << line;
  const Mail back = read(*mail);
  EXPECT_EQ(back.header("Subject"), headers.subject);
  EXPECT_EQ(back.header("From"), headers.from);
  EXPECT_EQ(back.header("Message-ID"), "<" + headers.message_id + ">");
  EXPECT_EQ(back.header("Auto-Submitted"), "auto-generated");
  ASSERT_EQ(back.parts.size(), 3u);
  EXPECT_EQ(back.parts[0].bytes, "Hello\r\n\r\nworld =3D \t");
  EXPECT_EQ(back.parts[1].bytes, "[1,2]");
  EXPECT_EQ(back.parts[2].file_name, "proof.json");
}

TEST(MailWriter, long_headers_fold_at_spaces) {
  MailHeaders headers = some_headers();
  headers.subject = "Warning";
  for (int i = 0; i < 40; ++i) headers.subject += " word" + std::to_string(i);
  const Result<std::string> mail = write_mail(headers, write_body_part({{"text/plain", "", "", "", "x"}}), {});
  ASSERT_TRUE(mail);
  for (const std::string_view line : split(*mail, '\n')) EXPECT_LE(line.size(), 77u) << line;
  EXPECT_EQ(read(*mail).header("Subject"), headers.subject);
}

// Planted bug: without has_control() in header_line() the third line of a subject is a header of its own.
TEST(MailWriter, a_header_that_could_become_two_is_refused) {
  const std::string body = write_body_part({{"text/plain", "", "", "", "x"}});
  const auto fault = [&](auto change) {
    MailHeaders headers = some_headers();
    change(headers);
    const Result<std::string> mail = write_mail(headers, body, {});
    return mail ? Fault::NotFound : mail.error().fault;
  };
  EXPECT_EQ(fault([](MailHeaders& h) { h.subject = "a\r\nBcc: x@example.org"; }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.subject = "\xFF"; }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.to = "a@example.org, b@example.org"; }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.reply_to = "Desk <a@example.org>"; }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.message_id = "<a@example.org>"; }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.more.emplace_back("X: y\nBcc", "z"); }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.more.emplace_back("subject", "z"); }), Fault::Malformed);
  EXPECT_EQ(fault([](MailHeaders& h) { h.more.emplace_back("Content-Type", "text/html"); }), Fault::Malformed);
  EXPECT_EQ(write_mail(some_headers(), "Content-Type: text/plain\n\nbare", {}).error().fault, Fault::Malformed);
  EXPECT_FALSE(write_mail(some_headers(), body, {{"text/plain", "", "\xC3\xA4.txt", "", ""}}));
}

TEST(MailWriter, plain_addresses) {
  for (const char* good : {"a@b", "a.b+c@x-1.example.org"}) EXPECT_TRUE(is_plain_address(good)) << good;
  for (const char* bad : {"", "@b", "a@", "a", ".a@b", "a..b@c", "a@b..c", "a@-b", "a b@c", "\"a\"@b", "a@[192.0.2.1]",
                          "a@b@c", "a@b\r\n"}) {
    EXPECT_FALSE(is_plain_address(bad)) << bad;
  }
}

TEST(MailWriter, dates) {
  EXPECT_EQ(rfc5322_date(0), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(rfc5322_date(1'795'482'123'999), "Tue, 24 Nov 2026 01:02:03 +0000");
}

}  // namespace
}  // namespace cordon
