// Only permit() makes a permit, and it asks may().
#include "officer/permit.h"

cordon::Result<cordon::Permit<cordon::Act::Approve>> take(const cordon::Officer& officer) {
#ifdef REFUSED
  return cordon::Permit<cordon::Act::Approve>(officer);
#else
  return cordon::permit<cordon::Act::Approve>(officer);
#endif
}
