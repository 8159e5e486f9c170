#include <array>

#include "base/text.h"
#include "casework/batch.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "law/charter_digest.h"
#include "law/offences.h"
#include "law/refused.h"

namespace cordon {

Result<Nothing> page_home(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const std::string& name = desk.settings().operator_.name;
  Html page = Html::tag("h1", name);
  page << Html::tag(
      "p", {{"class", "lead"}},
      words("This desk turns a report of a listed crime on the internet into a reasoned request to whoever "
            "can stop the harm, and keeps proof that a court and the public can check. It asks; it never "
            "blocks."));
  const auto door = [](std::string_view path, const std::string& title, const std::string& about) {
    return Html::tag("div", {{"class", "door"}}, html(Html::tag("h2", link(path, title)), paragraph(about)));
  };
  page << Html::tag("div", {{"class", "doors"}},
                    html(door("/report", words("Report a crime on the internet"),
                              words("Four short steps. You need no account and no name.")),
                         door("/follow", words("Follow my report"), words("See with your receipt what became of it.")),
                         door("/answer", words("Answer a request"),
                              words("If we sent you one: with the code at the end of its subject.")),
                         door("/appeal", words("Appeal"),
                              words("Against a request that affects you, or against the refusal of your report."))));
  page << section(words("Anybody may check"),
                  list({html(link("/log", words("Public log")), " – ",
                             words("Every act leaves an entry here that anybody can verify.")),
                        html(link("/numbers", words("Numbers")), " – ", words("What came in, and what was asked.")),
                        html(link("/notice", words("Check a notice")), " – ", words("Did this desk really write it?")),
                        html(link("/charter", words("Charter")), " – ", words("What we act on, and what never"))}));
  if (!call.who) page << paragraph(html(words("For officers of this desk"), ": ", link("/sign-in", words("Sign in"))));
  write_page(call, desk, "/", name, page);
  return Nothing{};
}

void write_sign_in(Call& call, const Desk& desk, std::string_view wrong) {
  const Words& words = Words::in(call.language);
  const std::string login = words("Login name"), password = words("Password"), one_time = words("One-time code"),
                    digits = words("Six digits from your authenticator app"), optional = words("Optional");
  Html page = Html::tag("h1", words("Sign in"));
  page << paragraph(words("For officers of this desk"));
  if (!wrong.empty()) page << Html::tag("div", {{"class", "box bad"}, {"role", "alert"}}, paragraph(wrong));
  page << form(
      call, "/sign-in",
      html(text_input({.name = "login", .label = login, .autocomplete = "username"}),
           text_input({.name = "password", .label = password, .type = "password", .autocomplete = "current-password"}),
           text_input({.name = "code",
                       .label = one_time,
                       .hint = digits,
                       .autocomplete = "one-time-code",
                       .required = false,
                       .optional = optional}),
           button(words("Sign in"))));
  page << paragraph(
      html(words("To report a crime you need no account."), " ", link("/report", words("Make a report"))));
  write_page(call, desk, "/sign-in", words("Sign in"), page);
}

Result<Nothing> page_sign_in(Desk& desk, Call& call, const Emit&) {
  write_sign_in(call, desk, {});
  return Nothing{};
}

// ── following a report ──

namespace {

struct Told {
  Tone tone;
  std::string title, sentence;
};

// What became of a report, for who made it: never about whom, or what officers know.
Told what_became(const Words& words, const Json& followed) {
  const Result<ItemOutcome> outcome = parse_item_outcome(followed.text_or("outcome"));
  if (!outcome || *outcome == ItemOutcome::Quarantined)
    return {Tone::Plain, words("Being looked at"),
            words("The report could not be read by itself; a person looks at it.")};
  if (*outcome == ItemOutcome::Refused) {
    const std::string code = followed.text_or("code");
    if (code == "no_observable" || code == "not_held" || code == "malformed") {
      return {Tone::Careful, words("Not enough to act on"),
              words("There was no address, number or account in it that this desk may act on. You may report again.")};
    }
    return {Tone::Careful, words("Out of scope"),
            words("What you reported is not on the closed list of this desk. That says nothing about whether it is "
                  "wrong, or whether somebody else can help.")};
  }
  const Result<CaseState> state = parse_case_state(followed.text_or("state"));
  if (!state) return {Tone::Plain, words("Received"), words("Your report was received and waits for an officer.")};
  switch (*state) {
    case CaseState::Open:
      return {Tone::Plain, words("Received"), words("Your report was received and waits for an officer.")};
    case CaseState::Assessing:
    case CaseState::Reopened:
      return {Tone::Plain, words("Being assessed"),
              words("Officers collect evidence and answer the charter's questions.")};
    case CaseState::Proposed:
      return {Tone::Plain, words("Being assessed"),
              words("One officer proposed a request. Another one reads it and decides.")};
    case CaseState::DecidedAct:
      return {Tone::Good, words("Decided: act"),
              words("Two officers decided to ask somebody to act. The request leaves next.")};
    case CaseState::DecidedNoAction:
      return {Tone::Careful, words("Decided: no action"), words("The officers decided that nobody is asked to act.")};
    case CaseState::Acting:
    case CaseState::Awaiting:
      return {
          Tone::Good, words("Request sent"),
          words("Two officers asked whoever can stop the harm to act. Their answer is awaited; they may also say no.")};
    case CaseState::Resolved:
      return {Tone::Good, words("Resolved"), words("Whoever was asked has answered, and the harm has stopped.")};
    case CaseState::Unresolved:
      return {Tone::Careful, words("Unresolved"), words("Whoever was asked did not act or did not answer.")};
    case CaseState::Closed: {
      // What came of it stays readable when the work has ended.
      const Result<AnswerResult> result = parse_answer_result(followed.text_or("result"));
      if (!result) return {Tone::Plain, words("Closed"), words("The work on it has ended.")};
      return harm_stopped(*result)
                 ? Told{Tone::Good, words("Closed"), words("Whoever was asked has answered, and the harm has stopped.")}
                 : Told{Tone::Careful, words("Closed"), words("Whoever was asked did not act or did not answer.")};
    }
  }
  return {Tone::Plain, words("Received"), words("Your report was received and waits for an officer.")};
}

}  // namespace

Result<Nothing> page_follow(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const std::string typed = call.arguments.text_or("receipt");
  const bool asked = call.arguments.find("receipt") != nullptr;
  Html page = Html::tag("h1", words("Follow my report"));
  std::string wrong;
  if (asked) {
    Json followed;
    const Result<Nothing> found = report_follow(desk, call, [&](const Json& line) { followed = line; });
    if (found) {
      const Told told = what_became(words, followed);
      page << Html::tag("h2", words("What happened with your report"));
      page << box(told.tone,
                  html(Html::tag("p", {{"class", "lead"}}, Html::tag("strong", told.title)), paragraph(told.sentence)));
      page << paragraph(html(words("Every act leaves an entry here that anybody can verify."), " ",
                             link("/log", words("Public log"))));
      page << Html::tag("h2", words("Look up another one"));
    } else if (found.error().fault == Fault::NotFound || found.error().fault == Fault::Malformed) {
      wrong = words("There is no report with this code. Check it for typing errors.");
    } else {
      return found.error();
    }
  }
  const std::string label = words("Receipt code"), hint = words("20 letters and digits, like ABCDE-FGH23-45678-9JKMN");
  page << form(call, "/follow",
               html(text_input({.name = "receipt",
                                .label = label,
                                .hint = hint,
                                .value = wrong.empty() ? std::string_view() : std::string_view(typed),
                                .wrong = wrong,
                                .at_most = "40"}),
                    button(words("Look up"))));
  page << paragraph(
      words("The code stands on the page that you saw after you sent the report. If it is lost, report "
            "again: we cannot look it up."));
  write_page(call, desk, "/follow", words("Follow my report"), page);
  return Nothing{};
}

// ── the charter ──

namespace {

constexpr std::array kTwelveLines{
    words_later("It turns a report of a listed crime into a reasoned, appealable request, and keeps proof. It has no "
                "other purpose."),
    words_later("The list is closed: 17 offences and three exposures that are none. There is no “other”."),
    words_later("A treaty bounds what a category can mean, a national article gives the power. Without both nothing is "
                "sent."),
    words_later("Identifiers, not ideas: matching is exact and typed; words, topics, faces and opinions have no type."),
    words_later("No person is recorded. Handles and accounts are data about infrastructure, with a short life."),
    words_later("It asks, and never blocks."),
    words_later("Two people in two roles for each act."),
    words_later("Everyone affected is told, can appeal, and is answered by someone who did not decide."),
    words_later("Everything ends: each indicator and request has an end that can be shortened and not lengthened."),
    words_later("Borders close by default; nothing that arrives acts by itself."),
    words_later("Every act leaves a line in a log that outsiders can verify."),
    words_later("Settings may only narrow. A looser program has another charter digest and cannot take part."),
};

// The names of a refused row that the reader's language has, the first of each; its id otherwise.
std::string name_of_refused(const RefusedName& refused, Language language) {
  const std::string_view all = language == Language::Ru   ? refused.ru
                               : language == Language::Kk ? refused.kk
                               : language == Language::Zh ? refused.zh
                                                          : std::string_view();
  const std::string_view first = all.substr(0, all.find('|'));
  return first.empty() ? replace_all(std::string(refused.id), "_", " ") : std::string(first);
}

Html in_english(std::string_view text) { return Html::tag("span", {{"lang", "en"}}, text); }

}  // namespace

Result<Nothing> page_charter(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  Html page = Html::tag("h1", words("The charter of this desk"));
  Html lines;
  for (const std::string_view line : kTwelveLines) lines << Html::tag("li", words(line));
  page << Html::tag("ol", {{"class", "charter"}}, lines);

  std::vector<Row> rows;
  for (const OffenceRow& offence : offences()) {
    Html name = html(Html::tag("strong", title(Matter(offence.category), call.language)), " ", code(offence.number));
    rows.push_back({name, in_english(offence.included), in_english(offence.excluded)});
  }
  Html offences_part = paragraph(words("This text is authoritative in English."));
  offences_part << table(words("The closed list of offences"),
                         {words("Category"), words("What it covers"), words("What it does not cover")}, rows);
  std::vector<Html> weak;
  for (const ExposureRow& exposure : exposures())
    weak.push_back(html(title(Matter(exposure.exposure), call.language), " ", code(exposure.number)));
  offences_part << paragraph(words("Three exposures are no offence; who owns the system is only warned:"))
                << list(weak);
  page << section(words("What we act on"), offences_part);

  std::vector<Row> never;
  for (const RefusedName& refused : refused_names())
    never.push_back({Html::text(name_of_refused(refused, call.language)), in_english(refused.reason)});
  page << section(words("What we never do"), table(words("Refused by name"), {words("Name"), words("Reason")}, never));
  page << section(
      words("Charter digest"),
      html(paragraph(words("Whoever knows this number knows that these rules, and no others, are in force.")),
           paragraph(code(charter_digest().hex()))));
  write_page(call, desk, "/charter", words("Charter"), page);
  return Nothing{};
}

}  // namespace cordon
