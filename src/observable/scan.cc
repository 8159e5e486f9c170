// Finds identifiers in prose, exactly and in one pass.
//
// The text is cut into chains: words (letters, digits, "-", "_") held together by single connectors
// (. : @ + and their defanged forms "[.]", "(at)", …). A chain is looked at once, by the parsers of the
// kinds, and only what a parser accepts is found: there is no pattern here that could disagree with them.
//
//   "see hxxp://a[.]example[.]org/x, mail bob[at]example[.]net."
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^       ^^^^^^^^^^^^^^^^^^^^
//
// A scheme, or a "/" after a host, starts a URL, which ends at white space, a quote, an unmatched bracket
// or before trailing punctuation.
// Every byte is read a bounded number of times: what is longer than kLongest is stepped over, not tried.
// Choices for bare names in prose, where no scheme, path or "[.]" shows what the author meant:
//   - the top-level name must be on the suffix list; names that are also endings of files or members of
//     programs ("README.md", "run.sh", "user.name") are left alone unless they begin with "www.";
//   - "end.In the" is a full stop without a space; "/a/b.so" is a path; "foo.name(" is code;
//   - Chinese, Japanese, Korean and Thai have no spaces, so their letters end a word; such a name is found
//     only behind a scheme;
//   - v4 addresses behind "version", "§" or "/" are numbers of versions and sections; v6 addresses must be
//     global unicast (2000::/3), or every "a::b" of a program would be one.
#include "observable/scan.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "observable/observable.h"
#include "observable/refang.h"

namespace cordon {
namespace {

constexpr std::size_t kLongest = 2048;
constexpr std::size_t kNone = std::string_view::npos;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), digit); }
bool all_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdefABCDEF") == kNone; }
bool one_of(std::string_view list, std::string_view word) {  // `list` has a space around each word
  return list.find(' ' + lower_ascii(word) + ' ') != kNone;
}

struct Character {
  std::uint32_t code;  // 0 for a broken byte
  std::size_t length;
};

Character read_character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || !valid_utf8(text.substr(at, length)) || at + length > text.size()) return {0, 1};
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  return {code, length};
}

bool without_spaces(std::uint32_t code) {  // scripts whose words touch
  constexpr std::array<std::array<std::uint32_t, 2>, 8> ranges{{{0x0e00, 0x0eff},
                                                                {0x1000, 0x11ff},
                                                                {0x1780, 0x17ff},
                                                                {0x2e80, 0xabff},
                                                                {0xac00, 0xd7ff},
                                                                {0xf900, 0xfaff},
                                                                {0xfe30, 0xfe4f},
                                                                {0xff00, 0xffef}}};
  return code >= 0x20000 || std::any_of(ranges.begin(), ranges.end(),
                                        [code](const auto& range) { return code >= range[0] && code <= range[1]; });
}

bool letter_or_mark(std::uint32_t code) {
  return code >= 0x80 && (U_GET_GC_MASK(static_cast<UChar32>(code)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) != 0;
}

bool word_character(Character c) {
  if (c.code < 0x80) {
    const char ascii = static_cast<char>(c.code);
    return ascii_letter(ascii) || digit(ascii) || ascii == '-' || ascii == '_';
  }
  return letter_or_mark(c.code) && !without_spaces(c.code);
}

// Top-level names that end more files than hosts, and such that are so only in names of two labels.
constexpr std::string_view kFileEndings = " md sh py pl rs zip mov so ";
constexpr std::string_view kMemberNames = " name cc ps mm mk ml pm tf st cab app do pub vi sc ad ms ";

struct Word {
  std::size_t begin, end;
  char before;  // the connector, as meant; '\0' at the chain's start
};

using Words = std::span<const Word>;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Found> run() {
    while (at_ < text_.size()) {
      const Character c = read_character(text_, at_);
      if (!word_character(c)) {
        at_ += c.length;
      } else if (const std::size_t body = after_scheme(at_); body != kNone) {
        take_url(at_, body);
      } else {
        take_chain();
      }
    }
    return std::move(found_);
  }

 private:
  bool is(std::size_t at, char c) const { return at < text_.size() && text_[at] == c; }
  char previous(std::size_t at) const { return at > 0 ? text_[at - 1] : ' '; }
  std::string_view slice(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
  std::string_view slice(const Word& word) const { return slice(word.begin, word.end); }
  bool starts(std::size_t at, std::string_view with) const {
    return equal_ignoring_case(text_.substr(std::min(at, text_.size()), with.size()), with);
  }

  bool add(ObservableKind kind, std::size_t begin, std::size_t end) {
    const std::string_view written = slice(begin, end);
    auto observable = parse_observable(kind, written);
    if (!observable) return false;
    found_.push_back({*std::move(observable), begin, end - begin, refang(written) != written});
    return true;
  }

  // Where the authority begins if a scheme and "://", in any spelling, stand at `at`; else kNone.
  std::size_t after_scheme(std::size_t at) const {
    for (std::string_view scheme : {"http", "hxxp", "hxtp", "htxp", "ftp", "fxp"}) {
      if (!starts(at, scheme)) continue;
      std::size_t end = at + scheme.size();
      if (scheme[0] == 'h' && starts(end, "s")) ++end;
      for (std::string_view mark : {"://", "[://]", "(://)", "[:]//", "(:)//", "{:}//", "[:][//]", ":[//]"})
        if (starts(end, mark)) return end + mark.size();
    }
    return kNone;
  }

  // A connector at `at`: as meant, and its length; {'\0', 0} for none.
  std::pair<char, std::size_t> connector(std::size_t at) const {
    if (at >= text_.size()) return {'\0', 0};
    const char c = text_[at];
    if (c == ':' && is(at + 1, ':')) return {':', 2};
    if (c == '.' || c == '@' || c == ':' || c == '+') return {c, 1};
    const char closer = c == '[' ? ']' : c == '(' ? ')' : c == '{' ? '}' : '\0';
    if (closer == '\0') return {'\0', 0};
    for (std::string_view inner : {".", "dot", ":", "@", "at"}) {
      if (!starts(at + 1, inner) || !is(at + 1 + inner.size(), closer)) continue;
      return {inner == "dot" ? '.' : inner == "at" ? '@' : inner[0], inner.size() + 2};
    }
    return {'\0', 0};
  }

  std::size_t word_end(std::size_t at) const {
    while (at < text_.size()) {
      const Character c = read_character(text_, at);
      if (!word_character(c)) break;
      at += c.length;
    }
    return at;
  }

  // Where the URL that has its host at `body` ends.
  std::size_t url_end(std::size_t begin, std::size_t body) const {
    const bool quoted = previous(begin) == '\'';
    const bool foreign_host = body < text_.size() && without_spaces(read_character(text_, body).code);
    std::array<std::size_t, 3> open{};
    bool in_host = true;
    std::size_t end = body;
    while (end < text_.size()) {
      const Character c = read_character(text_, end);
      const char ascii = c.code < 0x80 ? static_cast<char>(c.code) : '\0';
      if (c.code < 0x80 ? c.code <= 0x20 || c.code == 0x7f || std::string_view("\"<>\\`|^").find(ascii) != kNone
                        : !letter_or_mark(c.code) || (without_spaces(c.code) && !(in_host && foreign_host)))
        break;
      if (quoted && ascii == '\'') break;
      if ((ascii == ',' || ascii == ';') && after_scheme(end + 1) != kNone) break;
      if (const std::size_t kind = std::string_view("([{").find(ascii); kind != kNone) ++open[kind];
      if (const std::size_t kind = std::string_view(")]}").find(ascii); kind != kNone && open[kind]-- == 0) break;
      if (ascii == '/') in_host = false;
      end += c.length;
    }
    while (end > body && std::string_view(".,;:!?'*_~([{").find(text_[end - 1]) != kNone) --end;
    return end;
  }

  // Finds the URL at `begin` and goes on behind it. What is no target as a whole (a search page, an
  // unknown suffix) holds none inside either.
  void take_url(std::size_t begin, std::size_t body) {
    const std::size_t end = url_end(begin, body);
    at_ = std::max(end, body);
    if (end - begin <= kLongest) add(ObservableKind::Url, begin, end);
  }

  void take_chain() {
    const std::size_t begin = at_;
    std::vector<Word> words;
    char before = '\0';
    std::size_t next = at_;
    for (;;) {
      const std::size_t end = word_end(next);
      if (end - begin <= kLongest) words.push_back({next, end, before});
      at_ = end;
      const auto [meant, length] = connector(end);
      next = end + length;
      if (length == 0 || next >= text_.size() || !word_character(read_character(text_, next))) break;
      if (after_scheme(next) != kNone) break;
      before = meant;
    }
    if (at_ - begin <= kLongest) look_at(words);
  }

  void look_at(const std::vector<Word>& words) {
    if (take_ipv6(words)) return;
    // "http://" cannot stand here, so ":" separates: "sha256:…", "btc:…", "mailto:…", "host:8080".
    for (std::size_t i = 0, next = 0; i < words.size(); i = next) {
      next = i + 1;
      while (next < words.size() && words[next].before != ':') ++next;
      const bool port = next + 1 == words.size() && slice(words[next]).size() <= 5 && all_digits(slice(words[next]));
      const bool path = is(words.back().end, '/') && (next == words.size() || port);
      take_group(Words(words).subspan(i, next - i), words.front().begin, path);
    }
  }

  // Words between colons; `path` if a "/" follows them.
  void take_group(Words words, std::size_t chain_begin, bool path) {
    const auto mails = std::count_if(words.begin() + 1, words.end(), [](const Word& w) { return w.before == '@'; });
    if (mails > 0) {
      if (mails == 1) add(ObservableKind::Email, words.front().begin, trimmed_end(words.back()));
      return;
    }
    for (std::size_t i = 0, next = 0; i < words.size(); i = next) {
      next = i + 1;
      while (next < words.size() && words[next].before != '+') ++next;
      if (next == i + 1)
        take_token(words[i], chain_begin);
      else
        take_name(words.subspan(i, next - i), path && next == words.size());
    }
  }

  std::size_t trimmed_end(const Word& word) const {  // "_example.org_" is emphasis
    std::size_t end = word.end;
    while (end > word.begin + 1 && (text_[end - 1] == '_' || text_[end - 1] == '-')) --end;
    return end;
  }

  bool take_ipv6(Words words) {
    const std::string_view first = slice(words[0]);
    if (words.size() < 2 || first.size() != 4 || (first[0] != '2' && first[0] != '3') || !all_hex(first)) return false;
    if (words[1].before != ':') return false;
    std::size_t end = words.back().end;
    if (starts(end, "::")) end += 2;
    if (!add(ObservableKind::Ip, words[0].begin, end)) return false;
    if (range_follows(end)) found_.pop_back();
    at_ = end;
    return true;
  }

  // "/24" or "-192": a range, which is never a target.
  bool range_follows(std::size_t end) const {
    if (!is(end, '/')) return false;
    std::size_t at = end + 1;
    while (at < text_.size() && digit(text_[at])) ++at;
    return at > end + 1 && at <= end + 4 && !is(at, '/') && !is(at, '.') &&
           (at == text_.size() || !word_character(read_character(text_, at)));
  }

  // Words joined by dots.
  void take_name(Words words, bool path) {
    std::size_t begin = words.front().begin;
    const std::size_t end = path ? words.back().end : trimmed_end(words.back());
    while (text_[begin] == '-' || (text_[begin] == '_' && end < words.back().end)) ++begin;  // "_example.org_"
    if (begin >= words.front().end || wildcard_before(begin)) return;
    // "ssh://host/x" is no web address; its host still is one.
    if (previous(begin) == '/' && begin > 1 && previous(begin - 1) == '/') path = false;
    const std::string_view top = slice(words.back().begin, end);
    const bool plain = std::all_of(words.begin() + 1, words.end(), [this](const Word& word) {
      return text_[word.begin - 1] == '.';  // else the connector was defanged
    });
    if (all_digits(top)) return take_ipv4(words, end, plain, path);
    if (equal_ignoring_case(top, "onion")) {
      if (path) return take_url(begin, begin);
      add(ObservableKind::Onion, begin, end);
      return;
    }
    if (plain && !meant_as_name(words, begin, end, path)) return take_token(words[0], begin);  // "<md5>.bin"
    if (path) {
      // The host decides whether this is an address; a platform's name is refused, yet a page on it may be one.
      const auto host = parse_observable(ObservableKind::Domain, slice(begin, end));
      if (host || host.error().fault == Fault::Refused) take_url(begin, begin);
      return;
    }
    if (!add(ObservableKind::Domain, begin, end)) take_token(words[0], begin);
  }

  bool wildcard_before(std::size_t begin) const {
    return previous(begin) == '*' || (begin > 1 && previous(begin) == '.' && previous(begin - 1) == '*');
  }

  bool meant_as_name(Words words, std::size_t begin, std::size_t end, bool path) const {
    if (starts(begin, "www.")) return true;
    const char left = previous(begin);
    if (left == '\\' || left == '$' || left == '@' || (left == '/' && previous(begin - 1) != '/')) return false;
    if (is(end, '(') || is(end, '\\')) return false;
    const std::string_view top = slice(words.back().begin, end);
    if (one_of(kFileEndings, top) && !path) return false;
    if (one_of(kMemberNames, top) && words.size() < 3) return false;
    const std::string_view written = slice(begin, end);
    if (written == "ASP.NET" || written == "VB.NET" || written == "ADO.NET") return false;
    const char last = text_[words[words.size() - 2].end - 1];
    const bool sentence = top.size() > 1 && top[0] >= 'A' && top[0] <= 'Z' && top[1] >= 'a' && top[1] <= 'z' &&
                          last >= 'a' && last <= 'z';
    return !sentence;
  }

  void take_ipv4(Words words, std::size_t end, bool plain, bool path) {
    const std::size_t begin = words.front().begin;
    const bool four = words.size() == 4 && std::all_of(words.begin(), words.end(),
                                                       [this](const Word& word) { return all_digits(slice(word)); });
    if (!four) return take_token(words[0], begin);
    if (range_follows(words.back().end) || (plain && (version_before(begin) || heading(begin, end)))) return;
    if (path) return take_url(begin, begin);
    add(ObservableKind::Ip, begin, end);
  }

  // A line, or a piece of markup, that begins "11.7.3.1. Title" or is "11.7.3.1" alone in its markup.
  bool heading(std::size_t begin, std::size_t end) const {
    const char left = previous(begin);
    if ((begin != 0 && left != '\n' && left != '>') || end - begin > 11) return false;
    if (is(end, '.')) ++end;
    if (left == '>' && is(end, '<')) return true;
    while (is(end, ' ')) ++end;
    return end < text_.size() && ascii_letter(text_[end]);
  }

  // "Chrome/1.2.3.4", "version 1.2.3.4", "§ 1.2.3.4"
  bool version_before(std::size_t begin) const {
    std::size_t end = begin;
    if (previous(end) == '/' && end > 1 && previous(end - 1) != '/') return true;
    while (end > 0 && begin - end < 3 && (text_[end - 1] == ' ' || text_[end - 1] == ':')) --end;
    std::size_t start = end;
    while (start > 0 && end - start < 12 && (ascii_letter(text_[start - 1]) || text_[start - 1] == '.')) --start;
    constexpr std::string_view signs = "\xc2\xa7";  // §
    return one_of(" version ver ver. v v. release rel. rev revision build section sections sec. chapter figure table ",
                  slice(start, end)) ||
           slice(0, end).ends_with(signs);
  }

  // A word on its own: a file hash, an IBAN or a wallet.
  void take_token(Word word, std::size_t chain_begin) {
    word.end = trimmed_end(word);
    const std::string_view token = slice(word);
    const bool any_digit = std::any_of(token.begin(), token.end(), digit);
    const bool any_letter = std::any_of(token.begin(), token.end(), ascii_letter);
    if (token.size() == 4 && take_spaced_iban(word)) return;
    if (token.size() < 15 || token.size() > 128 || !any_digit || !any_letter) return;
    if (all_hex(token)) {
      if (token.size() == 32 || token.size() == 40 || token.size() == 64)
        add(ObservableKind::FileHash, word.begin, word.end);
      return;
    }
    if (iban_start(token) && token.size() <= 34 && add(ObservableKind::Iban, word.begin, word.end)) return;
    if (token.size() < 25) return;
    // With its chain in front if that stands there: "ltc:M…", "bitcoin:1…".
    std::size_t scheme = word.begin;
    if (scheme > chain_begin && text_[scheme - 1] == ':') {
      --scheme;
      while (scheme > chain_begin && word.begin - scheme < 16 && ascii_letter(text_[scheme - 1])) --scheme;
      if (add(ObservableKind::Wallet, scheme, word.end)) return;
    }
    add(ObservableKind::Wallet, word.begin, word.end);
  }

  static bool iban_start(std::string_view token) {
    return upper(token[0]) && upper(token[1]) && digit(token[2]) && digit(token[3]);
  }

  // ISO 7064, over at most 34 characters: cheaper than a parser that explains what is wrong.
  static bool mod_97(std::string_view text) {
    std::string compact = replace_all(std::string(text), " ", "");
    std::rotate(compact.begin(), compact.begin() + 4, compact.end());
    unsigned rest = 0;
    for (const char c : compact)
      rest = digit(c) ? (rest * 10 + static_cast<unsigned>(c - '0')) % 97
                      : (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
    return rest == 1;
  }

  // "KZ86 125K ZT50 0410 0100": groups of four, the last one shorter or not.
  bool take_spaced_iban(const Word& word) {
    if (!iban_start(slice(word))) return false;
    std::size_t end = word.end;
    for (int groups = 1; groups < 9 && is(end, ' '); ++groups) {
      std::size_t stop = end + 1;
      while (stop < text_.size() && stop < end + 6 && (digit(text_[stop]) || upper(text_[stop]))) ++stop;
      const std::size_t length = stop - end - 1;
      if (length == 0 || length > 4) break;
      end = stop;
      const bool whole = stop == text_.size() || !word_character(read_character(text_, stop));
      if (groups >= 3 && whole && mod_97(slice(word.begin, end)) && add(ObservableKind::Iban, word.begin, end)) {
        at_ = end;
        return true;
      }
      if (length < 4) break;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Found> found_;
};

}  // namespace

std::vector<Found> scan_text(std::string_view text) { return Reader(text).run(); }

void scan(std::string_view text, const ScanOptions& options, FindSink sink) {
  for (const Found& found : scan_text(text)) {
    const auto kind = static_cast<FoundKind>(found.observable.kind());
    if (!options.kinds.has(kind)) continue;
    unsigned flags = 0;
    if (on_shared_host(found.observable)) flags |= static_cast<unsigned>(FindFlag::SharedHost);
    if (is_reserved(found.observable)) flags |= static_cast<unsigned>(FindFlag::Reserved);
    sink({kind, HeldBack::No, found.defanged, static_cast<std::uint16_t>(flags), found.offset, found.length,
          text.substr(found.offset, found.length), found.observable.canonical()});
  }
}

class Scanner::State {
 public:
  State(const ScanOptions& with, FindSink to) : options(with), sink(to) {}
  ScanOptions options;
  FindSink sink;
  std::string held;
};

Scanner::Scanner(const ScanOptions& options, FindSink sink) : state_(std::make_unique<State>(options, sink)) {}
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner::~Scanner() = default;
void Scanner::feed(std::string_view piece) { state_->held += piece; }
void Scanner::finish() {
  scan(state_->held, state_->options, state_->sink);
  state_->held.clear();
}

std::uint64_t classify_only(std::string_view text, Lanes) {
  std::uint64_t sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

}  // namespace cordon
