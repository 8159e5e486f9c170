#include "base/cipher.h"

#include <gtest/gtest.h>

#include "base/zstd.h"

namespace cordon {
namespace {

TEST(Cipher, a_value_opens_with_its_key_and_what_it_is_about_alone) {
  SeededRandom random(1);
  const CipherKey key = CipherKey::generate(random), other = CipherKey::generate(random);
  const std::string closed = close_value(key, "a value", "slot 1", random);
  EXPECT_EQ(*open_value(key, closed, "slot 1"), "a value");
  EXPECT_EQ(open_value(key, closed, "slot 2").error().fault, Fault::Corrupt);
  EXPECT_EQ(open_value(other, closed, "slot 1").error().fault, Fault::Corrupt);
  for (std::size_t i = 0; i < closed.size(); ++i) {
    std::string changed = closed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open_value(key, changed, "slot 1")) << i;
  }
  EXPECT_FALSE(open_value(key, closed.substr(0, 39), "slot 1"));
}

// Planted bug: seal every piece as Piece::More.
TEST(Cipher, pieces_open_in_their_order_and_the_last_says_so) {
  SeededRandom random(2);
  const CipherKey key = CipherKey::generate(random);
  SealingStream sealing(key);
  std::string one, two, opened;
  sealing.seal("one", "head", Piece::More, one);
  sealing.seal("", "", Piece::Last, two);
  {
    OpeningStream opening(key, sealing.head());
    EXPECT_EQ(*opening.open(one, "head", opened), Piece::More);
    EXPECT_EQ(opened, "one");
    EXPECT_EQ(*opening.open(two, "", opened), Piece::Last);
    EXPECT_EQ(opened, "");
  }
  OpeningStream swapped(key, sealing.head());
  EXPECT_FALSE(swapped.open(two, "", opened));
  OpeningStream doubled(key, sealing.head());
  EXPECT_TRUE(doubled.open(one, "head", opened));
  EXPECT_FALSE(doubled.open(one, "head", opened));
  OpeningStream about(key, sealing.head());
  EXPECT_FALSE(about.open(one, "other head", opened));
}

// Packs and unpacks; gives how many bytes lay between.
std::size_t round(const std::string& bytes) {
  std::string packed;
  EXPECT_TRUE(compress(bytes, [&](std::string_view piece) {
    packed += piece;
    return Result<Nothing>(Nothing{});
  }));
  std::string_view rest = packed;
  const auto source = [&]() -> Result<std::string_view> {
    const std::string_view piece = rest.substr(0, 1000);
    rest.remove_prefix(piece.size());
    return piece;
  };
  std::string again;
  const Sink into = [&](std::string_view piece) {
    again += piece;
    return Result<Nothing>(Nothing{});
  };
  EXPECT_TRUE(decompress(source, bytes.size(), into));
  EXPECT_TRUE(again == bytes);
  for (const std::size_t wrong : {bytes.size() - 1, bytes.size() + 1}) {
    rest = packed;
    EXPECT_EQ(decompress(source, wrong, into).error().fault, Fault::Corrupt);
  }
  return packed.size();
}

TEST(Zstd, what_was_packed_comes_back) {
  SeededRandom random(3);
  for (const std::size_t size : {1u, 2u, 30u, 65535u, 65536u, 65537u, 1u << 20}) {
    const std::string noise = random.bytes(size);
    EXPECT_LT(round(noise), size + 1000);
    EXPECT_LE(round(std::string(size, 'a')), size + 20);
  }
  EXPECT_LT(round(std::string(1u << 20, 'a')), 1000u);
}

// Planted bug: give the library's own words instead of what the sink or the source said.
TEST(Zstd, what_went_wrong_outside_of_it_is_said_as_it_was) {
  const Error full = fail(Fault::Unavailable, "the disk is full");
  const Result<Nothing> packed = compress("bytes", [&](std::string_view) { return Result<Nothing>(full); });
  EXPECT_EQ(packed.error().message, full.message);
  const Sink sink = [](std::string_view) { return Result<Nothing>(Nothing{}); };
  EXPECT_EQ(decompress([&] { return Result<std::string_view>(full); }, 5, sink).error().message, full.message);
  EXPECT_EQ(decompress([] { return Result<std::string_view>(std::string_view()); }, 5, sink).error().fault,
            Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
