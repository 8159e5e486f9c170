#include "store/event.h"

#include "base/text.h"

namespace cordon {

namespace {

template <typename T>
struct Stored;  // the journal's word for an event, and its reader
#define CORDON_EVENT(Type, word, reader)                                \
  template <>                                                           \
  struct Stored<Type> {                                                 \
    static constexpr std::string_view kWord = word;                     \
    static Result<Type> read(const Json& body) { return reader(body); } \
  };
CORDON_EVENT(DeskFounded, "desk_founded", read_desk_founded)
CORDON_EVENT(OfficerEnrolled, "officer_enrolled", read_officer_enrolled)
CORDON_EVENT(RecordRead, "record_read", read_record_read)
CORDON_EVENT(OfficerRekeyed, "officer_rekeyed", read_officer_rekeyed)
CORDON_EVENT(ApiKeyIssued, "api_key_issued", read_api_key_issued)
CORDON_EVENT(ApiKeyEnded, "api_key_ended", read_api_key_ended)
CORDON_EVENT(BatchTaken, "batch_taken", read_batch_taken)
CORDON_EVENT(ReceiptGiven, "receipt_given", read_receipt_given)
CORDON_EVENT(EvidenceAttached, "evidence_attached", read_evidence_attached)
CORDON_EVENT(EvidenceOpened, "evidence_opened", read_evidence_opened)
CORDON_EVENT(EvidenceErased, "evidence_erased", read_evidence_erased)
CORDON_EVENT(EvidenceExported, "evidence_exported", read_evidence_exported)
CORDON_EVENT(FactEntered, "fact_entered", read_fact_entered)
CORDON_EVENT(GateAnswered, "gate_answered", read_gate_answered)
CORDON_EVENT(Proposed, "proposed", read_proposed)
CORDON_EVENT(Approved, "approved", read_approved)
CORDON_EVENT(Returned, "returned", read_returned)
CORDON_EVENT(ProposalRefused, "proposal_refused", read_proposal_refused)
CORDON_EVENT(Lapsed, "lapsed", read_lapsed)
CORDON_EVENT(NoticeSent, "notice_sent", read_notice_sent)
CORDON_EVENT(CheckpointPublished, "checkpoint_published", read_checkpoint_published)
CORDON_EVENT(PeerAdded, "peer_added", read_peer_added)
CORDON_EVENT(PeerChanged, "peer_changed", read_peer_changed)
CORDON_EVENT(PeerSuspended, "peer_suspended", read_peer_suspended)
CORDON_EVENT(BundleOffered, "bundle_offered", read_bundle_offered)
CORDON_EVENT(ReferencesReceived, "references_received", read_references_received)
CORDON_EVENT(RequestTaken, "request_taken", read_request_taken)
CORDON_EVENT(RequestAnswered, "request_answered", read_request_answered)
CORDON_EVENT(LogBegun, "log_begun", read_log_begun)
CORDON_EVENT(LogContinued, "log_continued", read_log_continued)
CORDON_EVENT(ClockCorrected, "clock_corrected", read_clock_corrected)
CORDON_EVENT(LogRectified, "log_rectified", read_log_rectified)
CORDON_EVENT(TimeCodeConfirmed, "time_code_confirmed", read_time_code_confirmed)
CORDON_EVENT(StampAsked, "stamp_asked", read_stamp_asked)
CORDON_EVENT(StampKept, "stamp_kept", read_stamp_kept)
CORDON_EVENT(ReportErased, "report_erased", read_report_erased)
CORDON_EVENT(Disposed, "disposed", read_disposed)
CORDON_EVENT(HoldSet, "hold_set", read_hold_set)
CORDON_EVENT(HoldLifted, "hold_lifted", read_hold_lifted)
CORDON_EVENT(CaseOpened, "case_opened", read_case_opened)
CORDON_EVENT(CaseSplit, "case_split", read_case_split)
CORDON_EVENT(CaseJoined, "case_joined", read_case_joined)
CORDON_EVENT(CaseParted, "case_parted", read_case_parted)
CORDON_EVENT(CaseMoved, "case_moved", read_case_moved)
CORDON_EVENT(ActionMoved, "action_moved", read_action_moved)
CORDON_EVENT(PartyMoved, "party_moved", read_party_moved)
CORDON_EVENT(AppealLodged, "appeal_lodged", read_appeal_lodged)
CORDON_EVENT(AppealMoved, "appeal_moved", read_appeal_moved)
CORDON_EVENT(MessageSent, "message_sent", read_message_sent)
CORDON_EVENT(SensitiveListKept, "sensitive_list_kept", read_sensitive_list_kept)
CORDON_EVENT(SensitiveTargetMet, "sensitive_target_met", read_sensitive_target_met)
CORDON_EVENT(PeerHeadSeen, "peer_head_seen", read_peer_head_seen)
CORDON_EVENT(UnListKept, "un_list_kept", read_un_list_kept)
CORDON_EVENT(GlassBroken, "glass_broken", read_glass_broken)
CORDON_EVENT(GlassMoved, "glass_moved", read_glass_moved)
CORDON_EVENT(GlassSent, "glass_sent", read_glass_sent)
CORDON_EVENT(RuleProposed, "rule_proposed", read_rule_proposed)
CORDON_EVENT(RuleMoved, "rule_moved", read_rule_moved)
CORDON_EVENT(AlertsComposed, "alerts_composed", read_alerts_composed)
CORDON_EVENT(AlertLeft, "alert_left", read_alert_left)
CORDON_EVENT(AlertsRecalled, "alerts_recalled", read_alerts_recalled)
CORDON_EVENT(AlertItemsKept, "alert_items_kept", read_alert_items_kept)
CORDON_EVENT(AlertItemsTakenUp, "alert_items_taken_up", read_alert_items_taken_up)
CORDON_EVENT(AlertTakenApart, "alert_taken_apart", read_alert_taken_apart)
CORDON_EVENT(LetterTried, "letter_tried", read_letter_tried)
CORDON_EVENT(AnswerCame, "answer_came", read_answer_came)
CORDON_EVENT(AnswerSettled, "answer_settled", read_answer_settled)
CORDON_EVENT(TargetLooked, "target_looked", read_target_looked)
#undef CORDON_EVENT

template <std::size_t I = 0>
Result<Event> read_as(std::string_view type, const Json& body) {
  if constexpr (I == std::variant_size_v<Event>) {
    return fail(Fault::Corrupt, "'" + printable(type, 40) + "' is no event of this version");
  } else {
    using Type = std::variant_alternative_t<I, Event>;
    if (type != Stored<Type>::kWord) return read_as<I + 1>(type, body);
    Result<Type> event = Stored<Type>::read(body);
    if (!event) return fail(Fault::Corrupt, event.error().message, std::string(type));
    return Event(*std::move(event));
  }
}

}  // namespace

std::string_view type_of(const Event& event) {
  return std::visit([](const auto& e) { return Stored<std::decay_t<decltype(e)>>::kWord; }, event);
}

Json body_of(const Event& event) {
  return std::visit([](const auto& e) { return to_json(e); }, event);
}

std::vector<BatchRecut> recuts_of(const Event& event) {
  if (const auto* disposed = std::get_if<Disposed>(&event)) return disposed->batches;
  const auto* erased = std::get_if<ReportErased>(&event);
  if (erased == nullptr) return {};
  std::vector<BatchRecut> recuts{erased->recut};
  if (erased->opener) recuts.push_back(*erased->opener);
  return recuts;
}

std::vector<Destroyed> frames_of(const Event& event) {
  if (const auto* disposed = std::get_if<Disposed>(&event)) return disposed->frames;
  const auto* erased = std::get_if<ReportErased>(&event);
  return erased == nullptr ? std::vector<Destroyed>() : erased->frames;
}

Result<Event> read_event(std::string_view type, const Json& body) { return read_as(type, body); }

}  // namespace cordon
