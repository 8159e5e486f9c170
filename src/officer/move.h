// The state machines of charter 6 as tables: each row says from where, by which command, who, to where, whether the
// public log gets a line, and what must hold besides. Code asks the row and documents are written from it; there is no
// second list of who may move what.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "officer/officer.h"

namespace cordon {

// Who moves something: the software (S), somebody outside (X), an officer, or two of them.
class Mover {
 public:
  static Mover software() { return Mover(Kind::Software, nullptr, nullptr); }
  static Mover outside() { return Mover(Kind::Outside, nullptr, nullptr); }
  static Mover officer(const Officer& one) { return Mover(Kind::Officer, &one, nullptr); }
  static Mover two(const Officer& one, const Officer& other) { return Mover(Kind::Two, &one, &other); }
  const Officer* first() const { return first_; }    // the officers outlive this
  const Officer* second() const { return second_; }  // of two

 private:
  friend struct By;
  enum class Kind { Software, Outside, Officer, Two };
  Mover(Kind kind, const Officer* first, const Officer* second) : kind_(kind), first_(first), second_(second) {}
  Kind kind_;
  const Officer *first_, *second_;
};

// Who a row takes.
struct By {
  using Kind = Mover::Kind;
  Kind kind;
  Act act{}, countersigns{};
  static constexpr By software() { return {Kind::Software}; }
  static constexpr By outside() { return {Kind::Outside}; }
  static constexpr By officer(Act act) { return {Kind::Officer, act}; }
  static constexpr By two(Act act, Act countersigns) { return {Kind::Two, act, countersigns}; }

  // Refused says whom it takes. Two are two people with two keys (charter 0.7).
  Result<Nothing> permits(const Mover& mover) const;
  std::string in_words() const;  // for documents: "software", "analyst", "analyst and approver", …
};

enum class Logged { No, Yes };  // L: with a line in the public log

template <typename State, typename Command>
struct Move {
  State from;
  Command command;
  By by;
  State to;
  Logged logged = Logged::No;
  std::string_view guard = {};  // what must hold besides, in words; decide() checks it
};

// The row that lets `mover` do this now: Conflict where no row begins here, Refused where none takes the mover.
template <typename State, typename Command>
Result<const Move<State, Command>*> find_move(std::span<const Move<State, Command>> table, State from, Command command,
                                              const Mover& mover, const std::string& where) {
  Result<const Move<State, Command>*> found =
      fail(Fault::Conflict, "no '" + std::string(name(command)) + "' while it is " + std::string(name(from)), where);
  for (const Move<State, Command>& row : table) {
    if (row.from != from || row.command != command) continue;
    const Result<Nothing> permitted = row.by.permits(mover);
    if (permitted) return &row;
    found = permitted.error();
  }
  return found;
}

// Where a move that was decided leads. Nothing: no row begins here.
template <typename State, typename Command>
const Move<State, Command>* taken_move(std::span<const Move<State, Command>> table, State from, Command command) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const auto& one) { return one.from == from && one.command == command; });
  return row == table.end() ? nullptr : &*row;
}

// A table of it and a diagram (Mermaid), for docs/generated/states.md.
template <typename State, typename Command>
std::string markdown_of(std::string_view title, std::span<const Move<State, Command>> table) {
  std::string rows = "| From | By the command | Who | To | Log | Guard |\n| --- | --- | --- | --- | --- | --- |\n";
  std::string arrows;
  for (const Move<State, Command>& row : table) {
    rows += "| " + std::string(name(row.from)) + " | " + std::string(name(row.command)) + " | " + row.by.in_words() +
            " | " + std::string(name(row.to)) + " | " + (row.logged == Logged::Yes ? "L" : "") + " | " +
            std::string(row.guard) + " |\n";
    const std::string arrow = "    " + std::string(name(row.from)) + " --> " + std::string(name(row.to)) + " : " +
                              std::string(name(row.command)) + "\n";
    if (arrows.find(arrow) == std::string::npos) arrows += arrow;
  }
  return "## " + std::string(title) + "\n\n```mermaid\nstateDiagram-v2\n" + arrows + "```\n\n" + rows + "\n";
}

}  // namespace cordon
