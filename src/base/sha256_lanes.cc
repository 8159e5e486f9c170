// Two lanes of Intel's SHA extensions, each in registers of its own. The schedule is the usual one for these
// instructions: four rounds a step, message words made three steps ahead.
#include "base/sha256_lanes.h"

#include <cstring>

#ifdef __x86_64__
#include <x86intrin.h>
#endif

namespace cordon {

namespace {

#ifdef __x86_64__

constexpr std::size_t kBlock = 64;

alignas(16) constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define CORDON_SHA [[gnu::target("sha,sse4.1,ssse3")]]

struct Lane {
  __m128i abef, cdgh;
};

CORDON_SHA inline __m128i load(const std::uint8_t* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

CORDON_SHA void compress(Lane& one, Lane& two, const std::uint8_t* of_one, const std::uint8_t* of_two) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const Lane before_one = one, before_two = two;
  __m128i words[2][4];
  Lane lanes[2] = {one, two};
  const std::uint8_t* const bytes[2] = {of_one, of_two};
#pragma GCC unroll 16
  for (std::size_t step = 0; step < 16; ++step) {
    const std::size_t now = step % 4, next = (step + 1) % 4, last = (step + 3) % 4;
    const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRounds + 4 * step));
#pragma GCC unroll 2
    for (std::size_t i = 0; i < 2; ++i) {
      __m128i* const word = words[i];
      Lane& lane = lanes[i];
      if (step < 4) word[now] = _mm_shuffle_epi8(load(bytes[i] + 16 * step), swap);
      const __m128i sum = _mm_add_epi32(word[now], constants);
      lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, sum);
      if (step >= 3 && step < 15) {
        word[next] = _mm_add_epi32(word[next], _mm_alignr_epi8(word[now], word[last], 4));
        word[next] = _mm_sha256msg2_epu32(word[next], word[now]);
      }
      lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (step >= 1 && step < 13) word[last] = _mm_sha256msg1_epu32(word[last], word[now]);
    }
  }
  one = {_mm_add_epi32(lanes[0].abef, before_one.abef), _mm_add_epi32(lanes[0].cdgh, before_one.cdgh)};
  two = {_mm_add_epi32(lanes[1].abef, before_two.abef), _mm_add_epi32(lanes[1].cdgh, before_two.cdgh)};
}

CORDON_SHA void finish(const Lane& lane, Digest& digest) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i feba = _mm_shuffle_epi32(lane.abef, 0x1B), dchg = _mm_shuffle_epi32(lane.cdgh, 0xB1);
  const __m128i dcba = _mm_blend_epi16(feba, dchg, 0xF0), hgfe = _mm_alignr_epi8(dchg, feba, 8);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(digest.bytes.data()), _mm_shuffle_epi8(dcba, swap));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(digest.bytes.data() + 16), _mm_shuffle_epi8(hgfe, swap));
}

// The end of a message in blocks of its own: what is left, the bit, and the length in bits (FIPS 180-4, 5.1.1).
std::size_t pad(std::array<std::uint8_t, 2 * kBlock>& end, std::size_t used, std::uint64_t bits) {
  end[used++] = 0x80;
  const std::size_t size = used + 8 <= kBlock ? kBlock : 2 * kBlock;
  std::memset(end.data() + used, 0, size - used);
  for (std::size_t i = 0; i < 8; ++i) end[size - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  return size;
}

CORDON_SHA std::array<Digest, 2> two_at_once(char first, std::string_view rest, std::string_view other) {
  const std::uint64_t bits = (std::uint64_t{rest.size()} + 1) * 8;
  // H(0), as the instructions want it: A, B, E, F and C, D, G, H from the highest word down.
  const Lane begin{_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c)),
                   _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
  Lane one = begin, two = begin;
  std::array<std::uint8_t, 2 * kBlock> end_of_one, end_of_two;
  const auto* at_one = reinterpret_cast<const std::uint8_t*>(rest.data());
  const auto* at_two = reinterpret_cast<const std::uint8_t*>(other.data());
  std::size_t left = rest.size(), used = 1;
  end_of_one[0] = end_of_two[0] = static_cast<std::uint8_t>(first);
  if (left >= kBlock - 1) {
    std::memcpy(end_of_one.data() + 1, at_one, kBlock - 1);
    std::memcpy(end_of_two.data() + 1, at_two, kBlock - 1);
    compress(one, two, end_of_one.data(), end_of_two.data());
    at_one += kBlock - 1;
    at_two += kBlock - 1;
    left -= kBlock - 1;
    for (used = 0; left >= kBlock; left -= kBlock, at_one += kBlock, at_two += kBlock)
      compress(one, two, at_one, at_two);
  }
  if (left > 0) {
    std::memcpy(end_of_one.data() + used, at_one, left);
    std::memcpy(end_of_two.data() + used, at_two, left);
  }
  const std::size_t size = pad(end_of_one, used + left, bits);
  pad(end_of_two, used + left, bits);
  for (std::size_t at = 0; at < size; at += kBlock) compress(one, two, end_of_one.data() + at, end_of_two.data() + at);
  std::array<Digest, 2> out;
  finish(one, out[0]);
  finish(two, out[1]);
  return out;
}

#endif

}  // namespace

std::array<Digest, 2> sha256_pair(char first, std::string_view rest, std::string_view other_rest) {
  CORDON_CHECK(rest.size() == other_rest.size(), "two messages of one length");
#ifdef __x86_64__
  static const bool has = __builtin_cpu_supports("sha") != 0 && __builtin_cpu_supports("sse4.1") != 0;
  if (has) return two_at_once(first, rest, other_rest);
#endif
  return {sha256(first, rest), sha256(first, other_rest)};
}

}  // namespace cordon
