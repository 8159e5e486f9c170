#include "observable/scan_classify.h"

#include <array>

#include "base/result.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cordon {
namespace {

constexpr std::uint8_t kWord = 1, kHex = 2, kStop = 4, kDigit = 8, kOpen = 16, kClose = 32, kUpper = 64;

// kOpen: '(' '[' '{' '\'; kClose: ')' ']' '}'.
constexpr std::array<std::uint8_t, 256> kTable = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    unsigned bits = 0;
    const bool digit = c >= '0' && c <= '9';
    const unsigned lower = c | 0x20;
    const bool letter = c < 0x80 && lower >= 'a' && lower <= 'z';
    if (digit || letter || c == '-' || c == '_') bits |= kWord;
    if (digit || (letter && lower <= 'f')) bits |= kHex;
    if (digit) bits |= kDigit;
    if (c <= 0x20 || c >= 0x7f) bits |= kStop;
    for (const char stop : {'"', '\'', '(', ')', ',', ';', '<', '>', '[', '\\', ']', '^', '`', '{', '|', '}'})
      if (c == static_cast<unsigned char>(stop)) bits |= kStop;
    if (c == '(' || c == '[' || c == '{' || c == '\\') bits |= kOpen;
    if (c == ')' || c == ']' || c == '}') bits |= kClose;
    if (c >= 'A' && c <= 'Z') bits |= kUpper;
    table[c] = static_cast<std::uint8_t>(bits);
  }
  return table;
}();

void classify_block(const char* bytes, ByteClasses& out) {
  out = {};
  const auto* at = reinterpret_cast<const unsigned char*>(bytes);
  const auto is = [](unsigned char c, std::uint8_t of) { return (kTable[c] & of) != 0; };
  for (unsigned i = 0; i < 64; ++i, ++at) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    const unsigned char before = at[-1], c = at[0], next = at[1];
    if (is(c, kWord)) out.word |= bit;
    if (is(c, kHex)) out.hex |= bit;
    if (is(c, kStop)) out.stop |= bit;
    if (c >= 0x80) out.high |= bit;
    if (c == '.') out.dot |= bit;
    if (c == ':') out.colon |= bit;
    if (c == ':' && (is(next, kClose) || next == '/' || next == '\\')) out.slash |= bit;
    const bool number =
        is(next, kDigit) && ((c == '-' && (before | 0x20) == 'e') || c == 'T' || c == 'S' || c == '+' || c == '%');
    const bool dot_word = (c | 0x20) == 'd' && (next | 0x20) == 'o' && (at[2] | 0x20) == 't';
    if (number || dot_word || (c == '@' && before == ':') || (c == 0xbc && next == 0x8e && before == 0xef) ||
        (c == '.' && (is(before, kOpen) || is(next, kClose) || before == ' ')) ||
        (next == ' ' && is(c, kDigit) && is(at[-2], kUpper)))
      out.rare |= bit;
  }
}

void classify_scalar(const char* bytes, std::size_t blocks, ByteClasses* out) {
  for (std::size_t i = 0; i < blocks; ++i) classify_block(bytes + 64 * i, out[i]);
}

#if defined(__x86_64__)

// Shuffles look a byte's class up by its two nibbles: a byte has those bits that both of its rows have. Each bit's
// rows are chosen so that no other byte gets it by the product.
//   first table: 1 digits, 2 A-F a-f, 4 G-O g-o, 8 P-Z p-z, 16 '-', 32 '_'
//   second table: the stop class, a bit for each high nibble that has some
struct Nibbles {
  std::array<std::uint8_t, 16> low{}, high{};
};
constexpr void put(Nibbles& table, unsigned c, unsigned bit) {
  table.low[c & 15] = static_cast<std::uint8_t>(table.low[c & 15] | bit);
  table.high[c >> 4] = static_cast<std::uint8_t>(table.high[c >> 4] | bit);
}
constexpr Nibbles kWords = [] {
  Nibbles table;
  for (unsigned c = '0'; c <= '9'; ++c) put(table, c, 1);
  for (unsigned c = 'A'; c <= 'Z'; ++c) {
    const unsigned bit = c <= 'F' ? 2 : c <= 'O' ? 4 : 8;
    put(table, c, bit);
    put(table, c | 0x20, bit);
  }
  put(table, '-', 16);
  put(table, '_', 32);
  return table;
}();
constexpr Nibbles kStops = [] {
  Nibbles table;
  for (unsigned c = 0; c < 0x20; ++c) put(table, c, 1);
  for (const char c : {' ', '"', '\'', '(', ')', ','}) put(table, static_cast<unsigned char>(c), 2);
  for (const char c : {';', '<', '>'}) put(table, static_cast<unsigned char>(c), 4);
  for (const char c : {'[', '\\', ']', '^'}) put(table, static_cast<unsigned char>(c), 8);
  put(table, '`', 16);
  for (const char c : {'{', '|', '}', '\x7f'}) put(table, static_cast<unsigned char>(c), 32);
  return table;
}();

#define CORDON_AVX2 __attribute__((target("avx2")))
#define CORDON_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

CORDON_AVX2_INLINE __m256i row(const std::array<std::uint8_t, 16>& bytes) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data())));
}
CORDON_AVX2_INLINE __m256i load(const char* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }
CORDON_AVX2_INLINE __m256i same(__m256i x, char c) { return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c)); }
CORDON_AVX2_INLINE __m256i either(__m256i a, __m256i b) { return _mm256_or_si256(a, b); }
CORDON_AVX2_INLINE __m256i both(__m256i a, __m256i b) { return _mm256_and_si256(a, b); }
CORDON_AVX2_INLINE __m256i lower(__m256i x) { return either(x, _mm256_set1_epi8(0x20)); }
CORDON_AVX2_INLINE std::uint64_t mask(__m256i x) { return static_cast<std::uint32_t>(_mm256_movemask_epi8(x)); }
CORDON_AVX2_INLINE __m256i within(__m256i x, char first, char span) {  // first <= x <= first + span
  const __m256i from = _mm256_sub_epi8(x, _mm256_set1_epi8(first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8(span)), from);
}

struct Half {
  std::uint64_t word, high, dot, hex, colon, stop, slash, rare;
};

CORDON_AVX2_INLINE std::uint64_t not_zero(__m256i x) {
  return ~mask(_mm256_cmpeq_epi8(x, _mm256_setzero_si256())) & 0xffffffff;
}

CORDON_AVX2_INLINE Half classify_half(const char* at) {
  const __m256i x = load(at), before = load(at - 1), next = load(at + 1);
  const __m256i low = both(x, _mm256_set1_epi8(15));
  const __m256i high = both(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(15));
  const __m256i words = both(_mm256_shuffle_epi8(row(kWords.low), low), _mm256_shuffle_epi8(row(kWords.high), high));
  const __m256i stops = both(_mm256_shuffle_epi8(row(kStops.low), low), _mm256_shuffle_epi8(row(kStops.high), high));
  const __m256i dots = same(x, '.'), colons = same(x, ':');
  const __m256i close = either(same(lower(next), '}'), same(next, ')'));
  const __m256i open = either(same(lower(before), '{'), either(same(before, '('), same(before, '\\')));
  const __m256i parts = either(close, either(same(next, '/'), same(next, '\\')));
  const __m256i signs = either(either(both(same(x, '-'), same(lower(before), 'e')), same(x, '%')),
                               either(same(x, 'T'), either(same(x, 'S'), same(x, '+'))));
  const __m256i numbers = both(signs, within(next, '0', 9));
  const __m256i dot_words = both(same(lower(x), 'd'), both(same(lower(next), 'o'), same(lower(load(at + 2)), 't')));
  const __m256i handles = both(same(x, '@'), same(before, ':'));
  const __m256i wide = both(same(x, static_cast<char>(0xbc)),
                            both(same(next, static_cast<char>(0x8e)), same(before, static_cast<char>(0xef))));
  const __m256i accounts = both(both(within(load(at - 2), 'A', 25), same(next, ' ')), within(x, '0', 9));
  const __m256i rare = either(either(either(numbers, handles), either(wide, dot_words)),
                              either(accounts, both(dots, either(either(open, close), same(before, ' ')))));
  const std::uint64_t highs = mask(x);
  return {not_zero(words),
          highs,
          mask(dots),
          not_zero(both(words, _mm256_set1_epi8(3))),
          mask(colons),
          not_zero(stops) | highs,
          mask(both(colons, parts)),
          mask(rare)};
}

CORDON_AVX2 void classify_avx2(const char* bytes, std::size_t blocks, ByteClasses* out) {
  for (std::size_t i = 0; i < blocks; ++i, bytes += 64) {
    const Half a = classify_half(bytes), b = classify_half(bytes + 32);
    out[i] = {a.word | b.word << 32,   a.high | b.high << 32, a.dot | b.dot << 32,     a.hex | b.hex << 32,
              a.colon | b.colon << 32, a.stop | b.stop << 32, a.slash | b.slash << 32, a.rare | b.rare << 32};
  }
}

#endif

}  // namespace

SignBits sign_bits(const char* bytes, std::size_t size) {
  std::uint64_t dots = 0, underscores = 0, doubled = 0;
#if defined(__SSE2__)
  const auto load_lane = [](const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); };
  const auto bits = [](__m128i x) { return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(x))); };
  const auto lane = [&](unsigned i) {
    const __m128i x = load_lane(bytes + i), next = load_lane(bytes + i + 1);
    const __m128i low = _mm_cmpeq_epi8(x, _mm_set1_epi8('_')), hyphen = _mm_cmpeq_epi8(x, _mm_set1_epi8('-'));
    dots |= bits(_mm_cmpeq_epi8(x, _mm_set1_epi8('.'))) << i;
    underscores |= bits(low) << i;
    doubled |= bits(_mm_and_si128(_mm_or_si128(low, hyphen), _mm_cmpeq_epi8(x, next))) << i;
  };
  lane(0);
  lane(16);
  if (size > 32) {
    lane(32);
    lane(48);
  }
#else
  for (unsigned i = 0; i < size; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    dots |= bytes[i] == '.' ? bit : 0;
    underscores |= bytes[i] == '_' ? bit : 0;
    doubled |= (bytes[i] == '_' || bytes[i] == '-') && bytes[i + 1] == bytes[i] ? bit : 0;
  }
#endif
  const std::uint64_t here = size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
  return {dots & here, (underscores & here) != 0, (doubled & here) != 0};
}

PathSigns copy_path_lanes(std::string_view path, char* to) {
  PathSigns signs{};
  const char* from = path.data();
#if defined(__SSE2__)
  const auto load_lane = [](const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); };
  const auto is = [](__m128i x, char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); };
  for (std::size_t left = path.size(); left > 0; from += kPathLane, to += kPathLane) {
    const __m128i x = load_lane(from), before = load_lane(from - 1), next = load_lane(from + 1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x);
    const __m128i percent = is(x, '%');
    const __m128i other = _mm_or_si128(
        _mm_or_si128(is(x, '*'), is(x, '#')),
        _mm_or_si128(_mm_and_si128(percent, is(next, '2')), _mm_or_si128(_mm_and_si128(is(x, '.'), is(before, '/')),
                                                                         _mm_and_si128(is(x, '+'), is(before, '.')))));
    const unsigned mask = left >= kPathLane ? 0xffff : (1u << left) - 1;
    signs.percent = signs.percent || (static_cast<unsigned>(_mm_movemask_epi8(percent)) & mask) != 0;
    signs.other = signs.other || (static_cast<unsigned>(_mm_movemask_epi8(other)) & mask) != 0;
    left -= left < kPathLane ? left : kPathLane;
  }
#else
  for (std::size_t i = 0; i < path.size(); ++i, ++from) {
    to[i] = *from;
    signs.percent = signs.percent || *from == '%';
    signs.other = signs.other || *from == '*' || *from == '#' || (*from == '%' && from[1] == '2') ||
                  (*from == '.' && from[-1] == '/') || (*from == '+' && from[-1] == '.');
  }
#endif
  return signs;
}

bool has_avx2() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

BlockClassifier::BlockClassifier(Lanes lanes)
    : wide_(lanes == Lanes::Avx2 || (lanes == Lanes::Best && has_avx2())), classify_(classify_scalar) {
  CORDON_CHECK(!wide_ || has_avx2(), "this processor has no AVX2");
#if defined(__x86_64__)
  if (wide_) classify_ = classify_avx2;
#endif
}

}  // namespace cordon
