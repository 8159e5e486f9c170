// Delivery into a Maildir on this machine.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// Delivers into `maildir`/new (cur, new and tmp are made if missing), fsynced before it returns. The file's
// name is derived from message_id alone, so a second delivery of the same mail finds the first in new/ or
// cur/ (whatever flags a reader put after ":2,") and changes nothing. Unavailable when the disk fails.
enum class Delivered { Now, Already };
Result<Delivered> deliver_to_maildir(const std::string& maildir, std::string_view message_id, std::string_view mail);

}  // namespace cordon
