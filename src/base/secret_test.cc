#include "base/secret.h"

#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "base/text.h"

namespace cordon {
namespace {

TEST(password, its_own_hash_accepts_it_and_nothing_else) {
  const std::string hash = hash_password("correct horse", Cost::Test);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$")) << hash;
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_FALSE(verify_password(hash, std::string("correct horse\0", 14)));
}

TEST(password, two_hashes_of_one_password_differ) {
  EXPECT_NE(hash_password("same", Cost::Test), hash_password("same", Cost::Test));
}

TEST(password, a_hash_for_people_takes_64_mib) {
  const std::string hash = hash_password("slow");
  EXPECT_NE(hash.find("m=65536,t=2,p=1"), std::string::npos) << hash;
  EXPECT_TRUE(verify_password(hash, "slow"));
}

TEST(password, a_broken_hash_accepts_nothing) {
  const std::string hash = hash_password("p", Cost::Test);
  for (const std::string& bad : {std::string(), std::string("$"), std::string("p"), hash.substr(0, hash.size() - 1),
                                 hash + "A", hash + std::string(1, '\0'), std::string(1000, '$')})
    EXPECT_FALSE(verify_password(bad, "p")) << bad;
}

// Planted bug: leave derive() out of pretend_to_verify.
TEST(password, pretending_costs_what_verifying_costs) {
  const std::string hash = hash_password("slow");
  const auto ticks = [](const auto& work) {  // of this process's own time, which a busy machine does not stretch
    const std::clock_t from = std::clock();
    work();
    return std::clock() - from;
  };
  const std::clock_t real = ticks([&] { EXPECT_FALSE(verify_password(hash, "other")); });
  const std::clock_t pretended = ticks([] { pretend_to_verify("other"); });
  EXPECT_GT(pretended * 2, real);
  EXPECT_LT(pretended, real * 2);
}

TEST(password, equal_secrets_are_equal_to_the_last_byte) {
  EXPECT_TRUE(equal_secrets("", ""));
  EXPECT_TRUE(equal_secrets("abc", "abc"));
  EXPECT_FALSE(equal_secrets("abc", "abd"));
  EXPECT_FALSE(equal_secrets("abc", "abcd"));
}

TEST(seal, what_is_sealed_comes_back_with_its_password) {
  SystemRandom random;
  for (const std::string& secret :
       {std::string(), std::string("k"), std::string("\0\xff", 2), std::string(100'000, 's')}) {
    const std::string sealed = seal(secret, "password", random, Cost::Test);
    const Result<std::string> opened = unseal(sealed, "password");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(*opened, secret);
  }
}

TEST(seal, the_cost_for_people_opens_too) {
  SystemRandom random;
  EXPECT_EQ(*unseal(seal("s", "p", random), "p"), "s");
}

TEST(seal, a_wrong_password_is_refused) {
  SystemRandom random;
  const std::string sealed = seal("secret", "password", random, Cost::Test);
  EXPECT_EQ(unseal(sealed, "passwore").error().fault, Fault::Refused);
  EXPECT_EQ(unseal(sealed, "").error().fault, Fault::Refused);
}

// Planted bug: no sum over the bytes (a damaged file then reads as a wrong password).
TEST(seal, a_changed_byte_anywhere_is_corrupt) {
  SystemRandom random;
  const std::string bytes = *from_base64(seal("secret", "password", random, Cost::Test));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string bad = bytes;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    const Result<std::string> opened = unseal(to_base64(bad), "password");
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().fault, Fault::Corrupt) << i;
  }
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(unseal(to_base64(bytes.substr(0, length)), "password").error().fault, Fault::Corrupt) << length;
  EXPECT_EQ(unseal("no base64 at all", "password").error().fault, Fault::Corrupt);
}

TEST(seal, the_secret_and_the_password_are_not_in_the_text) {
  SystemRandom random;
  const std::string bytes = *from_base64(seal("plain secret", "plain password", random, Cost::Test));
  EXPECT_EQ(bytes.find("plain"), std::string::npos);
}

TEST(seal, two_seals_of_one_secret_share_no_salt_and_no_key) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) seen.insert(seal("s", "p", random, Cost::Test));
  EXPECT_EQ(seen.size(), 20u);
}

TEST(wipe, a_wiped_secret_is_empty) {
  std::string secret(1000, 's');
  wipe(secret);
  EXPECT_TRUE(secret.empty());
}

}  // namespace
}  // namespace cordon
