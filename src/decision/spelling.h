// How the values of this module's enumerations are spelled in events, rows and documents, from one table each; and the
// members of a stored object that may be missing.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"

namespace cordon {

template <typename T, std::size_t N>
using Spelling = std::array<std::pair<T, std::string_view>, N>;

template <typename T, std::size_t N>
std::string_view spelled(const Spelling<T, N>& table, T value) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == value; })->second;
}

// "'x' is no state of an appeal; there are lodged, receipted, …"
template <typename T, std::size_t N>
Result<T> read_spelled(const Spelling<T, N>& table, std::string_view text, std::string_view what) {
  std::vector<std::string> known;
  for (const auto& [value, spelling] : table) {
    if (spelling == text) return value;
    known.emplace_back(spelling);
  }
  return fail(Fault::Malformed,
              "'" + printable(text, 40) + "' is no " + std::string(what) + "; there are " + join(known, ", "));
}

// The member's text as `parse` reads it; nothing where there is no such member.
template <typename Parse>
auto if_there(const Json& body, std::string_view key, Parse parse)
    -> Result<std::optional<std::decay_t<decltype(*parse(std::string()))>>> {
  using Value = std::decay_t<decltype(*parse(std::string()))>;
  if (body.find(key) == nullptr) return std::optional<Value>();
  return std::optional<Value>(TRY(parse(TRY(body.text(key)))));
}

}  // namespace cordon
