// The fixed texts of messages that follow a request: one that waits is written again word for word, also by a later
// program.
#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "referral/notice.h"
#include "referral/wording.h"

namespace cordon {
namespace {

// Whoever changes one of these texts raises kFollowUpWording, keeps the old texts for messages that wait, and writes
// the new digest here. Planted bug: a word of any of them is another.
TEST(FollowUp, the_texts_are_those_of_their_version) {
  SeededRandom random(12);
  const Proposed proposed{ProposalId::make(kNow, random),
                          CaseId::make(kNow, random),
                          Category::Phishing,
                          *parse_observable(ObservableKind::Domain, "bad-bank-login.com"),
                          {ActionKind::Alert, Effect::Inform, Recipient::Host, "abuse@example.net", ""},
                          Binding::Voluntary,
                          "article 190",
                          {},
                          sha256("body"),
                          sha256("charter"),
                          sha256("annex"),
                          kNow,
                          kNow + 24 * kHourMs,
                          kNow + 180 * kDayMs,
                          NoticeId::make(kNow, random),
                          OfficerId::make(kNow, random),
                          {}};
  std::string all;
  for (const MessageKind kind :
       {MessageKind::Reminder, MessageKind::Ended, MessageKind::Suspended, MessageKind::Recalled, MessageKind::Party}) {
    for (const bool fictitious : {false, true}) {
      const Message message{LetterId::make(kNow, random),
                            kind,
                            proposed.notice,
                            "abuse@example.net",
                            is_release(kind) ? "The owner objected to it." : "",
                            kNow,
                            sha256("")};
      const Letterhead head{"A desk",   "desk@example.org",  "the court of Steppe",
                            fictitious, kNow + 180 * kDayMs, kFollowUpWording};
      for (const NoticeLanguage language : {NoticeLanguage::English, NoticeLanguage::Russian})
        all += follow_up_part({message, proposed, head, "ABCDE-FGHIJ-KLMNP-QRSTU"}, language);
      Letterhead later = head;
      later.wording = kFollowUpWording + 1;
      EXPECT_EQ(compose_follow_up({message, proposed, later}, "").error().fault, Fault::Refused);
    }
  }
  EXPECT_EQ(kFollowUpWording, 1);
  EXPECT_EQ(sha256(all).hex(), "d3b4b29bb3e78c6fd50eccff6506f64776a026a6ff9601223a4787c21e4c9d7d");
}

}  // namespace
}  // namespace cordon
