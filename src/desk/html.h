// Pages as values: text is escaped by its type, and what is no Html cannot stand in a page. No page carries a script
// but one of our own by its path (own_script), a style or an address of another host. desk/parts.h has the pieces that
// pages are made of.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "desk/commands.h"

namespace cordon {

class Html {
 public:
  Html() = default;
  // Outside text: markup is escaped; control, bidirectional and invisible formatting characters are shown as U+XXXX,
  // broken UTF-8 as U+FFFD. Tabs and line ends stay.
  static Html text(std::string_view text);
  // An element with its attributes and what it holds. Attribute values are escaped like text; a pair with an empty name
  // is left out. An element or attribute outside our own short lists (so no script, style or "on…") and an address that
  // is not a path of this desk end the process: they are our own mistake.
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  static Html tag(std::string_view name, Attributes attributes, const Html& inside);
  static Html tag(std::string_view name, const Html& inside) { return tag(name, {}, inside); }
  static Html tag(std::string_view name, Attributes attributes, std::string_view plain) {
    return tag(name, attributes, text(plain));
  }
  static Html tag(std::string_view name, std::string_view plain) { return tag(name, {}, text(plain)); }
  static Html empty_tag(std::string_view name, Attributes attributes);  // <input>, <br>, <meta>
  friend Html own_script(std::string_view path);
  Html& operator<<(const Html& more);
  Html& operator<<(std::string_view plain) { return *this << text(plain); }
  const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};

// One after the other; what is no Html is plain text.
template <typename... Parts>
Html html(const Parts&... parts) {
  Html all;
  static_cast<void>((all << ... << parts));
  return all;
}

// The one way that a page names a script: a module of this desk at a path of it. A page with one sets call.scripted; on
// every other the policy lets none run.
Html own_script(std::string_view path);

// The frame that every page stands in: head, skip link, navigation by what the reader may, the page, languages. `path`
// is the page's own, for the language links; without one there are none. Fills call.body and call.media_type.
void write_page(Call& call, const Desk& desk, std::string_view path, std::string_view title, const Html& inside);

// Instead of the page: what went wrong, in words that a person can use, and a way back.
void write_problem(Call& call, const Desk& desk, const Error& error);

// A form that posts to `path`, with the session's CSRF field in it.
Html form(const Call& call, std::string_view path, const Html& inside);
// The same for a file beside the fields.
Html file_form(const Call& call, std::string_view path, const Html& inside);

// /style.css, written by hand in desk/style.cc.
std::string_view style_sheet();

}  // namespace cordon
