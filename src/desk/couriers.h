// Which courier the settings name, and what is put on record where it takes a letter later or never.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "desk/desk.h"
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
               gone.error().fault != Fault::NotFound && gone.error().fault != Fault::Malformed) {
      return gone.error();
    } else if (!refused) {
      refused = gone.error();
    }
  }
  if (refused) return *refused;
  return left;
}

// What came of handing one letter over.
struct HandedOver {
  enum class How {
    Taken,
    Waits,    // it is tried again later; on record, unless its recipient's domain had enough letters for this minute
    GivenUp,  // refused, or tried for five days
  };
  How how = How::Taken;
  std::string receipt;           // in words; of one that was given up, what the server said
  std::optional<Change> change;  // of one that was given up: for the caller to append with what follows from it
};
// About `notice`, as the request itself or as what follows it; an alert is about none. Tries nothing before its time.
// The error of a courier that cannot be reached is passed on: the next letter need not be tried. An address that does
// not exist is passed over from then on (note_bounce).
enum class LetterOf { Request, FollowUp, Party, Alert };
Result<HandedOver> hand_over(Desk& desk, Courier& courier, const Letter& letter, const Authority& authority,
                             const std::optional<NoticeId>& notice, LetterOf of);

// The server that [courier] names, with its password.
Result<SmtpServer> smtp_server(const Paths& paths, const Settings& settings);

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings);

}  // namespace cordon
