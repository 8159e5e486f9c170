// What a chain holds: domains, mail addresses, IP addresses.
//
// Choices for bare names in prose, where no scheme, path or "[.]" shows what the author meant:
//   - the top-level name must be on the suffix list; names that are also endings of files or members of
//     programs ("README.md", "run.sh", "user.name") are left alone unless they begin with "www.";
//   - "end.In the" is a full stop without a space; "/a/b.so" is a path; "foo.name(" is code;
//   - Chinese, Japanese, Korean and Thai have no spaces, so their letters end a word; such a name is found
//     only behind a scheme, or where blanks and punctuation stand around the whole of it;
//   - v4 addresses behind "version", "§" or "/" are numbers of versions and sections; v6 addresses must be
//     global unicast (2000::/3), or every "a::b" of a program would be one; those of one link or one network
//     where four groups of them are there.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "observable/ip.h"
#include "observable/observable.h"
#include "observable/platform.h"
#include "observable/refang.h"
#include "observable/scan_chain.h"

namespace cordon {
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
    host.add_plain(r_.slice(begin, end), r_.readable(begin));
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
      if (verdict.platform && is_platform_host(s.host.text(), s.host.text().substr(verdict.registrable)))
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
  const auto plain = read_ipv6(r_.slice(begin, end));  // as nobody broke it
  const auto broken = plain ? Result<Ip>(fail(Fault::Malformed, "")) : parse_ip(r_.slice(begin, end));
  if (!plain && !broken) return false;
  Pos range_end = end;
  if (range_follows(end, range_end)) {
    std::string text = plain ? ipv6_text(*plain) : broken->text();
    text += r_.slice(end, range_end);
    r_.give({FoundKind::Cidr, begin, range_end, text});
  } else if (plain) {
    r_.give(
        {FoundKind::Ip, begin, end, ipv6_text(*plain), false, is_special_ipv6(*plain) ? bit(FindFlag::Reserved) : 0u});
  } else {
    give_parsed(FoundKind::Ip, begin, end);
  }
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
    take_url(scheme, body, scheme_of(scheme, body));
    return;
  }
  const bool wildcard = previous(begin) == '*' || (begin > 1 && previous(begin) == '.' && previous(begin - 1) == '*');
  if (wildcard) return;
  // "ssh://host/x" is no web address; its host still is one.
  if (previous(begin) == '/' && begin > 1 && previous(begin - 1) == '/') path = false;
  const std::string_view top = r_.slice(words.back().begin, end);
  const bool plain = std::none_of(words.begin() + 1, words.end(), [](const Word& word) { return word.broken; });
  if (all_digits(top)) return take_ipv4(words, begin, end, plain, path);
  const TopName top_is = top_name(top);
  const bool onion = top_is.is(TopName::kOnion);
  const Name name{begin, end, words.back().begin, words.front().end};
  const HeldBack held = plain && !onion ? doubt(name, path, top_is) : HeldBack::No;
  if (held != HeldBack::No) {
    const Pos before = r_.free();
    take_word(words[0]);  // "<md5>.bin"
    if (r_.free() == before) take_domain(words, begin, end, held, top_is);
    return;
  }
  if (path) {
    // The host decides whether this is an address; a platform's name is refused, yet a page on it may be one.
    if (!fill_host(words, begin, end) || judge_host(r_.scratch().host).kind != HostVerdict::Kind::None) {
      take_url(begin, begin, {"http"});
      return;
    }
  } else if (onion) {
    give_parsed(FoundKind::Onion, begin, end);
    return;
  } else {
    const Pos before = r_.free();
    take_domain(words, begin, end, HeldBack::No, top_is);
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

void Chain::take_domain(Words words, Pos begin, Pos end, HeldBack held, TopName top) {
  if (!fill_host(words, begin, end)) {
    give_parsed(FoundKind::Domain, begin, end, held);
    return;
  }
  const bool broken =
      !plain_ && std::any_of(words.begin() + 1, words.end(), [](const Word& word) { return word.broken; });
  give_domain(begin, end, held, broken, top);
}

// The domain that was read into the scratch host.
void Chain::give_domain(Pos begin, Pos end, HeldBack held, bool broken, TopName top) {
  const HostText& host = r_.scratch().host;
  const HostVerdict verdict = judge_host(host, top);
  if (verdict.kind == HostVerdict::Kind::None || verdict.kind == HostVerdict::Kind::Onion) return;
  if (verdict.kind == HostVerdict::Kind::Ask) {
    give_parsed(FoundKind::Domain, begin, end, held);
    return;
  }
  const bool platform = verdict.platform && is_platform_host(host.text(), host.text().substr(verdict.registrable));
  if (platform && held == HeldBack::No) held = HeldBack::Platform;
  unsigned flags = verdict.shared || platform ? bit(FindFlag::SharedHost) : 0u;
  if (verdict.reserved) flags |= bit(FindFlag::Reserved);
  r_.give({FoundKind::Domain, begin, end, host.text(), broken, flags, held});
}

HeldBack Chain::doubt(const Name& name, bool path, TopName top_is) const {
  static constexpr auto doubtful_left = byte_table("\\/$@#"), doubtful_right = byte_table("(\\");
  const Pos begin = name.begin, end = name.end;
  const char left = previous(begin), first = r_.at(begin), right = r_.at(end);
  if ((first | 0x20) == 'w' && r_.starts(begin, "www.")) return HeldBack::No;
  if (doubtful_left[static_cast<unsigned char>(left)]) {
    if (left == '$' || left == '@') return HeldBack::CodeMember;
    if (left == '\\') return HeldBack::PathPart;
    if (left == '/' && (begin < 2 || previous(begin - 1) != '/')) return HeldBack::PathPart;
    // "page.html#part.of", and not the sign of a comment before a name
    if (left == '#' && begin > 1 && static_cast<unsigned char>(previous(begin - 1)) > ' ') return HeldBack::PathPart;
  }
  if (doubtful_right[static_cast<unsigned char>(right)])
    return right == '(' ? HeldBack::CodeMember : HeldBack::PathPart;
  const bool two = name.first_end + 1 == name.top;
  if (top_is.is(TopName::kFile) && !path) return HeldBack::FileEnding;
  if (top_is.is(TopName::kMember) && two && !called_a_host(begin, end) && !in_row_of_finds(begin, end))
    return HeldBack::CodeMember;
  if (two && top_is.is(TopName::kOld) && end - name.top == 4 && log_selector(name)) return HeldBack::CodeMember;
  // "com.example.android.gm": the names of packages begin with what a host's name ends in.
  if (!two && !top_is.is(TopName::kOld) && one_of(" com org net android java javax ", r_.slice(begin, name.first_end)))
    return HeldBack::CodeMember;
  return upper(first) || upper(r_.at(name.top)) ? doubt_of_capitals(name, top_is) : HeldBack::No;
}

HeldBack Chain::doubt_of_capitals(const Name& name, TopName top_is) const {
  const std::string_view written = r_.slice(name.begin, name.end), top = r_.slice(name.top, name.end);
  if (written == "ASP.NET" || written == "VB.NET" || written == "ADO.NET") return HeldBack::CodeMember;
  // "PERCENTILE.INC": capitals throughout, and no top-level name that is as old as the habit.
  if (upper(top[0]) && top.size() > 2 && std::none_of(written.begin(), written.end(), small) &&
      !top_is.is(TopName::kOld))
    return HeldBack::CodeMember;
  // "System.Net.WebClient", "Trojan.AndroidOS.Agent.ao"
  int titled = 0;
  for (Pos label = name.begin; label < name.top; label = r_.ascii_end(label, name.end) + 1)
    if (upper(r_.at(label)) && small(r_.at(label + 1))) ++titled;
  if (titled > 1) return HeldBack::CodeMember;
  const bool sentence = top.size() > 1 && upper(top[0]) && small(top[1]) && small(r_.at(name.top - 2));
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

// "| <hash> | example.cc |": a cell of a table in whose row an indicator was found.
bool Chain::in_row_of_finds(Pos begin, Pos end) const {
  const Pos given = r_.given();
  if (given == 0 || given > begin || begin - given > 200) return false;
  Pos left = begin, right = end;
  while (left > given && r_.at(left - 1) == ' ') --left;
  while (right < end + 40 && (r_.at(right) == ' ' || r_.at(right) == '\r')) ++right;
  return r_.at(left - 1) == '|' && (r_.at(right) == '|' || r_.at(right) == '\n' || right == r_.end()) &&
         r_.slice(given, left).find('\n') == std::string_view::npos;
}

// "kern.info;mail.err", "mail.info  -/var/log/mail", "logger -p user.info": a facility (RFC 5424 6.2.1) and a
// priority, among others or with where they go.
bool Chain::log_selector(const Name& name) const {
  if (!r_.starts(name.top, "info")) return false;
  const std::string_view facility = r_.slice(name.begin, name.first_end);
  const Pos begin = name.begin, end = name.end;
  constexpr std::string_view facilities = " kern user mail daemon auth authpriv syslog lpr news uucp cron ftp ";
  const bool local = facility.size() == 6 && facility.starts_with("local") && facility[5] >= '0' && facility[5] < '8';
  if (!local && !one_of(facilities, facility)) return false;
  const char left = previous(begin), right = r_.at(end);
  if (left == ';' || left == ',' || left == '=' || right == ';') return true;
  if (left == ' ' && begin > 3 && r_.starts(begin - 4, " -p ")) return true;
  Pos at = end;
  while (at < end + 40 && (r_.at(at) == ' ' || r_.at(at) == '\t')) ++at;
  return at > end && (r_.at(at) == '/' || (r_.at(at) == '-' && r_.at(at + 1) == '/'));
}

void Chain::take_ipv4(Words words, Pos begin, Pos end, bool plain, bool path) {
  std::array<char, 24> text;
  char* out = text.data();
  bool four = words.size() == 4 && end == words.back().end;
  for (std::size_t i = 0; i < words.size() && four; ++i) {
    if (i > 0) *out++ = '.';
    const std::string_view part = r_.slice(std::max(words[i].begin, begin), words[i].end);
    four = part.size() <= 3 && all_digits(part) && (part.size() == 1 || part[0] != '0');
    if (four) out = std::copy(part.begin(), part.end(), out);
  }
  if (!four) {
    for (const Word& word : words) take_word(word);
    return;
  }
  const std::string_view address_text(text.data(), static_cast<std::size_t>(out - text.data()));
  const auto address = plain_ipv4(address_text);
  if (!address) return;
  Pos range_end = end;
  if (range_follows(end, range_end)) {
    const auto bits = static_cast<unsigned>(
        range_end - end == 2 ? r_.at(end + 1) - '0' : 10 * (r_.at(end + 1) - '0') + (r_.at(end + 2) - '0'));
    if (range_end - end <= 3 && bits <= 32) {
      const std::string_view range = r_.slice(end, range_end);
      out = std::copy(range.begin(), range.end(), out);
      r_.give({FoundKind::Cidr, begin, range_end, {text.data(), static_cast<std::size_t>(out - text.data())}, !plain});
    }
    return;
  }
  const HeldBack held = plain ? doubt_of_numbers(begin, end) : HeldBack::No;
  if (path && held == HeldBack::No) {
    take_url(begin, begin, {"http"});
    return;
  }
  const unsigned flags = is_special_ipv4(*address) ? bit(FindFlag::Reserved) : 0u;
  r_.give({FoundKind::Ip, begin, end, address_text, !plain, flags, held});
}

// Four numbers in a row, written as the parser writes them.
void Chain::give_ipv4(Pos begin, Pos end, std::uint32_t address) {
  const unsigned flags = is_special_ipv4(address) ? bit(FindFlag::Reserved) : 0u;
  r_.give({FoundKind::Ip, begin, end, r_.slice(begin, end), false, flags, doubt_of_numbers(begin, end)});
}

HeldBack Chain::doubt_of_numbers(Pos begin, Pos end) const {
  return version_before(begin) ? HeldBack::Version : heading(begin, end) ? HeldBack::Heading : HeldBack::No;
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
  const char left = previous(begin);
  if (left == '\n' || left == '"' || left == '\'' || left == ',' || left == '(' || left == '[')
    return false;  // for most
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

}  // namespace cordon
