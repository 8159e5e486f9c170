// The public report form: four pages without a script. A reader who stops half-way leaves nothing here; the nonce, made
// once with the first page, makes one report of a form that is sent twice.
#include <array>

#include "base/text.h"
#include "desk/flow.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "law/offences.h"

namespace cordon {

namespace {

// The harm that people meet today first (charter 1.3, row 26): C05, C06, C10. What C09 is about stands beside C10,
// where a reader looks for it.
struct InPlainWords {
  Category category;
  std::string_view text;
};
constexpr std::array kOffered{
    InPlainWords{Category::Phishing,
                 words_later("A false page, message or app asks for passwords, codes or card data")},
    InPlainWords{Category::Fraud,
                 words_later("Somebody takes money by deceit: a false shop, investment, job or phone call")},
    InPlainWords{Category::ChildSolicitation,
                 words_later("Somebody approaches a child for sexual purposes, or blackmails a child")},
    InPlainWords{Category::Csam, words_later("Pictures or films of children being sexually abused")},
    InPlainWords{Category::Malware, words_later("A harmful program, or a place that spreads or controls one")},
    InPlainWords{Category::IllegalAccess, words_later("Somebody broke into an account or system, or spies on it")},
    InPlainWords{Category::ServiceAttack, words_later("An attack makes a site or service unreachable")},
    InPlainWords{Category::CrimeTools,
                 words_later("Stolen passwords, card data or tools for break-ins are offered for sale")},
    InPlainWords{Category::Extortion, words_later("Somebody locked or took data and demands money")},
    InPlainWords{Category::Laundering, words_later("An account or wallet moves the money of such crimes")},
    InPlainWords{Category::HumanTrafficking, words_later("People are lured or forced into being exploited")},
    InPlainWords{Category::MigrantSmuggling,
                 words_later("Illegal border crossings or forged travel documents are sold")},
    InPlainWords{Category::Drugs, words_later("Drugs are offered for sale")},
    InPlainWords{Category::Firearms, words_later("Weapons are sold without permission")},
};

struct Draft {
  std::string category, where, what, nonce;
};

Draft read_draft(Desk& desk, const Json& given) {
  Draft draft{given.text_or("category"), std::string(trim(given.text_or("where"))),
              std::string(trim(given.text_or("what"))), given.text_or("nonce")};
  if (draft.nonce.size() < 22 || draft.nonce.size() > 100) draft.nonce = to_hex(desk.random().bytes(16));
  return draft;
}

std::optional<Category> chosen(const Draft& draft) {
  for (const InPlainWords& offered : kOffered) {
    if (name(offered.category) == draft.category) return offered.category;
  }
  return std::nullopt;
}

Html carried(const Draft& draft, std::initializer_list<std::string_view> fields) {
  Html all;
  for (const std::string_view field : fields) {
    const std::string& value = field == "category" ? draft.category
                               : field == "where"  ? draft.where
                               : field == "what"   ? draft.what
                                                   : draft.nonce;
    all << hidden(field, value);
  }
  return all;
}

// The same step in another language, with everything that was typed so far: buttons of the step's own form, behind the
// one that goes on (Enter presses the first).
Html languages_of_step(const Call& call, std::string_view path) {
  const Words& words = Words::in(call.language);
  Html buttons;
  for (const Language language : languages()) {
    if (language == call.language) continue;
    buttons << Html::tag("button",
                         {{"type", "submit"},
                          {"class", "second"},
                          {"name", "lang"},
                          {"value", name(language)},
                          {"lang", name(language)},
                          {"formaction", path},
                          {"formnovalidate", ""}},
                         own_name(language));
  }
  return Html::tag("div", {{"class", "languages"}, {"role", "group"}, {"aria-label", words("Language")}}, buttons);
}

// The frame of a step. `wrong` is what has to be corrected in the field `f-NAME`.
void write_step(Call& call, const Desk& desk, int step, const std::string& title, const Html& inside,
                std::string_view wrong = {}, std::string_view field = {}) {
  const Words& words = Words::in(call.language);
  const std::string where_we_are = words("Step {1} of {2}", {std::to_string(step), "4"});
  Html page = Html::tag("p", {{"class", "step"}}, where_we_are);
  page << Html::tag("h1", title);
  if (!wrong.empty()) {
    page << Html::tag("div", {{"class", "box bad"}, {"role", "alert"}},
                      html(Html::tag("p", words("Please correct this:")), link("#f-" + std::string(field), wrong)));
  }
  page << inside;
  write_page(call, desk, "", title + " · " + where_we_are, page);
}

// ── 1 ──

void write_what_happened(Call& call, const Desk& desk, const Draft& draft, std::string_view wrong = {}) {
  const Words& words = Words::in(call.language);
  Html page = paragraph(words("You need no account and no name."));
  page << box(Tone::Careful, paragraph(words("If somebody is in danger now, call the emergency services.")));
  std::vector<Choice> choices;
  for (const auto& [category, text] : kOffered) {
    choices.push_back({std::string(name(category)), words(text), std::string(title(Matter(category), call.language)),
                       draft.category == name(category)});
  }
  const std::string legend = words("Choose what fits best.");
  page << form(
      call, "/report/where",
      html(radio_buttons({.name = "category", .label = legend, .wrong = wrong}, choices),
           carried(draft, {"where", "what", "nonce"}), button(words("Continue")), languages_of_step(call, "/report")));

  Html refused = paragraph(words(
      "This list is closed, and there is no “other”. We act on an address, a number or an account that serves one of "
      "these crimes; we never act on an opinion."));
  refused << list({
      Html::text(words("Opinions, religion, criticism of officials, rumours, insults: the law of your country may know "
                       "them, this desk does not.")),
      Html::text(words("Disputes about goods, debts or bad service: consumer offices and courts help there.")),
      Html::text(words("Thoughts of suicide or self-harm: please call a help line or the emergency services.")),
  });
  Html later = paragraph(words("This desk does not take these yet:"));
  std::vector<Html> off;
  for (const OffenceRow& offence : offences()) {
    if (!offence.on_by_default) off.push_back(Html::text(title(Matter(offence.category), call.language)));
  }
  later << list(off);
  page << more(words("What we do not take, and why"),
               html(refused, later, paragraph(link("/charter", words("What we act on, and what never")))));
  write_step(call, desk, 1, words("What happened?"), page, wrong, "category");
}

// C09 is never taken here: what such a page shows may be handled by hotlines and police units alone (charter 7.3).
void write_hand_over(Call& call, const Desk& desk) {
  const Words& words = Words::in(call.language);
  Html page = Html::tag("h1", words("Please tell a hotline"));
  page << paragraph(words(
      "This desk may not receive reports about pictures or films of children being sexually abused. Hotlines may: "
      "their people are trained and allowed by law to look at such material, and they work with the police and "
      "with whoever can remove it."));
  page << list({
      Html::text(words("Do not look for more, and do not copy, save or send anything, not even to us.")),
      Html::text(
          words("Note only the address, and give it to the hotline of your country. The network INHOPE lists the "
                "hotlines at inhope.org.")),
      Html::text(words("If a child is in danger now, call the emergency services.")),
  });
  page << paragraph(words("You may report there without your name. Nothing of what you chose here was kept."));
  page << paragraph(link("/report", words("Back to the form")));
  write_page(call, desk, "", words("Please tell a hotline"), page);
}

// ── 2 ──

void write_where(Call& call, const Desk& desk, const Draft& draft, Category category, std::string_view wrong = {}) {
  const Words& words = Words::in(call.language);
  std::vector<std::string> kinds;
  for (const ObservableKind kind : row(category).observables) kinds.push_back(label(words, kind));
  const std::string usable = words("What we can use here: {1}", {join(kinds, ", ")});
  const std::string asked = words("A web address, phone number, account or wallet");
  Html page = paragraph(words("Copy it exactly as you saw it."));
  page << paragraph(words("You need not open it again. Write hxxp or [.] if your program turns it into a link."));
  page << form(call, "/report/details",
               html(text_input({.name = "where",
                                .label = asked,
                                .hint = usable,
                                .value = draft.where,
                                .wrong = wrong,
                                .at_most = "2000"}),
                    carried(draft, {"category", "what", "nonce"}),
                    Html::tag("div", {{"class", "buttons"}},
                              html(button(words("Continue")), button_to("/report", words("Back")))),
                    languages_of_step(call, "/report/where")));
  write_step(call, desk, 2, words("Where was it?"), page, wrong, "where");
}

// ── 3 ──

void write_details(Call& call, const Desk& desk, const Draft& draft, std::string_view wrong = {}) {
  const Words& words = Words::in(call.language);
  const std::string asked = words("Tell us what you saw");
  const std::string length = words("In your own words, 20 to {1} characters", {"6000"});
  Html page = box(
      Tone::Plain,
      html(paragraph(words("Leave out names of people; numbers of documents and cards are removed before anything is "
                           "stored.")),
           paragraph(words("We do not keep your address or your browser's name."))));
  page << form(call, "/report/check",
               html(text_area({.name = "what",
                               .label = asked,
                               .hint = length,
                               .value = draft.what,
                               .wrong = wrong,
                               .at_least = "20",
                               .at_most = "6000"}),
                    carried(draft, {"category", "where", "nonce"}),
                    Html::tag("div", {{"class", "buttons"}},
                              html(button(words("Continue")), button_to("/report/where", words("Back")))),
                    languages_of_step(call, "/report/details")));
  write_step(call, desk, 3, words("Details"), page, wrong, "what");
}

// ── 4 ──

void write_check(Call& call, const Desk& desk, const Draft& draft, Category category) {
  const Words& words = Words::in(call.language);
  Html page = pairs({
      {words("What happened"), Html::text(title(Matter(category), call.language))},
      {words("Where"), code(draft.where)},
      {words("Details"), Html::tag("p", {{"class", "as-written"}}, draft.what)},
  });
  page << paragraph(words("Then you get a receipt. Only with it can you see what became of the report."));
  page << form(call, "/report/send",
               html(carried(draft, {"category", "where", "what", "nonce"}),
                    Html::tag("div", {{"class", "buttons"}},
                              html(button(words("Send the report")), button_to("/report/details", words("Back")))),
                    languages_of_step(call, "/report/check")));
  write_step(call, desk, 4, words("Check what you wrote"), page);
}

// What a reader is told of intake's reason.
std::string in_words(const Words& words, std::string_view code) {
  return code == "no_observable" || code == "not_held"
             ? words("We found nothing here that we can act on. Give a web address, a number or an account.")
             : words("We do not act on this.");
}

// Shows the first page before `step` that is not right, and says whether there was one.
Result<bool> showed_earlier(Call& call, const Desk& desk, const Draft& draft, int step) {
  const Words& words = Words::in(call.language);
  const std::optional<Category> category = chosen(draft);
  if (!category) {
    write_what_happened(call, desk, draft, words("Choose what fits best."));
  } else if (*category == Category::Csam) {
    write_hand_over(call, desk);
  } else if (step > 2 && draft.where.empty()) {
    write_where(call, desk, draft, *category, words("Please fill in this field."));
  } else if (step > 2 && draft.where.size() > 2000) {
    write_where(call, desk, draft, *category, words("This is too large."));
  } else if (const std::string why_not = step > 2 ? TRY(would_be_refused(desk, {*category, draft.where, {}, {}})) : "";
             !why_not.empty()) {
    write_where(call, desk, draft, *category, in_words(words, why_not));
  } else if (step > 3 && draft.what.size() < 20) {
    write_details(call, desk, draft, words("Please write a little more: 20 characters or more."));
  } else if (step > 3 && draft.what.size() > 20000) {
    write_details(call, desk, draft, words("This is too large."));
  } else {
    return false;
  }
  return true;
}

// Chosen with a step's own button; the choice is kept, as with a page's links.
void choose_language(Call& call) {
  call.set_language = parse_language(call.arguments.text_or("lang"));
  if (call.set_language) call.language = *call.set_language;
}

}  // namespace

Result<Nothing> page_report(Desk& desk, Call& call, const Emit&) {
  choose_language(call);
  write_what_happened(call, desk, read_draft(desk, call.arguments));
  return Nothing{};
}

Result<Nothing> page_report_where(Desk& desk, Call& call, const Emit&) {
  choose_language(call);
  const Draft draft = read_draft(desk, call.arguments);
  if (!TRY(showed_earlier(call, desk, draft, 2))) write_where(call, desk, draft, *chosen(draft));
  return Nothing{};
}

Result<Nothing> page_report_details(Desk& desk, Call& call, const Emit&) {
  choose_language(call);
  const Draft draft = read_draft(desk, call.arguments);
  if (!TRY(showed_earlier(call, desk, draft, 3))) write_details(call, desk, draft);
  return Nothing{};
}

Result<Nothing> page_report_check(Desk& desk, Call& call, const Emit&) {
  choose_language(call);
  const Draft draft = read_draft(desk, call.arguments);
  if (!TRY(showed_earlier(call, desk, draft, 4))) write_check(call, desk, draft, *chosen(draft));
  return Nothing{};
}

Result<Nothing> page_report_send(Desk& desk, Call& call, const Emit&) {
  const Draft draft = read_draft(desk, call.arguments);
  if (TRY(showed_earlier(call, desk, draft, 4))) return Nothing{};
  call.arguments =
      Json::Object{{"category", draft.category}, {"where", draft.where}, {"what", draft.what}, {"nonce", draft.nonce}};
  Json answer;
  TRY(report_file(desk, call, [&](const Json& line) { answer = line; }));

  const Words& words = Words::in(call.language);
  const std::string outcome = answer.text_or("outcome"), why_not = answer.text_or("code");
  const std::string title = words("Thank you. Your report was received.");
  Html page = Html::tag("h1", title);
  page << Html::tag("h2", words("Your receipt"));
  page << Html::tag("p", {{"class", "receipt"}, {"translate", "no"}}, answer.text_or("receipt"));
  page << box(Tone::Careful, paragraph(words("Keep this code. It is the only way to follow your report, and we cannot "
                                             "show it again.")));
  if (outcome == "duplicate") {
    page << paragraph(words("Somebody told us the same before; your report counts with it."));
  } else if (outcome == "refused") {
    page << box(Tone::Bad, paragraph(in_words(words, why_not)));
    page << paragraph(link("/report", words("Make another report")));
  } else {
    page << paragraph(words("An officer looks at it next. Two officers decide whether somebody is asked to act."));
  }
  page << paragraph(words("Print this page or write the code down. With it you see later what happened."));
  page << paragraph(link("/follow", words("Follow my report")));
  write_page(call, desk, "", title, page);
  return Nothing{};
}

}  // namespace cordon
