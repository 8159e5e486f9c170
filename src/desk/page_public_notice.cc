// Anybody checks a notice here: with scripts in their own browser (desk/notice_script.js), without by sending the file
// to the desk. Both fill in the same page.
#include "base/text.h"
#include "desk/labels.h"
#include "desk/notice_check.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "referral/notice_proof.h"

namespace cordon {

namespace {

// What came of it: the verdict, or why not; neither before a file was chosen.
struct Checked {
  std::optional<Json> verdict;
  std::string why;
};

Html with_id(std::string_view id, const Html& inside, bool shown) {
  return Html::tag("div", {{"id", id}, {shown ? "" : "hidden", ""}}, inside);
}

std::string lines_of(const Json* list, std::initializer_list<const char*> members) {
  std::vector<std::string> lines;
  if (list == nullptr || list->array() == nullptr) return {};
  for (const Json& item : *list->array()) {
    std::vector<std::string> words;
    for (const char* member : members) words.push_back(item.text_or(member));
    lines.push_back(join(words, " "));
  }
  return join(lines, "; ");
}

Html found(const Words& words, const Checked& checked, const std::string& own_key) {
  const Json verdict = checked.verdict.value_or(Json::Object{});
  const bool yes = checked.verdict.has_value();
  const bool ours = verdict.text_or("log_key") == own_key;
  const Json* leaf = verdict.find("leaf");
  const Json* head = verdict.find("checkpoint");
  const Json* differing = verdict.find("differing_headers");
  const std::string state = verdict.text_or("state");
  const auto value = [](const char* id, const std::string& text) {
    return Html::tag("code", {{"id", "v-" + std::string(id)}, {"translate", "no"}}, text);
  };
  const std::string asks = yes ? verdict.text_or("effect") + ", " + verdict.text_or("recipient") + " <" +
                                     verdict.text_or("contact") + ">, " + verdict.text_or("target") + ", " +
                                     verdict.text_or("category")
                               : std::string();
  const std::string line = leaf == nullptr || head == nullptr ? std::string()
                                                              : std::to_string(leaf->number_or("index", 0)) + " / " +
                                                                    std::to_string(head->number_or("size", 0));
  Html good = Html::tag("h2", words("This is a notice, byte for byte as two officers approved it"));
  good << with_id("key-is-ours", paragraph(words("The log's key in it is this desk's own.")), yes && ours)
       << with_id("key-is-not-ours",
                  paragraph(
                      words("It names the key of another log. Whoever writes a false notice brings a false key along: "
                            "compare the key below with the one that the desk named here publishes.")),
                  yes && !ours)
       << with_id("headers-differ",
                  paragraph(words("A header of the mail, such as its recipient, is not what was approved. Rely on what "
                                  "stands here.")),
                  yes && differing != nullptr && differing->array() != nullptr && !differing->array()->empty());
  good << pairs({{words("Desk"), value("desk", verdict.text_or("desk"))},
                 {words("Notice"), value("notice", verdict.text_or("notice"))},
                 {words("Code"), value("code", verdict.text_or("code"))},
                 {words("What was asked"), value("asks", asks)},
                 {words("Signed by"), value("signers", lines_of(verdict.find("signers"), {"role", "key_id", "at"}))},
                 {words("Entry"), value("line", line)},
                 {words("Root hash"), value("root", head == nullptr ? "" : head->text_or("root"))},
                 {words("Witnesses"), value("witnesses", lines_of(verdict.find("witnesses"), {"name", "at"}))},
                 {words("State, where this desk knows it"), value("state", state)},
                 {words("Ends by itself"), value("sunset_at", verdict.text_or("sunset_at"))},
                 {words("SHA-256 of the approved bytes"), value("digest", verdict.text_or("digest"))},
                 {words("Key of the log"), value("log_key", verdict.text_or("log_key"))}});
  Html bad = Html::tag("h2", words("This is no notice as a desk wrote it"));
  bad << paragraph(words("Do not rely on it. Ask the desk by another way, not by what stands in the mail."));
  bad << Html::tag("p", {{"id", "why"}, {"lang", "en"}}, checked.why);
  const auto box_of = [](const char* id, const char* tone, const Html& inside, bool shown) {
    return Html::tag("div",
                     {{"id", id}, {"class", tone}, {"tabindex", "-1"}, {"role", "group"}, {shown ? "" : "hidden", ""}},
                     inside);
  };
  return html(box_of("yes", "box good", good, yes), box_of("no", "box bad", bad, !checked.why.empty()));
}

void write_notice_page(Desk& desk, Call& call, const Checked& checked, const std::string& own_key) {
  const Words& words = Words::in(call.language);
  Html page = Html::tag("h1", words("Check a notice"));
  page << paragraph(words(
      "A request of this desk carries its own proof. Give the mail as it came, saved as a file (.eml), and see which "
      "two officers approved exactly these bytes and where the public log says so."));
  page << with_id("in-browser",
                  paragraph(words("Drop the file on this page or choose it. It does not leave your browser.")), false);
  page << found(words, checked, own_key);
  page << file_form(
      call, "/notice",
      html(file_input({.name = "mail", .label = words("The mail as a file"), .hint = words("At most 2 MiB")}),
           button(words("Check"))));
  page << section(
      words("How to verify this"),
      html(paragraph(words("With this program, without a network:")),
           Html::tag("pre", {{"translate", "no"}, {"tabindex", "0"}}, "cordon notice verify FILE.eml --key KEY"),
           paragraph(words("The desk's key is:")), paragraph(Html::tag("code", {{"id", "own-key"}}, own_key)),
           paragraph(words("Without this program: docs/formats/notice.md describes each byte."))));
  page << own_script("/notice.js");
  write_page(call, desk, "/notice", words("Check a notice"), page);
  call.scripted = true;
}

// Later lines of this desk's own log about a notice of its own.
Result<std::string> state_here(Desk& desk, const Json& verdict) {
  constexpr std::int64_t kAtOnce = 4096;
  const std::string notice = verdict.text_or("notice");
  NoticeState state(notice);
  const std::int64_t size = TRY(desk.store().published_size());
  for (std::int64_t from = verdict.find("leaf")->number_or("index", 0) + 1; from < size; from += kAtOnce) {
    std::int64_t index = from;
    for (const std::string& leaf : TRY(desk.store().leaves(from, std::min(kAtOnce, size - from)))) {
      if (leaf.find(notice) != std::string::npos) state.add(TRY(parse_json(leaf)), static_cast<std::uint64_t>(index));
      ++index;
    }
  }
  const Result<Instant> ends = parse_rfc3339(verdict.text_or("sunset_at"));
  return state.state() == "in_force" && ends && *ends < desk.now() ? std::string("ended by itself") : state.state();
}

}  // namespace

Result<Nothing> page_notice(Desk& desk, Call& call, const Emit&) {
  write_notice_page(desk, call, {}, TRY(desk.store().founded()).log_key);
  return Nothing{};
}

Result<Nothing> page_notice_checked(Desk& desk, Call& call, const Emit&) {
  TRY(desk.public_reports().take("notice"));
  const std::string own_key = TRY(desk.store().founded()).log_key;
  Checked checked;
  Result<Json> verdict = check_notice_confined(call.body, {});
  if (!verdict && verdict.error().fault != Fault::NotFound) return verdict.error();
  if (verdict) {
    verdict->set("state", verdict->text_or("log_key") == own_key ? TRY(state_here(desk, *verdict)) : std::string("–"));
    checked.verdict = *std::move(verdict);
  } else {
    checked.why = verdict.error().message;
  }
  write_notice_page(desk, call, checked, own_key);
  return Nothing{};
}

Result<Nothing> page_notice_script(Desk&, Call& call, const Emit&) {
  call.body = notice_script();
  call.media_type = "text/javascript; charset=utf-8";
  return Nothing{};
}

}  // namespace cordon
