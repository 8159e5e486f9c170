#include "base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cordon {

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::NotFound:
      return "not_found";
    case Fault::Usage:
      return "usage";
    case Fault::Malformed:
      return "malformed";
    case Fault::Refused:
      return "refused";
    case Fault::Conflict:
      return "conflict";
    case Fault::Unavailable:
      return "unavailable";
    case Fault::Full:
      return "full";
    case Fault::Corrupt:
      return "corrupt";
  }
  return "unavailable";
}

Error system_error(std::string_view doing, int error_number, std::string where) {
  const Fault fault = error_number == ENOENT                             ? Fault::NotFound
                      : error_number == ENOSPC || error_number == EDQUOT ? Fault::Full
                                                                         : Fault::Unavailable;
  return fail(fault, std::string(doing) + ": " + std::strerror(error_number), std::move(where));
}

void check_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "cordon: %s (%s, %s:%d)\n", why, condition, file, line);
  std::abort();
}

}  // namespace cordon
