#include "ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

const std::string kRoot = "/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM=";

TEST(Checkpoint, has_one_spelling) {
  const std::string text = kTestLog + "\n123456789\n" + kRoot + "\ncharter sha256:00\noperator authority\n";
  const auto checkpoint = read_checkpoint(text);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->origin, kTestLog);
  EXPECT_EQ(checkpoint->head.size, 123456789u);
  EXPECT_EQ(to_base64(checkpoint->head.root.view()), kRoot);
  EXPECT_EQ(checkpoint->extensions, (std::vector<std::string>{"charter sha256:00", "operator authority"}));
  EXPECT_EQ(write_checkpoint(*checkpoint), text);
}

TEST(Checkpoint, is_read_strictly) {
  const auto with = [](const std::string& size, const std::string& root) {
    return kTestLog + "\n" + size + "\n" + root + "\n";
  };
  ASSERT_TRUE(read_checkpoint(with("0", kRoot)));
  ASSERT_TRUE(read_checkpoint(with(std::to_string(kMostLeaves), kRoot)));
  for (const char* size : {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "1e3", "4611686018427387905",
                           "9223372036854775808", "18446744073709551616"}) {
    EXPECT_FALSE(read_checkpoint(with(size, kRoot))) << size;
  }
  for (const std::string& root : {std::string(), kRoot.substr(0, 43), kRoot + "=",
                                  kRoot.substr(0, 42) + "N=", kRoot.substr(0, 40), " " + kRoot}) {
    EXPECT_FALSE(read_checkpoint(with("1", root))) << root;
  }
  EXPECT_FALSE(read_checkpoint(""));
  EXPECT_FALSE(read_checkpoint("\n1\n" + kRoot + "\n"));
  EXPECT_FALSE(read_checkpoint(with("1", kRoot) + "\n"));
  EXPECT_FALSE(read_checkpoint(with("1", kRoot) + "a\n\nb\n"));
  EXPECT_FALSE(read_checkpoint(with("1", kRoot) + "a"));
  EXPECT_FALSE(read_checkpoint(kTestLog + "\n1\n" + kRoot));
  EXPECT_FALSE(read_checkpoint(kTestLog + "\r\n1\r\n" + kRoot + "\r\n"));
}

TEST(Checkpoint, of_another_log_is_refused_under_the_right_key) {
  const std::string note = sign_note("other.example.net/log\n0\n" + kRoot + "\n", kTestLog, test_log_key());
  EXPECT_EQ(open_checkpoint(note, kTestLog, test_log_key().public_key()).error().fault, Fault::Corrupt);
}

}  // namespace
}  // namespace cordon
