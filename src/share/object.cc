#include "share/object.h"

#include <algorithm>
#include <array>

#include "base/text.h"

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

Result<Category> parse_category(std::string_view text) {
  const Matter matter = TRY(parse_matter(text));
  if (const Category* category = matter.category()) return *category;
  return fail(Fault::Refused, std::string(matter.id()) + " is exposure, which never crosses a border (amendment 8)");
}

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
