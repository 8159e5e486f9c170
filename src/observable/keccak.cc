#include "observable/keccak.h"

#include <bit>
#include <cstddef>
#include <utility>

namespace cordon {
namespace {

using StateArray = std::array<std::uint64_t, 25>;  // lane (x, y) of FIPS 202 is [x + 5 * y]
constexpr std::size_t kRate = 136;                 // bytes: 1600 bits less a capacity of 512

// FIPS 202 section 3.2.5, from the polynomial x^8 + x^6 + x^5 + x^4 + 1.
constexpr std::array<std::uint64_t, 24> round_constants() {
  std::array<std::uint64_t, 24> constants{};
  unsigned shift_register = 1;
  for (auto& constant : constants) {
    for (unsigned j = 0; j < 7; ++j) {
      if ((shift_register & 1) != 0) constant |= std::uint64_t{1} << ((1u << j) - 1);
      shift_register <<= 1;
      if ((shift_register & 0x100) != 0) shift_register ^= 0x171;
    }
  }
  return constants;
}
constexpr auto kRoundConstants = round_constants();

// The rounds as straight code: `step<i>()` for i below n, each with its numbers known to the compiler. Walking a table
// of them instead costs ten times as much.
template <std::size_t n, typename Step>
[[gnu::always_inline]] inline void each(Step step) {
  [&]<std::size_t... i>(std::index_sequence<i...>)
      __attribute__((always_inline)) { (step.template operator()<i>(), ...); }(std::make_index_sequence<n>());
}

struct Step {
  std::size_t lane;
  int turn;
};
constexpr std::array<Step, 24> kWalk = [] {
  std::array<Step, 24> walk{};
  std::size_t x = 1, y = 0;
  int turn = 0;
  for (int t = 1; t <= 24; ++t) {
    turn = (turn + t) % 64;
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    walk[static_cast<std::size_t>(t - 1)] = {x + 5 * y, turn};
  }
  return walk;
}();

void permute(StateArray& lanes) {
  StateArray a = lanes;
  for (const std::uint64_t constant : kRoundConstants) {
    // theta
    std::array<std::uint64_t, 5> parity;
    each<5>([&]<std::size_t x>() { parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]; });
    each<5>([&]<std::size_t x>() {
      const std::uint64_t d = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
      each<5>([&]<std::size_t y>() { a[x + 5 * y] ^= d; });
    });
    // rho and pi: walk the one cycle of 24 lanes, carrying each to its next place
    std::uint64_t carried = a[1];
    each<24>([&]<std::size_t i>() {
      const std::uint64_t stays = a[kWalk[i].lane];
      a[kWalk[i].lane] = std::rotl(carried, kWalk[i].turn);
      carried = stays;
    });
    // chi
    each<5>([&]<std::size_t row>() {
      const std::array<std::uint64_t, 5> old{a[5 * row], a[5 * row + 1], a[5 * row + 2], a[5 * row + 3],
                                             a[5 * row + 4]};
      each<5>([&]<std::size_t i>() { a[5 * row + i] = old[i] ^ (~old[(i + 1) % 5] & old[(i + 2) % 5]); });
    });
    a[0] ^= constant;  // iota
  }
  lanes = a;
}

void absorb(StateArray& lanes, std::size_t at, std::uint8_t byte) {
  lanes[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8));
}

std::array<std::uint8_t, 32> sponge(std::string_view bytes, std::uint8_t padding) {
  StateArray lanes{};
  std::size_t at = 0;
  for (const char c : bytes) {
    absorb(lanes, at++, static_cast<std::uint8_t>(c));
    if (at == kRate) {
      permute(lanes);
      at = 0;
    }
  }
  absorb(lanes, at, padding);
  absorb(lanes, kRate - 1, 0x80);
  permute(lanes);
  std::array<std::uint8_t, 32> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>((lanes[i / 8] >> (8 * (i % 8))) & 0xff);
  }
  return out;
}

}  // namespace

std::array<std::uint8_t, 32> keccak_256(std::string_view bytes) { return sponge(bytes, 0x01); }

std::array<std::uint8_t, 32> sha3_256(std::string_view bytes) { return sponge(bytes, 0x06); }

}  // namespace cordon
