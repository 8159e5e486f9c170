// A letter that a courier did not take at once: how long it is tried, and when it is given up. Pure; what the record
// has of it is `letter` (store/tables.cc).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"

namespace cordon {

enum class LetterState { Waiting, Sent, Refused, Undeliverable, Bounced };
std::string_view name(LetterState state);  // "waiting", "sent", …
Result<LetterState> parse_letter_state(std::string_view text);

// Tried again after a minute, then after twice as long each time, at most every four hours, each up to a quarter
// sooner or later so that letters do not come back all at once; given up after five days (RFC 5321 4.5.4.1).
inline constexpr std::int64_t kFirstRetryMs = 60'000;
inline constexpr std::int64_t kLongestRetryMs = 4 * kHourMs;
inline constexpr std::int64_t kRetriesEndMs = 5 * kDayMs;

// What is known of a letter that was tried.
struct LetterTries {
  LetterState state = LetterState::Waiting;
  std::int64_t tries = 0;
  Instant first_at, last_at;
  std::optional<Instant> next_at = {};
  std::string line = {};  // what the server said last; printable
};

// Event: a courier did not take a letter, or an alert came back. `to` is empty for who is told as an affected party.
struct LetterTried {
  std::string message_id;
  std::optional<NoticeId> notice;  // that it is, or follows; nothing: an alert's
  bool request = false;            // it is the request itself
  std::string to;                  // an alert's recipient as the record names it
  std::string courier;
  LetterTries tries;
};
Json to_json(const LetterTries& tries);
Result<LetterTries> read_letter_tries(const Json& body);
Json to_json(const LetterTried& event);
Result<LetterTried> read_letter_tried(const Json& body);

// A letter as the record has it: one that was sent, or tried. By its Message-ID an answer finds what it is about.
struct LetterRow {
  std::string message_id;
  std::optional<NoticeId> notice;  // that it is, or follows
  bool request = false;            // it is the request itself
  std::string to;
  LetterState state = LetterState::Sent;
  Instant at;                             // of its last change
  std::optional<LetterTries> tries = {};  // nothing: it left at once
};

// What the record knows of one address: letters that it did not take. For who keeps a contact's history.
struct AddressBounces {
  std::int64_t count = 0;
  std::optional<Instant> last = {};
};

enum class NotTaken { Later, Never };
// After one more try without success. `before` is nothing at the first.
LetterTries tried_again(const std::optional<LetterTries>& before, NotTaken how, std::string_view line, Instant now,
                        Random& random);
bool may_try_now(const LetterTries& tries, Instant now);
// Whether a server's last word, or the status of a failure notice ("5.1.1"), is that nobody is at this address. What is
// about us or about the mail (5.3, 5.5, 5.6, 5.7 of RFC 3463; a reply without such a code but 550, 551, 553) says
// nothing of the address.
bool says_no_such_address(std::string_view line);

}  // namespace cordon
