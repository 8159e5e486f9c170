// What a border policy let through, for one peer. A value of this type exists only where judge() answered `allow`,
// and whatever writes for a peer takes nothing else: "object minus some fields" has no way out.
#pragma once

#include <optional>
#include <string>

#include "share/policy.h"

namespace cordon {

class Exportable;
struct Ruling;
// Decides about an indicator, offered as what it is or recalled as a correction.
Ruling judge(const Policy& policy, const Indicator& indicator, ObjectKind as, const Peer& peer, const Self& self,
             Instant now);

class Exportable {
 public:
  const Indicator& indicator() const { return indicator_; }
  bool recalled() const { return recalled_; }
  const std::string& to() const { return to_; }  // the peer that it was decided for
  const Decision& decision() const { return decision_; }

 private:
  friend Ruling judge(const Policy& policy, const Indicator& indicator, ObjectKind as, const Peer& peer,
                      const Self& self, Instant now);
  Exportable(Indicator indicator, bool recalled, std::string to, Decision decision)
      : indicator_(std::move(indicator)), recalled_(recalled), to_(std::move(to)), decision_(std::move(decision)) {}
  Indicator indicator_;
  bool recalled_;
  std::string to_;
  Decision decision_;
};

struct Ruling {
  Decision decision;
  std::optional<Exportable> exportable;  // of `allow` alone: what needs redaction is withheld whole (DESIGN 2.4)
};

}  // namespace cordon
