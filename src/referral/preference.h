// How a recipient of alerts by a standing rule wants them: which files beside the text, in which language, how often,
// by mail or by an officer's hand. Kept in the contact book beside the address; docs/contacts.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/zone.h"
#include "decision/alert.h"
#include "referral/wording.h"

namespace cordon {

enum class AlertFrequency { AtOnce, Hourly, Daily };
enum class AlertChannel { Mail, ByHand };  // by hand: an officer takes it to a portal (amendment 14)

struct Preference {
  AlertFormat format = AlertFormat::Xarf;
  std::optional<NoticeLanguage> language = {};
  AlertFrequency frequency = AlertFrequency::AtOnce;
  int minute = 0;  // of the desk's day, for Daily
  AlertChannel channel = AlertChannel::Mail;
  std::int64_t most_a_day = 0;  // mails in 24 hours; 0: as many as there are
  bool operator==(const Preference&) const = default;
};

class Preferences {
 public:
  // Of the contact book's own file: {"contact": [{"address": "abuse@example.net", "language": "kk", "format":
  // "text+csv", "frequency": "daily", "at": "08:30", "channel": "by_hand", "most_a_day": 3}]}, each member but the
  // address may be missing. Malformed where two entries of one address want different things.
  static Result<Preferences> read(const Json& settings);
  const Preference& of(std::string_view address) const;  // the usual ones where the book says nothing
  const std::map<std::string, Preference, std::less<>>& said() const { return said_; }

 private:
  std::map<std::string, Preference, std::less<>> said_;
  Preference usual_;
};

// The languages of an alert's texts: theirs first and English behind it; English and Russian where they named none.
std::vector<std::string> languages_for(const Preference& preference);

// When what has waited since then is put into mails: at once, at the next full hour, or at their time of the desk's
// day.
Instant due_at(const Preference& preference, Instant waiting_since, const Zone& zone);

}  // namespace cordon
