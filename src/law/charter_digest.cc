#include "law/charter_digest.h"

#include "law/amendments.h"
#include "law/gates.h"
#include "law/lists.h"
#include "law/offences.h"
#include "law/refused.h"

namespace cordon {

namespace {

template <typename Rows, typename Make>
Json list(const Rows& rows, Make make) {
  Json::Array all;
  for (const auto& one : rows) all.push_back(make(one));
  return all;
}

template <typename Values>
Json list_of_names(const Values& values) {
  return list(values, [](auto value) { return Json(name(value)); });
}

Json json(const Names& names) {
  return Json::Object{{"en", names.en}, {"ru", names.ru}, {"kk", names.kk}, {"zh", names.zh}};
}

Json json(const OffenceRow& row) {
  return Json::Object{
      {"number", row.number},
      {"id", row.id},
      {"name", json(row.name)},
      {"family", row.family},
      {"anchors", list(row.anchors,
                       [](const Anchor& anchor) {
                         return Json(Json::Object{{"instrument", anchor.instrument},
                                                  {"articles", anchor.articles},
                                                  {"status", name(anchor.status)}});
                       })},
      {"included", row.included},
      {"excluded", row.excluded},
      {"observables", list_of_names(row.observables)},
      {"evidence_mode", name(row.evidence_mode)},
      {"evidence_note", row.evidence_note},
      {"gates", list_of_names(row.gates)},
      {"recipients", list(row.recipients,
                          [](const Addressee& to) {
                            return Json(Json::Object{{"recipient", name(to.recipient)}, {"route", name(to.condition)}});
                          })},
      {"tlp", name(row.tlp)},
      {"pap", name(row.pap)},
      {"publication", name(row.publication)},
      {"life_days",
       list(row.life,
            [](const LifeOf& life) { return Json(Json::Object{{"kind", name(life.kind)}, {"days", life.days}}); })},
      {"life_days_otherwise", row.life_otherwise},
      {"life_note", row.life_note},
      {"answer_hours", row.answer_hours},
      {"rsit", row.rsit},
      {"dsa", row.dsa},
      {"on_by_default", row.on_by_default},
      {"off_because", row.off_because},
  };
}

Json json(const ExposureRow& row) {
  return Json::Object{{"number", row.number},
                      {"id", row.id},
                      {"name", json(row.name)},
                      {"observables", list_of_names(row.observables)},
                      {"port_required", row.port_required},
                      {"action_kinds", Json::Array{name(ActionKind::Alert)}},
                      {"effects", Json::Array{name(Effect::Inform)}},
                      {"recipients", list_of_names(row.recipients)},
                      {"publication", name(row.publication)},
                      {"life_days", row.life_days},
                      {"indexed", false},
                      {"federated", false}};
}

Json json(const RefusedName& row) {
  return Json::Object{{"id", row.id}, {"reason", row.reason}, {"labels", row.labels}};
}

Json json(const GateRow& row) {
  return Json::Object{{"gate", name(row.gate)},
                      {"question", row.question},
                      {"answers", list(row.answers,
                                       [](const AnswerRow& one) {
                                         return Json(Json::Object{{"answer", one.name}, {"lets", name(one.lets)}});
                                       })},
                      {"needs_evidence", row.needs_evidence}};
}

Json json(const KindRow& row) {
  return Json::Object{{"kind", name(row.kind)}, {"meaning", row.meaning}, {"personal", row.personal}};
}

Json json(const ActionRow& row) {
  return Json::Object{{"kind", name(row.kind)}, {"meaning", row.meaning}, {"effects", list_of_names(row.effects)}};
}

Json json(const EffectRow& row) {
  return Json::Object{{"effect", name(row.effect)},
                      {"meaning", row.meaning},
                      {"targets", list_of_names(row.targets)},
                      {"recipients", list_of_names(row.recipients)}};
}

Json json(const RecipientRow& row) {
  return Json::Object{{"recipient", name(row.recipient)}, {"meaning", row.meaning}, {"handoff_only", row.handoff_only}};
}

Json json(const PublicationRow& row) {
  return Json::Object{{"publication", name(row.publication)}, {"meaning", row.meaning}};
}

Json json(const Amendment& row) {
  return Json::Object{{"number", row.number}, {"title", row.title}, {"text", row.text}};
}

template <typename Row>
Json table(std::span<const Row> rows) {
  return list(rows, [](const Row& row) { return json(row); });
}

}  // namespace

Json charter_tables() {
  return Json::Object{
      {"schema", "cordon-charter/1"},
      {"categories", table(offences())},
      {"exposures", table(exposures())},
      {"refused", table(refused_names())},
      {"gates", table(gates())},
      {"observable_kinds", table(observable_kinds())},
      {"action_kinds", table(action_kinds())},
      {"effects", table(effects())},
      {"effects_that_do_not_exist", list(effects_that_do_not_exist(), [](std::string_view one) { return Json(one); })},
      {"recipients", table(recipients())},
      {"publications", table(publications())},
      {"amendments", table(amendments())},
  };
}

Digest charter_digest() {
  static const Digest kDigest = sha256(to_text(charter_tables()));  // asked for each leaf and notice
  return kDigest;
}

}  // namespace cordon
