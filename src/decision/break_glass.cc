#include "decision/break_glass.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/proposal.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<GlassState, std::string_view>, 3> kGlassStates{{
    {GlassState::Used, "used"},
    {GlassState::Confirmed, "confirmed"},
    {GlassState::Reversed, "reversed"},
}};

constexpr std::array kGlassMoves{
    GlassMove{GlassState::Used, GlassCommand::Confirm, By::officer(Act::ConfirmBreakGlass), GlassState::Confirmed,
              Logged::Yes, "not who used it; within 24 h"},
    GlassMove{GlassState::Used, GlassCommand::Reverse, By::software(), GlassState::Reversed, Logged::Yes,
              "24 h without a confirmation; who was asked is told"},
};

Json unsigned_glass(const GlassBroken& event) {
  return Json::Object{
      {"glass", event.id.text()},
      {"case", event.case_id.text()},
      {"matter", event.matter.id()},
      {"target", Json::Object{{"kind", name(event.target.kind())}, {"value", event.target.canonical()}}},
      {"use", name(event.use)},
      {"recipient", name(event.recipient)},
      {"contact", event.contact},
      {"words", event.words},
      {"at", to_rfc3339(event.at)},
      {"body", event.body.hex()},
      {"by", event.by.text()}};
}

}  // namespace

std::string_view name(GlassUse use) { return use == GlassUse::Emergency ? "emergency" : "preserve"; }

Result<GlassUse> parse_glass_use(std::string_view text) {
  for (const GlassUse use : {GlassUse::Emergency, GlassUse::Preserve})
    if (name(use) == text) return use;
  return fail(Fault::Refused,
              "'" + printable(text, 40) +
                  "' is nothing that one officer may do alone: break-glass hands a danger to life to an "
                  "emergency service (emergency) or asks to preserve; it never removes and never shares "
                  "(charter 6.9)");
}

std::string_view name(GlassState state) {
  return std::find_if(kGlassStates.begin(), kGlassStates.end(), [&](const auto& row) { return row.first == state; })
      ->second;
}

Result<GlassState> parse_glass_state(std::string_view text) {
  const auto row =
      std::find_if(kGlassStates.begin(), kGlassStates.end(), [&](const auto& r) { return r.second == text; });
  if (row == kGlassStates.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a use");
  return row->first;
}

std::string_view name(GlassCommand command) { return command == GlassCommand::Confirm ? "confirm" : "reverse"; }

Result<GlassCommand> parse_glass_command(std::string_view text) {
  for (const GlassCommand command : {GlassCommand::Confirm, GlassCommand::Reverse})
    if (name(command) == text) return command;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no step of a use");
}

std::span<const GlassMove> glass_moves() { return kGlassMoves; }

std::string to_be_signed_for_glass(const GlassBroken& event) {
  return "cordon/breaks-glass/1\n" + to_text(unsigned_glass(event));
}

Json to_json(const GlassBroken& event) { return unsigned_glass(event).set("signature", to_base64(event.signature)); }

Result<GlassBroken> read_glass_broken(const Json& body) {
  NoticeId id = TRY(NoticeId::parse(TRY(body.text("glass"))));
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  const Json* shown = body.find("target");
  if (shown == nullptr) return fail(Fault::Malformed, "expected a target");
  const ObservableKind kind = TRY(parse_observable_kind(TRY(shown->text("kind"))));
  Observable target = TRY(parse_observable(kind, TRY(shown->text("value"))));
  const GlassUse use = TRY(parse_glass_use(TRY(body.text("use"))));
  const Recipient recipient = TRY(parse_recipient(TRY(body.text("recipient"))));
  std::string contact = TRY(body.text("contact"));
  std::string words = TRY(body.text("words"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest content = TRY(parse_digest(TRY(body.text("body"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const Signature signature = TRY(parse_signature(TRY(body.text("signature"))));
  return GlassBroken{std::move(id),      std::move(case_id), matter, std::move(target), use,           recipient,
                     std::move(contact), std::move(words),   at,     content,           std::move(by), signature};
}

Json to_json(const GlassMoved& event) {
  Json body = Json::Object{{"glass", event.id.text()}, {"command", name(event.command)}, {"at", to_rfc3339(event.at)}};
  if (event.by) body.set("by", event.by->text());
  return body;
}

Result<GlassMoved> read_glass_moved(const Json& body) {
  NoticeId id = TRY(NoticeId::parse(TRY(body.text("glass"))));
  const GlassCommand command = TRY(parse_glass_command(TRY(body.text("command"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  GlassMoved event{std::move(id), command, at};
  if (body.find("by") != nullptr) event.by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return event;
}

Json to_json(const GlassSent& event) {
  return Json::Object{{"glass", event.id.text()},
                      {"said", name(event.said)},
                      {"courier", event.courier},
                      {"receipt", event.receipt},
                      {"message_id", event.message_id}};
}

Result<GlassSent> read_glass_sent(const Json& body) {
  NoticeId id = TRY(NoticeId::parse(TRY(body.text("glass"))));
  const GlassState said = TRY(parse_glass_state(TRY(body.text("said"))));
  std::string courier = TRY(body.text("courier"));
  std::string receipt = TRY(body.text("receipt"));
  std::string message_id = TRY(body.text("message_id"));
  return GlassSent{std::move(id), said, std::move(courier), std::move(receipt), std::move(message_id)};
}

Result<Nothing> check_glass(const Case& the_case, GlassUse use, Recipient recipient, const std::string& words,
                            const Annex& annex, const Guarded& guard, const Officer& officer) {
  TRY(may(officer, Act::BreakGlass));
  const std::string where = the_case.id.text();
  if (!valid_utf8(words) || trim(words).size() < 20 || words.size() > 1000)
    return fail(Fault::Malformed, "say why at once and why alone, in 20 to 1000 characters", "words");
  if (use == GlassUse::Emergency) {
    if (recipient != Recipient::Emergency)
      return fail(Fault::Refused, "a danger to life goes to an emergency service (charter 6.9)", where);
    return Nothing{};
  }
  TRY(may_ask(the_case.matter, the_case.target.kind(), ActionKind::PreservationRequest, Effect::Preserve, recipient));
  if (the_case.matter.category() != nullptr && !annex.article(the_case.matter))
    return fail(Fault::Refused,
                "the annex of " + annex.state() + " names no article for " + std::string(the_case.matter.id()) +
                    " (charter 0.3)",
                where);
  if (is_reserved(the_case.target) && !annex.fictitious())
    return fail(Fault::Refused, "the target is an address or name for examples or private networks", where);
  Wish wish;
  wish.effect = Effect::Preserve;
  if (!guard.sensitive) return Nothing{};
  for (const Gate gate : {Gate::SensitiveTarget, Gate::LegalReview}) {
    const auto answer = the_case.gates.find(gate);
    if (answer == the_case.gates.end() || !lets_pass(answer->second, wish))
      return fail(Fault::Refused, std::string(name(gate)) + " stands before it, broken glass or not. " + guard.basis,
                  where);
  }
  return Nothing{};
}

Result<GlassMoved> decide(const Glass& glass, GlassCommand command, const Mover& mover, Instant now) {
  const std::string where = glass.broken.id.text();
  TRY(find_move(glass_moves(), glass.state, command, mover, where));
  const bool over = now - glass.broken.at >= kGlassConfirmedWithinMs;
  if (command == GlassCommand::Confirm) {
    if (mover.first()->id == glass.broken.by)
      return fail(Fault::Refused, "who used it does not confirm it (charter 6.9)", where);
    if (over) return fail(Fault::Conflict, "24 hours are over; it is taken back (charter 6.9)", where);
  } else if (!over) {
    return fail(Fault::Conflict, "it may be confirmed until 24 hours are over", where);
  }
  GlassMoved event{glass.broken.id, command, now};
  if (mover.first() != nullptr) event.by = mover.first()->id;
  return event;
}

Result<Glass> apply(Glass glass, const GlassMoved& event) {
  const GlassMove* row = taken_move(glass_moves(), glass.state, event.command);
  if (row == nullptr)
    return fail(Fault::Corrupt,
                "'" + std::string(name(event.command)) + "' of a use that is " + std::string(name(glass.state)),
                event.id.text());
  glass.state = row->to;
  if (event.command == GlassCommand::Confirm) glass.confirmed_by = event.by;
  return glass;
}

}  // namespace cordon
