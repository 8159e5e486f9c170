// An Exportable comes from judge() alone, which asks the policy.
#include "share/exportable.h"

cordon::Ruling make(const cordon::Indicator& indicator, const cordon::Policy& policy, const cordon::Peer& peer,
                    const cordon::Self& self, cordon::Instant now) {
#ifdef REFUSED
  static_cast<void>(policy), static_cast<void>(self), static_cast<void>(now);
  return {{}, cordon::Exportable(indicator, false, peer.desk, {})};
#else
  return cordon::judge(policy, indicator, cordon::ObjectKind::Indicator, peer, self, now);
#endif
}
