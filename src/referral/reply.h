// What comes back to a desk's address: failure notices, automatic replies, tickets, answers of people. Reading and
// recognising are pure; what it means for a request is an officer's to say, and this module only proposes it
// (amendment 7). docs/answers.md says the same for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/action.h"

namespace cordon {

enum class ReplyKind {
  Delivered,    // a server says that it arrived (RFC 3464 delivered, relayed, expanded), or a reader that it was shown
  Delayed,      // a server goes on trying
  Failed,       // a server gave it up
  OutOfOffice,  // a person is away
  Automatic,    // a machine answers, and says no more than that
  Ticket,       // a ticket system has it
  Human,        // somebody wrote
};
std::string_view name(ReplyKind kind);  // "delivered", "out_of_office", …
Result<ReplyKind> parse_reply_kind(std::string_view text);

// What an officer may put down of it with one click: a step of charter 6.4, or a result of 5.2.
struct ProposedStep {
  ActionCommand command = ActionCommand::Answer;
  std::optional<AnswerResult> result = {};
  std::optional<DeclineReason> reason = {};
  bool operator==(const ProposedStep&) const = default;
};

struct ReplyAttachment {
  std::string name, type;
  std::int64_t size = 0;
};

// One mail as it was read. Texts are UTF-8 and bounded; nothing of them is believed.
struct MailReply {
  ReplyKind kind = ReplyKind::Human;
  bool own = false;   // one of our own letters came round
  bool xarf = false;  // a report in XARF came with it
  // What may name a request: codes in the addresses that it came to, codes elsewhere in it (both as 20 letters), and
  // Message-IDs of this desk's domain, without <>.
  std::vector<std::string> codes_of_address, codes, message_ids;
  std::string from;                               // the address, lower case; empty: none, as failures have
  std::string message_id;                         // its own, without <>
  std::string subject;                            // at most 300 bytes
  std::string text;                               // what was written above a quotation, at most 16 KiB
  std::vector<ReplyAttachment> attachments = {};  // their bytes are dropped
  std::string status;                             // of a failure: "5.1.1"
  std::string failed_for;                         // of a failure: the address that it was about, lower case
  std::string ticket;                             // at most 40 bytes
  std::optional<ProposedStep> proposed = {};
};
Json to_json(const MailReply& reply);
Result<MailReply> read_reply_json(const Json& json);

// `address` is the desk's own, from which it sends. Malformed as read_mail() says. Meant for a confined worker.
Result<MailReply> read_reply(std::string_view mail, std::string_view address);

// ── which request it is about ──

// What each letter carries so that an answer finds it: a code that nobody but its recipient is told, at the end of the
// subject, and where the operator's mail server takes them, within the address that answers go to.
struct AnswerWay {
  std::string code;           // "ABCDE-FGH23-45678-9JKMN"; empty: none
  bool plus_address = false;  // "desk+abcdefgh2345678-…@example.org" (RFC 5233)
};
std::string answer_address(std::string_view address, const AnswerWay& way);
std::string with_answer_code(std::string subject, const AnswerWay& way);
// Every code in it becomes "[code]": replies quote theirs, and who reads what was kept must not get one.
std::string without_codes(std::string_view text);

enum class ReplyClue { Address, Code, MessageId };  // how it named the request
std::string_view name(ReplyClue clue);              // "address", "code", "message_id"
Result<ReplyClue> parse_reply_clue(std::string_view text);

// A request that something in the mail names, and whom it went to.
struct NamedRequest {
  ReplyClue clue;
  NoticeId notice;
  std::string contact;
  bool request = true;  // not a letter that followed it, such as a reminder
};
struct ReplyMatch {
  NoticeId notice;
  ReplyClue clue;
  // Who sent it is whom the request went to, as far as a mail can say that, and everything in it names this one
  // request. If not, an officer looks, and nothing is done by itself.
  bool sure = false;
  // A server's notice that the request itself failed, which no stranger could have written: it has the secret code and
  // the right address.
  bool failure_is_proven = false;
};
// Nothing: it names no request.
std::optional<ReplyMatch> match_reply(const MailReply& reply, const std::vector<NamedRequest>& named);

// ── on record ──

enum class AnswerState { Open, Noted, Taken, Dismissed };  // Noted: there is nothing for an officer to decide
std::string_view name(AnswerState state);
Result<AnswerState> parse_answer_state(std::string_view text);

// Event: a mail, or the answer page, said something about a request. What it said lies encrypted, and goes with its
// case.
struct AnswerCame {
  AnswerId id;
  NoticeId notice;
  Instant at;
  ReplyKind kind;
  std::optional<ReplyClue> clue;  // nothing: by the page
  bool sure = false;
  bool open = false;        // an officer has to look
  std::string sender = {};  // the domain it came from; empty: none, or by the page
  std::string status = {};
  std::string ticket = {};
  std::optional<ProposedStep> proposed = {};
  Digest text = {};  // the blob: {"subject", "text", "attachments"}
};
Json to_json(const AnswerCame& event);
Result<AnswerCame> read_answer_came(const Json& body);

// Event: an officer took it down as the recipient's answer, or put it away.
struct AnswerSettled {
  AnswerId id;
  OfficerId by;
  bool taken = false;
  Instant at;
};
Json to_json(const AnswerSettled& event);
Result<AnswerSettled> read_answer_settled(const Json& body);

// As it stands.
struct KeptAnswer {
  AnswerCame came;
  AnswerState state = AnswerState::Open;
  std::optional<AnswerSettled> settled = {};
};

}  // namespace cordon
