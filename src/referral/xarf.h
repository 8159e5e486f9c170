// The machine-readable part of a notice: XARF v4 (https://xarf.org), for the matters that have a type there.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "law/matter.h"
#include "observable/observable.h"

namespace cordon {

struct Operator;

struct XarfFacts {
  const std::string& id;  // of the notice
  Matter matter;
  const Observable& target;
  std::optional<int> port;
  Instant seen_at;
  std::string description;  // may be empty
  const Operator& sender;
  bool fictitious;
};
std::optional<Json> xarf_part(const XarfFacts& facts);
bool has_xarf_type(Matter matter);

}  // namespace cordon
