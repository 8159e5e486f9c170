// What leaves by break-glass, and what takes it back (charter 6.9): a fixed text around what the record holds, so that
// its sender writes it again and compares.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "decision/break_glass.h"
#include "referral/notice.h"

namespace cordon {

// The exact body part, in English and in Russian. `said`: used or reversed. Equal arguments give equal bytes.
Result<std::string> compose_glass(const GlassBroken& glass, GlassState said, const Annex& annex,
                                  const Operator& sender);
Result<Letter> write_glass_letter(const GlassBroken& glass, GlassState said, const Operator& sender, bool fictitious,
                                  std::string_view body, std::string_view proof, Instant now);

}  // namespace cordon
