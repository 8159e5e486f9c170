#include "desk/parts.h"

namespace cordon {

namespace {

std::string_view css(Tone tone) {
  switch (tone) {
    case Tone::Plain:
      return "plain";
    case Tone::Good:
      return "good";
    case Tone::Careful:
      return "careful";
    case Tone::Bad:
      return "bad";
  }
  return "plain";
}

std::string id_of(const Asked& asked) { return "f-" + std::string(asked.id.empty() ? asked.name : asked.id); }

// Which of the lines around a field describe it, for aria-describedby.
std::string described_by(const Asked& asked) {
  std::string ids;
  if (!asked.hint.empty()) ids = id_of(asked) + "-hint";
  if (!asked.wrong.empty()) ids += (ids.empty() ? "" : " ") + id_of(asked) + "-wrong";
  return ids;
}

Html hint_and_wrong(const Asked& asked) {
  Html lines;
  if (!asked.hint.empty()) lines << Html::tag("p", {{"class", "hint"}, {"id", id_of(asked) + "-hint"}}, asked.hint);
  if (!asked.wrong.empty()) lines << Html::tag("p", {{"class", "wrong"}, {"id", id_of(asked) + "-wrong"}}, asked.wrong);
  return lines;
}

Html labelled(const Asked& asked, const Html& control) {
  Html label = Html::text(asked.label);
  if (!asked.optional.empty()) label << " " << Html::tag("span", {{"class", "optional"}}, asked.optional);
  return Html::tag("div", {{"class", asked.wrong.empty() ? "field" : "field is-wrong"}},
                   html(Html::tag("label", {{"for", id_of(asked)}}, label), hint_and_wrong(asked), control));
}

// Radio buttons or check boxes under one legend.
Html grouped(const Asked& asked, const std::vector<Choice>& choices, std::string_view type) {
  Html items;
  std::size_t number = 0;
  for (const Choice& choice : choices) {
    // The first one carries the group's own id, so that a link to what is wrong leads to it.
    const std::string id = number == 0 ? id_of(asked) : id_of(asked) + "-" + std::to_string(number);
    const std::string hint_id = id + "-about";
    ++number;
    const bool radio = type == "radio";
    const Html input = Html::empty_tag("input", {{"type", type},
                                                 {"id", id},
                                                 {"name", asked.name},
                                                 {"value", choice.value},
                                                 {choice.hint.empty() ? "" : "aria-describedby", hint_id},
                                                 {choice.chosen ? "checked" : "", ""},
                                                 {radio && asked.required ? "required" : "", ""}});
    Html text = Html::tag("label", {{"for", id}}, choice.label);
    if (!choice.hint.empty()) text << Html::tag("p", {{"class", "hint"}, {"id", hint_id}}, choice.hint);
    items << Html::tag("div", {{"class", "choice"}}, html(input, Html::tag("div", text)));
  }
  Html legend = Html::text(asked.label);
  if (!asked.optional.empty()) legend << " " << Html::tag("span", {{"class", "optional"}}, asked.optional);
  const std::string described = described_by(asked);
  return Html::tag("fieldset",
                   {{"class", asked.wrong.empty() ? "field" : "field is-wrong"},
                    {described.empty() ? "" : "aria-describedby", described}},
                   html(Html::tag("legend", legend), hint_and_wrong(asked), items));
}

}  // namespace

Html link(std::string_view path, std::string_view text) { return Html::tag("a", {{"href", path}}, text); }
Html link(std::string_view path, std::string_view text, std::string_view css_class) {
  return Html::tag("a", {{"href", path}, {"class", css_class}}, text);
}
Html paragraph(const Html& inside) { return Html::tag("p", inside); }
Html paragraph(std::string_view text) { return Html::tag("p", text); }
Html hint(std::string_view text) { return Html::tag("p", {{"class", "hint"}}, text); }
Html code(std::string_view text) { return Html::tag("code", {{"translate", "no"}}, text); }
Html section(std::string_view title, const Html& inside) {
  return Html::tag("section", html(Html::tag("h2", title), inside));
}
Html more(std::string_view summary, const Html& inside) {
  return Html::tag("details", html(Html::tag("summary", summary), inside));
}

Html list(const std::vector<Html>& items) {
  Html all;
  for (const Html& item : items) all << Html::tag("li", item);
  return Html::tag("ul", all);
}

Html box(Tone tone, const Html& inside) {
  return Html::tag("div", {{"class", "box " + std::string(css(tone))}}, inside);
}
Html badge(Tone tone, std::string_view text) {
  return Html::tag("span", {{"class", "badge " + std::string(css(tone))}}, text);
}

Html text_input(const Asked& asked) {
  const std::string described = described_by(asked);
  return labelled(asked, Html::empty_tag("input", {{"type", asked.type},
                                                   {"id", id_of(asked)},
                                                   {"name", asked.name},
                                                   {"value", asked.value},
                                                   {"autocomplete", asked.autocomplete},
                                                   {"autocapitalize", "none"},
                                                   {"spellcheck", "false"},
                                                   {described.empty() ? "" : "aria-describedby", described},
                                                   {asked.wrong.empty() ? "" : "aria-invalid", "true"},
                                                   {asked.at_least.empty() ? "" : "minlength", asked.at_least},
                                                   {asked.at_most.empty() ? "" : "maxlength", asked.at_most},
                                                   {asked.required ? "required" : "", ""}}));
}

Html text_area(const Asked& asked) {
  const std::string described = described_by(asked);
  return labelled(asked, Html::tag("textarea",
                                   {{"id", id_of(asked)},
                                    {"name", asked.name},
                                    {"rows", "6"},
                                    {"autocomplete", asked.autocomplete},
                                    {described.empty() ? "" : "aria-describedby", described},
                                    {asked.wrong.empty() ? "" : "aria-invalid", "true"},
                                    {asked.at_least.empty() ? "" : "minlength", asked.at_least},
                                    {asked.at_most.empty() ? "" : "maxlength", asked.at_most},
                                    {asked.required ? "required" : "", ""}},
                                   asked.value));
}

Html file_input(const Asked& asked) {
  const std::string described = described_by(asked);
  return labelled(asked, Html::empty_tag("input", {{"type", "file"},
                                                   {"id", id_of(asked)},
                                                   {"name", asked.name},
                                                   {described.empty() ? "" : "aria-describedby", described},
                                                   {asked.required ? "required" : "", ""}}));
}

Html hidden(std::string_view name, std::string_view value) {
  return Html::empty_tag("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
}

Html drop_down(const Asked& asked, const std::vector<Choice>& choices) {
  Html options;
  for (const Choice& choice : choices)
    options << Html::tag("option", {{"value", choice.value}, {choice.chosen ? "selected" : "", ""}}, choice.label);
  const std::string described = described_by(asked);
  return labelled(asked, Html::tag("select",
                                   {{"id", id_of(asked)},
                                    {"name", asked.name},
                                    {described.empty() ? "" : "aria-describedby", described},
                                    {asked.required ? "required" : "", ""}},
                                   options));
}

Html radio_buttons(const Asked& asked, const std::vector<Choice>& choices) { return grouped(asked, choices, "radio"); }
Html check_boxes(const Asked& asked, const std::vector<Choice>& choices) { return grouped(asked, choices, "checkbox"); }

Html button(std::string_view text) { return Html::tag("button", {{"type", "submit"}}, text); }
Html button_to(std::string_view path, std::string_view text) {
  return Html::tag("button", {{"type", "submit"}, {"class", "second"}, {"formaction", path}, {"formnovalidate", ""}},
                   text);
}

// The roles say again what the elements mean, because a browser forgets it when the stylesheet makes cards of them.
Html table(std::string_view caption, const std::vector<std::string>& titles, const std::vector<Row>& rows,
           Caption shown) {
  Html head;
  for (const std::string& title : titles) head << Html::tag("th", {{"scope", "col"}, {"role", "columnheader"}}, title);
  Html body;
  for (const Row& row : rows) {
    CORDON_CHECK(row.size() == titles.size(), "a table's row has a cell for each column");
    Html cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Html inside = Html::tag("div", row[i]);
      cells << (i == 0 ? Html::tag("th", {{"scope", "row"}, {"role", "rowheader"}, {"data-label", titles[i]}}, inside)
                       : Html::tag("td", {{"role", "cell"}, {"data-label", titles[i]}}, inside));
    }
    body << Html::tag("tr", {{"role", "row"}}, cells);
  }
  return Html::tag("table", {{"role", "table"}},
                   html(Html::tag("caption", {{shown == Caption::Heard ? "class" : "", "heard"}}, caption),
                        Html::tag("thead", {{"role", "rowgroup"}}, Html::tag("tr", {{"role", "row"}}, head)),
                        Html::tag("tbody", {{"role", "rowgroup"}}, body)));
}

Html bar_chart(std::string_view title, const std::vector<std::pair<std::string, std::int64_t>>& bars) {
  constexpr std::int64_t kBar = 64, kGap = 16, kHeight = 120, kBelow = 24, kAbove = 22;
  std::int64_t highest = 1;
  for (const auto& [name, count] : bars) highest = std::max(highest, count);
  Html inside;
  std::int64_t x = kGap;
  for (const auto& [name, count] : bars) {
    const std::int64_t height = count * kHeight / highest;
    const std::int64_t top = kAbove + kHeight - height;
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    inside << Html::tag(
        "rect", {{"x", number(x)}, {"y", number(top)}, {"width", number(kBar)}, {"height", number(height)}}, Html());
    inside << Html::tag("text", {{"x", number(x + kBar / 2)}, {"y", number(top - 6)}}, number(count));
    inside << Html::tag("text", {{"x", number(x + kBar / 2)}, {"y", number(kAbove + kHeight + 17)}}, name);
    x += kBar + kGap;
  }
  const std::string box = "0 0 " + std::to_string(x) + " " + std::to_string(kAbove + kHeight + kBelow);
  return Html::tag(
      "div", {{"class", "chart"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", title}},
      Html::tag("svg", {{"role", "img"}, {"aria-label", title}, {"viewBox", box}, {"width", std::to_string(x)}},
                inside));
}

Html pairs(const std::vector<std::pair<std::string, Html>>& rows) {
  Html all;
  for (const auto& [title, value] : rows) all << Html::tag("div", html(Html::tag("dt", title), Html::tag("dd", value)));
  return Html::tag("dl", all);
}

}  // namespace cordon
