// Appeals without an account and without a script (charter 5.5): one page to lodge one, and to see what became of it.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/appeal.h"
#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<AppellantRole, std::string_view>, 8> kYou{{
    {AppellantRole::SiteOwner, words_later("The site is mine")},
    {AppellantRole::ContentProvider, words_later("I published what it is about")},
    {AppellantRole::Registrant, words_later("The domain is registered to me")},
    {AppellantRole::AccountHolder, words_later("The account is mine")},
    {AppellantRole::Reporter, words_later("I reported it")},
    {AppellantRole::Victim, words_later("I was harmed by it")},
    {AppellantRole::Recipient, words_later("I was asked to act")},
    {AppellantRole::Lawyer, words_later("I speak for one of them")},
}};

constexpr std::array<std::pair<AppealGround, std::string_view>, 12> kWhy{{
    {AppealGround::NotMine, words_later("It is not mine")},
    {AppealGround::NotIllegal, words_later("It is not illegal")},
    {AppealGround::WrongCategory, words_later("It is something else than it was called")},
    {AppealGround::MediaExemption, words_later("It is journalism")},
    {AppealGround::ParodyArtResearch, words_later("It is parody, art or research")},
    {AppealGround::Consent, words_later("Those whom it shows agreed")},
    {AppealGround::CompromisedNowClean, words_later("It was broken into and is clean now")},
    {AppealGround::AlreadyRemoved, words_later("It is gone already")},
    {AppealGround::Disproportionate, words_later("The request goes too far")},
    {AppealGround::Procedure, words_later("The desk broke its own rules")},
    {AppealGround::IdentityMistake, words_later("It was taken for something that it is not")},
    {AppealGround::OtherGround, words_later("Another reason")},
}};

struct AppealTold {
  Tone tone;
  std::string title;
};
AppealTold told(const Words& words, const Json& appeal) {
  const std::string state = appeal.text_or("state"), verdict = appeal.text_or("verdict");
  if (state == "withdrawn") return {Tone::Plain, words("You took the appeal back.")};
  if (state == "inadmissible")
    return {Tone::Careful, words("The appeal was not heard, for a reason that the charter names.")};
  if (verdict == "upheld") return {Tone::Good, words("The appeal was upheld.")};
  if (verdict == "partly_upheld") return {Tone::Good, words("The appeal was upheld in part.")};
  if (verdict == "rejected") return {Tone::Careful, words("The appeal was rejected.")};
  const Json* late = appeal.find("late");
  if (late != nullptr && late->boolean() != nullptr && *late->boolean())
    return {Tone::Careful, words("The appeal is late. It lies with the ombudsperson now.")};
  return {Tone::Plain, words("Somebody who took no part in the decision hears the appeal.")};
}

Html appeal_form(const Words& words, const Call& call, const std::string& nonce, std::string_view wrong) {
  const Json& given = call.arguments;
  const std::string code = words("Your code"),
                    code_hint = words("The code that you were sent, or the receipt of your report"),
                    who = words("Who you are to it"), why = words("Why you object"), own = words("In your words"),
                    length = words("20 to 5000 characters"), contact = words("Where we can reach you"),
                    optional = words("Optional"), typed = given.text_or("code"), text = given.text_or("text"),
                    reached = given.text_or("contact");
  std::vector<Choice> roles, grounds;
  for (const auto& [role, label] : kYou)
    roles.push_back({std::string(name(role)), words(label), {}, given.text_or("role") == name(role)});
  for (const auto& [ground, label] : kWhy) grounds.push_back({std::string(name(ground)), words(label), {}, false});
  Html fields = hidden("nonce", nonce);
  fields
      << text_input({.name = "code", .label = code, .hint = code_hint, .value = typed, .wrong = wrong, .at_most = "40"})
      << drop_down({.name = "role", .label = who}, roles) << check_boxes({.name = "grounds", .label = why}, grounds)
      << text_area({.name = "text", .label = own, .hint = length, .value = text, .at_least = "20", .at_most = "5000"})
      << text_input({.name = "contact",
                     .label = contact,
                     .value = reached,
                     .required = false,
                     .at_most = "200",
                     .optional = optional})
      << Html::tag(
             "div", {{"class", "choice"}},
             html(Html::empty_tag("input",
                                  {{"type", "checkbox"}, {"id", "f-interim"}, {"name", "interim"}, {"value", "yes"}}),
                  Html::tag("label", {{"for", "f-interim"}},
                            words("The request is to be suspended until this is decided."))))
      << button(words("Appeal"));
  return form(call, "/appeal", fields);
}

Html follow_form(const Words& words, const Call& call) {
  const std::string label = words("Code of the appeal"),
                    example = words("20 letters and digits, like ABCDE-FGH23-45678-9JKMN");
  return section(words("Follow an appeal"),
                 form(call, "/appeal/follow",
                      html(text_input({.name = "receipt", .label = label, .hint = example, .at_most = "40"}),
                           button(words("Look up")))));
}

void write_appeal_page(const Words& words, Call& call, Desk& desk, const Html& inside) {
  Html page = Html::tag("h1", words("Appeal"));
  page << paragraph(
      words("Whoever is affected by a request, and whoever reported something that was refused, may appeal. It costs "
            "nothing and takes neither an account nor a name. Somebody who took no part in the decision answers within "
            "14 days, with reasons."));
  page << inside;
  write_page(call, desk, "/appeal", words("Appeal"), page);
}

std::string fresh_nonce(Desk& desk) { return to_hex(desk.random().bytes(16)); }

}  // namespace

std::string in_words(const Words& words, AppellantRole role) {
  return words(std::find_if(kYou.begin(), kYou.end(), [&](const auto& row) { return row.first == role; })->second);
}
std::string in_words(const Words& words, AppealGround ground) {
  return words(std::find_if(kWhy.begin(), kWhy.end(), [&](const auto& row) { return row.first == ground; })->second);
}

Result<Nothing> page_appeal(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  write_appeal_page(words, call, desk, html(appeal_form(words, call, fresh_nonce(desk), {}), follow_form(words, call)));
  return Nothing{};
}

Result<Nothing> page_appeal_send(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const Json typed = call.arguments;
  std::string nonce = typed.text_or("nonce");
  if (nonce.size() < 22) nonce = fresh_nonce(desk);
  Json wish = typed;
  wish.set("nonce", nonce).set("interim", typed.text_or("interim") == "yes");
  if (typed.find("grounds") == nullptr) wish.set("grounds", Json::Array{});
  call.arguments = wish;
  Json lodged;
  const Result<Nothing> done = appeal_file(desk, call, [&](const Json& line) { lodged = line; });
  call.arguments = typed;
  if (done) {
    const Instant by = TRY(parse_rfc3339(lodged.text_or("decide_by")));
    write_appeal_page(
        words, call, desk,
        box(Tone::Good,
            html(Html::tag("p", {{"class", "lead"}}, Html::tag("strong", words("Your appeal was received."))),
                 pairs({{words("Code of the appeal"), code(lodged.text_or("receipt"))},
                        {words("Decided by"), Html::text(words.date(by))}}),
                 paragraph(words("Keep the code: it is shown once, and we cannot look it up.")))));
    return Nothing{};
  }
  std::string wrong;
  if (done.error().fault == Fault::NotFound || done.error().where == "code") {
    wrong = words("Nothing has this code. Check it for typing errors.");
  } else if (done.error().fault == Fault::Malformed) {
    wrong = done.error().where == "grounds" ? words("Choose at least one reason.")
                                            : words("Something is missing. Check the code and your words.");
  } else {
    return done.error();
  }
  write_appeal_page(words, call, desk, appeal_form(words, call, nonce, wrong));
  return Nothing{};
}

Result<Nothing> page_appeal_follow(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  Json appeal;
  const Result<Nothing> found = appeal_follow(desk, call, [&](const Json& line) { appeal = line; });
  if (!found && found.error().fault != Fault::NotFound && found.error().fault != Fault::Malformed) return found.error();
  if (!found) {
    write_appeal_page(words, call, desk,
                      html(box(Tone::Careful, paragraph(words("Nothing has this code. Check it for typing errors."))),
                           follow_form(words, call)));
    return Nothing{};
  }
  const AppealTold said = told(words, appeal);
  Html inside = Html::tag("p", {{"class", "lead"}}, Html::tag("strong", said.title));
  const Instant by = TRY(parse_rfc3339(appeal.text_or("decide_by")));
  inside << pairs({{words("Decided by"), Html::text(words.date(by))}});
  if (const std::string reasons = appeal.text_or("reasons"); !reasons.empty())
    inside << Html::tag("h2", words("Reasons")) << Html::tag("p", {{"class", "as-written"}}, reasons);
  const Json* interim = appeal.find("interim_granted");
  if (interim != nullptr && interim->boolean() != nullptr && *interim->boolean())
    inside << paragraph(words("The request is suspended until this is decided."));
  write_appeal_page(words, call, desk, html(box(said.tone, inside), follow_form(words, call)));
  return Nothing{};
}

}  // namespace cordon
