#include "base/files.h"
#include "base/text.h"
#include "decision/rectification.h"
#include "desk/labels.h"
#include "desk/numbers.h"
#include "desk/pages.h"
#include "desk/parts.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/tree.h"

namespace cordon {

namespace {

constexpr std::int64_t kLinesOnAPage = 50;

// What a line says: which thing, and what became of it.
std::string act_in_words(const Words& words, const Json& leaf) {
  std::string type = leaf.text_or("type");
  if (type == "batch") return words("Reports taken in");
  if (type == "decision") return words("Decision");
  if (type == "action") return words("Notice");
  if (type == "retention") return words("End of retention");
  if (type == "hold") return words("Legal hold");
  if (type == kRectification) return words("Correction");
  if (type == "rule") return words("Standing rule");
  if (type == "alerts") return words("Warnings by a standing rule");
  return type;
}

std::string state_in_words(const Words& words, const std::string& state) {
  if (state == "received") return words("Received");
  if (state == "effective") return words("Approved");
  if (state == "refused") return words("Not approved");
  if (state == "sent") return words("Sent");
  if (state == "rectified") return words("Corrected");
  return replace_all(state, "_", " ");
}

// What was asked, of which kind of recipient; of a batch, what became of its reports.
std::string asked_in_words(const Words& words, const Json& leaf) {
  const Json* plain = leaf.find("plain");
  if (plain == nullptr) return {};
  const std::string kind = kind_in_words(words, leaf.text_or("kind"));
  const std::string effect = effect_in_words(words, plain->text_or("effect"));
  const std::string recipient = recipient_in_words(words, plain->text_or("recipient"));
  if (!effect.empty()) return words("{1} to: {2}. Asked: {3}", {kind, recipient, effect});
  if (!recipient.empty()) return words("{1} to: {2}", {kind, recipient});
  std::vector<std::string> counts;
  if (const Json* all = plain->find("counts"); all != nullptr && all->object() != nullptr) {
    for (const auto& [what, count] : *all->object()) {
      const std::string number = count.integer() != nullptr ? std::to_string(*count.integer()) : "";
      if (what == "accepted") counts.push_back(words("taken in: {1}", {number}));
      if (what == "duplicate") counts.push_back(words("already known: {1}", {number}));
      if (what == "refused") counts.push_back(words("refused: {1}", {number}));
      if (what == "quarantined") counts.push_back(words("put aside: {1}", {number}));
    }
  }
  return join(counts, ", ");
}

std::string correction_in_words(const Words& words, const std::string& ground) {
  if (ground == "innocent") return words("Whom it points at has nothing to do with it");
  if (ground == "wrong_target") return words("Something else was meant");
  if (ground == "wrong_category") return words("It was another offence, or none");
  return words("A slip of who wrote it");
}

// What a later entry says of this one, which is shown before it; nothing for most.
Html corrected(const Words& words, const Transparency& report, std::int64_t line) {
  const auto found = report.corrected().find(line);
  if (found == report.corrected().end()) return {};
  const std::string by = std::to_string(found->second.by);
  return link("/log/entry/" + by,
              words("Corrected by entry {1}: {2}", {by, correction_in_words(words, found->second.ground)}));
}

std::string time_in_words(const Words& words, const Json& leaf) {
  const Result<Instant> at = parse_rfc3339(leaf.text_or("t"));
  return at ? words.date(*at) : leaf.text_or("t");
}

}  // namespace

Result<Nothing> page_log(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const std::int64_t size = TRY(desk.store().published_size());
  const std::int64_t before = call.arguments.number_or("before", size);
  if (before < 0 || before > size) return fail(Fault::NotFound, "the log has no such line", "before");
  const std::int64_t from = std::max<std::int64_t>(0, before - kLinesOnAPage);
  const std::vector<std::string> leaves = TRY(desk.store().leaves(from, before - from));

  Html page = Html::tag("h1", words("Public log"));
  page << paragraph(words("Every act leaves an entry here that anybody can verify."));
  std::vector<Row> rows;
  const PublicNumbers numbers = TRY(public_numbers(desk));
  for (std::size_t i = leaves.size(); i-- > 0;) {
    const std::int64_t number = from + static_cast<std::int64_t>(i);
    const std::string index = std::to_string(number);
    const bool wrong = numbers.report.corrected().contains(number);
    const Json leaf = TRY(parse_json(leaves[i]));
    const std::string matter = leaf.text_or("category");
    rows.push_back({link("/log/entry/" + index, index), Html::text(time_in_words(words, leaf)),
                    Html::text(act_in_words(words, leaf)),
                    Html::text(matter.empty() ? "–" : matter_in_words(words, matter)),
                    Html::text(asked_in_words(words, leaf)),
                    wrong ? corrected(words, numbers.report, number)
                          : Html::text(state_in_words(words, leaf.text_or("state_to")))});
  }
  if (rows.empty()) {
    page << paragraph(words("No entries yet"));
  } else {
    page << table(
        words("Newest first"),
        {words("Entry"), words("Time"), words("Act"), words("Category"), words("What was asked"), words("Outcome")},
        rows);
  }
  std::vector<Html> pages;
  if (before < size) {
    const std::int64_t newer = std::min(size, before + kLinesOnAPage);
    pages.push_back(link("/log?before=" + std::to_string(newer), words("Newer")));
  }
  if (from > 0) pages.push_back(link("/log?before=" + std::to_string(from), words("Older")));
  if (!pages.empty()) page << Html::tag("nav", {{"aria-label", words("Pages")}, {"class", "pages"}}, list(pages));

  Html head;
  if (const Result<std::string> note = read_file(desk.paths().checkpoint(), kLongestNote)) {
    const Checkpoint checkpoint = TRY(read_checkpoint(note->substr(0, note->find("\n\n") + 1)));
    head << pairs({{words("Size of the log"), Html::text(std::to_string(checkpoint.head.size))},
                   {words("Root hash"), code(to_base64(checkpoint.head.root.view()))}});
    head << paragraph(words("The signed checkpoint fixes everything above it: who has it can show any later change."));
    head << Html::tag("pre",
                      {{"translate", "no"},
                       {"tabindex", "0"},
                       {"aria-label", words("Checkpoint")},
                       {"role", "region"},
                       {"class", "wrap"}},
                      *note);
    head << paragraph(link("/log/checkpoint", words("Download")));
  }
  head << more(words("How to verify this"),
               html(paragraph(words("With this program: the command below reads every file of the log and compares it "
                                    "with the signed checkpoint.")),
                    Html::tag("pre", {{"translate", "no"}, {"tabindex", "0"}}, "cordon log verify --log LOG --key KEY"),
                    paragraph(words("The desk's key is:")), paragraph(code(TRY(desk.store().founded()).log_key)),
                    paragraph(words("Without this program: the log is a Merkle tree of SHA-256 in public tiles "
                                    "(C2SP tlog-tiles), and docs/formats/log.md describes each byte."))));
  page << section(words("Checkpoint"), head);
  write_page(call, desk, "/log", words("Public log"), page);
  return Nothing{};
}

Result<Nothing> page_log_entry(Desk& desk, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  const std::string given = call.arguments.text_or("index");
  const Result<std::int64_t> index = parse_integer(given);
  const std::int64_t size = TRY(desk.store().published_size());
  if (!index || *index < 0 || *index >= size) return fail(Fault::NotFound, "the log has no such line", given);
  const std::string number = std::to_string(*index);
  const std::vector<std::string> leaves = TRY(desk.store().leaves(*index, 1));
  if (leaves.size() != 1) return fail(Fault::NotFound, "the log has no such line", given);
  const Json leaf = TRY(parse_json(leaves.front()));

  const std::string title = words("Entry {1}", {number});
  const std::string matter = leaf.text_or("category");
  Html page = Html::tag("h1", title);
  const PublicNumbers numbers = TRY(public_numbers(desk));
  if (numbers.report.corrected().contains(*index))
    page << Html::tag("p", Html::tag("strong", corrected(words, numbers.report, *index)));
  if (const Result<Correction> correction = read_correction(leaf)) {
    const std::string wrong = std::to_string(correction->line);
    page << Html::tag("p", link("/log/entry/" + wrong, words("It corrects entry {1}: {2}",
                                                             {wrong, correction_in_words(words, correction->ground)})));
  }
  std::vector<std::pair<std::string, Html>> rows{{words("Time"), Html::text(time_in_words(words, leaf))},
                                                 {words("Act"), Html::text(act_in_words(words, leaf))}};
  if (!matter.empty()) rows.emplace_back(words("Category"), Html::text(matter_in_words(words, matter)));
  rows.emplace_back(words("What was asked"), Html::text(asked_in_words(words, leaf)));
  rows.emplace_back(words("Outcome"), Html::text(state_in_words(words, leaf.text_or("state_to"))));
  page << pairs(rows);
  page << section(words("Exact bytes"),
                  html(Html::tag("pre", {{"translate", "no"}, {"tabindex", "0"}, {"class", "wrap"}}, leaves.front()),
                       paragraph(words("What stays confidential is bound by the commitment in it: whoever it concerns "
                                       "gets the salt that opens it."))));
  page << section(words("How to verify this"),
                  html(paragraph(words("The hash of this entry in the tree, SHA-256 of a zero byte and these bytes:")),
                       paragraph(code(leaf_hash(leaves.front()).hex())),
                       paragraph(words("It stands in the tree under the signed checkpoint:")),
                       Html::tag("pre", {{"translate", "no"}, {"tabindex", "0"}},
                                 "cordon log show " + number + "\ncordon log verify"),
                       paragraph(link("/log", words("Public log")))));
  write_page(call, desk, "/log/entry/" + number, title, page);
  return Nothing{};
}

}  // namespace cordon
