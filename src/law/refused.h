// What the schema cannot say (charter 4.6): names that are never a category, kept so that an honest refusal
// can say why. Recognising one changes no outcome: any other unknown name is refused as well.
#pragma once

#include <span>
#include <string_view>

namespace cordon {

// `en` to `zh` are the words that people write for it, parted by '|'. Russian, Kazakh and Chinese are drafts
// that no native legal reader has reviewed. `labels` are names of other taxonomies never mapped (charter 4.7).
struct RefusedName {
  std::string_view id, reason;
  std::string_view en, ru, kk, zh;
  std::string_view labels = {};
};

std::span<const RefusedName> refused_names();  // in the order of charter 4.6

// The row that `text` (UTF-8) names, by its id or in any of its words; nullptr if none. Case does not count in
// ASCII, Russian and Kazakh; spaces, hyphens and underscores are equal; the whole text must be the name.
const RefusedName* find_refused(std::string_view text);

}  // namespace cordon
