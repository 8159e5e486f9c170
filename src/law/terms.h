// The closed lists of docs/charter.md as types. What has no enumerator here cannot be said anywhere in
// Cordon: not in a case, not in a request, not in the database.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace cordon {

enum class Category : std::uint8_t {  // charter 4: C01 to C17, in order
  Malware,
  IllegalAccess,
  ServiceAttack,
  CrimeTools,
  Phishing,
  Fraud,
  Extortion,
  Laundering,
  Csam,
  ChildSolicitation,
  Ncii,
  HumanTrafficking,
  MigrantSmuggling,
  Drugs,
  Firearms,
  TerroristEntity,
  TerroristFinancing,
};
enum class Exposure : std::uint8_t { ExposedService, VulnerableService, SpamSource };  // H01 to H03; no offence

// charter 4.8, in its order; the names are "url", "domain", "ip", "onion", "file_hash", …
enum class ObservableKind : std::uint8_t {
  Url,
  Domain,
  Ip,
  Onion,
  FileHash,
  PerceptualHash,
  TlsCert,
  AppId,
  Email,
  Phone,
  Iban,
  CardToken,
  Wallet,
  Handle,
};
enum class ActionKind : std::uint8_t {
  Alert,
  Notice,
  PreservationRequest,
  OrderTransmittal,
  Handoff,
  HashSubmission,
  Recall
};
enum class Effect : std::uint8_t {  // mildest first
  Inform,
  CleanCompromise,
  Preserve,
  RemoveItem,
  DisableItem,
  ReviewAccount,
  ReviewPaymentInstrument,
  SuspendMaliciousDomain,
};
enum class Recipient : std::uint8_t {
  Host,
  Platform,
  PlatformChildSafety,
  Registrar,
  AppStore,
  Csirt,
  Brand,
  BankPsp,
  Exchange,
  Fiu,
  TelecomAbuse,
  IspAbuse,
  Hotline,
  Police,
  PoliceChildUnit,
  PoliceTraffickingUnit,
  VictimSupport,
  Emergency,
  SystemOwner,
};
enum class Gate : std::uint8_t {
  DomainStatus,
  ImpersonatedParty,
  IntentSale,
  LossOrAttempt,
  OfferToSupply,
  FinancialBenefit,
  PredicateCase,
  HotlineAssessment,
  VictimRequest,
  VictimSafety,
  UnReference,
  Attribution,
  TreatyAct,
  MediaExemption,
  LegalReview,
  AuthorityOrder,
  SensitiveTarget,
  Breadth,
};
enum class Binding : std::uint8_t { Voluntary, Binding };  // charter 5.2
enum class Tlp : std::uint8_t { Clear, Green, Amber, AmberStrict, Red };
enum class Pap : std::uint8_t { Clear, Green, Amber, Red };
enum class Publication : std::uint8_t { P1, P1h, P2 };
enum class EvidenceMode : std::uint8_t { FullCapture, MetadataOnly, HashOnly, VictimHash, RestrictedCapture };
enum class TriageOutcome : std::uint8_t {
  Linked,
  NewCase,
  Duplicate,
  Insufficient,
  OutOfScope,
  HandedToHotline,
  HandedToEmergency,
  Withdrawn,
  AbusiveReport,
};

// The spelling of the charter ("file_hash", "G_DOMAIN_STATUS", "suspend_malicious_domain", "AMBER+STRICT",
// "illegal-access", "spam_source"), the same in code, SQL, JSON and documents.
std::string_view name(Category value);
std::string_view name(Exposure value);
std::string_view name(ObservableKind value);
std::string_view name(ActionKind value);
std::string_view name(Effect value);
std::string_view name(Recipient value);
std::string_view name(Gate value);
std::string_view name(Binding value);
std::string_view name(Tlp value);
std::string_view name(Pap value);
std::string_view name(Publication value);
std::string_view name(EvidenceMode value);
std::string_view name(TriageOutcome value);

// Exactly one of those spellings; anything else is Refused and named, with the spellings that exist.
Result<ObservableKind> parse_observable_kind(std::string_view text);
Result<ActionKind> parse_action_kind(std::string_view text);
Result<Effect> parse_effect(std::string_view text);
Result<Recipient> parse_recipient(std::string_view text);
Result<Gate> parse_gate(std::string_view text);
Result<Tlp> parse_tlp(std::string_view text);  // "AMBER+STRICT"; "WHITE" of TLP 1 is CLEAR
Result<Pap> parse_pap(std::string_view text);

}  // namespace cordon
