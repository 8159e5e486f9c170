// Time stamps over the record (charter 7.1 "tsa"): one is asked over every row of the journal that came since the one
// before, by the head of a Merkle tree over their digests. So one request proves when each of them was there at the
// latest, evidence, custody and decisions alike, and the authority sees nothing but 32 bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time_stamp.h"

namespace cordon {

// Asked for, and waiting until the authority has answered; asked again with the same bytes for as long as it takes.
struct StampAsked {
  StampId id;
  std::int64_t first, last;  // rows of the journal
  Digest root;               // RFC 6962, over their 32-byte digests as leaves
  std::uint64_t nonce;
};
// The answer, once it was checked.
struct StampKept {
  StampId id;
  Digest token;  // a blob: the TimeStampToken's DER
  Instant stamped_at;
  std::optional<std::int64_t> accuracy_ms;
  std::string serial, policy, authority;
  Digest certificate;  // SHA-256 of the authority's
};
Json to_json(const StampAsked& event);
Json to_json(const StampKept& event);
Result<StampAsked> read_stamp_asked(const Json& body);
Result<StampKept> read_stamp_kept(const Json& body);

inline constexpr std::int64_t kMostRowsOfStamp = std::int64_t{1} << 20;

// What the authority's imprint is the SHA-256 of: canonical JSON, which goes into every exported archive.
std::string stamp_statement(std::string_view desk, const StampAsked& asked);
StampQuery query_of(std::string_view desk, const StampAsked& asked);

StampKept keep_stamp(const StampAsked& asked, const TimeStamp& stamp, const Digest& token);

}  // namespace cordon
