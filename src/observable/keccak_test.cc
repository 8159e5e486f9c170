#include "observable/keccak.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/text.h"

namespace cordon {
namespace {

std::string hex(const std::array<std::uint8_t, 32>& bytes) {
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// FIPS 202 word for word: every step on single bits, a[x][y][z], with no lane, rotation or table.
using Bits = std::vector<bool>;
struct State {
  bool a[5][5][64] = {};
};

bool rc(int t) {  // algorithm 5
  std::vector<bool> r = {true, false, false, false, false, false, false, false};
  for (int i = 1; i <= t % 255; ++i) {
    r.insert(r.begin(), false);
    r[0] = r[0] != r[8];
    r[4] = r[4] != r[8];
    r[5] = r[5] != r[8];
    r[6] = r[6] != r[8];
    r.resize(8);
  }
  return r[0];
}

void round(State& s, int index) {
  State t;
  for (int x = 0; x < 5; ++x)
    for (int y = 0; y < 5; ++y)
      for (int z = 0; z < 64; ++z) {
        bool sum = s.a[x][y][z];
        for (int i = 0; i < 5; ++i) {
          sum = sum != s.a[(x + 4) % 5][i][z];
          sum = sum != s.a[(x + 1) % 5][i][(z + 63) % 64];
        }
        t.a[x][y][z] = sum;
      }
  s = t;
  for (int n = 0, x = 1, y = 0; n < 24; ++n) {
    for (int z = 0; z < 64; ++z) t.a[x][y][z] = s.a[x][y][(z + 64 * 8 - (n + 1) * (n + 2) / 2) % 64];
    const int next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
  }
  s = t;
  for (int x = 0; x < 5; ++x)
    for (int y = 0; y < 5; ++y)
      for (int z = 0; z < 64; ++z) t.a[x][y][z] = s.a[(x + 3 * y) % 5][x][z];
  s = t;
  for (int x = 0; x < 5; ++x)
    for (int y = 0; y < 5; ++y)
      for (int z = 0; z < 64; ++z) t.a[x][y][z] = s.a[x][y][z] != (!s.a[(x + 1) % 5][y][z] && s.a[(x + 2) % 5][y][z]);
  for (int j = 0; j <= 6; ++j) {
    bool& bit = t.a[0][0][(1 << j) - 1];
    bit = bit != rc(j + 7 * index);
  }
  s = t;
}

std::string slow(std::string_view bytes, std::initializer_list<bool> suffix) {
  Bits message;
  for (const char c : bytes)
    for (unsigned i = 0; i < 8; ++i) message.push_back(((static_cast<unsigned char>(c) >> i) & 1) != 0);
  message.insert(message.end(), suffix);
  message.push_back(true);  // pad10*1
  while (message.size() % 1088 != 1087) message.push_back(false);
  message.push_back(true);
  State s;
  for (std::size_t at = 0; at < message.size(); at += 1088) {
    for (std::size_t i = 0; i < 1088; ++i) {
      bool& bit = s.a[(i / 64) % 5][i / 320][i % 64];
      bit = bit != message[at + i];
    }
    for (int index = 0; index < 24; ++index) round(s, index);
  }
  std::string out(32, '\0');
  for (std::size_t i = 0; i < 256; ++i) {
    if (s.a[(i / 64) % 5][i / 320][i % 64]) out[i / 8] = static_cast<char>(out[i / 8] | (1 << (i % 8)));
  }
  return to_hex(out);
}

// Planted bug that turns it red: padding 0x01 in sha3_256.
TEST(Keccak, sha3_gives_the_values_of_the_standard) {
  EXPECT_EQ(hex(sha3_256("")), "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  EXPECT_EQ(hex(sha3_256("abc")), "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
  EXPECT_EQ(hex(sha3_256(std::string(200, '\xa3'))),
            "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787");
}

TEST(Keccak, the_old_padding_gives_the_values_that_ethereum_uses) {
  EXPECT_EQ(hex(keccak_256("")), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(hex(keccak_256("abc")), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

// Planted bug that turns it red: a full last block without a further permutation.
TEST(Keccak, every_length_around_a_block_agrees_with_single_bits) {
  SeededRandom random(7);
  for (const std::size_t length : {1u, 8u, 135u, 136u, 137u, 271u, 272u}) {
    const std::string bytes = random.bytes(length);
    EXPECT_EQ(hex(keccak_256(bytes)), slow(bytes, {})) << length;
    EXPECT_EQ(hex(sha3_256(bytes)), slow(bytes, {false, true})) << length;
  }
}

}  // namespace
}  // namespace cordon
