#include "decision/transparency.h"

#include <algorithm>
#include <array>

#include "base/csv.h"
#include "base/text.h"
#include "decision/rectification.h"
#include "law/matter.h"

namespace cordon {

namespace {

std::int64_t whole(const Json& value) { return value.integer() == nullptr ? 0 : *value.integer(); }

// The one thing beside a state that a line of its kind names in the open.
std::string detail_of(const Json& plain) {
  for (const char* member : {"result", "reason", "ground", "purpose", "remedy", "country"}) {
    if (std::string word = plain.text_or(member); !word.empty()) return word;
  }
  return {};
}

// Charter 5.6: C09 to C13.
bool is_small_cell(const CountedAs& cell, std::int64_t count) {
  if (count < 1 || count > 4) return false;
  const Result<Matter> matter = parse_matter(cell.category);
  const Category* category = matter ? matter->category() : nullptr;
  return category != nullptr && *category >= Category::Csam && *category <= Category::MigrantSmuggling;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kMissing{{
    {"reports by category, kind of reporter and country",
     "the line of a batch has the outcomes alone, so that nobody "
     "learns what one person reported"},
    {"actions proposed, and sent back", "charter 6.3 has no line for them: they bind nobody yet"},
    {"hours between the steps", "the line of an approval and those of its notice are not linked in the open"},
    {"orders transmitted, by issuer", "this desk transmits no orders"},
    {"country of the recipient; role of the requesting peer", "no line says it"},
    {"sensitive targets, and how many went ahead", "the guard's answers stand behind the commitment of the approval"},
    {"emergency actions and late confirmations", "no break-glass is built"},
    {"offers refused by reason, for each peer", "the line of an exchange has the policy's digest alone"},
    {"evidence held; indicators by state", "they have no line of their own until their end"},
    {"rule and index digests, hits, hits dismissed", "looking at leads is a reading and no act"},
    {"staff with each role, audits done", "enrolment has no line"},
    {"witnesses and gaps of the log", "they stand under the checkpoints, not in the lines"},
}};

}  // namespace

Result<Nothing> Transparency::add(std::string_view bytes) {
  const Result<Json> read = parse_json(bytes);
  if (!read || read->object() == nullptr)
    return fail(Fault::Corrupt, "not the line of a desk", "line " + std::to_string(lines_));
  const Json& leaf = *read;
  const std::string at = leaf.text_or("t"), type = leaf.text_or("type");
  if (at.size() < 7 || type.empty())
    return fail(Fault::Corrupt, "not the line of a desk", "line " + std::to_string(lines_));
  static const Json kNoPlain = Json::Object{};
  const Json& plain = leaf.find("plain") != nullptr ? *leaf.find("plain") : kNoPlain;
  const std::string month = at.substr(0, 7);
  if (type == "batch") {
    const Json* counts = plain.find("counts");
    if (counts != nullptr && counts->object() != nullptr) {
      for (const auto& [outcome, count] : *counts->object())
        cells_[{"reports", month, {}, {}, outcome, {}, {}, {}, {}}] += whole(count);
    }
  } else if (type == "retention") {
    for (const char* what : {"reports", "refused", "evidence"}) {
      if (const std::int64_t count = plain.number_or(what, 0); count != 0)
        cells_[{type, month, {}, what, leaf.text_or("state_to"), {}, {}, {}, {}}] += count;
    }
  } else {
    // The line of a batch of alerts counts each of them.
    const std::int64_t count = type == "alerts" ? plain.number_or("alerts", 0) : 1;
    cells_[{type, month, leaf.text_or("category"), leaf.text_or("kind"), leaf.text_or("state_to"),
            plain.text_or("recipient"), plain.text_or("binding"), plain.text_or("national_article"),
            detail_of(plain)}] += count;
  }
  if (type == kRectification) {
    const Correction correction = TRY(read_correction(leaf));
    const auto here = static_cast<std::int64_t>(lines_);
    if (correction.line < 0 || correction.line >= here)
      return fail(Fault::Corrupt, "it corrects a line that does not stand before it", "line " + std::to_string(here));
    corrected_[correction.line] = {here, correction.ground};
  }
  const Json* signers = plain.find("signers");
  if (type == "decision" && signers != nullptr && signers->array() != nullptr && signers->array()->size() == 2)
    ++pairs_[(*signers->array())[0].text_or("key_id") + " " + (*signers->array())[1].text_or("key_id")];
  if (lines_ == 0) {
    desk_ = leaf.text_or("desk");
    from_ = at;
  }
  to_ = at;
  ++lines_;
  return Nothing{};
}

Json shown_count(const CountedAs& cell, std::int64_t count) {
  return is_small_cell(cell, count) ? Json("<5") : Json(count);
}

Json Transparency::json(std::string_view root) const {
  Json::Array rows;
  Json::Object totals;
  for (const auto& [cell, count] : cells_) {
    Json row = Json::Object{{"figure", cell.figure}, {"month", cell.month}, {"count", shown_count(cell, count)}};
    const auto set = [&](const char* member, const std::string& value) {
      if (!value.empty()) row.set(member, value);
    };
    set("category", cell.category);
    set("kind", cell.kind);
    set("state", cell.state);
    set("recipient", cell.recipient);
    set("binding", cell.binding);
    set("national_article", cell.national_article);
    set("detail", cell.detail);
    rows.push_back(std::move(row));
    Json& total = totals[cell.figure + " " + cell.state];
    total = whole(total) + count;
  }
  std::int64_t approvals = 0, most = 0;
  for (const auto& [pair, count] : pairs_) {
    approvals += count;
    most = std::max(most, count);
  }
  Json::Array corrected;
  for (const auto& [line, one] : corrected_)
    corrected.emplace_back(Json::Object{{"line", line}, {"by", one.by}, {"ground", one.ground}});
  return Json::Object{
      {"desk", desk_},
      {"log", Json::Object{{"size", static_cast<std::int64_t>(lines_)}, {"root", root}}},
      {"from", from_},
      {"to", to_},
      {"rows", std::move(rows)},
      {"totals", std::move(totals)},
      {"corrected", std::move(corrected)},
      {"approving_pairs",
       Json::Object{{"approvals", approvals}, {"pairs", pairs_.size()}, {"of_the_most_frequent", most}}},
      {"missing", missing()}};
}

std::string Transparency::csv() const {
  std::string out = write_csv_record(
      {"figure", "month", "category", "kind", "state", "recipient", "binding", "national_article", "detail", "count"},
      ',');
  for (const auto& [cell, count] : cells_) {
    const Json shown = shown_count(cell, count);
    std::vector<std::string> fields{cell.figure,    cell.month,   cell.category,         cell.kind,  cell.state,
                                    cell.recipient, cell.binding, cell.national_article, cell.detail};
    for (std::string& field : fields) field = formula_safe(field);
    fields.push_back(shown.string() != nullptr ? *shown.string() : std::to_string(count));
    out += write_csv_record(fields, ',');
  }
  return out;
}

std::map<std::string, std::int64_t> Transparency::by_month(std::string_view figure, std::string_view state) const {
  std::map<std::string, std::int64_t> out;
  for (const auto& [cell, count] : cells_) {
    if (cell.figure == figure && (state == "*" || cell.state == state)) out[cell.month] += count;
  }
  return out;
}

Json Transparency::missing() {
  Json::Array out;
  for (const auto& [figure, why] : kMissing) out.emplace_back(Json::Object{{"figure", figure}, {"because", why}});
  return out;
}

}  // namespace cordon
