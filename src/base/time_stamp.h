// Time stamps of RFC 3161: somebody outside signs that a digest was there at a time. What is asked holds a digest and a
// nonce and nothing else; what is answered is believed only as far as a certificate that was pinned beforehand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"

namespace cordon {

struct StampQuery {
  Digest imprint;           // SHA-256 of what is stamped
  std::uint64_t nonce = 0;  // random, of this query alone
};
// DER of a TimeStampReq; the signer's certificate is asked for, and a policy (dotted) where one is given.
std::string write_stamp_query(const StampQuery& query, const std::string& policy = {});

bool is_stamp_policy(const std::string& policy);  // dotted, like "1.3.6.1.4.1.99999.1"

// The certificates that a stamp must lead up to: of the authority itself, or of whoever vouches for it.
class StampTrust {
 public:
  static Result<StampTrust> read(std::string_view pem);  // 1 to 16 certificates
  StampTrust(StampTrust&&) noexcept;
  StampTrust& operator=(StampTrust&&) noexcept;
  ~StampTrust();

 private:
  friend struct StampCheck;
  struct Pinned;
  explicit StampTrust(std::unique_ptr<Pinned> pinned);
  std::unique_ptr<Pinned> pinned_;
};

// A token that was checked: it is over the query's imprint and nonce, signed by a certificate that may sign time stamps
// and nothing else, and that leads up to a pinned one at the time that it names.
struct TimeStamp {
  Instant at;                               // genTime
  std::optional<std::int64_t> accuracy_ms;  // where the authority says how far off it may be
  std::string serial;                       // hex
  std::string policy;                       // dotted
  std::string authority;                    // the signer's name, in one line
  Digest certificate;                       // SHA-256 of the signer's
  std::string token;                        // DER of the TimeStampToken, as it came
};

inline constexpr std::size_t kLargestStamp = 64u << 10;      // of an answer
inline constexpr std::int64_t kStampTolerance = 5 * 60'000;  // how far its time may be from ours when it comes, in ms

// Malformed: the bytes are no answer; Unavailable: the authority gave none, its words in the message; Corrupt: they do
// not prove what they should. A policy that is not empty must be the token's.
Result<TimeStamp> read_stamp_answer(std::string_view answer, const StampQuery& query, const StampTrust& trust,
                                    const std::string& policy, Instant now);
Result<TimeStamp> check_stamp(std::string_view token, const StampQuery& query, const StampTrust& trust,
                              const std::string& policy = {});

}  // namespace cordon
