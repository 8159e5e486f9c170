// Break-glass at a desk (charter 6.9): used by one officer alone, confirmed by another within 24 hours or taken back by
// the clock's job. Its line is public before anything leaves.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "decision/break_glass.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

struct GlassWish {
  GlassUse use = GlassUse::Emergency;
  Recipient recipient = Recipient::Emergency;  // of `preserve`: whom to ask
  std::string words;                           // why at once
};
Result<Glass> break_glass(Desk& desk, const Permit<Act::BreakGlass>& officer, const SecretKey& key,
                          const CaseId& case_id, GlassWish wish);
Result<Glass> confirm_glass(Desk& desk, const Permit<Act::ConfirmBreakGlass>& officer, const NoticeId& id);
Result<std::vector<Glass>> read_glasses(Desk& desk, const Permit<Act::ReadCase>& reader);  // newest first; on record

// The clock's part: what nobody confirmed in time is taken back.
Result<std::int64_t> reverse_unconfirmed(Desk& desk);
// What it says leaves once its line stands under the published checkpoint. Gives how many left now.
Result<std::int64_t> send_glass(Desk& desk);

}  // namespace cordon
