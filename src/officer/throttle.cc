#include "officer/throttle.h"

#include <algorithm>

namespace cordon {

Throttle::Throttle(Pace pace, const Clock& clock, Random& random, std::size_t most_keys)
    : pace_(pace), clock_(clock), secret_(random.bytes(32)), most_keys_(most_keys) {
  CORDON_CHECK(
      pace.free > 0 && pace.wait_ms > 0 && pace.longest_ms >= pace.wait_ms && pace.forgets_ms > 0 && most_keys > 0,
      "a pace that lets nothing or everything pass");
}

Throttle::Tries Throttle::faded(const Tries& tries, Instant now) const {
  Tries left = tries;
  const std::int64_t forgotten = std::max<std::int64_t>(0, now - tries.forgot_till) / pace_.forgets_ms;
  left.count = std::max<std::int64_t>(0, tries.count - forgotten);
  left.forgot_till = tries.forgot_till + forgotten * pace_.forgets_ms;
  return left;
}

std::int64_t Throttle::wait_after(std::int64_t count) const {
  if (count < pace_.free) return 0;
  std::int64_t wait = pace_.wait_ms;
  for (std::int64_t i = pace_.free; i < count && wait < pace_.longest_ms; ++i) wait *= 2;
  return std::min(wait, pace_.longest_ms);
}

std::int64_t Throttle::seconds_to_wait(std::string_view key) const {
  const auto entry = tries_.find(name(key));
  if (entry == tries_.end()) return 0;
  // Never longer than the pace says, even where the machine's clock was set back.
  const std::int64_t ms = std::clamp<std::int64_t>(entry->second.next - clock_.now(), 0, pace_.longest_ms);
  return (ms + 999) / 1000;
}

Result<Nothing> Throttle::take(std::string_view key) {
  const Instant now = clock_.now();
  const Digest named = name(key);
  if (const std::int64_t seconds = seconds_to_wait(key); seconds > 0) {
    return fail(Fault::Unavailable, "too many tries; wait " + std::to_string(seconds) + " s");
  }
  auto entry = tries_.find(named);
  if (entry == tries_.end()) {
    make_room(now);
    entry = tries_.emplace(named, Tries{0, now, now, now}).first;
  }
  Tries tries = faded(entry->second, now);
  if (tries.count == 0) tries.forgot_till = now;
  ++tries.count;
  tries.last = now;
  tries.next = now + wait_after(tries.count);
  entry->second = tries;
  return Nothing{};
}

void Throttle::forget(std::string_view key) { tries_.erase(name(key)); }

// Whoever types a new login each time fills the memory, and must not push out the one that is being guessed at: what
// has faded goes first, then what has the fewest tries.
void Throttle::make_room(Instant now) {
  if (tries_.size() < most_keys_) return;
  std::erase_if(tries_, [&](const auto& entry) { return faded(entry.second, now).count == 0; });
  if (tries_.size() < most_keys_) return;
  tries_.erase(std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.count, a.second.last) < std::pair(b.second.count, b.second.last);
  }));
}

}  // namespace cordon
