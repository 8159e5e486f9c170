// A domain's own word of whom to write to: security.txt (RFC 9116). Pure; what it says is outside text like any other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace cordon {

inline constexpr std::size_t kLargestSecurityTxt = 32u << 10;  // RFC 9116 section 5.4 asks for a bound
inline constexpr const char* kSecurityTxtPath = "/.well-known/security.txt";

struct SecurityTxt {
  std::vector<std::string> mailboxes;  // of Contact, the preferred first; as an email observable has them
  Instant expires;
  bool operator==(const SecurityTxt&) const = default;
};

// The file that was fetched from `url`. Malformed: no Expires or two, no Contact, a line that is no field. Refused: it
// has expired (section 5.3), or it names canonical places and `url` is none of them (2.5.2). A signature around it
// (2.3) is passed over: nothing rests on it. Contacts that are no mailbox are left out, so there may be none.
Result<SecurityTxt> read_security_txt(std::string_view bytes, std::string_view url, Instant now);

}  // namespace cordon
