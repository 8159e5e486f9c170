#include "law/lists.h"

#include <iterator>

#include "base/result.h"
#include "law/in_order.h"

namespace cordon {

namespace {

using enum ObservableKind;
using enum Recipient;

constexpr KindRow kKinds[] = {
    {Url, "an exact address on the web; no search, hashtag, topic, trend or feed page"},
    {Domain, "a registrable name or a name below one; never a public suffix, never a bare platform"},
    {Ip, "one IPv4 or IPv6 address; never a range"},
    {Onion, "an onion service, version 3"},
    {FileHash, "SHA-256, SHA-1 or MD5 of a file"},
    {PerceptualHash, "PDQ hash of an image; C09 and C11 only"},
    {TlsCert, "SHA-256 of a certificate"},
    {AppId, "an app in one store"},
    {Email, "a mail address", true},
    {Phone, "a number in E.164", true},
    {Iban, "an account number with a valid checksum", true},
    {CardToken, "issuer number and a keyed hash; a full card number is never stored", true},
    {Wallet, "an address on one chain with a valid checksum", true},
    {Handle, "an account or channel on one platform", true},
};

constexpr ActionRow kActions[] = {
    {ActionKind::Alert, "your system is abused", {Effect::Inform, Effect::CleanCompromise}},
    {ActionKind::Notice,
     "please act on this item",
     {Effect::Inform, Effect::CleanCompromise, Effect::RemoveItem, Effect::DisableItem, Effect::ReviewAccount,
      Effect::ReviewPaymentInstrument, Effect::SuspendMaliciousDomain}},
    {ActionKind::PreservationRequest, "please keep the data, for at most 90 days", {Effect::Preserve}},
    {ActionKind::OrderTransmittal,
     "carries an order that somebody competent made; Cordon issues none",
     {Effect::Preserve, Effect::RemoveItem, Effect::DisableItem, Effect::ReviewAccount, Effect::ReviewPaymentInstrument,
      Effect::SuspendMaliciousDomain}},
    {ActionKind::Handoff, "gives the matter to those whose task it is", {Effect::Inform}},
    {ActionKind::HashSubmission,
     "a victim's hash, with the words 'image not seen by the desk'; C11 only",
     {Effect::RemoveItem, Effect::DisableItem}},
    {ActionKind::Recall, "an earlier request has ended or was wrong", {Effect::Inform}},
};

constexpr EffectRow kEffects[] = {
    {Effect::Inform, "know it"},
    {Effect::CleanCompromise, "clean or repair your system"},
    {Effect::Preserve, "keep data for a while"},
    {Effect::RemoveItem, "remove this item"},
    {Effect::DisableItem, "make this item unreachable, and nothing beside it"},
    {Effect::ReviewAccount, "review this account by your own rules", {Handle, Email, Phone, Url}},
    {Effect::ReviewPaymentInstrument, "review this payment instrument", {Iban, CardToken, Wallet}, {BankPsp, Exchange}},
    {Effect::SuspendMaliciousDomain, "suspend this domain, which was registered for the crime", {Domain}, {Registrar}},
};

constexpr RecipientRow kRecipients[] = {
    {Host, "hosts the item"},
    {Platform, "runs the service the item is on"},
    {PlatformChildSafety, "a platform's unit for child safety"},
    {Registrar, "registered the domain"},
    {AppStore, "lists the app"},
    {Csirt, "response team of the network or country"},
    {Brand, "the party impersonated"},
    {BankPsp, "bank or payment service"},
    {Exchange, "exchange of virtual assets"},
    {Fiu, "financial intelligence unit", true},
    {TelecomAbuse, "abuse desk of a telephone company; clean-up of abused lines only"},
    {IspAbuse, "abuse desk of an access provider; clean-up of infected lines only"},
    {Hotline, "assesses child-abuse material", true},
    {Police, "the competent police unit", true},
    {PoliceChildUnit, "the police unit for children", true},
    {PoliceTraffickingUnit, "the police unit for trafficking in persons", true},
    {VictimSupport, "helps the victim", true},
    {Emergency, "an emergency service, for imminent danger to life", true},
    {SystemOwner, "owns the abused or exposed system; alerts only"},
};

constexpr PublicationRow kPublications[] = {
    {Publication::P1, "target and reasons in plain text, 30 days after the outcome"},
    {Publication::P1h, "host, category, article and reasons in plain text; the exact target as a salted commitment"},
    {Publication::P2, "counts and a salted commitment only"},
};

constexpr std::string_view kNever[] = {
    "block",           "filter",        "dns_redirect",        "throttle",
    "deindex_topic",   "identify_user", "disclose_subscriber", "intercept",
    "monitor_account", "arrest",        "terminate_account",
};

static_assert(in_order(kKinds, &KindRow::kind, Handle));
static_assert(in_order(kActions, &ActionRow::kind, ActionKind::Recall));
static_assert(in_order(kEffects, &EffectRow::effect, Effect::SuspendMaliciousDomain));
static_assert(in_order(kRecipients, &RecipientRow::recipient, SystemOwner));
static_assert(in_order(kPublications, &PublicationRow::publication, Publication::P2));

template <typename Row, std::size_t kSize, typename Key>
const Row& at(const Row (&rows)[kSize], Key key) {
  const auto index = static_cast<std::size_t>(key);
  CORDON_CHECK(index < kSize, "a closed list has no such value");
  return rows[index];
}

}  // namespace

const ActionRow& row(ActionKind kind) { return at(kActions, kind); }
const EffectRow& row(Effect effect) { return at(kEffects, effect); }
const RecipientRow& row(Recipient recipient) { return at(kRecipients, recipient); }
std::span<const KindRow> observable_kinds() { return kKinds; }
std::span<const ActionRow> action_kinds() { return kActions; }
std::span<const EffectRow> effects() { return kEffects; }
std::span<const RecipientRow> recipients() { return kRecipients; }
std::span<const PublicationRow> publications() { return kPublications; }
std::span<const std::string_view> effects_that_do_not_exist() { return kNever; }

}  // namespace cordon
