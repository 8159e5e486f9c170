// What may() said yes to, as a value: a function that takes a Permit cannot be called by somebody who did not ask, and
// a query that takes a Sight cannot be written without one (charter 10; docs/decisions/0011-permits.md).
#pragma once

#include <vector>

#include "base/result.h"
#include "law/matter.h"
#include "officer/officer.h"

namespace cordon {

// Which matters its holder may see. What is out of sight is answered as if it were not there.
class Sight {
 public:
  bool sees(Matter matter) const;
  std::vector<Matter> hidden() const;  // the same, for a query
  // The desk's own work: sending, lapsing, folding. Nothing that it reads is shown to anybody.
  static Sight of_software() { return Sight(true, true); }

 private:
  template <Act A>
  friend class Permit;
  friend Sight sight_of(const Officer& officer);
  Sight(bool of_children, bool of_others) : of_children_(of_children), of_others_(of_others) {}
  bool of_children_;  // C09 and C10, the queues of `child_protection`
  bool of_others_;    // all other matters
};
// What an officer's roles let them see of cases at all. `auditor` and `ombudsperson` see every matter,
// `child_protection` by itself C09 and C10 and nothing else; beside another role it adds these two to what that sees.
Sight sight_of(const Officer& officer);

// Proof that `officer` may do A. One for another act is another type.
template <Act A>
class Permit {
 public:
  const Officer& officer() const { return officer_; }
  const Sight& sight() const { return sight_; }

 private:
  template <Act B>
  friend Result<Permit<B>> permit(const Officer& officer);
  explicit Permit(const Officer& officer) : officer_(officer), sight_(sight_of(officer)) {}
  Officer officer_;
  Sight sight_;
};

// Refused names the role that the act takes.
template <Act A>
Result<Permit<A>> permit(const Officer& officer) {
  if (Result<Nothing> said = may(officer, A); !said) return std::move(said).error();
  return Permit<A>(officer);
}

}  // namespace cordon
