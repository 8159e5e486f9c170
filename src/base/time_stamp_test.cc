#include "base/time_stamp.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "base/tsa_for_tests.h"

namespace cordon {
namespace {

namespace fs = std::filesystem;

class TimeStampTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = fs::temp_directory_path() / "cordon-tsa-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    tsa_ = new TestTsa(pattern);
  }
  static void TearDownTestSuite() {
    fs::remove_all(tsa_->folder());
    delete tsa_;
    tsa_ = nullptr;
  }
  static StampTrust trust(const std::string& file = "ca.pem") { return *StampTrust::read(tsa_->read(file)); }
  static Instant now() { return SystemClock().now(); }
  static std::string why(const Result<TimeStamp>& stamp) { return stamp ? "" : stamp.error().message; }

  static TestTsa* tsa_;
  const StampQuery query_{sha256("what is stamped"), 0x60404D3D473B9DDBu};
};
TestTsa* TimeStampTest::tsa_ = nullptr;

TEST_F(TimeStampTest, a_query_holds_a_digest_and_a_nonce_and_nothing_else) {
  const std::string query = write_stamp_query(query_);
  // SEQUENCE { 1, { { sha256, NULL }, digest }, nonce, certReq TRUE }
  EXPECT_EQ(to_hex(query),
            "30430201013031300d060960864801650304020105000420" + query_.imprint.hex() + "020860404d3d473b9ddb0101ff");
}

// Planted bugs, each seen red: leave the nonce out of request_of(); look at certificates at another time than the
// token's; take any policy; take a time that is hours off; let a pinned certificate be a root alone.
TEST_F(TimeStampTest, what_a_real_authority_answers_is_taken_and_says_when_and_who) {
  for (const std::string section : {"one", "v1"}) {  // ESSCertIDv2, and the first version
    const std::string answer = tsa_->answer(write_stamp_query(query_), section);
    const auto stamp = read_stamp_answer(answer, query_, trust(), "", now());
    ASSERT_TRUE(stamp) << why(stamp);
    EXPECT_LT(std::abs(stamp->at - now()), 60'000);
    EXPECT_EQ(stamp->policy, "1.3.6.1.4.1.99999.1");
    EXPECT_EQ(stamp->authority, "CN=Stamps of the test,O=Test");
    EXPECT_EQ(stamp->token, tsa_->token_of(answer));
    EXPECT_FALSE(stamp->serial.empty());
    EXPECT_TRUE(check_stamp(stamp->token, query_, trust()));
    EXPECT_TRUE(check_stamp(stamp->token, query_, trust("tsa.pem")));  // the authority itself may be pinned
    EXPECT_TRUE(check_stamp(stamp->token, query_, trust(), "1.3.6.1.4.1.99999.1"));
    EXPECT_FALSE(check_stamp(stamp->token, query_, trust(), "1.3.6.1.4.1.99999.2"));
    EXPECT_FALSE(check_stamp(stamp->token, {sha256("something else"), query_.nonce}, trust()));
    EXPECT_FALSE(check_stamp(stamp->token, {query_.imprint, query_.nonce + 1}, trust()));
    EXPECT_EQ(read_stamp_answer(answer, query_, trust(), "", now() + 10 * 60'000).error().fault, Fault::Corrupt);
    EXPECT_EQ(read_stamp_answer(answer, query_, trust(), "", now() + -10 * 60'000).error().fault, Fault::Corrupt);
  }
}

TEST_F(TimeStampTest, an_authority_with_rsa_keys_is_taken_too) {
  std::string pattern = fs::temp_directory_path() / "cordon-tsa-XXXXXX";
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const TestTsa rsa(pattern, "rsa:2048");
  const auto stamp = read_stamp_answer(rsa.answer(write_stamp_query(query_)), query_,
                                       *StampTrust::read(rsa.read("ca.pem")), "", now());
  EXPECT_TRUE(stamp) << why(stamp);
  EXPECT_FALSE(check_stamp(stamp->token, query_, trust()));  // somebody else's authority
  fs::remove_all(pattern);
}

// Signed over the very same statement, by keys under the pinned authority that may not sign it. Planted bugs, each seen
// red: verify the chain for any purpose; let other certificates lie in it.
TEST_F(TimeStampTest, who_may_sign_a_stamp_may_sign_nothing_else) {
  const std::string good = tsa_->token_of(tsa_->answer(write_stamp_query(query_)));
  const auto made_again = check_stamp(tsa_->signed_by("tsa", good), query_, trust());
  EXPECT_TRUE(made_again) << why(made_again);  // so that what fails below fails for what it says
  tsa_->issue("loose", "timeStamping", "critical,digitalSignature");
  tsa_->issue("more", "critical,timeStamping,codeSigning", "critical,digitalSignature");
  tsa_->issue("other", "critical,codeSigning", "critical,digitalSignature");
  tsa_->issue("wide", "critical,timeStamping", "critical,digitalSignature,keyEncipherment");
  tsa_->issue("past", "critical,timeStamping", "critical,digitalSignature",
              "-startdate 20200101000000Z -enddate 20210101000000Z");
  for (const std::string name : {"loose", "more", "other", "wide", "past"}) {
    const auto stamp = check_stamp(tsa_->signed_by(name, good), query_, trust());
    ASSERT_FALSE(stamp) << name;
    EXPECT_EQ(stamp.error().fault, Fault::Corrupt) << name;
    EXPECT_NE(stamp.error().message.find("pinned"), std::string::npos) << name << ": " << stamp.error().message;
  }
  // Without the attribute that binds the certificate; with a second signer; with a weak digest; with no certificate.
  EXPECT_FALSE(check_stamp(tsa_->signed_by("tsa", good, ""), query_, trust()));
  EXPECT_FALSE(check_stamp(tsa_->signed_by("tsa", good, "-cades -md sha1"), query_, trust()));
  EXPECT_FALSE(check_stamp(tsa_->signed_by("tsa", good, "-cades -nocerts"), query_, trust()));
  EXPECT_FALSE(check_stamp(tsa_->signed_by("tsa", good, "-cades -signer other.pem -inkey other.key"), query_, trust()));
  EXPECT_FALSE(check_stamp(tsa_->signed_by("tsa", good, "-cades -certfile other.pem"), query_, trust()));
}

TEST_F(TimeStampTest, an_authority_that_says_no_is_quoted) {
  std::string query = write_stamp_query(query_);
  query.replace(query.find(std::string("\x04\x02\x01\x05", 4)), 3, std::string("\x04\x02\x09", 3));  // no such digest
  const auto stamp = read_stamp_answer(tsa_->answer(query), query_, trust(), "", now());
  ASSERT_FALSE(stamp);
  EXPECT_EQ(stamp.error().fault, Fault::Unavailable);
  EXPECT_NE(stamp.error().message.find("status 2"), std::string::npos) << stamp.error().message;
  for (const std::string& bytes : {std::string(), std::string("<html>"), std::string(200'000, '0')})
    EXPECT_EQ(read_stamp_answer(bytes, query_, trust(), "", now()).error().fault, Fault::Malformed);
}

// Every bit of a token, and cuts, and bytes behind it. Planted bugs, each seen red: leave out the comparison of the
// issuer's bytes (a letter's case in it is free); of the name of the signature's algorithm; of the version; the
// signature.
TEST_F(TimeStampTest, no_bit_of_a_token_can_be_changed) {
  const StampTrust pinned = trust();
  for (const std::string section : {"one", "v1"}) {
    const std::string token = tsa_->token_of(tsa_->answer(write_stamp_query(query_), section));
    ASSERT_TRUE(check_stamp(token, query_, pinned));
    for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
      std::string changed = token;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      EXPECT_FALSE(check_stamp(changed, query_, pinned)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < token.size(); ++size)
      EXPECT_FALSE(check_stamp(token.substr(0, size), query_, pinned)) << size;
    EXPECT_FALSE(check_stamp(token + '\0', query_, pinned));
  }
}

TEST_F(TimeStampTest, pinned_certificates_are_read_to_their_end) {
  const std::string ca = tsa_->read("ca.pem");
  EXPECT_TRUE(StampTrust::read(ca + tsa_->read("tsa.pem")));
  EXPECT_FALSE(StampTrust::read(""));
  EXPECT_FALSE(StampTrust::read("no certificate"));
  EXPECT_FALSE(StampTrust::read(ca + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace cordon
