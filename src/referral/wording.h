// The words of a notice in the recipient's language: what a person reads, from facts that officers entered, or that a
// feed gave.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "casework/case.h"
#include "decision/alert.h"
#include "decision/annex.h"
#include "decision/message.h"
#include "decision/proposal.h"

namespace cordon {

struct Operator;

enum class NoticeLanguage { English, Russian, Kazakh, Chinese };
inline constexpr std::array kNoticeLanguages{NoticeLanguage::English, NoticeLanguage::Russian, NoticeLanguage::Kazakh,
                                             NoticeLanguage::Chinese};
std::string_view name(NoticeLanguage language);  // BCP 47: "en", "ru", "kk", "zh"
Result<NoticeLanguage> parse_notice_language(std::string_view tag);

struct NoticeFacts {
  const Case& the_case;
  const Wish& wish;
  const Annex& annex;
  const Operator& sender;
  const ProposalId& proposal;
  const NoticeId& notice;
  Instant now, reply_by, sunset_at;
};

// What a message that follows a request is made of. Equal values give equal words, so that its sender can write them
// again and compare.
struct FollowUpFacts {
  const Message& message;
  const Proposed& proposed;
  const Letterhead& head;
  std::string code = {};  // of a notice to the affected party: by it they appeal
};
// Raised when a fixed text changes; whoever does so keeps the old ones, for messages wait that were written with them.
inline constexpr std::int64_t kFollowUpWording = 1;
std::string follow_up_subject(MessageKind kind, const Proposed& proposed, bool fictitious);
std::string follow_up_part(const FollowUpFacts& facts, NoticeLanguage language);

// What an alert by a standing rule is made of. Its template is one text in four languages, fixed by its digest: lines
// with {members}, of which one that has no value is left out. It leads with the time, the address, the port of its
// item, or of the first of its items, and why it goes to them (amendment 14), and says that no officer has looked at
// them.
struct AlertFacts {
  const RuleTerms& rule;
  const Alert& alert;
  const Annex& annex;
  const Operator& sender;
};
inline constexpr std::size_t kItemsInWords = 20;  // what of them is behind these is in the table alone
Digest alert_template();                          // of all of its words, and of the table's columns
std::vector<std::string_view> alert_texts(NoticeLanguage language);  // the same, for who checks translations
std::string alert_subject(const Alert& alert, bool fictitious, bool recalled, NoticeLanguage language);
std::string alert_part(const AlertFacts& facts, NoticeLanguage language);
std::string alert_legal_part(const AlertFacts& facts, NoticeLanguage language);
std::string alert_recall_part(const AlertFacts& facts, const std::string& reason, NoticeLanguage language);

std::string subject_line(ActionKind kind, Matter matter, const Observable& target, bool fictitious);
std::string human_part(const NoticeFacts& facts, NoticeLanguage language);

}  // namespace cordon
