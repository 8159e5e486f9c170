#include "decision/standing_rule.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "casework/opening.h"
#include "decision/proposal.h"
#include "law/charter_digest.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<RuleState, std::string_view>, 6> kRuleStates{{
    {RuleState::Proposed, "proposed"},
    {RuleState::Returned, "returned"},
    {RuleState::Refused, "refused"},
    {RuleState::Lapsed, "lapsed"},
    {RuleState::InForce, "in_force"},
    {RuleState::Stopped, "stopped"},
}};

constexpr std::array<std::pair<RuleCommand, std::string_view>, 5> kRuleCommands{{
    {RuleCommand::Return, "return"},
    {RuleCommand::Refuse, "refuse"},
    {RuleCommand::Approve, "approve"},
    {RuleCommand::Lapse, "lapse"},
    {RuleCommand::Stop, "stop"},
}};

// No row leads back to `in_force`: what was stopped or is over has to be proposed and approved anew.
constexpr std::array kRuleMoves{
    RuleMove{RuleState::Proposed, RuleCommand::Return, By::officer(Act::ReturnProposal), RuleState::Returned,
             Logged::No, "a reason"},
    RuleMove{RuleState::Proposed, RuleCommand::Refuse, By::officer(Act::RefuseProposal), RuleState::Refused,
             Logged::Yes, "a reason"},
    RuleMove{RuleState::Proposed, RuleCommand::Approve, By::officer(Act::Approve), RuleState::InForce, Logged::Yes,
             "not who proposed; the digest is that of its terms; within 72 h; no other rule of its feed and category"},
    RuleMove{RuleState::Proposed, RuleCommand::Lapse, By::software(), RuleState::Lapsed, Logged::No, "72 h"},
    RuleMove{RuleState::InForce, RuleCommand::Stop, By::officer(Act::StopRule), RuleState::Stopped, Logged::Yes,
             "a reason; at once, and what waits does not leave"},
    RuleMove{RuleState::InForce, RuleCommand::Lapse, By::software(), RuleState::Lapsed, Logged::Yes,
             "`ends_at`, at most 30 days after it was proposed"},
};

constexpr std::array kRuleRecipients{Recipient::Host, Recipient::IspAbuse, Recipient::Registrar, Recipient::Csirt,
                                     Recipient::SystemOwner};

// Amendment 1: own sensors serve C01 to C03 only.
bool sensor_may_serve(Matter matter) {
  return matter == Matter(Category::Malware) || matter == Matter(Category::IllegalAccess) ||
         matter == Matter(Category::ServiceAttack);
}

Error no_rule(const std::string& why, std::string where = {}) {
  return fail(Fault::Refused, "no standing rule: " + why + " (amendment 1)", std::move(where));
}

Json kinds_json(const std::set<ObservableKind>& kinds) {
  Json::Array list;
  for (const ObservableKind kind : kinds) list.emplace_back(name(kind));
  return list;
}

Result<std::string> reason_for_rule(std::string reason) {
  if (!valid_utf8(reason)) return fail(Fault::Malformed, "the reason is not UTF-8");
  if (trim(reason).size() < 10 || reason.size() > 4000)
    return fail(Fault::Malformed, "a reason has 10 to 4000 characters");
  return reason;
}

Result<RuleTerms> read_terms(const Json& body) {
  RuleId id = TRY(RuleId::parse(TRY(body.text("rule"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  std::set<ObservableKind> kinds;
  for (const Json& kind : TRY(body.list("kinds")))
    kinds.insert(TRY(parse_observable_kind(kind.string() != nullptr ? *kind.string() : std::string())));
  const Effect effect = TRY(parse_effect(TRY(body.text("effect"))));
  const Recipient recipient = TRY(parse_recipient(TRY(body.text("recipient"))));
  const Json* source = body.find("feed");
  if (source == nullptr) return fail(Fault::Malformed, "expected the rule's feed");
  Feed feed = TRY(read_feed(*source));
  const Digest words = TRY(parse_digest(TRY(body.text("template"))));
  const std::int64_t quota = TRY(body.number("quota"));
  std::string article = TRY(body.text("national_article"));
  const Digest charter = TRY(parse_digest(TRY(body.text("charter"))));
  const Digest annex = TRY(parse_digest(TRY(body.text("annex"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Instant ends_at = TRY(parse_rfc3339(TRY(body.text("ends_at"))));
  OfficerId proposer = TRY(OfficerId::parse(TRY(body.text("proposer"))));
  if (TRY(body.text("kind")) != name(ActionKind::Alert) || TRY(body.text("binding")) != name(Binding::Voluntary))
    return fail(Fault::Malformed, "expected a rule of voluntary alerts");
  const std::int64_t items = body.number_or("items", 1);
  return RuleTerms{std::move(id),
                   matter,
                   std::move(kinds),
                   effect,
                   recipient,
                   std::move(feed),
                   words,
                   quota,
                   std::move(article),
                   charter,
                   annex,
                   at,
                   ends_at,
                   std::move(proposer),
                   items};
}

}  // namespace

std::string_view name(RuleState state) {
  return std::find_if(kRuleStates.begin(), kRuleStates.end(), [&](const auto& row) { return row.first == state; })
      ->second;
}

Result<RuleState> parse_rule_state(std::string_view text) {
  for (const auto& [state, spelling] : kRuleStates)
    if (spelling == text) return state;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a standing rule");
}

std::string_view name(RuleCommand command) {
  return std::find_if(kRuleCommands.begin(), kRuleCommands.end(), [&](const auto& row) { return row.first == command; })
      ->second;
}

Result<RuleCommand> parse_rule_command(std::string_view text) {
  for (const auto& [command, spelling] : kRuleCommands)
    if (spelling == text) return command;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no step of a standing rule");
}

std::span<const RuleMove> rule_moves() { return kRuleMoves; }

// ── the terms ──

Json public_terms(const RuleTerms& terms) {
  Json shown = Json::Object{{"rule", terms.id.text()},
                            {"kind", name(ActionKind::Alert)},
                            {"binding", name(Binding::Voluntary)},
                            {"matter", terms.matter.id()},
                            {"kinds", kinds_json(terms.kinds)},
                            {"effect", name(terms.effect)},
                            {"recipient", name(terms.recipient)},
                            {"feed", to_json(terms.feed)},
                            {"template", terms.words.hex()},
                            {"quota", terms.quota},
                            {"national_article", terms.national_article},
                            {"charter", terms.charter.hex()},
                            {"annex", terms.annex.hex()},
                            {"at", to_rfc3339(terms.at)},
                            {"ends_at", to_rfc3339(terms.ends_at)}};
  if (terms.items != 1) shown.set("items", terms.items);
  return shown;
}

std::string statement(const RuleTerms& terms) {
  return to_text(public_terms(terms).set("proposer", terms.proposer.text()));
}

Digest digest_of(const RuleTerms& terms) { return sha256(statement(terms)); }

std::string to_be_signed_by_proposer(const RuleTerms& terms) { return "cordon/proposes-rule/1\n" + statement(terms); }

std::string to_be_signed_by_approver(const RuleTerms& terms, const OfficerId& approver, Instant at) {
  return "cordon/approves-rule/1\n" + approver.text() + "\n" + to_rfc3339(at) + "\n" + statement(terms);
}

Result<Nothing> check_terms(const RuleTerms& terms) {
  const std::string where = terms.id.text();
  const Matter matter = terms.matter;
  // The lane's matters and kinds are those that may wait without a case.
  if (!may_wait_without_case(matter, ObservableKind::Domain))
    return no_rule("it is for C01, C02, C03, C05 and exposure, not for " + std::string(matter.id()), where);
  if (terms.kinds.empty()) return no_rule("it names no kind of observable", where);
  if (terms.effect > Effect::CleanCompromise)
    return no_rule("it asks clean_compromise at most, not " + std::string(name(terms.effect)), where);
  if (std::find(kRuleRecipients.begin(), kRuleRecipients.end(), terms.recipient) == kRuleRecipients.end())
    return no_rule(
        "it goes to host, isp_abuse, registrar, csirt or system_owner, not to " + std::string(name(terms.recipient)),
        where);
  for (const ObservableKind kind : terms.kinds) {
    if (!may_wait_without_case(matter, kind))
      return no_rule("it is for url, domain, ip and file_hash, not for " + std::string(name(kind)), where);
    TRY(may_ask(matter, kind, ActionKind::Alert, terms.effect, terms.recipient));
  }
  const Feed& feed = terms.feed;
  const bool says_it = std::any_of(feed.categories.begin(), feed.categories.end(),
                                   [&](const auto& one) { return one.second == matter; });
  if (!says_it) return no_rule(feed.name + " is not registered for " + std::string(matter.id()), where);
  if (feed.own_sensor && !sensor_may_serve(matter))
    return no_rule("an own sensor serves C01 to C03 only, not " + std::string(matter.id()), where);
  if (!feed.own_sensor && feed.publisher_kind == PublisherKind::Operator)
    return no_rule("its feed would be published by the operator", where);
  if (feed.publisher_kind == PublisherKind::OwnState)
    return no_rule("its feed would be published by a body of the operator's state", where);
  if (terms.quota < 1 || terms.quota > kMostAlertsADay)
    return no_rule("its quota is 1 to " + std::to_string(kMostAlertsADay) + " alerts a day", where);
  if (terms.items < 1 || terms.items > kMostItemsOfAlert)
    return no_rule("an alert of it has 1 to " + std::to_string(kMostItemsOfAlert) + " items", where);
  if (terms.ends_at <= terms.at || terms.ends_at - terms.at > kLongestRuleDays * kDayMs)
    return no_rule("it lives 1 to " + std::to_string(kLongestRuleDays) + " days", where);
  if (matter.category() != nullptr && terms.national_article.empty())
    return fail(Fault::Refused, "no standing rule: no article of national law stands behind it (charter 0.3)", where);
  return Nothing{};
}

Result<RuleTerms> make_rule(const RuleWish& wish, std::span<const Feed> feeds, const Annex& annex, const Digest& words,
                            const Officer& proposer, RuleId id, Instant now) {
  TRY(may(proposer, Act::Propose));
  if (wish.kind != ActionKind::Alert) return no_rule("it sends alerts, and no " + std::string(name(wish.kind)));
  const auto feed = std::find_if(feeds.begin(), feeds.end(), [&](const Feed& one) { return one.name == wish.source; });
  if (feed == feeds.end())
    return no_rule("'" + printable(wish.source, 64) +
                   "' is no registered feed; what a peer, a reference, the public form or a person's hand gave in "
                   "never sends by itself");
  if (wish.days < 1 || wish.days > kLongestRuleDays)
    return no_rule("it lives 1 to " + std::to_string(kLongestRuleDays) + " days");
  if (const Category* category = wish.matter.category(); category != nullptr && !row(*category).on_by_default)
    return fail(Fault::Refused,
                std::string(wish.matter.id()) + " is off at this desk: " + std::string(row(*category).off_because));
  RuleTerms terms{std::move(id),
                  wish.matter,
                  wish.kinds,
                  wish.effect,
                  wish.recipient,
                  *feed,
                  words,
                  wish.quota,
                  annex.article(wish.matter).value_or(""),
                  charter_digest(),
                  annex.digest(),
                  now,
                  now + wish.days * kDayMs,
                  proposer.id,
                  wish.items};
  TRY(check_terms(terms));
  return terms;
}

// ── events as JSON ──

Json to_json(const RuleProposed& event) {
  const RuleTerms& terms = event.terms;
  return public_terms(terms).set("proposer", terms.proposer.text()).set("signature", to_base64(event.signature));
}

Result<RuleProposed> read_rule_proposed(const Json& body) {
  RuleTerms terms = TRY(read_terms(body));
  const Signature signature = TRY(parse_signature(TRY(body.text("signature"))));
  return RuleProposed{std::move(terms), signature};
}

Json to_json(const RuleMoved& event) {
  Json body = Json::Object{{"rule", event.rule.text()},
                           {"command", name(event.command)},
                           {"at", to_rfc3339(event.at)},
                           {"reason", event.reason}};
  if (event.by) body.set("by", event.by->text());
  if (event.signature) body.set("signature", to_base64(*event.signature));
  return body;
}

Result<RuleMoved> read_rule_moved(const Json& body) {
  RuleId rule = TRY(RuleId::parse(TRY(body.text("rule"))));
  const RuleCommand command = TRY(parse_rule_command(TRY(body.text("command"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  RuleMoved event{std::move(rule), command, at};
  event.reason = TRY(body.text("reason"));
  if (body.find("by") != nullptr) event.by = TRY(OfficerId::parse(TRY(body.text("by"))));
  if (body.find("signature") != nullptr) event.signature = TRY(parse_signature(TRY(body.text("signature"))));
  return event;
}

Json to_json(const StandingRule& rule) {
  Json body = Json::Object{{"proposed", to_json(rule.proposed)}, {"state", name(rule.state)}};
  if (rule.approved) body.set("approved", to_json(*rule.approved));
  if (rule.ended) body.set("ended", to_json(*rule.ended));
  return body;
}

Result<StandingRule> read_standing_rule(const Json& body) {
  const Json* proposed = body.find("proposed");
  if (proposed == nullptr) return fail(Fault::Malformed, "expected the proposal of a rule");
  RuleProposed event = TRY(read_rule_proposed(*proposed));
  StandingRule rule{std::move(event)};
  rule.state = TRY(parse_rule_state(TRY(body.text("state"))));
  if (const Json* approved = body.find("approved")) rule.approved = TRY(read_rule_moved(*approved));
  if (const Json* ended = body.find("ended")) rule.ended = TRY(read_rule_moved(*ended));
  return rule;
}

// ── the decisions ──

Result<RuleProposed> propose_rule(RuleTerms terms, const Officer& proposer, const SecretKey& key) {
  TRY(may(proposer, Act::Propose));
  TRY(check_terms(terms));
  if (terms.proposer != proposer.id || key.public_key() != proposer.key)
    return fail(Fault::Refused, "the key is not " + proposer.login + "'s", terms.id.text());
  RuleProposed event{std::move(terms), {}};
  event.signature = key.sign(to_be_signed_by_proposer(event.terms));
  return event;
}

Result<RuleMoved> approve_rule(const StandingRule& rule, const Officer& approver, const SecretKey& key,
                               const Digest& digest, Instant now) {
  const RuleTerms& terms = rule.terms();
  const std::string where = terms.id.text();
  TRY(find_move(rule_moves(), rule.state, RuleCommand::Approve, Mover::officer(approver), where));
  if (approver.id == terms.proposer)
    return fail(Fault::Refused, "who proposed may not approve: two people, two roles (charter 0.7)", where);
  if (now < terms.at || now - terms.at > kSecondSignatureMs)
    return fail(Fault::Refused, "72 hours are over; the proposal has lapsed (charter 5.7)", where);
  if (now >= terms.ends_at) return fail(Fault::Refused, "its life is over", where);
  TRY(check_terms(terms));
  if (digest != digest_of(terms))
    return fail(Fault::Conflict, "that is not the digest of the proposed rule, which is " + digest_of(terms).hex(),
                where);
  if (key.public_key() != approver.key) return fail(Fault::Refused, "the key is not " + approver.login + "'s", where);
  RuleMoved event{terms.id, RuleCommand::Approve, now};
  event.by = approver.id;
  event.signature = key.sign(to_be_signed_by_approver(terms, approver.id, now));
  return event;
}

Result<RuleMoved> decide(const StandingRule& rule, RuleCommand command, const Mover& mover, std::string reason,
                         Instant now) {
  const std::string where = rule.terms().id.text();
  if (command == RuleCommand::Approve)
    return fail(Fault::Usage, "'approve' takes a signature and is a step of its own", where);
  TRY(find_move(rule_moves(), rule.state, command, mover, where));
  RuleMoved event{rule.terms().id, command, now};
  if (command == RuleCommand::Lapse) {
    const std::optional<Instant> due = lapses_at(rule);
    if (!due || now < *due) return fail(Fault::Conflict, "its time is not over", where);
    return event;
  }
  event.reason = TRY(reason_for_rule(std::move(reason)));
  event.by = mover.first()->id;
  return event;
}

Result<StandingRule> apply(StandingRule rule, const RuleMoved& event) {
  const RuleMove* row = taken_move(rule_moves(), rule.state, event.command);
  if (row == nullptr)
    return fail(Fault::Corrupt,
                "'" + std::string(name(event.command)) + "' of a rule that is " + std::string(name(rule.state)),
                rule.terms().id.text());
  if (event.command == RuleCommand::Approve && (!event.by || !event.signature))
    return fail(Fault::Corrupt, "a rule is approved by nobody", rule.terms().id.text());
  rule.state = row->to;
  (event.command == RuleCommand::Approve ? rule.approved : rule.ended) = event;
  return rule;
}

std::optional<Instant> lapses_at(const StandingRule& rule) {
  if (rule.state == RuleState::Proposed)
    return std::min(rule.terms().at + (kSecondSignatureMs + 1), rule.terms().ends_at);
  if (rule.state == RuleState::InForce) return rule.terms().ends_at;
  return std::nullopt;
}

bool in_force(const StandingRule& rule, Instant now) {
  return rule.state == RuleState::InForce && now < rule.terms().ends_at;
}

}  // namespace cordon
