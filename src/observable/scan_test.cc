// scan_text, of observable.h.
#include <gtest/gtest.h>

#include <chrono>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/samples_for_tests.h"
#include "base/text.h"
#include "observable/observable.h"
#include "observable/refang.h"
#include "observable/scan_laws_for_tests.h"
#include "observable/scan_texts_for_tests.h"

namespace cordon {
namespace {

// "url http://example.org/ | ip! 192.0.2.1": kinds and canonical texts, "!" for the defanged.
std::string scan(std::string_view text) {
  std::string all;
  for (const Found& found : scan_text(text)) {
    const auto again = parse_observable(found.observable.kind(), text.substr(found.offset, found.length));
    EXPECT_TRUE(again && *again == found.observable) << text;
    all += (all.empty() ? "" : " | ") + std::string(name(found.observable.kind())) + (found.defanged ? "! " : " ") +
           found.observable.canonical();
  }
  return all;
}

TEST(Scan, finds_every_kind) {
  EXPECT_EQ(scan("see http://example.org/a and b.example.net, 192.0.2.1; 2001:db8::1"),
            "url http://example.org/a | domain b.example.net | ip 192.0.2.1 | ip 2001:db8::1");
  EXPECT_EQ(scan("mail Bob@example.org"), "email bob@example.org");
  EXPECT_EQ(scan("md5 acbd18db4cc2f85cedef654fccc4a4d8."), "file_hash md5:acbd18db4cc2f85cedef654fccc4a4d8");
  EXPECT_EQ(scan("SHA1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"),
            "file_hash sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33");
  EXPECT_EQ(scan("pay KZ86125KZT5004100100 or KZ86 125K ZT50 0410 0100, now"),
            "iban KZ86125KZT5004100100 | iban KZ86125KZT5004100100");
  EXPECT_EQ(scan("btc 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
            "wallet btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 | wallet btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2");
  const std::string onion = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion";
  EXPECT_EQ(scan(onion + " http://" + onion + "/x " + onion + "/x"),
            "onion " + onion + " | url http://" + onion + "/x | url http://" + onion + "/x");
}

TEST(Scan, reads_what_the_author_broke) {
  EXPECT_EQ(scan("hxxps://a[.]example[.]org/x.php"), "url! https://a.example.org/x.php");
  EXPECT_EQ(scan("hxxp[:]//example(.)org:8080/x"), "url! http://example.org:8080/x");
  EXPECT_EQ(scan("a[.]example[.]org, 192[.]0[.]2[.]1, bob[at]example[.]org"),
            "domain! a.example.org | ip! 192.0.2.1 | email! bob@example.org");
  EXPECT_EQ(scan("a[.]example[.]org/gate.php"), "url! http://a.example.org/gate.php");
  EXPECT_EQ(scan("readme[.]md"), "domain! readme.md");
}

TEST(Scan, ends_where_the_sentence_goes_on) {
  EXPECT_EQ(scan("https://a.example.org,url,kit"), "url https://a.example.org/");
  EXPECT_EQ(scan("https://a,b@example.org/x,y"), "url https://example.org/x,y");
  EXPECT_EQ(scan("(http://example.org/a_(b))."), "url http://example.org/a_(b)");
  EXPECT_EQ(scan("[text](http://example.org/a)"), "url http://example.org/a");
  EXPECT_EQ(scan("<a href='http://example.org/a'>http://example.org/b</a>"),
            "url http://example.org/a | url http://example.org/b");
  EXPECT_EQ(scan("**http://example.org/a**, \"http://example.org/b\"!"),
            "url http://example.org/a | url http://example.org/b");
  EXPECT_EQ(scan("http://example.org/a,http://example.org/b"), "url http://example.org/a | url http://example.org/b");
  EXPECT_EQ(scan("It was example.org. Then example.net!"), "domain example.org | domain example.net");
  EXPECT_EQ(scan("a,example.org;192.0.2.1|example.net"), "domain example.org | ip 192.0.2.1 | domain example.net");
  EXPECT_EQ(scan("example.org:8080 and example.org:8080/x"), "domain example.org | url http://example.org:8080/x");
  EXPECT_EQ(scan("_example.org_"), "domain example.org");
}

TEST(Scan, other_scripts_may_stand_around) {
  EXPECT_EQ(scan("Откройте «http://example.org/путь», или пример.рф."),
            "url http://example.org/%D0%BF%D1%83%D1%82%D1%8C | domain xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(scan("请访问http://example.org/a，谢谢。或者example.net谢谢"),
            "url http://example.org/a | domain example.net");
  EXPECT_EQ(scan("http://例子.中国/a"), "url http://xn--fsqu00a.xn--fiqs8s/a");
  EXPECT_EQ(scan("\xff"
                 "example.org\xff"),
            "domain example.org");
}

TEST(Scan, leaves_alone_what_only_looks_like_one) {
  for (const char* text : {"README.md and run.sh, archive.zip",
                           "svchost.exe node.js ASP.NET",
                           "user.name = x",
                           "System.Net.WebClient",
                           "the end.In the morning",
                           "/usr/lib/libfoo.so.1 and ./a/b.py",
                           "C:\\temp\\evil.com",
                           "11:22:33:44",
                           "12:30:59",
                           "00:1a:2b:3c:4d:5e",
                           "std::string a::b dead::beef",
                           "Chrome/1.2.3.4",
                           "version 1.2.3.4",
                           "\xc2\xa7 1.2.3.4",
                           "1.2.3.4.5",
                           "11.7.3.1. Title",
                           "192.0.2.0/24",
                           "2001:db8::/32",
                           "*.example.org",
                           "http://*.example.org/",
                           "https://www.google.com/search?q=example.org",
                           "facebook.com",
                           "http://localhost/x",
                           "co.uk",
                           "e.g. i.e. U.S.",
                           "550e8400-e29b-41d4-a716-446655440000",
                           "1234567890123456789012345678901234567890",
                           "foo.name(x)",
                           "@example",
                           "...",
                           "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"})
    EXPECT_EQ(scan(text), "") << text;
}

TEST(Scan, another_scheme_is_no_web_address_but_its_host_counts) {
  EXPECT_EQ(scan("ssh://host.example.org/x"), "domain host.example.org");
}

// Planted bug that turns it red: take_chain that goes on at begin + 1 after a chain that is too long.
TEST(Scan, a_mebibyte_of_anything_takes_no_time_to_speak_of) {
  const auto took = [](std::string_view unit, std::size_t size) {
    std::string text;
    while (text.size() < size) text += unit;
    const auto start = std::chrono::steady_clock::now();
    (void)scan_text(text);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (const char* unit :
       {"a.",     "[",  "[.]",      "http://", "http://[", "a@", "a:",          "::",  "a/",    "1.",
        "a.com/", "((", ",http://", "a[.]",    "\xff",     "я.", "hxxp[:]//a[", "aa1", "2001:", "a [.] "})
    EXPECT_LT(took(unit, 1 << 20), 20) << unit;
  // Here each unit is a candidate that a parser has to judge.
  for (const char* unit : {"aHR0cDovL2E", "aHR0cDovL2V4YW1wbGUub3Jn", "odHRwOi8v", "687474703a2f2f", " .a", "%3A%2F%2F",
                           "http%3A%2F%2F", "a__", "[[[.", "食.", "食a.", "\\\\\\."})
    EXPECT_LT(took(unit, 1 << 20), 20) << unit;
  for (const char* unit : {"KZ86 ", "AA00 AAAA AAAA AAAA ", "x.com/a ", "a.example.org "})
    EXPECT_LT(took(unit, 1 << 16), 20) << unit;
}

// With the context kinds, flags and reasons: "cve CVE-2020-1234", "domain readme.md -file_ending", "… +confusable".
std::string scan_all(std::string_view text, bool loose = false) {
  ScanOptions options;
  options.loose = loose;
  std::string all;
  for (const KeptFind& find : scan_whole(text, options)) {
    all += (all.empty() ? "" : " | ") + std::string(name(find.kind)) + (find.defanged ? "! " : " ") + find.canonical;
    if (find.held_back != HeldBack::No) all += " -" + std::string(reason(find.held_back));
    for (const FindFlag flag : find_flags())
      if ((find.flags & static_cast<unsigned>(flag)) != 0 && flag != FindFlag::Reserved)
        all += " +" + std::string(name(flag));
  }
  return all;
}

TEST(Scan, finds_context_that_no_request_could_be_about) {
  EXPECT_EQ(scan_all("192.0.2.0/24 and 2001:db8::/32"), "cidr 192.0.2.0/24 | cidr 2001:db8::/32");
  EXPECT_EQ(scan_all("Win32/Exploit.CVE-2017-11882.H"), "cve CVE-2017-11882");
  EXPECT_EQ(scan_all("AS64496 by cve-2020-1234, T1059.001"), "asn AS64496 | cve CVE-2020-1234 | attack_id T1059.001");
  const std::string hex = "0beec7b5ea3f0fdbc95d0dd47f3c5bc2";
  EXPECT_EQ(scan_all(hex + hex + hex), "sha384 sha384:" + hex + hex + hex);
  EXPECT_EQ(scan_all(hex + hex + hex + hex), "sha512 sha512:" + hex + hex + hex + hex);
  EXPECT_EQ(scan_all("imphash: " + hex), "imphash " + hex);
  EXPECT_EQ(scan_all("96:s4Ud1Lj96tHHlZDrwciQmA+4uy1I0G4HYuL8N3TzS8QsO/wqWXLcMSx:sF1LjEtHHlZDrJzrhuyZvHYm8tKp/RWO"),
            "ssdeep 96:s4Ud1Lj96tHHlZDrwciQmA+4uy1I0G4HYuL8N3TzS8QsO/wqWXLcMSx:sF1LjEtHHlZDrJzrhuyZvHYm8tKp/RWO");
  EXPECT_EQ(scan_all("T1" + hex + hex + "AB12CD"),
            "tlsh T10BEEC7B5EA3F0FDBC95D0DD47F3C5BC20BEEC7B5EA3F0FDBC95D0DD47F3C5BC2AB12CD");
  EXPECT_EQ(scan_all("run svchost.exe or C:\\Windows\\evil.dll, now"),
            "file_name svchost.exe | file_path C:\\Windows\\evil.dll");
  // A network card's address, a version, a time are nothing at all.
  EXPECT_EQ(scan_all("00:1a:2b:3c:4d:5e v1.2 12:30:59.123"), "");
}

TEST(Scan, finds_the_kinds_that_need_their_label) {
  const std::string hex = "0beec7b5ea3f0fdbc95d0dd47f3c5bc2";
  EXPECT_EQ(scan_all("telegram:@some_name, +7 701 000 00 00"), "handle telegram:@some_name | phone +77010000000");
  EXPECT_EQ(scan_all("pdq:" + hex + hex), "perceptual_hash pdq:" + hex + hex);
  EXPECT_EQ(scan_all("411111:" + hex + hex), "card 411111:" + hex + hex);
  std::string pairs;
  for (std::size_t i = 0; i < 64; i += 2) pairs += (i ? ":" : "") + (hex + hex).substr(i, 2);
  EXPECT_EQ(scan_all("fingerprint " + pairs), "tls_cert sha256:" + hex + hex);
}

TEST(Scan, every_broken_spelling_is_read) {
  for (const char* text : {"hxxp://a.example.org/x",    "hXXp://a.example.org/x",     "meow://a.example.org/x",
                           "h**p://a.example.org/x",    "http[:]//a.example.org/x",   "http[://]a.example.org/x",
                           "hxxp:\\\\a.example.org/x",  "http__a.example.org/x",      "http:// a.example.org/x",
                           "a[.]example.org/x",         "a(.)example[.]org/x",        "a{.}example.org/x",
                           "a[dot]example.org/x",       "a\\.example.org/x",          "a [.] example [.] org/x",
                           "a[.example.]org/x",         "a.example\xef\xbc\x8eorg/x", "a.exam\xe2\x80\x8bple[.]org/x",
                           "a.exam\xc2\xadple[.]org/x", "a[.]example[.]org[/]x"})
    EXPECT_EQ(scan_all(text), "url! http://a.example.org/x") << text;
  for (const char* text :
       {"bob[at]example[.]org", "bob(at)example(dot)org", "bob[@]example.org", "bob at example dot org",
        "bob [at] example [dot] org", "bob @ example[.]org", "bob @example[.]org", "bob@ example[.]org",
        "bob @ example [ . ] org", "bob@example  [  .  ]   org"})
    EXPECT_EQ(scan_all(text), "email! bob@example.org") << text;
  for (const char* text : {"192.0.2\\\\.1", "192.0.2.]]]1", "192.0.2[[[.1", "192[[[.]]]]0((.)2[.]1"})
    EXPECT_EQ(scan_all(text), "ip! 192.0.2.1") << text;
  EXPECT_EQ(scan_all("2001[:]db8[:][:]1"), "ip! 2001:db8::1");
  EXPECT_EQ(scan_all("h__ps__a.example[.]org/x"), "url! https://a.example.org/x");
  EXPECT_EQ(scan_all("http__example.org sftp://a.example.org"), "url! http://example.org/ | domain a.example.org");
  EXPECT_EQ(scan_all("https://example.org/a[words of a link] https://example.org/[b]/c"),
            "url https://example.org/a | url https://example.org/[b]/c");
  EXPECT_EQ(scan_all("DE89370400440532013000"), "iban DE89370400440532013000");
}

// Planted bugs that turn it red: path_behind_blank that is true for clear addresses; a blank before any dot that counts
// as broken.
TEST(Scan, a_blank_is_part_of_an_address_only_where_its_author_broke_it) {
  for (const char* text : {"http://a.example .org/x", "http__a.example .org/x", "https:__a.example .org/x",
                           "hxxp://a.example[.]org /x", "http:// a.example.org /x", "http://a.example .org /x"})
    EXPECT_EQ(scan_all(text), std::string("url! ") + (text[4] == 's' ? "https" : "http") + "://a.example.org/x")
        << text;
  EXPECT_EQ(scan_all("tcp://a.evil .org/x sftp://example .org"), "domain! a.evil.org | domain! example.org");
  EXPECT_EQ(scan_all("tcp://example.org .net"), "domain example.org");
  EXPECT_EQ(scan_all("wget http://example.org /tmp/x"), "url http://example.org/");
  EXPECT_EQ(scan_all("hxxp://example[.]org / hxxp://example[.]net"),
            "url! http://example.org/ | url! http://example.net/");
  EXPECT_EQ(scan_all("at example[.]net .org files"), "domain! example.net");
  EXPECT_EQ(scan_all("a domain below example .org or .com, the .net framework"), "");
}

// Planted bugs that turn it red: from_base64_digits that keeps the bits of a cut group ("…29tba" is example.comm);
// a classifier without '%'.
TEST(Scan, addresses_in_base64_hex_and_percent_signs_are_read) {
  for (const char* text :
       {"aHR0cDovL2V4YW1wbGUuY29tL3Rlc3Q=", "aHR0cDovL2V4YW1wbGUuY29tL3Rlc3Q", "x=ICBodHRwOi8vZXhhbXBsZS5jb20vdGVzdCA=",
        "d29yZHMgaW4gZnJvbnQgIGh0dHA6Ly9leGFtcGxlLmNvbS90ZXN0IA==", "aHR0cDovL2V4YW1wbGUuY29tL3Rlc3Qba",
        "687474703a2f2f6578616d706c652e636f6d2f74657374", "2020687474703A2F2F6578616D706C652E636F6D2F746573742020",
        "GET /r?u=http%3A%2F%2Fexample%2Ecom%2Ftest&x=1", "u=http%3a%2f%2fexample.com%2ftest"})
    EXPECT_EQ(scan_all(text), "url http://example.com/test +decoded") << text;
  EXPECT_EQ(scan_all("aHR0cDovL2V4YW1wbGUuY29tba"), "url http://example.com/ +decoded");
  // Sixty-four hex digits are an address where they say so.
  EXPECT_EQ(scan_all("687474703a2f2f6578616d706c652e636f6d2f746573742f61626364656667a1"),
            "url http://example.com/test/abcdefg +decoded");
  for (const char* text : {"aHR0cDovL2V4YW1wbGU=", "aHR0cDovLw==", "aHR0aHR0aHR0aHR0aHR0", "5%3A%2F%2Fa",
                           "2368747470368747470368747470ff"})
    EXPECT_EQ(scan_all(text), "") << text;
}

// Planted bugs that turn it red: log_selector that is false; in_row_of_finds without the row's find.
TEST(Scan, what_stands_around_tells_a_host_from_a_word_of_programs) {
  for (const char* text : {"kern.info;kern.!err", "auth.notice;mail.info", "user.info   /var/log/user.log",
                           "*.=debug;local7.info -/var/log/x", "logger -p user.info text", "page.html#sidebar.shell",
                           "| main.cc | 12 lines |", "Wants=local-fs.target"})
    EXPECT_EQ(scan_all(text), "") << text;
  EXPECT_EQ(scan_all("it is at mail.info today"), "domain mail.info");
  EXPECT_EQ(scan_all("|0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33 |Client |example.cc\n|"),
            "file_hash sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33 | domain example.cc");
  EXPECT_EQ(scan_all("|0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33 |x|\n| example.cc |"),
            "file_hash sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33");
}

// Planted bug that turns it red: a walk in read_spaceless that ends at a letter of such a script.
TEST(Scan, a_chinese_name_is_found_where_signs_of_no_word_stand_around_it) {
  EXPECT_EQ(scan_all("at 食狮.com.cn today, www.食狮.公司.cn; “shishi.中国”。"),
            "domain xn--85x722f.com.cn | domain www.xn--85x722f.xn--55qx5d.cn | domain shishi.xn--fiqs8s");
  for (const char* text :
       {"请访问食狮.com.cn谢谢", "这是一句.这是另一句", "见图3.完成", "用Node.js写", "bob@食狮.com.cn外"})
    EXPECT_EQ(scan_all(text), "") << text;
}

TEST(Scan, says_why_something_is_held_back) {
  EXPECT_EQ(scan_all("README.md", true), "domain readme.md -file_ending");
  EXPECT_EQ(scan_all("user.name", true), "domain user.name -code_member");
  EXPECT_EQ(scan_all("the end.In the", true), "domain end.in -sentence");
  EXPECT_EQ(scan_all("Chrome/1.2.3.4", true), "ip 1.2.3.4 -version");
  EXPECT_EQ(scan_all("11.7.3.1. Title", true), "ip 11.7.3.1 -heading");
  EXPECT_EQ(scan_all("facebook.com", true), "domain facebook.com -platform +shared_host");
  EXPECT_EQ(scan_all("Message-ID: <a.b@example.org>", true), "email a.b@example.org -message_id");
  EXPECT_EQ(scan_all("commit 0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33", true),
            "file_hash sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33 -git_object");
  EXPECT_EQ(scan_all("d41d8cd98f00b204e9800998ecf8427e", true),
            "file_hash md5:d41d8cd98f00b204e9800998ecf8427e -empty_file");
  // What somebody broke was meant.
  EXPECT_EQ(scan_all("Message-ID: <a.b@example[.]org>"), "email! a.b@example.org");
}

TEST(Scan, flags_what_a_reader_should_know) {
  EXPECT_EQ(scan_all("http://\xd0\xb0pple.com/"), "url http://xn--pple-43d.com/ +confusable");
  EXPECT_EQ(scan_all("http://пример.рф/"), "url http://xn--e1afmkfd.xn--p1ai/");
  EXPECT_EQ(scan_all("someone.github.io"), "domain someone.github.io +shared_host");
  EXPECT_EQ(scan_all("https://a.example.org/go?to=http://b.example.net/x&y=1"),
            "url https://a.example.org/go?to=http://b.example.net/x&y=1 | url http://b.example.net/x +inside_url");
  EXPECT_EQ(scan_all("https://a.example.org/?url=https%3A%2F%2Fb.example.net%2Fx&data=1"),
            "url https://a.example.org/?url=https%3A%2F%2Fb.example.net%2Fx&data=1 | "
            "url https://b.example.net/x +inside_url +decoded");
  EXPECT_EQ(scan_all("<http://example.org/a/\r\n  b/c>"), "url http://example.org/a/b/c +wrapped");
}

// $CORDON_SCAN_INPUTS asks for more of them. Planted bugs that turn it red: kStop without "'" in the AVX2 table only;
// a fast URL that keeps "/." in its path; give_parsed without the flags; a Scanner that keeps kReach / 64
// bytes, and a Flow that looks 256 bytes ahead, in the two below.
TEST(Scan, the_laws_hold_for_random_texts) {
  const auto inputs = static_cast<std::uint64_t>(samples("CORDON_SCAN_INPUTS", 20'000, 20'000, 100'000));
  Texts texts(20261127);
  for (std::uint64_t i = 0; i < inputs; ++i) check_scan_laws(texts.text(1 + texts.number(40)));
}

TEST(Scan, the_answers_do_not_depend_on_where_the_pieces_end) {
  Texts texts(4);
  for (std::uint64_t i = 0; i < 60; ++i) {
    std::string text;
    while (text.size() < 40'000) {
      text += texts.text(1 + texts.number(30));
      if (texts.number(8) == 0) text += std::string(texts.number(5000), i % 2 == 0 ? 'a' : '.');
      if (texts.number(8) == 0)
        for (std::uint64_t n = texts.number(1500); n > 0; --n) text += "a.";
    }
    check_pieces(text, i);
  }
}

// Every cut of a short text, which lies across the border of the buffer.
TEST(Scan, every_cut_of_a_text_gives_the_same) {
  const std::string sample =
      " see hxxp://a[.]example[.]org/x?y=1, mail bob[at]example[.]net; KZ86 125K ZT50 0410 0100 "
      "acbd18db4cc2f85cedef654fccc4a4d8 2001:db8::1 CVE-2020-1234 ";
  for (std::size_t shift = 0; shift < sample.size(); ++shift) {
    std::string text;
    while (text.size() < 20'000 + shift) text += "plain words ";
    text.resize(16'384 - 4'608 - 128 - shift);
    text += sample + sample;
    text += std::string(9'000, '-');
    ScanOptions options;
    options.buffer = 0;
    std::vector<KeptFind> all;
    const auto take = [&all](const Find& find) { all.push_back(keep(find)); };
    Scanner scanner(options, take);
    scanner.feed(text);
    scanner.finish();
    EXPECT_EQ(all.size(), 12u);
    EXPECT_TRUE(all == scan_whole(text)) << shift;
  }
}

TEST(Scan, finds_nothing_in_the_declaration_of_human_rights) {
  const std::string folder = shared_data("benign/udhr");
  if (!exists(folder)) GTEST_SKIP() << "no shared data at " << folder;
  const auto names = list_folder(folder);
  for (const std::string& file : *names) {
    if (!file.ends_with(".txt")) continue;
    EXPECT_EQ(scan(*read_file(folder + "/" + file, 1 << 22)), "") << file;
  }
}

}  // namespace
}  // namespace cordon
