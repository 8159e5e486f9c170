// Charter 5.3: reasons that say nothing are refused. Planted bugs: leave any one of the three questions out of
// check_reasons().
#include "decision/reasons.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

const std::string kOne =
    "The page at this address copies the sign-in form of a bank and posts what is typed to a host that was registered "
    "the day before; three people report the same message.";
const std::string kAnother =
    "An archive behind this link holds a program that calls a known controller every minute, as the captured traffic "
    "of "
    "the sandbox shows at 10:42.";

TEST(Reasons, that_say_something_pass) {
  const std::string others[] = {kAnother};
  EXPECT_TRUE(check_reasons(kOne, Category::Phishing, others));
  EXPECT_TRUE(check_reasons(
      "页面复制了银行的登录表单，并把输入的内容发送到前一天注册的主机。三个人报告了同一条短信，短信要求立即登录。"
      "证书的签发日期与注册日期相同，页面的图片来自银行自己的网站，表单的目标地址却在别处，两份截图可以证明这一点。",
      Category::Phishing, {}));
}

TEST(Reasons, under_eighty_characters_are_refused) {
  const Result<Nothing> said = check_reasons("It is a fraud and it harms people.", Category::Fraud, {});
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().fault, Fault::Refused);
  EXPECT_NE(said.error().message.find("80 characters"), std::string::npos);
  EXPECT_FALSE(check_reasons(std::string(200, ' '), Category::Fraud, {}));
  EXPECT_FALSE(check_reasons(kOne.substr(0, 79), Category::Phishing, {}));
}

TEST(Reasons, that_repeat_the_name_of_the_category_are_refused) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "This is phishing. ";
  EXPECT_FALSE(check_reasons(text.substr(0, 120), Category::Phishing, {}));
  std::string names;
  for (int i = 0; i < 30; ++i) names += "phishing Phishing C05 ";
  const Result<Nothing> said = check_reasons(names, Category::Phishing, {});
  ASSERT_FALSE(said);
  EXPECT_NE(said.error().message.find("name of the category"), std::string::npos);
}

TEST(Reasons, of_another_case_are_refused) {
  const std::string others[] = {kAnother, kOne};
  const Result<Nothing> said = check_reasons(kOne, Category::Phishing, others);
  ASSERT_FALSE(said);
  EXPECT_NE(said.error().message.find("another case"), std::string::npos);
  std::string spaced = kOne;
  spaced.replace(spaced.find(' '), 1, "  \n ");
  EXPECT_FALSE(check_reasons(spaced, Category::Phishing, others)) << "spaces and case do not make it another text";
  EXPECT_FALSE(check_reasons(kOne + " Yes.", Category::Phishing, others));
  EXPECT_TRUE(
      check_reasons(kOne + " The second page asks for the code that the bank's message carries, and shows the amount.",
                    Category::Phishing, others));
}

}  // namespace
}  // namespace cordon
