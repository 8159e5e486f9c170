#include "observable/refang.h"

#include <array>

#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kHeap = 8;                        // of backslashes before one dot
constexpr std::string_view kFullStop = "\xef\xbc\x8e";  // U+FF0E

struct Inner {
  std::string_view written, meant;
};
constexpr std::array<Inner, 8> kInner{
    {{".", "."}, {"dot", "."}, {":", ":"}, {"://", "://"}, {"//", "//"}, {"/", "/"}, {"@", "@"}, {"at", "@"}}};

char opener_of(char closer) { return closer == ']' ? '[' : closer == ')' ? '(' : closer == '}' ? '{' : '\0'; }
bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Refanger {
 public:
  std::string run(std::string_view text) {
    out_.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
      if (const std::size_t none = no_width(text.substr(i));
          none > 0 && !joins(text, i, none) && !inside(text, i + none)) {
        i += none;
      } else if (text.substr(i).starts_with(kFullStop)) {
        add('.');
        i += kFullStop.size();
      } else if (const std::size_t slashes = backslashes(text, i); slashes > 0) {
        i += slashes;
      } else {
        add(text[i++]);
      }
    }
    restore_scheme();
    return std::move(out_);
  }

 private:
  // What goes on behind it is a piece of another character: taking it out would make one that nobody wrote.
  static bool inside(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  }

  // A joiner between letters of scripts that need it is part of the name (RFC 5892, appendix A).
  bool joins(std::string_view text, std::size_t at, std::size_t length) const {
    const bool joiner = text.substr(at).starts_with("\xe2\x80\x8c") || text.substr(at).starts_with("\xe2\x80\x8d");
    const auto foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    return joiner && !out_.empty() && foreign(out_.back()) && at + length < text.size() && foreign(text[at + length]);
  }

  // "example\.org", and "\\." where that was quoted once more: how many stand before the dot, else 0.
  std::size_t backslashes(std::string_view text, std::size_t at) const {
    if (in_path_ || text[at] != '\\' || out_.empty() || !word(out_.back())) return 0;
    std::size_t dot = at;
    while (dot < text.size() && dot - at < kHeap && text[dot] == '\\') ++dot;
    return dot + 1 < text.size() && text[dot] == '.' && word(text[dot + 1]) ? dot - at : 0;
  }

  void add(char c) {
    const bool after_scheme = out_.empty() || out_.ends_with(':') || out_.ends_with(":/");
    if (c == '?' || c == '#' || (c == '/' && !after_scheme)) {
      // "http://example .org /path", as one maker of mail filters breaks it
      if (c == '/' && behind_scheme_ && !in_path_ && out_.size() > 4 && out_.back() == ' ' &&
          word(out_[out_.size() - 2]))
        out_.pop_back();
      in_path_ = true;
    }
    if ((c == '/' || c == '\\') && (after_scheme || out_.ends_with(":\\"))) behind_scheme_ = true;
    if (in_path_) {
      out_ += c;
      if (c == ']') collapse();
      return;
    }
    if (c == ' ' && (blanks_fall_ || out_.ends_with("://"))) return;
    if (c != ' ') blanks_fall_ = false;
    if (word(c)) {
      half_bracket();
      between_words();
      blank_before_dot();
    }
    out_ += c;
    if (opener_of(c) != '\0') collapse();
  }

  // Called after a closing bracket was appended: "…[.]" becomes "….". What remains never ends in a bracket,
  // so one pass reaches the fixed point, "[[.]]" included.
  void collapse() {
    const char opener = opener_of(out_.back());
    const std::string_view out = out_;
    std::size_t end = out.size() - 1;
    if (!in_path_)
      while (end > 0 && out[end - 1] == ' ') --end;
    for (const Inner& inner : kInner) {
      if (end < inner.written.size() + 1) continue;
      std::size_t begin = end - inner.written.size();
      if (!equal_ignoring_case(out.substr(begin, inner.written.size()), inner.written)) continue;
      if (!in_path_)
        while (begin > 0 && out[begin - 1] == ' ') --begin;
      if (begin == 0 || out[begin - 1] != opener) continue;
      --begin;
      if (!in_path_) {
        while (begin > 0 && out[begin - 1] == ' ') --begin;
        blanks_fall_ = true;
      }
      out_.replace(begin, std::string_view::npos, inner.meant);
      return;
    }
  }

  // Before a word: "[.", ".]" and heaps like "[[.)" stand for ".".
  void half_bracket() {
    std::size_t dot = out_.size();
    while (dot > 0 && opener_of(out_[dot - 1]) != '\0') --dot;
    if (dot == 0 || out_[dot - 1] != '.') return;
    std::size_t begin = dot - 1;
    while (begin > 0 && (out_[begin - 1] == '[' || out_[begin - 1] == '(' || out_[begin - 1] == '{')) --begin;
    if (begin + 1 < out_.size()) out_.replace(begin, std::string_view::npos, ".");
    std::size_t slash = begin;  // "a\.]example"
    while (slash > 0 && out_[slash - 1] == '\\') --slash;
    if (slash < begin && slash > 0 && word(out_[slash - 1])) out_.erase(slash, begin - slash);
  }

  // Before a word: " dot " and " at " stand for "." and "@".
  void between_words() {
    for (const Inner& inner :
         {Inner{" dot ", "."}, Inner{" at ", "@"}, Inner{" @ ", "@"}, Inner{" @", "@"}, Inner{"@ ", "@"}}) {
      const std::size_t n = inner.written.size();
      if (out_.size() <= n || !word(out_[out_.size() - n - 1])) continue;
      if (!equal_ignoring_case(std::string_view(out_).substr(out_.size() - n), inner.written)) continue;
      out_.replace(out_.size() - n, n, inner.meant);
      return;
    }
  }

  // "http://example .org": no sentence ends here, for one identifier is all there is.
  void blank_before_dot() {
    if (out_.size() > 2 && out_.ends_with(" .") && word(out_[out_.size() - 3])) out_.erase(out_.size() - 2, 1);
  }

  void restore_scheme() {
    // "http__example.org", "https:__example.org"
    if (const std::size_t low = out_.find("__", 3); low >= 3 && low <= 6 && low + 2 < out_.size() &&
                                                    word(out_[low + 2]) && out_[low + 2] != '-' &&
                                                    out_[low + 2] != '_') {
      const std::string_view scheme = std::string_view(out_).substr(0, out_[low - 1] == ':' ? low - 1 : low);
      if (meant_scheme(scheme)) out_.replace(scheme.size(), low + 2 - scheme.size(), "://");
    }
    const std::size_t colon = out_.find(':');
    if (colon > 8) return;
    const auto meant = meant_scheme(std::string_view(out_).substr(0, colon));
    if (meant && !equal_ignoring_case(*meant, std::string_view(out_).substr(0, colon))) out_.replace(0, colon, *meant);
  }

  std::string out_;
  bool in_path_ = false;
  bool behind_scheme_ = false;
  bool blanks_fall_ = false;  // those behind a connector
};

// True for most texts that nobody broke: none of the signs is there that a broken one has.
bool as_written(std::string_view text) {
  static constexpr auto signs = [] {
    std::array<bool, 256> table{};
    for (const char c : {'[', ']', '(', ')', '{', '}', '\\', ' ', '\xc2', '\xe2', '\xef'})
      table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  for (const char c : text)
    if (signs[static_cast<unsigned char>(c)]) return false;
  const std::string_view start = text.substr(0, 8);
  if (start.find("__") != std::string_view::npos) return false;
  const std::size_t colon = start.find(':');
  if (colon == std::string_view::npos) return true;
  const auto meant = meant_scheme(start.substr(0, colon));
  return !meant || equal_ignoring_case(*meant, start.substr(0, colon));
}

}  // namespace

std::string refang(std::string_view text) {
  // What one pass uncovers ("http:[/]/a[.example") the next one reads; nearly always there is nothing.
  constexpr int kMostPasses = 16;
  std::string out(text);
  for (int pass = 0; pass < kMostPasses && !as_written(out); ++pass) {
    std::string next = Refanger().run(out);
    const bool settled = next == out;
    out = std::move(next);
    if (settled) break;
  }
  return out;
}

std::optional<std::string_view> meant_scheme(std::string_view written) {
  constexpr std::array<std::string_view, 15> webs{"http", "hxxp", "hxtp", "htxp", "httx", "hxxx", "h00p", "h**p",
                                                  "h__p", "xxxx", "meow", "hzzp", "htp",  "hxp",  "xxp"};
  constexpr std::array<std::string_view, 4> files{"ftp", "fxp", "ftx", "fxxp"};
  if (written.size() < 3 || written.size() > 5) return std::nullopt;
  if (written == "http") return "http";
  if (written == "https") return "https";
  std::array<char, 5> text{};
  for (std::size_t i = 0; i < written.size(); ++i)
    text[i] = written[i] >= 'A' && written[i] <= 'Z' ? static_cast<char>(written[i] | 0x20) : written[i];
  const std::string_view lower(text.data(), written.size());
  for (const std::string_view web : webs) {
    if (lower == web) return "http";
    if (lower.size() == web.size() + 1 && lower.starts_with(web) && lower.back() == 's') return "https";
  }
  for (const std::string_view file : files)
    if (lower == file) return "ftp";
  return std::nullopt;
}

std::size_t no_width(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text[0]) < 0xc2) return 0;
  if (text.starts_with("\xc2\xad")) return 2;  // U+00AD
  if (text.size() < 3) return 0;
  const std::string_view three = text.substr(0, 3);
  const bool none = three == "\xe2\x80\x8b" || three == "\xe2\x80\x8c" || three == "\xe2\x80\x8d" ||
                    three == "\xe2\x81\xa0" || three == "\xef\xbb\xbf";  // U+200B to U+200D, U+2060, U+FEFF
  return none ? 3 : 0;
}

}  // namespace cordon
