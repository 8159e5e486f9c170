// The permission that every outgoing message carries, and that its sender checks again by itself (DESIGN 4,
// "Authority"), whatever the database says. A value of this type exists only where the checks of its kind held for
// exactly these bytes.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "decision/break_glass.h"
#include "decision/message.h"
#include "decision/proposal.h"
#include "officer/officer.h"

namespace cordon {

enum class AuthorityKind {
  Signed,   // two people, this body: a request
  Release,  // one person signed this body who may do so alone: suspended, recalled; break-glass
  Duty,     // a fixed text that the sender wrote again from the record: reminder, end, notice to the affected party
};

class Authority {
 public:
  AuthorityKind kind() const { return kind_; }
  const Digest& body() const { return body_; }
  const ProposalId& proposal() const { return proposal_; }
  const NoticeId& notice() const { return notice_; }

 private:
  friend Result<Authority> make_authority(const Proposed&, const Approved&, const Officer&, const Officer&,
                                          std::string_view);
  friend Result<Authority> make_release(const Proposed&, const Message&, std::span<const Officer>, std::string_view);
  friend Result<Authority> make_duty(const Proposed&, const Message&, std::string_view);
  friend Result<Authority> make_glass(const GlassBroken&, const Officer&, std::string_view);
  friend Result<Authority> make_glass_reversal(const Glass&, std::string_view);
  Authority(AuthorityKind kind, Digest body, ProposalId proposal, NoticeId notice)
      : kind_(kind), body_(body), proposal_(std::move(proposal)), notice_(std::move(notice)) {}
  AuthorityKind kind_;
  Digest body_;
  ProposalId proposal_;
  NoticeId notice_;
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

}  // namespace cordon
