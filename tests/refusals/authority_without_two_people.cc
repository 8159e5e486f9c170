// An Authority comes from make_authority() alone, which verifies two signatures.
#include "decision/authority.h"

cordon::Result<cordon::Authority> make(const cordon::Proposed& proposed, const cordon::Approved& approved,
                                       const cordon::Officer& one, const cordon::Officer& other) {
#ifdef REFUSED
  return cordon::Authority(cordon::AuthorityKind::Signed, proposed.body, proposed.id, proposed.notice);
#else
  return cordon::make_authority(proposed, approved, one, other, "body");
#endif
}
