// The pieces that pages are made of: headings, fields, tables, boxes. Each is right for a keyboard, a screen reader and
// a narrow screen, so that no page has to think of it (WCAG 2.2 AA).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "desk/html.h"

namespace cordon {

Html link(std::string_view path, std::string_view text);
Html link(std::string_view path, std::string_view text, std::string_view css_class);
Html paragraph(const Html& inside);
Html paragraph(std::string_view text);
Html hint(std::string_view text);  // beside the main thing, smaller
Html code(std::string_view text);  // an id, a digest, an identifier: not translated, may break anywhere
Html section(std::string_view title, const Html& inside);
Html more(std::string_view summary, const Html& inside);  // opens on a click
Html list(const std::vector<Html>& items);

// What needs attention. The tone is said in words inside; the colour only repeats it.
enum class Tone { Plain, Good, Careful, Bad };
Html box(Tone tone, const Html& inside);
Html badge(Tone tone, std::string_view text);

// ── fields ──

struct Asked {
  std::string_view name, label;
  std::string_view hint = {}, value = {};
  std::string_view type = "text";         // of an input
  std::string_view autocomplete = "off";  // a token of HTML 4.10.18.7 where the field is about the person
  std::string_view wrong = {};            // what has to be corrected
  std::string_view id = {};               // where a page asks for the name twice
  bool required = true;
  std::string_view at_least = {}, at_most = {};  // characters
  std::string_view optional = {};                // the word beside the label of what may be left out
};
Html text_input(const Asked& asked);
Html text_area(const Asked& asked);
Html file_input(const Asked& asked);
Html hidden(std::string_view name, std::string_view value);

struct Choice {
  std::string value, label;
  std::string hint = {};
  bool chosen = false;
};
Html drop_down(const Asked& asked, const std::vector<Choice>& choices);
Html radio_buttons(const Asked& asked, const std::vector<Choice>& choices);
Html check_boxes(const Asked& asked, const std::vector<Choice>& choices);

Html button(std::string_view text);
// A second button of a form: sends the same fields to another path, unchecked.
Html button_to(std::string_view path, std::string_view text);

// ── tables ──

using Row = std::vector<Html>;
// The first column heads its row. On a narrow screen each row becomes a card and each cell repeats its column's title.
// Under a heading that says the same the caption is heard and not seen.
enum class Caption { Seen, Heard };
Html table(std::string_view caption, const std::vector<std::string>& titles, const std::vector<Row>& rows,
           Caption shown = Caption::Seen);
// Bars, each with its name and number below; a picture to a screen reader, with `title` for its name. Whoever cannot
// see it needs the table beside it.
Html bar_chart(std::string_view title, const std::vector<std::pair<std::string, std::int64_t>>& bars);
Html pairs(const std::vector<std::pair<std::string, Html>>& rows);  // title and value, one below the other

}  // namespace cordon
