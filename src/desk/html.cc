#include "desk/html.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace cordon {

namespace {

// Everything that our pages are made of, with the bars and words of charts. What can run, load or restyle is not here.
constexpr std::array<std::string_view, 52> kElements{
    "a",     "body",     "br",       "button",  "caption", "code",  "dd",     "details", "div",    "dl",     "dt",
    "em",    "fieldset", "footer",   "form",    "h1",      "h2",    "h3",     "head",    "header", "hr",     "html",
    "input", "label",    "legend",   "li",      "link",    "main",  "meta",   "nav",     "ol",     "option", "output",
    "p",     "pre",      "rect",     "section", "select",  "span",  "strong", "summary", "svg",    "table",  "tbody",
    "text",  "td",       "textarea", "th",      "thead",   "title", "tr",     "ul",
};
constexpr std::array<std::string_view, 48> kAttributes{
    "accept",
    "action",
    "aria-current",
    "aria-describedby",
    "aria-invalid",
    "aria-label",
    "aria-labelledby",
    "autocapitalize",
    "autocomplete",
    "charset",
    "checked",
    "class",
    "cols",
    "content",
    "data-label",
    "dir",
    "enctype",
    "for",
    "formaction",
    "formnovalidate",
    "href",
    "height",
    "hidden",
    "hreflang",
    "id",
    "inputmode",
    "lang",
    "maxlength",
    "method",
    "minlength",
    "name",
    "open",
    "pattern",
    "rel",
    "required",
    "role",
    "rows",
    "scope",
    "selected",
    "spellcheck",
    "tabindex",
    "translate",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "y",
};

bool is_ours(const auto& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// An absolute path of this desk, or a place in the page. "//host" and "/\host" are other hosts to a browser.
bool is_own_path(std::string_view path) {
  if (path.starts_with('#')) return true;
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  return plain && path.starts_with('/') && !path.starts_with("//");
}

struct Letter {
  char32_t code = 0;
  std::size_t length = 0;  // 0: no UTF-8 here
};

Letter first_letter(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = at(0) < 0x80 ? 1 : at(0) < 0xE0 ? 2 : at(0) < 0xF0 ? 3 : 4;
  if (text.size() < length || !valid_utf8(text.substr(0, length))) return {};
  char32_t code = length == 1 ? at(0) : at(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (at(i) & 0x3Fu);
  return {code, length};
}

// Controls, and the formatting characters that turn a line around or cannot be seen (Unicode 15: Cc and most of Cf).
// The joiners U+200C and U+200D stay, because Persian and emoji are written with them.
bool is_hidden(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (c == '\n' || c == '\t') return false;
  return c < 0x20 || within(0x7F, 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E || c == 0x200B || c == 0x200E ||
         c == 0x200F || within(0x2028, 0x202E) || within(0x2060, 0x206F) || c == 0xFEFF || within(0xFFF9, 0xFFFB) ||
         within(0xE0000, 0xE007F);
}

std::string code_point(char32_t code) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string digits;
  for (auto rest = static_cast<std::uint32_t>(code); rest > 0 || digits.size() < 4; rest >>= 4)
    digits.insert(digits.begin(), kDigits[rest & 15]);
  return "U+" + digits;
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const Letter letter = first_letter(text);
    if (letter.length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    switch (letter.code) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (is_hidden(letter.code)) {
          out += code_point(letter.code);
        } else {
          out += text.substr(0, letter.length);
        }
    }
    text.remove_prefix(letter.length);
  }
  return out;
}

std::string opening(std::string_view name, Html::Attributes attributes) {
  CORDON_CHECK(is_ours(kElements, name), "an element that no page of ours is made of");
  std::string out = "<" + std::string(name);
  for (const auto& [key, value] : attributes) {
    if (key.empty()) continue;
    CORDON_CHECK(is_ours(kAttributes, key), "an attribute that no page of ours has");
    const bool is_address = key == "href" || key == "action" || key == "formaction";
    CORDON_CHECK(!is_address || is_own_path(value), "an address that is not a path of this desk");
    out += " " + std::string(key) + "=\"" + escape(value) + "\"";
  }
  return out + ">";
}

}  // namespace

Html Html::text(std::string_view text) {
  Html made;
  made.markup_ = escape(text);
  return made;
}

Html Html::tag(std::string_view name, Attributes attributes, const Html& inside) {
  Html made;
  made.markup_ = opening(name, attributes);
  if (name == "pre" || name == "textarea") made.markup_ += '\n';  // a browser drops the first line end of these
  made.markup_ += inside.markup_ + "</" + std::string(name) + ">";
  return made;
}

Html Html::empty_tag(std::string_view name, Attributes attributes) {
  Html made;
  made.markup_ = opening(name, attributes);
  return made;
}

Html& Html::operator<<(const Html& more) {
  markup_ += more.markup_;
  return *this;
}

Html own_script(std::string_view path) {
  CORDON_CHECK(is_own_path(path) && path.ends_with(".js"), "a script's address is a path of this desk");
  Html made;
  made.markup_ = R"(<script type="module" src=")" + escape(path) + R"("></script>)";
  return made;
}

}  // namespace cordon
