#include "desk/labels.h"

#include <array>

#include "base/text.h"
#include "law/offences.h"

namespace cordon {

std::string label(const Words& words, CaseState state) {
  switch (state) {
    case CaseState::Open:
      return words("Open");
    case CaseState::Assessing:
      return words("Being assessed");
    case CaseState::Proposed:
      return words("Proposed");
    case CaseState::DecidedAct:
      return words("Decided: act");
    case CaseState::DecidedNoAction:
      return words("Decided: no action");
    case CaseState::Acting:
      return words("Being acted on");
    case CaseState::Awaiting:
      return words("Awaiting an answer");
    case CaseState::Resolved:
      return words("Resolved");
    case CaseState::Unresolved:
      return words("Unresolved");
    case CaseState::Closed:
      return words("Closed");
    case CaseState::Reopened:
      return words("Reopened");
  }
  return {};
}

std::string label(const Words& words, ProposalState state) {
  switch (state) {
    case ProposalState::Proposed:
      return words("Waiting for approval");
    case ProposalState::Returned:
      return words("Sent back");
    case ProposalState::Refused:
      return words("Not approved");
    case ProposalState::Lapsed:
      return words("Lapsed");
    case ProposalState::Approved:
      return words("Approved");
  }
  return {};
}

std::string label(const Words& words, ActionKind kind) {
  switch (kind) {
    case ActionKind::Alert:
      return words("Warning");
    case ActionKind::Notice:
      return words("Notice");
    case ActionKind::PreservationRequest:
      return words("Preservation request");
    case ActionKind::OrderTransmittal:
      return words("Order passed on");
    case ActionKind::Handoff:
      return words("Hand-over");
    case ActionKind::HashSubmission:
      return words("Hash submission");
    case ActionKind::Recall:
      return words("Recall");
  }
  return {};
}

std::string label(const Words& words, Effect effect) {
  switch (effect) {
    case Effect::Inform:
      return words("Take note");
    case Effect::CleanCompromise:
      return words("Clean the compromised system");
    case Effect::Preserve:
      return words("Preserve the data");
    case Effect::RemoveItem:
      return words("Remove the item");
    case Effect::DisableItem:
      return words("Make the item unreachable");
    case Effect::ReviewAccount:
      return words("Review the account");
    case Effect::ReviewPaymentInstrument:
      return words("Review the payment instrument");
    case Effect::SuspendMaliciousDomain:
      return words("Suspend the malicious domain");
  }
  return {};
}

std::string label(const Words& words, Recipient recipient) {
  switch (recipient) {
    case Recipient::Host:
      return words("Hosting provider");
    case Recipient::Platform:
      return words("Platform");
    case Recipient::PlatformChildSafety:
      return words("Child-safety unit of a platform");
    case Recipient::Registrar:
      return words("Registrar");
    case Recipient::AppStore:
      return words("App store");
    case Recipient::Csirt:
      return words("CSIRT");
    case Recipient::Brand:
      return words("Impersonated organisation");
    case Recipient::BankPsp:
      return words("Bank or payment service");
    case Recipient::Exchange:
      return words("Exchange");
    case Recipient::Fiu:
      return words("Financial intelligence unit");
    case Recipient::TelecomAbuse:
      return words("Abuse desk of a telephone company");
    case Recipient::IspAbuse:
      return words("Abuse desk of an internet provider");
    case Recipient::Hotline:
      return words("Hotline");
    case Recipient::Police:
      return words("Police");
    case Recipient::PoliceChildUnit:
      return words("Police unit for children");
    case Recipient::PoliceTraffickingUnit:
      return words("Police unit for trafficking in persons");
    case Recipient::VictimSupport:
      return words("Victim support");
    case Recipient::Emergency:
      return words("Emergency services");
    case Recipient::SystemOwner:
      return words("System owner");
  }
  return {};
}

std::string label(const Words& words, ObservableKind kind) {
  switch (kind) {
    case ObservableKind::Url:
      return words("Web address");
    case ObservableKind::Domain:
      return words("Domain name");
    case ObservableKind::Ip:
      return words("IP address");
    case ObservableKind::Onion:
      return words("Onion address");
    case ObservableKind::FileHash:
      return words("Hash of a file");
    case ObservableKind::PerceptualHash:
      return words("Hash of an image");
    case ObservableKind::TlsCert:
      return words("Certificate");
    case ObservableKind::AppId:
      return words("App in a store");
    case ObservableKind::Email:
      return words("Email address");
    case ObservableKind::Phone:
      return words("Phone number");
    case ObservableKind::Iban:
      return words("Bank account (IBAN)");
    case ObservableKind::CardToken:
      return words("Payment card");
    case ObservableKind::Wallet:
      return words("Wallet address");
    case ObservableKind::Handle:
      return words("Account or channel");
  }
  return {};
}

std::string label(const Words& words, Role role) {
  switch (role) {
    case Role::Analyst:
      return words("Analyst");
    case Role::Approver:
      return words("Approver");
    case Role::LegalReviewer:
      return words("Legal reviewer");
    case Role::Custodian:
      return words("Custodian");
    case Role::ChildProtection:
      return words("Child-protection officer");
    case Role::BorderOfficer:
      return words("Border officer");
    case Role::AppealReviewer:
      return words("Appeal reviewer");
    case Role::Dpo:
      return words("Data-protection officer");
    case Role::Ombudsperson:
      return words("Ombudsperson");
    case Role::Auditor:
      return words("Auditor");
    case Role::Admin:
      return words("Administrator");
  }
  return {};
}

std::string label(const Words& words, PeerRole role) {
  switch (role) {
    case PeerRole::Member:
      return words("Member");
    case PeerRole::Observer:
      return words("Observer");
    case PeerRole::DialoguePartner:
      return words("Dialogue partner");
    case PeerRole::Guest:
      return words("Guest");
    case PeerRole::Candidate:
      return words("Candidate");
  }
  return {};
}

std::string label(const Words& words, PeerState state) {
  return state == PeerState::Active ? words("Active") : words("Suspended");
}

std::string label(const Words& words, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Indicator:
      return words("Indicators");
    case ObjectKind::CaseSummary:
      return words("Summaries of cases");
    case ObjectKind::EvidenceDescriptor:
      return words("Descriptions of evidence");
    case ObjectKind::EvidencePayload:
      return words("Evidence itself");
    case ObjectKind::Request:
      return words("Requests to act");
    case ObjectKind::Outcome:
      return words("Outcomes");
    case ObjectKind::Alert:
      return words("Warnings about the peer's own network");
    case ObjectKind::Correction:
      return words("Corrections");
    case ObjectKind::Statistic:
      return words("Public numbers");
  }
  return {};
}

namespace {

std::string denied_in_words(const Words& words, const Decision& decision, const std::string& peer,
                            const std::string& role) {
  switch (*decision.code) {
    case DenyCode::NotTrusted:
      return words("{1} is suspended, stands under another charter, or its log was not seen for 48 hours.", {peer});
    case DenyCode::NoCommonOffence:
      return words("The category is not on here, not in the peer's annex, or not agreed with it.");
    case DenyCode::ProtectedData:
      return words("It is protected data (charter 8.2, 9.3).");
    case DenyCode::Residency:
      return words("Personal kinds stay in the country without a basis for the transfer.");
    case DenyCode::Label:
      return words("Its TLP or PAP forbids it.");
    case DenyCode::Contested:
      return words("It is disputed, revoked or expired.");
    case DenyCode::Sensitive:
      return words("A guarded holder stands behind the target (charter 11.3).");
    case DenyCode::Role:
      return words("The role “{1}” is never offered this (charter 9.4).", {role});
    case DenyCode::Policy:
      return words("The desk's own rule “{1}” denies it.", {decision.rule});
    case DenyCode::Default:
      return words("No rule of the desk's border.toml allows it.");
  }
  return {};
}

}  // namespace

std::string in_words(const Words& words, const Decision& decision, const Peer& peer) {
  // What is no object of a border at all, or not for this officer to release; desk/border.cc names these.
  if (decision.rule == "amendment 8" && decision.code == DenyCode::NoCommonOffence)
    return words("Exposure is no offence and never crosses a border.");
  if (decision.rule == "9.2" && decision.code == DenyCode::Default)
    return words("STIX has no object for such an identifier, so it stays at home.");
  if (decision.rule == "6.7" && decision.code == DenyCode::Contested)
    return words("An indicator takes two officers: no act about this case was approved and sent.");
  if (decision.rule == "10")  // no desk's own rule has this name
    return words("The border officer had a part in the case; another border officer has to release it.");
  const std::string role = label(words, peer.role);
  switch (decision.answer) {
    case Answer::Allow:
      return words("The rule “{1}” lets it go to {2} ({3}).", {decision.rule, peer.desk, role});
    case Answer::AllowRedacted:
      return words("The rule “{1}” lets only a part of it go to {2} ({3}), so it is withheld whole.",
                   {decision.rule, peer.desk, role});
    case Answer::Hold: {
      std::vector<std::string> roles;
      for (const Role releases : decision.hold_for) roles.push_back(label(words, releases));
      return words("The rule “{1}” holds it until these release it: {2}.", {decision.rule, join(roles, ", ")});
    }
    case Answer::Deny:
      return denied_in_words(words, decision, peer.desk, role);
  }
  return {};
}

namespace {

// One spelling may answer several gates ("none", "absent"); it then means the same.
struct AnswerInWords {
  std::string_view answer, text;
};
constexpr std::array kAnswers{
    AnswerInWords{"malicious_registration", words_later("Registered for the crime")},
    AnswerInWords{"compromised", words_later("Somebody's site that was broken into")},
    AnswerInWords{"mixed_hosting", words_later("Shared with other, honest sites")},
    AnswerInWords{"unknown", words_later("Not known")},
    AnswerInWords{"party_and_capture_shown", words_later("Both are shown")},
    AnswerInWords{"no_party_shown", words_later("Nobody is shown to be impersonated")},
    AnswerInWords{"no_capture_shown", words_later("No capture is shown")},
    AnswerInWords{"malware_or_kit", words_later("Malware or a kit")},
    AnswerInWords{"stolen_credentials", words_later("Stolen credentials")},
    AnswerInWords{"card_data", words_later("Card data")},
    AnswerInWords{"initial_access", words_later("Access to somebody's system")},
    AnswerInWords{"dual_use_only", words_later("Only a tool that has lawful uses")},
    AnswerInWords{"not_offered", words_later("Nothing is offered")},
    AnswerInWords{"loss", words_later("Property was taken")},
    AnswerInWords{"attempt", words_later("It was attempted")},
    AnswerInWords{"dissatisfaction_only", words_later("Only dissatisfaction with a trade")},
    AnswerInWords{"offer_of_listed_item", words_later("An offer of a listed item")},
    AnswerInWords{"item_not_listed", words_later("The item is not listed")},
    AnswerInWords{"discussion_only", words_later("Only a discussion")},
    AnswerInWords{"benefit_shown", words_later("A benefit is shown")},
    AnswerInWords{"none_shown", words_later("None is shown")},
    AnswerInWords{"case_named", words_later("The case is named in the basis")},
    AnswerInWords{"none_named", words_later("No case is named")},
    AnswerInWords{"baseline", words_later("Illegal everywhere (baseline)")},
    AnswerInWords{"national", words_later("Illegal under national law")},
    AnswerInWords{"match_only", words_later("Only a match, not assessed")},
    AnswerInWords{"none", words_later("None")},
    AnswerInWords{"person_shown", words_later("The person shown")},
    AnswerInWords{"guardian", words_later("A guardian")},
    AnswerInWords{"mandated_helper", words_later("A mandated helper")},
    AnswerInWords{"withdrawn", words_later("Withdrawn")},
    AnswerInWords{"no_danger_police_consulted", words_later("No danger; the police were consulted")},
    AnswerInWords{"danger", words_later("It could endanger a victim")},
    AnswerInWords{"not_consulted", words_later("The police were not consulted")},
    AnswerInWords{"entity_listed", words_later("A listed entity")},
    AnswerInWords{"individual_reference", words_later("The reference is to an individual")},
    AnswerInWords{"stale_list", words_later("The list is out of date")},
    AnswerInWords{"delisted", words_later("Taken off the list")},
    AnswerInWords{"not_listed", words_later("Not listed")},
    AnswerInWords{"self_claim", words_later("It says so itself")},
    AnswerInWords{"official_link", words_later("The entity links to it")},
    AnswerInWords{"court_finding", words_later("A court found so")},
    AnswerInWords{"state_assertion_only", words_later("Only a state says so")},
    AnswerInWords{"one_fact_only", words_later("Only one fact")},
    AnswerInWords{"sympathy_or_repost", words_later("Only sympathy or a repost")},
    AnswerInWords{"all_limbs_shown", words_later("All three are shown")},
    AnswerInWords{"limb_missing", words_later("One of them is missing")},
    AnswerInWords{"no", words_later("No")},
    AnswerInWords{"yes", words_later("Yes")},
    AnswerInWords{"unsure", words_later("Not sure")},
    AnswerInWords{"signed_off", words_later("Signed off")},
    AnswerInWords{"refused", words_later("Not signed")},
    AnswerInWords{"absent", words_later("There is none")},
    AnswerInWords{"court_order", words_later("An order of a court")},
    AnswerInWords{"authority_order", words_later("An order of another authority")},
    AnswerInWords{"not_sensitive", words_later("Held by none of these")},
    AnswerInWords{"sensitive_signed_off", words_later("Held by one of these; the ombudsperson signs")},
    AnswerInWords{"sensitive", words_later("Held by one of these")},
    AnswerInWords{"narrowest", words_later("This is the narrowest target")},
    AnswerInWords{"wider_with_reason", words_later("Wider than needed; the basis says why")},
    AnswerInWords{"wider_without_reason", words_later("Wider than needed, without a reason")},
    AnswerInWords{"address_of_content", words_later("An IP address for what is content")},
};

}  // namespace

std::string label(const Words& words, Match match) {
  switch (match) {
    case Match::None:
      break;
    case Match::Exact:
      return words("Listed itself");
    case Match::Below:
      return words("A name above it is listed");
    case Match::Prefix:
      return words("A path above it is listed");
    case Match::Range:
      return words("A block of addresses around it is listed");
  }
  return {};
}

std::string label(const Words& words, Standing standing) {
  switch (standing) {
    case Standing::Reference:
      return words("Somebody else's list");
    case Standing::Active:
      return words("Two officers approved an act on it");
  }
  return {};
}

std::string label_of_answer(const Words& words, std::string_view answer) {
  for (const auto& [name, text] : kAnswers) {
    if (name == answer) return words(text);
  }
  return replace_all(std::string(answer), "_", " ");
}

std::string kind_in_words(const Words& words, std::string_view name) {
  const Result<ActionKind> kind = parse_action_kind(name);
  return kind ? label(words, *kind) : std::string(name);
}
std::string effect_in_words(const Words& words, std::string_view name) {
  const Result<Effect> effect = parse_effect(name);
  return effect ? label(words, *effect) : std::string(name);
}
std::string recipient_in_words(const Words& words, std::string_view name) {
  const Result<Recipient> recipient = parse_recipient(name);
  return recipient ? label(words, *recipient) : std::string(name);
}
std::string matter_in_words(const Words& words, std::string_view id) {
  const Result<Matter> matter = parse_matter(id);
  return matter ? std::string(title(*matter, words.language())) : std::string(id);
}

}  // namespace cordon
