#include "referral/recheck.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<Sign, 7> kSigns{{{Sign::Name, "name"},
                                    {Sign::Zone, "zone"},
                                    {Sign::Door, "door"},
                                    {Sign::OtherDoor, "other_door"},
                                    {Sign::Answer, "answer"},
                                    {Sign::Content, "content"},
                                    {Sign::Recipient, "recipient"}}};
constexpr Spelling<TargetState, 4> kTargetStates{{{TargetState::Unsure, "unsure"},
                                                  {TargetState::Up, "up"},
                                                  {TargetState::Changed, "changed"},
                                                  {TargetState::Down, "down"}}};

constexpr std::array kRow{std::int64_t{0}, 2 * kHourMs, 8 * kHourMs, 20 * kHourMs};  // looks of one row, from its begin
constexpr std::int64_t kFirstRowMs = 24 * kHourMs, kWeekMs = 7 * kDayMs;

bool failed(TargetLook::Door door) { return door == TargetLook::Door::Closed || door == TargetLook::Door::Silent; }

// Nothing can be learned from it.
bool says_nothing(const TargetLook& look) {
  const bool led_nowhere_known = look.name == TargetLook::Name::Unanswered || look.name == TargetLook::Name::Inside;
  return !look.resolver || led_nowhere_known || look.page == TargetLook::Page::Cut ||
         look.page == TargetLook::Page::NoHandshake;
}

bool is_alive(const TargetLook& look) {
  return look.page == TargetLook::Page::Answered && !look.elsewhere && (look.status < 400 || look.status == 401);
}

bool says_gone(int status) { return status == 404 || status == 410 || status == 451; }

std::vector<Sign> signs_of(const TargetLook& look, bool seen_before, bool recipient_says_done) {
  std::vector<Sign> signs;
  if (look.name == TargetLook::Name::None) signs.push_back(Sign::Name);
  if (look.zone_denies) signs.push_back(Sign::Zone);
  if (failed(look.door)) signs.push_back(Sign::Door);
  if (failed(look.other_door)) signs.push_back(Sign::OtherDoor);
  if (look.page == TargetLook::Page::Answered && says_gone(look.status)) {
    signs.push_back(Sign::Answer);
    // Who was never seen there from here may show others another page.
    if (seen_before) signs.push_back(Sign::Content);
  }
  if (!signs.empty() && recipient_says_done) signs.push_back(Sign::Recipient);
  return signs;
}

// Looks that say something, no two of them nearer than kLeastGapMs; of those that are, the first.
std::vector<const KeptLook*> counted(std::span<const KeptLook> looks) {
  std::vector<const KeptLook*> count;
  for (const KeptLook& one : looks) {
    if (says_nothing(one.look)) continue;
    if (count.empty() || one.look.at - count.back()->look.at >= kLeastGapMs) count.push_back(&one);
  }
  return count;
}

bool holds(const std::vector<Sign>& signs, Sign wanted) {
  return std::find(signs.begin(), signs.end(), wanted) != signs.end();
}

int confidence_of(const std::vector<Sign>& signs, std::size_t looks) {
  // A page can hide from who looks, and a door can be shut to one visitor; a zone speaks to everybody.
  int percent = holds(signs, Sign::Zone) ? 85 : holds(signs, Sign::Content) ? 75 : holds(signs, Sign::Door) ? 65 : 60;
  if (holds(signs, Sign::Recipient)) percent += 10;
  return std::min(95, percent + static_cast<int>(looks - kFewestLooksForDown));
}

// Whether three looks or more that are near one another are spread enough: two outages a week apart are two.
bool has_enough(const std::vector<const KeptLook*>& failures) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    if (i > 0 && failures[i]->look.at - failures[i - 1]->look.at > kLongestGapMs) first = i;
    if (i - first + 1 >= kFewestLooksForDown && failures[i]->look.at - failures[first]->look.at >= kLeastSpreadMs)
      return true;
  }
  return false;
}

std::optional<TargetVerdict> as_down(const std::vector<const KeptLook*>& looks, bool recipient_says_done) {
  // Seen up from here before the row of failures began.
  std::size_t first = looks.size();
  while (first > 0 && !signs_of(looks[first - 1]->look, false, false).empty()) --first;
  const bool seen_before = std::any_of(looks.begin(), looks.begin() + static_cast<std::ptrdiff_t>(first),
                                       [](const KeptLook* one) { return is_alive(one->look); });
  std::vector<Sign> agreed = signs_of(looks.back()->look, seen_before, recipient_says_done);
  std::size_t begin = looks.size();
  for (; begin > first; --begin) {
    const std::vector<Sign> shown = signs_of(looks[begin - 1]->look, seen_before, recipient_says_done);
    if (shown.size() < 2) break;
    std::erase_if(agreed, [&](Sign sign) { return !holds(shown, sign); });
  }
  const std::size_t row = looks.size() - begin;
  if (!has_enough({looks.begin() + static_cast<std::ptrdiff_t>(begin), looks.end()})) return std::nullopt;
  // A name that went after the server did still is down: each look had two kinds, if not the same.
  return TargetVerdict{TargetState::Down, confidence_of(agreed, row), std::move(agreed), row};
}

// What came the last two times is the same, and is not what used to come.
bool is_another_page(const std::vector<const KeptLook*>& looks) {
  const KeptLook &last = *looks.back(), &before = *looks[looks.size() - 2];
  const bool steady = last.look.whole && before.look.whole && last.look.body == before.look.body && !last.as_evidence;
  if (!steady) return false;
  const auto old_end = looks.end() - 2;
  return std::any_of(looks.begin(), old_end, [&](const KeptLook* old) {
    if (!is_alive(old->look) || !old->look.whole || old->look.body == last.look.body) return false;
    const auto same = std::count_if(looks.begin(), old_end, [&](const KeptLook* other) {
      return is_alive(other->look) && other->look.body == old->look.body;
    });
    return old->as_evidence || same >= 2;
  });
}

}  // namespace

std::string_view name(Sign sign) { return spelled(kSigns, sign); }
std::string_view name(TargetState state) { return spelled(kTargetStates, state); }
Result<TargetState> parse_target_state(std::string_view text) {
  return read_spelled(kTargetStates, text, "state of a target");
}

TargetVerdict judge(std::span<const KeptLook> looks, bool recipient_says_done) {
  const std::vector<const KeptLook*> count = counted(looks);
  if (count.size() < kFewestLooksForUp) return {};
  if (const std::optional<TargetVerdict> down = as_down(count, recipient_says_done)) return *down;
  const KeptLook &last = *count.back(), &before = *count[count.size() - 2];
  if (last.look.elsewhere && before.look.elsewhere) return {TargetState::Changed, 70, {}, 2};
  if (!is_alive(last.look) || !is_alive(before.look)) return {};
  if (is_another_page(count)) return {TargetState::Changed, 60, {}, 2};
  return {TargetState::Up, last.as_evidence ? 95 : 80, {}, 2};
}

std::optional<Instant> next_look(Instant sent_at, Instant sunset_at, std::span<const KeptLook> looks) {
  const auto within = [&](Instant at) { return at < sunset_at ? std::optional(at) : std::nullopt; };
  const auto begin_of = [&](std::int64_t row) { return sent_at + (row == 0 ? kFirstRowMs : row * kWeekMs); };
  if (looks.empty()) return within(begin_of(0));
  const Instant last = looks.back().look.at;
  std::int64_t row = 0;
  while (begin_of(row + 1) <= last) ++row;
  std::vector<const KeptLook*> of_row;
  for (const KeptLook& one : looks)
    if (one.look.at >= begin_of(row)) of_row.push_back(&one);
  const bool seen_twice = of_row.size() >= 2 && is_alive(of_row.back()->look) &&
                          is_alive(of_row[of_row.size() - 2]->look) &&
                          of_row.back()->look.at - of_row[of_row.size() - 2]->look.at >= kLeastGapMs;
  if (of_row.empty() || of_row.size() >= kRow.size() || seen_twice)
    return within(begin_of(last < begin_of(0) ? 0 : row + 1));
  // From the last look and not from the row's begin: a desk that was off does not hurry.
  const Instant next = last + (kRow[of_row.size()] - kRow[of_row.size() - 1]);
  return within(std::min(next, begin_of(row + 1)));
}

Result<Nothing> may_look(const Action& action, const Proposed& proposed) {
  const auto no = [&](const std::string& why) {
    return fail(Fault::Refused, "this target is not looked at: " + why, action.notice.text());
  };
  switch (action.state) {
    case ActionState::Drafted:
    case ActionState::Approved:
      return no("its request has not left");
    case ActionState::Recalled:
    case ActionState::Reinstated:
    case ActionState::ReinstateRefused:
    case ActionState::Expired:
      return no("its request was taken back or has ended");
    default:
      break;
  }
  const Category* category = proposed.matter.category();
  if (category == nullptr) return no("an exposure has no PAP that allows it");
  if (least_pap(*category) > Pap::Green)
    return no("PAP:" + std::string(name(least_pap(*category))) + " of " + std::string(proposed.matter.id()) +
              " allows no contact with it (charter 8.5)");
  TRY(place_of(proposed.target));
  return Nothing{};
}

Json to_json(const TargetLooked& event) {
  Json::Array signs;
  for (const Sign sign : event.verdict.signs) signs.emplace_back(name(sign));
  return Json::Object{{"notice", event.notice.text()},          {"look", to_json(event.kept.look)},
                      {"as_evidence", event.kept.as_evidence},  {"verdict", name(event.verdict.state)},
                      {"confidence", event.verdict.confidence}, {"signs", std::move(signs)},
                      {"looks", event.verdict.looks},           {"back", event.back}};
}

Result<TargetLooked> read_target_looked(const Json& body) {
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  const Json* seen = body.find("look");
  if (seen == nullptr) return fail(Fault::Malformed, "a look is missing", "look");
  TargetLooked event{std::move(notice), {}, {}};
  event.kept.look = TRY(read_target_look(*seen));
  event.kept.as_evidence = TRY(body.flag("as_evidence"));
  event.verdict.state = TRY(parse_target_state(TRY(body.text("verdict"))));
  event.verdict.confidence =
      static_cast<int>(std::clamp(body.number_or("confidence", 0), std::int64_t{0}, std::int64_t{100}));
  for (const Json& sign : TRY(body.list("signs"))) {
    const Sign read = TRY(read_spelled(kSigns, sign.string() == nullptr ? std::string_view() : *sign.string(), "sign"));
    event.verdict.signs.push_back(read);
  }
  event.verdict.looks = static_cast<std::size_t>(std::max(body.number_or("looks", 0), std::int64_t{0}));
  event.back = TRY(body.flag("back"));
  return event;
}

}  // namespace cordon
