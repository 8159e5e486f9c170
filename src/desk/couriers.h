// Which courier the settings name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "desk/settings.h"
#include "net/smtp.h"
#include "referral/notice.h"

namespace cordon {

// `send` gives whether it left. One that may not leave, or whose row is broken, keeps no other back: the first reason
// is given when all others have been tried. Else how many left.
template <typename Items, typename Send>
Result<std::int64_t> send_each(const Items& items, Send send) {
  std::int64_t left = 0;
  std::optional<Error> refused;
  for (const auto& item : items) {
    const Result<bool> gone = send(item);
    if (gone) {
      left += *gone ? 1 : 0;
    } else if (gone.error().fault != Fault::Refused && gone.error().fault != Fault::Corrupt &&
               gone.error().fault != Fault::NotFound) {
      return gone.error();
    } else if (!refused) {
      refused = gone.error();
    }
  }
  if (refused) return *refused;
  return left;
}

// The server that [courier] names, with its password.
Result<SmtpServer> smtp_server(const Paths& paths, const Settings& settings);

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings);

}  // namespace cordon
