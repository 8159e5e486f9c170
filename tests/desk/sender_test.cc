// No path to `sent` without an Authority that the sender verified (T4): a hand in the database forges approvals,
// bodies, roles, keys, times, states and messages, the sender runs, and a mail server on loopback that it would reach
// counts who came. What two people did approve arrives there, before the forgeries and after them.
//
// Planted bugs, each seen to turn this red: send_one() without make_authority(); send_one() without the recipient's
// check of the letter (a self-enrolled officer sends); make_release() and make_duty() not asked; check_line() left out
// (a reminder that nobody decided leaves, and a party's notice goes to whoever wrote the row); left_after() left out
// (what left once leaves again).

#include <functional>
#include <iostream>

#include "base/samples_for_tests.h"
#include "desk/acts.h"
#include "desk/appeals.h"
#include "mail_server.h"
#include "referral/wording.h"
#include "sent_requests.h"

namespace cordon::testing_desk {
namespace {

std::string sql_text(const std::string& text) { return "'" + replace_all(text, "'", "''") + "'"; }

class Sender : public testing::Test {
 protected:
  Sender() {
    for (const auto& [login, role] :
         std::initializer_list<std::pair<const char*, Role>>{{"analyst1", Role::Analyst},
                                                             {"approver1", Role::Approver},
                                                             {"legal1", Role::LegalReviewer},
                                                             {"reviewer1", Role::AppealReviewer},
                                                             {"custodian1", Role::Custodian}})
      desk_.enrol(login, {role});
    desk_.close();
    desk_.write(desk_.paths().settings(), replace_all(desk_.read(desk_.paths().settings()), "courier = \"maildir\"",
                                                      "courier = \"smtp\"\nsmtp_url = \"" + server_.url() + "\""));
    desk_.open();
  }

  Proposed propose() { return propose_phishing(desk_, "analyst1"); }
  Approved approve(const Proposed& proposed) { return approve_proposed(desk_, proposed, "approver1"); }

  // Runs the sender after this was done to the database, and undoes it.
  void forge(const std::string& kind, const std::vector<std::string>& done, const std::vector<std::string>& undone) {
    for (const std::string& sql : done) {
      if (desk_.tamper(sql)) continue;
      ++refused_by_database_[kind];  // its constraints hold as well
    }
    const int connections = server_.connections(), mails = server_.mails();
    const Result<std::int64_t> sent = send_what_waits(desk_.desk());
    EXPECT_TRUE(!sent || *sent == 0) << kind;
    ASSERT_EQ(server_.connections(), connections) << kind << ": the mail server was reached";
    ASSERT_EQ(server_.mails(), mails) << kind;
    for (const std::string& sql : undone) ASSERT_TRUE(desk_.tamper(sql)) << kind << ": " << sql;
    ++tried_[kind];
  }

  Approved approved_by(const std::string& login, const Proposed& proposed, Instant at) {
    return approved_with(desk_.officer(login).id, desk_.key(login), proposed, at);
  }
  static Approved approved_with(const OfficerId& officer, const SecretKey& key, const Proposed& proposed, Instant at) {
    Approved approved{proposed.id, officer, at, {}};
    approved.signature = key.sign(to_be_signed_by_approver(proposed, officer, at));
    return approved;
  }
  Proposed signed_again(Proposed one) {
    one.signature = desk_.key("analyst1").sign(to_be_signed_by_proposer(one));
    return one;
  }

  // An officer whom nobody enrolled, and what takes them out again.
  std::vector<std::string> enrolled_by_hand(const OfficerId& id, Role role, const SecretKey& key) {
    const OfficerEnrolled event{{id, "intruder", {role}, key.public_key()}, {}};
    return {"INSERT INTO officer VALUES (" + sql_text(id.text()) + ", 'intruder', " +
                sql_text(to_text(to_json(event))) + ")",
            "INSERT INTO officer_key VALUES (" + sql_text(id.text()) + ", 0, 0, " +
                sql_text(to_base64(key.public_key())) + ", NULL, NULL)"};
  }
  std::vector<std::string> put_out(const OfficerId& id) {
    return {"DELETE FROM officer_key WHERE officer = " + sql_text(id.text()),
            "DELETE FROM officer WHERE id = " + sql_text(id.text())};
  }
  std::string roles_by_hand(const std::string& login, const std::set<Role>& roles) {
    Officer officer = desk_.officer(login);
    officer.roles = roles;
    return "UPDATE officer SET body = " + sql_text(to_text(to_json(OfficerEnrolled{officer, {}}))) +
           " WHERE id = " + sql_text(officer.id.text());
  }

  // The rows of a proposal that nobody approved, as if somebody had.
  std::vector<std::string> approval_rows(const Proposed& proposed, const Approved& approved, const OfficerId& column,
                                         std::int64_t leaf_index) {
    const Action action = approved_action(proposed);
    return {"UPDATE proposal SET state = 'approved', approver = " + sql_text(column.text()) +
                ", approved = " + sql_text(to_text(to_json(approved))) + " WHERE id = " + sql_text(proposed.id.text()),
            "INSERT INTO outbox VALUES (" + sql_text(proposed.notice.text()) + ", " + sql_text(proposed.id.text()) +
                ", 1000000, " + std::to_string(leaf_index) + ", 0, '')",
            "INSERT INTO action VALUES (" + sql_text(proposed.notice.text()) + ", " + sql_text(proposed.id.text()) +
                ", " + sql_text(proposed.case_id.text()) + ", 'phishing', 'approved', NULL, NULL, 1000000, " +
                sql_text(to_text(to_json(action))) + ")"};
  }
  std::vector<std::string> no_approval_rows(const Proposed& proposed) {
    return {"DELETE FROM action WHERE notice = " + sql_text(proposed.notice.text()),
            "DELETE FROM outbox WHERE notice = " + sql_text(proposed.notice.text()),
            "UPDATE proposal SET state = 'proposed', approver = NULL, approved = NULL WHERE id = " +
                sql_text(proposed.id.text())};
  }
  // The same of one that two people did approve: its rows say something else.
  std::vector<std::string> other_rows(const Proposed& proposed, const Approved& approved) {
    return {"UPDATE proposal SET proposed = " + sql_text(to_text(to_json(proposed))) +
            ", approved = " + sql_text(to_text(to_json(approved))) + " WHERE id = " + sql_text(proposed.id.text())};
  }

  std::vector<std::string> message_row(const Message& message, std::int64_t leaf_index) {
    return {"INSERT INTO message VALUES (" + sql_text(message.id.text()) + ", " + sql_text(message.notice.text()) +
            ", 1000000, " + std::to_string(leaf_index) + ", " + sql_text(to_text(to_json(message))) + ", NULL)"};
  }
  static std::vector<std::string> no_message_row(const Message& message) {
    return {"DELETE FROM message WHERE id = " + sql_text(message.id.text())};
  }
  void sign(Message& message, const std::vector<std::string>& logins) {
    message.signed_by.clear();
    for (const std::string& login : logins)
      message.signed_by.push_back({desk_.officer(login).id, desk_.key(login).sign(to_be_signed_for_release(message))});
  }
  // The text that the sender would write for it, digest and all, as who knows the program can work it out.
  Message made_out(MessageKind kind, const Proposed& proposed, std::string to, const Message& like, Random& random) {
    Message message{LetterId::make(desk_.clock().now(), random),
                    kind,
                    proposed.notice,
                    std::move(to),
                    is_release(kind) ? "The owner objected to it." : "",
                    desk_.clock().now(),
                    sha256("")};
    message.head = like.head;
    FollowUpFacts facts{message, proposed, *message.head};
    std::string about;
    if (kind == MessageKind::Party) {
      facts.code = party_code(desk_.desk(), message.notice)->letters;
      about = *desk_.store().blobs().get(proposed.body_blob());
    }
    message.body = sha256(*compose_follow_up(facts, about));
    return message;
  }

  MailServer server_;
  SiteDesk desk_;
  std::map<std::string, int> tried_, refused_by_database_;
};

TEST_F(Sender, what_somebody_forged_reaches_no_mail_server) {
  const auto attempts = samples("CORDON_FORGERIES", 150, 1'000, 5'000);
  // One that left, with a reminder that left; the control before.
  const Proposed gone = propose();
  approve(gone);
  ASSERT_EQ(*send_approved(desk_.desk()), 1);
  desk_.clock().advance(24 * kHourMs);
  ASSERT_TRUE(keep_promises(desk_.desk()));
  ASSERT_EQ(server_.mails(), 2) << "the notice and its reminder";
  const Message reminder = desk_.store().messages_of(gone.notice)->front().message;
  const std::int64_t of_approval = *desk_.store().approval_leaf(gone.notice);
  const std::int64_t of_reminder = desk_.store().messages_of(gone.notice)->front().leaf_index;
  const Action after_it_left = *desk_.store().find_action(Sight::of_software(), gone.notice);

  const Proposed open = propose();  // that nobody approves
  const auto all = [&] {
    int count = 0;
    for (const auto& [kind, times] : tried_) count += times;
    return count;
  };
  std::uint64_t round = 0;
  const auto at_a_line = [&] { return round % 3 == 0 ? of_approval : round % 3 == 1 ? 0 : of_reminder; };

  // ── approvals that there were not, and messages of who has no right to them ──
  for (; all() < attempts * 2 / 3; ++round) {
    SeededRandom random(1000 + round);
    const SecretKey stranger = SecretKey::generate(random);
    const OfficerId intruder = OfficerId::make(desk_.clock().now(), random);
    const std::string noise = to_hex(random.bytes(8));
    const Instant soon = open.at + static_cast<std::int64_t>(round % 1000);
    const OfficerId& approver = desk_.officer("approver1").id;
    const auto approval = [&](const std::string& kind, const Approved& approved, const OfficerId& column,
                              std::vector<std::string> first = {}, const std::vector<std::string>& last = {}) {
      std::vector<std::string> undone = no_approval_rows(open);
      undone.insert(undone.end(), last.begin(), last.end());
      for (std::string& sql : approval_rows(open, approved, column, at_a_line())) first.push_back(std::move(sql));
      forge(kind, first, undone);
    };
    approval("the same person twice", approved_by("analyst1", open, soon), approver);
    approval("the same person twice, by the column", approved_by("analyst1", open, soon), desk_.officer("analyst1").id);
    approval("signed with a key of nobody", approved_with(approver, stranger, open, soon), approver);
    approval("an officer of another role", approved_by("custodian1", open, soon), desk_.officer("custodian1").id);
    approval("a role by hand", approved_by("custodian1", open, soon), desk_.officer("custodian1").id,
             {roles_by_hand("custodian1", {Role::Approver})}, {roles_by_hand("custodian1", {Role::Custodian})});
    approval("a self-enrolled officer", approved_with(intruder, stranger, open, soon), intruder,
             enrolled_by_hand(intruder, Role::Approver, stranger), put_out(intruder));
    approval("a stolen key", approved_by("approver1", open, soon), approver);
    approval("too late", approved_by("approver1", open, open.at + kSecondSignatureMs + 1), approver);
    approval("before it was proposed", approved_by("approver1", open, open.at + -1), approver);
    Approved replayed = *desk_.store().find_proposal(Sight::of_software(), gone.id)->approved;
    replayed.id = open.id;
    approval("a replayed signature", replayed, approver);
    approval("of a line that is not there yet", approved_by("approver1", open, soon), approver,
             {"UPDATE published SET size = size + 0"}, {});

    // A state and a mark by hand: what left once would leave again.
    Action again = approved_action(gone);
    forge("sent a second time",
          {"UPDATE outbox SET sent = 0 WHERE notice = " + sql_text(gone.notice.text()),
           "UPDATE action SET state = 'approved', body = " + sql_text(to_text(to_json(again))) +
               " WHERE notice = " + sql_text(gone.notice.text())},
          {"UPDATE outbox SET sent = 1 WHERE notice = " + sql_text(gone.notice.text()),
           "UPDATE action SET state = " + sql_text(std::string(name(after_it_left.state))) + ", body = " +
               sql_text(to_text(to_json(after_it_left))) + " WHERE notice = " + sql_text(gone.notice.text())});
    forge("said a second time", {"UPDATE message SET receipt = NULL WHERE id = " + sql_text(reminder.id.text())},
          {"UPDATE message SET receipt = 'by hand' WHERE id = " + sql_text(reminder.id.text())});

    const auto message = [&](const std::string& kind, const Message& one, std::vector<std::string> first = {},
                             const std::vector<std::string>& last = {}) {
      std::vector<std::string> undone = no_message_row(one);
      undone.insert(undone.end(), last.begin(), last.end());
      for (std::string& sql : message_row(one, at_a_line())) first.push_back(std::move(sql));
      forge(kind, first, undone);
    };
    const auto made = [&](MessageKind kind, const std::string& to) {
      return made_out(kind, gone, to, reminder, random);
    };
    const std::string host = gone.wish.contact;
    message("a reminder that is not due", made(MessageKind::Reminder, host));
    message("an end that has not come", made(MessageKind::Ended, host));
    message("a party's notice to somebody", made(MessageKind::Party, noise + "@example.net"));
    message("a duty to somebody else", made(MessageKind::Ended, noise + "@example.net"));
    Message other_words = made(MessageKind::Ended, host);
    other_words.body = sha256(noise);
    message("a duty in other words", other_words);
    Message other_head = made(MessageKind::Ended, host);
    other_head.head->redress = "Pay at " + noise + ".example.net";
    message("a duty under another letterhead", other_head);
    Message spoken = made(MessageKind::Ended, host);
    spoken.reason = noise + noise;
    message("a duty with words", spoken);
    Message recall = made(MessageKind::Recalled, host);
    message("a recall of nobody", recall);
    for (const std::vector<std::string>& who : {std::vector<std::string>{"analyst1"},
                                                {"approver1"},
                                                {"custodian1"},
                                                {"analyst1", "analyst1"},
                                                {"approver1", "analyst1"},
                                                {"custodian1", "approver1"}}) {
      sign(recall, who);
      message("a recall of who may not", recall);
    }
    sign(recall, {"analyst1", "approver1"});
    message("a recall of two that no line tells", recall);
    recall.signed_by[1].signature.bytes[round % 64] ^= 1;
    message("a bit of a release's signature", recall);
    Message suspended = made(MessageKind::Suspended, host);
    suspended.signed_by = {{desk_.officer("reviewer1").id, stranger.sign(to_be_signed_for_release(suspended))}};
    message("a reviewer's name under a stranger's signature", suspended);
    suspended.signed_by = {{intruder, stranger.sign(to_be_signed_for_release(suspended))}};
    message("a self-enrolled reviewer", suspended, enrolled_by_hand(intruder, Role::AppealReviewer, stranger),
            put_out(intruder));
    sign(suspended, {"custodian1"});
    message("a reviewer's role by hand", suspended, {roles_by_hand("custodian1", {Role::AppealReviewer})},
            {roles_by_hand("custodian1", {Role::Custodian})});
    if (HasFailure()) return;
  }

  // ── one that two people did approve, and that says something else by now ──
  const Proposed right = propose();
  const Approved right_approval = approve(right);
  const std::int64_t of_right = *desk_.store().approval_leaf(right.notice);
  for (; all() < attempts; ++round) {
    SeededRandom random(9000 + round);
    const SecretKey stranger = SecretKey::generate(random);
    const std::string noise = to_hex(random.bytes(8));
    const auto says = [&](const std::string& kind, const Proposed& proposed, const Approved& approved) {
      forge(kind, other_rows(proposed, approved), other_rows(right, right_approval));
    };
    const auto both = [&](const Proposed& one) { return approved_by("approver1", one, right_approval.at); };
    const auto each = [&](const std::string& kind, const std::function<void(Proposed&)>& change) {
      Proposed one = right;
      change(one);
      says(kind, one, right_approval);
      says(kind + ", signed by its proposer", signed_again(one), right_approval);
      says(kind + ", signed with both keys", signed_again(one), both(signed_again(one)));
    };
    each("another recipient", [&](Proposed& one) { one.wish.contact = noise + "@example.net"; });
    each("another effect", [](Proposed& one) { one.wish.effect = Effect::CleanCompromise; });
    each("another target",
         [&](Proposed& one) { one.target = *parse_observable(ObservableKind::Domain, "x" + noise + ".example.com"); });
    each("a longer life", [](Proposed& one) { one.sunset_at = one.sunset_at + kDayMs; });
    each("another Unicode form",
         [&](Proposed& one) { one.wish.stronger_because = round % 2 == 0 ? "caf\u00e9" : "cafe\u0301"; });
    each("another article", [&](Proposed& one) { one.national_article = "article " + noise; });
    const std::string body = *desk_.store().blobs().get(right.body_blob());
    for (const std::string& bytes : {body + "--x\r\n" + noise, body.substr(0, body.size() - 1 - round % 20), noise}) {
      const Digest blob = *desk_.store().blobs().put(bytes);
      each("other bytes", [&](Proposed& one) { one.blob = blob; });
      each("other bytes and their digest", [&](Proposed& one) {
        one.blob = blob;
        one.body = sha256(bytes);
      });
    }
    Approved torn = right_approval;
    torn.signature.bytes[round % 64] ^= 1;
    says("a bit of the approval", right, torn);
    Proposed scratched = right;
    scratched.signature.bytes[round % 64] ^= 1;
    says("a bit of the proposal", scratched, right_approval);
    Approved moved = right_approval;
    moved.at = moved.at + 1 + static_cast<std::int64_t>(round);
    says("another time", right, moved);
    Approved of_another = right_approval;
    of_another.id = gone.id;
    says("an approval of another", right, of_another);
    forge("no approver any more", {roles_by_hand("approver1", {Role::Custodian})},
          {roles_by_hand("approver1", {Role::Approver})});
    forge("no analyst any more", {roles_by_hand("analyst1", {Role::Auditor})},
          {roles_by_hand("analyst1", {Role::Analyst})});
    forge("another key of the approver's",
          {"UPDATE officer_key SET key = " + sql_text(to_base64(stranger.public_key())) +
           " WHERE officer = " + sql_text(desk_.officer("approver1").id.text())},
          {"UPDATE officer_key SET key = " + sql_text(to_base64(desk_.officer("approver1").key)) +
           " WHERE officer = " + sql_text(desk_.officer("approver1").id.text())});
    forge("another line of the log",
          {"UPDATE outbox SET leaf_index = " + std::to_string(at_a_line()) +
           " WHERE notice = " + sql_text(right.notice.text())},
          {"UPDATE outbox SET leaf_index = " + std::to_string(of_right) +
           " WHERE notice = " + sql_text(right.notice.text())});
    if (HasFailure()) return;
  }

  // The control after: with its own rows it arrives.
  ASSERT_EQ(server_.connections(), 2);
  ASSERT_EQ(*send_approved(desk_.desk()), 1);
  EXPECT_EQ(server_.connections(), 3);
  EXPECT_EQ(server_.mails(), 3);
  int refused = 0;
  for (const auto& [kind, times] : refused_by_database_) refused += times;
  std::cout << all() << " forgeries of " << tried_.size() << " kinds, 0 connections, 0 sent; " << refused
            << " statements were refused by the database itself\n";
  EXPECT_GE(tried_.size(), 30u);
}

}  // namespace
}  // namespace cordon::testing_desk
