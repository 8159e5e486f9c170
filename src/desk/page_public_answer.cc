// Whoever was sent a request answers it here, with the code of its letter: no account, no script.
#include <array>

#include "base/text.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

namespace {

struct PageAnswerChoice {
  std::string_view value, label;
};
constexpr std::array kMayAnswer{
    PageAnswerChoice{"done_full", words_later("We did what was asked")},
    PageAnswerChoice{"done_partial", words_later("We did a part of it")},
    PageAnswerChoice{"already_gone", words_later("It was gone already")},
    PageAnswerChoice{"cleaned", words_later("We cleaned the system")},
    PageAnswerChoice{"misdirected", words_later("It is not ours")},
    PageAnswerChoice{"need_more", words_later("We need to know more")},
    PageAnswerChoice{"declined", words_later("We refuse")},
};
constexpr std::array kMayDecline{DeclineReason::NotIllegal,      DeclineReason::Insufficient,
                                 DeclineReason::NotHost,         DeclineReason::ConflictOfLaw,
                                 DeclineReason::Proportionality, DeclineReason::TermsDiffer,
                                 DeclineReason::ProtectedHolder};

Html public_answer_form(const Words& words, const Call& call, const std::string& nonce, std::string_view wrong) {
  const Json& given = call.arguments;
  const std::string code = words("Your code"), hint = words("At the end of the subject of our letter"),
                    what = words("Your answer"), why = words("Why you refuse"), optional = words("Optional"),
                    own = words("In your words"), most = words("At most 5000 characters"),
                    typed = given.text_or("code"), text = given.text_or("text"), chosen = given.text_or("result");
  std::vector<Choice> answers, reasons{{"", "–"}};
  for (const PageAnswerChoice& one : kMayAnswer)
    answers.push_back({std::string(one.value), words(one.label), {}, chosen == one.value});
  for (const DeclineReason reason : kMayDecline)
    reasons.push_back({std::string(name(reason)), label(words, reason), {}, given.text_or("reason") == name(reason)});
  Html fields = hidden("nonce", nonce);
  fields << text_input({.name = "code", .label = code, .hint = hint, .value = typed, .wrong = wrong, .at_most = "40"})
         << radio_buttons({.name = "result", .label = what}, answers)
         << drop_down({.name = "reason", .label = why, .required = false, .optional = optional}, reasons)
         << text_area({.name = "text",
                       .label = own,
                       .hint = most,
                       .value = text,
                       .required = false,
                       .at_most = "5000",
                       .optional = optional})
         << button(words("Send the answer"));
  return form(call, "/answer", fields);
}

void write_answer_page(const Words& words, Call& call, Desk& desk, const Html& inside) {
  Html page = Html::tag("h1", words("Answer a request"));
  page << paragraph(words(
      "For whoever was sent a request or a warning by this desk. Every answer is a full answer, \"no\" too, and it "
      "has no consequence from us. You need no account: the code of our letter is enough."));
  page << inside;
  page << section(
      words("What happens next"),
      list({Html::text(words("An officer reads your answer and puts it on record. No machine decides.")),
            Html::text(words("You get no more reminders of this request.")),
            Html::text(words("If you changed something, it is looked at again after a while.")),
            html(words("If you think that the request is wrong, appeal:"), " ", link("/appeal", words("Appeal")))}));
  write_page(call, desk, "/answer", words("Answer a request"), page);
}

std::string answer_nonce(Desk& desk) { return to_hex(desk.random().bytes(16)); }

}  // namespace

Result<Nothing> page_answer(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  write_answer_page(words, call, desk, public_answer_form(words, call, answer_nonce(desk), {}));
  return Nothing{};
}

Result<Nothing> page_answer_send(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const Json typed = call.arguments;
  std::string nonce = typed.text_or("nonce");
  if (nonce.size() < 22) nonce = answer_nonce(desk);
  Json wish = typed;
  wish.set("nonce", nonce);
  if (typed.find("result") == nullptr) wish.set("result", "");
  call.arguments = wish;
  Json received;
  const Result<Nothing> done = answer_file(desk, call, [&](const Json& line) { received = line; });
  call.arguments = typed;
  if (done) {
    const Instant at = TRY(parse_rfc3339(received.text_or("received_at")));
    const Instant ends = TRY(parse_rfc3339(received.text_or("sunset_at")));
    write_answer_page(
        words, call, desk,
        box(Tone::Good, html(Html::tag("p", {{"class", "lead"}},
                                       Html::tag("strong", words("Thank you. Your answer was received."))),
                             pairs({{words("Received"), Html::text(words.date(at))},
                                    {words("The request ends"), Html::text(words.date(ends))}}))));
    return Nothing{};
  }
  std::string wrong;
  if (done.error().fault == Fault::NotFound) {
    wrong = words("Nothing has this code. Check it for typing errors.");
  } else if (done.error().fault == Fault::Malformed) {
    wrong = words("Something is missing. Check the code and choose an answer.");
  } else {
    return done.error();
  }
  write_answer_page(words, call, desk, public_answer_form(words, call, nonce, wrong));
  return Nothing{};
}

}  // namespace cordon
