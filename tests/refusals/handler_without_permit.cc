// Nothing is entered in a case without the permit that may() gave.
#include "desk/flow.h"

cordon::Result<cordon::Nothing> enter(cordon::Desk& desk, const cordon::Officer& officer, const cordon::CaseId& id,
                                      cordon::Fact fact) {
#ifdef REFUSED
  return cordon::note_fact(desk, officer, id, std::move(fact));
#else
  return cordon::note_fact(desk, TRY(cordon::permit<cordon::Act::EnterFact>(officer)), id, std::move(fact));
#endif
}
