#include "share/object.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "law/lists.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<ObjectKind, std::string_view>, 9> kKinds{{
    {ObjectKind::Indicator, "indicator"},
    {ObjectKind::CaseSummary, "case_summary"},
    {ObjectKind::EvidenceDescriptor, "evidence_descriptor"},
    {ObjectKind::EvidencePayload, "evidence_payload"},
    {ObjectKind::Request, "request"},
    {ObjectKind::Outcome, "outcome"},
    {ObjectKind::Alert, "alert"},
    {ObjectKind::Correction, "correction"},
    {ObjectKind::Statistic, "statistic"},
}};

}  // namespace

std::string_view name(ObjectKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& row) { return row.first == kind; })->second;
}

Result<ObjectKind> parse_object_kind(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [kind, word] : kKinds) {
    if (word == text) return kind;
    names.emplace_back(word);
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no object of a border; there are " + join(names, ", "));
}

Result<Tlp> parse_tlp(std::string_view text) {
  if (text == "WHITE") return Tlp::Clear;
  for (const Tlp tlp : {Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red}) {
    if (name(tlp) == text) return tlp;
  }
  return fail(Fault::Refused,
              "'" + printable(text, 40) + "' is no TLP; there are CLEAR, GREEN, AMBER, AMBER+STRICT, RED");
}

Result<Pap> parse_pap(std::string_view text) {
  for (const Pap pap : {Pap::Clear, Pap::Green, Pap::Amber, Pap::Red}) {
    if (name(pap) == text) return pap;
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no PAP; there are CLEAR, GREEN, AMBER, RED");
}

Result<Category> parse_category(std::string_view text) {
  const Matter matter = TRY(parse_matter(text));
  if (const Category* category = matter.category()) return *category;
  return fail(Fault::Refused, std::string(matter.id()) + " is exposure, which never crosses a border (amendment 8)");
}

bool is_personal(ObservableKind kind) {
  const auto rows = observable_kinds();
  return std::find_if(rows.begin(), rows.end(), [&](const KindRow& row) { return row.kind == kind; })->personal;
}

Tlp least_tlp(Category category, const std::set<ObservableKind>& kinds) {
  const bool personal = std::any_of(kinds.begin(), kinds.end(), is_personal);
  return personal ? std::max(row(category).tlp, Tlp::Amber) : row(category).tlp;
}

Pap least_pap(Category category) { return row(category).pap; }

BorderObject describe(const Indicator& indicator, ObjectKind as) {
  BorderObject object;
  object.kind = as;
  object.category = indicator.category;
  object.observables = {indicator.observable.kind()};
  object.tlp = indicator.tlp;
  object.pap = indicator.pap;
  object.state = indicator.state;
  object.origin = indicator.origin;
  object.sensitive = indicator.sensitive;
  object.in_public_feed = indicator.in_public_feed;
  object.received_before = indicator.received_before;
  object.expires_at = indicator.expires_at;
  return object;
}

}  // namespace cordon
