// The gates: questions with a closed list of answers that officers settle before a request may leave (charter 4.5).
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "law/short_list.h"
#include "law/terms.h"

namespace cordon {

// What an answer lets through.
enum class Lets : std::uint8_t { Everything, AllButSuspension, PreserveOnly, Nothing };
std::string_view name(Lets value);  // "everything", "all_but_suspension", …

struct AnswerRow {
  std::string_view name;
  Lets lets = Lets::Nothing;
};
struct GateRow {
  Gate gate;
  std::string_view question;
  ShortList<AnswerRow> answers;
  bool needs_evidence = true;  // an answer names the evidence it rests on; the automatic gates need none
};

const GateRow& row(Gate gate);
std::span<const GateRow> gates();  // 18, in the order of Gate

// Refused, with the answers that exist, for an answer outside the gate's list.
Result<Nothing> check_answer(Gate gate, std::string_view answer);

// True where this answer stops a request for `effect`; an answer outside the list stops everything.
bool blocks(Gate gate, std::string_view answer, Effect effect);

}  // namespace cordon
