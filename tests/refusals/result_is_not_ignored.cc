// What can fail is looked at.
#include "base/files.h"

bool write() {
#ifdef REFUSED
  cordon::write_file("path", "bytes");
  return true;
#else
  return static_cast<bool>(cordon::write_file("path", "bytes"));
#endif
}
