// URLs: where they end in prose, what is inside of them, and the common ones without their parser.
#include <bit>
#include <cstring>

#include "base/text.h"
#include "observable/confusable.h"
#include "observable/ip.h"
#include "observable/observable.h"
#include "observable/platform.h"
#include "observable/refang.h"
#include "observable/scan_chain.h"
#include "observable/url.h"

namespace cordon {

// "[the words of the link]" behind a URL, and not "[1]/more" in its path or a broken sign.
bool Chain::words_in_brackets(Pos open) const {
  if (bracketed(open).meant != '\0' || r_.at(open + 1) == '/') return false;
  const Pos close = r_.stop(open + 1, open + 200);
  if (r_.at(close) != ']') return true;
  const char next = r_.at(close + 1);
  return !ascii_word(next) && next != '/' && !((next == '.' || next == ':') && ascii_word(r_.at(close + 2)));
}

// "hxxp://example[.]org /gate": where the author broke the address in another way as well, a path behind one blank is
// the address's own. Behind a clear one it is as often the next word of a command.
bool Chain::path_behind_blank(Pos begin, Pos body, Pos blank, Pos host_end) const {
  if (blank == body || blank > host_end || r_.at(blank + 1) != '/' || !ascii_word(r_.at(blank + 2)) ||
      !ascii_word(previous(blank)))
    return false;
  const std::string_view scheme = r_.slice(begin, body);
  const bool clear = equal_ignoring_case(scheme, "http://") || equal_ignoring_case(scheme, "https://") ||
                     equal_ignoring_case(scheme, "ftp://");
  return !clear || r_.name_end(body, blank) < blank;
}

// What ends a URL wherever it stands.
constexpr auto kEndsUrl = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  for (const char c : {'"', '<', '>', '^', '`', '|', '\x7f'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
constexpr auto kTrailsUrl = [] {
  std::array<bool, 256> table{};
  for (const char c : {'.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '(', '[', '{'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Less the signs of the sentence around it.
Pos Chain::trimmed_url(Pos body, Pos end) const {
  if (end > body + 2 && r_.at(end - 1) == '+' && r_.at(end - 2) == '+') end -= 2;  // "++http://example.org++"
  while (end > body && kTrailsUrl[static_cast<unsigned char>(r_.at(end - 1))]) --end;
  return end;
}

// Most URLs: a host of plain names, then nothing that could end the URL or not, up to something that does.
bool Chain::quick_end(Pos body, UrlEnd& found) const {
  const Pos furthest = body + 4000;
  found.host = r_.name_end(body, furthest);
  const char behind = r_.at(found.host);
  const bool more = behind == '/' || behind == '?' || behind == '#' || behind == ':';
  found.end = more ? r_.stop(found.host, furthest) : found.host;
  const char last = r_.at(found.end);
  if (found.end >= furthest || !(kEndsUrl[static_cast<unsigned char>(last)] || (last == ' ' && behind == '/')))
    return false;
  found.end = trimmed_url(body, found.end);
  found.host = std::min(found.host, found.end);
  found.quick = true;
  return true;
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
      if (length == 0 || !r_.word_at(end + length)) {
        if (!path_behind_blank(begin, body, end, host_end)) break;
        host_end = ++end;
        continue;
      }
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
  return trimmed_url(body, end);
}

// The scheme of a URL that begins at `begin` and has its host at `body`; empty if only the parser knows it.
Chain::Scheme Chain::scheme_of(Pos begin, Pos body) const {
  Pos name_end = begin;
  while (name_end < body && r_.at(name_end) != ':' && r_.at(name_end) != '[' && r_.at(name_end) != '(') ++name_end;
  const std::string_view written = r_.slice(begin, name_end);
  const auto meant = meant_scheme(written);
  if (!meant) return {};
  const std::string_view mark = r_.slice(name_end, body);
  constexpr std::array<std::string_view, 8> marks{"://",   "[:]//", "(:)//",   "{:}//",
                                                  "[://]", "(://)", "[:][//]", ":[//]"};
  if (std::find(marks.begin(), marks.end(), mark) == marks.end()) return {};
  return {*meant, !equal_ignoring_case(written, *meant) || mark != marks[0]};
}

// Writes a path, a query and a fragment as the parser would, less the fragment. False if it would escape, resolve or
// refuse something there.
bool Chain::copy_path(Pos begin, Pos end, char*& out) const {
  static constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0x21; c < 0x7f; ++c) table[c] = true;
    for (const char c : {'"', '<', '>', '`', '{', '}', '^', '\'', '\\', '[', ']', '*', '#', '(', '%', '+', '.'})
      table[static_cast<unsigned char>(c)] = false;
    return table;
  }();
  const std::string_view text = r_.slice(begin, end);
  bool query = false, fragment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!plain[static_cast<unsigned char>(c)]) {
      const char before = i > 0 ? text[i - 1] : previous(begin), next = i + 1 < text.size() ? text[i + 1] : '\0';
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
  return true;
}

// The forms that need no parser: plain ASCII, a judged host, nothing to resolve or to escape. False for all others.
bool Chain::fast_url(Pos body, UrlEnd& where, Scheme scheme, Draft& draft) const {
  Scratch& s = r_.scratch();
  char* out = s.text.data();
  const auto write = [&out](std::string_view text) { out = std::copy(text.begin(), text.end(), out); };
  if (scheme.meant.empty()) return false;
  draft.defanged = scheme.broken;
  write(scheme.meant);
  write("://");
  const Pos end = where.end;
  s.host.clear();
  Pos at = body;
  if (where.quick) {
    s.host.add_plain(r_.slice(body, where.host), r_.readable(body));
    at = where.host;
  } else {
    for (;;) {
      const Pos piece = r_.name_end(at, end);
      s.host.add_plain(r_.slice(at, piece), r_.readable(at));
      at = piece;
      const char c = r_.at(at);
      if (at == end || c == '/' || c == '?' || c == '#' || c == ':') break;
      const Connector found = bracketed(piece);
      if (found.meant != '.' || found.length == 2 || at + found.length >= end) return false;
      draft.defanged = true;
      s.host.dot();
      at += found.length;
    }
  }
  s.host.drop_last_dot();
  if (!s.host.sound()) return false;
  const HostVerdict verdict = judge_host(s.host);
  bool platform = false;
  std::string_view registrable;
  if (verdict.kind == HostVerdict::Kind::Name) {
    registrable = s.host.text().substr(verdict.registrable);
    platform = verdict.platform && is_platform(registrable);
    if (platform && is_platform_host(s.host.text(), registrable)) draft.flags |= bit(FindFlag::SharedHost);
    if (verdict.shared) draft.flags |= bit(FindFlag::SharedHost);
    if (verdict.reserved) draft.flags |= bit(FindFlag::Reserved);
  } else {
    // Four plain numbers; what else browsers take for an address is the parser's to know.
    const auto address = plain_ipv4(s.host.text());
    if (!address) return false;
    if (is_special_ipv4(*address)) draft.flags |= bit(FindFlag::Reserved);
  }
  write(s.host.text());
  if (at < end && r_.at(at) == ':') {
    const Pos colon = at++;
    unsigned port = 0;
    while (at < end && digit(r_.at(at)) && at - colon <= 5) port = port * 10 + static_cast<unsigned>(r_.at(at++) - '0');
    if (at == colon + 1 || port > 65535 || r_.at(colon + 1) == '0') return false;
    const char c = r_.at(at);
    if (at < end && c != '/' && c != '?' && c != '#') return false;
    if (port != (scheme.meant == "http" ? 80u : scheme.meant == "https" ? 443u : 21u)) write(r_.slice(colon, at));
  }
  const char* const path = out;
  if (at == end || r_.at(at) != '/') *out++ = '/';
  if (where.quick && at < end && r_.readable(at) > end - at + kPathLane) {
    // No sign stands there that ends a URL, so few are left that the parser would not leave as they are.
    const PathSigns signs = copy_path_lanes(r_.slice(at, end), out);
    where.percent = signs.percent;
    if (!signs.other)
      out += end - at;
    else if (!copy_path(at, end, out))
      return false;
  } else if (!copy_path(at, end, out)) {
    return false;
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
bool Chain::take_url(Pos begin, Pos body, Scheme scheme) {
  UrlEnd where;
  if (!quick_end(body, where)) where = {url_end(begin, body)};
  const Pos end = where.end;
  if (begin < r_.free()) return false;
  if (begin != body && previous(begin) == '<' && (r_.at(end) == '\n' || r_.at(end) == '\r') && take_wrapped(begin, end))
    return true;
  Draft draft{FoundKind::Url, begin, end, {}};
  const bool given = end > body && end - begin <= 4096 &&
                     (fast_url(body, where, scheme, draft) ? r_.give(draft) : give_parsed(FoundKind::Url, begin, end));
  r_.pass(std::max(end, body));
  if (!given) return false;
  take_inside(body, end);
  if (where.percent) take_encoded(body, end);
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
    const Pos at = r_.hex_begin(probe, begin);
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

// The schemes that nearly all URLs have; empty for others.
Chain::Scheme Chain::common_scheme(std::string_view written) {
  std::uint32_t four = 0;
  std::memcpy(&four, written.data(), 4);
  constexpr auto number = [](std::string_view word) {
    std::uint32_t all = 0;
    for (std::size_t i = 4; i-- > 0;) all = all << 8 | static_cast<std::uint32_t>(word[i]);
    return all;
  };
  static_assert(std::endian::native == std::endian::little);
  if ((four != number("http") && four != number("hxxp")) || (written.size() == 5 && written[4] != 's')) return {};
  return {written.size() == 5 ? "https" : "http", four == number("hxxp")};
}

// "://" and its broken forms, at the colon.
void Chain::read_scheme(Pos colon) {
  if (r_.at(colon + 1) == '/' && r_.at(colon + 2) == '/' && r_.at(colon + 3) != '/' && r_.word_at(colon + 3)) {
    const auto length =
        static_cast<Pos>(std::countl_one(r_.bits_before(colon, [](const ByteClasses& c) { return c.word; })));
    const Scheme scheme = length == 4 || length == 5 ? common_scheme(r_.slice(colon - length, colon)) : Scheme();
    if (!scheme.meant.empty() && colon - length >= r_.free()) {
      take_url(colon - length, colon + 3, scheme);
      return;
    }
  }
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
  if (name_end - begin < 3) {
    if (name_end == colon && letter(previous(colon))) read_broken_host(body);
    return;
  }
  take_url(begin, body, scheme_of(begin, body));
}

// "http%3A%2F%2Fexample.net%2F" outside of any URL, at the first sign: the path of a request in a log.
void Chain::read_percent(Pos percent) {
  if (!r_.starts(percent, "%3a%2f%2f")) return;
  Pos begin = percent;
  while (begin > r_.free() && percent - begin < 5 && letter(previous(begin))) --begin;
  if (begin == percent || !meant_scheme(r_.slice(begin, percent)) || r_.word_before(begin)) return;
  Pos end = percent;
  while (end < percent + 2000 &&
         (ascii_word(r_.at(end)) || r_.at(end) == '%' || r_.at(end) == '.' || r_.at(end) == '~'))
    ++end;
  while (r_.at(end - 1) == '.') --end;
  const std::string decoded = percent_decoded(r_.slice(begin, end));
  give_decoded(r_, begin, end, refang(decoded), refang(decoded) != decoded);
}

bool give_decoded(Reading& reading, Pos begin, Pos end, std::string_view url, bool defanged) {
  const auto observable = parse_observable(ObservableKind::Url, url);
  if (!observable) return false;
  unsigned flags = bit(FindFlag::Decoded);
  if (on_shared_host(*observable)) flags |= bit(FindFlag::SharedHost);
  if (is_reserved(*observable)) flags |= bit(FindFlag::Reserved);
  return reading.give({FoundKind::Url, begin, end, observable->canonical(), defanged, flags});
}

void read_scheme(Reading& reading, Pos colon) { Chain(reading).read_scheme(colon); }
void read_percent(Reading& reading, Pos percent) { Chain(reading).read_percent(percent); }

}  // namespace cordon
