#include "law/gates.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/text.h"
#include "law/in_order.h"
#include "words/words.h"

namespace cordon {

namespace {

using enum Lets;

// Two answers at least for each gate: one that stops and one that does not, or it would be no question.
constexpr GateRow kRows[] = {
    {Gate::DomainStatus,
     words_later("Was the domain registered for the crime, or is it somebody's compromised or shared site?"),
     {{"malicious_registration", Everything},
      {"compromised", AllButSuspension},
      {"mixed_hosting", AllButSuspension},
      {"unknown", AllButSuspension}}},
    {Gate::ImpersonatedParty,
     words_later("Who is impersonated, and where is the capture of credentials or payment data?"),
     {{"party_and_capture_shown", Everything}, {"no_party_shown"}, {"no_capture_shown"}}},
    {Gate::IntentSale,
     words_later("What is offered for sale, for use in an offence of Budapest articles 2 to 5?"),
     {{"malware_or_kit", Everything},
      {"stolen_credentials", Everything},
      {"card_data", Everything},
      {"initial_access", Everything},
      {"dual_use_only"},
      {"not_offered"}}},
    {Gate::LossOrAttempt,
     words_later("Was property taken, or was that attempted?"),
     {{"loss", Everything}, {"attempt", Everything}, {"dissatisfaction_only"}}},
    {Gate::OfferToSupply,
     words_later("Is there an offer, price or delivery of a substance or item named in a schedule?"),
     {{"offer_of_listed_item", Everything}, {"item_not_listed"}, {"discussion_only"}}},
    {Gate::FinancialBenefit,
     words_later("Is a financial or other material benefit shown (Smuggling Protocol 6(1))?"),
     {{"benefit_shown", Everything}, {"none_shown"}}},
    {Gate::PredicateCase,
     words_later("Which case of C01 to C07 or C09 to C17 do the proceeds come from?"),
     {{"case_named", Everything}, {"none_named"}}},
    {Gate::HotlineAssessment,
     words_later("How did a hotline or child-protection unit assess it? A match alone is a lead."),
     {{"baseline", Everything}, {"national", Everything}, {"match_only"}, {"none"}}},
    {Gate::VictimRequest,
     words_later("Who signed the request? Withdrawal takes effect at once."),
     {{"person_shown", Everything},
      {"guardian", Everything},
      {"mandated_helper", Everything},
      {"withdrawn"},
      {"none"}}},
    {Gate::VictimSafety,
     words_later("Could the request endanger a victim, and were the police consulted first?"),
     {{"no_danger_police_consulted", Everything}, {"danger"}, {"not_consulted"}}},
    {Gate::UnReference,
     words_later(
         "Which ENTITY of the Security Council's list is it (QDe.nnn, TAe.nnn), by which list date and digest?"),
     {{"entity_listed", Everything}, {"individual_reference"}, {"stale_list"}, {"delisted"}, {"not_listed"}}},
    {Gate::Attribution,
     words_later("What shows, by two independent facts, that it is operated by or for the entity?"),
     {{"self_claim", Everything},
      {"official_link", Everything},
      {"court_finding", Everything},
      {"state_assertion_only"},
      {"one_fact_only"},
      {"sympathy_or_repost"}}},
    {Gate::TreatyAct,
     words_later("Which act of which annexed treaty, with all three limbs of UNSCR 1566 paragraph 3?"),
     {{"all_limbs_shown", Everything}, {"limb_missing"}}},
    {Gate::MediaExemption,
     words_later("Is it journalism, education, art, research, counter-speech or documentation of abuses?"),
     {{"no", Everything}, {"yes"}, {"unsure"}}},
    {Gate::LegalReview,
     words_later("Did the legal reviewer, a third person, sign?"),
     {{"signed_off", Everything}, {"refused"}, {"absent"}}},
    {Gate::AuthorityOrder,
     words_later("Whose order is it, of what date and digest? Beyond preservation it takes a court's."),
     {{"court_order", Everything}, {"authority_order", PreserveOnly}, {"absent"}}},
    {Gate::SensitiveTarget,
     words_later("Is the host or account held by media, an NGO, a party, an election body, a religious body, a "
                 "university, health "
                 "or human rights work?"),
     {{"not_sensitive", Everything}, {"sensitive_signed_off", Everything}, {"sensitive"}, {"unknown"}},
     false},
    {Gate::Breadth,
     words_later("Is this the narrowest target, and how many other sites share its address or domain?"),
     {{"narrowest", Everything}, {"wider_with_reason", Everything}, {"wider_without_reason"}, {"address_of_content"}},
     false},
};

static_assert(in_order(kRows, &GateRow::gate, Gate::Breadth));

const AnswerRow* find(Gate gate, std::string_view answer) {
  const auto& answers = row(gate).answers;
  const auto is_it = [&](const AnswerRow& one) { return one.name == answer; };
  const auto* found = std::find_if(answers.begin(), answers.end(), is_it);
  return found == answers.end() ? nullptr : found;
}

}  // namespace

const GateRow& row(Gate gate) {
  const auto index = static_cast<std::size_t>(gate);
  CORDON_CHECK(index < std::size(kRows), "there is no such gate");
  return kRows[index];
}

std::span<const GateRow> gates() { return kRows; }

Result<cordon::Nothing> check_answer(Gate gate, std::string_view answer) {
  if (find(gate, answer) != nullptr) return cordon::Nothing{};
  std::string all;
  for (const AnswerRow& one : row(gate).answers) all += (all.empty() ? "" : ", ") + std::string(one.name);
  return fail(Fault::Refused, "'" + printable(answer, 60) + "' is no answer to " + std::string(name(gate)) +
                                  " (charter 4.5); there are: " + all);
}

bool blocks(Gate gate, std::string_view answer, Effect effect) {
  const AnswerRow* found = find(gate, answer);
  if (found == nullptr) return true;
  switch (found->lets) {
    case Everything:
      return false;
    case AllButSuspension:
      return effect == Effect::SuspendMaliciousDomain;
    case PreserveOnly:
      return effect != Effect::Preserve;
    case Lets::Nothing:
      return true;
  }
  return true;
}

}  // namespace cordon
