#include "observable/stix_terms.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

std::string shown(std::string_view pattern) {
  const auto values = stix_values(pattern);
  if (!values) return std::string(name(values.error().fault));
  std::string all;
  for (const auto& [kind, text] : *values) all += std::string(name(kind)) + " " + text + "|";
  return all;
}

TEST(StixTerms, a_pattern_names_what_its_comparisons_name) {
  EXPECT_EQ(shown("[domain-name:value = 'a.example.org']"), "domain a.example.org|");
  EXPECT_EQ(shown("[url:value='http://example.org/it\\'s']"), "url http://example.org/it's|");
  EXPECT_EQ(shown("[ipv4-addr:value = '192.0.2.1'] OR [ipv6-addr:value = '2001:db8::1']"),
            "ip 192.0.2.1|ip 2001:db8::1|");
  EXPECT_EQ(shown("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]"), "ip 192.0.2.1|ip 192.0.2.2|");
  EXPECT_EQ(shown("[file:hashes.'SHA-256' = 'ab' OR file:hashes.\"MD5\" = 'cd' OR file:hashes.SHA-1 = 'ef']"),
            "file_hash sha256:ab|file_hash md5:cd|file_hash sha1:ef|");
  EXPECT_EQ(shown("[file:name = 'a.exe' OR email-addr:value = 'a@example.org']"), "email a@example.org|");
}

// Planted bug: AND read as OR: each half alone hits what the author did not mean.
TEST(StixTerms, a_pattern_that_says_more_names_nothing) {
  for (const char* pattern :
       {"[file:name = 'a' AND file:hashes.MD5 = 'cd']", "[url:value LIKE 'http://%']", "[url:value != 'x']",
        "[NOT url:value = 'x']", "[url:value = 'a'] AND [url:value = 'b']",
        "[url:value = 'a'] FOLLOWEDBY [url:value = 'b']", "[url:value = 'a'] WITHIN 5 SECONDS", "[url:value = 'a",
        "[url:value = 'a'", "", "url:value = 'a'", "[url:value IN ('a'", "[url:value = 7]", "[url:value MATCHES '.*']"})
    EXPECT_EQ(shown(pattern), "malformed") << pattern;
}

TEST(StixTerms, an_object_that_is_an_observable_names_itself) {
  const auto object = parse_json(R"({"type":"file","hashes":{"MD5":"cd","SHA-256":"ab","SSDEEP":"x"}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(stix_object_values(*object).size(), 2u);
  EXPECT_EQ(stix_object_values(*parse_json(R"({"type":"domain-name","value":"a.example.org"})")).at(0).second,
            "a.example.org");
  EXPECT_TRUE(stix_object_values(*parse_json(R"({"type":"identity","name":"x"})")).empty());
}

}  // namespace
}  // namespace cordon
