#include "observable/refang.h"

#include <array>

#include "base/text.h"

namespace cordon {
namespace {

struct Inner {
  std::string_view written, meant;
};
constexpr std::array<Inner, 8> kInner{
    {{".", "."}, {"dot", "."}, {":", ":"}, {"://", "://"}, {"//", "//"}, {"/", "/"}, {"@", "@"}, {"at", "@"}}};

char opener_of(char closer) { return closer == ']' ? '[' : closer == ')' ? '(' : closer == '}' ? '{' : '\0'; }

// Called after a closing bracket was appended: "…[.]" becomes "….". What remains never ends in a bracket,
// so one pass reaches the fixed point, "[[.]]" included.
void collapse(std::string& out) {
  const char opener = opener_of(out.back());
  for (const Inner& inner : kInner) {
    const std::size_t whole = inner.written.size() + 2;
    if (out.size() < whole || out[out.size() - whole] != opener) continue;
    const std::string_view between = std::string_view(out).substr(out.size() - whole + 1, inner.written.size());
    if (!equal_ignoring_case(between, inner.written)) continue;
    out.replace(out.size() - whole, whole, inner.meant);
    return;
  }
}

void restore_scheme(std::string& text) {
  constexpr std::array<Inner, 4> schemes{{{"hxxp", "http"}, {"hxtp", "http"}, {"htxp", "http"}, {"fxp", "ftp"}}};
  for (const Inner& scheme : schemes) {
    const std::size_t n = scheme.written.size();
    if (text.size() <= n || !equal_ignoring_case(std::string_view(text).substr(0, n), scheme.written)) continue;
    const std::size_t colon = text[n] == 's' || text[n] == 'S' ? n + 1 : n;
    if (text.size() <= colon || text[colon] != ':') continue;
    text.replace(0, n, scheme.meant);
    return;
  }
}

}  // namespace

std::string refang(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_path = false;
  for (const char c : text) {
    const bool after_scheme = out.empty() || out.ends_with(':') || out.ends_with(":/");
    if (c == '?' || c == '#' || (c == '/' && !after_scheme)) in_path = true;
    out += c;
    if (c == ']' || (!in_path && (c == ')' || c == '}'))) collapse(out);
  }
  restore_scheme(out);
  return out;
}

}  // namespace cordon
