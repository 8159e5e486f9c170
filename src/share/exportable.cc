#include "share/exportable.h"

namespace cordon {

Ruling judge(const Policy& policy, const Indicator& indicator, ObjectKind as, const Peer& peer, const Self& self,
             Instant now) {
  CORDON_CHECK(as == ObjectKind::Indicator || as == ObjectKind::Correction, "an indicator is offered or recalled");
  Ruling ruling{decide(policy, describe(indicator, as), peer, self, now), {}};
  if (ruling.decision.answer == Answer::Allow)
    ruling.exportable = Exportable(indicator, as == ObjectKind::Correction, peer.desk, ruling.decision);
  return ruling;
}

}  // namespace cordon
