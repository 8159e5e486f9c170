// A document is decoded into pieces of text, each byte of which knows where it came from: what a reader sees in one
// piece, and apart from it the values of attributes (a link's target stands in the middle of the sentence whose words
// it underlines). Each piece is scanned; the finds are put in the order of the file.
//
//   <p>see <b>exam</b>ple&#46;org</p>     "see example.org"     at "exam</b>ple&#46;org"
//
// Mail: headers, unfolded; parts by their boundaries, each by its Content-Transfer-Encoding; parts of text/html as
// pages. What breaks the rules is read as it stands: nothing is refused here.
#include "observable/scan_document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kLargest = std::size_t{4} << 20;
constexpr int kDeepest = 8;  // parts within parts
constexpr std::size_t kNone = std::string_view::npos;

struct Place {
  std::uint32_t begin, end;  // of the bytes in the document that stand for this one
};

// Text, and where each of its bytes came from. What stands in the document as it is says where it begins alone:
// eight bytes more for each of a whole mail would cost more than reading it.
struct Piece {
  std::string text;
  std::uint32_t begin = 0;    // of a piece that stands there as it is
  std::vector<Place> places;  // of one that does not; else empty

  void add(char c, Place place) {
    text += c;
    places.push_back(place);
  }
  void add(std::string_view bytes, Place place) {
    for (const char c : bytes) add(c, place);
  }
  Place place(std::size_t i) const {
    if (!places.empty()) return places[i];
    const std::uint32_t at = begin + static_cast<std::uint32_t>(i);
    return {at, at + 1};
  }
  bool empty() const { return text.empty(); }
};

Piece as_it_stands(std::string_view document) { return {std::string(document), 0, {}}; }

Piece part_of(const Piece& whole, std::size_t begin, std::size_t end) {
  Piece piece{whole.text.substr(begin, end - begin), whole.begin + static_cast<std::uint32_t>(begin), {}};
  if (!whole.places.empty())
    piece.places.assign(whole.places.begin() + static_cast<std::ptrdiff_t>(begin),
                        whole.places.begin() + static_cast<std::ptrdiff_t>(end));
  return piece;
}

// RFC 2045 6.7
Piece quoted_printable(const Piece& in) {
  Piece out;
  const std::string& text = in.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.add(text[i], in.place(i));
      continue;
    }
    std::size_t end = i + 1;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
    if (end < text.size() && text[end] == '\n') {  // a soft line break
      i = end;
      continue;
    }
    const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out.add('=', in.place(i));
      continue;
    }
    out.add(static_cast<char>(high * 16 + low), {in.place(i).begin, in.place(i + 2).end});
    i += 2;
  }
  return out;
}

// RFC 2045 6.8: other characters are passed over.
Piece base64(const Piece& in) {
  Piece out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < in.text.size(); ++i) {
    const char c = in.text[i];
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      continue;
    if (bits == 0) begin = in.place(i).begin;
    held = (held << 6 | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.add(static_cast<char>(static_cast<unsigned char>(held >> bits & 0xff)), {begin, in.place(i).end});
    begin = in.place(i).begin;
  }
  return out;
}

// RFC 2047: "=?utf-8?B?aHR0cDovL2V4YW1wbGUub3Jn?=" in a header. Blanks between two of them are no part of the text. All
// charsets but UTF-8 stand as they are: identifiers are ASCII, and so are those bytes in what mail is written in.
Piece encoded_words(const Piece& in) {
  constexpr std::size_t kCharset = 40, kWord = 500;
  Piece out;
  const std::string_view text = in.text;
  std::size_t done = 0;  // all before is in `out`
  bool after_word = false;
  for (std::size_t mark = text.find("=?"); mark != kNone; mark = text.find("=?", mark + 1)) {
    const std::size_t charset = text.substr(mark + 2, kCharset).find('?');
    if (mark < done || charset == kNone || mark + charset + 5 > text.size()) continue;
    const char how = static_cast<char>(text[mark + charset + 3] | 0x20);
    const std::size_t begin = mark + charset + 5;
    const std::size_t length = text.substr(begin, kWord).find("?=");
    if (text[begin - 1] != '?' || (how != 'b' && how != 'q') || length == kNone) continue;
    const std::string_view between = text.substr(done, mark - done);
    if (!after_word || !trim(between).empty())
      for (std::size_t i = done; i < mark; ++i) out.add(text[i], in.place(i));
    Piece word = part_of(in, begin, begin + length);
    if (how == 'q') std::replace(word.text.begin(), word.text.end(), '_', ' ');
    word = how == 'q' ? quoted_printable(word) : base64(word);
    for (std::size_t i = 0; i < word.text.size(); ++i) out.add(word.text[i], word.place(i));
    done = begin + length + 2;
    after_word = true;
  }
  for (std::size_t i = done; i < text.size(); ++i) out.add(text[i], in.place(i));
  return out;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f)), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  }
}

struct Entity {
  std::string_view name, text;
};
// Those that stand in or around identifiers.
constexpr std::array<Entity, 22> kEntities{{
    {"amp", "&"},        {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},   {"nbsp", "\xc2\xa0"},
    {"period", "."},     {"colon", ":"},  {"sol", "/"},    {"commat", "@"}, {"lsqb", "["},   {"rsqb", "]"},
    {"lpar", "("},       {"rpar", ")"},   {"num", "#"},    {"quest", "?"},  {"equals", "="}, {"percnt", "%"},
    {"shy", "\xc2\xad"}, {"lowbar", "_"}, {"hyphen", "-"}, {"bsol", "\\"},
}};

// "&#46;", "&#x2e;", "&period;" at `at`: its length, and what it stands for in `meant`; 0 for none.
std::size_t entity(std::string_view text, std::size_t at, std::string& meant) {
  const std::size_t end = text.substr(at, 12).find(';');
  if (end == kNone || end < 3) return 0;
  const std::string_view name = text.substr(at + 1, end - 1);
  meant.clear();
  if (name[0] == '#') {
    const bool hex = name.size() > 2 && (name[1] | 0x20) == 'x';
    std::uint32_t code = 0;
    for (const char c : name.substr(hex ? 2 : 1)) {
      const int digit = hex_value(c);
      if (digit < 0 || (!hex && digit > 9)) return 0;
      code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
      if (code > 0x10ffff) return 0;
    }
    if (code == 0 || (code >= 0xd800 && code < 0xe000)) return 0;
    append_utf8(code, meant);
    return end + 1;
  }
  for (const Entity& one : kEntities)
    if (one.name == name) return meant = one.text, end + 1;
  return 0;
}

// Tags that a reader sees no gap at.
bool inline_tag(std::string_view name) {
  constexpr std::array<std::string_view, 22> names{"a",    "b",      "i",    "u",   "em",  "strong", "span", "font",
                                                   "code", "mark",   "wbr",  "sub", "sup", "small",  "big",  "tt",
                                                   "kbd",  "strike", "abbr", "ins", "del", "var"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view one) { return equal_ignoring_case(one, name); });
}

// Elements whose content no page shows.
bool unread_tag(std::string_view name) {
  return equal_ignoring_case(name, "script") || equal_ignoring_case(name, "style");
}

// Whether what a tag holds before a value is the name of the attribute that says where it takes its reader: a link's,
// or that of a form, which is where what is typed goes.
bool leads_away(std::string_view tag, std::string_view before) {
  const auto is = [](std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); };
  const std::string_view wanted = is(tag, "a") || is(tag, "area") ? "href" : is(tag, "form") ? "action" : "";
  while (!before.empty() && (before.back() == '=' || before.back() == ' ')) before.remove_suffix(1);
  if (wanted.empty() || before.size() <= wanted.size()) return false;
  const char gap = before[before.size() - wanted.size() - 1];
  return is(before.substr(before.size() - wanted.size()), wanted) &&
         (gap == ' ' || gap == '\n' || gap == '\t' || gap == '\r' || gap == '"' || gap == '\'');
}

// Whether what a tag holds before a value, "… id=", makes it a name for the page itself: "sidebar.shell" there is no
// host.
bool names_a_part(std::string_view before) {
  while (!before.empty() && (before.back() == '=' || before.back() == ' ')) before.remove_suffix(1);
  constexpr std::array<std::string_view, 3> names{"id", "class", "for"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view one) {
    if (before.size() <= one.size()) return false;
    const std::string_view last = before.substr(before.size() - one.size());
    const char gap = before[before.size() - one.size() - 1];
    return equal_ignoring_case(last, one) && (gap == ' ' || gap == '\n' || gap == '\t' || gap == '"' || gap == '\'');
  });
}

class Reader {
 public:
  explicit Reader(std::string_view document) : document_(document) {}

  std::string shown() {
    links_only_ = true;
    Piece seen, attributes;
    words_of(as_it_stands(document_), seen, attributes);
    return std::move(seen.text);
  }

  std::vector<Piece> pages(DocumentForm form) {
    const Piece whole = as_it_stands(document_);
    if (form == DocumentForm::Html)
      html(whole);
    else
      mail(whole, 0);
    return std::move(pieces_);
  }

 private:
  void keep(Piece piece) {
    if (!piece.empty()) pieces_.push_back(std::move(piece));
  }

  // ---- pages

  void html(const Piece& in) {
    Piece seen, attributes;
    words_of(in, seen, attributes);
    keep(std::move(seen));
    keep(std::move(attributes));
  }

  void words_of(const Piece& in, Piece& seen, Piece& attributes) {
    const std::string_view text = in.text;
    std::string meant;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == '<' && i + 1 < text.size()) {
        const std::size_t end = tag(in, i, seen, attributes);
        if (end != i) {
          i = end;
          continue;
        }
      }
      i = character(in, i, text.size(), meant, seen);
    }
  }

  // One character or entity of `in`, to `out`.
  static std::size_t character(const Piece& in, std::size_t i, std::size_t end, std::string& meant, Piece& out) {
    if (in.text[i] == '&') {
      const std::size_t length = entity(std::string_view(in.text).substr(0, end), i, meant);
      if (length > 0) {
        out.add(meant, {in.place(i).begin, in.place(i + length - 1).end});
        return i + length;
      }
    }
    out.add(in.text[i], in.place(i));
    return i + 1;
  }

  // The tag at `i`: where it ends, or `i` if none stands there. What is read for nothing is counted: a page that makes
  // much of it ("<a <a <a …") has no more tags.
  std::size_t tag(const Piece& in, std::size_t i, Piece& seen, Piece& attributes) {
    if (wasted_ > in.text.size()) return i;
    std::size_t read_to = i;
    const std::size_t end = read_tag(in, i, seen, attributes, read_to);
    if (end == i) wasted_ += read_to - i;
    return end;
  }

  std::size_t read_tag(const Piece& in, std::size_t i, Piece& seen, Piece& attributes, std::size_t& read_to) const {
    const std::string_view text = in.text;
    if (text.substr(i, 4) == "<!--") {
      const std::size_t end = text.find("-->", i + 4);
      const std::size_t stop = end == kNone ? text.size() : end + 3;
      if (links_only_) return stop;
      attributes.add('\n', in.place(i));  // what a comment says is no part of the sentence, but it is there
      for (std::size_t k = i + 4; k < stop - std::min<std::size_t>(3, stop - i); ++k)
        attributes.add(text[k], in.place(k));
      attributes.add('\n', in.place(i));
      return stop;
    }
    std::size_t name = i + 1;
    if (text[name] == '/' || text[name] == '!' || text[name] == '?') ++name;
    std::size_t name_end = name;
    while (name_end < text.size() && ((text[name_end] | 0x20) >= 'a' && (text[name_end] | 0x20) <= 'z')) ++name_end;
    if (name_end == name) return i;
    while (name_end < text.size() && hex_value(text[name_end]) >= 0 && text[name_end] <= '9') ++name_end;  // h1
    std::string meant;
    std::size_t at = name_end;
    while (at < text.size() && text[at] != '>') {
      const char quote = text[at];
      if (quote != '"' && quote != '\'') {
        ++at;
        continue;
      }
      const std::size_t close = text.find(quote, at + 1);
      if (close == kNone) {
        at = text.size();
        break;
      }
      // href="#smb.conf.security" names a part too.
      if (links_only_) {
        if (leads_away(text.substr(name, name_end - name), text.substr(name_end, at - name_end))) {
          seen.add(" <", in.place(at));
          for (std::size_t k = at + 1; k < close;) k = character(in, k, close, meant, seen);
          seen.add("> ", in.place(close));
        }
      } else if (text[at + 1] != '#' && !names_a_part(text.substr(name_end, at - name_end))) {
        attributes.add('\n', in.place(at));
        for (std::size_t k = at + 1; k < close;) k = character(in, k, close, meant, attributes);
        attributes.add('\n', in.place(close));
      }
      at = close + 1;
    }
    read_to = at;
    if (at >= text.size()) return i;  // no tag after all
    const std::string_view tag_name = text.substr(name, name_end - name);
    if (!inline_tag(tag_name)) seen.add('\n', {in.place(i).begin, in.place(at).end});
    if (links_only_ && name == i + 1 && unread_tag(tag_name)) return past_element(text, at + 1, tag_name);
    return at + 1;
  }

  // Where "</style" stands, and so what is inside is passed over; the end where it is not there.
  static std::size_t past_element(std::string_view text, std::size_t at, std::string_view tag_name) {
    for (std::size_t end = text.find("</", at); end != kNone; end = text.find("</", end + 2))
      if (equal_ignoring_case(text.substr(end + 2, tag_name.size()), tag_name)) return end;
    return text.size();
  }

  // ---- mail

  struct Headers {
    std::string type, boundary, encoding;  // lower case, but the boundary
  };

  static std::string parameter(std::string_view value, std::string_view name) {
    const std::string lower = lower_ascii(value);
    std::size_t at = lower.find(std::string(name) + '=');
    if (at == kNone) return {};
    at += name.size() + 1;
    if (at < value.size() && value[at] == '"') {
      const std::size_t end = value.find('"', at + 1);
      return end == kNone ? std::string() : std::string(value.substr(at + 1, end - at - 1));
    }
    return std::string(value.substr(at, value.find_first_of("; \t\r\n", at) - at));
  }

  // Where the blank line ends that closes the headers.
  static std::size_t body_of(std::string_view text) {
    for (std::size_t line = 0; line < text.size();) {
      const std::size_t end = std::min(text.find('\n', line), text.size());
      if (trim(text.substr(line, end - line)).empty()) return std::min(end + 1, text.size());
      line = end + 1;
    }
    return text.size();
  }

  static Headers headers_of(std::string_view text) {
    Headers headers;
    std::string unfolded;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool folded = text[i] == '\n' && i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\t');
      if (!folded) unfolded += text[i];
    }
    for (const std::string_view line : split(unfolded, '\n')) {
      const std::size_t colon = line.find(':');
      if (colon == kNone) continue;
      const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
      if (equal_ignoring_case(name, "content-transfer-encoding")) headers.encoding = lower_ascii(value);
      if (!equal_ignoring_case(name, "content-type")) continue;
      headers.type = lower_ascii(trim(value.substr(0, value.find(';'))));
      headers.boundary = parameter(value, "boundary");
    }
    return headers;
  }

  void mail(const Piece& in, int depth) {
    const std::string_view text = in.text;
    const std::size_t body = body_of(text);
    const Headers headers = headers_of(text.substr(0, body));
    keep(encoded_words(part_of(in, 0, body)));
    if (headers.type.starts_with("multipart/") && !headers.boundary.empty() && depth < kDeepest) {
      parts(in, body, "--" + headers.boundary, depth);
      return;
    }
    Piece content = part_of(in, body, text.size());
    if (headers.encoding == "quoted-printable") content = quoted_printable(content);
    if (headers.encoding == "base64") {
      const bool readable = headers.type.empty() || headers.type.starts_with("text/") ||
                            headers.type.starts_with("message/") || headers.type == "application/json" ||
                            headers.type == "application/xml";
      if (!readable) return;  // a file; its bytes are no text
      content = base64(content);
    }
    if (headers.type == "text/html")
      html(content);
    else if (headers.type.starts_with("message/") && headers.type != "message/delivery-status" && depth < kDeepest)
      mail(content, depth + 1);
    else
      keep(std::move(content));
  }

  void parts(const Piece& in, std::size_t body, const std::string& mark, int depth) {
    const std::string_view text = in.text;
    std::size_t begin = kNone;  // of the part that is open
    std::size_t preamble = body;
    for (std::size_t line = body; line < text.size();) {
      const std::size_t end = std::min(text.find('\n', line), text.size());
      if (text.substr(line, end - line).starts_with(mark)) {
        if (begin == kNone) keep(part_of(in, preamble, line));
        if (begin != kNone) mail(part_of(in, begin, line), depth + 1);
        begin = std::min(end + 1, text.size());
        if (text.substr(line + mark.size(), 2) == "--") {
          preamble = begin, begin = kNone;
          break;
        }
      }
      line = end + 1;
    }
    if (begin != kNone)
      mail(part_of(in, begin, text.size()), depth + 1);
    else
      keep(part_of(in, preamble, text.size()));
  }

  std::string_view document_;
  std::vector<Piece> pieces_;
  std::size_t wasted_ = 0;
  bool links_only_ = false;  // of all attributes, where links lead, among the words
};

struct Kept {
  Find find;
  std::string canonical;
  std::size_t order = 0;  // in which it was found
};

}  // namespace

DocumentForm document_form(std::string_view beginning) {
  beginning = beginning.substr(0, 4096);
  while (!beginning.empty() && (static_cast<unsigned char>(beginning[0]) <= 0x20 || beginning[0] == '\xef' ||
                                beginning[0] == '\xbb' || beginning[0] == '\xbf'))
    beginning.remove_prefix(1);
  const std::string lower = lower_ascii(beginning.substr(0, 512));
  if (lower.starts_with("<!doctype html") || lower.starts_with("<html") ||
      (lower.starts_with("<") && lower.find("<html") != kNone))
    return DocumentForm::Html;
  // Three headers of RFC 5322 before the first line that is neither header nor folded.
  int known = 0;
  for (const std::string_view line : split(beginning, '\n')) {
    const std::size_t colon = line.find(':');
    if (line.starts_with(' ') || line.starts_with('\t')) continue;
    if (line.starts_with("From ") && known == 0) continue;  // mbox
    if (colon == kNone || colon == 0 || line.substr(0, colon).find(' ') != kNone) break;
    for (const std::string_view name : {"from", "to", "subject", "date", "received", "message-id", "mime-version",
                                        "content-type", "return-path", "delivered-to", "reply-to"})
      known += equal_ignoring_case(line.substr(0, colon), name) ? 1 : 0;
  }
  return known >= 3 ? DocumentForm::Mail : DocumentForm::Text;
}

std::string page_text(std::string_view page) {
  return page.size() > kLargest ? std::string(page) : Reader(page).shown();
}

void scan_document(std::string_view document, DocumentForm form, const ScanOptions& options, FindSink sink) {
  if (form == DocumentForm::Text || document.size() > kLargest) return scan(document, options, sink);
  std::vector<Kept> all;
  for (const Piece& piece : Reader(document).pages(form)) {
    scan(piece.text, options, [&](const Find& find) {
      Find there = find;
      const std::size_t last = find.offset + find.length - 1;
      there.offset = piece.place(find.offset).begin;
      there.length = piece.place(last).end - there.offset;
      there.written = document.substr(there.offset, there.length);
      if (there.written != find.written) there.flags |= static_cast<std::uint16_t>(FindFlag::Decoded);
      all.push_back({there, std::string(find.canonical), 0});
    });
  }
  // What lies inside of another is passed over, but for what is meant to.
  for (std::size_t i = 0; i < all.size(); ++i) all[i].order = i;
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) {
    return a.find.offset != b.find.offset ? a.find.offset < b.find.offset : a.order < b.order;
  });
  std::uint64_t free = 0;
  for (Kept& one : all) {
    const std::uint64_t end = one.find.offset + one.find.length;
    const bool inside = one.find.has(FindFlag::InsideUrl);
    if (inside ? end > free : one.find.offset < free) continue;
    free = std::max(free, end);
    one.find.canonical = one.canonical;
    sink(one.find);
  }
}

}  // namespace cordon
