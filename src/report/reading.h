// What the confined worker makes of one record, and the rules that hold in every format: which of the
// things a record names it is about, and why it is refused otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "law/matter.h"
#include "observable/observable.h"
#include "report/mapping.h"

namespace cordon {

inline constexpr std::size_t kKeptLimit = 64u << 10;  // bytes that the desk may store of one record

inline constexpr std::size_t kMostObservables = 64;  // of one record

struct Reading {
  std::string code, reason;  // both empty when accepted
  std::string token;
  std::optional<Matter> matter;
  std::vector<Observable> observables;  // the first is what the record is about
  std::optional<int> port;
  std::optional<Instant> seen_at;
  std::string kept;
};

Reading refuse(std::string code, std::string reason);

// C09 in any format, by any label: it is a hotline's to assess, and nothing of the record is kept, its
// identifiers included (charter 4.4 hash_only, 7.3).
Reading refuse_child_abuse();

// A refusal of a name outside the closed list: the refused list's own code where the name stands there
// (charter 4.6), else "out_of_scope". `what` says where the name stood: "type", "category".
Reading refuse_name(std::string_view name, std::string_view what);

// A refusal of a name that a table of mapping.h says is not ours; of a hotline's matter refuse_child_abuse().
Reading refuse_not_ours(std::string_view what, std::string_view name, const NotOurs& no);

// Something that a record names as the thing it is about; the best comes first.
struct Candidate {
  ObservableKind kind;
  std::string text;
};

// Chooses the first candidate that parses and that `matter` may hold; the others that pass stand behind
// it. A candidate that the charter keeps out (a range, a search page) refuses the record: falling back to
// its host would widen the target. H01 and H02 need `port`.
Reading choose(Matter matter, const std::vector<Candidate>& candidates, std::optional<int> port);
// The same for observables that were parsed already.
Reading choose_parsed(Matter matter, const std::vector<Observable>& found, std::optional<int> port);

// Whatever kind it seems to be: url, ip, email, file hash, onion or domain; nothing if none of them.
std::optional<ObservableKind> guess_kind(std::string_view text);
// Lower is more specific: url, domain, ip, onion, file hash, then the others.
int rank(ObservableKind kind);

// RFC 3339, also with a space or without a zone (taken as UTC), with "+0200" or a zone's usual letters after it, or RFC
// 5322, also with "11:00AM"; nothing if it is none of them.
std::optional<Instant> lenient_time(std::string_view text);
// The member as a port, whether number or digits; nothing outside 1 to 65535.
std::optional<int> read_port(std::string_view text);
std::optional<int> port_member(const Json& record, std::string_view key);
// The member's text, or its number as text; empty if there is none.
std::string text_member(const Json& record, std::string_view key);

// What crosses the worker's pipe, packed (base/packed.h). `seen_at` later than a day after `received_at` is refused
// "future".
std::string write_answer(const Reading& reading);
Result<Reading> read_answer(std::string_view answer, Instant received_at);  // trusts nothing in it

// The same for what one record of a batch holds: one reading, or those of a mail that carries several. More than
// kMostReadings, or more than a worker may say at once, is one refusal of the whole: "too_many".
inline constexpr std::size_t kMostReadings = 20'000;
inline constexpr std::size_t kLongestAnswer = 14u << 20;
std::string write_answers(const std::vector<Reading>& readings);
Result<std::vector<Reading>> read_answers(std::string_view answers, Instant received_at);  // one at least

}  // namespace cordon
