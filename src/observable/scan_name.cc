// Names of the network: domains, mail addresses, IP addresses, URLs.
//
// A dot (or what stands for one) between words is an anchor. The chain around it is read once: words held together by
// single connectors (. : @ + and their broken forms "[.]", "(at)", " dot ", …), and what the chain holds is told by
// its connectors:
//
//   "see hxxp://a[.]example[.]org/x, mail bob[at]example[.]net."
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^       ^^^^^^^^^^^^^^^^^^^^
//
// Choices for bare names in prose, where no scheme, path or "[.]" shows what the author meant:
//   - the top-level name must be on the suffix list; names that are also endings of files or members of
//     programs ("README.md", "run.sh", "user.name") are left alone unless they begin with "www.";
//   - "end.In the" is a full stop without a space; "/a/b.so" is a path; "foo.name(" is code;
//   - Chinese, Japanese, Korean and Thai have no spaces, so their letters end a word; such a name is found
//     only behind a scheme;
//   - v4 addresses behind "version", "§" or "/" are numbers of versions and sections; v6 addresses must be
//     global unicast (2000::/3), or every "a::b" of a program would be one.
#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "base/text.h"
#include "observable/confusable.h"
#include "observable/ip.h"
#include "observable/observable.h"
#include "observable/platform.h"
#include "observable/refang.h"
#include "observable/scan_host.h"
#include "observable/scan_reading.h"
#include "observable/url.h"

namespace cordon {
namespace {

constexpr Pos kNowhere = ~Pos{0};
constexpr std::size_t kMostWords = 128;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool small(char c) { return c >= 'a' && c <= 'z'; }
bool letter(char c) { return upper(c) || small(c); }
bool ascii_word(char c) { return letter(c) || digit(c) || c == '-' || c == '_'; }
// What may be a connector's last byte, and its first.
constexpr std::array<bool, 256> byte_set(std::string_view signs) {
  std::array<bool, 256> table{};
  for (const char c : signs) table[static_cast<unsigned char>(c)] = true;
  for (std::size_t c = 0x80; c < 256; ++c) table[c] = true;
  return table;
}
constexpr auto kEndsConnector = byte_set(":@+])}.");
constexpr auto kStartsConnector = byte_set(":@+[({\\.");
bool closes(char c) { return c == ']' || c == ')' || c == '}'; }
char closer_of(char opener) { return opener == '[' ? ']' : opener == '(' ? ')' : opener == '{' ? '}' : '\0'; }
bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!digit(c)) return false;
  return true;
}
bool all_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}
bool one_of(std::string_view list, std::string_view word) {  // `list` has a space around each word
  if (word.empty() || word.size() > 14) return false;
  std::array<char, 16> padded;
  padded[0] = ' ';
  for (std::size_t i = 0; i < word.size(); ++i)
    padded[i + 1] = upper(word[i]) ? static_cast<char>(word[i] | 0x20) : word[i];
  padded[word.size() + 1] = ' ';
  return list.find(std::string_view(padded.data(), word.size() + 2)) != std::string_view::npos;
}

// Up to four characters in one number, in lower case.
constexpr std::uint32_t packed(std::string_view word) {
  std::uint32_t all = 0;
  for (const char c : word) all = all << 8 | static_cast<std::uint32_t>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return all;
}

// Top-level names that end more files than hosts, and such that are so only in names of two labels.
constexpr std::array kFileEndings{packed("md"), packed("sh"),  packed("py"),  packed("pl"),
                                  packed("rs"), packed("zip"), packed("mov"), packed("so")};
constexpr std::array kMemberNames{packed("name"), packed("cc"), packed("ps"),  packed("mm"), packed("mk"),
                                  packed("ml"),   packed("pm"), packed("tf"),  packed("st"), packed("cab"),
                                  packed("app"),  packed("do"), packed("pub"), packed("vi"), packed("sc"),
                                  packed("ad"),   packed("ms")};
constexpr std::array kOldTops{packed("com"), packed("net"), packed("org"),  packed("edu"), packed("gov"),
                              packed("mil"), packed("int"), packed("info"), packed("biz")};
// One bit of 64 for each word, which tells most others apart at once.
template <std::size_t n>
constexpr std::uint64_t sieve(const std::array<std::uint32_t, n>& list) {
  std::uint64_t bits = 0;
  for (const std::uint32_t word : list) bits |= std::uint64_t{1} << (word * 0x9e3779b1u >> 26);
  return bits;
}
template <std::size_t n>
bool one_of(const std::array<std::uint32_t, n>& list, std::uint64_t sieve, std::string_view word) {
  if (word.size() > 4) return false;
  const std::uint32_t one = packed(word);
  return (sieve >> (one * 0x9e3779b1u >> 26) & 1) != 0 && std::find(list.begin(), list.end(), one) != list.end();
}
constexpr std::array kProgramEndings{packed("exe"),  packed("dll"), packed("sys"), packed("scr"), packed("bat"),
                                     packed("cmd"),  packed("ps1"), packed("vbs"), packed("vbe"), packed("jse"),
                                     packed("wsf"),  packed("hta"), packed("lnk"), packed("msi"), packed("apk"),
                                     packed("docm"), packed("xlsm")};
constexpr std::uint64_t kProgramSieve = sieve(kProgramEndings);
constexpr std::uint64_t kFileSieve = sieve(kFileEndings), kMemberSieve = sieve(kMemberNames),
                        kOldSieve = sieve(kOldTops);

struct Connector {
  char meant = '\0';  // none
  Pos length = 0;
  bool broken = false;  // written so that nobody reaches it by a click
};

struct Word {
  Pos begin, end;
  char before;  // the connector, as meant; '\0' at the chain's start
  bool broken;
};

using Words = std::span<const Word>;

class Chain {
 public:
  explicit Chain(Reading& reading) : r_(reading) {}

  void read(Pos anchor);
  void read_scheme(Pos colon);

 private:
  std::string_view slice(const Word& word) const { return r_.slice(word.begin, word.end); }
  char previous(Pos at) const { return at > 0 ? r_.at(at - 1) : ' '; }
  Pos limit(Pos from) const { return from + Reading::kLongest; }

  Connector connector(Pos at) const;
  Connector bracketed(Pos at) const;
  bool broken_dot_behind(Pos at) const;
  Pos connector_before(Pos at, Pos floor) const;
  bool gather(Pos begin);
  bool goes_on_left(Pos begin) const;
  bool goes_on_right(Pos end) const;
  bool read_short(Pos dot);
  bool read_plain(Pos dot, Pos floor);
  void step_over(Pos anchor);
  bool words_in_brackets(Pos open) const;
  Pos url_end(Pos begin, Pos body) const;
  bool fill_host(Words words, Pos begin, Pos end) const;
  bool give_parsed(FoundKind kind, Pos begin, Pos end, HeldBack held = HeldBack::No);
  bool take_url(Pos begin, Pos body, bool with_scheme);
  bool fast_url(Pos begin, Pos body, Pos end, bool with_scheme, Draft& draft) const;
  void take_inside(Pos begin, Pos end);
  void take_encoded(Pos begin, Pos end);
  bool take_wrapped(Pos begin, Pos end);
  void read_path(Pos colon);

  void look_at();
  void take_group(Words words, bool path);
  void take_names(Words words, bool path);
  void take_email(Words words);
  void take_name(Words words, bool path);
  void take_domain(Words words, Pos begin, Pos end, HeldBack held);
  void take_ipv4(Words words, Pos begin, Pos end, bool plain, bool path);
  bool take_ipv6(Words words);
  bool take_fingerprint(Words words);
  void take_word(const Word& word) { read_token(r_, word.begin, trimmed_end(word)); }

  HeldBack doubt(Words words, Pos begin, Pos end, bool path) const;
  HeldBack doubt_of_capitals(Words words, Pos begin, Pos end, std::string_view top) const;
  bool range_follows(Pos end, Pos& range_end) const;
  bool heading(Pos begin, Pos end) const;
  bool version_before(Pos begin) const;
  bool message_id_before(Pos begin) const;
  bool called_a_host(Pos begin, Pos end) const;
  Pos after_underscores(Pos begin, Pos end) const;
  Pos trimmed_end(const Word& word) const {  // "_example.org_" is emphasis
    Pos end = word.end;
    while (end > word.begin + 1 && (r_.at(end - 1) == '_' || r_.at(end - 1) == '-')) --end;
    return end;
  }

  Reading& r_;
  std::array<Word, kMostWords> words_;
  std::size_t count_ = 0;
  bool plain_ = false;  // ASCII words and dots only
};

// ---- connectors

// "[.]", "(dot)", "{at}", "[ . ]", "[:]", "[@]" at an opening bracket, and "[." alone.
Connector Chain::bracketed(Pos at) const {
  const char closer = closer_of(r_.at(at));
  if (closer == '\0') return {};
  Pos i = at + 1;
  while (i < at + 4 && r_.at(i) == ' ') ++i;
  char meant = r_.at(i);
  if (meant == '.' || meant == ':' || meant == '@') {
    ++i;
  } else if (r_.starts(i, "dot")) {
    meant = '.', i += 3;
  } else if (r_.starts(i, "at")) {
    meant = '@', i += 2;
  } else {
    return {};
  }
  Pos end = i;
  while (end < i + 3 && r_.at(end) == ' ') ++end;
  if (r_.at(end) != closer)
    return meant == '.' && r_.at(i - 1) == '.' && i == at + 2 ? Connector{'.', 2, true} : Connector{};
  ++end;
  if (meant == ':' && r_.at(end) == r_.at(at) && r_.at(end + 1) == ':' && r_.at(end + 2) == closer) end += 3;  // "::"
  for (int blanks = 0; blanks < 3 && r_.at(end) == ' '; ++blanks) ++end;
  return {meant, end - at, true};
}

// "meet me at example.org": a sign stands for "@" only where the dot behind the next word, at `at`, is broken as well.
bool Chain::broken_dot_behind(Pos at) const {
  const Pos end = r_.word_end(at, at + 80);
  if (end == at || end == at + 80) return false;
  const Pos bracket = r_.at(end) != ' ' ? end : r_.at(end + 1) != ' ' ? end + 1 : end + 2;
  return bracketed(bracket).meant == '.' || r_.starts(end, " dot ");
}

// The connector at `at`, the end of a word.
Connector Chain::connector(Pos at) const {
  const char c = r_.at(at);
  switch (c) {
    case '.':
      if (closes(r_.at(at + 1)) && r_.word_at(at + 2)) return {'.', 2, true};  // "192.]168"
      return {'.', 1, false};
    case '@':
      if (r_.at(at + 1) == ' ' && broken_dot_behind(at + 2)) return {'@', 2, true};
      return {'@', 1, false};
    case '+':
      return {'+', 1, false};
    case ':':
      return {':', r_.at(at + 1) == ':' ? Pos{2} : Pos{1}, false};
    case '[':
    case '(':
    case '{':
      return bracketed(at);
    case '\\':
      if (r_.at(at + 1) == '.') return {'.', 2, true};
      return {};
    case '\xef':
      if (r_.at(at + 1) == '\xbc' && r_.at(at + 2) == '\x8e') return {'.', 3, true};
      return {};
    case ' ': {
      if (r_.starts(at + 1, "dot ")) return {'.', 5, true};
      const Pos at_sign = r_.starts(at + 1, "at ") ? 4 : r_.starts(at + 1, "@ ") ? 3 : r_.at(at + 1) == '@' ? 2 : 0;
      if (at_sign != 0) return broken_dot_behind(at + at_sign) ? Connector{'@', at_sign, true} : Connector{};
      const Pos bracket = r_.at(at + 1) == ' ' ? at + 2 : at + 1;
      Connector found = bracketed(bracket);
      if (found.meant == '\0' || found.length == 2) return {};
      found.length += bracket - at;
      return found;
    }
    default:
      return {};
  }
}

// Where the connector begins that ends at `at`, the beginning of a word; kNowhere for none.
Pos Chain::connector_before(Pos at, Pos floor) const {
  if (at <= floor) return kNowhere;
  const char c = r_.at(at - 1);
  Pos shortest = 1, longest = 1;
  if (c == '.' || c == ':' || c == '@') {
    longest = 2;
  } else if (c == ' ') {
    const char before = r_.at(at - 2);
    if (!closes(before) && before != '@' && before != ' ' && (before | 0x20) != 't') return kNowhere;
    shortest = 2, longest = 18;
  } else if (closes(c)) {
    shortest = 2, longest = 16;
  } else if (c == '\x8e') {
    shortest = longest = 3;
  } else if (c != '+') {
    return kNowhere;
  }
  for (Pos length = shortest; length <= longest && at - floor > length; ++length) {
    if (!r_.word_before(at - length)) continue;
    const Connector found = connector(at - length);
    if (found.meant != '\0' && found.length == length) return at - length;
  }
  return kNowhere;
}

// Reads the chain's words from `begin` on. False if it is too long to be looked at.
bool Chain::gather(Pos begin) {
  count_ = 0;
  char before = '\0';
  bool broken = false;
  Pos next = begin;
  for (;;) {
    const Pos end = r_.word_end(next, limit(begin));
    if (count_ == kMostWords || end >= limit(begin)) return false;
    // A scheme and its "://" are another anchor's.
    if (end - next <= 5 && r_.slash(end, end + 2) < end + 2 && meant_scheme(r_.slice(next, end))) return count_ > 0;
    words_[count_++] = {next, end, before, broken};
    const Connector found = connector(end);
    if (found.meant == '\0' || !r_.word_at(end + found.length)) return true;
    next = end + found.length;
    before = found.meant, broken = found.broken;
  }
}

// What may connect, seen from the end of plain words: a sign that the short ways leave to the long one.
bool Chain::goes_on_left(Pos begin) const {
  const char left = begin > 0 ? r_.at(begin - 1) : '\0';
  if (left != ' ') return kEndsConnector[static_cast<unsigned char>(left)];
  if (begin < 2) return false;
  const char before = r_.at(begin - 2);
  if (closes(before) || before == '@' || before == ' ') return true;
  return (before | 0x20) == 't' && begin > 3 && (r_.starts(begin - 4, " at") || r_.starts(begin - 4, "dot"));
}
bool Chain::goes_on_right(Pos end) const {
  const char right = r_.at(end);
  if (right == '.') return closes(r_.at(end + 1));
  if (right == ':') {  // a colon of the sentence, or a port
    Pos at = end + 1;
    while (at < end + 6 && digit(r_.at(at))) ++at;
    const char next = r_.at(at);
    return ascii_word(next) || next == '/' || next == '.' || kStartsConnector[static_cast<unsigned char>(next)];
  }
  if (right != ' ') return kStartsConnector[static_cast<unsigned char>(right)];
  const char after = r_.at(end + 1);
  if (after == '[' || after == '(' || after == '{' || after == ' ' || after == '@') return true;
  return ((after | 0x20) == 'd' && r_.starts(end + 1, "dot ")) || ((after | 0x20) == 'a' && r_.starts(end + 1, "at "));
}

// A plain name of at most 63 bytes with nothing to decide about it but whether it is a domain: most are. Its dots are
// one number here. False, and nothing done, for all others.
bool Chain::read_short(Pos dot) {
  const auto name = [](const ByteClasses& c) { return c.word | c.dot; };
  const auto left = static_cast<Pos>(std::countl_one(r_.bits_before(dot, name)));
  const auto right = static_cast<Pos>(std::countr_one(r_.bits_from(dot, name)));
  if (left + right > 63 || left == 0) return false;
  Pos begin = dot - left, end = dot + right;
  if (r_.at(end - 1) == '.') --end;
  if (begin < r_.free() || end <= dot + 1 || goes_on_right(end)) return false;
  std::uint64_t dots = r_.bits_from(begin, [](const ByteClasses& c) { return c.dot; });
  dots &= (std::uint64_t{1} << (end - begin)) - 1;
  if ((dots & dots << 1) != 0 || (dots & 1) != 0 || dots >> (end - begin - 1) != 0) return false;
  const Pos top_at = begin + 64 - static_cast<Pos>(std::countl_zero(dots));
  const std::string_view top = r_.slice(top_at, end);
  const char final = r_.at(end - 1);
  if (final == '-' || final == '_') return false;
  if (!letter(top[0]) ? !all_digits(top) : !may_be_top(top)) {
    // A word that no name can end in, whatever stands before: a program's file, or words long enough to be something.
    if (end - begin >= 15)
      for (Pos word = begin; word < end;) {
        const Pos word_end = r_.ascii_end(word, end);
        if (word_end - word >= 15) read_token(r_, word, word_end);
        word = word_end + 1;
      }
    if (r_.free() <= begin && one_of(kProgramEndings, kProgramSieve, top) && r_.word_at(begin) &&
        previous(begin) != '/' && end - begin > top.size() + 1)
      r_.give({FoundKind::FileName, begin, end, r_.slice(begin, end)});
    return r_.pass(end), true;
  }
  const char first = r_.at(begin);
  if (!(letter(first) || digit(first)) || goes_on_left(begin)) return false;
  if (all_digits(top)) {
    const bool four = std::popcount(dots) == 3;
    if (!four && end - begin < 15) return r_.pass(end), true;
    if (!four) return false;
  }
  if (r_.at(end) == '/' || top.size() == 5) return false;  // a URL, perhaps an onion
  words_[0] = {begin, begin + static_cast<Pos>(std::countr_zero(dots)), '\0', false};
  count_ = 1;
  for (; dots != 0; dots &= dots - 1) {
    const Pos at = begin + static_cast<Pos>(std::countr_zero(dots));
    words_[count_++] = {at + 1, end, '.', false};
    if (count_ > 2) words_[count_ - 2].end = at;
  }
  if (words_[0].end - begin > 5 && r_.at(begin + 3) != '.' && after_underscores(begin, words_[0].end) != kNowhere)
    return false;
  const Words words(words_.data(), count_);
  const char before = begin > 0 ? r_.at(begin - 1) : '\0';
  if (before == '*') return r_.pass(end), true;
  plain_ = true;
  if (all_digits(top)) return take_ipv4(words, begin, end, true, false), r_.pass(end), true;
  const Pos free = r_.free();
  const HeldBack held = doubt(words, begin, end, false);
  if (held != HeldBack::No && end - begin >= 15) take_word(words[0]);
  if (r_.free() == free) take_domain(words, begin, end, held);
  if (r_.free() == free && end - begin >= 15)
    for (const Word& word : words) take_word(word);
  r_.pass(end);
  return true;
}

// The most common of all: ASCII words with nothing but dots between them, and no other connector on either side.
// False, and nothing done, where it is more than that.
bool Chain::read_plain(Pos dot, Pos floor) {
  const Pos furthest = dot + 256;
  Pos last = dot;
  Pos end = r_.ascii_end(dot + 1, furthest);
  while (end < furthest && r_.at(end) == '.' && ascii_word(r_.at(end + 1))) {
    last = end;
    end = r_.ascii_end(end + 1, furthest);
  }
  if (end >= furthest || end == last + 1) return false;
  if (goes_on_right(end)) return false;
  Pos begin = r_.ascii_begin(dot, floor);
  while (begin > floor && r_.at(begin - 1) == '.' && begin - 1 > floor && ascii_word(r_.at(begin - 2)))
    begin = r_.ascii_begin(begin - 1, floor);
  if (begin == dot || (begin == floor && begin > 0) || dot - begin > 256) return false;
  if (r_.at(begin - 1) == '.' || goes_on_left(begin)) return false;
  // A word that no name can end in: what is left are words long enough to be something.
  const char first = r_.at(last + 1);
  if (!digit(first) && first != '-' && first != '_' && !may_be_top(r_.slice(last + 1, end)) && r_.at(end - 1) != '_' &&
      r_.at(end - 1) != '-') {
    if (end - begin >= 15)
      for (Pos word = begin; word < end;) {
        const Pos word_end = r_.ascii_end(word, end);
        if (word_end - word >= 15) read_token(r_, word, word_end);
        word = word_end + 1;
      }
    r_.pass(end);
    return true;
  }
  count_ = 0;
  for (Pos word = begin; word < end;) {
    const Pos word_end = r_.ascii_end(word, end);
    if (count_ == kMostWords) return false;
    words_[count_++] = {word, word_end, count_ == 0 ? '\0' : '.', false};
    word = word_end + 1;
  }
  plain_ = true;
  take_name(Words(words_.data(), count_), r_.at(end) == '/');
  r_.pass(end);
  return true;
}

void Chain::read(Pos anchor) {
  const Pos floor = std::max(r_.free(), anchor > Reading::kLongest ? anchor - Reading::kLongest : Pos{0});
  if (r_.at(anchor) == '.' && (read_short(anchor) || read_plain(anchor, floor))) return;
  Pos begin = anchor;
  // From inside of a connector to the word before it.
  for (int steps = 0; steps < 9 && begin > floor && !r_.word_before(begin); ++steps) {
    const char c = r_.at(begin - 1);
    if (c != ' ' && closer_of(c) == '\0' && c != '\\') break;
    --begin;
  }
  if (begin <= floor || !r_.word_before(begin)) return;
  begin = r_.word_begin(begin, floor);
  for (Pos connector; (connector = connector_before(begin, floor)) != kNowhere;)
    begin = r_.word_begin(connector, floor);
  for (std::size_t none; (none = no_width(r_.slice(begin, std::min<Pos>(begin + 4, r_.end())))) > 0;) begin += none;
  if (!r_.word_at(begin)) return;
  const bool cut = begin == floor && floor > 0 && (floor != r_.free() || floor == r_.overlong());
  if (cut || !gather(begin)) return step_over(anchor);
  const Pos behind = words_[count_ - 1].end;
  look_at();
  r_.pass(std::max(behind, anchor + 1));
}

// What is too long to be a chain is passed over in strides, each of which knows that it is not at a beginning.
void Chain::step_over(Pos anchor) {
  const Pos furthest = anchor + Reading::kLongest;
  Pos at = anchor;
  for (;;) {
    const Connector found = connector(at);
    if (found.meant == '\0' || !r_.word_at(at + found.length)) break;
    const Pos end = r_.word_end(at + found.length, furthest);
    if (end >= furthest) {
      r_.pass_overlong(furthest);
      return;
    }
    at = end;
  }
  r_.pass(std::max(at, anchor + 1));
}

// ---- URLs

// "[the words of the link]" behind a URL, and not "[1]/more" in its path or a broken sign.
bool Chain::words_in_brackets(Pos open) const {
  if (bracketed(open).meant != '\0' || r_.at(open + 1) == '/') return false;
  const Pos close = r_.stop(open + 1, open + 200);
  if (r_.at(close) != ']') return true;
  const char next = r_.at(close + 1);
  return !ascii_word(next) && next != '/' && !((next == '.' || next == ':') && ascii_word(r_.at(close + 2)));
}

// Where the URL that has its host at `body` ends.
Pos Chain::url_end(Pos begin, Pos body) const {
  const bool quoted = previous(begin) == '\'';
  const Pos furthest = body + 4000;
  // Whether the query has begun before `to`; each byte is looked at once.
  Pos searched = body;
  bool query = false;
  const auto query_before = [&](Pos to) {
    if (!query) query = r_.slice(searched, to).find_first_of("?#") != std::string_view::npos;
    searched = to;
    return query;
  };
  const auto character = [this](Pos at) { return read_character(r_.slice(at, std::min<Pos>(at + 4, r_.end()))); };
  const bool foreign_host = body < r_.end() && without_spaces(character(body).code);
  std::array<int, 3> open{};
  Pos host_end = kNowhere;
  Pos end = body;
  for (;;) {
    const Pos stop = r_.stop(end, furthest);
    if (host_end == kNowhere) {
      const std::size_t slash = r_.slice(end, stop).find('/');
      if (slash != std::string_view::npos) host_end = end + slash;
    }
    end = stop;
    if (end >= std::min(furthest, r_.end())) break;
    const bool in_host = end < host_end;
    const char c = r_.at(end);
    if (static_cast<unsigned char>(c) >= 0x80) {
      const Character foreign = character(end);
      const bool full_stop = in_host && r_.starts(end, "\xef\xbc\x8e");
      const bool goes_on = letter_or_mark(foreign.code) && (!without_spaces(foreign.code) || (in_host && foreign_host));
      const bool none = in_host && no_width(r_.slice(end, std::min<Pos>(end + 4, r_.end()))) > 0;
      if (!goes_on && !none && !full_stop) break;
      end += foreign.length;
      continue;
    }
    // "https://example.org/a[the words of the link]"
    if (c == '[' && !in_host && !query_before(end) && words_in_brackets(end)) break;
    if (c == '\\') {
      if (!in_host || r_.at(end + 1) != '.' || !r_.word_at(end + 2)) break;
    } else if (c == ' ') {
      // "hxxp://example [.] org/"
      const Connector found = in_host && end > body && r_.word_before(end) ? connector(end) : Connector{};
      const Pos length = found.meant == '.'                                                        ? found.length
                         : in_host && end > body && r_.at(end + 1) == '.' && small(r_.at(end + 2)) ? Pos{2}
                                                                                                   : Pos{0};
      if (length == 0 || !r_.word_at(end + length)) break;
      end += length;
      continue;
    } else if (c == '[' || c == '(' || c == '{') {
      ++open[c == '[' ? 0 : c == '(' ? 1 : 2];
    } else if (closes(c)) {
      const bool half = in_host && r_.at(end - 1) == '.' && r_.word_at(end + 1);
      if (open[c == ']' ? 0 : c == ')' ? 1 : 2]-- == 0) {
        if (!half) break;
        ++open[c == ']' ? 0 : c == ')' ? 1 : 2];
      }
    } else if (c == '\'') {
      if (quoted) break;
    } else if (c == ',' || c == ';') {
      if (r_.slash(end + 1, end + 8) < end + 8) break;  // another URL
    } else {
      break;
    }
    ++end;
  }
  static constexpr auto trails = [] {
    std::array<bool, 256> table{};
    for (const char c : {'.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '(', '[', '{'})
      table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  if (end > body + 2 && r_.at(end - 1) == '+' && r_.at(end - 2) == '+') end -= 2;  // "++http://example.org++"
  while (end > body && trails[static_cast<unsigned char>(r_.at(end - 1))]) --end;
  return end;
}

// The forms that need no parser: plain ASCII, a judged host, nothing to resolve or to escape. False for all others.
bool Chain::fast_url(Pos begin, Pos body, Pos end, bool with_scheme, Draft& draft) const {
  Scratch& s = r_.scratch();
  char* out = s.text.data();
  const auto write = [&out](std::string_view text) { out = std::copy(text.begin(), text.end(), out); };
  std::string_view scheme = "http";
  if (with_scheme) {
    Pos name_end = begin;
    while (name_end < body && r_.at(name_end) != ':' && r_.at(name_end) != '[' && r_.at(name_end) != '(') ++name_end;
    const std::string_view written = r_.slice(begin, name_end);
    const auto meant = meant_scheme(written);
    if (!meant) return false;
    scheme = *meant;
    const std::string_view mark = r_.slice(name_end, body);
    constexpr std::array<std::string_view, 8> marks{"://",   "[:]//", "(:)//",   "{:}//",
                                                    "[://]", "(://)", "[:][//]", ":[//]"};
    if (std::find(marks.begin(), marks.end(), mark) == marks.end()) return false;
    draft.defanged = !equal_ignoring_case(written, scheme) || mark != marks[0];
  }
  write(scheme);
  write("://");
  const std::string_view text = r_.slice(body, end);
  std::size_t i = 0;
  s.host.clear();
  for (;;) {
    const Pos piece = r_.name_end(body + i, end);
    s.host.add_plain(r_.slice(body + i, piece));
    i = piece - body;
    if (i == text.size() || text[i] == '/' || text[i] == '?' || text[i] == '#' || text[i] == ':') break;
    const Connector found = bracketed(piece);
    if (found.meant != '.' || found.length == 2 || i + found.length >= text.size()) return false;
    draft.defanged = true;
    s.host.dot();
    i += found.length;
  }
  s.host.drop_last_dot();
  if (!s.host.sound()) return false;
  const HostVerdict verdict = judge_host(s.host);
  bool platform = false;
  std::string_view registrable;
  if (verdict.kind == HostVerdict::Kind::Name) {
    platform = verdict.platform;
    registrable = s.host.from(verdict.below);
    if (platform && is_platform_host(s.host.text(), registrable)) draft.flags |= bit(FindFlag::SharedHost);
    if (verdict.shared) draft.flags |= bit(FindFlag::SharedHost);
    if (verdict.reserved) draft.flags |= bit(FindFlag::Reserved);
  } else {
    // Four plain numbers; what else browsers take for an address is the parser's to know.
    if (s.host.labels() != 4) return false;
    std::uint32_t address = 0;
    for (std::size_t label = 0; label < 4; ++label) {
      const std::string_view part = s.host.label(label);
      if (part.empty() || part.size() > 3 || !all_digits(part) || (part.size() > 1 && part[0] == '0')) return false;
      std::uint32_t value = 0;
      for (const char c : part) value = value * 10 + static_cast<std::uint32_t>(c - '0');
      if (value > 255) return false;
      address = address << 8 | value;
    }
    if (is_special_ipv4(address)) draft.flags |= bit(FindFlag::Reserved);
  }
  write(s.host.text());
  if (i < text.size() && text[i] == ':') {
    std::size_t port_end = i + 1;
    unsigned port = 0;
    while (port_end < text.size() && digit(text[port_end]) && port_end - i <= 5)
      port = port * 10 + static_cast<unsigned>(text[port_end++] - '0');
    if (port_end == i + 1 || port > 65535 || text[i + 1] == '0') return false;
    if (port_end < text.size() && text[port_end] != '/' && text[port_end] != '?' && text[port_end] != '#') return false;
    if (port != (scheme == "http" ? 80u : scheme == "https" ? 443u : 21u)) write(text.substr(i, port_end - i));
    i = port_end;
  }
  const char* const path = out;
  if (i == text.size() || text[i] != '/') *out++ = '/';
  // What the parser would escape, resolve or refuse ends the short way.
  static constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0x21; c < 0x7f; ++c) table[c] = true;
    for (const char c : {'"', '<', '>', '`', '{', '}', '^', '\'', '\\', '[', ']', '*', '#', '(', '%', '+', '.'})
      table[static_cast<unsigned char>(c)] = false;
    return table;
  }();
  bool query = false, fragment = false;
  const auto size = text.size();
  const char* const bytes = text.data();
  for (; i < size; ++i) {
    const char c = bytes[i];
    if (!plain[static_cast<unsigned char>(c)]) {
      const char before = i > 0 ? text[i - 1] : '\0', next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (c == '#') {
        fragment = true;
        continue;
      }
      if (c == '.'   ? !query && !fragment && before == '/'
          : c == '(' ? next == '?'
          : c == '+' ? before == '.'
          : c == '%' ? next == '2' && i + 2 < text.size() && (text[i + 2] | 0x20) == 'e'
                     : true)
        return false;
    } else if (c == '?') {
      query = true;
    }
    if (!fragment) *out++ = c;
  }
  draft.canonical = {s.text.data(), static_cast<std::size_t>(out - s.text.data())};
  if (platform) {
    const std::string_view page(path, static_cast<std::size_t>(out - path));
    const std::size_t mark = std::min(page.find('?'), page.size());
    if (!listed_page(s.host.text(), registrable, page.substr(0, mark), page.substr(std::min(mark + 1, page.size())))
             .empty())
      draft.held_back = HeldBack::Platform;
  }
  return draft.canonical.size() <= 2048;
}

bool Chain::give_parsed(FoundKind kind, Pos begin, Pos end, HeldBack held) {
  if (begin < r_.free() || end <= begin) return false;
  const std::string_view written = r_.slice(begin, end);
  const std::string meant = refang(written);
  const auto observable = parse_observable(*target_kind(kind), meant);
  if (!observable) {
    if (observable.error().fault != Fault::Refused || held != HeldBack::No) return false;
    held = meant.find('*') == std::string::npos ? HeldBack::Platform : HeldBack::Pattern;
  }
  unsigned flags = 0;
  const bool hosted = observable && kind != FoundKind::Onion && kind != FoundKind::TlsCert;
  if (hosted && on_shared_host(*observable)) flags |= bit(FindFlag::SharedHost);
  if (hosted && observable->canonical().find("xn--") != std::string::npos && looks_like_another(host_text(*observable)))
    flags |= bit(FindFlag::Confusable);
  if (hosted && is_reserved(*observable)) flags |= bit(FindFlag::Reserved);
  return r_.give({kind, begin, end, observable ? std::string_view(observable->canonical()) : std::string_view(meant),
                  meant != written, flags, held});
}

// False if what stands there is no URL. What is no target as a whole (a search page, an unknown suffix) holds none
// inside either.
bool Chain::take_url(Pos begin, Pos body, bool with_scheme) {
  const Pos end = url_end(begin, body);
  if (begin < r_.free()) return false;
  if (with_scheme && previous(begin) == '<' && (r_.at(end) == '\n' || r_.at(end) == '\r') && take_wrapped(begin, end))
    return true;
  Draft draft{FoundKind::Url, begin, end, {}};
  const bool given =
      end > body && end - begin <= 4096 &&
      (fast_url(begin, body, end, with_scheme, draft) ? r_.give(draft) : give_parsed(FoundKind::Url, begin, end));
  r_.pass(std::max(end, body));
  if (!given) return false;
  take_inside(body, end);
  take_encoded(body, end);
  return true;
}

// "?url=https%3A%2F%2Fexample.net%2F": the links of mail filters and of redirectors.
void Chain::take_encoded(Pos begin, Pos end) {
  const std::string_view text = r_.slice(begin, end);
  for (std::size_t at = text.find('%'); at < text.size(); at = text.find('%', at + 1)) {
    if (!r_.starts(begin + at, "%3a%2f%2f")) continue;
    std::size_t scheme = at;
    while (scheme > 0 && at - scheme < 5 && letter(text[scheme - 1])) --scheme;
    if (scheme == at || !meant_scheme(text.substr(scheme, at - scheme))) continue;
    const std::size_t stop = std::min(text.find_first_of("&;#", at), text.size());
    const std::string meant = refang(percent_decoded(text.substr(scheme, stop - scheme)));
    const auto inner = parse_observable(ObservableKind::Url, meant);
    at = stop - 1;
    if (!inner) continue;
    unsigned flags = bit(FindFlag::Decoded);
    if (on_shared_host(*inner)) flags |= bit(FindFlag::SharedHost);
    if (is_reserved(*inner)) flags |= bit(FindFlag::Reserved);
    r_.give_inside({FoundKind::Url, begin + scheme, begin + stop, inner->canonical(), false, flags});
  }
}

// RFC 3986 appendix C: in "<" and ">", line breaks that mail put into a URL are no part of it. Up to four lines.
bool Chain::take_wrapped(Pos begin, Pos end) {
  std::string joined(r_.slice(begin, end));
  for (int lines = 0; lines < 3; ++lines) {
    Pos next = end;
    if (r_.at(next) == '\r') ++next;
    if (r_.at(next) != '\n') return false;
    ++next;
    while (next < end + 12 && (r_.at(next) == ' ' || r_.at(next) == '\t')) ++next;
    const Pos stop = r_.stop(next, next + 200);
    if (stop == next || stop == next + 200 || stop > begin + Reading::kLongest) return false;
    joined += r_.slice(next, stop);
    end = stop;
    if (r_.at(stop) != '>') continue;
    const auto url = parse_observable(ObservableKind::Url, refang(joined));
    if (!url) return false;
    auto flags = bit(FindFlag::Wrapped);
    if (on_shared_host(*url)) flags |= bit(FindFlag::SharedHost);
    if (is_reserved(*url)) flags |= bit(FindFlag::Reserved);
    return r_.give({FoundKind::Url, begin, stop, url->canonical(), refang(joined) != joined, flags});
  }
  return false;
}

// "C:\Users\x\evil.exe", at the colon. Blanks belong to it only in quotes.
void Chain::read_path(Pos colon) {
  const Pos begin = colon - 1;
  if (begin < r_.free() || !letter(r_.at(begin)) || r_.word_before(begin)) return;
  const char before = previous(begin);
  const char quote = before == '"' || before == '\'' || before == '`' ? before : '\0';
  Pos end = colon + 2;
  while (end < colon + 260) {
    const char c = r_.at(end);
    if (static_cast<unsigned char>(c) < 0x20 || c == quote || (quote == '\0' && c == ' ')) break;
    if (std::string_view("\"<>|*?:,;").find(c) != std::string_view::npos) break;
    ++end;
  }
  while (end > colon + 2 && (std::string_view(".,;)]}'` ").find(r_.at(end - 1)) != std::string_view::npos)) --end;
  if (end < colon + 4) return;
  // Where a hash is the name of a file, it is the hash that matters.
  for (Pos probe = colon + 32; probe < end; probe += 32) {
    const Pos stop = r_.not_hex(probe, end);
    if (stop > probe && stop - r_.hex_begin(probe, colon + 1) >= 32) return;
  }
  r_.give({FoundKind::FilePath, begin, end, r_.slice(begin, end)});
}

// "https://example.org/go?to=http://example.net/": the second one is found too, inside of the first; and the SHA-256
// of a sample in the address of its page. (A SHA-1 there is as often a commit's name, an MD5 anything.)
void Chain::take_inside(Pos begin, Pos end) {
  // Sixty-four in a row have one at each 64th place.
  for (Pos probe = begin + 63; probe < end; probe += 64) {
    const Pos stop = r_.not_hex(probe, end);
    if (stop == probe) continue;
    Pos at = probe;
    while (at > begin && probe - at < 64 && r_.not_hex(at - 1, at) == at) --at;
    if (stop - at != 64 || (at > begin && r_.word_before(at)) || r_.word_at(stop)) continue;
    std::array<char, 71> hash{'s', 'h', 'a', '2', '5', '6', ':'};
    const std::string_view digits = r_.slice(at, stop);
    std::transform(digits.begin(), digits.end(), hash.begin() + 7, [](char c) { return static_cast<char>(c | 0x20); });
    const std::string_view canonical(hash.data(), hash.size());
    if (canonical.ends_with("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
      continue;  // of nothing
    r_.give_inside({FoundKind::FileHash, at, stop, canonical});
  }
  for (Pos colon = r_.slash(begin, end); colon < end; colon = r_.slash(colon + 1, end)) {
    if (r_.at(colon + 1) != '/' || r_.at(colon + 2) != '/') continue;
    Pos scheme = colon;
    while (scheme > begin && colon - scheme < 5 && letter(r_.at(scheme - 1))) --scheme;
    if (colon + 3 >= end || !meant_scheme(r_.slice(scheme, colon))) continue;
    Pos stop = colon + 3;
    while (stop < end && r_.at(stop) != '&') ++stop;
    const auto inner = parse_observable(ObservableKind::Url, refang(r_.slice(scheme, stop)));
    if (!inner) continue;
    unsigned flags = on_shared_host(*inner) ? bit(FindFlag::SharedHost) : 0u;
    if (is_reserved(*inner)) flags |= bit(FindFlag::Reserved);
    const std::string_view written = r_.slice(scheme, stop);
    r_.give_inside({FoundKind::Url, scheme, stop, inner->canonical(), refang(written) != written, flags});
    colon = stop;
  }
}

// "://" and its broken forms, at the colon.
void Chain::read_scheme(Pos colon) {
  Pos name_end = colon;
  if (closer_of(previous(colon)) != '\0') --name_end;  // "http[:]//", "http[://]"
  Pos body = colon + 1;
  const bool closed = closes(r_.at(body)) && name_end < colon;
  if (closed) ++body;
  const bool bracket = closer_of(r_.at(body)) != '\0';  // "http:[//]"
  if (bracket) ++body;
  Pos slashes = 0;
  while (slashes < 3 && (r_.at(body) == '/' || r_.at(body) == '\\')) ++body, ++slashes;
  if (slashes == 1 && name_end == colon && r_.at(colon + 1) == '\\' && colon > 0) return read_path(colon);
  if (slashes < 2 && (slashes == 0 || name_end == colon)) {
    if (closes(r_.at(colon + 1))) read(name_end);  // "2001[:]db8[:]…"
    return;
  }
  if (closes(r_.at(body)) && (bracket || (name_end < colon && !closed))) ++body;
  if (r_.at(body) == ' ' && r_.word_at(body + 1)) ++body;  // "http:// example.org"
  const Pos floor = std::max(r_.free(), name_end > 6 ? name_end - 6 : Pos{0});
  Pos begin = name_end;
  while (begin > floor &&
         (letter(r_.at(begin - 1)) || digit(r_.at(begin - 1)) || r_.at(begin - 1) == '*' || r_.at(begin - 1) == '_'))
    --begin;
  // The longest known spelling: "urlhttps" ends in one, but "sftp" is another scheme.
  for (const Pos word = begin; begin < name_end; ++begin) {
    const auto meant = meant_scheme(r_.slice(begin, name_end));
    if (meant && (begin == word || *meant != "ftp")) break;
  }
  if (name_end - begin < 3) return;
  take_url(begin, body, true);
}

// ---- what a chain holds

void Chain::look_at() {
  const Words all(words_.data(), count_);
  if (take_ipv6(all) || (all.size() > 2 && take_ipv6(all.subspan(1))) || take_fingerprint(all)) return;
  // "http://" cannot stand here, so ":" separates: "sha256:…", "btc:…", "mailto:…", "host:8080".
  for (std::size_t i = 0, next = 0; i < all.size(); i = next) {
    next = i + 1;
    while (next < all.size() && all[next].before != ':') ++next;
    const bool port = next + 1 == all.size() && slice(all[next]).size() <= 5 && all_digits(slice(all[next]));
    const Pos behind = all.back().end;
    const bool slash = r_.at(behind) == '/' || (r_.at(behind) == '[' && r_.at(behind + 1) == '/');
    const bool path = slash && (next == all.size() || port);
    take_group(all.subspan(i, next - i), path);
  }
}

// Words between colons; `path` if a "/" follows them.
void Chain::take_group(Words words, bool path) {
  const auto mails = std::count_if(words.begin() + 1, words.end(), [](const Word& w) { return w.before == '@'; });
  if (mails > 0) {
    const Pos before = r_.free();
    if (mails == 1) take_email(words);
    if (mails == 1 && r_.free() == before) {  // "the proxy at 192[.]0.2.1", "root@192.0.2.1"
      const auto host = std::find_if(words.begin() + 1, words.end(), [](const Word& w) { return w.before == '@'; });
      take_names(Words(host, words.end()), path);
    }
    return;
  }
  take_names(words, path);
}

// The same without a "@": "+" separates.
void Chain::take_names(Words words, bool path) {
  for (std::size_t i = 0, next = 0; i < words.size(); i = next) {
    next = i + 1;
    while (next < words.size() && words[next].before != '+') ++next;
    if (next == i + 1)
      take_word(words[i]);
    else
      take_name(words.subspan(i, next - i), path && next == words.size());
  }
}

// Puts the words' labels into the scratch host; false where only the parser can.
bool Chain::fill_host(Words words, Pos begin, Pos end) const {
  HostText& host = r_.scratch().host;
  host.clear();
  if (plain_) {
    host.add_plain(r_.slice(begin, end));
    return host.sound();
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) host.dot();
    host.add(r_.slice(std::max(words[i].begin, begin), std::min(words[i].end, end)));
  }
  return host.sound();
}

void Chain::take_email(Words words) {
  const Pos begin = words.front().begin, end = trimmed_end(words.back());
  const auto at = static_cast<std::size_t>(
      std::find_if(words.begin() + 1, words.end(), [](const Word& w) { return w.before == '@'; }) - words.begin());
  const bool broken = std::any_of(words.begin() + 1, words.end(), [](const Word& word) { return word.broken; });
  const HeldBack held =
      !broken && previous(begin) == '<' && message_id_before(begin - 1) ? HeldBack::MessageId : HeldBack::No;
  const bool host_plain = std::none_of(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end(),
                                       [](const Word& w) { return w.before != '.'; });
  const bool scheme = after_underscores(begin, words.front().end) != kNowhere;  // the parser reads one there
  if (host_plain && !scheme && begin >= r_.free() && fill_host(words.subspan(at), begin, end)) {
    Scratch& s = r_.scratch();
    const HostVerdict verdict = judge_host(s.host);
    if (verdict.kind == HostVerdict::Kind::None) {
      for (const Word& word : words) take_word(word);
      return;
    }
    char* out = s.text.data();
    bool plain = true;
    for (std::size_t i = 0; i < at; ++i) {
      if (i > 0) *out++ = words[i].before;
      for (const char c : slice(words[i])) {
        plain = plain && static_cast<unsigned char>(c) < 0x80;
        *out++ = upper(c) ? static_cast<char>(c | 0x20) : c;
      }
    }
    const auto local = static_cast<std::size_t>(out - s.text.data());
    if (plain && local <= 64 && verdict.kind == HostVerdict::Kind::Name && local + 1 + s.host.text().size() <= 254) {
      *out++ = '@';
      out = std::copy(s.host.text().begin(), s.host.text().end(), out);
      unsigned flags = verdict.shared ? bit(FindFlag::SharedHost) : 0u;
      if (verdict.platform && is_platform_host(s.host.text(), s.host.from(verdict.below)))
        flags |= bit(FindFlag::SharedHost);
      if (verdict.reserved) flags |= bit(FindFlag::Reserved);
      r_.give({FoundKind::Email,
               begin,
               end,
               {s.text.data(), static_cast<std::size_t>(out - s.text.data())},
               broken,
               flags,
               held});
      return;
    }
  }
  give_parsed(FoundKind::Email, begin, end, held);
}

// "Message-ID: <" and its kin on the same line, or the one before where the header is folded.
bool Chain::message_id_before(Pos begin) const {
  const Pos floor = begin > r_.begin() + 300 ? begin - 300 : r_.begin();
  Pos at = begin;
  for (int words = 0; words < 6 && at > floor; ++words) {
    while (at > floor && std::string_view(" \t\r\n").find(r_.at(at - 1)) != std::string_view::npos) --at;
    if (at > floor && r_.at(at - 1) == ':') {
      for (const std::string_view header : {"message-id:", "references:", "in-reply-to:", "content-id:"})
        if (at - floor >= header.size() && r_.starts(at - header.size(), header)) return true;
      return false;
    }
    if (at <= floor || r_.at(at - 1) != '>') return false;
    while (at > floor && r_.at(at - 1) != '<') --at;
    if (at > floor) --at;
  }
  return false;
}

// Eight groups with at most one "::".
bool Chain::take_ipv6(Words words) {
  const std::string_view first = slice(words[0]);
  if (words.size() < 2 || first.size() != 4 || !all_hex(first)) return false;
  // Those of one network or one link, where enough of it is there to tell it from a program's "a::b".
  const char second = static_cast<char>(first[1] | 0x20);
  const bool local = (first[0] | 0x20) == 'f' && (second == 'c' || second == 'd' || second == 'e') && words.size() > 3;
  if (first[0] != '2' && first[0] != '3' && !local) return false;
  if (words[1].before != ':') return false;
  Pos end = words.back().end;
  if (r_.at(end) == ':' && r_.at(end + 1) == ':') end += 2;
  const Pos begin = words[0].begin;
  const auto ip = parse_ip(r_.slice(begin, end));
  if (!ip) return false;
  Pos range_end = end;
  if (range_follows(end, range_end)) {
    std::string text = ip->text();
    text += r_.slice(end, range_end);
    r_.give({FoundKind::Cidr, begin, range_end, text});
    return true;
  }
  give_parsed(FoundKind::Ip, begin, end);
  return true;
}

// Thirty-two pairs of hex digits. Six or eight are a network card's, sixteen or twenty an older fingerprint.
bool Chain::take_fingerprint(Words words) {
  if (words.size() < 32) return false;
  const Words pairs = words.last(32);
  const bool sound = std::all_of(pairs.begin(), pairs.end(), [&](const Word& word) {
    return word.end - word.begin == 2 && all_hex(slice(word)) && (&word == pairs.data() || word.before == ':');
  });
  if (!sound || (words.size() > 32 && slice(words[words.size() - 33]).size() == 2)) return false;
  return give_parsed(FoundKind::TlsCert, pairs.front().begin, pairs.back().end);
}

// "/24": a range, which is never a target. `range_end` is behind it.
bool Chain::range_follows(Pos end, Pos& range_end) const {
  if (r_.at(end) != '/') return false;
  Pos at = end + 1;
  while (at < end + 5 && digit(r_.at(at))) ++at;
  if (at == end + 1 || at > end + 4 || r_.at(at) == '/' || (r_.at(at) == '.' && r_.word_at(at + 1)) || r_.word_at(at))
    return false;
  range_end = at;
  return true;
}

// Words joined by dots.
void Chain::take_name(Words words, bool path) {
  Pos begin = words.front().begin;
  const Pos end = path ? words.back().end : trimmed_end(words.back());
  while (r_.at(begin) == '-' || (r_.at(begin) == '_' && end < words.back().end)) ++begin;  // "_example.org_"
  if (begin >= words.front().end) return;
  if (const Pos body = after_underscores(words.front().begin, words.front().end); body != kNowhere) {
    Pos scheme = words.front().begin;
    if (r_.at(scheme) == '_') scheme = r_.ascii_begin(scheme - 1, r_.free());  // "https:__"
    take_url(scheme, body, true);
    return;
  }
  const bool wildcard = previous(begin) == '*' || (begin > 1 && previous(begin) == '.' && previous(begin - 1) == '*');
  if (wildcard) return;
  // "ssh://host/x" is no web address; its host still is one.
  if (previous(begin) == '/' && begin > 1 && previous(begin - 1) == '/') path = false;
  const std::string_view top = r_.slice(words.back().begin, end);
  const bool plain = std::none_of(words.begin() + 1, words.end(), [](const Word& word) { return word.broken; });
  if (all_digits(top)) return take_ipv4(words, begin, end, plain, path);
  const bool onion = top.size() == 5 && equal_ignoring_case(top, "onion");
  const HeldBack held = plain && !onion ? doubt(words, begin, end, path) : HeldBack::No;
  if (held != HeldBack::No) {
    const Pos before = r_.free();
    take_word(words[0]);  // "<md5>.bin"
    if (r_.free() == before) take_domain(words, begin, end, held);
    return;
  }
  if (path) {
    // The host decides whether this is an address; a platform's name is refused, yet a page on it may be one.
    if (!fill_host(words, begin, end) || judge_host(r_.scratch().host).kind != HostVerdict::Kind::None) {
      take_url(begin, begin, false);
      return;
    }
  } else if (onion) {
    give_parsed(FoundKind::Onion, begin, end);
    return;
  } else {
    const Pos before = r_.free();
    take_domain(words, begin, end, HeldBack::No);
    if (r_.free() != before) return;
  }
  for (const Word& word : words) take_word(word);
}

// Where the host begins in "http__example", "https__example", and in "__example" behind "https:"; else kNowhere.
Pos Chain::after_underscores(Pos begin, Pos end) const {
  const auto plain = [this](Pos at) { return letter(r_.at(at)) || digit(r_.at(at)); };
  if (r_.at(begin) == '_' && r_.at(begin + 1) == '_' && begin > r_.free() && r_.at(begin - 1) == ':') {
    const Pos scheme = r_.ascii_begin(begin - 1, r_.free());
    return begin - 1 - scheme <= 5 && meant_scheme(r_.slice(scheme, begin - 1)) && plain(begin + 2) ? begin + 2
                                                                                                    : kNowhere;
  }
  const char first = r_.at(begin);
  if (end - begin < 6 || digit(first)) return kNowhere;
  for (Pos at = begin + 3; at < begin + 6 && at + 2 < end; ++at)
    if (r_.at(at) == '_' && r_.at(at + 1) == '_' && plain(at + 2) && meant_scheme(r_.slice(begin, at))) return at + 2;
  return kNowhere;
}

void Chain::take_domain(Words words, Pos begin, Pos end, HeldBack held) {
  if (!fill_host(words, begin, end)) {
    give_parsed(FoundKind::Domain, begin, end, held);
    return;
  }
  const HostText& host = r_.scratch().host;
  const HostVerdict verdict = judge_host(host);
  if (verdict.kind == HostVerdict::Kind::None || verdict.kind == HostVerdict::Kind::Onion) return;
  if (verdict.kind == HostVerdict::Kind::Ask) {
    give_parsed(FoundKind::Domain, begin, end, held);
    return;
  }
  const bool platform = verdict.platform && is_platform_host(host.text(), host.from(verdict.below));
  if (platform && held == HeldBack::No) held = HeldBack::Platform;
  unsigned flags = verdict.shared || platform ? bit(FindFlag::SharedHost) : 0u;
  if (verdict.reserved) flags |= bit(FindFlag::Reserved);
  const bool broken =
      !plain_ && std::any_of(words.begin() + 1, words.end(), [](const Word& word) { return word.broken; });
  r_.give({FoundKind::Domain, begin, end, host.text(), broken, flags, held});
}

HeldBack Chain::doubt(Words words, Pos begin, Pos end, bool path) const {
  const char left = previous(begin), first = r_.at(begin);
  if ((first | 0x20) == 'w' && r_.starts(begin, "www.")) return HeldBack::No;
  if (left == '\\' || (left == '/' && (begin < 2 || previous(begin - 1) != '/'))) return HeldBack::PathPart;
  if (left == '$' || left == '@') return HeldBack::CodeMember;
  if (r_.at(end) == '(') return HeldBack::CodeMember;
  if (r_.at(end) == '\\') return HeldBack::PathPart;
  const std::string_view top = r_.slice(words.back().begin, end);
  if (!path && one_of(kFileEndings, kFileSieve, top)) return HeldBack::FileEnding;
  if (words.size() < 3 && (one_of(kMemberNames, kMemberSieve, top) || top == "target") && !called_a_host(begin, end))
    return HeldBack::CodeMember;
  // "com.example.android.gm": the names of packages begin with what a host's name ends in.
  const std::string_view package = slice(words[0]);
  if (package.size() < 8 && words.size() > 2 && one_of(" com org net android java javax ", package) &&
      !one_of(kOldTops, kOldSieve, top))
    return HeldBack::CodeMember;
  return upper(first) || upper(top[0]) ? doubt_of_capitals(words, begin, end, top) : HeldBack::No;
}

HeldBack Chain::doubt_of_capitals(Words words, Pos begin, Pos end, std::string_view top) const {
  const std::string_view written = r_.slice(begin, end);
  if (written == "ASP.NET" || written == "VB.NET" || written == "ADO.NET") return HeldBack::CodeMember;
  // "PERCENTILE.INC": capitals throughout, and no top-level name that is as old as the habit.
  if (upper(top[0]) && top.size() > 2 && std::none_of(written.begin(), written.end(), small) &&
      !one_of(kOldTops, kOldSieve, top))
    return HeldBack::CodeMember;
  // "System.Net.WebClient", "Trojan.AndroidOS.Agent.ao"
  const auto titled = std::count_if(words.begin(), words.end() - 1, [this](const Word& word) {
    return word.end - word.begin > 1 && upper(r_.at(word.begin)) && small(r_.at(word.begin + 1));
  });
  if (titled > 1) return HeldBack::CodeMember;
  const char last = r_.at(words[words.size() - 2].end - 1);
  const bool sentence = top.size() > 1 && upper(top[0]) && small(top[1]) && small(last);
  return sentence ? HeldBack::Sentence : HeldBack::No;
}

// "domain: example.ml", "example.ml,hostname": what stands around says what it is.
bool Chain::called_a_host(Pos begin, Pos end) const {
  constexpr std::string_view between = "\"'`,;:=|* \t";
  constexpr std::string_view names = " domain domains hostname hostnames host hosts fqdn c2 cnc c&c dns ns ";
  Pos at = end;
  while (at < end + 4 && r_.at(at) != '\0' && between.find(r_.at(at)) != std::string_view::npos) ++at;
  const Pos name_end = r_.ascii_end(at, at + 16);
  if (at > end && r_.at(end) != ' ' && one_of(names, r_.slice(at, name_end))) return true;
  at = begin;
  while (at > r_.begin() && begin - at < 4 && between.find(r_.at(at - 1)) != std::string_view::npos) --at;
  if (at == begin || at == r_.begin()) return false;
  return one_of(names, r_.slice(r_.ascii_begin(at, at > 16 ? at - 16 : 0), at));
}

void Chain::take_ipv4(Words words, Pos begin, Pos end, bool plain, bool path) {
  std::array<char, 24> text;
  char* out = text.data();
  std::uint32_t address = 0;
  bool four = words.size() == 4 && end == words.back().end, small = true;
  for (std::size_t i = 0; i < words.size() && four; ++i) {
    if (i > 0) *out++ = '.';
    std::uint32_t value = 0;
    const std::string_view part = r_.slice(std::max(words[i].begin, begin), words[i].end);
    four = part.size() <= 3 && all_digits(part) && (part.size() == 1 || part[0] != '0');
    if (!four) break;
    for (const char c : part) {
      *out++ = c;
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    small = small && value <= 255;
    address = address << 8 | value;
  }
  if (!four) {
    for (const Word& word : words) take_word(word);
    return;
  }
  if (!small) return;
  const bool broken = !plain;
  Pos range_end = end;
  if (range_follows(end, range_end)) {
    const auto bits = static_cast<unsigned>(
        range_end - end == 2 ? r_.at(end + 1) - '0' : 10 * (r_.at(end + 1) - '0') + (r_.at(end + 2) - '0'));
    if (range_end - end <= 3 && bits <= 32) {
      const std::string_view range = r_.slice(end, range_end);
      out = std::copy(range.begin(), range.end(), out);
      r_.give({FoundKind::Cidr, begin, range_end, {text.data(), static_cast<std::size_t>(out - text.data())}, broken});
    }
    return;
  }
  HeldBack held = HeldBack::No;
  if (plain && version_before(begin)) held = HeldBack::Version;
  if (plain && held == HeldBack::No && heading(begin, end)) held = HeldBack::Heading;
  if (path && held == HeldBack::No) {
    take_url(begin, begin, false);
    return;
  }
  const unsigned flags = is_special_ipv4(address) ? bit(FindFlag::Reserved) : 0u;
  r_.give({FoundKind::Ip, begin, end, {text.data(), static_cast<std::size_t>(out - text.data())}, broken, flags, held});
}

// A line, or a piece of markup, that begins "11.7.3.1. Title" or is "11.7.3.1" alone in its markup; and numbers below
// 100 behind a word and a blank that does not break, as printers of books set "Section 11.7.3.1".
bool Chain::heading(Pos begin, Pos end) const {
  if (end - begin > 11) return false;
  const char left = previous(begin);
  const auto no_break = [this](Pos at) { return r_.at(at) == '\xc2' && r_.at(at + 1) == '\xa0'; };
  // CJK too: a word that is written without spaces around it.
  if (begin > 2 && no_break(begin - 2) &&
      (r_.word_before(begin - 2) || static_cast<unsigned char>(r_.at(begin - 3)) >= 0x80))
    return true;
  if (begin != 0 && left != '\n' && left != '>') return false;
  if (r_.at(end) == '.') ++end;
  const Pos furthest = begin + 64;
  while (end < furthest && (r_.at(end) == ' ' || no_break(end))) end += r_.at(end) == ' ' ? 1 : 2;
  if (left == '>' && r_.at(end) == '<') return true;
  return letter(r_.at(end)) || (static_cast<unsigned char>(r_.at(end)) >= 0x80 && end < r_.end());
}

// "Chrome/1.2.3.4", "version 1.2.3.4", "§ 1.2.3.4"
bool Chain::version_before(Pos begin) const {
  Pos end = begin;
  if (previous(end) == '/' && end > 1 && previous(end - 1) != '/') return true;
  while (end > 0 && begin - end < 3 && (r_.at(end - 1) == ' ' || r_.at(end - 1) == ':')) --end;
  Pos start = end;
  while (start > 0 && end - start < 12 && (letter(r_.at(start - 1)) || r_.at(start - 1) == '.')) --start;
  return one_of(
             " version ver ver. v v. rv r release rel. rev revision firmware kernel build section sections sec. "
             "chapter figure table ",
             r_.slice(start, end)) ||
         (end >= 2 && r_.at(end - 2) == '\xc2' && r_.at(end - 1) == '\xa7');  // §
}

}  // namespace

void read_chain(Reading& reading, Pos anchor) { Chain(reading).read(anchor); }
void read_scheme(Reading& reading, Pos colon) { Chain(reading).read_scheme(colon); }

}  // namespace cordon
