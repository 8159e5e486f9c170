#include "referral/security_txt.h"

#include <algorithm>

#include "base/text.h"
#include "observable/observable.h"

namespace cordon {

namespace {

constexpr std::size_t kMostSecurityContacts = 20;
constexpr std::string_view kSigned = "-----BEGIN PGP SIGNED MESSAGE-----", kSignature = "-----BEGIN PGP SIGNATURE-----";

}  // namespace

Result<SecurityTxt> read_security_txt(std::string_view bytes, std::string_view url, Instant now) {
  if (bytes.size() > kLargestSecurityTxt || !valid_utf8(bytes))
    return fail(Fault::Malformed, "a security.txt is UTF-8 of at most 32 KiB");
  SecurityTxt file;
  bool has_contact = false, has_canonical = false, is_canonical = false, has_expiry = false, in_armor = false;
  std::size_t number = 0;
  for (std::string_view line : split(bytes, '\n')) {
    const std::string where = "line " + std::to_string(++number);
    line = trim(line);
    if (line == kSigned) {
      in_armor = true;  // its headers, up to an empty line
      continue;
    }
    if (line.starts_with(kSignature)) break;
    if (line.empty()) in_armor = false;
    if (line.empty() || line.starts_with('#') || in_armor) continue;
    if (line.starts_with("- ")) line.remove_prefix(2);  // dash-escaped (RFC 4880 section 7.1)
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return fail(Fault::Malformed, "expected a field", where);
    const std::string field = lower_ascii(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (field == "contact") {
      has_contact = true;
      if (!lower_ascii(value.substr(0, 7)).starts_with("mailto:")) continue;
      const std::string_view address = value.substr(7, value.find('?') - 7);
      const Result<Observable> mailbox = parse_observable(ObservableKind::Email, address);
      const bool twice = mailbox && std::find(file.mailboxes.begin(), file.mailboxes.end(), mailbox->canonical()) !=
                                        file.mailboxes.end();
      if (mailbox && !twice && file.mailboxes.size() < kMostSecurityContacts)
        file.mailboxes.push_back(mailbox->canonical());
    } else if (field == "expires") {
      const Result<Instant> at = parse_rfc3339(std::string(value));
      if (has_expiry || !at) return fail(Fault::Malformed, "expected one Expires, a time of RFC 3339", where);
      has_expiry = true;
      file.expires = *at;
    } else if (field == "canonical") {
      has_canonical = true;
      is_canonical = is_canonical || value == url;
    }
  }
  if (!has_expiry || !has_contact) return fail(Fault::Malformed, "a security.txt has Contact and Expires (RFC 9116)");
  if (file.expires <= now) return fail(Fault::Refused, "the security.txt has expired: " + to_rfc3339(file.expires));
  if (has_canonical && !is_canonical)
    return fail(Fault::Refused, "the security.txt says that it belongs elsewhere (Canonical)");
  return file;
}

}  // namespace cordon
