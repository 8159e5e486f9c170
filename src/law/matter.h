// What a report is about: one of the 17 offences, or one of the three exposures that are no offence
// (charter 4 and amendment 8). There is no third case.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "law/terms.h"

namespace cordon {

class Matter {
 public:
  Matter(Category category) : value_(category) {}
  Matter(Exposure exposure) : value_(exposure) {}
  const Category* category() const { return std::get_if<Category>(&value_); }
  const Exposure* exposure() const { return std::get_if<Exposure>(&value_); }
  std::string_view id() const;      // "phishing", "spam_source"
  std::string_view number() const;  // "C05", "H03"
  auto operator<=>(const Matter&) const = default;

 private:
  std::variant<Category, Exposure> value_;
};

// Takes exactly an id, or a number in either case ("phishing", "C05", "c05"). A name on the refused list, in any of its
// languages and spellings, is Refused with its reason; any other name is Refused as outside the closed list.
Result<Matter> parse_matter(std::string_view text);

// Whether the charter lets `matter` hold an observable of this kind at all (4.4); Refused says why not.
Result<Nothing> may_hold(Matter matter, ObservableKind kind);

// Longest life in days of such an observable under this matter (4.4); 90 where the row names no figure.
int life_days(Matter matter, ObservableKind kind);

bool is_personal(ObservableKind kind);
// The lowest labels that such an object may carry: the category's own, and AMBER for a personal kind (charter 4.4,
// 8.5). Whoever makes a derivative takes the strictest of its parts.
Tlp least_tlp(Category category, const std::set<ObservableKind>& kinds);
Pap least_pap(Category category);

// Whether such a request may be made at all: recipient and effect against the row, IP targets against
// C09 to C17, exposure to alert/inform only. Facts and gates are decision's business.
Result<Nothing> may_ask(Matter matter, ObservableKind target, ActionKind kind, Effect effect, Recipient recipient);

}  // namespace cordon
