#include "law/matter.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "law/lists.h"
#include "law/offences.h"
#include "law/refused.h"

namespace cordon {

namespace {

Error refuse(Matter matter, const std::string& what) {
  return fail(Fault::Refused, std::string(matter.id()) + " " + what);
}

std::string quoted(std::string_view text) { return "'" + printable(text, 60) + "'"; }

template <typename Values>
std::string plain_names(const Values& values) {
  std::string all;
  for (const auto& value : values) all += (all.empty() ? "" : ", ") + std::string(name(value));
  return all;
}

const ShortList<ObservableKind>& held(Matter matter) {
  return matter.category() != nullptr ? row(*matter.category()).observables : row(*matter.exposure()).observables;
}

// Exactly an id, or a number in either case: "phishing", "C05", "c05".
const Matter* find_matter(std::string_view text) {
  static const std::vector<Matter> kAll = [] {
    std::vector<Matter> all;
    for (const OffenceRow& one : offences()) all.emplace_back(one.category);
    for (const ExposureRow& one : exposures()) all.emplace_back(one.exposure);
    return all;
  }();
  const auto found = std::find_if(kAll.begin(), kAll.end(), [&](const Matter& one) {
    return text == one.id() || equal_ignoring_case(text, one.number());
  });
  return found == kAll.end() ? nullptr : &*found;
}

Result<Nothing> may_ask_exposure(Matter matter, ActionKind kind, Effect effect, Recipient recipient) {
  const ExposureRow& exposure = row(*matter.exposure());
  if (kind != ActionKind::Alert || effect != Effect::Inform) {
    return refuse(matter, "is no offence: it allows an alert that informs and nothing else (amendment 8)");
  }
  if (!exposure.recipients.contains(recipient)) {
    return refuse(matter, "is not told to " + std::string(name(recipient)) + ", only to " +
                              plain_names(exposure.recipients) + " (amendment 8)");
  }
  return Nothing{};
}

Result<Nothing> may_address(Matter matter, ActionKind kind, Recipient recipient) {
  const std::string who(name(recipient));
  const bool takes_over = row(recipient).handoff_only;
  if (takes_over && kind != ActionKind::Handoff && kind != ActionKind::Recall) {
    return refuse(matter, "goes to " + who + " as a handoff, not as " + std::string(name(kind)) + " (charter 4.8)");
  }
  if (kind == ActionKind::Handoff && !takes_over) {
    return refuse(matter, "is not handed off to " + who + ", which takes no cases over (charter 4.8)");
  }
  // Danger to life goes to an emergency service whatever the category is (charter 6.9).
  if (recipient == Recipient::Emergency) return Nothing{};
  for (const Addressee& allowed : row(*matter.category()).recipients) {
    if (allowed.recipient != recipient) continue;
    if (allowed.condition == Condition::ViaHotline) {
      return refuse(matter, "reaches " + who + " through the hotline only (charter 4.4)");
    }
    if (allowed.condition == Condition::AlertOnly && kind != ActionKind::Alert && kind != ActionKind::Recall) {
      return refuse(matter, "goes to " + who + " by alert only (amendment 8)");
    }
    return Nothing{};
  }
  std::string all;
  for (const Addressee& one : row(*matter.category()).recipients) {
    all += (all.empty() ? "" : ", ") + std::string(name(one.recipient));
  }
  return refuse(matter, "asks nothing of " + who + ", only of " + all + " (charter 4.4)");
}

Result<Nothing> may_have_effect(Matter matter, ObservableKind target, ActionKind kind, Effect effect,
                                Recipient recipient) {
  const std::string what(name(effect));
  const ActionRow& action = row(kind);
  if (!action.effects.contains(effect)) {
    return refuse(matter, "cannot ask " + what + " by " + std::string(name(kind)) + ", only " +
                              plain_names(action.effects) + " (charter 4.8)");
  }
  const EffectRow& asked = row(effect);
  if (!asked.targets.empty() && !asked.targets.contains(target)) {
    return refuse(matter, "can ask " + what + " for " + plain_names(asked.targets) + ", not for " +
                              std::string(name(target)) + " (charter 4.8)");
  }
  if (!asked.recipients.empty() && !asked.recipients.contains(recipient)) {
    return refuse(matter, "can ask " + what + " of " + plain_names(asked.recipients) + ", not of " +
                              std::string(name(recipient)) + " (charter 4.8)");
  }
  if (kind == ActionKind::HashSubmission) {
    const bool is_hash = target == ObservableKind::PerceptualHash || target == ObservableKind::FileHash;
    if (matter != Matter(Category::Ncii) || !is_hash) {
      return refuse(matter, "submits no hash: only ncii does, and only a hash (charter 4.8)");
    }
  }
  return Nothing{};
}

}  // namespace

std::string_view Matter::id() const { return category() != nullptr ? row(*category()).id : row(*exposure()).id; }
std::string_view Matter::number() const {
  return category() != nullptr ? row(*category()).number : row(*exposure()).number;
}

Result<Matter> parse_matter(std::string_view text) {
  if (const Matter* matter = find_matter(text)) return *matter;
  if (const RefusedName* refused = find_refused(text)) {
    return fail(Fault::Refused, quoted(text) + " is on the refused list" +
                                    (text == refused->id ? "" : " (" + std::string(refused->id) + ")") + ": " +
                                    std::string(refused->reason) + " (charter 4.6)");
  }
  const std::string bare = lower_ascii(trim(text));
  if (find_matter(bare) != nullptr) {
    return fail(Fault::Refused, quoted(text) + " is no id; the id is written exactly '" + bare + "' (charter 4.2)");
  }
  return fail(Fault::Refused, quoted(text) +
                                  " is outside the closed list of 17 offences and 3 exposures (charter 4); "
                                  "`cordon docs offences` prints it");
}

Result<Nothing> may_hold(Matter matter, ObservableKind kind) {
  if (held(matter).contains(kind)) return Nothing{};
  return refuse(matter, "holds no " + std::string(name(kind)) + ", only " + plain_names(held(matter)) +
                            (matter.category() != nullptr ? " (charter 4.4)" : " (amendment 8)"));
}

int life_days(Matter matter, ObservableKind kind) {
  if (matter.category() == nullptr) return row(*matter.exposure()).life_days;
  const OffenceRow& offence = row(*matter.category());
  for (const LifeOf& life : offence.life) {
    if (life.kind == kind) return life.days;
  }
  return offence.life_otherwise;
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

Result<Nothing> may_ask(Matter matter, ObservableKind target, ActionKind kind, Effect effect, Recipient recipient) {
  if (target == ObservableKind::Ip && matter.category() != nullptr && *matter.category() >= Category::Csam) {
    return refuse(matter, "never targets an address, which many sites share (G_BREADTH, charter 4.5)");
  }
  TRY(may_hold(matter, target));
  if (matter.exposure() != nullptr) return may_ask_exposure(matter, kind, effect, recipient);
  TRY(may_address(matter, kind, recipient));
  return may_have_effect(matter, target, kind, effect, recipient);
}

}  // namespace cordon
