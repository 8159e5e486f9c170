// What looks say together, by hand and over 1,000 simulated targets. Planted bugs, each seen red: one look suffices;
// looks need no spread in time; one kind of failure suffices; a look of which our own network is to blame counts.
#include "referral/recheck.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "base/samples_for_tests.h"

namespace cordon {
namespace {

const Instant kSent{1'790'000'000'000};

KeptLook look_with(std::int64_t hours, const std::function<void(TargetLook&)>& how) {
  KeptLook kept;
  kept.look.at = kSent + hours * kHourMs;
  kept.look.resolver = true;
  kept.look.name = TargetLook::Name::Found;
  how(kept.look);
  return kept;
}
KeptLook page_at(std::int64_t hours, int status = 200, std::string_view body = "page") {
  return look_with(hours, [&](TargetLook& look) {
    look.door = TargetLook::Door::Opened;
    look.page = TargetLook::Page::Answered;
    look.status = status;
    look.whole = true;
    look.body = sha256(body);
  });
}
KeptLook no_name_at(std::int64_t hours, bool by_zone = true) {
  return look_with(hours, [&](TargetLook& look) {
    look.name = TargetLook::Name::None;
    look.zone_denies = by_zone;
  });
}
KeptLook no_door_at(std::int64_t hours, TargetLook::Door door = TargetLook::Door::Closed,
                    TargetLook::Door other = TargetLook::Door::Closed) {
  return look_with(hours, [&](TargetLook& look) {
    look.door = door;
    look.other_door = other;
  });
}
TargetState state_of(const std::vector<KeptLook>& looks, bool recipient_says_done = false) {
  return judge(looks, recipient_says_done).state;
}
using T = TargetState;

TEST(Recheck, no_verdict_comes_from_one_look) {
  for (const KeptLook& one : {page_at(24), page_at(24, 404), no_name_at(24), no_door_at(24)}) {
    EXPECT_EQ(state_of({one}), T::Unsure);
    EXPECT_EQ(state_of({one}, true), T::Unsure);
  }
  EXPECT_EQ(state_of({page_at(24), page_at(26)}), T::Up);
}

TEST(Recheck, down_takes_three_looks_that_are_spread_over_half_a_day) {
  EXPECT_EQ(state_of({no_name_at(24), no_name_at(44)}), T::Unsure);
  EXPECT_EQ(state_of({no_name_at(24), no_name_at(26), no_name_at(35)}), T::Unsure) << "eleven hours";
  EXPECT_EQ(state_of({no_name_at(24), no_name_at(26), no_name_at(36)}), T::Down);
  EXPECT_EQ(state_of({no_name_at(44), no_name_at(168), no_name_at(170)}), T::Unsure) << "two outages, a week apart";
  EXPECT_EQ(state_of({no_name_at(24), no_name_at(26), no_name_at(36), no_name_at(168)}), T::Down) << "it stays down";
  std::vector<KeptLook> hammered;
  for (int i = 0; i < 50; ++i) {
    hammered.push_back(no_name_at(24));
    hammered.back().look.at = kSent + 24 * kHourMs + i * 60'000;
  }
  EXPECT_EQ(state_of(hammered), T::Unsure) << "fifty looks within an hour are one";
}

TEST(Recheck, two_kinds_of_failure_agree_or_it_is_not_down) {
  const auto three = [](const auto& one) { return std::vector<KeptLook>{one(24), one(30), one(44)}; };
  EXPECT_EQ(state_of(three([](int at) { return no_name_at(at, false); })), T::Unsure) << "a resolver's word alone";
  EXPECT_EQ(state_of(three([](int at) { return no_name_at(at, false); }), true), T::Down) << "and the recipient's";
  EXPECT_EQ(state_of(three([](int at) { return no_door_at(at, TargetLook::Door::Closed, TargetLook::Door::Opened); })),
            T::Unsure);
  EXPECT_EQ(state_of(three([](int at) { return no_door_at(at, TargetLook::Door::Silent, TargetLook::Door::Silent); })),
            T::Down);
  EXPECT_EQ(state_of(three([](int at) { return page_at(at, 404); })), T::Unsure) << "never seen there from here";
  std::vector<KeptLook> seen = three([](int at) { return page_at(at, 410); });
  seen.insert(seen.begin(), page_at(2));
  EXPECT_EQ(state_of(seen), T::Down);
  const TargetVerdict verdict = judge(seen, true);
  EXPECT_EQ(verdict.signs, (std::vector<Sign>{Sign::Answer, Sign::Content, Sign::Recipient}));
  EXPECT_EQ(verdict.looks, 3u);
  EXPECT_GT(verdict.confidence, judge(seen, false).confidence);
}

TEST(Recheck, what_says_nothing_neither_helps_nor_hinders_and_a_server_that_answers_ends_the_row) {
  const auto ours = look_with(28, [](TargetLook& look) {
    look.resolver = false;
    look.name = TargetLook::Name::Unanswered;
  });
  const auto silent_and_ours = [](std::int64_t at) {
    KeptLook kept = no_door_at(at, TargetLook::Door::Silent, TargetLook::Door::Silent);
    kept.look.resolver = false;
    return kept;
  };
  EXPECT_EQ(state_of({no_name_at(24), ours, no_name_at(32), no_name_at(44)}), T::Down);
  EXPECT_EQ(state_of({silent_and_ours(24), silent_and_ours(32), silent_and_ours(44)}), T::Unsure);
  for (const int status : {403, 429, 500, 503})
    EXPECT_EQ(state_of({no_name_at(24), no_name_at(32), page_at(36, status), no_name_at(44)}), T::Unsure) << status;
  EXPECT_EQ(state_of({page_at(2), page_at(24, 503), page_at(32, 503), page_at(44, 503)}), T::Unsure);
}

TEST(Recheck, another_page_or_another_host_is_changed) {
  const auto away = [](std::int64_t at) {
    KeptLook kept = page_at(at, 302);
    kept.look.elsewhere = true;
    return kept;
  };
  EXPECT_EQ(state_of({page_at(2), page_at(4), away(24), away(26)}), T::Changed);
  EXPECT_EQ(state_of({page_at(2), page_at(4), page_at(24, 200, "suspended"), page_at(26, 200, "suspended")}),
            T::Changed);
  EXPECT_EQ(state_of({page_at(2), page_at(4), page_at(24, 200, "a"), page_at(26, 200, "b")}), T::Up) << "never steady";
  EXPECT_EQ(state_of({page_at(2, 200, "a"), page_at(4, 200, "b"), page_at(24, 200, "c"), page_at(26, 200, "c")}), T::Up)
      << "nothing that used to come";
  KeptLook evidence = page_at(2);
  evidence.as_evidence = true;
  EXPECT_EQ(state_of({evidence, page_at(24, 200, "suspended"), page_at(26, 200, "suspended")}), T::Changed);
}

TEST(Recheck, looks_are_due_after_a_day_a_week_and_then_weekly_until_the_end) {
  const Instant sunset = kSent + 30 * kDayMs;
  std::vector<KeptLook> looks;
  std::vector<std::int64_t> hours;
  while (const std::optional<Instant> next = next_look(kSent, sunset, looks)) {
    hours.push_back((*next - kSent) / kHourMs);
    looks.push_back(no_name_at(hours.back()));
    ASSERT_LT(hours.size(), 100u);
  }
  const std::int64_t week = 7 * 24;
  EXPECT_EQ(hours, (std::vector<std::int64_t>{24,       26,           32,           44,
                                              week,     week + 2,     week + 8,     week + 20,
                                              2 * week, 2 * week + 2, 2 * week + 8, 2 * week + 20,
                                              3 * week, 3 * week + 2, 3 * week + 8, 3 * week + 20,
                                              4 * week, 4 * week + 2, 4 * week + 8, 4 * week + 20}));
  EXPECT_EQ(next_look(kSent, sunset, std::vector{page_at(24), page_at(26)}), kSent + week * kHourMs) << "seen twice";
  EXPECT_EQ(next_look(kSent, sunset, std::vector{page_at(3)}), kSent + 24 * kHourMs) << "one by hand, before";
  EXPECT_EQ(next_look(kSent, kSent + 20 * kHourMs, {}), std::nullopt);
}

// ── simulated targets ──

// What a probe sees of a target of this kind through a network that loses, lags and errs.
class SimulatedTarget {
 public:
  enum class Kind { Alive, Hiding, NameGone, ServerGone, ServerSilent, PageGone };
  SimulatedTarget(Kind kind, std::uint64_t seed) : kind_(kind), random_(seed) {
    loss_ = 0.3 * chance();
    errs_ = 0.2 * chance();
    turns_changing_ = chance() < 0.3;
    gone_after_ = (chance() < 0.5 ? 0 : 24 * (1 + below(20))) * kHourMs;
    // Outages of the target, an hour to eight, about one in four days; and of our own network.
    for (Instant at = kSent; at - kSent < 120 * kDayMs; at = at + (1 + below(190)) * kHourMs)
      (chance() < 0.8 ? target_out_ : we_out_).emplace_back(at, at + (1 + below(8)) * kHourMs);
  }

  KeptLook at(Instant now) {
    KeptLook kept;
    TargetLook& look = kept.look;
    look.at = now;
    const auto out = [&](const auto& spans) {
      return std::any_of(spans.begin(), spans.end(), [&](const auto& s) { return s.first <= now && now < s.second; });
    };
    const bool gone = is_gone_kind() && now - kSent >= gone_after_;
    const bool we_are_out = out(we_out_);
    look.resolver = !we_are_out && !lost(4);
    if (!look.resolver) return kept;
    if (lost(2) || chance() < errs_ / 4) return kept;  // its zone's servers do not answer
    if (gone && kind_ == Kind::NameGone) {
      look.name = TargetLook::Name::None;
      look.zone_denies = true;
      return kept;
    }
    if (chance() < 0.005) {  // a zone that was loaded wrongly
      look.name = TargetLook::Name::None;
      look.zone_denies = chance() < 0.5;
      return kept;
    }
    look.name = TargetLook::Name::Found;
    const bool off = out(target_out_);
    const auto knock = [&] {
      if ((gone && kind_ == Kind::ServerSilent) || lost(3)) return TargetLook::Door::Silent;
      if ((gone && kind_ == Kind::ServerGone) || off) return TargetLook::Door::Closed;
      return TargetLook::Door::Opened;
    };
    look.door = knock();
    if (look.door != TargetLook::Door::Opened) {
      look.other_door = knock();
      return kept;
    }
    if (lost(2)) {
      look.page = TargetLook::Page::Cut;
      return kept;
    }
    look.page = TargetLook::Page::Answered;
    look.status = 200;
    look.whole = !lost(2);
    if (chance() < errs_) look.status = chance() < 0.5 ? 503 : chance() < 0.5 ? 429 : 403;
    if (kind_ == Kind::Hiding || (gone && kind_ == Kind::PageGone) || chance() < 0.01) look.status = 404;
    look.body = sha256(turns_changing_ ? std::to_string(random_()) : std::to_string(look.status));
    return kept;
  }
  bool is_gone_kind() const { return kind_ != Kind::Alive && kind_ != Kind::Hiding; }
  bool recipient_says_done() const { return is_gone_kind(); }

 private:
  double chance() { return std::uniform_real_distribution<double>()(random_); }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n)); }
  bool lost(int tries) {
    for (int i = 0; i < tries; ++i)
      if (chance() >= loss_) return false;
    return true;
  }
  Kind kind_;
  std::mt19937_64 random_;
  double loss_, errs_;
  bool turns_changing_;
  std::int64_t gone_after_;
  std::vector<std::pair<Instant, Instant>> target_out_, we_out_;
};

bool ever_down(SimulatedTarget& target, bool recipient_says_done) {
  std::vector<KeptLook> looks;
  bool down = false;
  while (const std::optional<Instant> next = next_look(kSent, kSent + 90 * kDayMs, looks)) {
    looks.push_back(target.at(*next));
    down = down || judge(looks, recipient_says_done).state == TargetState::Down;
  }
  return down;
}

TEST(Recheck, of_a_thousand_flaky_targets_hardly_one_is_called_down_and_the_dead_are_found) {
  using Kind = SimulatedTarget::Kind;
  const std::int64_t targets = samples("CORDON_FLAKY_TARGETS", 1'000, 10'000, 100'000);
  std::int64_t called_down = 0, found = 0, found_unanswered = 0;
  for (std::int64_t i = 0; i < targets; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    SimulatedTarget there(i % 5 == 0 ? Kind::Hiding : Kind::Alive, seed);
    called_down += ever_down(there, false) ? 1 : 0;
    const std::array gone{Kind::NameGone, Kind::ServerGone, Kind::ServerSilent, Kind::PageGone};
    SimulatedTarget dead(gone[static_cast<std::size_t>(i) % gone.size()], seed), same(dead);
    found += ever_down(dead, true) ? 1 : 0;
    found_unanswered += ever_down(same, false) ? 1 : 0;
  }
  std::printf("of %lld flaky ones %lld called down; of as many dead ones %lld found, %lld without a recipient's word\n",
              static_cast<long long>(targets), static_cast<long long>(called_down), static_cast<long long>(found),
              static_cast<long long>(found_unanswered));
  EXPECT_LT(called_down * 100, targets);
  EXPECT_GE(found * 100, targets * 95);
}

TEST(Recheck, an_event_is_read_as_it_was_written) {
  SimulatedTarget target(SimulatedTarget::Kind::PageGone, 7);
  for (int i = 0; i < 200; ++i) {
    const KeptLook kept = target.at(kSent + i * 9 * kHourMs);
    TargetLooked event{*NoticeId::parse("019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a32"), kept,
                       TargetVerdict{TargetState::Down, 80, {Sign::Answer, Sign::Recipient}, 4}, i % 2 == 0};
    const auto again = read_target_looked(to_json(event));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_text(to_json(*again)), to_text(to_json(event)));
    EXPECT_EQ(again->kept.look, kept.look);
  }
}

}  // namespace
}  // namespace cordon
