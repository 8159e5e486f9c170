#include "observable/email.h"

#include "base/text.h"
#include "observable/domain.h"
#include "observable/refang.h"

namespace cordon {

Result<std::string> canonical_email(std::string_view text) {
  std::string address = lower_ascii(refang(trim(text)));
  if (address.starts_with("mailto:")) address.erase(0, 7);
  if (address.find('*') != std::string::npos)
    return fail(Fault::Refused, "a wildcard is never a target; name one mailbox: " + printable(text));
  const std::size_t at = address.find('@');
  if (at == std::string::npos || address.size() > 254)
    return fail(Fault::Malformed, "a mail address is name@domain, at most 254 bytes: " + printable(text));
  const std::string_view local = std::string_view(address).substr(0, at);
  if (local.empty() || local.size() > 64 || local.starts_with('.') || local.ends_with('.') ||
      local.find("..") != std::string_view::npos ||
      local.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'+/=?^_`{|}~-") != std::string_view::npos)
    return fail(Fault::Malformed, "the part before @ has 1 to 64 plain characters: " + printable(text));
  const Domain domain = TRY(parse_domain(std::string_view(address).substr(at + 1)));
  std::string canonical = std::string(local) + '@' + domain.text();
  if (canonical.size() > 254 || refang(canonical) != canonical || canonical.starts_with("mailto:"))
    return fail(Fault::Malformed, "a mail address is name@domain, at most 254 bytes: " + printable(text));
  return canonical;
}

}  // namespace cordon
