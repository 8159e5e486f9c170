#include "decision/authority.h"

#include <algorithm>

#include "law/gates.h"
#include "law/offences.h"
#include "officer/move.h"

namespace cordon {

Result<Authority> make_authority(const Proposed& proposed, const Approved& approved, const Officer& proposer,
                                 const Officer& approver, std::string_view body) {
  const auto refused = [&](const std::string& why) {
    return fail(Fault::Refused, "no authority to send: " + why, proposed.notice.text());
  };
  if (approved.id != proposed.id) return refused("the approval is of another proposal");
  if (proposer.id != proposed.proposer || approver.id != approved.approver)
    return refused("the officers are not the signers");
  if (proposer.id == approver.id || proposer.key == approver.key)
    return refused("one person cannot sign twice (charter 0.7)");
  TRY(may(proposer, Act::Propose));
  TRY(may(approver, Act::Approve));
  if (approved.at < proposed.at || approved.at - proposed.at > kSecondSignatureMs) {
    return refused("it was not approved within 72 hours of the proposal");
  }
  if (sha256(body) != proposed.body) return refused("the bytes are not those that were approved");
  if (!verify(proposer.key, to_be_signed_by_proposer(proposed), proposed.signature)) {
    return refused(proposer.login + "'s signature does not fit");
  }
  if (!verify(approver.key, to_be_signed_by_approver(proposed, approved.approver, approved.at), approved.signature)) {
    return refused(approver.login + "'s signature does not fit");
  }
  return Authority(AuthorityKind::Signed, proposed.body, proposed.id, proposed.notice);
}

namespace {

Result<Nothing> check_message(const Proposed& proposed, const Message& message, std::string_view body) {
  if (message.notice != proposed.notice) return fail(Fault::Refused, "the message is about another request");
  if (message.kind != MessageKind::Party && message.to != proposed.wish.contact)
    return fail(Fault::Refused, "it would go to somebody else than the request went to");
  if (sha256(body) != message.body) return fail(Fault::Refused, "the bytes are not those of the record");
  return Nothing{};
}

Error without_authority(const std::string& why, const std::string& where) {
  return fail(Fault::Refused, "no authority to send: " + why, where);
}

Error no_authority(const Message& message, const std::string& why) { return without_authority(why, message.id.text()); }

// One who may do it alone, or the two of a recall, signed just this text.
Result<Nothing> check_releasers(std::span<const Officer> signers, const std::vector<MessageSignature>& signed_by,
                                const std::string& text, Act alone, const std::string& where) {
  if (signers.empty() || signers.size() > 2 || signers.size() != signed_by.size())
    return without_authority("a release has one or two signers", where);
  for (std::size_t i = 0; i < signers.size(); ++i) {
    if (signers[i].id != signed_by[i].officer) return without_authority("the officers are not the signers", where);
    if (!verify(signers[i].key, text, signed_by[i].signature))
      return without_authority(signers[i].login + "'s signature does not fit", where);
  }
  if (signers.size() == 1) return may(signers[0], alone);
  if (alone != Act::RecallAlone) return without_authority("who suspends does it alone", where);
  return By::two(Act::Recall, Act::CountersignRecall).permits(Mover::two(signers[0], signers[1]));
}

}  // namespace

Result<Authority> make_release(const Proposed& proposed, const Message& message, std::span<const Officer> signers,
                               std::string_view body) {
  if (!is_release(message.kind)) return no_authority(message, "it is no release");
  if (const Result<Nothing> checked = check_message(proposed, message, body); !checked)
    return no_authority(message, checked.error().message);
  const std::string text = to_be_signed_for_release(message);
  const Act alone = message.kind == MessageKind::Recalled ? Act::RecallAlone : Act::SuspendAlone;
  TRY(check_releasers(signers, message.signed_by, text, alone, message.id.text()));
  return Authority(AuthorityKind::Release, message.body, proposed.id, message.notice);
}

Result<Authority> make_duty(const Proposed& proposed, const Message& message, std::string_view written_again) {
  if (is_release(message.kind)) return no_authority(message, "somebody has to sign it");
  if (!message.reason.empty() || !message.signed_by.empty())
    return no_authority(message, "a duty is the software's, and in no words but its own");
  if (const Result<Nothing> checked = check_message(proposed, message, written_again); !checked)
    return no_authority(message, checked.error().message);
  return Authority(AuthorityKind::Duty, message.body, proposed.id, message.notice);
}

Result<Authority> make_glass(const GlassBroken& glass, const Officer& signer, std::string_view body) {
  const auto refused = [&](const std::string& why) {
    return fail(Fault::Refused, "no authority to send: " + why, glass.id.text());
  };
  TRY(may(signer, Act::BreakGlass));
  if (signer.id != glass.by) return refused("the officer is not the signer");
  if (sha256(body) != glass.body) return refused("the bytes are not those of the record");
  if ((glass.use == GlassUse::Emergency) != (glass.recipient == Recipient::Emergency))
    return refused("a danger to life goes to an emergency service, and nothing else does");
  if (!verify(signer.key, to_be_signed_for_glass(glass), glass.signature))
    return refused(signer.login + "'s signature does not fit");
  return Authority(AuthorityKind::Release, glass.body, TRY(ProposalId::parse(glass.id.text())), glass.id);
}

Result<Authority> make_glass_reversal(const Glass& glass, std::string_view written_again) {
  const GlassBroken& broken = glass.broken;
  if (glass.state != GlassState::Reversed)
    return fail(Fault::Refused, "no authority to send: it was not taken back", broken.id.text());
  return Authority(AuthorityKind::Duty, sha256(written_again), TRY(ProposalId::parse(broken.id.text())), broken.id);
}

// ── by a standing rule ──

namespace {

Result<Nothing> check_rule_signers(const StandingRule& rule, const Officer& proposer, const Officer& approver) {
  const RuleTerms& terms = rule.terms();
  const std::string where = terms.id.text();
  if (!rule.approved || rule.approved->command != RuleCommand::Approve || !rule.approved->by ||
      !rule.approved->signature || rule.approved->rule != terms.id)
    return without_authority("nobody approved the rule", where);
  if (proposer.id != terms.proposer || approver.id != *rule.approved->by)
    return without_authority("the officers are not the signers", where);
  if (proposer.id == approver.id || proposer.key == approver.key)
    return without_authority("one person cannot sign twice (charter 0.7)", where);
  TRY(may(proposer, Act::Propose));
  TRY(may(approver, Act::Approve));
  const Instant at = rule.approved->at;
  if (at < terms.at || at - terms.at > kSecondSignatureMs)
    return without_authority("it was not approved within 72 hours of the proposal", where);
  if (!verify(proposer.key, to_be_signed_by_proposer(terms), rule.proposed.signature))
    return without_authority(proposer.login + "'s signature does not fit", where);
  if (!verify(approver.key, to_be_signed_by_approver(terms, approver.id, at), *rule.approved->signature))
    return without_authority(approver.login + "'s signature does not fit", where);
  return Nothing{};
}

std::optional<std::string> why_not_this(const RuleTerms& terms, const Alert& alert, const RuleMoment& moment) {
  if (alert.rule != terms.id) return "the alert is of another rule";
  if (alert.matter != terms.matter) return "it is of another category than the rule";
  if (alert.at < terms.at || alert.at >= terms.ends_at) return "it was not written in the rule's life";
  if (moment.now >= alert.sunset_at) return "its own time is over";
  if (alert.items.empty() || static_cast<std::int64_t>(alert.items.size()) > terms.items)
    return "it has not as many items as an alert of the rule may have";
  if (moment.items.size() != alert.items.size()) return "not every item was looked at";
  for (std::size_t i = 0; i < alert.items.size(); ++i) {
    const AlertItem& item = alert.items[i];
    const RuleMoment::OfItem& now = moment.items[i];
    std::optional<std::string> why = why_not_now(terms, item, now.looked, now.contact, alert.to);
    if (!why && item.observed_at > alert.at + kDayMs) why = "not_yet_observed";
    if (why) return "item " + std::to_string(i + 1) + " may not leave (" + *why + ")";
  }
  const auto lets = [&](Gate gate) {
    const auto given =
        std::find_if(alert.gates.begin(), alert.gates.end(), [&](const GateGiven& one) { return one.gate == gate; });
    return given != alert.gates.end() && !blocks(gate, given->answer, terms.effect);
  };
  if (!lets(Gate::SensitiveTarget) || !lets(Gate::Breadth)) return "a gate stops it";
  if (const Category* category = terms.matter.category()) {
    for (const Gate gate : row(*category).gates)
      if (!lets(gate)) return std::string(name(gate)) + " stops it";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_it_rests(const StandingRule& rule, const RuleMoment& moment) {
  const RuleTerms& terms = rule.terms();
  if (rule.state == RuleState::Stopped) return "the rule is stopped";
  if (!in_force(rule, moment.now)) return "the rule is not in force";
  if (moment.words != terms.words) return "the template is not the one that was approved";
  if (moment.charter != terms.charter || moment.annex != terms.annex)
    return "the charter or the annex is not the one that was approved";
  if (moment.feed == nullptr || *moment.feed != terms.feed) return "the feed is not registered as it was approved";
  if (moment.sent_today >= terms.quota) return "the quota of this day is used up";
  return std::nullopt;
}

Result<Authority> make_rule_authority(const StandingRule& rule, const Officer& proposer, const Officer& approver,
                                      const Alert& alert, const RuleMoment& moment, std::string_view written_again) {
  const std::string where = alert.id.text();
  TRY(check_rule_signers(rule, proposer, approver));
  TRY(check_terms(rule.terms()));
  if (const std::optional<std::string> why = why_it_rests(rule, moment)) return without_authority(*why, where);
  if (const std::optional<std::string> why = why_not_this(rule.terms(), alert, moment))
    return without_authority(*why, where);
  if (written_again.size() > kMostBytesOfAlert) return without_authority("it is too long for a mail", where);
  if (sha256(written_again) != alert.body) return without_authority("the bytes are not those of the record", where);
  return Authority(AuthorityKind::Rule, alert.body, alert.id);
}

Result<Authority> make_recall_authority(const AlertsRecalled& recall, const AlertBatchId& batch, const Alert& alert,
                                        std::span<const Officer> signers, std::string_view written_again) {
  const std::string where = alert.id.text();
  if (recall.batch != batch) return without_authority("another batch was taken back", where);
  TRY(check_releasers(signers, recall.signed_by, to_be_signed_for_recall(recall), Act::RecallAlone, where));
  return Authority(AuthorityKind::Release, sha256(written_again), alert.id);
}

}  // namespace cordon
