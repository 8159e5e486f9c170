#include "referral/delivery.h"

#include <algorithm>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<LetterState, 5> kLetterStates{{{LetterState::Waiting, "waiting"},
                                                  {LetterState::Sent, "sent"},
                                                  {LetterState::Refused, "refused"},
                                                  {LetterState::Undeliverable, "undeliverable"},
                                                  {LetterState::Bounced, "bounced"}}};

}  // namespace

std::string_view name(LetterState state) { return spelled(kLetterStates, state); }
Result<LetterState> parse_letter_state(std::string_view text) {
  return read_spelled(kLetterStates, text, "state of a letter");
}

Json to_json(const LetterTries& tries) {
  Json body = Json::Object{{"state", name(tries.state)},
                           {"tries", tries.tries},
                           {"first_at", to_rfc3339(tries.first_at)},
                           {"last_at", to_rfc3339(tries.last_at)},
                           {"line", tries.line}};
  if (tries.next_at) body.set("next_at", to_rfc3339(*tries.next_at));
  return body;
}

Result<LetterTries> read_letter_tries(const Json& body) {
  LetterTries tries;
  tries.state = TRY(parse_letter_state(TRY(body.text("state"))));
  tries.tries = TRY(body.number("tries"));
  tries.first_at = TRY(parse_rfc3339(TRY(body.text("first_at"))));
  tries.last_at = TRY(parse_rfc3339(TRY(body.text("last_at"))));
  tries.next_at = TRY(if_there(body, "next_at", parse_rfc3339));
  tries.line = TRY(body.text("line"));
  return tries;
}

Json to_json(const LetterTried& event) {
  Json body = Json::Object{{"message_id", event.message_id},
                           {"request", event.request},
                           {"to", event.to},
                           {"courier", event.courier},
                           {"tries", to_json(event.tries)}};
  if (event.notice) body.set("notice", event.notice->text());
  return body;
}

Result<LetterTried> read_letter_tried(const Json& body) {
  LetterTried event;
  event.message_id = TRY(body.text("message_id"));
  event.request = TRY(body.flag("request"));
  event.to = TRY(body.text("to"));
  event.courier = TRY(body.text("courier"));
  event.notice = TRY(if_there(body, "notice", NoticeId::parse));
  const Json* tries = body.find("tries");
  if (tries == nullptr) return fail(Fault::Malformed, "a letter that was tried says how often");
  event.tries = TRY(read_letter_tries(*tries));
  return event;
}

LetterTries tried_again(const std::optional<LetterTries>& before, NotTaken how, std::string_view line, Instant now,
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

bool says_no_such_address(std::string_view line) {
  const auto digit = [&](std::size_t at) { return at < line.size() && line[at] >= '0' && line[at] <= '9'; };
  for (std::size_t i = 0; i + 4 < line.size(); ++i) {
    if (line[i] != '5' || line[i + 1] != '.' || !digit(i + 2) || (i > 0 && (digit(i - 1) || line[i - 1] == '.')))
      continue;
    if (line[i + 3] == '.' && digit(i + 4)) return line[i + 2] == '1' || line[i + 2] == '2' || line[i + 2] == '4';
  }
  return line.starts_with("550") || line.starts_with("551") || line.starts_with("553");
}

bool may_try_now(const LetterTries& tries, Instant now) {
  return tries.state == LetterState::Waiting && (!tries.next_at || *tries.next_at <= now);
}

}  // namespace cordon
