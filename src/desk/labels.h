// What a reader sees for each value of the closed lists, in their language. Charter words (DESIGN 2, amendment 15):
// "warning" for `alert`, "hosting provider" for `host`, "status" for a state.
#pragma once

#include <string>
#include <string_view>

#include "casework/case.h"
#include "decision/action.h"
#include "decision/appeal.h"
#include "decision/party_notice.h"
#include "decision/proposal.h"
#include "law/terms.h"
#include "match/index.h"
#include "officer/officer.h"
#include "referral/recheck.h"
#include "share/peer.h"
#include "share/policy.h"
#include "words/words.h"

namespace cordon {

std::string label(const Words& words, CaseState state);
std::string label(const Words& words, ProposalState state);
std::string label(const Words& words, ActionKind kind);
std::string label(const Words& words, Effect effect);
std::string label(const Words& words, Recipient recipient);
std::string label(const Words& words, ObservableKind kind);
std::string label(const Words& words, Role role);
std::string label(const Words& words, PeerRole role);
std::string label(const Words& words, PeerState state);
std::string label(const Words& words, ObjectKind kind);
std::string label(const Words& words, Match match);
std::string label(const Words& words, Standing standing);
std::string label(const Words& words, ActionState state);
std::string label(const Words& words, TargetState state);
std::string in_words(const Words& words, const TargetLook& look);  // what a look saw, in one short sentence
std::string label(const Words& words, AnswerResult result);
std::string label(const Words& words, DeclineReason reason);
std::string label(const Words& words, PartyState state);
std::string label(const Words& words, MessageKind kind);
std::string label(const Words& words, AppealState state);
std::string label(const Words& words, DismissReason reason);
std::string label(const Words& words, Verdict verdict);
std::string label(const Words& words, Remedy remedy);
std::string label_of_answer(const Words& words, std::string_view answer);  // to a gate: "malicious_registration"

std::string in_words(const Words& words, const RecipientAnswer& answer);
// Why the border said so to this peer, in a sentence.
std::string in_words(const Words& words, const Decision& decision, const Peer& peer);

// The same for a word that stands in a log line, which may be another desk's or another day's: itself if it is none of
// ours.
std::string kind_in_words(const Words& words, std::string_view name);
std::string effect_in_words(const Words& words, std::string_view name);
std::string recipient_in_words(const Words& words, std::string_view name);
std::string matter_in_words(const Words& words, std::string_view id);

}  // namespace cordon
