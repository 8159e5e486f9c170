#include "net/aws_signature.h"

#include <gtest/gtest.h>

namespace cordon::http {
namespace {

const AwsKey kKey{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const std::string kHost = "examplebucket.s3.amazonaws.com";

std::string signature_of(const Signable& signable) {
  const std::string text = sign_for_aws(signable, kKey, *parse_rfc3339("2013-05-24T00:00:00Z")).back().second;
  return text.substr(text.find("Signature=") + 10);
}

// The four worked examples of the Amazon S3 API reference, "Signature calculations in the Authorization header".
// Planted bugs, each seen red: leave the query out; leave the empty line behind the headers out.
TEST(AwsSignature, the_published_examples_come_out) {
  EXPECT_EQ(signature_of({"GET", kHost, "/test.txt", {}, {{"range", "bytes=0-9"}}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(signature_of({"PUT",
                          kHost,
                          "/test%24file.text",
                          {},
                          {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                          sha256("Welcome to Amazon S3.")}),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(signature_of({"GET", kHost, "/", {{"lifecycle", ""}}}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(signature_of({"GET", kHost, "/", {{"prefix", "J"}, {"max-keys", "2"}}}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(AwsSignature, a_temporary_key_shows_its_token_and_names_are_encoded_by_byte) {
  AwsKey key = kKey;
  key.token = "a token";
  const auto headers = sign_for_aws({"GET", kHost, "/", {}}, key, {0});
  EXPECT_EQ(headers[2], (std::pair<std::string, std::string>("x-amz-security-token", "a token")));
  EXPECT_NE(headers.back().second.find("x-amz-security-token"), std::string::npos);
  EXPECT_EQ(percent_encoded("a/b \xc3\xa9+~", true), "a/b%20%C3%A9%2B~");
  EXPECT_EQ(percent_encoded("a/b", false), "a%2Fb");
  EXPECT_EQ(query_text({{"prefix", "a/b"}, {"list-type", "2"}}), "list-type=2&prefix=a%2Fb");
}

}  // namespace
}  // namespace cordon::http
