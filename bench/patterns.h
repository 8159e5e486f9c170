// What the peers are asked to look for: 17 kinds, as regular expressions that Vectorscan, RE2, PCRE2 and ripgrep all
// read the same way. They know the usual defanging ("[.]", "(.)", "[dot]", "hxxp", "[at]"), a short list of top-level
// names, and no check digit.
//
// There are two sets, since how one writes them decides an automaton's speed. The exact one holds to the lengths of
// RFC 1035 and RFC 5321 (a label of at most 63 letters that ends in no hyphen, a local part of at most 64), as Cordon
// does. The light one leaves them out: the most that these engines can give, and more than they should.
#pragma once

#include <array>
#include <string>

namespace cordon::bench {

struct Pattern {
  const char* kind;
  std::string full;    // the whole identifier
  std::string anchor;  // the least that tells a place worth looking at; nothing is verified behind it
};

enum class Rigour { Exact, Light };

inline std::array<Pattern, 17> patterns(Rigour rigour) {
  const bool exact = rigour == Rigour::Exact;
  const std::string dot = R"((?:\.|\[\.\]|\(\.\)|\[dot\]))";
  const std::string at = R"((?:@|\[at\]|\(at\)|\[@\]))";
  const std::string byte = R"((?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))";
  const std::string top =
      "(?:com|net|org|info|biz|onion|io|co|me|cc|tk|ml|ga|cf|gq|pw|ws|to|top|xyz|club|site|online|shop|live|space|"
      "work|link|click|icu|vip|app|dev|su|ru|ua|by|kz|kg|uz|tj|pk|in|ir|cn|tw|jp|kr|vn|us|br|eu|uk|de|fr|it|nl|at|"
      "ch|pl|cz|ro|tr)";
  const std::string label = exact ? "[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z_])?" : "[0-9a-z_-]+";
  const std::string local = exact ? "[0-9a-z._%+-]{1,64}" : "[0-9a-z._%+-]+";
  return {{
      {"url", R"re((?i:h(?:tt|xx)ps?|ftp)(?::|\[:\])//[^\s"'<>`|\\^{}]+)re", R"re((?i:h(?:tt|xx)ps?|ftp)(?::|\[:))re"},
      {"email", "(?i:" + local + at + label + "(?:" + dot + label + ")*" + dot + "[a-z]{2,})",
       R"re((?i:[0-9a-z](?:@|\[at|\(at|\[@)))re"},
      {"ipv4", R"(\b)" + byte + "(?:" + dot + byte + R"(){3}\b)", R"re([0-9](?:\.|\[\.|\(\.|\[dot)\]?\)?[0-9])re"},
      {"ipv6",
       R"(\b(?i:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|)"
       R"((?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?))",
       R"re((?i:[0-9a-f]:[0-9a-f]{0,4}:))re"},
      {"md5", R"(\b(?i:[0-9a-f]{32})\b)", R"(\b(?i:[0-9a-f]{32}))"},
      {"sha1", R"(\b(?i:[0-9a-f]{40})\b)", R"(\b(?i:[0-9a-f]{40}))"},
      {"sha256", R"(\b(?i:[0-9a-f]{64})\b)", R"(\b(?i:[0-9a-f]{64}))"},
      {"sha512", R"(\b(?i:[0-9a-f]{128})\b)", R"(\b(?i:[0-9a-f]{128}))"},
      {"domain", R"(\b(?i:(?:)" + label + dot + ")+" + top + R"()\b)",
       R"re((?i:[0-9a-z](?:\.|\[\.|\(\.|\[dot)\]?\)?[a-z]))re"},
      {"cve", R"(\b(?i:CVE-[0-9]{4}-[0-9]{4,7})\b)", R"((?i:CVE-[0-9]))"},
      {"btc", R"(\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b)", R"(\b[13][1-9A-HJ-NP-Za-km-z]{25})"},
      {"bech32", R"(\b(?i:bc1[02-9ac-hj-np-z]{11,71})\b)", R"(\b(?i:bc1))"},
      {"eth", R"(\b0x(?i:[0-9a-f]{40})\b)", R"(\b0x(?i:[0-9a-f]{8}))"},
      {"iban", R"(\b[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}\b)", R"(\b[A-Z]{2}[0-9]{2}[0-9A-Z]{4})"},
      {"phone", R"re(\+[0-9](?:[ ()-]?[0-9]){8,14})re", R"(\+[0-9])"},
      {"asn", R"(\bAS[0-9]{2,10}\b)", R"(\bAS[0-9])"},
      {"attack_id", R"(\bT[01][0-9]{3}(?:\.[0-9]{3})?\b)", R"(\bT[01][0-9])"},
  }};
}

// All of them as one expression, for engines that take one.
inline std::string alternation(Rigour rigour) {
  std::string all;
  for (const Pattern& pattern : patterns(rigour)) all += (all.empty() ? "(?:" : "|(?:") + pattern.full + ")";
  return all;
}

// What each peer's finds lack, whatever its speed.
inline constexpr const char* kPatternsLack =
    "no checksums (IBAN, wallets), no public suffix list, no IDN, no canonical form, no onion, card, handle, app id, "
    "CIDR, ssdeep or wallets but BTC and ETH";

inline std::string named(const std::string& engine, Rigour rigour) {
  return rigour == Rigour::Exact ? engine : engine + "-light";
}

}  // namespace cordon::bench
