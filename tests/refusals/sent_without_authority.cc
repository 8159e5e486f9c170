// Whether a request may go to `sent` is asked with an Authority in hand, and with nothing else.
#include "decision/action.h"

cordon::Result<cordon::Nothing> send(const cordon::Action& action, const cordon::Authority& authority) {
#ifdef REFUSED
  return cordon::may_send(action, action.proposal);
#else
  return cordon::may_send(action, authority);
#endif
}
