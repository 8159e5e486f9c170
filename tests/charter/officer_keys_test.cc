// Time codes, lost keys and keys for machines as somebody at a shell meets them (charter 10: a key takes two).
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "officer/totp.h"
#include "store/database.h"

namespace cordon::testing_desk {
namespace {

std::vector<std::string> by(const DeskFolder& desk, std::vector<std::string> arguments,
                            const std::vector<std::string>& admins) {
  for (const std::string& admin : admins)
    arguments.insert(arguments.end(), {"--by", admin, "--by-password-file", desk.password_file(admin)});
  return arguments;
}

std::string every_file_below(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all += *read_file(entry.path(), 64u << 20);
  }
  return all;
}

// Planted bugs: leave keep() out of Desk::sign_in (the second use of a code then passes); give wrong_sign_in() another
// word for one of the three.
TEST(OfficerKeys, sign_in_takes_a_code_once_and_every_refusal_reads_alike) {
  const DeskFolder desk;
  const std::vector<std::string> setting_up{"officer", "totp", "analyst1", "--password-file",
                                            desk.password_file("analyst1")};
  const Outcome offered = desk.run(setting_up);
  ASSERT_EQ(offered.exit_code, 0) << offered.err;
  const TotpSecret secret = *TotpSecret::parse(offered.line().text_or("secret"));
  EXPECT_TRUE(offered.line().text_or("uri").starts_with("otpauth://totp/Test%20desk:analyst1?secret="));
  const std::int64_t step = totp_step(SystemClock().now());
  std::vector<std::string> confirming = setting_up;
  confirming.insert(confirming.end(), {"--confirm", totp_code(secret, step)});
  // Planted bug: leave TimeCodeConfirmed out of Desk::confirm_time_code().
  const auto events = [&] {
    Database record = *Database::open(desk.desk() + "/desk.db", Database::Open::Read);
    return *record.number("SELECT count(*) FROM journal WHERE type = 'time_code_confirmed' AND actor = 'analyst1'");
  };
  EXPECT_EQ(events(), 0) << "an offer is none yet";
  ASSERT_EQ(desk.run(confirming).exit_code, 0);
  EXPECT_EQ(events(), 1);

  // The code of the next step is good already, so that nobody has to wait for it here.
  const std::string code = totp_code(secret, step + 1);
  const auto open_nothing = [&](const std::string& login, const std::string& password_of,
                                std::vector<std::string> more) {
    std::vector<std::string> arguments{"case",
                                       "show",
                                       "018bcfe5-6800-7000-8000-0123456789ab",
                                       "--as",
                                       login,
                                       "--password-file",
                                       desk.password_file(password_of)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return desk.run(arguments);
  };
  const Outcome without = open_nothing("analyst1", "analyst1", {});
  EXPECT_EQ(without.exit_code, 4);
  EXPECT_NE(without.err.find("--totp CODE"), std::string::npos) << without.err;
  EXPECT_EQ(open_nothing("nobody", "analyst1", {}).err, without.err);

  EXPECT_EQ(open_nothing("analyst1", "analyst1", {"--totp", code}).exit_code, 1);  // signed in; there is no such case
  const Outcome used = open_nothing("analyst1", "analyst1", {"--totp", code});
  EXPECT_EQ(used.exit_code, 4);
  EXPECT_EQ(open_nothing("nobody", "analyst1", {"--totp", code}).err, used.err);
  EXPECT_EQ(open_nothing("analyst1", "analyst2", {"--totp", code}).err, used.err);
  struct stat about{};
  ASSERT_EQ(::stat((desk.desk() + "/keys/officers/analyst1.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
  EXPECT_EQ(read_file(desk.desk() + "/desk.db", 64u << 20)->find(secret.base32()), std::string::npos);
}

// Planted bugs: let send_one() in desk/flow.cc take officer_by_id(); leave the Lapsed events out of Desk::rekey.
TEST(OfficerKeys, two_other_admins_give_a_new_key_and_the_old_one_still_proves_what_it_signed) {
  const DeskFolder desk;
  const std::string approved_case = desk.phishing_case("one.example.com");
  const std::string evidence = desk.assess(approved_case);
  const Json approved = desk.propose(approved_case);
  ASSERT_EQ(desk.as("approver1", {"case", "open", approved_case, evidence}).exit_code, 0);
  const std::string blocked = desk.desk() + "/outbox";  // no courier gets through for now
  std::filesystem::remove_all(blocked);
  ASSERT_TRUE(write_file(blocked, "not a folder"));
  const Outcome waits =
      desk.as("approver1", {"decide", "approve", approved.text_or("proposal"), "--digest", approved.text_or("digest")});
  ASSERT_EQ(waits.exit_code, 0) << waits.err;
  ASSERT_FALSE(*waits.line().flag("sent"));
  const std::string open_case = desk.phishing_case("two.example.com");
  desk.assess(open_case);
  const Json open = desk.propose(open_case);

  desk.folder().file("new.password", "another password");
  const auto rekey = [&](const std::string& login, const std::vector<std::string>& admins) {
    return desk.run(by(desk, {"officer", "rekey", login, "--password-file", desk.password_file("new")}, admins));
  };
  EXPECT_EQ(rekey("analyst1", {"admin1"}).exit_code, 4);
  EXPECT_EQ(rekey("analyst1", {"admin1", "admin1"}).exit_code, 4);
  EXPECT_EQ(rekey("analyst1", {"admin1", "analyst1"}).exit_code, 4);
  EXPECT_EQ(rekey("admin1", {"admin1", "admin2"}).exit_code, 4);
  EXPECT_EQ(rekey("nobody", {"admin1", "admin2"}).exit_code, 1);
  const std::string before = *read_file(desk.desk() + "/keys/officers/analyst1.json", 1u << 16);
  for (const char* login : {"analyst1", "approver1"}) {
    const Outcome done = rekey(login, {"admin1", "admin2"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  EXPECT_NE(*read_file(desk.desk() + "/keys/officers/analyst1.json", 1u << 16), before);

  // The old password is over, the open proposal too; what two had approved leaves with the keys of that day.
  EXPECT_EQ(desk.as("analyst2", {"decide", "show", open.text_or("proposal")}).line().text_or("state"), "lapsed");
  EXPECT_EQ(desk.as("analyst1",
                    {"decide", "propose", open_case, "--kind", "alert", "--effect", "inform", "--recipient", "host"})
                .exit_code,
            4);
  const Outcome again =
      desk.run({"decide", "propose", open_case, "--kind", "alert", "--effect", "inform", "--recipient", "host", "--as",
                "analyst1", "--password-file", desk.password_file("new")});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  std::filesystem::remove(blocked);
  const Outcome sent = desk.run({"notice", "send"});
  EXPECT_EQ(sent.exit_code, 0) << sent.err;
  EXPECT_EQ(desk.letters().size(), 1u);
  EXPECT_EQ(desk.run({"journal", "verify"}).exit_code, 0);
}

// Planted bug: in key_add, give the line that is shown to Store::append, as the answer to a token.
TEST(OfficerKeys, a_key_for_a_machine_takes_two_and_its_secret_is_shown_once) {
  const DeskFolder desk;
  const std::vector<std::string> adding{"key", "add", "scanner", "--scope", "intake", "--days", "30"};
  EXPECT_EQ(desk.run(adding).exit_code, 4);
  EXPECT_EQ(desk.run(by(desk, adding, {"admin1"})).exit_code, 4);
  EXPECT_EQ(desk.run(by(desk, adding, {"admin1", "analyst1"})).exit_code, 4);
  const Outcome added = desk.run(by(desk, adding, {"admin1", "admin2"}));
  ASSERT_EQ(added.exit_code, 0) << added.err;
  const std::string secret = added.line().text_or("secret");
  ASSERT_EQ(secret.size(), 87u);
  EXPECT_EQ(desk.run(by(desk, {"key", "add", "scanner", "--scope", "approve"}, {"admin1", "admin2"})).exit_code, 4);
  EXPECT_EQ(every_file_below(desk.desk()).find(secret.substr(44)), std::string::npos);
  EXPECT_EQ(desk.as("admin1", {"key", "list"}).out.find(secret.substr(44)), std::string::npos);
  const std::string id = added.line().text_or("key");
  EXPECT_EQ(desk.as("analyst1", {"key", "end", id}).exit_code, 4);
  EXPECT_EQ(desk.as("admin2", {"key", "end", id}).exit_code, 0);  // one is enough to end it
  EXPECT_NE(desk.as("admin1", {"key", "list"}).line().find("ended_at"), nullptr);
  EXPECT_EQ(desk.run({"journal", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace cordon::testing_desk
