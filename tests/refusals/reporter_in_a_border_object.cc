// No object of a border has a place for who reported (charter 9.3, B3): the name of such a member must stop the build.
#include "share/object.h"

cordon::BorderObject describe(const cordon::Indicator& indicator) {
  cordon::BorderObject object;
#ifdef REFUSED
  object.reporter = "somebody";
#else
  object.tlp = indicator.tlp;
#endif
  return object;
}
