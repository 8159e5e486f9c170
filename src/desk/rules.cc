#include "desk/rules.h"

#include <set>

#include "base/text.h"
#include "desk/alerts.h"
#include "desk/flow.h"
#include "referral/notice_proof.h"
#include "referral/wording.h"

namespace cordon {

namespace {

constexpr std::int64_t kPreviewDays = 7;
constexpr std::size_t kPreviewExamples = 10;
constexpr std::int64_t kLapsedAtOnce = 1000;
constexpr std::int64_t kShownBatches = 50;

SealedLeaf leaf_of_rule(Desk& desk, const StandingRule& rule, const RuleMoved& event, RuleState to,
                        std::vector<std::string> roles, const Officer* proposer, const Officer* approver) {
  const RuleTerms& terms = rule.terms();
  Leaf leaf{"rule",
            event.at,
            terms.id.text(),
            std::string(terms.matter.id()),
            std::string(name(ActionKind::Alert)),
            std::string(name(rule.state)),
            std::string(name(to)),
            std::move(roles),
            Json::Object{{"recipient", name(terms.recipient)},
                         {"binding", name(Binding::Voluntary)},
                         {"national_article", terms.national_article}},
            to_json(event)};
  // The terms themselves once, where they begin to be in force; any other line names the rule.
  if (event.command == RuleCommand::Approve) {
    leaf.plain.set("terms", public_terms(terms));
    leaf.plain.set("signers", signers_in_plain(*proposer, *approver));
    leaf.hidden = Json::Object{{"proposed", to_json(rule.proposed)}, {"approved", to_json(event)}};
  }
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

Result<Nothing> move_rule(Desk& desk, const StandingRule& rule, RuleMoved event, std::vector<std::string> roles,
                          const std::string& actor) {
  const RuleState to = TRY(apply(rule, event)).state;
  const RuleMove* row = taken_move(rule_moves(), rule.state, event.command);
  const Instant at = event.at;
  if (row->logged == Logged::No) return desk.store().append({{std::move(event), actor, {}}}, at);
  SealedLeaf leaf = leaf_of_rule(desk, rule, event, to, std::move(roles), nullptr, nullptr);
  TRY(desk.store().append({{std::move(event), actor, std::move(leaf)}}, at));
  return publish(desk);
}

// By the role that lets them.
std::string role_of(const Officer& officer, Act act) {
  for (const Role role : roles_for(act))
    if (officer.roles.contains(role)) return std::string(name(role));
  return {};
}

Result<StandingRule> end_rule(Desk& desk, const Officer& officer, Act act, RuleCommand command, const RuleId& id,
                              std::string reason) {
  const StandingRule rule = TRY(desk.store().find_rule(id));
  RuleMoved event = TRY(decide(rule, command, Mover::officer(officer), std::move(reason), desk.now()));
  TRY(move_rule(desk, rule, std::move(event), {role_of(officer, act)}, officer.login));
  return desk.store().find_rule(id);
}

}  // namespace

Result<StandingRule> propose_rule(Desk& desk, const Permit<Act::Propose>& permit, const SecretKey& key,
                                  const RuleWish& wish) {
  TRY(check_not_receive_only(TRY(desk.store().officers())));
  const Officer& analyst = permit.officer();
  const Instant now = desk.now();
  RuleTerms terms = TRY(make_rule(wish, desk.settings().feeds, desk.annex(), alert_template(), analyst,
                                  RuleId::make(now, desk.random()), now));
  const RuleProposed event = TRY(propose_rule(std::move(terms), analyst, key));
  TRY(desk.store().append({{event, analyst.login, {}}}, now));
  return desk.store().find_rule(event.terms.id);
}

Result<StandingRule> approve_rule(Desk& desk, const Permit<Act::Approve>& permit, const SecretKey& key,
                                  const RuleId& id, const Digest& digest) {
  TRY(check_not_receive_only(TRY(desk.store().officers())));
  const Officer& approver = permit.officer();
  const StandingRule rule = TRY(desk.store().find_rule(id));
  const RuleTerms& terms = rule.terms();
  const RuleMoved event = TRY(approve_rule(rule, approver, key, digest, desk.now()));
  for (const StandingRule& other : TRY(desk.store().rules_in_force())) {
    if (other.terms().feed.name == terms.feed.name && other.terms().matter == terms.matter)
      return fail(Fault::Conflict,
                  "a rule of this feed and category is in force: " + other.terms().id.text() + "; stop it first",
                  id.text());
  }
  const Officer proposer = TRY(desk.store().officer_by_id(terms.proposer));
  SealedLeaf leaf = leaf_of_rule(desk, rule, event, RuleState::InForce, {"analyst", "approver"}, &proposer, &approver);
  TRY(desk.store().append({{event, approver.login, std::move(leaf)}}, event.at));
  TRY(publish(desk));
  return desk.store().find_rule(id);
}

Result<StandingRule> return_rule(Desk& desk, const Permit<Act::ReturnProposal>& permit, const RuleId& id,
                                 std::string reason) {
  return end_rule(desk, permit.officer(), Act::ReturnProposal, RuleCommand::Return, id, std::move(reason));
}

Result<StandingRule> refuse_rule(Desk& desk, const Permit<Act::RefuseProposal>& permit, const RuleId& id,
                                 std::string reason) {
  return end_rule(desk, permit.officer(), Act::RefuseProposal, RuleCommand::Refuse, id, std::move(reason));
}

Result<StandingRule> stop_rule(Desk& desk, const Permit<Act::StopRule>& permit, const RuleId& id, std::string reason) {
  return end_rule(desk, permit.officer(), Act::StopRule, RuleCommand::Stop, id, std::move(reason));
}

Result<std::int64_t> lapse_rules(Desk& desk) {
  std::int64_t lapsed = 0;
  const Instant now = desk.now();
  for (const RuleId& id : TRY(desk.store().rules_due(now, kLapsedAtOnce))) {
    const StandingRule rule = TRY(desk.store().find_rule(id));
    RuleMoved event = TRY(decide(rule, RuleCommand::Lapse, Mover::software(), {}, now));
    TRY(move_rule(desk, rule, std::move(event), {"software"}, "software"));
    ++lapsed;
  }
  return lapsed;
}

// ── for everybody ──

Json show(const Store::AlertBatchRow& batch, const Store::AlertCounts& counts) {
  Json line =
      Json::Object{{"batch", batch.id.text()},
                   {"rule", batch.rule.text()},
                   {"at", to_rfc3339(batch.at)},
                   {"leaf", batch.leaf_index},
                   {"root", batch.root.hex()},
                   {"alerts", batch.alerts},
                   {"items", counts.waiting + counts.sent + counts.withheld + counts.recalling + counts.recalled},
                   {"waiting", counts.waiting},
                   {"sent", counts.sent},
                   {"withheld", counts.withheld},
                   {"recalling", counts.recalling},
                   {"recalled", counts.recalled}};
  if (batch.recalled) line.set("recalled_at", to_rfc3339(batch.recalled->at));
  return line;
}

Result<Json> show_rule(Desk& desk, const StandingRule& rule) {
  const RuleTerms& terms = rule.terms();
  const Store::AlertCounts counts = TRY(desk.store().count_alerts(terms.id));
  Json line = public_terms(terms)
                  .set("state", name(rule.state))
                  .set("digest", digest_of(terms).hex())
                  .set("waiting", counts.waiting)
                  .set("sent", counts.sent)
                  .set("withheld", counts.withheld)
                  .set("recalling", counts.recalling)
                  .set("recalled", counts.recalled)
                  .set("items", terms.items)
                  .set("mails_sent", counts.mails_sent)
                  .set("mails_waiting", counts.mails_waiting)
                  .set("left_out", counts.left_out);
  if (rule.approved) {
    const Signers signers = TRY(desk.store().signers_of(terms.id));
    line.set("approved_at", to_rfc3339(rule.approved->at));
    line.set("signers", signers_in_plain(signers.proposer, signers.approver));
  }
  if (rule.ended) line.set("ended_at", to_rfc3339(rule.ended->at));
  Json::Array batches;
  for (const Store::AlertBatchRow& batch : TRY(desk.store().alert_batches_of(terms.id, kShownBatches)))
    batches.push_back(show(batch, TRY(desk.store().count_alerts(batch.id))));
  return line.set("batches", std::move(batches));
}

// ── on the last week's record ──

Result<RulePreview> preview_rule(Desk& desk, const Permit<Act::ReadCase>& permit, const RuleId& id) {
  Store& store = desk.store();
  const StandingRule rule = TRY(store.find_rule(id));
  const RuleTerms& terms = rule.terms();
  if (!permit.sight().sees(terms.matter)) return fail(Fault::NotFound, "there is no such rule", id.text());
  RulePreview preview;
  const HeldLists lists = TRY(lists_now(desk));
  std::set<std::string> told, in_cases;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> by_day;  // and recipient: items
  for (const auto& [batch, at] : TRY(store.batches_from(terms.feed.name, desk.now() + -kPreviewDays * kDayMs))) {
    const bool by_hand = batch.machine != terms.feed.machine;
    for (const RunItem& item : TRY(read_run(TRY(store.run_of(batch.batch))))) {
      if (item.outcome != ItemOutcome::Accepted || item.erased || !item.sighting) continue;
      ++preview.reports;
      if (by_hand) ++preview.by_hand;
      const Sighting& sighting = *item.sighting;
      const std::string key = fold_key(sighting);
      const Considered considered = TRY(consider(desk, lists, terms, sighting, item.kept, at));
      // A case that was there already; one that this item opened would not have been, had the rule spoken of it.
      const bool ours = in_cases.contains(key) || (item.case_id && !item.opens_case && !told.contains(key));
      const Lane lane = considered.judged.lane;
      if (lane == Lane::AsEver || ours) {
        ++preview.as_ever[lane == Lane::AsEver ? considered.judged.why : "has_case"];
      } else if (lane == Lane::Case) {
        ++preview.cases[considered.judged.why];
        in_cases.insert(key);
        if (preview.would_be_cases.size() < kPreviewExamples)
          preview.would_be_cases.push_back({defang(sighting.observable), {}, {}, considered.judged.why});
      } else if (!told.insert(key).second) {
        ++preview.repeated;
      } else {
        ++preview.alerts;
        ++by_day[{at.ms / kDayMs, considered.contact.address}];
        if (preview.would_send.size() < kPreviewExamples)
          preview.would_send.push_back(
              {defang(sighting.observable), to_rfc3339(*sighting.seen_at), considered.contact.address, {}});
      }
    }
  }
  std::map<std::int64_t, std::int64_t> mails_of_day;
  for (const auto& [day, items] : by_day) mails_of_day[day.first] += (items + terms.items - 1) / terms.items;
  for (const auto& [day, mails] : mails_of_day) {
    preview.mails += mails;
    preview.over_quota += std::max<std::int64_t>(0, mails - terms.quota);
  }
  AlertSender sender(desk);
  if (rule.state == RuleState::InForce) preview.held_because = TRY(sender.held_because(id));
  TRY(record_reading(desk, "rule_preview", id.text(), permit.officer()));
  return preview;
}

// ── a bad batch ──

Result<Json> recall_alerts(Desk& desk, const SignedIn& one, const SignedIn* other, const AlertBatchId& id,
                           std::string reason) {
  Store& store = desk.store();
  const Store::AlertBatchRow batch = TRY(store.find_alert_batch(id));
  if (batch.recalled) return fail(Fault::Conflict, "it was taken back on " + to_rfc3339(batch.recalled->at), id.text());
  if (batch.disposed) return fail(Fault::Conflict, "what it said is erased; nobody can be told any more", id.text());
  if (!valid_utf8(reason) || trim(reason).size() < 10 || reason.size() > 4000)
    return fail(Fault::Malformed, "a reason has 10 to 4000 characters");
  TRY(other == nullptr ? By::officer(Act::RecallAlone).permits(Mover::officer(one.officer))
                       : By::two(Act::Recall, Act::CountersignRecall).permits(Mover::two(one.officer, other->officer)));
  const Instant now = desk.now();
  AlertsRecalled event{id, std::move(reason), now};
  const std::string text = to_be_signed_for_recall(event);
  event.signed_by.push_back({one.officer.id, one.key.sign(text)});
  if (other != nullptr) event.signed_by.push_back({other->officer.id, other->key.sign(text)});
  const StandingRule rule = TRY(store.find_rule(batch.rule));
  const Store::AlertCounts before = TRY(store.count_alerts(id));
  std::vector<std::string> roles{role_of(one.officer, other == nullptr ? Act::RecallAlone : Act::Recall)};
  if (other != nullptr) roles.emplace_back("approver");
  const Leaf leaf{"alerts",
                  now,
                  id.text(),
                  std::string(rule.terms().matter.id()),
                  std::string(name(ActionKind::Alert)),
                  "composed",
                  "recalled",
                  std::move(roles),
                  Json::Object{{"rule", batch.rule.text()},
                               {"alerts", before.mails_sent},
                               {"withheld", before.mails_waiting},
                               {"recipient", name(rule.terms().recipient)}},
                  to_json(event)};
  TRY(store.append({{event, one.officer.login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  TRY(publish(desk));
  return show(TRY(store.find_alert_batch(id)), TRY(store.count_alerts(id)));
}

}  // namespace cordon
