#include "observable/domain.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "observable/fault_for_tests.h"
#include "observable/refang.h"
#include "observable/suffix.h"
#include "observable/suffix_rules.h"
#include "observable/vectors_for_tests.h"

namespace cordon {
namespace {

std::string read_domain(std::string_view text) { return text_or_fault(canonical_domain(text)); }

TEST(Domain, spellings_of_one_name_become_one) {
  for (const char* text : {"www.example.org", "WWW.EXAMPLE.ORG", "www.example.org.", "www[.]example[.]org",
                           "www(.)example{.}org", "www[dot]example(DOT)org", "  www.example.org\n"})
    EXPECT_EQ(read_domain(text), "www.example.org") << text;
  EXPECT_EQ(read_domain("пример.рф"), "xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(read_domain("XN--E1AFMKFD.xn--p1ai"), "xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(read_domain("例子。中国"), "xn--fsqu00a.xn--fiqs8s");  // the ideographic full stop is a dot
  EXPECT_EQ(read_domain("r3---sn-abc.example.com"), "r3---sn-abc.example.com");
  EXPECT_EQ(read_domain("_dmarc.example.org"), "_dmarc.example.org");
}

// libidn2 turns the first into "ab.example.org"; a notice would then name somebody else.
TEST(Domain, is_never_repaired) {
  for (const char* text : {"a/b.example.org", "a b.example.org", "a%2eb.example.org", "xn--a.example.org",
                           "a..example.org", ".example.org", "a\xff.example.org", "\xc2\xad.org", "a@example.org",
                           "-example.org", "ex_ample.org", "http://example.org", "example.org:80", "example.org/"})
    EXPECT_EQ(read_domain(text), "! malformed") << text;
  EXPECT_EQ(read_domain(std::string(64, 'a') + ".example.org"), "! malformed");
  EXPECT_EQ(read_domain(std::string(63, 'a') + ".example.org"), std::string(63, 'a') + ".example.org");
}

// Planted bug that turns it red: SuffixRules::longest without kException.
TEST(Domain, the_table_of_suffixes_says_what_libpsl_says) {
  const auto list = read_file("/usr/share/publicsuffix/public_suffix_list.dat", 4u << 20);
  if (!list) GTEST_SKIP() << "no suffix list here";
  ASSERT_TRUE(SuffixRules::instance().complete());
  int names = 0;
  for (std::string_view line : split(*list, '\n')) {
    line = trim(line);
    if (line.empty() || line.starts_with("//")) continue;
    if (line.starts_with('!')) line.remove_prefix(1);
    if (line.starts_with("*.")) line.remove_prefix(2);
    const auto rule = ascii_host(line);
    ASSERT_TRUE(rule) << line;
    for (const std::string_view below : {"", "a.", "b.a.", "www.city.", "a-very-long-label-of-more-than-8-bytes."}) {
      const std::string name = std::string(below) + *rule;
      const auto found = public_suffix(name), wanted = ask_libpsl(name);
      ASSERT_TRUE(found && wanted) << name;
      EXPECT_EQ(found->text, wanted->text) << name;
      EXPECT_EQ(found->is_private, wanted->is_private) << name;
      ++names;
    }
  }
  EXPECT_GT(names, 40000);
  for (const char* none : {"example.madeupname", "localhostx", "a.b.c.exe"}) {
    EXPECT_FALSE(public_suffix(none)) << none;
    EXPECT_FALSE(ask_libpsl(none)) << none;
  }
}

// Planted bug that turns it red: public_suffix without PSL_TYPE_NO_STAR_RULE.
TEST(Domain, a_single_label_a_suffix_and_an_unknown_ending_are_refused) {
  for (const char* text : {"localhost", "com", "co.uk", "github.io", "report.txt", "node.js", "192.0.2.1", "рф",
                           "expyuzz4wqqyqhjn.onion", ""})
    EXPECT_EQ(read_domain(text), "! malformed") << text;
}

TEST(Domain, wildcards_and_patterns_are_refused) {
  for (const char* text : {"*.example.org", "example.*", "^example.org", "ex.+ple.org", "example\\.org",
                           "[a-z].example.org", "(?:www.)example.org"})
    EXPECT_EQ(read_domain(text), "! refused") << text;
}

TEST(Domain, a_platform_is_refused_but_not_its_look_alike) {
  for (const char* text : {"facebook.com", "www.facebook.com", "m.facebook.com", "google.kz", "x.com", "t.me", "vk.com",
                           "tumblr.com", "www.medium.com", "yandex.ru", "douyin.com", "search.yahoo.com"})
    EXPECT_EQ(read_domain(text), "! refused") << text;
  for (const char* text : {"facebook.com.example.org", "faceb00k.example.com", "shop.tumblr.com", "google.example.org"})
    EXPECT_EQ(read_domain(text), text);
}

TEST(Domain, the_private_section_counts_for_who_registered) {
  EXPECT_EQ(parse_domain("a.b.github.io")->registrable(), "b.github.io");
  EXPECT_TRUE(parse_domain("b.github.io")->on_shared_suffix());
  EXPECT_EQ(parse_domain("a.b.example.co.uk")->registrable(), "example.co.uk");
  EXPECT_FALSE(parse_domain("example.co.uk")->on_shared_suffix());
  EXPECT_EQ(parse_domain("a.b.invalid")->registrable(), "b.invalid");
}

TEST(Suffix, looks_at_the_last_labels_only) {
  std::string name = "example.org";
  for (int i = 0; i < 100; ++i) name = "a." + name;
  EXPECT_EQ(registrable_part(name), "example.org");
  EXPECT_EQ(registrable_part("org"), std::nullopt);
  EXPECT_EQ(registrable_part(""), std::nullopt);
}

TEST(Refang, reaches_its_end_in_one_pass) {
  for (const char* text : {"hxxps[:]//a[.]example(.)org/x[.]php?q=(.)", "[[.]]", "[[.].]", "a[.[.].]b", "((.)",
                           "fxp://a", "hxxp", "hxxp://", "[dot][at]{at}", "a[/]b(.)c", "[[:]//]"})
    EXPECT_EQ(refang(refang(text)), refang(text)) << text;
  // A sign of no width within another character is none: without it a full stop would stand there.
  EXPECT_EQ(refang("a\xef\xe2\x80\x8b\xbc\x8e"
                   "b"),
            "a\xef\xe2\x80\x8b\xbc\x8e"
            "b");
  EXPECT_EQ(refang("a\\.]example[.org"), "a.example.org");
  EXPECT_EQ(refang("hxxp:[/]/a[.example[.]org/x"), "http://a.example.org/x");
  EXPECT_EQ(refang("hxxps[:]//a[.]example(.)org/x[.]php?q=(.)"), "https://a.example.org/x.php?q=(.)");
  EXPECT_EQ(refang("HXXP[://]example[dot]org"), "http://example.org");
  EXPECT_EQ(refang("bob[at]example(.)org"), "bob@example.org");
}

// checkPublicSuffix('NAME', 'REGISTRABLE' or null), the list's own test file.
TEST(Suffix, agrees_with_the_tests_of_the_list) {
  const std::string path = shared_data("vectors/publicsuffix/test_psl.txt");
  if (!exists(path)) GTEST_SKIP() << "no shared data at " << path;
  const std::string file = *read_file(path, 1 << 20);
  int count = 0;
  for (std::string_view line : split(file, '\n')) {
    if (!line.starts_with("checkPublicSuffix('")) continue;
    const auto parts = split(line, '\'');  // …(, NAME, ", " or ", null);", REGISTRABLE
    const std::string_view given = parts[1];
    const std::string wanted = parts.size() > 3 ? *ascii_host(parts[3]) : std::string();
    const auto host = ascii_host(given);
    const auto found = host ? registrable_part(*host) : std::nullopt;
    // Stricter by choice: a name that the list does not know has no suffix, where the list would guess.
    if (!wanted.empty() && !found && host && !public_suffix(*host)) continue;
    EXPECT_EQ(found.value_or(""), wanted) << given;
    ++count;
  }
  EXPECT_GT(count, 70);
}

TEST(Domain, agrees_with_published_idna_vectors) {
  for (const char* file : {"toascii.json", "IdnaTestV2.json"}) {
    const std::string path = shared_data(std::string("vectors/whatwg-url/") + file);
    if (!exists(path)) GTEST_SKIP() << "no shared data at " << path;
    const auto json = read_vectors(path);
    ASSERT_TRUE(json) << json.error().message;
    int agree = 0, stricter = 0, looser = 0, other = 0;
    for (const Json& one : *json->array()) {
      if (!one.object()) continue;
      const Json* output = one.find("output");
      const std::string wanted = output && output->string() ? *output->string() : std::string();
      const auto host = ascii_host(one.text_or("input"));
      const std::string got = host ? *host : std::string();
      const std::string undotted = wanted.ends_with('.') ? wanted.substr(0, wanted.size() - 1) : wanted;
      if (got != undotted && !got.empty())
        std::printf("  %s -> %s, not %s\n", one.text_or("input").c_str(), got.c_str(), wanted.c_str());
      ++(got == undotted ? agree : got.empty() ? stricter : wanted.empty() ? looser : other);
    }
    std::printf("%s: %d agree, %d refused here only, %d accepted here only, %d differ\n", file, agree, stricter, looser,
                other);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(looser, 0);
  }
}

}  // namespace
}  // namespace cordon
