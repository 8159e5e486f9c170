#include "decision/authority.h"

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

Error no_authority(const Message& message, const std::string& why) {
  return fail(Fault::Refused, "no authority to send: " + why, message.id.text());
}

}  // namespace

Result<Authority> make_release(const Proposed& proposed, const Message& message, std::span<const Officer> signers,
                               std::string_view body) {
  if (!is_release(message.kind)) return no_authority(message, "it is no release");
  if (const Result<Nothing> checked = check_message(proposed, message, body); !checked)
    return no_authority(message, checked.error().message);
  if (signers.empty() || signers.size() > 2 || signers.size() != message.signed_by.size())
    return no_authority(message, "a release has one or two signers");
  const std::string text = to_be_signed_for_release(message);
  for (std::size_t i = 0; i < signers.size(); ++i) {
    if (signers[i].id != message.signed_by[i].officer) return no_authority(message, "the officers are not the signers");
    if (!verify(signers[i].key, text, message.signed_by[i].signature))
      return no_authority(message, signers[i].login + "'s signature does not fit");
  }
  const bool recall = message.kind == MessageKind::Recalled;
  if (signers.size() == 1) {
    TRY(may(signers[0], recall ? Act::RecallAlone : Act::SuspendAlone));
  } else {
    if (!recall) return no_authority(message, "who suspends does it alone");
    TRY(By::two(Act::Recall, Act::CountersignRecall).permits(Mover::two(signers[0], signers[1])));
  }
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

}  // namespace cordon
