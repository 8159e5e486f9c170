// What is one word: hashes, wallets, accounts of banks; and the few numbers with a prefix: CVE-…, AS…, T1059, +7 ….
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/ascii.h"
#include "base/text.h"
#include "observable/observable.h"
#include "observable/scan_reading.h"

namespace cordon {
namespace {

bool give_parsed(Reading& r, FoundKind kind, Pos begin, Pos end, HeldBack held = HeldBack::No) {
  if (begin < r.free()) return false;
  const auto observable = parse_observable(*target_kind(kind), r.slice(begin, end));
  return observable && r.give({kind, begin, end, observable->canonical(), false, 0, held});
}

// Whether `word` stands before `at`, with nothing but a few signs between: "imphash: …", "**imphash** …".
bool labelled(const Reading& r, Pos at, std::string_view word) {
  Pos end = at;
  const auto sign = [](char c) {
    return c == ' ' || c == '\t' || c == ':' || c == '=' || c == '"' || c == '\'' || c == '|' || c == '`' || c == '*' ||
           c == '<' || c == '>' || c == '(';
  };
  while (end > r.begin() && at - end < 6 && sign(r.at(end - 1))) --end;
  return end >= r.begin() + word.size() && r.starts(end - word.size(), word) && end < at;
}

// ---- hashes

struct HashRow {
  std::size_t digits;
  FoundKind kind;
  std::string_view prefix;  // of the canonical text
  std::string_view of_nothing;
};
constexpr std::array<HashRow, 5> kHashes{{
    {32, FoundKind::FileHash, "md5:", "d41d8cd98f00b204e9800998ecf8427e"},
    {40, FoundKind::FileHash, "sha1:", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {64, FoundKind::FileHash, "sha256:", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {96, FoundKind::Sha384, "sha384:", ""},
    {128, FoundKind::Sha512, "sha512:", ""},
}};

bool read_hash(Reading& r, Pos begin, Pos end) {
  const std::size_t size = end - begin;
  const auto row = std::find_if(kHashes.begin(), kHashes.end(), [&](const HashRow& h) { return h.digits == size; });
  if (row == kHashes.end()) return false;
  std::array<char, 136> text;
  char* out = std::copy(row->prefix.begin(), row->prefix.end(), text.data());
  // Eight at a time: 0x20 makes hex digits lower case, 0x40 tells letters from digits. All sizes are multiples of 8.
  constexpr std::uint64_t kLower = 0x2020202020202020, kLetter = 0x4040404040404040;
  std::uint64_t letters = 0, digits_seen = 0;
  const char* in = r.slice(begin, end).data();
  for (std::size_t i = 0; i < size; i += 8, in += 8, out += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, in, 8);
    letters |= eight & kLetter;
    digits_seen |= ~eight & kLetter;
    eight |= kLower;
    std::memcpy(out, &eight, 8);
  }
  if (letters == 0 || digits_seen == 0) return false;
  const std::string_view canonical(text.data(), static_cast<std::size_t>(out - text.data()));
  const std::string_view digits = canonical.substr(row->prefix.size());
  HeldBack held = HeldBack::No;
  if (size == 40)
    for (const std::string_view label : {"commit", "tree", "parent"})
      if (r.starts(begin - std::min<Pos>(begin, label.size() + 1), label) && r.at(begin - 1) == ' ')
        held = HeldBack::GitObject;
  if (digits == row->of_nothing) held = HeldBack::EmptyFile;
  if (size == 32 && labelled(r, begin, "imphash"))
    return r.give({FoundKind::Imphash, begin, end, digits, false, 0, HeldBack::No});
  if (size == 64 && begin > r.free() && r.at(begin - 1) == ':') {
    if (r.starts(begin - std::min<Pos>(begin, 4), "pdq:") && give_parsed(r, FoundKind::PerceptualHash, begin - 4, end))
      return true;
    Pos issuer = begin - 1;
    while (issuer > r.free() && begin - issuer < 10 && digit(r.at(issuer - 1))) --issuer;
    if (begin - issuer >= 7 && begin - issuer <= 9 && !r.word_before(issuer) &&
        give_parsed(r, FoundKind::CardToken, issuer, end))
      return true;
  }
  return r.give({row->kind, begin, end, canonical, false, 0, held});
}

// TLSH: "T1" and 70 hex digits; the older form without "T1" only behind its name.
bool read_tlsh(Reading& r, Pos begin, Pos end) {
  const Pos digits = end - begin == 72 && r.at(begin) == 'T' && r.at(begin + 1) == '1' ? begin + 2 : begin;
  if (end - digits != 70 || r.not_hex(digits, end) != end) return false;
  if (digits == begin && !labelled(r, begin, "tlsh")) return false;
  std::array<char, 72> text;
  text[0] = 'T', text[1] = '1';
  std::transform(r.slice(digits, end).begin(), r.slice(digits, end).end(), text.begin() + 2,
                 [](char c) { return small(c) ? static_cast<char>(c & ~0x20) : c; });
  return r.give({FoundKind::Tlsh, begin, end, {text.data(), text.size()}});
}

bool base64(char c) { return letter(c) || digit(c) || c == '+' || c == '/'; }

// ssdeep: block size, ":", up to 64 characters of base64, ":", up to 64. `at` lies in the first or second part.
bool read_ssdeep_from(Reading& r, Pos at, Pos floor) {
  Pos first = at;
  while (first > floor && base64(r.at(first - 1))) --first;
  if (first <= floor + 1 || r.at(first - 1) != ':') return false;
  Pos begin = first - 1;
  while (begin > floor && digit(r.at(begin - 1))) --begin;
  const Pos sized = first - 1 - begin;
  if (sized == 0 && first > floor + 2 && base64(r.at(first - 2)) && base64(r.at(first - 3)))
    return read_ssdeep_from(r, first - 2, floor);  // from the second part to the first
  if (sized == 0 || sized > 9 || r.word_before(begin)) return false;
  std::uint64_t block = 0;
  for (const char c : r.slice(begin, first - 1)) block = block * 10 + static_cast<std::uint64_t>(c - '0');
  if (block % 3 != 0 || !std::has_single_bit(block / 3)) return false;
  Pos middle = at;
  while (middle < first + 65 && base64(r.at(middle))) ++middle;
  if (r.at(middle) != ':' || middle - first < 3) return false;
  Pos end = middle + 1;
  while (end < middle + 66 && base64(r.at(end))) ++end;
  if (end - middle < 3 || end == middle + 66 || r.word_at(end)) return false;
  return r.give({FoundKind::Ssdeep, begin, end, r.slice(begin, end)});
}

bool read_ssdeep(Reading& r, Pos at) {
  return read_ssdeep_from(r, at, std::max(r.free(), at > 160 ? at - 160 : Pos{0}));
}

// ---- accounts

bool iban_start(std::string_view text) {
  return text.size() >= 4 && upper(text[0]) && upper(text[1]) && digit(text[2]) && digit(text[3]);
}

// ISO 7064 over letters, digits and blanks: cheaper than a parser that explains what is wrong.
bool mod_97(std::string_view text) {
  unsigned rest = 0;
  const auto take = [&rest](char c) {
    if (digit(c))
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    else if (upper(c))
      rest = (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
  };
  for (const char c : text.substr(4)) take(c);
  for (const char c : text.substr(0, 4)) take(c);
  return rest == 1;
}

// "KZ86 125K ZT50 0410 0100": groups of four, the last one shorter or not.
bool read_spaced_iban(Reading& r, Pos begin) {
  if (begin < r.free() || r.word_before(begin)) return false;
  Pos end = begin + 4;
  for (int groups = 1; groups < 9 && r.at(end) == ' '; ++groups) {
    Pos stop = end + 1;
    while (stop < end + 6 && (digit(r.at(stop)) || upper(r.at(stop)))) ++stop;
    const Pos length = stop - end - 1;
    if (length == 0 || length > 4) break;
    end = stop;
    if (groups >= 3 && !r.word_at(stop) && mod_97(r.slice(begin, end)) && give_parsed(r, FoundKind::Iban, begin, end))
      return true;
    if (length < 4) break;
  }
  return false;
}

// Whether checksums are worth computing: the length and the first characters of a chain that is known.
bool wallet_like(std::string_view text) {
  const std::size_t size = text.size();
  const char first = text[0];
  if (first == '0' && (text[1] == 'x' || text[1] == 'X')) return size == 42;
  if (size >= 42 && size <= 74 && (text.starts_with("bc1") || text.starts_with("BC1"))) return true;
  if (size >= 43 && size <= 75 && (text.starts_with("ltc1") || text.starts_with("LTC1"))) return true;
  if (size == 42 && (first == 'q' || first == 'p' || first == 'Q' || first == 'P')) return true;
  if (size == 48) return first == 'E' || first == 'U';
  if (size == 95 || size == 106) return first == '4' || first == '8';
  if (size < 25 || size > 36) return false;
  if (std::string_view("13LMDA9X7tTr").find(first) == std::string_view::npos) return false;
  bool digits = false, capitals = false, smalls = false;
  for (const char c : text) {
    if (c == '0' || c == 'O' || c == 'I' || c == 'l' || c == '-' || c == '_') return false;
    digits = digits || digit(c), capitals = capitals || upper(c), smalls = smalls || small(c);
  }
  return digits && capitals && smalls;
}

bool read_wallet(Reading& r, Pos begin, Pos end) {
  // With its chain in front if that stands there: "ltc:M…", "bitcoin:1…".
  if (begin > r.free() && r.at(begin - 1) == ':') {
    Pos scope = begin - 1;
    while (scope > r.free() && begin - scope < 16 && letter(r.at(scope - 1))) --scope;
    if (begin - scope > 3 && !r.word_before(scope) && give_parsed(r, FoundKind::Wallet, scope, end)) return true;
  }
  return wallet_like(r.slice(begin, end)) && give_parsed(r, FoundKind::Wallet, begin, end);
}

// ---- numbers with a prefix

bool read_cve(Reading& r, Pos hyphen) {
  if (hyphen < 3) return false;
  const Pos begin = hyphen - 3;
  if (begin < r.free() || !r.starts(begin, "cve") || r.word_before(begin)) return false;
  Pos year_end = hyphen + 1;
  while (year_end < hyphen + 6 && digit(r.at(year_end))) ++year_end;
  if (year_end != hyphen + 5 || r.at(year_end) != '-') return false;
  Pos end = year_end + 1;
  while (end < year_end + 9 && digit(r.at(end))) ++end;
  if (end - year_end < 5 || end - year_end > 8) return false;
  std::array<char, 20> text{'C', 'V', 'E'};
  const std::string_view rest = r.slice(hyphen, end);
  std::copy(rest.begin(), rest.end(), text.begin() + 3);
  return r.give({FoundKind::Cve, begin, end, {text.data(), rest.size() + 3}});
}

void read_attack_id(Reading& r, Pos begin) {
  if (begin < r.free() || r.word_before(begin) || (r.at(begin + 1) != '0' && r.at(begin + 1) != '1')) return;
  Pos end = begin + 1;
  while (end < begin + 6 && digit(r.at(end))) ++end;
  if (end != begin + 5 || r.word_at(end)) return;
  if (r.at(end) == '.' && digit(r.at(end + 1)) && digit(r.at(end + 2)) && digit(r.at(end + 3)) && !r.word_at(end + 4))
    end += 4;
  r.give({FoundKind::AttackId, begin, end, r.slice(begin, end)});
}

void read_asn(Reading& r, Pos s) {
  if (s == 0 || r.at(s - 1) != 'A' || s - 1 < r.free() || r.word_before(s - 1)) return;
  Pos end = s + 1;
  std::uint64_t number = 0;
  while (end < s + 12 && digit(r.at(end))) number = number * 10 + static_cast<std::uint64_t>(r.at(end++) - '0');
  if (end - s < 4 || r.at(s + 1) == '0' || number > 0xffffffff || r.word_at(end)) return;
  if (r.at(end) == '.' && digit(r.at(end + 1))) return;
  r.give({FoundKind::Asn, s - 1, end, r.slice(s - 1, end)});
}

void read_phone(Reading& r, Pos plus) {
  if (plus < r.free() || r.word_before(plus) || (plus > 0 && r.at(plus - 1) == '+')) return;
  // Groups of digits with one or two marks between them; the longest that a country knows.
  std::array<Pos, 12> ends{};
  std::size_t groups = 0, digits = 0;
  Pos end = plus + 1;
  while (groups < ends.size() && end < plus + 38) {
    const Pos start = end;
    while (digit(r.at(end)) && end < start + 16) ++end, ++digits;
    if (end == start || digits > 15) break;
    ends[groups++] = end;
    Pos next = end;
    while (next < end + 3 && std::string_view(" -.()/").find(r.at(next)) != std::string_view::npos &&
           r.at(next) != '\0')
      ++next;
    if (next == end || !digit(r.at(next))) break;
    end = next;
  }
  for (; groups > 0; --groups) {
    end = ends[groups - 1];
    if (r.word_at(end)) continue;
    const std::string_view text = r.slice(plus, end);
    if (std::count_if(text.begin(), text.end(), digit) < 7) return;
    if (give_parsed(r, FoundKind::Phone, plus, end)) return;
  }
}

// "telegram:@name"
void read_handle(Reading& r, Pos at_sign) {
  Pos begin = at_sign - 1;
  const Pos floor = r.free();
  while (begin > floor && at_sign - begin < 12 && letter(r.at(begin - 1))) --begin;
  if (begin == at_sign - 1 || begin < floor || r.word_before(begin)) return;
  Pos end = at_sign + 1;
  while (end < at_sign + 52 &&
         (letter(r.at(end)) || digit(r.at(end)) || r.at(end) == '_' || r.at(end) == '.' || r.at(end) == '-'))
    ++end;
  while (end > at_sign + 1 && (r.at(end - 1) == '.' || r.at(end - 1) == '-')) --end;
  give_parsed(r, FoundKind::Handle, begin, end);
}

bool read_plain_token(Reading& r, Pos begin, Pos end);

}  // namespace

bool read_token(Reading& r, Pos begin, Pos end) {
  if (end - begin < 18 || begin < r.free()) return read_plain_token(r, begin, end);
  // Hex digits of "http" come first, for a hash begins so once in four thousand million.
  if (r.at(begin) == '6' && r.at(begin + 1) == '8' && read_encoded(r, begin, end)) return true;
  return read_plain_token(r, begin, end) || read_encoded(r, begin, end);
}

namespace {

bool read_plain_token(Reading& r, Pos begin, Pos end) {
  const Pos size = end - begin;
  if (size >= 13 && size <= 17 && r.starts(begin, "cve-") && read_cve(r, begin + 3)) return true;  // "Exploit.CVE-…"
  if (size < 15 || size > 128 || begin < r.free()) return false;
  if (r.not_hex(begin, end) == end) {
    if (read_hash(r, begin, end)) return true;
    if (size == 70) return read_tlsh(r, begin, end);
    const std::string_view digits = r.slice(begin, end);
    if (size <= 34 && iban_start(digits) && mod_97(digits) && give_parsed(r, FoundKind::Iban, begin, end)) return true;
    return size >= 25 && size <= 34 && read_wallet(r, begin, end);
  }
  const std::string_view token = r.slice(begin, end);
  if (size == 72 && read_tlsh(r, begin, end)) return true;
  if (size <= 34 && iban_start(token) && mod_97(token) && give_parsed(r, FoundKind::Iban, begin, end)) return true;
  if (size >= 25 && read_wallet(r, begin, end)) return true;
  // "sample_<md5>", "<sha256>-1": hashes between hyphens and underscores. One of 32 digits or more has a digit at each
  // 32nd place.
  if (size <= 32) return false;
  const auto parts = [&r](Pos at) { return r.at(at) == '-' || r.at(at) == '_'; };
  for (Pos probe = begin + 31; probe < end; probe += 32) {
    const Pos stop = r.not_hex(probe, end);
    if (stop == probe) continue;
    const Pos start = r.hex_begin(probe, begin);
    if (stop - start < 32 || (start > begin && !parts(start - 1)) || (stop < end && !parts(stop))) continue;
    if (read_hash(r, start, stop)) return true;
  }
  return false;
}

}  // namespace

void read_run(Reading& r, Pos begin) {
  if (begin < r.free()) return;
  const Pos end = r.ascii_end(begin, begin + Reading::kLongest);
  const char next = r.at(end);
  if (static_cast<unsigned char>(next) >= 0x80 && r.word_at(end)) return;
  if (static_cast<unsigned char>(r.at(begin - 1)) >= 0x80 && begin > r.begin() && r.word_before(begin)) return;
  if (next == '.' || next == '@' || next == '[' || next == '(' || next == '{') {
    read_chain(r, end);
    return;
  }
  Pos trimmed = end;
  while (trimmed > begin && (r.at(trimmed - 1) == '_' || r.at(trimmed - 1) == '-')) --trimmed;
  Pos start = begin;
  while (start < trimmed && (r.at(start) == '_' || r.at(start) == '-')) ++start;
  const bool found = read_token(r, start, trimmed);
  if (!found && (next == ':' || next == '/' || next == '+' || (begin > r.begin() && base64(r.at(begin - 1))) ||
                 (begin > r.begin() && r.at(begin - 1) == ':')))
    read_ssdeep(r, begin);
}

void read_rare(Reading& r, Pos anchor) {
  switch (r.at(anchor)) {
    case '-':
      read_cve(r, anchor);
      return;
    case 'T':
      return read_attack_id(r, anchor);
    case 'S':
      return read_asn(r, anchor);
    case '+':
      return read_phone(r, anchor);
    case '@':
      return read_handle(r, anchor);
    case '\xbc':
      return read_chain(r, anchor - 1);
    case '.':
      if (anchor > 1 && r.at(anchor - 1) == ' ' && r.at(anchor + 1) != ' ') return read_blank_dot(r, anchor);
      return read_chain(r, anchor);
    case '%':
      return read_percent(r, anchor);
    case 'd':
    case 'D':  // " dot ", "[dot]"
      if (anchor > 0 && !letter(r.at(anchor - 1)) && !digit(r.at(anchor - 1)) && !letter(r.at(anchor + 3)) &&
          !digit(r.at(anchor + 3)))
        read_chain(r, anchor);
      return;
    default:  // the second digit of "KZ86 "
      if (anchor >= 3 && iban_start(r.slice(anchor - 3, anchor + 1))) read_spaced_iban(r, anchor - 3);
  }
}

}  // namespace cordon
