// What an index holds: an identifier that some list or case names as criminal infrastructure, how far it reaches, who
// says so, and until when. An answer of an index is a lead for an officer, never a fact of its own.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/ip_range.h"
#include "observable/observable.h"

namespace cordon {

// A day of UTC, from 1970-01-01 to 2149-06-06: what an index needs to know of time, in two bytes.
class Day {
 public:
  Day() = default;            // 1970-01-01
  static Day of(Instant at);  // an instant outside of these years is their first or last day
  static Day last() { return Day(65535); }
  static Day numbered(std::uint16_t days) { return Day(days); }
  std::uint16_t number() const { return days_; }  // days since 1970-01-01
  Day plus(int days) const;                       // stops at the first and the last
  std::string text() const;                       // "2026-11-24"
  auto operator<=>(const Day&) const = default;

 private:
  explicit Day(std::uint16_t days) : days_(days) {}
  std::uint16_t days_ = 0;
};
Result<Day> parse_day(std::string_view text);  // "2026-11-24", or an RFC 3339 time, of which the UTC day counts

enum class Reach : std::uint8_t {
  Exact,
  Below,   // a domain: also every name below it
  Prefix,  // a url: its host, port and path, and every path below that one; scheme and query do not count
};
std::string_view name(Reach reach);  // "exact", "below", "prefix"
Result<Reach> parse_reach(std::string_view text);

// A reference comes from a peer or a public list and never acts (charter 6.10). An active indicator comes from a case
// of this desk in which two officers approved an act.
enum class Standing : std::uint8_t { Reference, Active };
std::string_view name(Standing standing);  // "reference", "active"
Result<Standing> parse_standing(std::string_view text);

// share/object.h has `Indicator`, which is what a desk offers to a peer; this is what a list says.
struct ListedIndicator {
  std::variant<Observable, IpRange> what;
  Reach reach = Reach::Exact;
  Standing standing = Standing::Reference;
  std::optional<Category> category = {};  // an active one always has one
  std::string source = {};                // 1 to 255 bytes of UTF-8: the list, peer or desk that says it
  Tlp tlp = Tlp::Amber;
  Pap pap = Pap::Amber;
  int confidence = 50;   // 0 to 100
  Day added = {};        // when the source first named it
  Day valid_until = {};  // the last day on which it matches; everything expires
  std::string id = {};   // the case, or the source's own id of it; at most 255 bytes of UTF-8
  // Only in a delta: this source no longer names it (of an empty source: nobody does). A withdrawal beats every
  // addition of the same thing, in the delta itself as in its base. `reach` and what follows do not count then.
  bool withdrawn = false;
};

// What an index may hold at all, whatever list it comes from. Malformed: a field outside of its bounds. Refused:
//   a reach that its kind does not have; a prefix that is not of C01, C02, C03 or C05, or is on a shared host or a
//   whole host (amendment 10); a range that is not a reference of C01 to C03 (amendment 3); an active one without a
//   category or an id, or of a kind that its category may not hold (charter 4.4).
// The never-list and the lives of charter 4.4 are for whoever reads the list.
Result<Nothing> check_indicator(const ListedIndicator& indicator);

// "http://example.org:8080/a/b/?q" -> "example.org:8080/a/b": what Reach::Prefix compares. `url` is canonical.
std::string prefix_key(std::string_view url);

}  // namespace cordon
