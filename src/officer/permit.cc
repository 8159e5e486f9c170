#include "officer/permit.h"

#include "law/offences.h"

namespace cordon {

namespace {

bool is_of_children(Matter matter) {
  return matter == Matter(Category::Csam) || matter == Matter(Category::ChildSolicitation);
}

}  // namespace

std::vector<Matter> Sight::hidden() const {
  std::vector<Matter> out;
  const auto add = [&](Matter matter) {
    if (!(is_of_children(matter) ? of_children_ : of_others_)) out.push_back(matter);
  };
  for (const OffenceRow& row : offences()) add(Matter(row.category));
  for (const ExposureRow& row : exposures()) add(Matter(row.exposure));
  return out;
}

bool Sight::sees(Matter matter) const { return is_of_children(matter) ? of_children_ : of_others_; }

Sight sight_of(const Officer& officer) {
  const bool of_children = officer.roles.contains(Role::ChildProtection);
  const bool all = officer.roles.contains(Role::Auditor) || officer.roles.contains(Role::Ombudsperson);
  return {of_children || all, officer.roles.size() > (of_children ? 1u : 0u)};
}

}  // namespace cordon
