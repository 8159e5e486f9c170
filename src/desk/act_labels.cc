// What a reader sees for the states, answers and remedies that follow a request.
#include <algorithm>
#include <array>

#include "desk/labels.h"

namespace cordon {

namespace {

template <typename T, std::size_t N>
std::string said(const Words& words, const std::array<std::pair<T, std::string_view>, N>& table, T value) {
  const auto row = std::find_if(table.begin(), table.end(), [&](const auto& one) { return one.first == value; });
  return words(row->second);
}

constexpr std::array<std::pair<ActionState, std::string_view>, 17> kActionStates{{
    {ActionState::Drafted, words_later("Drafted")},
    {ActionState::Approved, words_later("Approved, not sent yet")},
    {ActionState::Sent, words_later("Sent")},
    {ActionState::Delivered, words_later("Delivered, not answered yet")},
    {ActionState::Bounced, words_later("Came back undelivered")},
    {ActionState::Acknowledged, words_later("Acknowledged, not answered yet")},
    {ActionState::Answered, words_later("Answered")},
    {ActionState::EffectVerified, words_later("Answered, and the effect was seen")},
    {ActionState::NoAnswer, words_later("No answer came")},
    {ActionState::PartyNotified, words_later("Answered, and the affected party was told")},
    {ActionState::Closed, words_later("Closed")},
    {ActionState::Contested, words_later("Contested by the host state")},
    {ActionState::Suspended, words_later("Suspended")},
    {ActionState::Recalled, words_later("Taken back")},
    {ActionState::Reinstated, words_later("Taken back, and undone by the recipient")},
    {ActionState::ReinstateRefused, words_later("Taken back, and not undone by the recipient")},
    {ActionState::Expired, words_later("Ended by itself")},
}};
static_assert(kActionStates.back().first == kLastActionState);

constexpr std::array<std::pair<AnswerResult, std::string_view>, 6> kAnswers{{
    {AnswerResult::DoneFull, words_later("Did what was asked")},
    {AnswerResult::DonePartial, words_later("Did a part of it")},
    {AnswerResult::Declined, words_later("Declined")},
    {AnswerResult::AlreadyGone, words_later("It was gone already")},
    {AnswerResult::Cleaned, words_later("Cleaned the system")},
    {AnswerResult::Misdirected, words_later("It is not theirs")},
}};

constexpr std::array<std::pair<DeclineReason, std::string_view>, 8> kReasons{{
    {DeclineReason::NotIllegal, words_later("It is not illegal")},
    {DeclineReason::Insufficient, words_later("What was shown is not enough")},
    {DeclineReason::NotHost, words_later("They do not host it")},
    {DeclineReason::ConflictOfLaw, words_later("Their law forbids it")},
    {DeclineReason::Proportionality, words_later("The request goes too far")},
    {DeclineReason::TermsDiffer, words_later("Their terms permit it")},
    {DeclineReason::NoReason, words_later("They gave no reason")},
    {DeclineReason::ProtectedHolder, words_later("It belongs to media, an organisation, a party, a union or a lawyer")},
}};

constexpr std::array<std::pair<PartyState, std::string_view>, 8> kPartyStates{{
    {PartyState::Due, words_later("Not told yet")},
    {PartyState::Sent, words_later("Told")},
    {PartyState::Relayed, words_later("Told through the recipient")},
    {PartyState::Deferred, words_later("Put off")},
    {PartyState::NoContact, words_later("Nobody could be found")},
    {PartyState::Delivered, words_later("Told, and it arrived")},
    {PartyState::Bounced, words_later("Told, but it came back")},
    {PartyState::Undeliverable, words_later("Could not be told")},
}};
static_assert(kPartyStates.back().first == kLastPartyState);

constexpr std::array<std::pair<MessageKind, std::string_view>, 5> kMessages{{
    {MessageKind::Reminder, words_later("Reminder")},
    {MessageKind::Ended, words_later("The request has ended")},
    {MessageKind::Suspended, words_later("The request is suspended")},
    {MessageKind::Recalled, words_later("The request is taken back")},
    {MessageKind::Party, words_later("To the affected party")},
}};

constexpr std::array<std::pair<AppealState, std::string_view>, 10> kAppealStates{{
    {AppealState::Lodged, words_later("Lodged")},
    {AppealState::Receipted, words_later("Waits for a reviewer")},
    {AppealState::Admissible, words_later("Admitted")},
    {AppealState::Inadmissible, words_later("Not heard")},
    {AppealState::Assigned, words_later("Has a reviewer")},
    {AppealState::UnderReview, words_later("Under review")},
    {AppealState::Decided, words_later("Decided")},
    {AppealState::RemedyRunning, words_later("Decided, and being carried out")},
    {AppealState::Withdrawn, words_later("Withdrawn")},
    {AppealState::Closed, words_later("Closed")},
}};
static_assert(kAppealStates.back().first == kLastAppealState);

constexpr std::array<std::pair<DismissReason, std::string_view>, 3> kDismissals{{
    {DismissReason::UnknownAction, words_later("Nothing was decided that it could be about")},
    {DismissReason::OutOfTime, words_later("It came after six months")},
    {DismissReason::Duplicate, words_later("The same was appealed with the same code before")},
}};

constexpr std::array<std::pair<Verdict, std::string_view>, 3> kVerdicts{{
    {Verdict::Upheld, words_later("Upheld")},
    {Verdict::PartlyUpheld, words_later("Upheld in part")},
    {Verdict::Rejected, words_later("Rejected")},
}};

constexpr std::array<std::pair<Remedy, std::string_view>, 6> kRemedies{{
    {Remedy::Recall, words_later("Take the request back")},
    {Remedy::AskReinstate, words_later("Ask the recipient to undo what it did")},
    {Remedy::CorrectRecord, words_later("Correct the record")},
    {Remedy::RetireIndicator, words_later("Retire the indicator")},
    {Remedy::NotifyPeers, words_later("Tell every peer that received it")},
    {Remedy::Apology, words_later("Apologise")},
}};
static_assert(kRemedies.back().first == kLastRemedy);

}  // namespace

std::string label(const Words& words, ActionState state) { return said(words, kActionStates, state); }
std::string label(const Words& words, TargetState state) {
  switch (state) {
    case TargetState::Up:
      return words("There");
    case TargetState::Changed:
      return words("There is something else");
    case TargetState::Down:
      return words("Gone");
    case TargetState::Unsure:
      break;
  }
  return words("Not sure");
}

std::string in_words(const Words& words, const TargetLook& look) {
  if (!look.resolver) return words("This desk's own network did not work");
  if (look.name == TargetLook::Name::None)
    return look.zone_denies ? words("The zone says that there is no such name") : words("There is no such name");
  if (look.name == TargetLook::Name::Unanswered) return words("Nobody answers for the name");
  if (look.name == TargetLook::Name::Inside) return words("The name leads to no public address");
  if (look.door == TargetLook::Door::Closed) return words("The server takes no connection");
  if (look.door == TargetLook::Door::Silent) return words("The server is silent");
  if (look.page == TargetLook::Page::NoHandshake) return words("The server speaks no TLS");
  if (look.page != TargetLook::Page::Answered) return words("The answer broke off");
  if (look.elsewhere) return words("It leads to another host");
  return words("The server answered");
}

std::string label(const Words& words, AnswerResult result) { return said(words, kAnswers, result); }
std::string label(const Words& words, DeclineReason reason) { return said(words, kReasons, reason); }
std::string label(const Words& words, PartyState state) { return said(words, kPartyStates, state); }
std::string label(const Words& words, MessageKind kind) { return said(words, kMessages, kind); }
std::string label(const Words& words, AppealState state) { return said(words, kAppealStates, state); }
std::string label(const Words& words, DismissReason reason) { return said(words, kDismissals, reason); }
std::string label(const Words& words, Verdict verdict) { return said(words, kVerdicts, verdict); }
std::string label(const Words& words, Remedy remedy) { return said(words, kRemedies, remedy); }

std::string in_words(const Words& words, const RecipientAnswer& answer) {
  const std::string result = label(words, answer.result);
  return answer.reason ? result + ": " + label(words, *answer.reason) : result;
}

}  // namespace cordon
