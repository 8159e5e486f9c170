#include "base/sign.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cordon {
namespace {

struct Vector {
  const char* seed;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, tests 1, 2, 3 and SHA(abc).
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bb"
     "e24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302"
     "aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed"
     "28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce"
     "80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac"
     "17ad9bef1177331a704"},
};

SecretKey key_from_hex(const char* seed) { return *SecretKey::from_seed(*from_hex(seed)); }

TEST(sign, the_vectors_of_rfc_8032_come_out) {
  for (const Vector& v : kVectors) {
    const SecretKey key = key_from_hex(v.seed);
    const std::string message = *from_hex(v.message);
    EXPECT_EQ(to_hex(key.public_key().view()), v.key);
    const Signature signature = key.sign(message);
    EXPECT_EQ(to_hex(signature.view()), v.signature);
    EXPECT_TRUE(verify(key.public_key(), message, signature));
  }
}

// Planted bug: verify that returns true.
TEST(sign, one_changed_bit_anywhere_is_refused) {
  const SecretKey key = key_from_hex(kVectors[2].seed);
  const PublicKey good_key = key.public_key();
  const std::string message = "notice 7";
  const Signature good = key.sign(message);
  for (std::size_t i = 0; i < good.bytes.size(); ++i) {
    Signature bad = good;
    bad.bytes[i] ^= 1;
    EXPECT_FALSE(verify(good_key, message, bad)) << i;
  }
  for (std::size_t i = 0; i < good_key.bytes.size(); ++i) {
    PublicKey bad = good_key;
    bad.bytes[i] ^= 1;
    EXPECT_FALSE(verify(bad, message, good)) << i;
  }
  EXPECT_FALSE(verify(good_key, "notice 8", good));
  EXPECT_FALSE(verify(good_key, "", good));
}

// A zero key with a zero signature passes in libraries that accept points of small order.
TEST(sign, a_key_of_small_order_verifies_nothing) {
  EXPECT_FALSE(verify(PublicKey{}, "any", Signature{}));
  PublicKey one;
  one.bytes[0] = 1;
  Signature identity;
  identity.bytes[0] = 1;
  EXPECT_FALSE(verify(one, "any", identity));
}

TEST(sign, keys_and_signatures_survive_base64) {
  const SecretKey key = key_from_hex(kVectors[0].seed);
  const Signature signature = key.sign("x");
  EXPECT_EQ(*parse_public_key(to_base64(key.public_key())), key.public_key());
  EXPECT_EQ(*parse_signature(to_base64(signature)), signature);
}

TEST(sign, a_wrong_length_is_malformed) {
  EXPECT_EQ(parse_public_key(to_base64(std::string(31, 'a'))).error().fault, Fault::Malformed);
  EXPECT_EQ(parse_public_key(to_base64(std::string(33, 'a'))).error().fault, Fault::Malformed);
  EXPECT_EQ(parse_public_key("not base64!").error().fault, Fault::Malformed);
  EXPECT_EQ(parse_signature(to_base64(std::string(63, 'a'))).error().fault, Fault::Malformed);
  EXPECT_EQ(parse_signature("").error().fault, Fault::Malformed);
  EXPECT_EQ(SecretKey::from_seed(std::string(31, 'a')).error().fault, Fault::Malformed);
}

TEST(sign, a_generated_key_comes_from_its_random_source) {
  SeededRandom first(1), again(1), other(2);
  const SecretKey key = SecretKey::generate(first);
  EXPECT_EQ(key.seed(), SecretKey::generate(again).seed());
  EXPECT_NE(key.seed(), SecretKey::generate(other).seed());
  EXPECT_EQ(SecretKey::from_seed(key.seed())->public_key(), key.public_key());
}

TEST(sign, a_moved_key_leaves_no_seed_behind) {
  SecretKey key = key_from_hex(kVectors[0].seed);
  const SecretKey taken = std::move(key);
  EXPECT_EQ(to_hex(taken.seed()), kVectors[0].seed);
  // The moved-from state is what this test is about: NOLINTNEXTLINE(bugprone-use-after-move)
  EXPECT_EQ(key.seed(), std::string(32, '\0'));
}

}  // namespace
}  // namespace cordon
