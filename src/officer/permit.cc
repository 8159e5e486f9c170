#include "officer/permit.h"

#include <algorithm>

namespace cordon {

std::vector<Matter> Sight::hidden() const {
  if (of_children_) return {};
  return {Category::Csam, Category::ChildSolicitation};
}

bool Sight::sees(Matter matter) const {
  const std::vector<Matter> out = hidden();
  return std::find(out.begin(), out.end(), matter) == out.end();
}

Sight sight_of(const Officer& officer) {
  return Sight(officer.roles.contains(Role::ChildProtection) || officer.roles.contains(Role::Auditor) ||
               officer.roles.contains(Role::Ombudsperson));
}

}  // namespace cordon
