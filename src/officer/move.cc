#include "officer/move.h"

#include "base/text.h"

namespace cordon {

namespace {

std::string roles_in_words(Act act) {
  std::vector<std::string> roles;
  for (const Role role : roles_for(act)) roles.emplace_back(name(role));
  return join(roles, " or ");
}

}  // namespace

std::string By::in_words() const {
  switch (kind) {
    case Kind::Software:
      return "software";
    case Kind::Outside:
      return "anybody outside";
    case Kind::Officer:
      return roles_in_words(act);
    case Kind::Two:
      return roles_in_words(act) + " and " + roles_in_words(countersigns);
  }
  return {};
}

Result<Nothing> By::permits(const Mover& mover) const {
  if (kind != mover.kind_) return fail(Fault::Refused, "this takes: " + in_words() + " (charter 6)");
  if (kind == Kind::Software || kind == Kind::Outside) return Nothing{};
  TRY(may(*mover.first_, act));
  if (kind == Kind::Officer) return Nothing{};
  TRY(may(*mover.second_, countersigns));
  if (mover.first_->id == mover.second_->id || mover.first_->key == mover.second_->key)
    return fail(Fault::Refused, "one person is not two (charter 0.7)");
  return Nothing{};
}

}  // namespace cordon
