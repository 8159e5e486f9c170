// Everything that can be written into a desk's journal. An event type lives with its domain; this list only ties them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/batch.h"
#include "casework/case.h"
#include "casework/case_life.h"
#include "casework/disposal.h"
#include "casework/opening.h"
#include "casework/split.h"
#include "casework/stamp.h"
#include "decision/action.h"
#include "decision/alert.h"
#include "decision/appeal.h"
#include "decision/break_glass.h"
#include "decision/guard.h"
#include "decision/message.h"
#include "decision/party_notice.h"
#include "decision/proposal.h"
#include "decision/rectification.h"
#include "decision/standing_rule.h"
#include "decision/un_list.h"
#include "officer/api_key.h"
#include "officer/officer.h"
#include "referral/delivery.h"
#include "referral/notice.h"
#include "referral/recheck.h"
#include "referral/reply.h"
#include "share/peer.h"
#include "share/receive.h"
#include "share/stix.h"
#include "store/founding.h"
#include "store/request.h"

namespace cordon {

using Event =
    std::variant<DeskFounded, OfficerEnrolled, OfficerRekeyed, ApiKeyIssued, ApiKeyEnded, RecordRead, BatchTaken,
                 ReceiptGiven, EvidenceAttached, EvidenceOpened, EvidenceErased, EvidenceExported, FactEntered,
                 GateAnswered, Proposed, Approved, Returned, ProposalRefused, Lapsed, NoticeSent, CheckpointPublished,
                 PeerAdded, PeerChanged, PeerSuspended, BundleOffered, ReferencesReceived, RequestTaken,
                 RequestAnswered, TimeCodeConfirmed, LogBegun, StampAsked, StampKept, ReportErased, Disposed, HoldSet,
                 HoldLifted, CaseSplit, CaseJoined, CaseParted, CaseOpened, CaseMoved, ActionMoved, PartyMoved,
                 AppealLodged, AppealMoved, MessageSent, LogContinued, LogRectified, SensitiveListKept,
                 SensitiveTargetMet, PeerHeadSeen, UnListKept, GlassBroken, GlassMoved, GlassSent, RuleProposed,
                 RuleMoved, AlertsComposed, AlertLeft, AlertsRecalled, ClockCorrected, AlertItemsKept,
                 AlertItemsTakenUp, AlertTakenApart, LetterTried, AnswerCame, AnswerSettled, TargetLooked>;

std::string_view type_of(const Event& event);  // "batch_taken", …: the word in the journal's `type` column
Json body_of(const Event& event);
// What an event took out of batches, and what else it destroyed with them.
std::vector<BatchRecut> recuts_of(const Event& event);
std::vector<Destroyed> frames_of(const Event& event);
Result<Event> read_event(std::string_view type, const Json& body);  // Corrupt when it is none

}  // namespace cordon
