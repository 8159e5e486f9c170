// The small closed lists of charter 4.8 with what each entry means and permits, the same for every category.
#pragma once

#include <span>
#include <string_view>

#include "law/short_list.h"
#include "law/terms.h"

namespace cordon {

struct KindRow {
  ObservableKind kind;
  std::string_view meaning;
  bool personal = false;  // then publication is P2 and TLP at least AMBER, whatever the category says
};
struct ActionRow {
  ActionKind kind;
  std::string_view meaning;
  ShortList<Effect> effects;  // what such an action may ask
};
struct EffectRow {
  Effect effect;
  std::string_view meaning;
  ShortList<ObservableKind> targets = {};  // empty: any kind that the category holds
  ShortList<Recipient> recipients = {};    // empty: any that the category names
};
struct RecipientRow {
  Recipient recipient;
  std::string_view meaning;
  bool handoff_only = false;  // takes a case over and is not asked to act on a target
};
struct PublicationRow {
  Publication publication;
  std::string_view meaning;
};

const ActionRow& row(ActionKind kind);
const EffectRow& row(Effect effect);
const RecipientRow& row(Recipient recipient);
std::span<const KindRow> observable_kinds();     // 14
std::span<const ActionRow> action_kinds();       // 7
std::span<const EffectRow> effects();            // 8, mildest first
std::span<const RecipientRow> recipients();      // 19
std::span<const PublicationRow> publications();  // 3

// Verbs that have no enumerator anywhere and never will: "block", "filter", "intercept", …
std::span<const std::string_view> effects_that_do_not_exist();

}  // namespace cordon
