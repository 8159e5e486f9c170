#include "match/indicator.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "law/matter.h"
#include "match/format.h"
#include "observable/url.h"

namespace cordon {
namespace {

constexpr std::array<std::string_view, 3> kReaches{"exact", "below", "prefix"};
constexpr std::array<std::string_view, 2> kStandings{"reference", "active"};

template <typename Enum, std::size_t N>
Result<Enum> parse_name(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto at = std::find(names.begin(), names.end(), text);
  if (at != names.end()) return static_cast<Enum>(at - names.begin());
  return fail(Fault::Malformed, "not one of " + join({names.begin(), names.end()}, ", ") + ": " + printable(text));
}

Result<Nothing> check_text(std::string_view text, std::string_view what) {
  if (text.size() > 255 || !valid_utf8(text) || text.find_first_of(std::string_view("\0\n\r", 3)) != text.npos)
    return fail(Fault::Malformed, std::string(what) + " is one line of at most 255 bytes of UTF-8");
  return Nothing{};
}

// Amendment 10.
bool may_have_prefix(Category category) {
  return category == Category::Malware || category == Category::IllegalAccess || category == Category::ServiceAttack ||
         category == Category::Phishing;
}

Result<Nothing> check_reach(const Observable& observable, Reach reach, std::optional<Category> category) {
  if (reach == Reach::Below && observable.kind() != ObservableKind::Domain)
    return fail(Fault::Refused, "only a domain has names below it");
  if (reach == Reach::Below && std::count(observable.canonical().begin(), observable.canonical().end(), '.') > 32)
    return fail(Fault::Malformed, "a name of more than 33 labels");
  if (reach != Reach::Prefix) return Nothing{};
  if (observable.kind() != ObservableKind::Url) return fail(Fault::Refused, "only a url has a path prefix");
  if (!category || !may_have_prefix(*category))
    return fail(Fault::Refused, "a url prefix is for C01, C02, C03 and C05 only (amendment 10)");
  if (on_shared_host(observable))
    return fail(Fault::Refused, "no url prefix on a shared host or platform (amendment 10)");
  const std::string key = prefix_key(observable.canonical());
  const auto depth = std::count(key.begin(), key.end(), '/');
  if (depth == 0) return fail(Fault::Refused, "a prefix without a path is the whole host; list the domain");
  if (depth > 32) return fail(Fault::Malformed, "a prefix of more than 32 parts");
  return Nothing{};
}

Result<Nothing> check_range(const ListedIndicator& indicator) {
  if (indicator.standing != Standing::Reference || indicator.reach != Reach::Exact)
    return fail(Fault::Refused, "a range is context from a reference list, never a target (amendment 3)");
  if (!indicator.category || *indicator.category > Category::ServiceAttack)
    return fail(Fault::Refused, "ranges are of C01 to C03 only (amendment 3)");
  return Nothing{};
}

}  // namespace

Day Day::of(Instant at) {
  const std::int64_t days = at.ms >= 0 ? at.ms / kDayMs : 0;
  return Day(static_cast<std::uint16_t>(std::min<std::int64_t>(days, 65535)));
}

Day Day::plus(int days) const {
  return Day(static_cast<std::uint16_t>(std::clamp<std::int64_t>(std::int64_t{days_} + days, 0, 65535)));
}

std::string Day::text() const { return to_rfc3339({days_ * kDayMs}).substr(0, 10); }

Result<Day> parse_day(std::string_view text) {
  const std::string whole = text.size() == 10 ? std::string(text) + "T00:00:00Z" : std::string(text);
  const Instant at = TRY(parse_rfc3339(whole));
  if (at.ms / kDayMs > 65535) return fail(Fault::Malformed, "a day after 2149-06-06: " + printable(text));
  return Day::of(at);
}

std::string_view name(Reach reach) { return kReaches[static_cast<std::size_t>(reach)]; }
Result<Reach> parse_reach(std::string_view text) { return parse_name<Reach>(kReaches, text); }
std::string_view name(Standing standing) { return kStandings[static_cast<std::size_t>(standing)]; }
Result<Standing> parse_standing(std::string_view text) { return parse_name<Standing>(kStandings, text); }

std::string prefix_key(std::string_view url) { return std::string(index_format::prefix_view(url)); }

Result<Nothing> check_indicator(const ListedIndicator& indicator) {
  TRY(check_text(indicator.source, "the source"));
  TRY(check_text(indicator.id, "the id"));
  if (indicator.withdrawn) return Nothing{};
  if (indicator.source.empty()) return fail(Fault::Malformed, "an indicator names its source");
  if (indicator.confidence < 0 || indicator.confidence > 100)
    return fail(Fault::Malformed, "confidence is 0 to 100, not " + std::to_string(indicator.confidence));
  if (indicator.valid_until < indicator.added)
    return fail(Fault::Malformed, "valid until " + indicator.valid_until.text() + ", before it was added");
  const auto* observable = std::get_if<Observable>(&indicator.what);
  if (observable == nullptr) return check_range(indicator);
  if (indicator.category) TRY(may_hold(*indicator.category, observable->kind()));
  if (indicator.standing == Standing::Active && (!indicator.category || indicator.id.empty()))
    return fail(Fault::Refused, "an active indicator names its category and its case");
  return check_reach(*observable, indicator.reach, indicator.category);
}

}  // namespace cordon
