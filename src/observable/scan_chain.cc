// Reading a chain: its connectors, its words, and the short ways for the chains that most are.
#include "observable/scan_chain.h"

#include <bit>

#include "observable/refang.h"

namespace cordon {
// "[.]", "(dot)", "{at}", "[ . ]", "[:]", "[@]" at an opening bracket, and "[." alone.
Connector Chain::bracketed(Pos at) const {
  const char closer = closer_of(r_.at(at));
  if (closer == '\0') return {};
  if (const Pos heap = heaped_dot(at); heap > 0) return {'.', heap, true};
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

// "[[[.]]]", "(.]]", "[[." before a word: as long as nothing but one dot is inside. The length of the heap, or 0 for
// none and for the plain "[.]" and "[.", which bracketed() reads.
Pos Chain::heaped_dot(Pos at) const {
  constexpr Pos most = 4;
  Pos dot = at + 1;
  while (dot < at + most && closer_of(r_.at(dot)) != '\0') ++dot;
  if (r_.at(dot) != '.') return 0;
  Pos end = dot + 1;
  while (end < dot + 1 + most && closes(r_.at(end))) ++end;
  const Pos closers = end - dot - 1;
  const bool plain = dot == at + 1 && (closers == 0 || (closers == 1 && r_.at(dot + 1) == closer_of(r_.at(at))));
  return !plain && r_.word_at(end) ? end - at : 0;
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
    case '.': {
      Pos end = at + 1;
      while (end < at + 5 && closes(r_.at(end))) ++end;
      if (end > at + 1 && r_.word_at(end)) return {'.', end - at, true};  // "192.]168", "192.]]]168"
      return {'.', 1, false};
    }
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
    case '\\': {
      Pos dot = at + 1;
      while (dot < at + 8 && r_.at(dot) == '\\') ++dot;  // "example\\.org", quoted once more
      if (r_.at(dot) == '.') return {'.', dot + 1 - at, true};
      return {};
    }
    case '\xef':
      if (r_.at(at + 1) == '\xbc' && r_.at(at + 2) == '\x8e') return {'.', 3, true};
      return {};
    case ' ': {
      if (r_.starts(at + 1, "dot ")) return {'.', 5, true};
      if (behind_scheme_ && r_.at(at + 1) == '.' && small(r_.at(at + 2))) return {'.', 2, true};
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
    const auto heap = [](char sign) { return closer_of(sign) != '\0' || sign == '\\'; };
    while (c == '.' && longest < 9 && heap(r_.at(at - longest))) ++longest;
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
    if (end - next <= 5 && r_.slash_within(end, 2) && meant_scheme(r_.slice(next, end))) return count_ > 0;
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
  const auto of_names = [](const ByteClasses& c) { return c.word | c.dot; };
  const auto left = static_cast<Pos>(std::countl_one(r_.bits_before(dot, of_names)));
  const auto right = static_cast<Pos>(std::countr_one(r_.bits_from(dot, of_names)));
  if (left + right > 63 || left == 0) return false;
  Pos begin = dot - left, end = dot + right;
  if (r_.at(end - 1) == '.') --end;
  if (begin < r_.free() || end <= dot + 1) return false;
  const char behind = r_.at(end), before = begin > 0 ? r_.at(begin - 1) : '\0';
  if (kMayGoOn[static_cast<unsigned char>(behind)] && goes_on_right(end)) return false;
  std::uint64_t dots = r_.bits_from(begin, [](const ByteClasses& c) { return c.dot; });
  dots &= (std::uint64_t{1} << (end - begin)) - 1;
  if ((dots & (dots << 1 | 1)) != 0 || dots >> (end - begin - 1) != 0) return false;
  const std::string_view written = r_.slice(begin, end);
  const std::size_t top_at = 64 - static_cast<std::size_t>(std::countl_zero(dots));
  const std::string_view top = written.substr(top_at);
  const char first = written.front(), final = written.back();
  if (final == '-' || final == '_') return false;
  const bool numbers = digit(top[0]);
  const TopName top_is = numbers ? TopName() : r_.hosts().top(top);
  if (numbers ? !all_digits(top) : !top_is.is(TopName::kListed)) {
    // A word that no name can end in, whatever stands before: a program's file, or words long enough to be something.
    if (written.size() >= 13)
      for (Pos word = begin; word < end;) {
        const Pos word_end = r_.ascii_end(word, end);
        if (word_end - word >= 13) read_token(r_, word, word_end);
        word = word_end + 1;
      }
    if (top_is.is(TopName::kProgram) && r_.free() <= begin && r_.word_at(begin) && before != '/')
      r_.give({FoundKind::FileName, begin, end, written});
    return r_.pass(end), true;
  }
  if (!(letter(first) || digit(first)) || (kMayComeFrom[static_cast<unsigned char>(before)] && goes_on_left(begin)))
    return false;
  if (numbers) {
    if (behind == '/') return false;
    if (before == '*') return r_.pass(end), true;
    const bool room = r_.readable(end) >= 4;
    if (const auto address = room ? plain_ipv4(written, dots) : plain_ipv4(written)) {
      give_ipv4(begin, end, *address);
      return r_.pass(end), true;
    }
    if (written.size() < 15) return r_.pass(end), true;
    return false;
  }
  if (behind == '/' || top_is.is(TopName::kOnion)) return false;  // a URL, perhaps
  // "http__example.org"
  if ((r_.at(begin + 4) == '_' || r_.at(begin + 5) == '_') &&
      after_underscores(begin, begin + static_cast<Pos>(std::countr_zero(dots))) != kNowhere)
    return false;
  if (before == '*') return r_.pass(end), true;
  const Name name{begin, end, begin + top_at, begin + static_cast<Pos>(std::countr_zero(dots))};
  const Pos free = r_.free();
  const HeldBack held = doubt(name, false, top_is);
  if (held != HeldBack::No && written.size() >= 13) read_token(r_, begin, name.first_end);
  if (r_.free() == free) {
    HostText& host = r_.scratch().host;
    if (r_.readable(begin) >= HostText::kShortReach) {
      const SignBits signs = host.assign_short(written);
      give_domain(begin, end, held, false, r_.hosts().judge_short(host, signs, top_is));
    } else {
      host.clear();
      host.add_plain(written, r_.readable(begin));
      give_domain(begin, end, held, false, r_.hosts().judge(host, top_is));
    }
  }
  if (r_.free() == free && written.size() >= 13)
    for (Pos word = begin; word < end;) {
      const Pos word_end = r_.ascii_end(word, end);
      read_token(r_, word, trimmed_end(word, word_end));
      word = word_end + 1;
    }
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
  if (!digit(first) && first != '-' && first != '_' && r_.at(end - 1) != '_' && r_.at(end - 1) != '-' &&
      !r_.hosts().top(r_.slice(last + 1, end)).is(TopName::kListed)) {
    if (end - begin >= 13)
      for (Pos word = begin; word < end;) {
        const Pos word_end = r_.ascii_end(word, end);
        if (word_end - word >= 13) read_token(r_, word, word_end);
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
  if (r_.at(anchor) == '.' && (read_short(anchor) || read_plain(anchor, floor) || read_spaceless(anchor))) return;
  Pos begin = anchor;
  // From inside of a connector to the word before it.
  for (int steps = 0; steps < 9 && begin > floor && !r_.word_before(begin); ++steps) {
    const char c = r_.at(begin - 1);
    if (c != ' ' && closer_of(c) == '\0' && c != '\\') break;
    --begin;
  }
  if (begin <= floor || !r_.word_before(begin)) return;
  const Pos near = begin;  // the end of a word
  begin = r_.word_begin(begin, floor);
  for (Pos connector; (connector = connector_before(begin, floor)) != kNowhere;)
    begin = r_.word_begin(connector, floor);
  // Longer than what is looked at; the floor may lie inside of a character, and no word begins behind that.
  if (floor > 0 && (floor != r_.free() || floor == r_.overlong()) &&
      (begin == floor || (begin < floor + 4 && !r_.word_at(begin))))
    return step_over(near, anchor);
  for (std::size_t none; (none = no_width(r_.slice(begin, std::min<Pos>(begin + 4, r_.end())))) > 0;) begin += none;
  if (!r_.word_at(begin)) return;
  if (!gather(begin)) return step_over(count_ > 0 ? std::max(near, words_[count_ - 1].end) : near, anchor);
  const Pos behind = words_[count_ - 1].end;
  look_at();
  r_.pass(std::max(behind, anchor + 1));
}

// "请看 食狮.中国。": letters of a script that has no spaces around them, and signs of no word around the whole name.
bool Chain::read_spaceless(Pos dot) {
  if (dot < r_.run_known()) return false;
  const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (!(high(previous(dot)) && !r_.word_before(dot)) && !(high(r_.at(dot + 1)) && !r_.word_at(dot + 1))) return false;
  const auto letter_at = [&](Pos at) {
    const Character c = read_character(r_.slice(at, std::min<Pos>(at + 4, r_.end())));
    return letter_or_mark(c.code) ? c.length : 0;
  };
  constexpr Pos most = 255;
  Pos begin = dot, end = dot;
  const Pos floor = std::max(r_.free(), dot > most ? dot - most : Pos{0});
  while (begin > floor) {
    const char c = r_.at(begin - 1);
    Pos lead = begin - 1;
    while (lead > floor && begin - lead < 4 && (static_cast<unsigned char>(r_.at(lead)) & 0xc0) == 0x80) --lead;
    if (high(c) ? letter_at(lead) != begin - lead : !ascii_word(c) && c != '.') break;
    begin = high(c) ? lead : begin - 1;
  }
  for (std::size_t step; end < std::min(dot + most, r_.end()); end += step) {
    step = high(r_.at(end)) ? letter_at(end) : ascii_word(r_.at(end)) || r_.at(end) == '.' ? 1 : 0;
    if (step == 0) break;
  }
  r_.know_run(end);
  while (end > dot && r_.at(end - 1) == '.') --end;
  constexpr std::string_view joins = "@/:\\%=&#$*+~";
  const char before = previous(begin);
  if (joins.find(before) != std::string_view::npos) return false;
  if (begin == floor && begin > 0 && (ascii_word(before) || high(before) || before == '.')) return false;
  if (end <= dot || end >= dot + most || (r_.at(end) != '\0' && joins.find(r_.at(end)) != std::string_view::npos))
    return false;
  return give_parsed(FoundKind::Domain, begin, end);
}

// What is too long to be a chain is passed over in strides, each of which knows that it is not at a beginning.
void Chain::step_over(Pos at, Pos anchor) {
  const Pos furthest = anchor + Reading::kLongest;
  for (;;) {
    const Connector found = connector(at);
    if (found.meant == '\0' || !r_.word_at(at + found.length)) break;
    const Pos end = r_.word_end(at + found.length, furthest);
    if (end + 4 > furthest) {  // a character that does not fit any more ends a word as well
      r_.pass_overlong(end);
      return;
    }
    at = end;
  }
  r_.pass(std::max(at, anchor + 1));
}

// "tcp://example .org/x": behind any scheme a blank before the dot is a broken one. `body` is where the host begins.
void Chain::read_broken_host(Pos body) {
  const Pos end = r_.name_end(body, body + 255);
  if (end == body || r_.at(end) != ' ' || r_.at(end + 1) != '.' || !small(r_.at(end + 2))) return;
  const std::string_view name = r_.slice(body, end);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && r_.hosts().top(name.substr(dot + 1)).is(TopName::kListed | TopName::kReserved))
    return;  // a whole host already
  behind_scheme_ = true;
  if (!gather(body)) return;
  look_at();
  r_.pass(words_[count_ - 1].end);
}

// "http__example .org/x", at the dot: elsewhere, a blank before a dot begins something new.
void Chain::read_blank_dot(Pos dot) {
  const Pos end = dot - 1;
  if (!small(r_.at(dot + 1)) || !ascii_word(r_.at(end - 1))) return;
  Pos scheme = r_.ascii_begin(end, std::max(r_.free(), end > 80 ? end - 80 : Pos{0}));
  const Pos body = after_underscores(scheme, end);
  if (body == kNowhere) return;
  if (r_.at(scheme) == '_') scheme = r_.ascii_begin(scheme - 1, r_.free());  // "https:__"
  take_url(scheme, body, scheme_of(scheme, body));
}

void read_chain(Reading& reading, Pos anchor) { Chain(reading).read(anchor); }
void read_blank_dot(Reading& reading, Pos dot) { Chain(reading).read_blank_dot(dot); }

}  // namespace cordon
