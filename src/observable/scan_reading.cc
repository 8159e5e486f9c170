#include "observable/scan_reading.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "base/text.h"
#include "observable/refang.h"

namespace cordon {

Character read_character(std::string_view text) {
  if (text.empty()) return {0, 1};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || length > text.size() || !valid_utf8(text.substr(0, length))) return {0, 1};
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return {code, length};
}

bool without_spaces(std::uint32_t code) {
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

namespace {

bool high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// The length of the word character above ASCII at the start of `text`, else 0.
std::size_t foreign_word(std::string_view text) {
  if (const std::size_t none = no_width(text); none > 0) return none;
  const Character c = read_character(text);
  return letter_or_mark(c.code) && !without_spaces(c.code) ? c.length : 0;
}

}  // namespace

bool Reading::starts(Pos from, std::string_view lower_case) const {
  for (std::size_t i = 0; i < lower_case.size(); ++i) {
    const char c = at(from + i);
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) != lower_case[i]) return false;
  }
  return true;
}

Pos Reading::ascii_begin(Pos from, Pos floor) const {
  if (from <= floor) return floor;
  Pos last = from - 1;  // the byte before
  Pos number = last / 64;
  std::uint64_t gaps = ~block(number).word << (63 - last % 64);
  for (;;) {
    if (gaps != 0) {
      const Pos gap = last - static_cast<Pos>(std::countl_zero(gaps));  // not a word byte
      return std::max(floor, gap + 1);
    }
    if (number * 64 <= floor) return floor;
    --number;
    last = number * 64 + 63;
    gaps = ~block(number).word;
  }
}

Pos Reading::word_end(Pos from, Pos limit) const {
  for (;;) {
    from = ascii_end(from, limit);
    if (from >= limit || !high(at(from))) return from;
    const std::size_t length = foreign_word(slice(from, std::min<Pos>(from + 4, end())));
    if (length == 0 || from + length > limit) return from;
    from += length;
  }
}

Pos Reading::word_begin(Pos from, Pos floor) const {
  for (;;) {
    from = ascii_begin(from, floor);
    if (from <= floor || !high(at(from - 1))) return from;
    Pos lead = from - 1;
    while (lead > floor && from - lead < 4 && (static_cast<unsigned char>(at(lead)) & 0xc0) == 0x80) --lead;
    if (foreign_word(slice(lead, from)) != from - lead) return from;
    from = lead;
  }
}

bool Reading::word_at(Pos i) const {
  const char c = at(i);
  return high(c) ? foreign_word(slice(i, std::min<Pos>(i + 4, end()))) > 0 : ascii_word(c);
}

bool Reading::word_before(Pos i) const {
  if (i <= begin()) return false;
  const char c = at(i - 1);
  return high(c) ? word_begin(i, i - std::min<Pos>(i - begin(), 4)) < i : ascii_word(c);
}

bool Reading::give(const Draft& draft) {
  if (draft.begin < free_) return false;
  free_ = draft.end;
  if (draft.held_back == HeldBack::No &&
      (draft.kind == FoundKind::FileHash || draft.kind == FoundKind::Ip || draft.kind == FoundKind::Url))
    given_ = draft.end;
  if (!options_.kinds.has(draft.kind) || (draft.held_back != HeldBack::No && !options_.loose)) return true;
  sink_({draft.kind, draft.held_back, draft.defanged, static_cast<std::uint16_t>(draft.flags), draft.begin,
         draft.end - draft.begin, slice(draft.begin, draft.end), draft.canonical});
  return true;
}

void Reading::give_inside(Draft draft) {
  draft.flags |= bit(FindFlag::InsideUrl);
  if (!options_.kinds.has(draft.kind) || (draft.held_back != HeldBack::No && !options_.loose)) return;
  sink_({draft.kind, draft.held_back, draft.defanged, static_cast<std::uint16_t>(draft.flags), draft.begin,
         draft.end - draft.begin, slice(draft.begin, draft.end), draft.canonical});
}

}  // namespace cordon
