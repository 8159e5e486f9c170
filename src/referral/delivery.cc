#include "referral/delivery.h"

#include <algorithm>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<LetterState, 4> kLetterStates{{{LetterState::Waiting, "waiting"},
                                                  {LetterState::Sent, "sent"},
                                                  {LetterState::Refused, "refused"},
                                                  {LetterState::Undeliverable, "undeliverable"}}};

}  // namespace

std::string_view name(LetterState state) { return spelled(kLetterStates, state); }
Result<LetterState> parse_letter_state(std::string_view text) {
  return read_spelled(kLetterStates, text, "state of a letter");
}

Json to_json(const LetterTried& event) {
  const LetterTries& tries = event.tries;
  Json body = Json::Object{
      {"message_id", event.message_id},       {"to", event.to},       {"courier", event.courier},
      {"state", name(tries.state)},           {"tries", tries.tries}, {"first_at", to_rfc3339(tries.first_at)},
      {"last_at", to_rfc3339(tries.last_at)}, {"line", tries.line}};
  if (event.notice) body.set("notice", event.notice->text());
  if (tries.next_at) body.set("next_at", to_rfc3339(*tries.next_at));
  return body;
}

Result<LetterTried> read_letter_tried(const Json& body) {
  LetterTried event;
  event.message_id = TRY(body.text("message_id"));
  event.to = TRY(body.text("to"));
  event.courier = TRY(body.text("courier"));
  event.notice = TRY(if_there(body, "notice", NoticeId::parse));
  event.tries.state = TRY(parse_letter_state(TRY(body.text("state"))));
  event.tries.tries = TRY(body.number("tries"));
  event.tries.first_at = TRY(parse_rfc3339(TRY(body.text("first_at"))));
  event.tries.last_at = TRY(parse_rfc3339(TRY(body.text("last_at"))));
  event.tries.next_at = TRY(if_there(body, "next_at", parse_rfc3339));
  event.tries.line = TRY(body.text("line"));
  return event;
}

LetterTries tried_again(const std::optional<LetterTries>& before, NotTaken how, std::string line, Instant now,
                        Random& random) {
  LetterTries tries = before.value_or(LetterTries{LetterState::Waiting, 0, now, now});
  ++tries.tries;
  tries.last_at = now;
  tries.next_at = std::nullopt;
  tries.line = printable(line, 300);
  if (how == NotTaken::Never) {
    tries.state = LetterState::Refused;
  } else if (now - tries.first_at >= kRetriesEndMs) {
    tries.state = LetterState::Undeliverable;
  } else {
    const std::int64_t doubled = kFirstRetryMs << std::min<std::int64_t>(tries.tries - 1, 8);
    const std::int64_t wait = std::min(kLongestRetryMs, doubled);
    const std::int64_t jitter = static_cast<unsigned char>(random.bytes(1)[0]) - 128;  // of 512: a quarter
    tries.next_at = now + (wait + wait * jitter / 512);
  }
  return tries;
}

bool may_try_now(const LetterTries& tries, Instant now) {
  return tries.state == LetterState::Waiting && (!tries.next_at || *tries.next_at <= now);
}

}  // namespace cordon
