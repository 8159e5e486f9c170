// The commands of the border: `peer …`, `border …`, `export`.
#pragma once

#include "desk/commands.h"

namespace cordon {

Result<Nothing> peer_add(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_change(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_suspend(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_list(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_receive(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> peer_references(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> border_show(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> border_explain(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> export_bundle(Desk& desk, Call& call, const Emit& emit);

}  // namespace cordon
