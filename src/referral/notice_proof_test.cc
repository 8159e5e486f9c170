// A notice proves itself to whoever has the file, and a changed one to nobody. To the byte: docs/formats/notice.md.
#include "referral/notice_proof.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/clock_for_tests.h"
#include "base/files.h"
#include "base/text.h"
#include "decision/leaf.h"
#include "law/gates.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"
#include "ledger/tlog_proof.h"
#include "referral/notice.h"

namespace cordon {
namespace {

constexpr char kLog[] = "test-desk.example.net/log";

// A desk's last hundred lines before the act, without a desk: the proposal, its approval, the line, the letter.
class SelfProvingNotice : public testing::Test {
 protected:
  SelfProvingNotice() : folder_(testing::TempDir() + "notice_proof_" + to_hex(SystemRandom().bytes(8))) {
    the_case_.facts.push_back({"The page shows a bank's sign-in form and posts what is typed elsewhere.", {piece_}});
    the_case_.evidence.push_back({piece_, sha256("page"), "text/plain", 4, "the page's text"});
    for (const Gate gate : gates_to_answer(the_case_, guard_))
      the_case_.gates.insert(
          {gate, {gate, std::string(row(gate).answers.begin()->name), "seen in the page", {piece_}, analyst_.id}});
    the_case_.worked_on_by = {analyst_.id};
    the_case_.opened_by[piece_] = {approver_.id};
    const Deadlines ends = deadlines(the_case_.matter, the_case_.target.kind(), kNow);
    body_ = *compose_body(the_case_, wish_, annex_, sender_, proposal_, notice_, kNow, ends.reply_by, ends.sunset_at);
    proposed_ = propose(the_case_, wish_, annex_, guard_, analyst_, analyst_key_, proposal_, notice_, kNow, body_);
    approved_ = approve(the_case_, {*proposed_, ProposalState::Proposed, {}}, guard_, approver_, approver_key_,
                        proposed_->body, body_, kNow + kHourMs);
    leaf_ = leaf();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Leaf leaf() const {
    const Proposed& proposed = *proposed_;
    return {"decision",
            approved_->at,
            proposed.id.text(),
            std::string(proposed.matter.id()),
            std::string(name(proposed.wish.kind)),
            "proposed",
            "effective",
            {"analyst", "approver"},
            Json::Object{{"effect", name(proposed.wish.effect)},
                         {"recipient", name(proposed.wish.recipient)},
                         {"binding", name(proposed.binding)},
                         {"national_article", proposed.national_article},
                         {"reply_by", to_rfc3339(proposed.reply_by)},
                         {"sunset_at", to_rfc3339(proposed.sunset_at)},
                         {"signers", signers_in_plain(analyst_, approver_)}},
            Json::Object{{"statement", statement(proposed)},
                         {"body", proposed.body.hex()},
                         {"notice", proposed.notice.text()},
                         {"signers", signers_in_hidden(proposed, *approved_, analyst_, approver_)}}};
  }
  // The letter that leaves once the line stands in the log, its checkpoint cosigned.
  std::string letter(const std::string& log = kLog) {
    const SealedLeaf sealed = seal_leaf(leaf_, {log, proposed_->charter, proposed_->annex}, random_);
    std::vector<std::string> lines(100, "{}");
    lines[77] = sealed.bytes;
    const std::string folder = folder_ + "/" + to_hex(random_.bytes(4));
    EXPECT_TRUE(make_folder(folder));
    const TreeHead head = *append_leaves(folder, 0, lines);
    const std::string text = write_checkpoint({log, head, {"operator csirt"}});
    Note note = *read_note(sign_note(text, log, log_key_));
    if (witnessed_) note.signatures.push_back(cosignature(text));
    EXPECT_TRUE(write_file(folder + "/checkpoint", write_note(note)));
    const InclusionProof proof = *prove_leaf(folder, 77, verifier_key(log, log_key_.public_key()));
    code_ = notice_code(proof.leaf);
    proof_ = *write_notice_proof(proof, *parse_json(sealed.opening), {witness()});
    return write_letter(*proposed_, sender_, false, body_, proof_, code_)->mail;
  }
  NoteSignature cosignature(const std::string& text) const {
    return cosign(text, 1699589760, "witness.example.org", witness_key_);
  }
  WitnessKey witness() const { return {"witness.example.org", witness_key_.public_key()}; }
  std::size_t below(std::size_t end) {
    std::size_t number = 0;
    for (const char byte : random_.bytes(4)) number = number << 8 | static_cast<unsigned char>(byte);
    return number % end;
  }
  static Result<Json> check(const std::string& mail) { return check_notice(mail, {}); }

  SeededRandom random_{23};
  std::string folder_;
  SecretKey analyst_key_ = SecretKey::generate(random_), approver_key_ = SecretKey::generate(random_),
            log_key_ = SecretKey::generate(random_), witness_key_ = SecretKey::generate(random_);
  Officer analyst_{OfficerId::make(kNow, random_), "analyst1", {Role::Analyst}, analyst_key_.public_key()};
  Guarded guard_;
  Officer approver_{OfficerId::make(kNow, random_), "approver1", {Role::Approver}, approver_key_.public_key()};
  Operator sender_{"Test desk", "csirt", "desk@test-desk.example.net", kLog};
  Annex annex_ = *Annex::read(*parse_json(
      R"({"state":"Steppe","fictitious":false,"redress":"the court of Steppe","articles":{"phishing":"article 190"}})"));
  Wish wish_{ActionKind::Alert, Effect::Inform, Recipient::Host, "abuse@host.example.net", ""};
  ProposalId proposal_ = ProposalId::make(kNow, random_);
  NoticeId notice_ = NoticeId::make(kNow, random_);
  EvidenceId piece_ = EvidenceId::make(kNow, random_);
  Case the_case_{CaseId::make(kNow, random_),
                 Category::Phishing,
                 *parse_observable(ObservableKind::Domain, "bad-bank-login.com"),
                 {},
                 CaseState::Assessing,
                 kNow,
                 kNow,
                 1,
                 {},
                 {},
                 {},
                 {},
                 {},
                 {}};
  std::string body_, proof_, code_;
  Result<Proposed> proposed_ = fail(Fault::NotFound, "");
  Result<Approved> approved_ = fail(Fault::NotFound, "");
  Leaf leaf_;
  bool witnessed_ = true;
};

TEST_F(SelfProvingNotice, says_which_desk_bytes_officers_line_checkpoint_and_witnesses) {
  const std::string mail = letter();
  const Result<Json> verdict = check(mail);
  ASSERT_TRUE(verdict) << verdict.error().message << " " << verdict.error().where;
  EXPECT_EQ(verdict->text_or("desk"), kLog);
  EXPECT_EQ(verdict->text_or("digest"), sha256(body_).hex());
  EXPECT_EQ(verdict->text_or("code"), code_);
  EXPECT_NE(mail.find("X-Cordon-Code: " + code_ + "\r\n"), std::string::npos);
  const Json::Array& signers = *verdict->find("signers")->array();
  ASSERT_EQ(signers.size(), 2u);
  EXPECT_EQ(signers[0].text_or("role"), "analyst");
  EXPECT_EQ(signers[0].text_or("key_id"), officer_key_id(analyst_.key));
  EXPECT_EQ(signers[1].text_or("role"), "approver");
  EXPECT_EQ(signers[1].text_or("key_id"), officer_key_id(approver_.key));
  EXPECT_EQ(verdict->find("leaf")->number_or("index", 0), 77);
  EXPECT_EQ(verdict->find("checkpoint")->number_or("size", 0), 100);
  ASSERT_EQ(verdict->find("witnesses")->array()->size(), 1u);
  EXPECT_EQ(verdict->find("witnesses")->array()->front().text_or("name"), "witness.example.org");
  EXPECT_EQ(verdict->find("witnesses")->array()->front().text_or("at"), "2023-11-10T04:16:00.000Z");
  EXPECT_EQ(verdict->text_or("target"), "bad-bank-login[.]com");
  EXPECT_EQ(verdict->text_or("key_from"), "the notice");
  EXPECT_TRUE(verdict->find("differing_headers")->array()->empty());
  const Result<Json> known = check_notice(mail, verifier_key(kLog, log_key_.public_key()));
  EXPECT_EQ(known->text_or("key_from"), "the reader");
  EXPECT_FALSE(check_notice(mail, verifier_key(kLog, witness_key_.public_key())));
}

// Planted bugs: leave `sha256(body) != proposed.body` out of make_authority(); let read_sent_mail() not write the
// proof's part again to compare it.
TEST_F(SelfProvingNotice, with_one_byte_changed_behind_its_headers_is_refused_with_the_reason) {
  const std::string mail = letter();
  const std::size_t from = mail.find("\r\n\r\n") + 4;
  // Every place at which something was ever let through, and a thousand others.
  std::set<std::size_t> places{from,
                               mail.find("--=_", from + 2),
                               mail.size() - 3,
                               mail.size() - 5,
                               mail.find("notice.tlog-proof"),
                               mail.find("Content-Description")};
  while (places.size() < 1006) places.insert(from + below(mail.size() - 2 - from));
  std::map<std::string, int> reasons;
  for (const std::size_t place : places) {
    std::string changed = mail;
    changed[place] = static_cast<char>(changed[place] ^ (1 + static_cast<int>(below(255))));
    const Result<Json> verdict = check(changed);
    ASSERT_FALSE(verdict) << "byte " << place << " of " << mail.size() << ": '" << mail.substr(place, 20) << "' became "
                          << static_cast<int>(changed[place]);
    ++reasons[verdict.error().message];
  }
  for (const auto& [reason, count] : reasons) EXPECT_FALSE(reason.empty()) << count;
  EXPECT_GT(reasons.size(), 3u);
}

// The same by somebody who knows the format: the proof itself is changed and packed again as a desk packs it.
TEST_F(SelfProvingNotice, with_one_byte_of_its_proof_changed_and_packed_again_is_refused_with_the_reason) {
  ASSERT_TRUE(check(letter()));
  const std::string right = proof_;
  std::set<std::size_t> places;
  while (places.size() < 1000) places.insert(below(right.size()));
  for (const std::size_t place : places) {
    std::string changed = right;
    changed[place] = static_cast<char>(changed[place] ^ (1 + static_cast<int>(below(255))));
    const auto mail = write_letter(*proposed_, sender_, false, body_, changed, code_);
    ASSERT_TRUE(mail);
    const Result<Json> verdict = check(mail->mail);
    ASSERT_FALSE(verdict) << "byte " << place << " of " << right.size() << ": '" << right.substr(place, 20) << "'";
    EXPECT_FALSE(verdict.error().message.empty());
  }
}

// And inside the base64 of `extra`: the opening, the keys, the signatures, the line.
// Planted bug: leave opens() out of check_notice().
TEST_F(SelfProvingNotice, with_one_byte_of_what_opens_the_line_changed_is_refused_with_the_reason) {
  ASSERT_TRUE(check(letter()));
  TlogProof proof = *read_tlog_proof(proof_);
  const std::string right = proof.extra;
  std::set<std::size_t> places;
  while (places.size() < 1000) places.insert(below(right.size()));
  for (const std::size_t place : places) {
    proof.extra = right;
    proof.extra[place] = static_cast<char>(proof.extra[place] ^ (1 + static_cast<int>(below(255))));
    const auto mail = write_letter(*proposed_, sender_, false, body_, write_tlog_proof(proof), code_);
    const Result<Json> verdict = check(mail->mail);
    ASSERT_FALSE(verdict) << "byte " << place << " of " << right.size() << ": '" << right.substr(place, 20) << "'";
    EXPECT_FALSE(verdict.error().message.empty());
  }
}

// What carriers and mail programs do, and what they may: docs/formats/notice.md lists these.
TEST_F(SelfProvingNotice, may_gain_headers_and_other_line_ends_on_its_way) {
  const std::string mail = letter();
  const Json right = *check(mail);
  const auto expect_same = [&](const std::string& changed, const char* how) {
    const Result<Json> verdict = check(changed);
    ASSERT_TRUE(verdict) << how << ": " << verdict.error().message;
    EXPECT_EQ(*verdict, right) << how;
  };
  expect_same(
      "Return-Path: <desk@test-desk.example.net>\r\nReceived: from a.example.net by b.example.net\r\n\twith "
      "ESMTPS; Tue, 24 Nov 2026 01:02:03 +0000\r\nDKIM-Signature: v=1; a=ed25519-sha256\r\n" +
          mail,
      "transport headers");
  expect_same("From desk@test-desk.example.net Tue Nov 24 01:02:03 2026\r\n" + mail, "a mailbox's own line");
  expect_same(replace_all(mail, "\r\n", "\n"), "LF line ends");
  expect_same(mail + "\r\n\r\n", "blank lines at the end");
  std::string unfolded = mail;
  unfolded.erase(mail.find("\r\n boundary"), 2);
  expect_same(unfolded, "the header unfolded");
  expect_same(replace_all(mail, "Subject: ", "Subject: [SPAM?] "), "another subject");
}

TEST_F(SelfProvingNotice, says_which_headers_are_not_what_was_approved) {
  const std::string mail = letter();
  const Result<Json> verdict = check(replace_all(mail, "\r\nTo: abuse@host.example.net", "\r\nTo: all@example.net"));
  ASSERT_TRUE(verdict);
  ASSERT_EQ(verdict->find("differing_headers")->array()->size(), 1u);
  EXPECT_EQ(verdict->find("differing_headers")->array()->front().text_or("says"), "all@example.net");
}

// Nothing may stand beside what was approved, nor may a reader be shown another body than the verifier reads.
// Planted bug: let read_sent_mail() leave what is behind the last line unread.
TEST_F(SelfProvingNotice, with_something_beside_it_is_refused) {
  const std::string mail = letter();
  const std::string boundary = mail.substr(mail.find("boundary=\"") + 10, 42);
  const auto refused = [&](const std::string& changed, const std::string& because) {
    const Result<Json> verdict = check(changed);
    ASSERT_FALSE(verdict) << because;
    EXPECT_NE(verdict.error().message.find(because), std::string::npos) << verdict.error().message;
  };
  const std::string pay = "Content-Type: text/plain\r\n\r\nPay here instead.\r\n";
  const std::string end = "\r\n--" + boundary + "--\r\n";
  refused(mail.substr(0, mail.size() - end.size()) + "\r\n--" + boundary + "\r\n" + pay + end, "no officer approved");
  refused(mail + pay, "no officer approved");
  std::string preamble = mail;
  preamble.insert(mail.find("\r\n\r\n") + 4, "Pay here instead.\r\n");
  refused(preamble, "before the first part");
  std::string two_types = mail;
  two_types.insert(0, "Content-Type: text/html\r\n");
  refused(two_types, "exactly one Content-Type");
  refused(replace_all(mail, "Content-Type: multipart/mixed;\r\n boundary=\"" + boundary,
                      "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary),
          "Content-Type is not that of its parts");
  refused(mail.substr(0, mail.size() - 40), "");
  refused("", "no mail");
}

// What a desk's own software could be made to write, if one officer held its log's key: it is refused all the same.
// Planted bugs: leave any one comparison out of check_leaf(), or make_authority() out of check_notice().
TEST_F(SelfProvingNotice, whose_public_line_says_something_else_than_was_signed_is_refused) {
  const Leaf right = leaf_;
  int asked = 0;
  const auto refused = [&](const auto& change) {
    leaf_ = right;
    change(leaf_);
    EXPECT_FALSE(check(letter())) << ++asked;
  };
  refused([](Leaf& leaf) { leaf.matter = "fraud"; });
  refused([](Leaf& leaf) { leaf.kind = "notice"; });
  refused([](Leaf& leaf) { leaf.type = "action"; });
  refused([](Leaf& leaf) { leaf.state_to = "refused"; });
  refused([&](Leaf& leaf) { leaf.object = notice_.text(); });
  refused([](Leaf& leaf) { leaf.at = kNow; });
  for (const char* member : {"effect", "recipient", "binding", "national_article", "reply_by", "sunset_at"})
    refused([&](Leaf& leaf) { leaf.plain.set(member, "another"); });
  refused([&](Leaf& leaf) { leaf.plain.set("signers", signers_in_plain(approver_, analyst_)); });
  refused([&](Leaf& leaf) { leaf.hidden.set("body", sha256("another").hex()); });
  refused([&](Leaf& leaf) { leaf.hidden.set("notice", proposal_.text()); });
  refused([&](Leaf& leaf) {
    leaf.hidden.set("statement", replace_all(leaf.hidden.text_or("statement"), "abuse@host", "sales@host"));
  });
  leaf_ = right;
  EXPECT_FALSE(check(replace_all(letter("other-desk.example.net/log"), "nothing", "nothing")) &&
               check_notice(letter("other-desk.example.net/log"), verifier_key(kLog, log_key_.public_key())));
}

// One person, or another's signature. Planted bug: leave `proposer.key == approver.key` out of make_authority().
TEST_F(SelfProvingNotice, that_one_person_signed_twice_is_refused) {
  const auto signed_by = [&](const Officer& proposer, const Officer& approver, const Approved& approved) {
    leaf_ = leaf();
    leaf_.plain.set("signers", signers_in_plain(proposer, approver));
    leaf_.hidden.set("signers", signers_in_hidden(*proposed_, approved, proposer, approver));
    return check(letter());
  };
  ASSERT_TRUE(signed_by(analyst_, approver_, *approved_));
  Officer twin = analyst_;
  twin.id = approver_.id;
  Approved by_twin = *approved_;
  by_twin.signature = analyst_key_.sign(to_be_signed_by_approver(*proposed_, approver_.id, approved_->at));
  const Result<Json> one_key = signed_by(analyst_, twin, by_twin);
  ASSERT_FALSE(one_key);
  EXPECT_NE(one_key.error().message.find("one person cannot sign twice"), std::string::npos) << one_key.error().message;
  Officer stranger = approver_;
  stranger.key = witness_key_.public_key();
  const Result<Json> another = signed_by(analyst_, stranger, *approved_);
  ASSERT_FALSE(another);
  EXPECT_NE(another.error().message.find("signature does not fit"), std::string::npos) << another.error().message;
}

// A line under the checkpoint that nobody can check is no witness. Planted bugs: let check_lines() pass over a line
// whose key the proof does not name; leave its comparison of the two counts out.
TEST_F(SelfProvingNotice, whose_witness_did_not_sign_is_refused) {
  witnessed_ = false;
  EXPECT_TRUE(check(letter())->find("witnesses")->array()->empty());
  const std::string plain = proof_;
  TlogProof proof = *read_tlog_proof(plain);
  Note note = *read_note(proof.checkpoint);
  note.signatures.push_back(cosignature("another text\n"));
  proof.checkpoint = write_note(note);
  const auto mail = [&] {
    return write_letter(*proposed_, sender_, false, body_, write_tlog_proof(proof), code_)->mail;
  };
  EXPECT_FALSE(check(mail())) << "its key is not named";
  Json extra = *parse_json(proof.extra);
  extra.set("witnesses", Json::Array{witness_vkey(witness())});
  proof.extra = to_text(extra);
  EXPECT_FALSE(check(mail())) << "its line is of another text";
  proof.checkpoint = read_tlog_proof(plain)->checkpoint;
  EXPECT_FALSE(check(mail())) << "it has no line";
}

TEST_F(SelfProvingNotice, is_in_force_until_a_later_line_takes_it_back) {
  NoticeState state(notice_.text());
  const auto line = [&](const std::string& object, const char* type, const char* from, const char* to) {
    return Json(Json::Object{{"type", type},
                             {"object_id", object},
                             {"t", "2026-12-01T00:00:00.000Z"},
                             {"state_from", from},
                             {"state_to", to}});
  };
  state.add(line(notice_.text(), "action", "approved", "sent"), 78);
  state.add(line(proposal_.text(), "action", "sent", "recalled"), 79);
  state.add(line(notice_.text(), "appeal", "lodged", "recalled"), 80);
  EXPECT_EQ(state.state(), "in_force");
  state.add(line(notice_.text(), "action", "sent", "suspended"), 81);
  EXPECT_EQ(state.state(), "suspended");
  state.add(line(notice_.text(), "action", "suspended", "delivered"), 82);
  EXPECT_EQ(state.state(), "in_force");
  state.add(line(notice_.text(), "action", "delivered", "recalled"), 83);
  EXPECT_EQ(state.state(), "recalled");
  EXPECT_EQ(state.since(), "2026-12-01T00:00:00.000Z");
  EXPECT_EQ(state.index(), 83u);
}

}  // namespace
}  // namespace cordon
