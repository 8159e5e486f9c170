// No case is read without saying what its reader may see.
#include "store/store.h"

cordon::Result<cordon::Case> read(const cordon::Store& store, const cordon::Sight& sight, const cordon::CaseId& id) {
#ifdef REFUSED
  static_cast<void>(sight);
  return store.find_case(id);
#else
  return store.find_case(sight, id);
#endif
}
