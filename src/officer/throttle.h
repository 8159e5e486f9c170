// How often something may be tried: failed sign-ins by login and over all, the public form over all. In memory only,
// and no address is ever kept: a key is remembered as an HMAC under a secret of this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/result.h"

namespace cordon {

// So many tries cost nothing; each one after them waits, twice as long as the one before, up to a longest wait. One try
// is forgotten in every `forgets_ms` that pass.
struct Pace {
  std::int64_t free;
  std::int64_t wait_ms;
  std::int64_t longest_ms;
  std::int64_t forgets_ms;
};
// Five tries, then 15 s, 30 s, … up to 15 minutes (ASVS 6.3.1; OpenCTI's CVE-2024-45404 was a code without a limit).
inline constexpr Pace kPaceOfOneLogin{5, 15'000, 900'000, 1'800'000};
// So many a minute over all, and no growing wait: whoever floods must not shut the others out for long.
constexpr Pace per_minute(std::int64_t tries) { return {tries, 60'000 / tries, 60'000 / tries, 60'000 / tries}; }

class Throttle {
 public:
  Throttle(Pace pace, const Clock& clock, Random& random, std::size_t most_keys = 10'000);

  // Counts one try before it is made, so that tries at the same moment cannot all pass. Unavailable says how long to
  // wait, and a try that had to wait is not counted.
  Result<Nothing> take(std::string_view key);
  std::int64_t seconds_to_wait(std::string_view key) const;  // 0: take() would pass
  void forget(std::string_view key);                         // it went well: none of the tries counts any more
  std::size_t keys() const { return tries_.size(); }

 private:
  struct Tries {
    std::int64_t count = 0;
    Instant last;         // when the last one was counted
    Instant next;         // when the next one may be made
    Instant forgot_till;  // tries are forgotten up to here
  };
  Digest name(std::string_view key) const { return hmac_sha256(secret_, key); }
  Tries faded(const Tries& tries, Instant now) const;
  std::int64_t wait_after(std::int64_t count) const;
  void make_room(Instant now);

  Pace pace_;
  const Clock& clock_;
  std::string secret_;
  std::size_t most_keys_;
  std::map<Digest, Tries> tries_;
};

}  // namespace cordon
