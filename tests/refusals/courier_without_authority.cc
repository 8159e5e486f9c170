// No courier takes a letter without the authority to send it.
#include "referral/notice.h"

cordon::Result<std::string> send(cordon::Courier& courier, const cordon::Letter& letter,
                                 const cordon::Authority& authority) {
#ifdef REFUSED
  return courier.deliver(letter);
#else
  return courier.deliver(letter, authority);
#endif
}
