#include "decision/party_notice.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<PartyState, 8> kPartyStates{{
    {PartyState::Due, "due"},
    {PartyState::Sent, "sent"},
    {PartyState::Relayed, "relayed"},
    {PartyState::Deferred, "deferred"},
    {PartyState::NoContact, "no_contact"},
    {PartyState::Delivered, "delivered"},
    {PartyState::Bounced, "bounced"},
    {PartyState::Undeliverable, "undeliverable"},
}};

constexpr Spelling<PartyCommand, 8> kPartyCommands{{
    {PartyCommand::Send, "send"},
    {PartyCommand::Relay, "relay"},
    {PartyCommand::Defer, "defer"},
    {PartyCommand::EndDeferral, "end_deferral"},
    {PartyCommand::FindNoContact, "find_no_contact"},
    {PartyCommand::Deliver, "deliver"},
    {PartyCommand::Bounce, "bounce"},
    {PartyCommand::GiveUp, "give_up"},
}};

constexpr Spelling<DeferralGround, 3> kDeferralGrounds{{
    {DeferralGround::VictimSafety, "victim_safety"},
    {DeferralGround::ActiveInvestigation, "active_investigation"},
    {DeferralGround::ChildProtection, "child_protection"},
}};

constexpr By kTells = By::officer(Act::TellParty);
constexpr std::string_view kPublicContact = "a public contact of the party";

constexpr std::array kPartyMoves{
    PartyMove{PartyState::Due, PartyCommand::Send, kTells, PartyState::Sent, Logged::Yes, kPublicContact},
    PartyMove{PartyState::Due, PartyCommand::Send, By::software(), PartyState::Sent, Logged::Yes,
              "the end of a deferral"},
    PartyMove{PartyState::Due, PartyCommand::Relay, kTells, PartyState::Relayed, Logged::Yes,
              "no public contact; the recipient passes it on"},
    PartyMove{PartyState::Due, PartyCommand::Defer, By::two(Act::DeferParty, Act::CountersignDeferral),
              PartyState::Deferred, Logged::Yes, "a ground; at most 42 days, at most twice; whom to tell at its end"},
    PartyMove{PartyState::Deferred, PartyCommand::Defer, By::two(Act::DeferParty, Act::CountersignDeferral),
              PartyState::Deferred, Logged::Yes, "once more, at most 42 days from the first one's end"},
    PartyMove{PartyState::Due, PartyCommand::FindNoContact, kTells, PartyState::NoContact, Logged::Yes,
              "where it was looked for"},
    PartyMove{PartyState::Deferred, PartyCommand::EndDeferral, By::software(), PartyState::Due, Logged::No,
              "the deferral's end"},
    PartyMove{PartyState::Sent, PartyCommand::Deliver, By::software(), PartyState::Delivered, Logged::No,
              "the courier's receipt"},
    PartyMove{PartyState::Sent, PartyCommand::Bounce, kTells, PartyState::Bounced, Logged::No, "the bounce came back"},
    PartyMove{PartyState::Sent, PartyCommand::Bounce, By::software(), PartyState::Bounced, Logged::No,
              "the server's refusal"},
    PartyMove{PartyState::Delivered, PartyCommand::Bounce, kTells, PartyState::Bounced, Logged::No,
              "the bounce came back"},
    PartyMove{PartyState::Bounced, PartyCommand::Relay, kTells, PartyState::Relayed, Logged::Yes,
              "the recipient passes it on"},
    PartyMove{PartyState::Bounced, PartyCommand::GiveUp, kTells, PartyState::Undeliverable, Logged::Yes,
              "nobody can pass it on"},
};

}  // namespace

std::string_view name(PartyState state) { return spelled(kPartyStates, state); }
Result<PartyState> parse_party_state(std::string_view text) {
  return read_spelled(kPartyStates, text, "state of a notice to a party");
}
std::string_view name(PartyCommand command) { return spelled(kPartyCommands, command); }
Result<PartyCommand> parse_party_command(std::string_view text) {
  return read_spelled(kPartyCommands, text, "step of a notice to a party");
}
std::string_view name(DeferralGround ground) { return spelled(kDeferralGrounds, ground); }
Result<DeferralGround> parse_deferral_ground(std::string_view text) {
  return read_spelled(kDeferralGrounds, text, "ground to defer (charter 5.4)");
}

std::span<const PartyMove> party_moves() { return kPartyMoves; }

bool is_over(PartyState state) {
  return state == PartyState::Relayed || state == PartyState::NoContact || state == PartyState::Delivered ||
         state == PartyState::Undeliverable;
}

bool has_affected_party(const Proposed& proposed) {
  return proposed.matter.exposure() == nullptr && proposed.wish.recipient != Recipient::SystemOwner;
}

PartyNotice party_notice_due(const Proposed& proposed, Instant sent_at) {
  PartyNotice notice{proposed.notice, proposed.case_id, PartyState::Due, sent_at + 24 * kHourMs};
  notice.moved_at = sent_at;
  return notice;
}

Json to_json(const PartyNotice& notice) {
  Json body = Json::Object{{"notice", notice.notice.text()}, {"case", notice.case_id.text()},
                           {"state", name(notice.state)},    {"due_at", to_rfc3339(notice.due_at)},
                           {"deferrals", notice.deferrals},  {"to", notice.to}};
  if (notice.deferred_until) body.set("deferred_until", to_rfc3339(*notice.deferred_until));
  if (notice.moved_at) body.set("moved_at", to_rfc3339(*notice.moved_at));
  return body;
}

Result<PartyNotice> read_party_notice(const Json& body) {
  NoticeId id = TRY(NoticeId::parse(TRY(body.text("notice"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const PartyState state = TRY(parse_party_state(TRY(body.text("state"))));
  const Instant due_at = TRY(parse_rfc3339(TRY(body.text("due_at"))));
  PartyNotice notice{std::move(id), std::move(case_id), state, due_at};
  notice.deferrals = static_cast<int>(body.number_or("deferrals", 0));
  notice.to = TRY(body.text("to"));
  notice.deferred_until = TRY(if_there(body, "deferred_until", parse_rfc3339));
  notice.moved_at = TRY(if_there(body, "moved_at", parse_rfc3339));
  return notice;
}

Json to_json(const PartyMoved& event) {
  Json body = Json::Object{{"notice", event.notice.text()},
                           {"command", name(event.command)},
                           {"at", to_rfc3339(event.at)},
                           {"to", event.to},
                           {"words", event.words}};
  if (event.by) body.set("by", event.by->text());
  if (event.second) body.set("second", event.second->text());
  if (event.ground) body.set("ground", name(*event.ground));
  if (event.until) body.set("until", to_rfc3339(*event.until));
  if (event.message) body.set("message", to_json(*event.message));
  return body;
}

Result<PartyMoved> read_party_moved(const Json& body) {
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  const PartyCommand command = TRY(parse_party_command(TRY(body.text("command"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  PartyMoved event{std::move(notice), command, at};
  event.to = TRY(body.text("to"));
  event.words = TRY(body.text("words"));
  event.by = TRY(if_there(body, "by", OfficerId::parse));
  event.second = TRY(if_there(body, "second", OfficerId::parse));
  event.ground = TRY(if_there(body, "ground", parse_deferral_ground));
  event.until = TRY(if_there(body, "until", parse_rfc3339));
  if (const Json* message = body.find("message")) event.message = TRY(read_message(*message));
  return event;
}

std::optional<PartyDue> next_due(const PartyNotice& notice) {
  if (notice.state == PartyState::Deferred) return PartyDue{PartyCommand::EndDeferral, *notice.deferred_until};
  if (notice.state == PartyState::Due && notice.deferrals > 0 && !notice.deferred_until)
    return PartyDue{PartyCommand::Send, *notice.moved_at};
  return std::nullopt;
}

Result<PartyMoved> decide(const PartyNotice& notice, PartyWish wish, const Mover& mover, Instant now) {
  const std::string where = notice.notice.text();
  const PartyMove& row = *TRY(find_move(party_moves(), notice.state, wish.command, mover, where));
  switch (wish.command) {
    case PartyCommand::Send:
      if (row.by.kind == By::Kind::Software && !next_due(notice))
        return fail(Fault::Refused, "only what was deferred is sent by itself", where);
      [[fallthrough]];
    case PartyCommand::Relay:
      if (wish.to.empty() || !wish.message || wish.message->to != wish.to)
        return fail(Fault::Malformed, "a notice goes to somebody", where);
      break;
    case PartyCommand::Defer:
      if (notice.deferrals >= kMostDeferrals)
        return fail(Fault::Refused, "it was deferred twice already (charter 5.4)", where);
      if (!wish.ground) return fail(Fault::Malformed, "a deferral has a ground (charter 5.4)", where);
      if (!wish.until || *wish.until <= now || *wish.until - notice.deferred_until.value_or(now) > kLongestDeferralMs)
        return fail(Fault::Refused, "a deferral ends within 42 days (charter 5.4)", where);
      if (wish.to.empty()) return fail(Fault::Malformed, "a deferral names who is told at its end", where);
      break;
    case PartyCommand::FindNoContact:
    case PartyCommand::GiveUp:
      if (!valid_utf8(wish.words) || trim(wish.words).size() < 10 || wish.words.size() > 1000)
        return fail(Fault::Malformed, "where it was looked for, in 10 to 1000 characters", where);
      break;
    case PartyCommand::EndDeferral:
      if (now < *notice.deferred_until) return fail(Fault::Conflict, "the deferral has not come to its end", where);
      break;
    case PartyCommand::Deliver:
    case PartyCommand::Bounce:
      break;
  }
  const bool speaks = wish.command == PartyCommand::Send || wish.command == PartyCommand::Relay;
  if (speaks != wish.message.has_value() ||
      (speaks && (wish.message->kind != MessageKind::Party || wish.message->notice != notice.notice)))
    return fail(Fault::Malformed, "this step and its message do not fit", where);
  PartyMoved event{notice.notice, wish.command, now};
  if (mover.first() != nullptr) event.by = mover.first()->id;
  if (mover.second() != nullptr) event.second = mover.second()->id;
  event.to = std::move(wish.to);
  event.words = std::move(wish.words);
  event.ground = wish.ground;
  event.until = wish.until;
  event.message = std::move(wish.message);
  return event;
}

Result<PartyNotice> apply(PartyNotice notice, const PartyMoved& event) {
  const PartyMove* row = taken_move(party_moves(), notice.state, event.command);
  if (row == nullptr)
    return fail(Fault::Corrupt,
                "'" + std::string(name(event.command)) + "' of a notice that is " + std::string(name(notice.state)),
                notice.notice.text());
  notice.state = row->to;
  notice.moved_at = event.at;
  notice.deferred_until = {};
  if (event.command == PartyCommand::Defer) {
    ++notice.deferrals;
    notice.deferred_until = event.until;
  }
  if (!event.to.empty()) notice.to = event.to;
  return notice;
}

}  // namespace cordon
