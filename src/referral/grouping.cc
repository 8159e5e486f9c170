#include "referral/grouping.h"

#include <algorithm>
#include <tuple>

#include "base/side_by_side.h"
#include "decision/proposal.h"
#include "referral/notice.h"

namespace cordon {

namespace {

// What an item takes in a mail at most, in base64: its value four times (text, table, XARF), and what stands around it.
// Bounds of the mail itself lie above, so that no alert is composed that may not leave.
constexpr std::size_t kBytesAroundItem = 1'200, kMostItemBytes = 3'000'000;
std::size_t bytes_of(const AlertItem& item) {
  return kBytesAroundItem + 6 * item.target.canonical().size() + 2 * item.responsible.size();
}

bool goes_before(const ToTell& a, const ToTell& b) {
  const auto of = [](const ToTell& one) {
    return std::tuple(std::string_view(one.to), one.item.observed_at, one.item.target.kind(),
                      std::string_view(one.item.target.canonical()), one.item.port.value_or(0),
                      std::string_view(one.item.report.text()));
  };
  return of(a) < of(b);
}

}  // namespace

std::vector<Alert> group_items(const RuleTerms& rule, std::vector<ToTell> items, const Preferences& preferences,
                               const Annex& annex, const Operator& sender, Instant now, Random& random) {
  std::sort(items.begin(), items.end(), goes_before);
  std::vector<Alert> alerts;
  const auto most = static_cast<std::size_t>(rule.items);
  for (std::size_t at = 0; at < items.size();) {
    const std::string to = items[at].to;
    const Preference& preference = preferences.of(to);
    const std::size_t first = alerts.size();
    std::size_t bytes = 0;
    for (; at < items.size() && items[at].to == to; ++at) {
      AlertItem& item = items[at].item;
      const std::size_t more = bytes_of(item);
      if (alerts.size() == first || alerts.back().items.size() == most || bytes + more > kMostItemBytes) {
        const Deadlines ends = deadlines(rule.matter, item.target.kind(), now);
        alerts.push_back({AlertId::make(now, random),
                          rule.id,
                          rule.matter,
                          to,
                          languages_for(preference),
                          preference.format,
                          1,
                          1,
                          gates_of(rule),
                          now,
                          ends.reply_by,
                          ends.sunset_at,
                          sha256(""),
                          {}});
        bytes = 0;
      }
      Alert& alert = alerts.back();
      alert.sunset_at = std::min(alert.sunset_at, deadlines(rule.matter, item.target.kind(), now).sunset_at);
      alert.items.push_back(std::move(item));
      bytes += more;
    }
    for (std::size_t i = first; i < alerts.size(); ++i) {
      alerts[i].number = static_cast<std::int64_t>(i - first + 1);
      alerts[i].of = static_cast<std::int64_t>(alerts.size() - first);
    }
  }
  side_by_side(alerts.size(),
               [&](std::size_t i) { alerts[i].body = sha256(compose_alert({rule, alerts[i], annex, sender})); });
  return alerts;
}

}  // namespace cordon
