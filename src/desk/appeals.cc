#include "desk/appeals.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "decision/reasons.h"
#include "desk/acts.h"
#include "desk/flow.h"
#include "report/redact.h"

namespace cordon {

namespace {

constexpr std::size_t kLongestAppeal = 5000;  // charter 5.5
constexpr std::size_t kShortestAppeal = 20;
constexpr std::size_t kLongestContact = 200;
constexpr std::int64_t kMostListed = 1000;

// What a code opens.
struct CodeStanding {
  std::optional<NoticeId> notice;
  std::optional<Digest> report;
  std::optional<CaseId> case_id;
  Instant until;
  bool nothing_decided = false;
};

bool decided_without_act(CaseState state) {
  return state == CaseState::DecidedNoAction || state == CaseState::Unresolved || state == CaseState::Closed;
}

Result<CodeStanding> standing_of(Desk& desk, const Digest& code) {
  const Store& store = desk.store();
  const Zone& zone = desk.settings().zone;
  const Instant now = desk.now();
  if (std::optional<NoticeId> notice = TRY(store.notice_of_code(code))) {
    Action action = TRY(store.find_action(Sight::of_software(), *notice));
    // The window begins when they are told; who was not has all of it.
    Instant told = now;
    for (const Store::WaitingMessage& one : TRY(store.messages_of(*notice)))
      if (one.message.kind == MessageKind::Party) told = one.message.at;
    return CodeStanding{std::move(notice), {}, std::move(action.case_id), appeal_until(told, zone)};
  }
  const Result<Store::Followed> followed = store.follow(code);
  if (!followed && followed.error().fault == Fault::NotFound)
    return fail(Fault::NotFound, "no report and no request has this code");
  if (!followed) return followed.error();
  CodeStanding standing{{}, code, followed->receipt.case_id, appeal_until(now, zone)};
  const bool refused = followed->receipt.outcome == ItemOutcome::Refused;
  if (refused) standing.until = appeal_until(followed->at, zone);
  standing.nothing_decided = !refused && !(followed->state && decided_without_act(*followed->state));
  return standing;
}

struct Context {
  std::optional<Case> the_case;
  std::vector<Proposal> decisions;
  AppealContext seen(bool twin = false, bool nothing_decided = false, bool remedies_done = false) const {
    return {the_case ? &*the_case : nullptr, decisions, twin, nothing_decided, remedies_done};
  }
};

Result<Context> context_of(Desk& desk, const Appeal& appeal) {
  Context context;
  if (!appeal.lodged.case_id) return context;
  const CaseId& id = *appeal.lodged.case_id;
  context.the_case = TRY(desk.store().find_case(Sight::of_software(), id));
  context.decisions = TRY(desk.store().proposals_of(id));
  return context;
}

Result<SealedLeaf> leaf_of_appeal(Desk& desk, const AppealLodged& lodged, std::string_view from, const Appeal& now_is,
                                  std::string role, Json hidden, Instant at) {
  std::string matter;
  if (lodged.case_id)
    matter = std::string(TRY(desk.store().find_case(Sight::of_software(), *lodged.case_id)).matter.id());
  Json plain = Json::Object{{"late", now_is.late}};
  if (now_is.dismissed) plain.set("dismissed", name(*now_is.dismissed));
  if (now_is.decision) {
    Json::Array remedies;
    for (const Remedy remedy : now_is.decision->remedies) remedies.emplace_back(name(remedy));
    plain.set("verdict", name(now_is.decision->verdict)).set("remedies", std::move(remedies));
  }
  const Leaf leaf{"appeal",
                  at,
                  lodged.id.text(),
                  std::move(matter),
                  lodged.notice ? "act" : "report",
                  std::string(from),
                  std::string(name(now_is.state)),
                  {std::move(role)},
                  std::move(plain),
                  std::move(hidden)};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

// Decides a step, gives its event with its line, and moves `appeal` on.
Result<Change> step_of(Desk& desk, Appeal& appeal, AppealWish wish, const AppealContext& context, const Mover& mover,
                       std::string role, Instant now) {
  const AppealMoved event = TRY(decide(appeal, std::move(wish), context, mover, now));
  Appeal next = TRY(apply(appeal, event));
  const AppealState from = appeal.state;
  appeal = std::move(next);
  const std::string actor = mover.first() == nullptr ? role : mover.first()->login;
  if (taken_move(appeal_moves(), from, event.command)->logged == Logged::No) return Change{event, actor, {}};
  SealedLeaf leaf = TRY(leaf_of_appeal(desk, appeal.lodged, name(from), appeal, std::move(role), to_json(event), now));
  return Change{event, actor, std::move(leaf)};
}

std::string role_of(const Officer& officer) {
  return std::string(officer.roles.contains(Role::Ombudsperson) ? name(Role::Ombudsperson)
                                                                : name(Role::AppealReviewer));
}

}  // namespace

// ── for everybody ──

Result<Nothing> may_appeal_with(Desk& desk, std::string_view code) {
  TRY(standing_of(desk, TRY(digest_of_receipt(code))));
  return Nothing{};
}

Result<LodgedAppeal> lodge_appeal(Desk& desk, const PublicAppeal& wish) {
  if (wish.nonce.size() < 22 || wish.nonce.size() > 100) return fail(Fault::Malformed, "the form has no nonce");
  if (wish.grounds.empty()) return fail(Fault::Malformed, "an appeal has a ground (charter 5.5)", "grounds");
  if (!valid_utf8(wish.text) || trim(wish.text).size() < kShortestAppeal || wish.text.size() > kLongestAppeal)
    return fail(Fault::Malformed, "say why in 20 to 5000 characters", "text");
  if (!valid_utf8(wish.contact) || wish.contact.size() > kLongestContact)
    return fail(Fault::Malformed, "a contact has at most 200 characters", "contact");
  const Digest code = TRY(digest_of_receipt(wish.code));
  CodeStanding standing = TRY(standing_of(desk, code));
  const std::string letters = letters_of(hmac_sha256(desk.report_key(), "appeal " + code.hex() + " " + wish.nonce));
  const Digest receipt = TRY(digest_of_receipt(letters));
  if (Result<Appeal> first = desk.store().appeal_by_receipt(receipt)) return LodgedAppeal{letters, *std::move(first)};

  const Instant now = desk.now();
  const Json said = Json::Object{{"text", redact(wish.text, {}, Phones::Redact)}, {"contact", wish.contact}};
  const Digest text = TRY(desk.store().blobs().put(to_text(said)));
  AppealLodged event{AppealId::make(now, desk.random()),
                     receipt,
                     std::move(standing.notice),
                     standing.report,
                     std::move(standing.case_id),
                     wish.role,
                     wish.grounds,
                     wish.interim && !standing.report,
                     text,
                     now,
                     standing.until,
                     desk.settings().zone.add_days(now, kAppealDecisionDays)};
  Appeal appeal = receipted(event);
  SealedLeaf leaf = TRY(leaf_of_appeal(desk, event, name(AppealState::Lodged), appeal, "outside", to_json(event), now));
  TRY(desk.store().append({{event, "outside", std::move(leaf)}}, now));
  TRY(publish(desk));
  return LodgedAppeal{letters, std::move(appeal)};
}

Result<Appeal> follow_appeal(const Store& store, std::string_view receipt) {
  return store.appeal_by_receipt(TRY(digest_of_receipt(receipt)));
}

Result<Appeal> withdraw_appeal(Desk& desk, std::string_view receipt) {
  Appeal appeal = TRY(follow_appeal(desk.store(), receipt));
  const Instant now = desk.now();
  const Change change =
      TRY(step_of(desk, appeal, AppealWish{AppealCommand::Withdraw}, {}, Mover::outside(), "outside", now));
  TRY(desk.store().append({change}, now));
  if (appeal.lodged.notice) {
    TRY(carry_on(desk, *appeal.lodged.notice));
  } else {
    TRY(publish(desk));
  }
  return appeal;
}

// ── for who hears them ──

Result<std::vector<Appeal>> read_appeals(Desk& desk, const Permit<Act::ReadAppeals>& reader) {
  std::vector<Appeal> appeals = TRY(desk.store().appeals(reader.sight(), kMostListed));
  TRY(record_reading(desk, "appeals", "", reader.officer()));
  return appeals;
}

Result<ReadAppeal> read_appeal(Desk& desk, const Permit<Act::ReadAppeals>& reader, const AppealId& id) {
  ReadAppeal read{TRY(desk.store().find_appeal(reader.sight(), id)), {}, {}};
  const Result<std::string> said = desk.store().blobs().get(read.appeal.lodged.text);
  if (!said && said.error().fault != Fault::NotFound) return said.error();
  if (said) {
    const Json stored = TRY(parse_json(*said));
    read.text = TRY(stored.text("text"));
    read.contact = TRY(stored.text("contact"));
  }
  TRY(record_reading(desk, "appeal", id.text(), reader.officer()));
  return read;
}

Result<Appeal> take_appeal(Desk& desk, const Officer& officer, const AppealId& id) {
  Appeal appeal = TRY(desk.store().find_appeal(sight_of(officer), id));
  const Context context = TRY(context_of(desk, appeal));
  const Mover mover = Mover::officer(officer);
  const Instant now = desk.now();
  std::vector<Change> changes;
  const std::vector<AppealCommand> steps =
      may(officer, Act::HearLateAppeal)
          ? std::vector<AppealCommand>{AppealCommand::TakeOver}
          : std::vector<AppealCommand>{AppealCommand::Admit, AppealCommand::Assign, AppealCommand::Review};
  for (const AppealCommand step : steps) {
    Change change = TRY(step_of(desk, appeal, AppealWish{step}, context.seen(), mover, role_of(officer), now));
    changes.push_back(std::move(change));
  }
  TRY(desk.store().append(changes, now));
  TRY(publish(desk));
  return appeal;
}

Result<Appeal> dismiss_appeal(Desk& desk, const Permit<Act::HearAppeal>& permit, const AppealId& id,
                              DismissReason reason) {
  Appeal appeal = TRY(desk.store().find_appeal(permit.sight(), id));
  const Context context = TRY(context_of(desk, appeal));
  const std::vector<Appeal> same = appeal.lodged.notice ? TRY(desk.store().appeals_of(*appeal.lodged.notice))
                                                        : TRY(desk.store().appeals_of_report(*appeal.lodged.report));
  const bool twin = std::any_of(same.begin(), same.end(), [&](const Appeal& one) {
    return one.lodged.id != appeal.lodged.id && one.lodged.at <= appeal.lodged.at &&
           one.state != AppealState::Withdrawn && one.state != AppealState::Inadmissible;
  });
  bool nothing_decided = false;
  if (appeal.lodged.report) nothing_decided = TRY(standing_of(desk, *appeal.lodged.report)).nothing_decided;
  const Instant now = desk.now();
  AppealWish wish{AppealCommand::Dismiss};
  wish.dismissed = reason;
  const Change change = TRY(step_of(desk, appeal, std::move(wish), context.seen(twin, nothing_decided),
                                    Mover::officer(permit.officer()), role_of(permit.officer()), now));
  TRY(desk.store().append({change}, now));
  if (appeal.lodged.notice) {
    TRY(carry_on(desk, *appeal.lodged.notice));
  } else {
    TRY(publish(desk));
  }
  return appeal;
}

Result<Appeal> decide_interim(Desk& desk, const SignedIn& reviewer, const AppealId& id, Interim interim,
                              std::string reason) {
  const Officer& officer = reviewer.officer;
  Appeal appeal = TRY(desk.store().find_appeal(sight_of(officer), id));
  const Context context = TRY(context_of(desk, appeal));
  const Mover mover = Mover::officer(officer);
  const Instant now = desk.now();
  AppealWish wish{interim == Interim::Grant ? AppealCommand::GrantInterim : AppealCommand::RefuseInterim};
  wish.words = reason;
  std::vector<Change> changes;
  Change change = TRY(step_of(desk, appeal, std::move(wish), context.seen(), mover, role_of(officer), now));
  changes.push_back(std::move(change));
  const NoticeId notice = *appeal.lodged.notice;
  if (interim == Interim::Grant) {
    const Action action = TRY(desk.store().find_action(Sight::of_software(), notice));
    const Proposed proposed = TRY(desk.store().find_proposal(Sight::of_software(), action.proposal)).proposed;
    ActionWish suspend{ActionCommand::Suspend};
    suspend.words = reason;
    suspend.appeal = id;
    suspend.message = TRY(signed_release(desk, MessageKind::Suspended, proposed, std::move(reason), {&reviewer}, now));
    Change suspended = TRY(action_change(desk, action, std::move(suspend), mover, {role_of(officer)}, now));
    changes.push_back(std::move(suspended));
  }
  TRY(desk.store().append(changes, now));
  TRY(carry_on(desk, notice));
  return desk.store().find_appeal(sight_of(officer), id);
}

Result<Appeal> decide_appeal(Desk& desk, const SignedIn& reviewer, const AppealId& id, AppealDecision decision) {
  const Officer& officer = reviewer.officer;
  Appeal appeal = TRY(desk.store().find_appeal(sight_of(officer), id));
  const Context context = TRY(context_of(desk, appeal));
  const Mover mover = Mover::officer(officer);
  const Instant now = desk.now();
  // Whoever got the indicator of a request that is recalled learns that it is gone (charter 12.24).
  if (decision.remedies.contains(Remedy::Recall)) {
    decision.remedies.insert(Remedy::RetireIndicator);
    decision.remedies.insert(Remedy::NotifyPeers);
  }
  const std::string reasons = decision.reasons;
  if (context.the_case) {  // what an appeal is told must be about it, and not about every other one (charter 5.3, 5.5)
    std::vector<std::string> others;
    for (const Appeal& other : TRY(desk.store().appeals(Sight::of_software(), kStatementsCompared)))
      if (other.decision && other.lodged.case_id && other.lodged.case_id != appeal.lodged.case_id)
        others.push_back(other.decision->reasons);
    TRY(check_reasons(reasons, context.the_case->matter, others));
  }
  AppealWish wish{AppealCommand::Decide};
  wish.decision = std::move(decision);
  std::vector<Change> changes;
  Change decided = TRY(step_of(desk, appeal, std::move(wish), context.seen(), mover, role_of(officer), now));
  changes.push_back(std::move(decided));
  const std::set<Remedy>& remedies = appeal.decision->remedies;
  const bool recalls = remedies.contains(Remedy::Recall);
  if (!remedies.empty()) {
    Change running = TRY(step_of(desk, appeal, AppealWish{AppealCommand::RunRemedy}, context.seen(), Mover::software(),
                                 "software", now));
    changes.push_back(std::move(running));
  }
  if (recalls) {
    const Action action = TRY(desk.store().find_action(Sight::of_software(), *appeal.lodged.notice));
    const bool gone = action.state == ActionState::Recalled || action.state == ActionState::Reinstated ||
                      action.state == ActionState::ReinstateRefused;
    if (!gone) {
      const Proposed proposed = TRY(desk.store().find_proposal(Sight::of_software(), action.proposal)).proposed;
      ActionWish recall{ActionCommand::Recall};
      recall.words = reasons;
      recall.appeal = id;
      recall.message = TRY(signed_release(desk, MessageKind::Recalled, proposed, reasons, {&reviewer}, now));
      Change recalled = TRY(action_change(desk, action, std::move(recall), mover, {role_of(officer)}, now));
      changes.push_back(std::move(recalled));
    }
  }
  TRY(desk.store().append(changes, now));
  if (appeal.lodged.notice) TRY(carry_on(desk, *appeal.lodged.notice));
  TRY(settle_appeal(desk, id));
  TRY(publish(desk));
  return desk.store().find_appeal(sight_of(officer), id);
}

// ── the clock's part ──

Result<Nothing> appeal_is_late(Desk& desk, const AppealId& id) {
  Appeal appeal = TRY(desk.store().find_appeal(Sight::of_software(), id));
  const Instant now = desk.now();
  const std::optional<Instant> late = late_at(appeal);
  if (!late || *late > now) return Nothing{};
  const Change change =
      TRY(step_of(desk, appeal, AppealWish{AppealCommand::GoLate}, {}, Mover::software(), "software", now));
  return desk.store().append({change}, now);
}

Result<Nothing> settle_appeal(Desk& desk, const AppealId& id) {
  Store& store = desk.store();
  Appeal appeal = TRY(store.find_appeal(Sight::of_software(), id));
  if (!appeal.decision || is_over(appeal.state)) return Nothing{};
  const std::set<Remedy> remedies = appeal.decision->remedies;
  bool done = true;
  if (remedies.contains(Remedy::Recall)) {
    for (const Store::WaitingMessage& one : TRY(store.messages_of(*appeal.lodged.notice)))
      done = done && (one.message.kind != MessageKind::Recalled || one.sent);
  }
  if (remedies.contains(Remedy::NotifyPeers))
    done = done && TRY(store.peers_without_recall(*appeal.lodged.case_id)) == 0;
  if (!done) return Nothing{};
  const Context context = TRY(context_of(desk, appeal));
  const Instant now = desk.now();
  const Change change = TRY(step_of(desk, appeal, AppealWish{AppealCommand::Close}, context.seen(false, false, true),
                                    Mover::software(), "software", now));
  TRY(store.append({change}, now));
  if (appeal.lodged.notice) {
    TRY(settle_act(desk, *appeal.lodged.notice));
  } else if (appeal.lodged.case_id) {
    TRY(settle_case(desk, *appeal.lodged.case_id));
  }
  if (remedies.contains(Remedy::CorrectRecord) && appeal.lodged.case_id)
    TRY(reopen_after_appeal(desk, *appeal.lodged.case_id, appeal));
  return Nothing{};
}

}  // namespace cordon
