// What comes back to a desk: mails from its mailbox, and answers typed into the public page. Each is read by a confined
// worker (referral/reply.h), matched to the request that it names, and put before an officer with what it proposes; the
// software decides nothing of it but that a letter bounced, where the server's notice proves itself (charter 6.4).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"
#include "referral/reply.h"

namespace cordon {

enum class AnswerOutcome {
  Matched,     // it names a request, and comes from whom that went to
  Unsure,      // it names one, and anybody may have written it: an officer looks
  Alert,       // it is about a warning of a standing rule, and nobody has to do anything; nothing of it is kept
  ForAnEye,    // a person wrote about such a warning: it stays in the mailbox, flagged
  Unmatched,   // it names none: it stays in the mailbox, flagged, and nothing of it is kept
  Again,       // it was taken before
  Own,         // one of our own letters came round
  Unreadable,  // no reader could make anything of it; as unmatched
  TooMany,     // its request has kAnswersOfOne already: programs are writing to each other; as unmatched
};
std::string_view name(AnswerOutcome outcome);
inline constexpr std::size_t kAnswersOfOne = 100;
inline constexpr std::size_t kLargestAnswer = 25u << 20;

struct TakenAnswer {
  AnswerOutcome outcome;
  std::string why = {};  // of one that is unreadable
  std::optional<AnswerCame> came = {};
  bool bounced = false;  // the software put down that the letter came back
};
// In the order of `mails`. Each is on record before the next is looked at; taking one twice is taking it once.
Result<std::vector<TakenAnswer>> take_answers(Desk& desk, const std::vector<std::string>& mails);

// What the answer page was given, by whoever holds the code at the end of a letter's subject. NotFound where no letter
// bears it. `nonce` is the form's: sent twice it is one answer.
struct PageAnswer {
  std::string code, result, reason, text, nonce;
};
Result<AnswerCame> take_page_answer(Desk& desk, const PageAnswer& given);

// What it said, in its writer's words; on record like each reading of what a case holds. NotFound after its case's end.
struct ReadAnswer {
  KeptAnswer row;
  std::string subject, text;
  std::vector<ReplyAttachment> attachments;  // their bytes were dropped
};
Result<ReadAnswer> read_answer_text(Desk& desk, const Permit<Act::ReadCase>& reader, const AnswerId& id);
// For the page of a request, whose reading is on record already. Nothing where the words are gone.
Result<std::optional<ReadAnswer>> words_of(Desk& desk, const KeptAnswer& row);

// ── the mailbox ──

// Reads what [answers] names, once: the Maildir and the IMAP folder. `in_use` guards the desk, and is not held over the
// net. Gives how many mails were taken out.
struct MailboxRead {
  std::int64_t mails = 0, matched = 0, unsure = 0, others = 0;
};
Result<MailboxRead> read_mailbox(Desk& desk, std::mutex& in_use);

// While a desk is served, on a thread of its own: the mailbox every [answers] every_minutes, and every 30 seconds
// letters whose time has come again.
class MailClerk {
 public:
  MailClerk(Desk& desk, std::mutex& in_use);
  ~MailClerk();
  MailClerk(const MailClerk&) = delete;
  MailClerk& operator=(const MailClerk&) = delete;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace cordon
