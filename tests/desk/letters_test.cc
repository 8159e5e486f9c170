// Which letters wait for the log's witnesses, and for how long; what becomes of a letter whose sender changed its name
// while it waited; and how a wrong line of the log is corrected. Each promise names the planted bug that turns it red.
#include <filesystem>
#include <mutex>

#include "desk/acts.h"
#include "desk/doctor.h"
#include "desk/numbers.h"
#include "desk/witness.h"
#include "desk/witnesses.h"
#include "net/http_server.h"
#include "referral/notice_proof.h"
#include "sent_requests.h"

namespace cordon::testing_desk {
namespace {

// Two witnesses of the desk's log in this process, each of which can be away.
class LetterWitnesses {
 public:
  LetterWitnesses(const std::string& folder, const std::string& log_key, const Clock& clock) {
    SeededRandom random(17);
    for (int i = 0; i < 2; ++i) {
      const std::string own = folder + "/witness" + std::to_string(i);
      CORDON_CHECK(static_cast<bool>(Witness::found(own, "w" + std::to_string(i) + ".example.org", {log_key}, random)),
                   "a test's witness");
      witnesses_.push_back(*Witness::open(own, clock));
      keys_.push_back(show_witness(own)->front().text_or("key"));
      servers_.push_back(*http::Server::listen("127.0.0.1", 0, [this, i](const http::Request& request) {
        const std::lock_guard lock(mutex_);
        if (away_[i]) return http::Response{503, "text/plain", "away\n", {}};
        return witnesses_[static_cast<std::size_t>(i)]->answer(request);
      }));
    }
  }
  void away(int which, bool is) {
    const std::lock_guard lock(mutex_);
    away_[which] = is;
  }
  std::string settings(const std::string& more = {}) const {
    std::string text = "\n[log]\n" + more + "witnesses = [\n";
    for (std::size_t i = 0; i < 2; ++i)
      text += "  { url = \"http://127.0.0.1:" + std::to_string(servers_[i]->port()) + "/\", key = \"" + keys_[i] +
              "\" },\n";
    return text + "]\n";
  }

 private:
  std::mutex mutex_;
  bool away_[2] = {false, false};
  std::vector<std::unique_ptr<Witness>> witnesses_;
  std::vector<std::string> keys_;
  std::vector<std::unique_ptr<http::Server>> servers_;
};

class Letters : public testing::Test {
 protected:
  Letters() : witnesses_(desk_.folder().path(), desk_.store().founded()->log_key, desk_.clock()) {
    for (const auto& [login, role] :
         std::initializer_list<std::pair<const char*, Role>>{{"analyst1", Role::Analyst},
                                                             {"approver1", Role::Approver},
                                                             {"legal1", Role::LegalReviewer},
                                                             {"dpo1", Role::Dpo},
                                                             {"dpo2", Role::Dpo}})
      desk_.enrol(login, {role});
  }
  void with_settings(const std::string& more) {
    desk_.close();
    desk_.write(desk_.paths().settings(), desk_.read(desk_.paths().settings()) + more);
    desk_.open();
  }
  NoticeId approved() {
    const Proposed proposed = propose_phishing(desk_, "analyst1");
    approve_proposed(desk_, proposed, "approver1");
    return proposed.notice;
  }
  std::vector<std::string> letters() {
    std::vector<std::string> all;
    const std::string folder = desk_.paths().inside(desk_.desk().settings().maildir) + "/new";
    const Result<std::vector<std::string>> names = list_folder(folder);
    if (!names) return all;
    for (const std::string& name : *names) all.push_back(desk_.read(folder + "/" + name));
    return all;
  }
  std::size_t cosignatures_of(const std::string& letter) {
    const Result<Json> seen = check_notice(letter, desk_.store().founded()->log_key);
    EXPECT_TRUE(seen) << seen.error().message;
    return seen ? seen->find("witnesses")->array()->size() : 99;
  }
  Look doctor(const std::string& what) {
    for (const Look& one : examine(desk_.paths(), desk_.clock(), AskOwner::No))
      if (one.what == what) return one;
    ADD_FAILURE() << "nothing is said of " << what;
    return {};
  }
  Result<Json> command(const std::string& words, Json arguments, const std::string& who, const std::string& second) {
    Call call{words, std::move(arguments)};
    call.arguments.set("as", who).set("password", SiteDesk::password_of(who));
    call.arguments.set("by", Json::Array{Json::Object{{"as", second}, {"password", SiteDesk::password_of(second)}}});
    Json said;
    const Result<Nothing> done = run_command(desk_.desk(), call, [&](const Json& line) { said = line; });
    if (!done) return done.error();
    return said;
  }

  SiteDesk desk_;
  LetterWitnesses witnesses_;
};

// Planted bugs: note_for_letter() gives the published note at once; has_quorum() counts one cosignature for two; the
// letter takes the published note though an earlier one has more cosignatures.
TEST_F(Letters, wait_for_a_quorum_and_carry_its_lines) {
  with_settings(witnesses_.settings());
  ASSERT_EQ(desk_.desk().settings().quorum, 2) << "more than half of two";
  witnesses_.away(1, true);
  approved();
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  EXPECT_TRUE(desk_.desk().letter_waits());
  ASSERT_TRUE(cosign_now(desk_.desk()));
  EXPECT_EQ(letters().size(), 0u) << "one of two";
  witnesses_.away(1, false);
  ASSERT_TRUE(cosign_now(desk_.desk()));
  ASSERT_EQ(letters().size(), 1u) << "it leaves with the second";
  EXPECT_EQ(cosignatures_of(letters()[0]), 2u);
  // What is published after that has nobody's line yet, and a letter whose line is older does not wait for it.
  witnesses_.away(0, true);
  witnesses_.away(1, true);
  EXPECT_EQ(doctor("witnesses").wellness, Wellness::Ok) << doctor("witnesses").says;
  desk_.expect_replays();
}

TEST_F(Letters, take_the_lines_that_an_earlier_checkpoint_has) {
  with_settings(witnesses_.settings("quorum = 1\nquorum_minutes = 60\n"));
  approved();
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  // Cosigned by hand, as the clerk's answer comes in, while somebody publishes more.
  desk_.desk().letter_waits() = false;
  ASSERT_TRUE(cosign_now(desk_.desk()));
  EXPECT_EQ(letters().size(), 0u);
  witnesses_.away(0, true);
  witnesses_.away(1, true);
  approved();
  const Result<std::int64_t> sent = send_what_waits(desk_.desk());
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(*sent, 1) << "the first has its lines, the second waits";
  ASSERT_EQ(letters().size(), 1u);
  EXPECT_EQ(cosignatures_of(letters()[0]), 2u);
}

// Planted bugs: the wait has no end; a letter that left late is not counted.
TEST_F(Letters, wait_ten_minutes_and_no_longer) {
  with_settings(witnesses_.settings());
  witnesses_.away(0, true);
  witnesses_.away(1, true);
  approved();
  desk_.clock().advance(10 * 60'000 - 1);
  EXPECT_EQ(*send_what_waits(desk_.desk()), 0);
  desk_.clock().advance(1);
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
  ASSERT_EQ(letters().size(), 1u);
  EXPECT_EQ(cosignatures_of(letters()[0]), 0u);
  const Look look = doctor("witnesses");
  EXPECT_EQ(look.wellness, Wellness::Look);
  EXPECT_NE(look.says.find("1 letters left without 2 cosignatures"), std::string::npos) << look.says;
  desk_.clock().advance(25 * kHourMs);
  ASSERT_TRUE(cosign_now(desk_.desk()));
  EXPECT_EQ(doctor("witnesses").wellness, Wellness::Ok) << "a day later it is not said any more";
  desk_.clock().advance(2 * kHourMs);
  EXPECT_EQ(doctor("witnesses").wellness, Wellness::Look) << "but that they are asked in vain is";
}

TEST_F(Letters, wait_for_nobody_where_the_settings_say_so) {
  with_settings(witnesses_.settings("quorum = 0\n"));
  witnesses_.away(0, true);
  witnesses_.away(1, true);
  approved();
  EXPECT_EQ(*send_what_waits(desk_.desk()), 1);
}

// Planted bugs: a contradiction is told by its words and not by its kind; the doctor does not look at what stopped the
// signer.
TEST_F(Letters, a_witness_that_saw_more_ends_signing_and_the_doctor_says_so) {
  with_settings(witnesses_.settings());
  ASSERT_TRUE(cosign_now(desk_.desk()));
  ASSERT_FALSE(desk_.desk().no_signing());
  // Another desk of this key had gone on: this one's memory goes back to what it was.
  const std::string memory = desk_.read(desk_.paths().signer_last());
  const std::string before = memory.substr(memory.find('\n') + 1);
  approved();
  ASSERT_TRUE(cosign_now(desk_.desk()));
  desk_.close();
  desk_.write(desk_.paths().signer_last(), before);
  SeededRandom random(3);
  const Result<std::unique_ptr<Desk>> older = Desk::open(desk_.paths(), desk_.clock(), random);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().fault, Fault::Refused);
  EXPECT_EQ(doctor("witnesses").wellness, Wellness::Broken);
}

// Planted bugs: text_of() takes the present settings; the letterhead is no part of what a release's signers sign.
TEST_F(Letters, leave_as_they_were_written_though_the_desk_has_another_name_by_now) {
  const NoticeId notice = approved();
  ASSERT_EQ(*send_what_waits(desk_.desk()), 1);
  witnesses_.away(0, true);
  witnesses_.away(1, true);
  with_settings(witnesses_.settings("quorum_minutes = 60\n"));  // so that what comes waits
  desk_.clock().advance(24 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  ASSERT_EQ(letters().size(), 1u) << "the reminder waits";
  desk_.close();
  desk_.write(desk_.paths().settings(),
              replace_all(desk_.read(desk_.paths().settings()), "name = \"Test desk\"", "name = \"Another name\""));
  desk_.open();
  EXPECT_EQ(doctor("messages").wellness, Wellness::Ok) << "it may wait for witnesses that long";
  desk_.clock().advance(60 * 60'000);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  ASSERT_EQ(letters().size(), 2u);
  int old_name = 0;
  for (const std::string& letter : letters())
    old_name += letter.find("Reminder") != std::string::npos && letter.find("Test desk <desk@") != std::string::npos;
  EXPECT_EQ(old_name, 1);
  EXPECT_TRUE(desk_.store().messages_of(notice)->front().sent);
  desk_.expect_replays();
}

// Planted bug: the doctor does not look at the messages.
TEST_F(Letters, that_wait_too_long_are_told_by_the_doctor) {
  approved();
  ASSERT_EQ(*send_what_waits(desk_.desk()), 1);
  desk_.clock().advance(24 * kHourMs);
  ASSERT_TRUE(do_what_is_due(desk_.desk()));
  EXPECT_EQ(doctor("messages").wellness, Wellness::Ok);
  desk_.clock().advance(11 * 60'000);
  EXPECT_EQ(doctor("messages").wellness, Wellness::Look) << doctor("messages").says;
  desk_.clock().advance(kHourMs);
  EXPECT_EQ(doctor("messages").wellness, Wellness::Broken);
}

// ── another place ──

// Planted bugs: one of two witnesses is enough; a place signs while it was not given the log; what was given is
// forgotten before the next try.
TEST_F(Letters, a_log_goes_on_elsewhere_when_more_than_half_of_the_witnesses_gave_it) {
  with_settings(witnesses_.settings());
  ASSERT_TRUE(cosign_now(desk_.desk()));
  const std::int64_t size = *desk_.store().published_size();
  desk_.close();
  const std::string memory = desk_.read(desk_.paths().signer_last());
  std::filesystem::remove(desk_.paths().signer_last());
  desk_.write(desk_.paths().signer_last(), memory);  // as a copy of it lies elsewhere
  SeededRandom random(3);
  const auto opens = [&] { return static_cast<bool>(Desk::open(desk_.paths(), desk_.clock(), random)); };
  EXPECT_FALSE(opens());
  witnesses_.away(1, true);
  for (int i = 0; i < 2; ++i) {
    const Result<Nothing> half = continue_log(desk_.paths(), desk_.clock());
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().fault, Fault::Refused);
    EXPECT_NE(half.error().message.find("1 of 2 did"), std::string::npos) << half.error().message;
    EXPECT_FALSE(opens()) << "nothing is signed before it was given";
    EXPECT_EQ(doctor("witnesses").wellness, Wellness::Broken);
  }
  witnesses_.away(1, false);
  const Result<Nothing> given = continue_log(desk_.paths(), desk_.clock());
  ASSERT_TRUE(given) << given.error().message;
  desk_.open();
  EXPECT_EQ(*desk_.store().published_size(), size + 1);
  const Json line = *parse_json(desk_.store().leaves(size, 1)->front());
  EXPECT_EQ(line.text_or("type") + " " + line.text_or("state_to"), "log continued");
  ASSERT_TRUE(continue_log(desk_.paths(), desk_.clock()).error().fault == Fault::Conflict) << "a process owns it";
  approved();
  ASSERT_TRUE(cosign_now(desk_.desk()));
  EXPECT_FALSE(desk_.desk().no_signing());
  desk_.expect_replays();
}

// ── a wrong line ──

// Planted bugs: one person corrects; an analyst does; a correction is corrected; the page of the wrong line does not
// say so; the numbers do not.
TEST_F(Letters, a_wrong_line_is_corrected_by_another_and_stays) {
  approved();
  ASSERT_EQ(*send_what_waits(desk_.desk()), 1);
  const std::int64_t size = *desk_.store().published_size();
  const auto corrects = [&](const std::string& who, const std::string& second, std::int64_t line,
                            const std::string& ground = "innocent") {
    return command("log rectify",
                   Json::Object{{"index", line}, {"ground", ground}, {"reason", "The domain was sold before it all."}},
                   who, second);
  };
  EXPECT_FALSE(corrects("dpo1", "dpo1", 0)) << "one person";
  EXPECT_FALSE(corrects("dpo1", "dpo2", 0)) << "two of one role";
  EXPECT_FALSE(corrects("analyst1", "approver1", 0));
  EXPECT_FALSE(corrects("approver1", "dpo1", 0));
  EXPECT_FALSE(corrects("dpo1", "legal1", size)) << "a line that is not there";
  EXPECT_FALSE(corrects("dpo1", "legal1", 0, "we_like_them")) << "no ground";
  EXPECT_EQ(*desk_.store().published_size(), size);
  const std::vector<std::string> before = *desk_.store().leaves(0, size);
  const Result<Json> done = corrects("dpo1", "legal1", 1);
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(*desk_.store().published_size(), size + 1);
  EXPECT_EQ(*desk_.store().leaves(0, size), before) << "no line is another one by now";
  EXPECT_FALSE(corrects("dpo1", "approver1", size)) << "what corrects is not corrected";

  const Json line = *parse_json(desk_.store().leaves(size, 1)->front());
  EXPECT_EQ(line.text_or("type"), "rectification");
  EXPECT_EQ(line.text_or("object_id"), parse_json(before[1])->text_or("object_id"));
  EXPECT_EQ(to_text(line).find("sold"), std::string::npos) << "the words are not in the open";
  // The page, the numbers, a stranger's copy.
  const std::string wrong = desk_.ask({"GET", "/log/entry/1"}).body;
  EXPECT_NE(wrong.find("Corrected by entry " + std::to_string(size)), std::string::npos) << wrong;
  EXPECT_LT(wrong.find("Corrected by entry"), wrong.find("Exact bytes")) << "it is shown first (charter 8.4)";
  EXPECT_NE(desk_.ask({"GET", "/log"}).body.find("Corrected by entry"), std::string::npos);
  EXPECT_NE(desk_.ask({"GET", "/log/entry/" + std::to_string(size)}).body.find("It corrects entry 1"),
            std::string::npos);
  const Json expected = Json::Array{Json::Object{{"line", 1}, {"by", size}, {"ground", "innocent"}}};
  const Result<PublicNumbers> numbers = public_numbers(desk_.desk());
  ASSERT_TRUE(numbers);
  EXPECT_EQ(*numbers->report.json(numbers->root).find("corrected"), expected);
  EXPECT_EQ(*corrections_in(desk_.paths().log(), static_cast<std::uint64_t>(size) + 1), expected);
  const auto key = *parse_verifier_key(desk_.store().founded()->log_key);
  const Result<Recounted> recounted = recount(desk_.paths().log(), key.first, key.second);
  ASSERT_TRUE(recounted);
  EXPECT_EQ(*recounted->report.json(recounted->root).find("corrected"), expected);
  desk_.expect_replays();
}

}  // namespace
}  // namespace cordon::testing_desk
