// What a desk itself lists: for an index of its own.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "desk/settings.h"
#include "law/terms.h"
#include "observable/observable.h"

namespace cordon {

struct OwnIndicator {
  Observable observable;
  Category category;
  bool active;         // else a peer lists it
  std::string source;  // this desk's log, or the peer's
  std::string id;      // the case, or the peer's own id
  Instant added, until;
  Tlp tlp;
  Pap pap;
};

// Targets of acts that two officers approved and that were sent, where nothing contests the case and the act was
// neither suspended nor recalled, and what peers list; nothing that a listed sensitive holder has, for an index goes to
// other tools (charter 11.3). Only reads.
Result<std::vector<OwnIndicator>> own_indicators(const Paths& paths);

}  // namespace cordon
