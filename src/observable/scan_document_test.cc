#include "observable/scan_document.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"

namespace cordon {
namespace {

// "url http://example.org/ @ <what stands in the file>", one a line.
std::string finds(std::string_view document, DocumentForm form) {
  std::string all;
  scan_document(document, form, {}, [&all, document](const Find& find) {
    EXPECT_EQ(document.substr(find.offset, find.length), find.written);
    all += std::string(name(find.kind)) + " " + std::string(find.canonical);
    if (find.has(FindFlag::Decoded)) all += " @ " + std::string(find.written);
    all += '\n';
  });
  return all;
}

TEST(ScanDocument, tells_mail_and_pages_by_content) {
  EXPECT_EQ(document_form("\n<!DOCTYPE html>\n<html>"), DocumentForm::Html);
  EXPECT_EQ(document_form("From: a@example.org\nTo: b@example.org\nSubject: x\n\nhello"), DocumentForm::Mail);
  EXPECT_EQ(document_form("Note: one\nAnd: two\nmore"), DocumentForm::Text);
  EXPECT_EQ(document_form(""), DocumentForm::Text);
}

// Planted bugs that turn it red: inline tags that part words; names_a_part that is false, or a fragment that is read.
TEST(ScanDocument, a_page_is_read_as_its_reader_sees_it) {
  EXPECT_EQ(finds("<p>see <b>exam</b>ple&#46;org</p>", DocumentForm::Html),
            "domain example.org @ exam</b>ple&#46;org\n");
  EXPECT_EQ(finds("<td>one.example.org</td><td>two.example.org</td>", DocumentForm::Html),
            "domain one.example.org\ndomain two.example.org\n");
  EXPECT_EQ(
      finds("<a href=\"http://example.org/?a=1&amp;b=2\">here</a> hxxp&#x3a;//example[.]net/", DocumentForm::Html),
      "url http://example.org/?a=1&b=2 @ http://example.org/?a=1&amp;b=2\n"
      "url http://example.net/ @ hxxp&#x3a;//example[.]net/\n");
  EXPECT_EQ(finds("a < b.example.org and <br", DocumentForm::Html), "domain b.example.org\n");
  EXPECT_EQ(finds("<a id=\"sidebar.shell\" class='screen.tz' href=\"x.html#a.shell\" rel=\"#smb.conf.security\" "
                  "title=\"b.example.org\">",
                  DocumentForm::Html),
            "domain b.example.org\n");
  EXPECT_EQ(finds("<!-- x.example.org -->", DocumentForm::Html), "domain x.example.org\n");
}

// Planted bug that turns it red: a soft line break that stays.
TEST(ScanDocument, parts_of_mail_are_decoded) {
  const std::string mail =
      "From: bob@example.org\nTo: eve@example.net\nSubject: x\nMIME-Version: 1.0\n"
      "Content-Type: multipart/alternative;\n boundary=\"b1\"\n\n"
      "--b1\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
      "go to http://example.org/a=\nb?c=3Dd now\n"
      "--b1\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
      "PHA+aHR0cDovL3NlY29uZC5leGFtcGxlLm9yZy8K\nPC9wPg==\n"
      "--b1--\n";
  EXPECT_EQ(document_form(mail), DocumentForm::Mail);
  EXPECT_EQ(finds(mail, DocumentForm::Mail),
            "email bob@example.org\nemail eve@example.net\n"
            "url http://example.org/ab?c=d @ http://example.org/a=\nb?c=3Dd\n"
            "url http://second.example.org/ @ aHR0cDovL3NlY29uZC5leGFtcGxlLm9yZy8\n");
}

// Planted bug that turns it red: blanks between two encoded words that stay.
TEST(ScanDocument, encoded_words_of_headers_are_decoded) {
  EXPECT_EQ(finds("From: a@example.org\nTo: b@example.org\n"
                  "Subject: =?utf-8?B?0KHRh9GR0YIgaHR0cDovL2V4YW1w?=\n =?UTF-8?b?bGUub3JnL2E=?= =?x\n"
                  "X-Note: =?iso-8859-1?Q?see_b=2Eexample=2Eorg_f=FCr?= c.example.org\n\n=?utf-8?Q?x?=",
                  DocumentForm::Mail),
            "email a@example.org\nemail b@example.org\n"
            "url http://example.org/a @ aHR0cDovL2V4YW1w?=\n =?UTF-8?b?bGUub3JnL2E\n"
            "domain b.example.org @ b=2Eexample=2Eorg\ndomain c.example.org\n");
}

TEST(ScanDocument, what_breaks_the_rules_is_read_as_it_stands) {
  EXPECT_EQ(finds("Content-Type: multipart/mixed; boundary=x\n\nexample.org", DocumentForm::Mail),
            "domain example.org\n");
  EXPECT_EQ(finds("Content-Transfer-Encoding: quoted-printable\n\n=ZZ example.org =", DocumentForm::Mail),
            "domain example.org\n");
  EXPECT_EQ(finds("Content-Transfer-Encoding: base64\n\n!!!!", DocumentForm::Mail), "");
}

// Planted bug that turns it red: tag() without wasted_.
TEST(ScanDocument, a_mebibyte_of_encoded_words_takes_no_time_to_speak_of) {
  for (const char* unit : {"=?", "=?a?b?", "=?a?q?=", "=?a?b?QQ?= "}) {
    std::string mail = "Subject: ";
    while (mail.size() < 1u << 20) mail += unit;
    const auto start = std::chrono::steady_clock::now();
    finds(mail, DocumentForm::Mail);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 10) << unit;
  }
}

TEST(ScanDocument, a_mebibyte_of_broken_markup_takes_no_time_to_speak_of) {
  for (const char* unit : {"<a ", "<a \"", "<!--", "&#", "&amp", "=", "<a '\"", "<"}) {
    std::string page;
    while (page.size() < 1u << 20) page += unit;
    const auto start = std::chrono::steady_clock::now();
    finds(page, DocumentForm::Html);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 10) << unit;
  }
}

TEST(ScanDocument, a_page_as_text_has_where_its_links_lead_in_front_of_their_words) {
  EXPECT_EQ(page_text("<p>see <a class=x href=\"http://a.example.org/?x&amp;y\"><b>the</b> bank</a><br>now</p>"),
            "\nsee  <http://a.example.org/?x&y> the bank\nnow\n");
  EXPECT_EQ(page_text("a<img src=\"http://p.example.net/\">b<style>x{}</style>c<script>d</script><!-- e -->f"),
            "a\nb\n\nc\n\nf");
  EXPECT_EQ(page_text("1 < 2 <a href=\"x"), "1 < 2 <a href=\"x");
}

}  // namespace
}  // namespace cordon
