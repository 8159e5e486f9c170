// An observable seen in connection with a matter. By whom is not said: a reporter's identity stays in
// report/ (charter 8).
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "law/matter.h"
#include "observable/observable.h"

namespace cordon {

struct Sighting {
  Matter matter;
  Observable observable;           // what a request would be about
  std::vector<Observable> also;    // what the same record names beside it
  std::optional<int> port;         // 1 to 65535; exposure H01 and H02 need one
  std::optional<Instant> seen_at;  // when the source saw it
};

}  // namespace cordon
