// libsodium, made ready. Private to base.
#pragma once

#include <sodium.h>

#include "base/result.h"

namespace cordon {

// Called before any other function of the library; costs nothing after the first time.
inline void ready_sodium() {
  static const bool ready = sodium_init() >= 0;
  CORDON_CHECK(ready, "libsodium does not start");
}

}  // namespace cordon
