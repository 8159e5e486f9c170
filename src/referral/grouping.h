// One mail for one recipient, with all that a rule has to tell it (IntelMQ #1719: what desks ask for most). Pure:
// items, preferences and a time in, alerts out; equal arguments give equal alerts but for their ids.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "decision/alert.h"
#include "referral/preference.h"

namespace cordon {

struct Operator;

struct ToTell {
  std::string to;  // an address of the contact book
  AlertItem item;
};

// Every item is in exactly one alert. An alert has one recipient, as many items as the rule lets it at most, and stays
// below kMostBytesOfAlert; they are in the order of recipients, and in one the items by when they were observed, then
// by what they are. A recipient's several mails say which of how many each is.
std::vector<Alert> group_items(const RuleTerms& rule, std::vector<ToTell> items, const Preferences& preferences,
                               const Annex& annex, const Operator& sender, Instant now, Random& random);

}  // namespace cordon
