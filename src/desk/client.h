// How a command reaches its desk: through the socket of a running `cordon serve`, or by owning the desk itself.
#pragma once

#include "base/result.h"
#include "desk/commands.h"

namespace cordon {

Result<Nothing> call_desk(const Paths& paths, Call& call, const Emit& emit);

// The other end: answers one connection with the commands it asks for.
class OwnerChannel;
void answer_call(Desk& desk, OwnerChannel& channel);

}  // namespace cordon
