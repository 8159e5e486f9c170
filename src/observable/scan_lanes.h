// Sixteen bytes at a time, for what is read once and short: names and paths. SSE2, which every x86-64 has, or byte by
// byte; the answers are the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace cordon {

constexpr std::size_t kLane = 16;

// The signs of a name of at most 64 bytes, as bits.
struct SignBits {
  std::uint64_t dots = 0, underscores = 0;
  bool doubled = false;  // "__" or "--" is there
};

struct PathSigns {
  bool percent = false;  // a '%' is there
  bool other = false;    // one for which a URL's parser must be asked: '*', '#', "/.", ".+", "%2"
};

#if defined(__SSE2__)

namespace lanes {
inline __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
inline void store(char* at, __m128i x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), x); }
inline __m128i is(__m128i x, char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); }
inline std::uint64_t bits(__m128i x) { return static_cast<std::uint32_t>(_mm_movemask_epi8(x)); }
inline __m128i lower(__m128i x) {  // of ASCII
  const __m128i from_a = _mm_sub_epi8(x, _mm_set1_epi8('A'));
  const __m128i capital = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a);
  return _mm_or_si128(x, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
}
}  // namespace lanes

// Copies a lane with its capitals made small.
inline void lower_lane(const char* from, char* to) { lanes::store(to, lanes::lower(lanes::load(from))); }

// The same for a name of at most 64 bytes, and its signs. 65 are readable at `from`, 64 writable at `to`.
inline SignBits lower_short(const char* from, std::size_t size, char* to) {
  SignBits found;
  std::uint64_t doubled = 0;
  const auto lane = [&](unsigned i) {
    const __m128i x = lanes::load(from + i), next = lanes::load(from + i + 1);
    const __m128i low = lanes::is(x, '_'), hyphen = lanes::is(x, '-');
    found.dots |= lanes::bits(lanes::is(x, '.')) << i;
    found.underscores |= lanes::bits(low) << i;
    doubled |= lanes::bits(_mm_and_si128(_mm_or_si128(low, hyphen), _mm_cmpeq_epi8(x, next))) << i;
    lanes::store(to + i, lanes::lower(x));
  };
  lane(0);
  lane(16);
  if (size > 32) {
    lane(32);
    lane(48);
  }
  const std::uint64_t here = size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
  found.dots &= here, found.underscores &= here;
  found.doubled = (doubled & here & here >> 1) != 0;
  return found;
}

// Copies a URL's path. One byte before and 17 behind are readable, and 16 behind the end writable at `to`.
inline PathSigns copy_path_lanes(std::string_view path, char* to) {
  PathSigns signs;
  const char* from = path.data();
  for (std::size_t left = path.size(); left > 0; from += kLane, to += kLane) {
    const __m128i x = lanes::load(from), before = lanes::load(from - 1), next = lanes::load(from + 1);
    lanes::store(to, x);
    const __m128i percent = lanes::is(x, '%');
    const __m128i other =
        _mm_or_si128(_mm_or_si128(lanes::is(x, '*'), lanes::is(x, '#')),
                     _mm_or_si128(_mm_and_si128(percent, lanes::is(next, '2')),
                                  _mm_or_si128(_mm_and_si128(lanes::is(x, '.'), lanes::is(before, '/')),
                                               _mm_and_si128(lanes::is(x, '+'), lanes::is(before, '.')))));
    const std::uint64_t mask = left >= kLane ? 0xffff : (1u << left) - 1;
    signs.percent = signs.percent || (lanes::bits(percent) & mask) != 0;
    signs.other = signs.other || (lanes::bits(other) & mask) != 0;
    left -= left < kLane ? left : kLane;
  }
  return signs;
}

#else

inline char lower_byte(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
inline void lower_lane(const char* from, char* to) {
  for (std::size_t i = 0; i < kLane; ++i) to[i] = lower_byte(from[i]);
}
inline SignBits lower_short(const char* from, std::size_t size, char* to) {
  SignBits found;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    found.dots |= from[i] == '.' ? bit : 0;
    found.underscores |= from[i] == '_' ? bit : 0;
    found.doubled |= (from[i] == '_' || from[i] == '-') && i + 1 < size && from[i + 1] == from[i];
    to[i] = lower_byte(from[i]);
  }
  return found;
}
inline PathSigns copy_path_lanes(std::string_view path, char* to) {
  PathSigns signs;
  const char* from = path.data();
  for (std::size_t i = 0; i < path.size(); ++i, ++from) {
    to[i] = *from;
    signs.percent = signs.percent || *from == '%';
    signs.other = signs.other || *from == '*' || *from == '#' || (*from == '%' && from[1] == '2') ||
                  (*from == '.' && from[-1] == '/') || (*from == '+' && from[-1] == '.');
  }
  return signs;
}

#endif

}  // namespace cordon
