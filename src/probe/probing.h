// The one thing that cordon-probe does: a look at a place. Sockets only; the fence around them is probe/fence.h.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "observable/ip.h"
#include "probe/look.h"

namespace cordon {

// Once: the name is asked of `resolver`, its addresses are checked, and what follows goes to one of those that were
// checked and to no other, whatever the name says a second later. At most some 30 seconds. `place` as place_of() gives
// it.
Result<TargetLook> take_look(const std::string& place, const Ip& resolver, const Clock& clock, Random& random);

}  // namespace cordon
