// A permit to read is none to approve.
#include "desk/flow.h"

cordon::Result<cordon::Approved> approve(cordon::Desk& desk, const cordon::Permit<cordon::Act::ReadCase>& reader,
                                         const cordon::Permit<cordon::Act::Approve>& approver,
                                         const cordon::SecretKey& key, const cordon::ProposalId& id,
                                         const cordon::Digest& digest) {
#ifdef REFUSED
  static_cast<void>(approver);
  return cordon::approve_request(desk, reader, key, id, digest);
#else
  static_cast<void>(reader);
  return cordon::approve_request(desk, approver, key, id, digest);
#endif
}
