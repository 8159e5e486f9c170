// An Observable is what its kind's parser let through.
#include "observable/observable.h"

cordon::Result<cordon::Observable> make() {
#ifdef REFUSED
  return cordon::Observable(cordon::ObservableKind::Domain, "any words at all");
#else
  return cordon::parse_observable(cordon::ObservableKind::Domain, "any.example.org");
#endif
}
