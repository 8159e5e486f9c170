// The transparency report (charter 5.6): counts that anybody makes of the public lines of a log and of nothing else.
// The desk publishes what comes out of here, and `cordon log recount` is the same over a copy of the log's files.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace cordon {

// One cell: what happened, in which month, of which kind. What a line does not say is empty.
struct CountedAs {
  std::string figure;  // "reports", "decision", "action", "custody", …: the line's type
  std::string month;   // "2026-11"
  std::string category, kind, state, recipient, binding, national_article;
  std::string detail;  // a result, a ground, a purpose, a country: the one that such a line names
  auto operator<=>(const CountedAs&) const = default;
};

class Transparency {
 public:
  // The next line of the log. Corrupt when it is no line of a desk.
  Result<Nothing> add(std::string_view leaf);
  std::uint64_t lines() const { return lines_; }
  const std::map<CountedAs, std::int64_t>& cells() const { return cells_; }
  // Lines that a later one corrects, by their number: by which line, and why. The last correction of a line is its own.
  struct Corrected {
    std::int64_t by = 0;
    std::string ground;
  };
  const std::map<std::int64_t, Corrected>& corrected() const { return corrected_; }

  // Canonical: {"desk", "log": {"size", "root"}, "from", "to", "rows": […], "totals": {…}, "corrected": […],
  // "approving_pairs", "missing"}. A cell of 1 to 4 of C09 to C13 is "<5" (charter 5.6).
  Json json(std::string_view root) const;
  // The rows alone, with a line of titles; RFC 4180.
  std::string csv() const;

  // Across all categories, by month: for charts. The figure and the state, "*" for any.
  std::map<std::string, std::int64_t> by_month(std::string_view figure, std::string_view state) const;
  // What charter 5.6 asks for and no public line says, each with the reason.
  static Json missing();

 private:
  std::map<CountedAs, std::int64_t> cells_;
  std::map<std::int64_t, Corrected> corrected_;
  std::map<std::string, std::int64_t> pairs_;  // approvals by who proposed and who approved
  std::uint64_t lines_ = 0;
  std::string desk_, from_, to_;
};

// "<5" for what is hidden, else the number.
Json shown_count(const CountedAs& cell, std::int64_t count);

}  // namespace cordon
