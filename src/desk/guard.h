// The guard over sensitive holders at a desk (charter 11.3, amendment 11): its list, who may change it, and what it
// says of a case. The rules are decision/guard.h's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "decision/guard.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

// The list in force; nothing where none was ever loaded. Only reads.
Result<std::optional<SensitiveList>> sensitive_list(const Store& store);
// The same of an open desk, read once for each list that it is given; nothing where none was ever loaded.
Result<std::shared_ptr<const SensitiveList>> sensitive_list_of(Desk& desk);
// What the guard says of a request about this case, now.
Result<Guarded> guard_of(const Store& store, const Case& the_case, ActionKind kind, Instant now);

// Two people load a list, which may add to the one before and lose nothing of it; the ombudsperson takes an entry out.
// Both are public at once, and the digest stands under every checkpoint from then on.
Result<SensitiveListKept> load_sensitive_list(Desk& desk, std::string_view text,
                                              const Permit<Act::KeepSensitiveList>& one, const Officer& other);
Result<SensitiveListKept> take_out_sensitive_entry(Desk& desk, const Permit<Act::RemoveSensitiveEntry>& ombudsperson,
                                                   std::string_view entry, std::string reason);

// On record and in the public log, once for each case: the guard stopped a request, or a holder on the list was to be
// warned. Nothing where it says neither.
Result<Nothing> note_sensitive_target(Desk& desk, const Case& the_case, ActionKind kind, const Guarded& guard);

}  // namespace cordon
