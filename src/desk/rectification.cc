// `cordon log rectify`: a line of the public log that proves wrong gets another that points at it (charter 8.4).
#include "decision/rectification.h"

#include "base/text.h"
#include "desk/commands.h"
#include "desk/flow.h"
#include "ledger/tree.h"

namespace cordon {

Result<Nothing> log_rectify(Desk& desk, const Permit<Act::RectifyLog>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::CountersignRectification));
  if (by.size() != 1)
    return fail(Fault::Usage,
                "it takes two people: --as the data-protection officer, --by an approver or a legal reviewer "
                "(charter 8.4, 10)");
  const std::int64_t line = TRY(arguments.number("index"));
  const std::int64_t size = TRY(desk.store().published_size());
  if (line < 0 || line >= size)
    return fail(Fault::NotFound, "the log has " + std::to_string(size) + " lines, from 0", std::to_string(line));
  const std::vector<std::string> leaves = TRY(desk.store().leaves(line, 1));
  if (leaves.size() != 1) return fail(Fault::Corrupt, "the record has not this line", std::to_string(line));
  const Json wrong = TRY(parse_json(leaves.front()));
  const RectifyGround ground = TRY(parse_rectify_ground(TRY(arguments.text("ground"))));
  std::string reason = TRY(arguments.text("reason"));
  const Instant now = desk.now();
  const LogRectified event =
      TRY(rectify(wrong, line, leaf_hash(leaves.front()), ground, std::move(reason), who.officer(), by.front(), now));
  TRY(desk.store().append(
      {{event, who.officer().login, seal_leaf(leaf_of_rectification(event, wrong), desk.leaf_frame(), desk.random())}},
      now));
  TRY(publish(desk));
  emit(Json::Object{{"line", line}, {"ground", name(ground)}, {"at", to_rfc3339(now)}});
  return Nothing{};
}

}  // namespace cordon
