// Texts that a seed chooses, for the tests of the scanner and for tools/soak.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cordon {

// Texts of pieces that mean something, and bytes that spoil them.
class Texts {
 public:
  explicit Texts(std::uint64_t seed) : state_(seed) {}
  std::uint64_t number(std::uint64_t below) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return state_ % below;
  }
  std::string text(std::size_t pieces) {
    static const std::vector<std::string> kPieces{"http://",
                                                  "hxxps[:]//",
                                                  "example",
                                                  ".org",
                                                  "[.]",
                                                  " dot ",
                                                  "com",
                                                  "/a/b.php?x=1",
                                                  "/../",
                                                  "/.",
                                                  "%2e",
                                                  "192.0.2.1",
                                                  "@",
                                                  "[at]",
                                                  "bob",
                                                  "2001:db8::1",
                                                  ":",
                                                  "::",
                                                  "acbd18db4cc2f85cedef654fccc4a4d8",
                                                  "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33",
                                                  "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                                                  "KZ86 125K ZT50 0410 0100",
                                                  "KZ86125KZT5004100100",
                                                  "CVE-2020-1234",
                                                  "T1059.001",
                                                  "AS12345",
                                                  "+7 701 000 00 00",
                                                  "telegram:@durov",
                                                  " ",
                                                  "\n",
                                                  "(",
                                                  ")",
                                                  "[",
                                                  "]",
                                                  "{",
                                                  "}",
                                                  "<",
                                                  ">",
                                                  "\"",
                                                  "'",
                                                  ",",
                                                  ";",
                                                  "!",
                                                  "?",
                                                  "#",
                                                  "%41",
                                                  "\\",
                                                  "/",
                                                  "-",
                                                  "_",
                                                  "+",
                                                  "=",
                                                  "&",
                                                  "*",
                                                  "|",
                                                  "я",
                                                  "例子",
                                                  "。",
                                                  "\xc2\xa0",
                                                  "\xe2\x80\x8b",
                                                  "\xef\xbc\x8e",
                                                  "\xff",
                                                  "www.",
                                                  "co.uk",
                                                  "github.io",
                                                  "google.com",
                                                  "twitter.com",
                                                  "search?q=a",
                                                  "xn--e1afmkfd.xn--p1ai",
                                                  "пример.рф",
                                                  "a",
                                                  "b1",
                                                  "Z",
                                                  "9",
                                                  "0x",
                                                  "ltc1",
                                                  "bc1q",
                                                  "readme.md",
                                                  "1.2.3.4",
                                                  "255.",
                                                  "/24",
                                                  "§ ",
                                                  "version ",
                                                  "Message-ID: <",
                                                  "commit ",
                                                  "3:aaXX+/bbYYcc:ddEE/ff",
                                                  "T1",
                                                  "pdq:",
                                                  "411111:",
                                                  "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
                                                  "ftp://",
                                                  "meow://",
                                                  "h__p",
                                                  "http__",
                                                  ":__",
                                                  " .",
                                                  "tcp://",
                                                  " /a",
                                                  "%3A%2F%2F",
                                                  "aHR0cDovL2V4YW1wbGUub3Jn",
                                                  "h0dHA6Ly9leGFtcGxlLm9yZy8",
                                                  "odHRwOi8v",
                                                  "687474703a2f2f6578616d706c652e6f7267"};
    std::string all;
    for (std::size_t i = 0; i < pieces; ++i) all += kPieces[number(kPieces.size())];
    spoil(all);
    return all;
  }

  // A window of `sample`, moved against the borders of blocks, with pieces in it and bytes that spoil it.
  std::string mutated(std::string_view sample) {
    std::string all(number(64), number(2) == 0 ? ' ' : 'a');
    if (!sample.empty()) all += sample.substr(number(sample.size()), 1 + number(600));
    for (std::uint64_t changes = number(4); changes > 0; --changes) {
      const std::size_t at = number(all.size() + 1);
      switch (number(3)) {
        case 0:
          all.insert(at, text(1));
          break;
        case 1:
          all.erase(at, 1 + number(8));
          break;
        default:
          all.insert(at, all.substr(number(all.size() + 1), number(40)));
      }
    }
    spoil(all);
    return all;
  }

 private:
  void spoil(std::string& all) {
    for (std::uint64_t spoiled = number(4); spoiled > 0 && !all.empty(); --spoiled)
      all[number(all.size())] = static_cast<char>(number(256));
  }

  std::uint64_t state_;
};

}  // namespace cordon
