#include "observable/keccak.h"

#include <bit>
#include <cstddef>

namespace cordon {
namespace {

using Lanes = std::array<std::uint64_t, 25>;  // lane (x, y) of FIPS 202 is [x + 5 * y]
constexpr std::size_t kRate = 136;            // bytes: 1600 bits less a capacity of 512

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

void permute(Lanes& a) {
  for (const std::uint64_t constant : kRoundConstants) {
    // theta
    std::array<std::uint64_t, 5> parity{};
    for (std::size_t x = 0; x < 5; ++x) parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (std::size_t x = 0; x < 5; ++x) {
      const std::uint64_t d = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
      for (std::size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    // rho and pi: walk the one cycle of 24 lanes, carrying each to its next place
    std::uint64_t carried = a[1];
    for (const Step& step : kWalk) {
      const std::uint64_t stays = a[step.lane];
      a[step.lane] = std::rotl(carried, step.turn);
      carried = stays;
    }
    // chi
    for (std::size_t row = 0; row < 25; row += 5) {
      const std::array<std::uint64_t, 5> old{a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
      for (std::size_t i = 0; i < 5; ++i) a[row + i] = old[i] ^ (~old[(i + 1) % 5] & old[(i + 2) % 5]);
    }
    a[0] ^= constant;  // iota
  }
}

void absorb(Lanes& lanes, std::size_t at, std::uint8_t byte) { lanes[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8)); }

std::array<std::uint8_t, 32> sponge(std::string_view bytes, std::uint8_t padding) {
  Lanes lanes{};
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
