// Who is signed in at the web desk. Sessions live in memory only: a restart ends all of them, and a key that a password
// opened is never on disk. The caller holds one lock around every call and for as long as it uses a Session; nothing
// here is safe for two threads.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sign.h"
#include "officer/officer.h"

namespace cordon {

// An officer whose password opened this key.
struct SignedIn {
  Officer officer;
  SecretKey key;
};

struct Session {
  SignedIn who;      // the officer as at sign-in; a rekey ends the session
  std::string csrf;  // stands in every form; see takes()
  Instant opened_at, used_at;

  // Whether a form came from a page of this session. Nothing but the session's own text fits.
  bool takes(std::string_view presented_csrf) const;
};

inline constexpr std::int64_t kSessionIdleMs = kHourMs / 2;
inline constexpr std::int64_t kSessionLongestMs = 8 * kHourMs;
inline constexpr std::size_t kSessionsOfOne = 5;
inline constexpr std::size_t kSessionsOfAll = 1000;

class Sessions {
 public:
  Sessions(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // A new token, which only the browser keeps: 256 bits in base64url. The officer's oldest session ends when there are
  // five already, and the one that was longest unused when there are a thousand.
  std::string open(SignedIn who);

  // Refused when there is none, or it was idle for 30 minutes, or is 8 hours old (ASVS 7.3.2: a working day). Counts as
  // a use. The session stays where it is until the next call.
  Result<const Session*> find(std::string_view token);

  void end(std::string_view token);
  void end_all(const OfficerId& officer);  // a key that was lost or exchanged
  void sweep();                            // ends what is over and wipes its key; find() and open() do it too
  std::size_t count() const { return sessions_.size(); }

 private:
  const Clock& clock_;
  Random& random_;
  // By the token's SHA-256, so that neither a look at the memory nor the time of a search gives a token away.
  std::map<Digest, Session> sessions_;
};

}  // namespace cordon
