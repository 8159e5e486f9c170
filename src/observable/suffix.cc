#include "observable/suffix.h"

#include <libpsl.h>

#include <algorithm>
#include <array>
#include <string>

namespace cordon {
namespace {

// No rule of the list has more labels, and libpsl looks at no more.
constexpr int kMostLabels = 8;

// The newest of Debian's file and the copy inside libpsl; read once, then only read.
const psl_ctx_t* suffix_list() {
  static const psl_ctx_t* const list = [] {
    const psl_ctx_t* newest = psl_latest(nullptr);
    return newest ? newest : psl_builtin();
  }();
  return list;
}

bool is_reserved_top(std::string_view label) {
  constexpr std::array<std::string_view, 4> tops{"test", "example", "invalid", "localhost"};
  return std::find(tops.begin(), tops.end(), label) != tops.end();
}

bool on_list(std::string_view name, int type) {
  return psl_is_public_suffix2(suffix_list(), std::string(name).c_str(), type | PSL_TYPE_NO_STAR_RULE) != 0;
}

}  // namespace

std::optional<Suffix> public_suffix(std::string_view name) {
  std::size_t start = name.size();
  for (int labels = 0; labels < kMostLabels && start != 0; ++labels) {
    const std::size_t dot = start < 2 ? std::string_view::npos : name.rfind('.', start - 2);
    start = dot == std::string_view::npos ? 0 : dot + 1;
  }
  for (;;) {
    const std::string_view tail = name.substr(start);
    if (on_list(tail, PSL_TYPE_ANY)) return Suffix{tail, !on_list(tail, PSL_TYPE_ICANN)};
    const std::size_t dot = tail.find('.');
    if (dot == std::string_view::npos) break;
    start += dot + 1;
  }
  const std::string_view top = name.substr(start);
  if (is_reserved_top(top)) return Suffix{top, false};
  return std::nullopt;
}

std::optional<std::string_view> registrable_part(std::string_view name) {
  const auto suffix = public_suffix(name);
  if (!suffix || suffix->text.size() + 1 >= name.size()) return std::nullopt;
  const std::size_t before = name.size() - suffix->text.size() - 1;  // the dot
  const std::size_t dot = name.rfind('.', before - 1);
  return name.substr(dot == std::string_view::npos ? 0 : dot + 1);
}

}  // namespace cordon
