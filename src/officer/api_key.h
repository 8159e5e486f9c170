// Keys for machines that use the API: a scanner that reports, a page that shows numbers. A key says what may be asked
// and until when; it never holds an officer's signing key, so nothing that a machine sends can propose, approve, sign a
// gate or manage officers, and KeyScope has no word for it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "officer/officer.h"

namespace cordon {

enum class KeyScope { Intake, ReadCases, ReadNotices, ReadLog, ReadNumbers };
std::string_view name(KeyScope scope);  // "intake", "read_cases", …
Result<KeyScope> parse_key_scope(std::string_view text);

inline constexpr std::int64_t kApiKeyLongestMs = 366 * kDayMs;  // charter 0.9: everything ends

// Events. A key is one of the things that take two people (charter 10), so two admins issue it; one ends it, because
// that only reduces. The journal has the SHA-256 of the secret: 256 random bits need no slow hash.
struct ApiKeyIssued {
  ApiKeyId id;
  std::string name;  // whose machine it is, for the list; [a-z0-9._-], 1 to 64
  std::set<KeyScope> scopes;
  Digest secret;
  Instant begins_at, ends_at;
  std::vector<OfficerId> by;  // two
};
struct ApiKeyEnded {
  ApiKeyId id;
  Instant at;
  OfficerId by;
};
Json to_json(const ApiKeyIssued& event);
Json to_json(const ApiKeyEnded& event);
Result<ApiKeyIssued> read_api_key_issued(const Json& body);
Result<ApiKeyEnded> read_api_key_ended(const Json& body);

// A key as it stands.
struct ApiKey {
  ApiKeyIssued issued;
  std::optional<ApiKeyEnded> ended;
};

// What a machine presents: cordon_<id>_<256 bits in base64url>. The word in front lets scanners of leaked secrets find
// it. Malformed never repeats the text.
struct PresentedKey {
  ApiKeyId id;
  std::string secret;  // 32 bytes
};
Result<PresentedKey> parse_api_key(std::string_view text);
std::string to_text(const PresentedKey& key);
PresentedKey make_api_key(Instant now, Random& random);

// Refused unless two different admins ask, for at least one scope and an end within 366 days.
Result<ApiKeyIssued> issue_api_key(const PresentedKey& key, std::string name, std::set<KeyScope> scopes, Instant now,
                                   Instant ends_at, const std::vector<Officer>& by);
Result<ApiKeyEnded> end_api_key(const ApiKey& key, const Officer& by, Instant now);

// Whether the secret is this key's and the key is in force. A wrong secret is answered in the words of
// unknown_api_key().
Result<Nothing> check(const ApiKey& key, std::string_view secret, Instant now);
Error unknown_api_key();
Result<Nothing> may(const ApiKey& key, KeyScope scope);  // Refused names the scope that it takes

}  // namespace cordon
