// The permission that every outgoing message carries, and that its sender checks again by itself (DESIGN 4,
// "Authority"). A value of this type exists only where two different officers signed exactly these bytes.
#pragma once

#include <string_view>

#include "base/result.h"
#include "decision/proposal.h"
#include "officer/officer.h"

namespace cordon {

class Authority {
 public:
  const Digest& body() const { return body_; }
  const ProposalId& proposal() const { return proposal_; }
  const NoticeId& notice() const { return notice_; }

 private:
  friend Result<Authority> make_authority(const Proposed&, const Approved&, const Officer&, const Officer&,
                                          std::string_view);
  Authority(Digest body, ProposalId proposal, NoticeId notice)
      : body_(body), proposal_(std::move(proposal)), notice_(std::move(notice)) {}
  Digest body_;
  ProposalId proposal_;
  NoticeId notice_;
};

// Verifies both signatures with the officers' public keys, that they are two people with the two roles, that the
// body has the digest, and that it was approved in time. Refused says which of them failed.
Result<Authority> make_authority(const Proposed& proposed, const Approved& approved, const Officer& proposer,
                                 const Officer& approver, std::string_view body);

}  // namespace cordon
