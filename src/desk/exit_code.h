// The one table from a fault to what a shell and a browser see (docs/exit-codes in the README).
#pragma once

#include "base/result.h"

namespace cordon {

struct FaultRow {
  int exit_code;
  int http_status;
};
constexpr FaultRow outward(Fault fault) {
  switch (fault) {
    case Fault::NotFound:
      return {1, 404};
    case Fault::Usage:
      return {2, 400};
    case Fault::Malformed:
      return {3, 422};
    case Fault::Refused:
      return {4, 403};
    case Fault::Conflict:
      return {5, 409};
    case Fault::Unavailable:
      return {6, 503};
    case Fault::Full:
      return {6, 507};
    case Fault::Corrupt:
      return {7, 500};
  }
  return {6, 503};
}

}  // namespace cordon
