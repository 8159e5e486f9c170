// Without REFUSED this file compiles; with it, an effect that is no request must stop the build.
#include "law/matter.h"

cordon::Result<cordon::Nothing> ask(cordon::Matter matter) {
#ifdef REFUSED
  const auto effect = cordon::Effect::Block;
#else
  const auto effect = cordon::Effect::Inform;
#endif
  return cordon::may_ask(matter, cordon::ObservableKind::Url, cordon::ActionKind::Alert, effect,
                         cordon::Recipient::Host);
}
