#include "decision/authority.h"

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
  return Authority(proposed.body, proposed.id, proposed.notice);
}

}  // namespace cordon
