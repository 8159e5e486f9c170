// Without REFUSED this file compiles; with it, a category that the charter does not list must stop the build.
#include "law/matter.h"

cordon::Matter listed() {
#ifdef REFUSED
  return cordon::Category::Other;
#else
  return cordon::Category::Phishing;
#endif
}
