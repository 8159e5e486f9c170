// The request itself: whom to ask, the words, the bytes, and the courier that takes them away (charter 5.2, 5.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"
#include "decision/annex.h"
#include "decision/authority.h"
#include "decision/proposal.h"
#include "referral/reply.h"

namespace cordon {

// Who signs the notice as its sender.
struct Operator {
  std::string name;     // "Demo desk"
  std::string kind;     // authority | csirt | hotline | provider
  std::string address;  // From and Reply-To
  std::string origin;   // the public log's name
  bool public_body() const { return kind == "authority"; }
};

// The exact body part that officers approve: a human part in English and in Russian, then an XARF v4 part where
// the matter has one. Equal arguments give equal bytes.
Result<std::string> compose_body(const Case& the_case, const Wish& wish, const Annex& annex, const Operator& sender,
                                 const ProposalId& proposal, const NoticeId& notice, Instant now, Instant reply_by,
                                 Instant sunset_at);

std::string message_id(const NoticeId& notice, const Operator& sender);  // stable, without <>

// A whole mail, ready to leave. `proof` is write_notice_proof()'s, added outside the approved bytes; `code` its
// notice_code().
struct Letter {
  std::string to;
  std::string message_id;
  std::string mail;          // RFC 5322
  std::string answers = {};  // where answers and failures go, if not to the operator's address itself
};
// `way` is how an answer finds it; it stands in the envelope, not in the approved bytes, which others may come to read.
Result<Letter> write_letter(const Proposed& proposed, const Operator& sender, bool fictitious, std::string_view body,
                            std::string_view proof, const std::string& code, const AnswerWay& way = {});

struct FollowUpFacts;
// The exact body part of a message that follows a request: in English and in Russian; to the affected party with the
// request itself, whose body is `about`. Equal arguments give equal bytes.
Result<std::string> compose_follow_up(const FollowUpFacts& facts, std::string_view about);
Result<Letter> write_follow_up(const Message& message, const Proposed& proposed, const Operator& sender,
                               bool fictitious, std::string_view body, std::string_view proof,
                               const AnswerWay& way = {});

struct AlertFacts;
// The exact body part of an alert by a standing rule: its text in each of its languages, the legal text, and for
// machines XARF v4 or a table. And of its recall. Equal arguments give equal bytes; nothing of it depends on
// `alert.body`.
std::string compose_alert(const AlertFacts& facts);
std::string compose_alert_recall(const AlertFacts& facts, const std::string& reason);
// Without <>; no line of the public log shows it.
std::string alert_message_id(const Alert& alert, const Operator& sender);
// `proof`: that the alert is in its batch, and the batch's line in the public log (docs/standing-rules.md).
Result<Letter> write_alert(const Alert& alert, const Operator& sender, bool fictitious, std::string_view body,
                           std::string_view proof);
Result<Letter> write_alert_recall(const Alert& alert, const AlertsRecalled& recall, const Operator& sender,
                                  bool fictitious, std::string_view body, std::string_view proof);

// How letters leave. The authority is asked for so that no courier can be called without one.
class Courier {
 public:
  virtual ~Courier() = default;
  virtual std::string_view name() const = 0;  // "maildir", "smtp"
  // A receipt in words. Refused: this letter is not taken for good; Unavailable: not now, and only where reachable()
  // is false then, the next letter need not be tried.
  virtual Result<std::string> deliver(const Letter& letter, const Authority& authority) = 0;
  virtual bool reachable() const { return true; }
};

// Event: a courier took the letter.
struct NoticeSent {
  NoticeId notice;
  ProposalId proposal;
  std::string courier, receipt, message_id;
  std::optional<Digest> answer_code = {};  // of the letters by which an answer finds it; nothing in those of before
};
Json to_json(const NoticeSent& event);
Result<NoticeSent> read_notice_sent(const Json& body);

}  // namespace cordon
