#include "law/documents.h"

#include "base/text.h"
#include "law/amendments.h"
#include "law/charter_digest.h"
#include "law/gates.h"
#include "law/lists.h"
#include "law/offences.h"
#include "law/refused.h"

namespace cordon {

namespace {

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

template <typename Rows, typename Say>
std::string listed(const Rows& rows, Say say) {
  std::vector<std::string> all;
  for (const auto& one : rows) all.push_back(say(one));
  return all.empty() ? "none" : join(all, ", ");
}

template <typename Values>
std::string names_of(const Values& values) {
  return listed(values, [](auto value) { return code(name(value)); });
}

std::string words(std::string_view list) { return replace_all(std::string(list), "|", ", "); }

std::string line(std::string_view label, std::string_view text) {
  return "- " + std::string(label) + ": " + std::string(text) + "\n";
}

template <typename... Cells>
std::string table_row(const Cells&... cells) {
  return "|" + ((" " + std::string(cells) + " |") + ...) + "\n";
}

std::string say(const Anchor& anchor) {
  const std::string status =
      anchor.status == AnchorStatus::InForce ? "" : " (" + std::string(name(anchor.status)) + ")";
  return std::string(anchor.instrument) + " " + std::string(anchor.articles) + status;
}

std::string say(const Addressee& to) {
  return code(name(to.recipient)) +
         (to.condition == Condition::Direct ? "" : " (" + std::string(name(to.condition)) + ")");
}

std::string life_of(const OffenceRow& row) {
  std::string text;
  for (const LifeOf& life : row.life) text += std::string(name(life.kind)) + " " + std::to_string(life.days) + ", ";
  text += (text.empty() ? "" : "otherwise ") + std::to_string(row.life_otherwise) + " days";
  return row.life_note.empty() ? text : text + "; " + std::string(row.life_note);
}

std::string translations(const Names& names) {
  return std::string(names.ru) + " · " + std::string(names.kk) + " · " + std::string(names.zh);
}

std::string section(const OffenceRow& row) {
  std::string text = "### " + std::string(row.number) + " " + code(row.id) + ": " + std::string(row.name.en) + "\n\n" +
                     translations(row.name) + "\n\n";
  text += line("Anchors", listed(row.anchors, [](const Anchor& one) { return say(one); }));
  text += line("In", row.included);
  text += line("Out", row.excluded);
  text += line("Observables", names_of(row.observables));
  text += line("Evidence", code(name(row.evidence_mode)) +
                               (row.evidence_note.empty() ? "" : ": " + std::string(row.evidence_note)));
  text += line("Gates", names_of(row.gates));
  text += line("Recipients", listed(row.recipients, [](const Addressee& one) { return say(one); }));
  text += line("TLP, PAP, publication", std::string(name(row.tlp)) + ", " + std::string(name(row.pap)) + ", " +
                                            std::string(name(row.publication)));
  text += line("Longest life", life_of(row));
  text += line("Answer asked within", std::to_string(row.answer_hours) + " hours");
  text += line("Outbound labels", "RSIT " + std::string(row.rsit) + "; DSA " + std::string(row.dsa));
  if (!row.on_by_default) text += line("Off", row.off_because);
  return text + "\n";
}

std::string exposure_table() {
  std::string text =
      "| number | id | name | port | recipients | longest life |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const ExposureRow& row : exposures()) {
    text += table_row(row.number, code(row.id), std::string(row.name.en) + " · " + translations(row.name),
                      row.port_required ? "required" : "may be given", names_of(row.recipients),
                      std::to_string(row.life_days) + " days");
  }
  return text;
}

std::string gate_table() {
  std::string text = "| gate | question | goes ahead with | stops with |\n| --- | --- | --- | --- |\n";
  for (const GateRow& row : gates()) {
    std::vector<std::string> ahead, stops;
    for (const AnswerRow& one : row.answers) {
      const bool limited = one.lets == Lets::AllButSuspension || one.lets == Lets::PreserveOnly;
      const std::string shown = code(one.name) + (limited ? " (" + std::string(name(one.lets)) + ")" : "");
      (one.lets == Lets::Nothing ? stops : ahead).push_back(shown);
    }
    text += table_row(name(row.gate), row.question, join(ahead, ", "), join(stops, ", "));
  }
  return text;
}

std::string list_tables() {
  std::string text = "| action kind | what it says | effects it may ask |\n| --- | --- | --- |\n";
  for (const ActionRow& row : action_kinds())
    text += table_row(code(name(row.kind)), row.meaning, names_of(row.effects));
  text += "\n| effect, mildest first | what it asks | targets | of whom |\n| --- | --- | --- | --- |\n";
  for (const EffectRow& row : effects()) {
    text += table_row(code(name(row.effect)), row.meaning, row.targets.empty() ? "any held" : names_of(row.targets),
                      row.recipients.empty() ? "any named" : names_of(row.recipients));
  }
  text +=
      "\nThese do not exist: " + listed(effects_that_do_not_exist(), [](std::string_view one) { return code(one); }) +
      ".\n\n| recipient | who it is |\n| --- | --- |\n";
  for (const RecipientRow& row : recipients()) {
    text +=
        table_row(code(name(row.recipient)), std::string(row.meaning) + (row.handoff_only ? " (handoff only)" : ""));
  }
  text += "\n| observable | what it is |\n| --- | --- |\n";
  for (const KindRow& row : observable_kinds()) {
    text += table_row(code(name(row.kind)), std::string(row.meaning) + (row.personal ? " (personal: always P2)" : ""));
  }
  text += "\n| publication | what the public sees |\n| --- | --- |\n";
  for (const PublicationRow& row : publications()) text += table_row(code(name(row.publication)), row.meaning);
  return text;
}

std::string refused_table() {
  std::string text =
      "| name | why | English | Russian | Kazakh | Chinese | labels |\n| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const RefusedName& row : refused_names()) {
    text += table_row(code(row.id), row.reason, words(row.en), words(row.ru), words(row.kk), words(row.zh),
                      words(row.labels));
  }
  return text;
}

}  // namespace

std::string offences_markdown() {
  std::string text =
      "# The closed list\n\nWritten by `cordon docs offences` and compared with it by a test; the rules are in "
      "[charter.md](../charter.md).\n\n";
  text += "Charter digest: `" + charter_digest().hex() + "`\n\n";
  text += "Russian, Kazakh and Chinese names wait for a native legal reader.\n\n## Offences\n\n";
  for (const OffenceRow& row : offences()) text += section(row);
  text +=
      "## Exposures, which are no offence\n\nAlert and inform only; never indexed, never federated (amendment 8).\n\n" +
      exposure_table();
  text += "\n## Gates\n\nG_SENSITIVE_TARGET and G_BREADTH apply to every offence.\n\n" + gate_table();
  text += "\n## Lists\n\n" + list_tables();
  text +=
      "\n## Refused by name\n\nNone of these can be a category. The words are what intake recognises, to answer "
      "honestly; "
      "Russian, Kazakh and Chinese are unreviewed.\n\n" +
      refused_table();
  text += "\n## Amendments\n\n";
  for (const Amendment& one : amendments()) {
    text += std::to_string(one.number) + ". **" + std::string(one.title) + ".** " + std::string(one.text) + "\n";
  }
  return text;
}

Json offences_json() {
  Json::Object refused_words;
  for (const RefusedName& row : refused_names()) {
    refused_words.emplace(row.id, Json::Object{{"en", row.en}, {"ru", row.ru}, {"kk", row.kk}, {"zh", row.zh}});
  }
  Json all = charter_tables();
  all.set("charter_digest", charter_digest().hex());
  all.set("refused_words", std::move(refused_words));
  return all;
}

}  // namespace cordon
