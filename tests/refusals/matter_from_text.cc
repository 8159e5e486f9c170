// Without REFUSED this file compiles; with it, a matter made of free text must stop the build.
#include "law/matter.h"

cordon::Result<cordon::Matter> matter_of(std::string_view text) {
#ifdef REFUSED
  return cordon::Matter(text);
#else
  return cordon::parse_matter(text);
#endif
}
