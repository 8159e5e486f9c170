// A bundle is written of what the border policy let through for that peer, never of an indicator as it is.
#include "share/stix.h"

cordon::Json write(const cordon::Indicator& indicator, const cordon::Policy& policy, const cordon::Peer& peer,
                   const cordon::Self& self, const cordon::Parcel& parcel) {
#ifdef REFUSED
  static_cast<void>(policy), static_cast<void>(peer), static_cast<void>(self);
  return cordon::write_bundle({indicator}, parcel);
#else
  const auto ruling = cordon::judge(policy, indicator, cordon::ObjectKind::Indicator, peer, self, parcel.at);
  if (!ruling.exportable) return {};
  return cordon::write_bundle({*ruling.exportable}, parcel);
#endif
}
