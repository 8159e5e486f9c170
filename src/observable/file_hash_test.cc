#include "observable/file_hash.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "observable/tls_cert.h"

namespace cordon {
namespace {

const std::string kMd5 = "900150983cd24fb0d6963f7d28e17f72";  // of "abc": RFC 1321, FIPS 180-4
const std::string kSha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
const std::string kSha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(FileHash, the_length_tells_the_algorithm) {
  EXPECT_EQ(*canonical_file_hash(kMd5), "md5:" + kMd5);
  EXPECT_EQ(*canonical_file_hash(kSha1), "sha1:" + kSha1);
  EXPECT_EQ(*canonical_file_hash(kSha256), "sha256:" + kSha256);
  EXPECT_EQ(*canonical_file_hash("SHA-256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
            "sha256:" + kSha256);
  EXPECT_EQ(*canonical_file_hash("md5:" + kMd5), "md5:" + kMd5);
}

TEST(FileHash, a_name_that_the_length_contradicts_is_refused) {
  EXPECT_FALSE(canonical_file_hash("md5:" + kSha1));
  EXPECT_FALSE(canonical_file_hash("sha256:" + kMd5));
  EXPECT_FALSE(canonical_file_hash("sha512:" + kSha256));
  EXPECT_FALSE(canonical_file_hash(":" + kMd5));
  EXPECT_FALSE(canonical_file_hash(kMd5 + "0"));
  EXPECT_FALSE(canonical_file_hash(std::string(32, 'g')));
  EXPECT_FALSE(canonical_file_hash(""));
}

// Planted bug that turns it red: comparing before the digits are lower case.
TEST(FileHash, the_hash_of_an_empty_file_is_refused) {
  for (const char* text : {"d41d8cd98f00b204e9800998ecf8427e", "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
                           "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}) {
    const auto hash = canonical_file_hash(text);
    ASSERT_FALSE(hash) << text;
    EXPECT_EQ(hash.error().fault, Fault::Refused);
    EXPECT_EQ(hash.error().message, "the hash of an empty file");
  }
}

TEST(PerceptualHash, it_is_64_digits_with_or_without_its_name) {
  EXPECT_EQ(*canonical_perceptual_hash(kSha256), "pdq:" + kSha256);
  EXPECT_EQ(*canonical_perceptual_hash("PDQ:" + kSha256), "pdq:" + kSha256);
  EXPECT_FALSE(canonical_perceptual_hash(kSha1));
  EXPECT_FALSE(canonical_perceptual_hash("phash:" + kSha256));
}

TEST(TlsCert, a_fingerprint_is_read_with_colons_and_without) {
  std::string pairs;
  for (std::size_t i = 0; i < kSha256.size(); i += 2) pairs += (i == 0 ? "" : ":") + kSha256.substr(i, 2);
  for (const std::string& text :
       {kSha256, pairs, "sha256:" + kSha256, "SHA256:" + pairs, "sha256 Fingerprint=" + pairs}) {
    const auto certificate = canonical_tls_cert(text);
    ASSERT_TRUE(certificate) << text;
    EXPECT_EQ(*certificate, "sha256:" + kSha256);
  }
  pairs[2] = '-';
  EXPECT_FALSE(canonical_tls_cert(pairs));
  EXPECT_FALSE(canonical_tls_cert(kSha1));
  EXPECT_FALSE(canonical_tls_cert("sha1:" + kSha256));
}

}  // namespace
}  // namespace cordon
