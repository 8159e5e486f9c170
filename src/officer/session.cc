#include "officer/session.h"

#include <algorithm>

#include "base/secret.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kTokenBytes = 32;

bool over(const Session& session, Instant now) {
  return now - session.used_at >= kSessionIdleMs || now - session.opened_at >= kSessionLongestMs;
}

}  // namespace

bool Session::takes(std::string_view presented_csrf) const { return equal_secrets(csrf, presented_csrf); }

std::string Sessions::open(SignedIn who) {
  sweep();
  const auto older = [](const auto& a, const auto& b) { return a.second.opened_at < b.second.opened_at; };
  const auto longer_unused = [](const auto& a, const auto& b) { return a.second.used_at < b.second.used_at; };
  const auto of_this_officer = [&](const auto& entry) { return entry.second.who.officer.id == who.officer.id; };
  while (std::count_if(sessions_.begin(), sessions_.end(), of_this_officer) >=
         static_cast<std::ptrdiff_t>(kSessionsOfOne)) {
    auto oldest = std::find_if(sessions_.begin(), sessions_.end(), of_this_officer);
    for (auto entry = oldest; entry != sessions_.end(); ++entry) {
      if (of_this_officer(*entry) && older(*entry, *oldest)) oldest = entry;
    }
    sessions_.erase(oldest);
  }
  if (sessions_.size() >= kSessionsOfAll)
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(), longer_unused));
  std::string token = to_base64url(random_.bytes(kTokenBytes));
  const Instant now = clock_.now();
  sessions_.emplace(sha256(token), Session{std::move(who), to_base64url(random_.bytes(kTokenBytes)), now, now});
  return token;
}

Result<const Session*> Sessions::find(std::string_view token) {
  sweep();
  const auto entry = sessions_.find(sha256(token));
  if (entry == sessions_.end()) return fail(Fault::Refused, "nobody is signed in here, or not any more");
  entry->second.used_at = clock_.now();
  return &entry->second;
}

void Sessions::end(std::string_view token) { sessions_.erase(sha256(token)); }

void Sessions::end_all(const OfficerId& officer) {
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.who.officer.id == officer; });
}

void Sessions::sweep() {
  const Instant now = clock_.now();
  std::erase_if(sessions_, [&](const auto& entry) { return over(entry.second, now); });
}

}  // namespace cordon
