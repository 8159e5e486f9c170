#include "law/terms.h"

#include <string>

#include "base/text.h"
#include "law/gates.h"
#include "law/offences.h"

namespace cordon {

namespace {

template <typename E>
struct Spelling {
  E value;
  std::string_view text;
};

// A table must list its enumerators in order and end with the last one, so that none is without a spelling.
template <typename E, std::size_t kSize>
constexpr bool whole(const Spelling<E> (&table)[kSize], E last) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (static_cast<std::size_t>(table[i].value) != i) return false;
  }
  return table[kSize - 1].value == last;
}

template <typename E, std::size_t kSize>
std::string_view spell(const Spelling<E> (&table)[kSize], E value) {
  const auto index = static_cast<std::size_t>(value);
  CORDON_CHECK(index < kSize, "a closed list has no such value");
  return table[index].text;
}

template <typename E, std::size_t kSize>
Result<E> read(const Spelling<E> (&table)[kSize], std::string_view what, std::string_view text) {
  std::string all;
  for (const Spelling<E>& row : table) {
    if (row.text == text) return row.value;
    all += (all.empty() ? "" : ", ") + std::string(row.text);
  }
  return fail(Fault::Refused,
              "'" + printable(text, 60) + "' is no " + std::string(what) + " (charter 4); there are: " + all);
}

constexpr Spelling<ObservableKind> kObservableKinds[] = {
    {ObservableKind::Url, "url"},
    {ObservableKind::Domain, "domain"},
    {ObservableKind::Ip, "ip"},
    {ObservableKind::Onion, "onion"},
    {ObservableKind::FileHash, "file_hash"},
    {ObservableKind::PerceptualHash, "perceptual_hash"},
    {ObservableKind::TlsCert, "tls_cert"},
    {ObservableKind::AppId, "app_id"},
    {ObservableKind::Email, "email"},
    {ObservableKind::Phone, "phone"},
    {ObservableKind::Iban, "iban"},
    {ObservableKind::CardToken, "card_token"},
    {ObservableKind::Wallet, "wallet"},
    {ObservableKind::Handle, "handle"},
};
static_assert(whole(kObservableKinds, ObservableKind::Handle));

constexpr Spelling<ActionKind> kActionKinds[] = {
    {ActionKind::Alert, "alert"},
    {ActionKind::Notice, "notice"},
    {ActionKind::PreservationRequest, "preservation_request"},
    {ActionKind::OrderTransmittal, "order_transmittal"},
    {ActionKind::Handoff, "handoff"},
    {ActionKind::HashSubmission, "hash_submission"},
    {ActionKind::Recall, "recall"},
};
static_assert(whole(kActionKinds, ActionKind::Recall));

constexpr Spelling<Effect> kEffects[] = {
    {Effect::Inform, "inform"},
    {Effect::CleanCompromise, "clean_compromise"},
    {Effect::Preserve, "preserve"},
    {Effect::RemoveItem, "remove_item"},
    {Effect::DisableItem, "disable_item"},
    {Effect::ReviewAccount, "review_account"},
    {Effect::ReviewPaymentInstrument, "review_payment_instrument"},
    {Effect::SuspendMaliciousDomain, "suspend_malicious_domain"},
};
static_assert(whole(kEffects, Effect::SuspendMaliciousDomain));

constexpr Spelling<Recipient> kRecipients[] = {
    {Recipient::Host, "host"},
    {Recipient::Platform, "platform"},
    {Recipient::PlatformChildSafety, "platform_child_safety"},
    {Recipient::Registrar, "registrar"},
    {Recipient::AppStore, "app_store"},
    {Recipient::Csirt, "csirt"},
    {Recipient::Brand, "brand"},
    {Recipient::BankPsp, "bank_psp"},
    {Recipient::Exchange, "exchange"},
    {Recipient::Fiu, "fiu"},
    {Recipient::TelecomAbuse, "telecom_abuse"},
    {Recipient::IspAbuse, "isp_abuse"},
    {Recipient::Hotline, "hotline"},
    {Recipient::Police, "police"},
    {Recipient::PoliceChildUnit, "police_child_unit"},
    {Recipient::PoliceTraffickingUnit, "police_trafficking_unit"},
    {Recipient::VictimSupport, "victim_support"},
    {Recipient::Emergency, "emergency"},
    {Recipient::SystemOwner, "system_owner"},
};
static_assert(whole(kRecipients, Recipient::SystemOwner));

constexpr Spelling<Gate> kGates[] = {
    {Gate::DomainStatus, "G_DOMAIN_STATUS"},
    {Gate::ImpersonatedParty, "G_IMPERSONATED_PARTY"},
    {Gate::IntentSale, "G_INTENT_SALE"},
    {Gate::LossOrAttempt, "G_LOSS_OR_ATTEMPT"},
    {Gate::OfferToSupply, "G_OFFER_TO_SUPPLY"},
    {Gate::FinancialBenefit, "G_FINANCIAL_BENEFIT"},
    {Gate::PredicateCase, "G_PREDICATE_CASE"},
    {Gate::HotlineAssessment, "G_HOTLINE_ASSESSMENT"},
    {Gate::VictimRequest, "G_VICTIM_REQUEST"},
    {Gate::VictimSafety, "G_VICTIM_SAFETY"},
    {Gate::UnReference, "G_UN_REFERENCE"},
    {Gate::Attribution, "G_ATTRIBUTION"},
    {Gate::TreatyAct, "G_TREATY_ACT"},
    {Gate::MediaExemption, "G_MEDIA_EXEMPTION"},
    {Gate::LegalReview, "G_LEGAL_REVIEW"},
    {Gate::AuthorityOrder, "G_AUTHORITY_ORDER"},
    {Gate::SensitiveTarget, "G_SENSITIVE_TARGET"},
    {Gate::Breadth, "G_BREADTH"},
};
static_assert(whole(kGates, Gate::Breadth));

constexpr Spelling<Binding> kBindings[] = {{Binding::Voluntary, "voluntary"}, {Binding::Binding, "binding"}};
static_assert(whole(kBindings, Binding::Binding));

constexpr Spelling<Tlp> kTlps[] = {{Tlp::Clear, "CLEAR"},
                                   {Tlp::Green, "GREEN"},
                                   {Tlp::Amber, "AMBER"},
                                   {Tlp::AmberStrict, "AMBER+STRICT"},
                                   {Tlp::Red, "RED"}};
static_assert(whole(kTlps, Tlp::Red));

constexpr Spelling<Pap> kPaps[] = {
    {Pap::Clear, "CLEAR"}, {Pap::Green, "GREEN"}, {Pap::Amber, "AMBER"}, {Pap::Red, "RED"}};
static_assert(whole(kPaps, Pap::Red));

constexpr Spelling<Publication> kPublications[] = {
    {Publication::P1, "P1"}, {Publication::P1h, "P1h"}, {Publication::P2, "P2"}};
static_assert(whole(kPublications, Publication::P2));

constexpr Spelling<EvidenceMode> kEvidenceModes[] = {
    {EvidenceMode::FullCapture, "full_capture"},
    {EvidenceMode::MetadataOnly, "metadata_only"},
    {EvidenceMode::HashOnly, "hash_only"},
    {EvidenceMode::VictimHash, "victim_hash"},
    {EvidenceMode::RestrictedCapture, "restricted_capture"},
};
static_assert(whole(kEvidenceModes, EvidenceMode::RestrictedCapture));

constexpr Spelling<TriageOutcome> kTriageOutcomes[] = {
    {TriageOutcome::Linked, "linked"},
    {TriageOutcome::NewCase, "new_case"},
    {TriageOutcome::Duplicate, "duplicate"},
    {TriageOutcome::Insufficient, "insufficient"},
    {TriageOutcome::OutOfScope, "out_of_scope"},
    {TriageOutcome::HandedToHotline, "handed_to_hotline"},
    {TriageOutcome::HandedToEmergency, "handed_to_emergency"},
    {TriageOutcome::Withdrawn, "withdrawn"},
    {TriageOutcome::AbusiveReport, "abusive_report"},
};
static_assert(whole(kTriageOutcomes, TriageOutcome::AbusiveReport));

constexpr Spelling<AnchorStatus> kAnchorStatuses[] = {{AnchorStatus::InForce, "in_force"},
                                                      {AnchorStatus::AdoptedNotInForce, "adopted_not_in_force"},
                                                      {AnchorStatus::MemberAnnex, "member_annex"}};
static_assert(whole(kAnchorStatuses, AnchorStatus::MemberAnnex));

constexpr Spelling<Condition> kConditions[] = {{Condition::Direct, "direct"},
                                               {Condition::AlertOnly, "alert_only"},
                                               {Condition::ViaHotline, "via_hotline"},
                                               {Condition::AfterPolice, "after_police"}};
static_assert(whole(kConditions, Condition::AfterPolice));

constexpr Spelling<Lets> kLets[] = {{Lets::Everything, "everything"},
                                    {Lets::AllButSuspension, "all_but_suspension"},
                                    {Lets::PreserveOnly, "preserve_only"},
                                    {Lets::Nothing, "nothing"}};
static_assert(whole(kLets, Lets::Nothing));

}  // namespace

std::string_view name(Category value) { return row(value).id; }
std::string_view name(Exposure value) { return row(value).id; }
std::string_view name(ObservableKind value) { return spell(kObservableKinds, value); }
std::string_view name(ActionKind value) { return spell(kActionKinds, value); }
std::string_view name(Effect value) { return spell(kEffects, value); }
std::string_view name(Recipient value) { return spell(kRecipients, value); }
std::string_view name(Gate value) { return spell(kGates, value); }
std::string_view name(Binding value) { return spell(kBindings, value); }
std::string_view name(Tlp value) { return spell(kTlps, value); }
std::string_view name(Pap value) { return spell(kPaps, value); }
std::string_view name(Publication value) { return spell(kPublications, value); }
std::string_view name(EvidenceMode value) { return spell(kEvidenceModes, value); }
std::string_view name(TriageOutcome value) { return spell(kTriageOutcomes, value); }
std::string_view name(AnchorStatus value) { return spell(kAnchorStatuses, value); }
std::string_view name(Condition value) { return spell(kConditions, value); }
std::string_view name(Lets value) { return spell(kLets, value); }

Result<ObservableKind> parse_observable_kind(std::string_view text) {
  return read(kObservableKinds, "observable kind", text);
}
Result<ActionKind> parse_action_kind(std::string_view text) { return read(kActionKinds, "action kind", text); }
Result<Effect> parse_effect(std::string_view text) { return read(kEffects, "effect", text); }
Result<Recipient> parse_recipient(std::string_view text) { return read(kRecipients, "recipient", text); }
Result<Gate> parse_gate(std::string_view text) { return read(kGates, "gate", text); }

Result<Tlp> parse_tlp(std::string_view text) {
  if (text == "WHITE") return Tlp::Clear;
  for (const Tlp tlp : {Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red}) {
    if (name(tlp) == text) return tlp;
  }
  return fail(Fault::Refused,
              "'" + printable(text, 40) + "' is no TLP; there are CLEAR, GREEN, AMBER, AMBER+STRICT, RED");
}

Result<Pap> parse_pap(std::string_view text) {
  for (const Pap pap : {Pap::Clear, Pap::Green, Pap::Amber, Pap::Red}) {
    if (name(pap) == text) return pap;
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no PAP; there are CLEAR, GREEN, AMBER, RED");
}

}  // namespace cordon
