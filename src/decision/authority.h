// The permission that every outgoing message carries, and that its sender checks again by itself (DESIGN 4,
// "Authority"), whatever the database says. A value of this type exists only where the checks of its kind held for
// exactly these bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decision/alert.h"
#include "decision/break_glass.h"
#include "decision/message.h"
#include "decision/proposal.h"
#include "decision/standing_rule.h"
#include "officer/officer.h"

namespace cordon {

enum class AuthorityKind {
  Signed,   // two people, this body: a request
  Rule,     // two people, a published rule: an alert that the sender wrote again from its template and item
  Release,  // one person signed this body who may do so alone: suspended, recalled; break-glass
  Duty,     // a fixed text that the sender wrote again from the record: reminder, end, notice to the affected party
};

struct RuleMoment;

class Authority {
 public:
  AuthorityKind kind() const { return kind_; }
  const Digest& body() const { return body_; }
  // What it is about: a request, or an alert of a rule.
  const std::optional<ProposalId>& proposal() const { return proposal_; }
  const std::optional<NoticeId>& notice() const { return notice_; }
  const std::optional<AlertId>& alert() const { return alert_; }

 private:
  friend Result<Authority> make_authority(const Proposed&, const Approved&, const Officer&, const Officer&,
                                          std::string_view);
  friend Result<Authority> make_release(const Proposed&, const Message&, std::span<const Officer>, std::string_view);
  friend Result<Authority> make_duty(const Proposed&, const Message&, std::string_view);
  friend Result<Authority> make_glass(const GlassBroken&, const Officer&, std::string_view);
  friend Result<Authority> make_glass_reversal(const Glass&, std::string_view);
  friend Result<Authority> make_rule_authority(const StandingRule&, const Officer&, const Officer&, const Alert&,
                                               const RuleMoment&, std::string_view);
  friend Result<Authority> make_recall_authority(const AlertsRecalled&, const AlertBatchId&, const Alert&,
                                                 std::span<const Officer>, std::string_view);
  Authority(AuthorityKind kind, Digest body, ProposalId proposal, NoticeId notice)
      : kind_(kind), body_(body), proposal_(std::move(proposal)), notice_(std::move(notice)) {}
  Authority(AuthorityKind kind, Digest body, AlertId alert) : kind_(kind), body_(body), alert_(std::move(alert)) {}
  AuthorityKind kind_;
  Digest body_;
  std::optional<ProposalId> proposal_ = {};
  std::optional<NoticeId> notice_ = {};
  std::optional<AlertId> alert_ = {};
};

// Verifies both signatures with the officers' public keys, that they are two people with the two roles, that the
// body has the digest, and that it was approved in time. Refused says which of them failed.
Result<Authority> make_authority(const Proposed& proposed, const Approved& approved, const Officer& proposer,
                                 const Officer& approver, std::string_view body);

// The same for a release: one reviewer or ombudsperson, or the two of a recall, signed this message with these bytes.
// `signers` are those whom the message names, in its order, each with the key that was in force then.
Result<Authority> make_release(const Proposed& proposed, const Message& message, std::span<const Officer> signers,
                               std::string_view body);

// The same for what one officer sends alone (charter 6.9), and for the software's taking it back. A use has no
// proposal: its own id stands for both.
Result<Authority> make_glass(const GlassBroken& glass, const Officer& signer, std::string_view body);
Result<Authority> make_glass_reversal(const Glass& glass, std::string_view written_again);

// The same for a duty: `written_again` is the fixed text of the message's kind, which the sender made from the record
// and sends; the message of the record must be just that.
Result<Authority> make_duty(const Proposed& proposed, const Message& message, std::string_view written_again);

// What the sender of an alert finds at the moment when it would leave, asked anew for each.
struct RuleMoment {
  Instant now;
  std::int64_t sent_today = 0;  // alerts that left by the rule in the 24 hours before
  const Feed* feed = nullptr;   // as it is registered now; nullptr: it is not any more
  Digest words, charter, annex;
  struct OfItem {
    std::string contact;  // the address that the contact book has for the target; empty: none
    Looked looked;        // what the lists say of the target now
  };
  std::vector<OfItem> items = {};  // of the alert, in their order
};

// Why the rule itself lets nothing leave at that moment, whatever the alert; nothing where it may. `items` are not
// asked.
std::optional<std::string> why_it_rests(const StandingRule& rule, const RuleMoment& moment);

// The same for an alert by a standing rule: both signatures over the rule's terms, two people with the two roles, a
// rule in force that was neither stopped nor is over, its template, feed, charter and annex as they were signed; as
// many items as one alert may have, each of its category and kinds with its gates answered, on no list, to whom the
// contact book names; the day's quota not used up; and the bytes that the sender wrote again are those of the record.
Result<Authority> make_rule_authority(const StandingRule& rule, const Officer& proposer, const Officer& approver,
                                      const Alert& alert, const RuleMoment& moment, std::string_view written_again);

// The same for the recall of an alert: the signers took back all of its batch, and `written_again` is the fixed text.
Result<Authority> make_recall_authority(const AlertsRecalled& recall, const AlertBatchId& batch, const Alert& alert,
                                        std::span<const Officer> signers, std::string_view written_again);

}  // namespace cordon
