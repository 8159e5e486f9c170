#include "decision/rectification.h"

#include "base/text.h"
#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<RectifyGround, 4> kRectifyGrounds{{
    {RectifyGround::Innocent, "innocent"},
    {RectifyGround::WrongTarget, "wrong_target"},
    {RectifyGround::WrongCategory, "wrong_category"},
    {RectifyGround::Clerical, "clerical"},
}};

}  // namespace

std::string_view name(RectifyGround ground) { return spelled(kRectifyGrounds, ground); }
Result<RectifyGround> parse_rectify_ground(std::string_view text) {
  return read_spelled(kRectifyGrounds, text, "ground to correct a line");
}

Json to_json(const LogRectified& event) {
  return Json::Object{{"line", event.line},        {"hash", event.hash.hex()}, {"ground", name(event.ground)},
                      {"reason", event.reason},    {"dpo", event.dpo.text()},  {"second", event.second.text()},
                      {"at", to_rfc3339(event.at)}};
}

Result<LogRectified> read_log_rectified(const Json& body) {
  const std::int64_t line = TRY(body.number("line"));
  const Digest hash = TRY(parse_digest(TRY(body.text("hash"))));
  const RectifyGround ground = TRY(parse_rectify_ground(TRY(body.text("ground"))));
  std::string reason = TRY(body.text("reason"));
  OfficerId dpo = TRY(OfficerId::parse(TRY(body.text("dpo"))));
  OfficerId second = TRY(OfficerId::parse(TRY(body.text("second"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return LogRectified{line, hash, ground, std::move(reason), std::move(dpo), std::move(second), at};
}

Result<LogRectified> rectify(const Json& wrong, std::int64_t line, const Digest& hash, RectifyGround ground,
                             std::string reason, const Officer& dpo, const Officer& second, Instant now) {
  TRY(may(dpo, Act::RectifyLog));
  TRY(may(second, Act::CountersignRectification));
  const std::string where = "line " + std::to_string(line);
  if (dpo.id == second.id || dpo.key == second.key)
    return fail(Fault::Refused, "it takes two different people to correct the log (charter 10)", where);
  if (!valid_utf8(reason) || trim(reason).size() < 10 || reason.size() > 4000)
    return fail(Fault::Malformed, "a reason has 10 to 4000 characters", where);
  if (wrong.text_or("type") == kRectification)
    return fail(Fault::Refused, "what corrects a line is not corrected itself: correct the first line again", where);
  return LogRectified{line, hash, ground, std::move(reason), dpo.id, second.id, now};
}

Leaf leaf_of_rectification(const LogRectified& event, const Json& wrong) {
  return {std::string(kRectification),
          event.at,
          wrong.text_or("object_id"),
          wrong.text_or("category"),
          wrong.text_or("kind"),
          wrong.text_or("state_to"),
          "rectified",
          {"dpo", "countersigner"},
          Json::Object{{"line", event.line},
                       {"hash", event.hash.hex()},
                       {"of", wrong.text_or("type")},
                       {"ground", name(event.ground)}},
          to_json(event)};
}

Result<Correction> read_correction(const Json& leaf) {
  const Json* plain = leaf.find("plain");
  if (leaf.text_or("type") != kRectification || plain == nullptr)
    return fail(Fault::Malformed, "this line corrects no other");
  const std::int64_t line = TRY(plain->number("line"));
  std::string hash = TRY(parse_digest(TRY(plain->text("hash")))).hex();
  std::string ground(name(TRY(parse_rectify_ground(TRY(plain->text("ground"))))));
  return Correction{line, std::move(hash), std::move(ground)};
}

}  // namespace cordon
