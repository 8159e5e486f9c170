#include <array>

#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

namespace {

struct Link {
  std::string_view path, title;
  std::optional<Act> act;  // who may go there
};
constexpr std::array kForEverybody{
    Link{"/report", words_later("Make a report"), {}}, Link{"/follow", words_later("Follow my report"), {}},
    Link{"/log", words_later("Public log"), {}},       Link{"/numbers", words_later("Numbers"), {}},
    Link{"/charter", words_later("Charter"), {}},
};
constexpr std::array kForOfficers{
    Link{"/queue", words_later("Queue"), Act::ReadCase},
    Link{"/decide", words_later("Decide"), Act::ReadCase},
    Link{"/notices", words_later("Notices"), Act::ReadCase},
    Link{"/appeals", words_later("Appeals"), Act::ReadAppeals},
    Link{"/rules", words_later("Standing rules"), Act::StopRule},
    Link{"/border", words_later("Border"), Act::ReadBorder},
    Link{"/officers", words_later("Officers"), Act::ListOfficers},
};

// The item that the page belongs to is marked: "/log" for "/log/entry/3". Cases belong to the queue.
bool is_here(std::string_view path, std::string_view place) {
  if (path.starts_with("/cases/")) path = "/queue";
  if (!path.starts_with(place)) return false;
  return path.size() == place.size() || path[place.size()] == '/' || path[place.size()] == '?';
}

template <std::size_t kCount>
Html places(const Call& call, const std::array<Link, kCount>& all, std::string_view path) {
  const Words& words = Words::in(call.language);
  Html items;
  for (const Link& place : all) {
    if (place.act && !may(call.who->officer, *place.act)) continue;
    items << Html::tag("li",
                       Html::tag("a", {{"href", place.path}, {is_here(path, place.path) ? "aria-current" : "", "page"}},
                                 words(place.title)));
  }
  return Html::tag("ul", items);
}

Html header(const Call& call, const Desk& desk, std::string_view path) {
  const Words& words = Words::in(call.language);
  const Html name = link("/", desk.settings().operator_.name, "brand");
  const Html menu = Html::tag("nav", {{"aria-label", words("Menu")}},
                              call.who ? places(call, kForOfficers, path) : places(call, kForEverybody, path));
  Html who;
  if (call.who) {
    who = html(
        Html::tag("span", words("Signed in as {1}", {call.who->officer.login})),
        form(call, "/sign-out", Html::tag("button", {{"type", "submit"}, {"class", "second"}}, words("Sign out"))));
  } else if (path != "/sign-in") {
    who = link("/sign-in", words("Sign in"));
  }
  Html head = Html::tag("div", {{"class", "tape"}}, Html());
  head << Html::tag("div", {{"class", "bar"}}, html(name, Html::tag("div", {{"class", "who"}}, who))) << menu;
  if (desk.annex().fictitious()) {
    head << Html::tag("p", {{"class", "demo"}},
                      words("Demonstration: the state, its law and this desk are fictitious."));
  }
  return Html::tag("header", head);
}

Html language_links(Language now, std::string_view path) {
  const Words& words = Words::in(now);
  Html items;
  for (const Language language : languages()) {
    const std::string there = std::string(path) + "?lang=" + std::string(name(language));
    items << Html::tag("li", Html::tag("a",
                                       {{"href", there},
                                        {"lang", name(language)},
                                        {"hreflang", name(language)},
                                        {language == now ? "aria-current" : "", "true"}},
                                       own_name(language)));
  }
  return Html::tag("nav", {{"aria-label", words("Language")}, {"class", "languages"}}, Html::tag("ul", items));
}

Html footer(const Call& call, std::string_view path) {
  const Words& words = Words::in(call.language);
  Html inside;
  if (!path.empty()) inside << language_links(call.language, path);
  if (call.who) inside << Html::tag("nav", {{"aria-label", words("Public pages")}}, places(call, kForEverybody, path));
  inside << paragraph(words("We ask; we never block."));
  return Html::tag("footer", inside);
}

Html posting(const Call& call, std::string_view path, std::string_view encoding, const Html& inside) {
  Html fields;
  if (!call.csrf.empty()) fields << hidden("csrf", call.csrf);
  return Html::tag("form", {{"method", "post"}, {"action", path}, {encoding.empty() ? "" : "enctype", encoding}},
                   html(fields, inside));
}

}  // namespace

void write_page(Call& call, const Desk& desk, std::string_view path, std::string_view title, const Html& inside) {
  const Words& words = Words::in(call.language);
  const std::string& desk_name = desk.settings().operator_.name;
  const Html head = Html::tag(
      "head", html(Html::empty_tag("meta", {{"charset", "utf-8"}}),
                   Html::empty_tag("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
                   Html::empty_tag("meta", {{"name", "color-scheme"}, {"content", "light dark"}}),
                   Html::tag("title", title == desk_name ? desk_name : std::string(title) + " · " + desk_name),
                   Html::empty_tag("link", {{"rel", "stylesheet"}, {"href", "/style.css"}})));
  Html body = Html::tag("a", {{"class", "skip"}, {"href", "#main"}}, words("Skip to the content"));
  body << header(call, desk, path);
  body << Html::tag("main", {{"id", "main"}, {"tabindex", "-1"}}, inside) << footer(call, path);
  call.body = "<!doctype html>\n" +
              Html::tag("html", {{"lang", name(call.language)}}, html(head, Html::tag("body", body))).markup() + "\n";
  call.media_type = "text/html; charset=utf-8";
}

Html form(const Call& call, std::string_view path, const Html& inside) { return posting(call, path, "", inside); }
Html file_form(const Call& call, std::string_view path, const Html& inside) {
  return posting(call, path, "multipart/form-data", inside);
}

Html reason_card(const Call& call, const std::string& path, const std::string& title, const std::string& about) {
  const Words& words = Words::in(call.language);
  const std::string reason = words("Reason"), length = words("10 characters or more"),
                    id = "reason-" + path.substr(path.rfind('/') + 1);
  return Html::tag("div", {{"class", "card"}},
                   html(Html::tag("h3", title), paragraph(about),
                        form(call, path,
                             html(text_area({.name = "reason",
                                             .label = reason,
                                             .hint = length,
                                             .id = id,
                                             .at_least = "10",
                                             .at_most = "4000"}),
                                  Html::tag("button", {{"type", "submit"}, {"class", "second"}}, title)))));
}

// ── what went wrong ──

namespace {

struct Trouble {
  std::string title, sentence;
};

Trouble in_words(const Words& words, Fault fault) {
  switch (fault) {
    case Fault::NotFound:
      return {words("Not found"), words("There is nothing at this address.")};
    case Fault::Usage:
    case Fault::Malformed:
      return {words("Something has to be corrected"),
              words("Nothing was changed. Go back with your browser: what you typed is still there.")};
    case Fault::Refused:
      return {words("You may not do this"), words("Nothing was changed. Your role or the charter does not permit it.")};
    case Fault::Conflict:
      return {words("This has changed"), words("Somebody changed this first. Look at it again.")};
    case Fault::Unavailable:
    case Fault::Full:
      return {words("Try again later"),
              words("The desk cannot answer just now. Nothing was lost; try again in a minute.")};
    case Fault::Corrupt:
      return {words("Something is damaged"),
              words("Something stored here is damaged. The operator has to look at it.")};
  }
  return {};
}

}  // namespace

void write_problem(Call& call, const Desk& desk, const Error& error) {
  const Words& words = Words::in(call.language);
  if (call.command == "form sign in" && error.where != "Origin") {
    if (error.fault == Fault::Refused)
      return write_sign_in(call, desk, words("The name, the password or the code is not right."));
    if (error.fault == Fault::Unavailable)
      return write_sign_in(call, desk, words("Too many attempts. Try again later."));
  }
  Trouble trouble = in_words(words, error.fault);
  if (error.where == "Origin" || error.where == "csrf")
    trouble.sentence = words("This form is too old or was sent from another page. Open it again.");
  Html page = Html::tag("h1", trouble.title);
  page << paragraph(trouble.sentence);
  // What exactly: the desk says it to its officers in English, like every message of its log and commands. Somebody
  // without an account learns it only of what they sent themselves.
  const bool of_their_own = error.fault == Fault::Malformed || error.fault == Fault::Usage;
  if (call.who || of_their_own) {
    Html said = Html::tag("p", {{"lang", "en"}}, error.message);
    if (!error.where.empty()) said << Html::tag("p", {{"class", "hint"}}, code(error.where));
    page << box(Tone::Bad, said);
  }
  // The way back: to the thing that the request was about, and to where everything starts.
  std::vector<Html> ways;
  const auto way = [&](std::string_view field, const std::string& folder, const std::string& title) {
    const Result<std::string> id = parse_uuid(call.arguments.text_or(field));
    if (call.who && id && error.fault != Fault::NotFound) ways.push_back(link(folder + *id, title));
  };
  way("proposal", "/decide/", words("Back to the proposal"));
  way("notice", "/notices/", words("Back to the notice"));
  way("appeal", "/appeals/", words("Back to the appeal"));
  way("case", "/cases/", words("Back to the case"));
  if (!call.who && error.fault == Fault::Refused) ways.push_back(link("/sign-in", words("Sign in")));
  if (call.who && may(call.who->officer, Act::ReadCase)) ways.push_back(link("/queue", words("Queue")));
  ways.push_back(link("/", words("Home")));
  page << list(ways);
  write_page(call, desk, "", trouble.title, page);
}

}  // namespace cordon
